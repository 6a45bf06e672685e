//! A task of a run: leased, heartbeated, completed with a fencing token, tried again.

mod confinement;
mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use conductor_protocol::id::{RunId, WorkerId};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use confinement::{Confinement, Means};
pub(crate) use decide::end_without_report;
pub use decide::{Completion, Limits, Settled, complete, lose, release, retry_of_run, skip};
pub use event::{
    Cancelled, ChildStarted, Completed, Deferred, Expanded, Failed, HealthCheck, Held, Instance,
    Leased, Lost, Released, Settlement, SkipCause, Skipped,
};

/// Bytes of a task's id, at most: one of the manifest's, the key of an instance, what it is for.
pub const TASK_ID_BYTES_MAX: usize = 128;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should.
    Succeeded,
    /// It said so itself: an exit code, a status, a wrong parameter.
    Failed,
    /// Its time was over and it was stopped.
    TimedOut,
    /// It was stopped because somebody asked.
    Cancelled,
}

/// What kind of thing went wrong when an attempt failed: what decides whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The program, or the server that was asked, ended with an error of its own.
    Program,
    /// Nothing was begun: what it should act on could not be reached in time.
    Unreachable,
    /// The connection broke in the middle: how far the program came is not known.
    Lost,
    /// Nothing was begun: the other side, or its identity, was refused. Trying again will not help.
    Refused,
    /// Nothing was begun: the parameters are wrong. Trying again will not help.
    Invalid,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Program, Self::Unreachable, Self::Lost, Self::Refused, Self::Invalid];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Unreachable => "unreachable",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Invalid => "invalid",
        }
    }

    /// Whether the connection failed, and nothing that the program itself said.
    #[must_use]
    pub const fn is_of_the_connection(self) -> bool {
        matches!(self, Self::Unreachable | Self::Lost)
    }
}

/// A file that a task leaves behind, kept by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactRef {
    /// Unique in the run's task.
    pub name: String,
    /// `sha256:…`
    pub digest: String,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// Why a task waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// It is a gate.
    Gate,
    /// The first batch of its rollout has ended.
    Canary,
    /// Its worker was lost in its middle, and it may not be started twice.
    AtMostOnce,
    /// It undoes another task, and failed.
    UndoFailed,
}

impl Hold {
    /// The answers that it takes.
    #[must_use]
    pub const fn answers(self) -> &'static [Answer] {
        match self {
            Self::Gate | Self::Canary => &[Answer::GoOn, Answer::GiveUp],
            Self::AtMostOnce | Self::UndoFailed => &[Answer::Retry, Answer::Done, Answer::GiveUp],
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Canary => "canary",
            Self::AtMostOnce => "at_most_once",
            Self::UndoFailed => "undo_failed",
        }
    }
}

/// What a person says to a task that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It goes on.
    GoOn,
    /// It is started again.
    Retry,
    /// It was done, by itself or by hand.
    Done,
    /// It ends as failed.
    GiveUp,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GoOn, Self::Retry, Self::Done, Self::GiveUp];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GoOn => "go_on",
            Self::Retry => "retry",
            Self::Done => "done",
            Self::GiveUp => "give_up",
        }
    }
}

/// What a task is to the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Role {
    /// It stands there: a task, or the group of its instances.
    #[default]
    Plain,
    /// One of the instances that a task was expanded to.
    Instance,
    /// The health check after a batch of instances.
    Health,
    /// It undoes a task that had finished.
    Undo,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskStatus {
    /// For the tasks it needs, or for a worker.
    Waiting,
    /// An attempt is with a worker; or its instances, or the run that it stands for, are under way.
    Running,
    /// It waits for a person's answer.
    Held {
        /// Why.
        cause: Hold,
        /// It ends without an answer at that time.
        until: Option<Timestamp>,
    },
    /// It waits for a time.
    Deferred {
        /// Which.
        until: Timestamp,
    },
    /// Failed, and will be tried again at that time.
    Backoff {
        /// When.
        until: Timestamp,
    },
    /// It did what it should.
    Succeeded,
    /// It did not, and is not tried again.
    Failed,
    /// Its last attempt ran out of time.
    TimedOut,
    /// It will not run.
    Skipped(SkipCause),
    /// It was stopped.
    Cancelled,
}

impl TaskStatus {
    /// Whether it never changes again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::TimedOut | Self::Skipped(_) | Self::Cancelled
        )
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Held { .. } => "held",
            Self::Deferred { .. } => "deferred",
            Self::Backoff { .. } => "backoff",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Skipped(_) => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How an attempt ended, or that its worker went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptEnd {
    /// Its worker, or the kernel for it, reported the end.
    Reported(Outcome),
    /// Its lease ended without a report.
    Lost,
}

