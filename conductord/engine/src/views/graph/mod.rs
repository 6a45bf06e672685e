//! The graph as it is kept: a view with a cursor of its own.
//!
//! It lies in the view store beside the others and is folded from the ledger behind the kernel
//! ([`catch_up`]), so that no command waits for it. A question waits a moment for what was recorded
//! before it, and says how far the answer goes. What is lost, or of another version, is folded again
//! from the first record, with an identical result.

mod read;
mod writer;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

pub use read::RunSpan;
pub use writer::catch_up;

use crate::{limits, ports::ViewStore};

/// How far it has come, and why it goes no further.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// The last record that is in it.
    pub seq: u64,
    /// Why it gave up, in a sentence; what it has stays as it is.
    pub problem: Option<String>,
}

/// The readers' side of the graph, and what its follower tells them. Cheap to clone.
#[derive(Clone)]
pub struct Graph {
    store: Arc<dyn ViewStore>,
    reached: Arc<watch::Sender<Reached>>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("reached", &self.reached()).finish_non_exhaustive()
    }
}

impl Graph {
    /// The graph in a store. How far it is there is told by whoever follows the ledger.
    #[must_use]
    pub fn new(store: Arc<dyn ViewStore>) -> Self {
        Self { store, reached: Arc::new(watch::Sender::new(Reached::default())) }
    }

    /// How far it has come.
    #[must_use]
    pub fn reached(&self) -> Reached {
        self.reached.borrow().clone()
    }

    /// It has come so far.
    pub fn reach(&self, seq: u64) {
        self.reached.send_replace(Reached { seq, problem: None });
    }

    /// It goes no further.
    pub fn give_up(&self, problem: String) {
        self.reached.send_modify(|reached| reached.problem = Some(problem));
    }

    /// Waits until a record is in it, at most [`limits::GRAPH_WAIT_MAX_MS`]; how far it is then.
    pub async fn wait_for(&self, seq: u64) -> Reached {
        let mut reached = self.reached.subscribe();
        let there = reached.wait_for(|reached| reached.seq >= seq || reached.problem.is_some());
        // What is late is said in the answer: how far it goes.
        let _ = tokio::time::timeout(Duration::from_millis(limits::GRAPH_WAIT_MAX_MS), there)
            .await
            .map(|found| found.map(|reached| reached.seq));
        self.reached()
    }
}
