//! What a handle of the engine gives to look at: its views, its stores, and what it tells of itself.

use std::sync::{Arc, atomic::Ordering};

use tokio::sync::{broadcast, watch};

use super::{Engine, LocalPort, Signing};
use crate::{
    kernel::Commit,
    ports::{BlobStore, Keyring, LedgerReader, LogStore, ViewError},
    views::{Views, graph::Graph},
};

impl Engine {
    /// What is looked up.
    #[must_use]
    pub fn views(&self) -> &Arc<Views> {
        &self.shared.views
    }

    /// The log, to be read.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn LedgerReader> {
        &self.shared.reader
    }

    /// The keys that the log's payloads are sealed with.
    #[must_use]
    pub fn keyring(&self) -> &Arc<dyn Keyring> {
        &self.shared.keyring
    }

    /// What has to do with what.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.shared.graph
    }

    /// Whether the graph of a tenant has an entity of this name; see [`Graph::knows`].
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn graph_knows(&self, tenant: &str, id: &str) -> Result<bool, ViewError> {
        self.graph().knows(tenant, id)
    }

    /// Output of tasks.
    #[must_use]
    pub fn logs(&self) -> &Arc<dyn LogStore> {
        &self.shared.logs
    }

    /// Artifacts.
    #[must_use]
    pub fn blobs(&self) -> &Arc<dyn BlobStore> {
        &self.shared.blobs
    }

    /// Commits from here on. A reader that falls behind by [`crate::limits::WATCH_BATCHES_MAX`] is told
    /// that it lagged and must read again.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.shared.commits.subscribe()
    }

    /// Why the engine gave up, once it did: the daemon must be started again.
    #[must_use]
    pub fn failure(&self) -> watch::Receiver<Option<String>> {
        self.shared.failure.subscribe()
    }

    /// Whether something is forgotten: the daemon has to begin again, and forgets then.
    #[must_use]
    pub fn again(&self) -> watch::Receiver<bool> {
        self.shared.again.subscribe()
    }

    /// A number that grows whenever permissions may have changed: grants, attributes, tenants, or
    /// policy's bundle.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<u64> {
        self.shared.standing.subscribe()
    }

    /// Up to where checkpoints are signed, and what keeps newer ones from it.
    #[must_use]
    pub fn signing(&self) -> watch::Receiver<Signing> {
        self.shared.signing.subscribe()
    }

    /// Has the thread that calls this give way to those that somebody waits for. It stays so.
    pub fn give_way(&self) {
        (self.shared.give_way)();
    }

    /// The port of a worker inside the daemon.
    #[must_use]
    pub fn local_port(&self) -> LocalPort {
        LocalPort::new(self.clone())
    }

    /// Commands that wait for the kernel.
    #[must_use]
    pub fn commands_waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    /// How far the stored views have come.
    #[must_use]
    pub fn stored_views_seq(&self) -> u64 {
        self.shared.views_seq.load(Ordering::Relaxed)
    }
}