/// One try at a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// Fencing token: sequence number of the grant.
    pub token: u64,
    /// Who runs it.
    pub worker: WorkerId,
    /// That worker lives and dies with the daemon.
    pub in_process: bool,
    /// When it was leased.
    pub started_at: Timestamp,
    /// Its bound in milliseconds.
    pub timeout_ms: u64,
    /// When and how it ended.
    pub end: Option<(Timestamp, AttemptEnd)>,
    /// Why, in a sentence.
    pub message: String,
    /// Of its program.
    pub exit_code: Option<i32>,
    /// Of the answer that it got.
    pub status_code: Option<u16>,
    /// What kind of failure it was, where its executor can tell.
    pub failure: Option<FailureKind>,
    /// `sha256:…` of its output; empty when there was none.
    pub log_digest: String,
    /// Length of its output file.
    pub log_bytes: u64,
    /// What bounded its program, where something was to.
    pub confinement: Option<Confinement>,
}

impl Attempt {
    /// Whether it ended in a way that leaves open what it has done: its worker was lost, its
    /// connection broke, its time was over, the server was too busy or had an error of its own.
    fn leaves_doubt(&self) -> bool {
        match self.end {
            Some((_, AttemptEnd::Lost | AttemptEnd::Reported(Outcome::TimedOut))) => true,
            Some((_, AttemptEnd::Reported(Outcome::Failed))) => {
                self.failure == Some(FailureKind::Lost)
                    || self.status_code.is_some_and(|status| status == 429 || status >= 500)
            }
            _ => false,
        }
    }
}

/// A task's state in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// As in the manifest.
    pub id: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
    /// A JSON object; empty before it succeeded.
    pub outputs: String,
    /// Files it left behind.
    pub artifacts: Vec<ArtifactRef>,
    /// Why it stands where it stands.
    pub message: String,
    /// What it is to the manifest.
    pub role: Role,
    /// Place in the manifest of the task that it is, or belongs to.
    pub place: u32,
    /// Batch of the rollout that it belongs to, counted from 0.
    pub batch: u32,
    /// What its templates know of itself: a JSON object, empty for nothing.
    pub values: String,
    /// Its instances are tasks of the run.
    pub expanded: bool,
    /// The run that it stands for, the newest of them.
    pub child: Option<RunId>,
    /// Runs that it stood for, or that could not be started for it, after which it was tried again.
    pub runs_failed: u32,
    /// The answer that a person gave last.
    pub answer: Option<Answer>,
    /// Sequence number of its end; 0 before it.
    pub ended_seq: u64,
}

impl Task {
    /// A task that nothing happened to, by its id and its place in the manifest.
    #[must_use]
    pub fn new(id: &str, place: usize) -> Self {
        Self {
            id: id.to_owned(),
            status: TaskStatus::Waiting,
            attempts: Vec::new(),
            outputs: String::new(),
            artifacts: Vec::new(),
            message: String::new(),
            role: Role::Plain,
            place: u32::try_from(place).unwrap_or(u32::MAX),
            batch: 0,
            values: String::new(),
            expanded: false,
            child: None,
            runs_failed: 0,
            answer: None,
            ended_seq: 0,
        }
    }

    /// Whether nothing of it has begun.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.status == TaskStatus::Waiting && self.attempts.is_empty() && self.answer.is_none()
    }

    /// Whether it ended as a failure.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        matches!(self.status, TaskStatus::Failed | TaskStatus::TimedOut)
    }

    /// The attempt that is with a worker.
    #[must_use]
    pub fn running(&self) -> Option<&Attempt> {
        match self.status {
            TaskStatus::Running => self.attempts.last(),
            _ => None,
        }
    }

    /// Number of the attempt that the next one stands for, to whoever counts what is done: its own,
    /// or that of the first in a row of attempts before it that leave open what they have done.
    #[must_use]
    pub fn next_effect(&self) -> u32 {
        let doubts = self.attempts.iter().rev().take_while(|attempt| attempt.leaves_doubt());
        let settled = self.attempts.len() - doubts.count();
        u32::try_from(settled).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Attempts whose worker went away.
    #[must_use]
    pub fn losses(&self) -> u32 {
        let lost = |attempt: &&Attempt| matches!(attempt.end, Some((_, AttemptEnd::Lost)));
        u32::try_from(self.attempts.iter().filter(lost).count()).unwrap_or(u32::MAX)
    }

    /// Attempts that reported a failure.
    #[must_use]
    pub fn failures(&self) -> u32 {
        let failed = |attempt: &&Attempt| {
            matches!(
                attempt.end,
                Some((_, AttemptEnd::Reported(Outcome::Failed | Outcome::TimedOut)))
            )
        };
        u32::try_from(self.attempts.iter().filter(failed).count()).unwrap_or(u32::MAX)
    }
}
