//! A run: one execution of a workflow version, a graph of tasks, with an end that is certain.

mod call;
mod dag;
mod decide;
mod event;
mod expand;
mod group;
pub mod plan;
mod rerun;
#[cfg(test)]
mod tests;
mod undo;
mod values;
mod view;

use std::collections::BTreeMap;

use conductor_protocol::{
    id::{DecisionId, RunId},
    manifest::{Manifest, TaskSpec},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::task::{ArtifactRef, Outcome, Role, Task, TaskStatus};
use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use call::Call;
pub use dag::{Step, advance, overdue};
pub use decide::{
    Bounds, SUBJECT_BYTES_MAX, StartRequest, cancel, check_subject, host_filters, kill, pause,
    resume, start, time_out,
};
pub use event::{
    Admitted, Ended, HostsFound, Kept, Parent, Paused, Resumed, ScheduledFor, Started, StopCause,
    StopRequested, Turn, UndoStarted, WorkflowRef,
};
pub use rerun::{Rerun, kept_of};
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
    /// Somebody stopped it from starting more tasks, for now.
    Paused,
    /// Nothing runs, and a task waits for a person's answer.
    Held,
    /// It failed, or was to be undone: what had finished is being undone.
    Undoing,
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
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Running,
        Self::Cancelling,
        Self::Paused,
        Self::Held,
        Self::Undoing,
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
            Self::Paused => "paused",
            Self::Held => "held",
            Self::Undoing => "undoing",
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

/// That a run starts no more tasks for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Who asked.
    pub by: Principal,
    /// In their words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// What was left of the run's time, in milliseconds.
    pub left_ms: u64,
}

/// A task's result in an earlier run, as it is kept in this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptResult {
    /// Id of the task.
    pub task: String,
    /// A JSON object.
    pub outputs: String,
    /// Files it left behind.
    pub artifacts: Vec<ArtifactRef>,
    /// Why it is left out; it was done when there is none.
    pub skipped: Option<String>,
}

/// That what a run finished is being undone, and how the run ends after that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    /// How the run ends.
    pub status: RunStatus,
    /// Why.
    pub note: String,
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
    /// In the manifest's order; then those that were added, as they were.
    pub tasks: Vec<Task>,
    /// Its turn among the runs that it excludes.
    pub turn: Option<Turn>,
    /// It waits for that turn.
    pub waits: bool,
    /// That it starts no more tasks for now.
    pub pause: Option<Pause>,
    /// The task of another run that it carries out.
    pub parent: Option<Parent>,
    /// Results of the run that it repeats.
    pub kept: Vec<KeptResult>,
    /// The hosts of its tasks: a JSON object of lists, by task; empty for none.
    pub hosts: String,
    /// Those are still looked up: nothing of it begins before.
    pub awaits_hosts: bool,
    /// It only undoes what the kept results say.
    pub undo_only: bool,
    /// Digest of the plan that it was started by; empty for none.
    pub plan: String,
    /// It was started to see whether it works.
    pub rehearsal: bool,
    /// The data subject that it is about; empty for none.
    pub subject: String,
    /// What it finished is being undone.
    pub undoing: Option<Undoing>,
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

    /// The hosts that were frozen for the workflow that a task of it runs; none unless the run was
    /// started by a plan that knew them.
    #[must_use]
    pub fn hosts_below(&self, task: &str) -> BTreeMap<String, Vec<Value>> {
        if !self.hosts.contains('/') {
            return BTreeMap::new();
        }
        let all: BTreeMap<String, Vec<Value>> =
            serde_json::from_str(&self.hosts).unwrap_or_default();
        let inner = |(name, hosts): (String, Vec<Value>)| {
            let name = name.strip_prefix(task)?.strip_prefix('/')?.to_owned();
            Some((name, hosts))
        };
        all.into_iter().filter_map(inner).collect()
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

    /// The instances of the task at that place of the manifest.
    pub fn instances_of(&self, place: u32) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| task.role == Role::Instance && task.place == place)
    }

    /// Where it stands, as its tasks say. Not asked of a run that has ended.
    /// Whether its tasks are being ended at once.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.cause == StopCause::Killed)
    }

    pub(crate) fn standing(&self) -> RunStatus {
        let any = |wanted: fn(TaskStatus) -> bool| self.tasks.iter().any(|t| wanted(t.status));
        let at_work = |task: &Task| match task.status {
            TaskStatus::Running => !task.expanded,
            TaskStatus::Backoff { .. } | TaskStatus::Deferred { .. } => true,
            _ => false,
        };
        if self.stop.is_some() {
            return RunStatus::Cancelling;
        }
        if self.pause.is_some() {
            return RunStatus::Paused;
        }
        if any(|status| matches!(status, TaskStatus::Held { .. }))
            && !self.tasks.iter().any(at_work)
        {
            return RunStatus::Held;
        }
        if self.undoing.is_some() {
            return RunStatus::Undoing;
        }
        let begun =
            |task: &Task| !task.is_fresh() && !matches!(task.status, TaskStatus::Skipped(_));
        if self.waits || !self.tasks.iter().any(begun) {
            return RunStatus::Queued;
        }
        RunStatus::Running
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
            Self::Cancelled | Self::Killed | Self::TaskFailed | Self::HostsUnknown => {
                Outcome::Cancelled
            }
            Self::TimedOut => Outcome::TimedOut,
        }
    }
}
