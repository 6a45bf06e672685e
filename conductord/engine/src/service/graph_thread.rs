//! The graph's thread: follows the ledger behind the views, and ends with them.

use std::{
    sync::{Arc, atomic::Ordering, mpsc::Receiver},
    thread::JoinHandle,
};

use super::{Shared, kernel_thread::chain};
use crate::{
    ports::ViewStore,
    views::{FoldError, graph},
};

pub(super) fn spawn(
    shared: Arc<Shared>,
    store: Arc<dyn ViewStore>,
    news: Receiver<()>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("graph".into()).spawn(move || {
        // It follows behind: answers say how far it has come.
        (shared.give_way)();
        // It looks once by itself: the graph may lack what was recorded before this start.
        loop {
            if let Err(error) = follow(&shared, &*store) {
                let problem = format!("fold the graph: {}", chain(&error));
                tracing::error!(problem, "the graph goes no further until the next start");
                shared.graph.give_up(problem);
                return;
            }
            if news.recv().is_err() {
                return;
            }
        }
    })
}

/// Takes up what is new. A stop does not wait for it: it goes on from there at the next start.
fn follow(shared: &Shared, store: &dyn ViewStore) -> Result<(), FoldError> {
    let seq = graph::catch_up(store, &*shared.reader, &mut |seq| {
        shared.graph.reach(seq);
        !shared.stopping.load(Ordering::Acquire)
    })?;
    shared.graph.reach(seq);
    Ok(())
}
