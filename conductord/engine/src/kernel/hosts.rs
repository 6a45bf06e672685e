//! Hosts of the runs that the daemon starts by itself: of a schedule, of a task that is a workflow.
//!
//! A request brings the hosts along, looked up while its caller waits. Here nobody waits: that a
//! run wants its hosts is in the event of its start, to look them up is an effect of it, and what
//! comes back is an input. A daemon that dies in between asks again.

use std::collections::BTreeMap;

use conductor_domain::{
    event::Event,
    scope::Scope,
    work::run::{self, HostsFound, Run, StopCause, StopRequested},
};
use conductor_protocol::id::RunId;
use serde_json::Value;

use super::turn::{Author, Turn};
use crate::limits;

/// Hosts by task, or a sentence that says why they are not known.
pub type Hosts = Result<BTreeMap<String, Vec<Value>>, String>;

/// That the hosts of a run's tasks are to be looked up. Safe to do twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostsWanted {
    /// The run.
    pub run: RunId,
    /// Where it lives.
    pub scope: Scope,
    /// The filter of each task.
    pub filters: BTreeMap<String, String>,
}

impl Turn<'_> {
    /// Has the hosts of a run looked up, if it waits for them.
    pub(super) fn want_hosts(&mut self, id: RunId) {
        let Some(run) = self.run(id).filter(|run| awaits(run)) else { return };
        let Some(manifest) = self.manifest_of(&run) else { return };
        let inputs = serde_json::from_str(&run.inputs).unwrap_or_default();
        match run::host_filters(&manifest, &run.scope, &inputs) {
            Ok(filters) => self.want(HostsWanted { run: id, scope: run.scope.clone(), filters }),
            // They could when it was accepted; it ends with its time.
            Err(refusal) => tracing::error!(run = %id, %refusal, "a run's hosts can't be chosen"),
        }
    }

    /// Takes up what was found. What cannot be known ends the run before anything of it began.
    pub(super) fn hosts_found(&mut self, id: RunId, found: Hosts) {
        if !self.run(id).is_some_and(|run| awaits(&run)) {
            return;
        }
        let event = match found {
            Ok(hosts) => Event::RunHostsFound(HostsFound { run: id, hosts }),
            Err(why) => Event::RunStopRequested(StopRequested {
                run: id,
                cause: StopCause::HostsUnknown,
                reason: why.chars().take(limits::NOTE_CHARS_MAX).collect(),
                decision: None,
            }),
        };
        self.record_of_run(id, Author::system(), event);
        self.settle(id);
    }
}

fn awaits(run: &Run) -> bool {
    run.awaits_hosts && run.stop.is_none() && !run.status.is_terminal()
}
