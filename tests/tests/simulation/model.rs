//! What the outside was told: the daemon must keep to it.

use std::collections::{BTreeMap, BTreeSet};

use conductor_domain::work::run::RunStatus;
use conductor_protocol::id::RunId;

/// An attempt's end that was acknowledged to its worker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AckedEnd {
    pub(crate) run: RunId,
    pub(crate) task: String,
    pub(crate) attempt: u32,
    pub(crate) token: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    /// Runs whose start was acknowledged.
    pub(crate) started: BTreeSet<RunId>,
    /// By idempotency key: the run that was answered.
    pub(crate) by_key: BTreeMap<String, RunId>,
    /// Runs whose cancel was acknowledged while they had not ended.
    pub(crate) cancelled: BTreeSet<RunId>,
    /// Ends that somebody read.
    pub(crate) ends: BTreeMap<RunId, RunStatus>,
    /// Attempts whose end was acknowledged.
    pub(crate) completed: BTreeSet<AckedEnd>,
    /// Payloads of acknowledged records, by sequence number.
    pub(crate) records: BTreeMap<u64, Vec<u8>>,
}

impl Model {
    /// Somebody read that a run has this status.
    pub(crate) fn saw(&mut self, run: RunId, status: RunStatus) -> Result<(), String> {
        match self.ends.get(&run) {
            Some(end) if *end != status => {
                Err(format!("run {run} had ended {} and is now {}", end.word(), status.word()))
            }
            _ => {
                if status.is_terminal() {
                    self.ends.insert(run, status);
                }
                Ok(())
            }
        }
    }

    /// An idempotency key was answered with a run.
    pub(crate) fn answered(&mut self, key: &str, run: RunId) -> Result<(), String> {
        let known = *self.by_key.entry(key.to_owned()).or_insert(run);
        if known == run {
            return Ok(());
        }
        Err(format!("key {key} was answered with run {known} and later with run {run}"))
    }
}
