//! A run: one execution of a workflow version, a graph of tasks, with an end that is certain.

mod dag;
mod decide;
mod event;
#[cfg(test)]
mod tests;
mod values;
mod view;

use conductor_protocol::{
    id::{DecisionId, RunId},
    manifest::{Manifest, TaskSpec},
};
use serde::{Deserialize, Serialize};

use super::task::{Outcome, Task};
use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use dag::{Step, advance, overdue};
pub use decide::{StartRequest, cancel, check_rerun, start, time_out};
pub use event::{Ended, ScheduledFor, Started, StopCause, StopRequested, WorkflowRef};
pub use values::Rendered;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Accepted; no task has started.
    Queued,
    /// At least one task has started.
    Running,
    /// It is being stopped.
    Cancelling,
    /// Every task did what it should, or its failure does not matter.
    Succeeded,
    /// A task failed.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// Its time was over.
    TimedOut,
}

impl RunStatus {
    /// All of them, in the order of a run's life.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::Cancelling,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
    ];

    /// Whether it never changes again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::TimedOut)
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }
}

/// That a run is to stop, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub cause: StopCause,
    /// Who asked.
    pub by: Principal,
    /// In their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A run's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Where it lives.
    pub scope: Scope,
    /// What runs.
    pub workflow: WorkflowRef,
    /// A JSON object, defaults filled in.
    pub inputs: String,
    /// Who started it.
    pub owner: Principal,
    /// Why, in their words.
    pub reason: String,
    /// The run it repeats.
    pub rerun_of: Option<RunId>,
    /// The schedule that started it.
    pub schedule: Option<ScheduledFor>,
    /// The decision that allowed it.
    pub decision: DecisionId,
    /// Where it stands.
    pub status: RunStatus,
    /// When it was accepted.
    pub started_at: Timestamp,
    /// When it is stopped at the latest.
    pub deadline: Timestamp,
    /// That it is to stop.
    pub stop: Option<Stop>,
    /// In the manifest's order.
    pub tasks: Vec<Task>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// A JSON object; empty before it succeeded.
    pub outputs: String,
    /// Why it ended as it did.
    pub note: String,
    /// Sequence numbers of everything about it, ascending.
    pub seqs: Vec<u64>,
}

impl Run {
    /// The task of that id.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// The task of that id.
    pub(crate) fn task_mut(&mut self, id: &str) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.id == id)
    }

    /// Sequence number of the last fact about it.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.seqs.last().copied().unwrap_or(0)
    }

    /// Whether all that `spec` needs has ended, so that nothing but a worker is awaited.
    #[must_use]
    pub fn needs_settled(&self, spec: &TaskSpec) -> bool {
        spec.needs.iter().all(|id| self.task(id).is_some_and(|task| task.status.is_terminal()))
    }
}

/// The specification of a task.
#[must_use]
pub fn spec_of<'m>(manifest: &'m Manifest, task: &str) -> Option<&'m TaskSpec> {
    manifest.tasks.iter().find(|spec| spec.id == task)
}

impl StopCause {
    /// How the attempts end that it stops.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Cancelled | Self::TaskFailed => Outcome::Cancelled,
            Self::TimedOut => Outcome::TimedOut,
        }
    }
}
