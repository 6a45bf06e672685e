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
    /// Whom each run is about that somebody saw.
    pub(crate) subjects: BTreeMap<RunId, String>,
    /// Runs that were forgotten.
    pub(crate) forgotten: BTreeSet<RunId>,
    /// Payloads of acknowledged records as they are stored, by sequence number.
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

    /// Whoever is called so is forgotten: nobody is told of their runs any more.
    pub(crate) fn forget(&mut self, is_them: impl Fn(&str) -> bool) {
        let about = self.subjects.iter().filter(|(_, subject)| is_them(subject));
        let runs: BTreeSet<RunId> = about.map(|(run, _)| *run).collect();
        self.started.retain(|run| !runs.contains(run));
        self.by_key.retain(|_, run| !runs.contains(run));
        self.cancelled.retain(|run| !runs.contains(run));
        self.ends.retain(|run, _| !runs.contains(run));
        self.completed.retain(|end| !runs.contains(&end.run));
        self.subjects.retain(|run, _| !runs.contains(run));
        self.forgotten.extend(runs);
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
