//! Facts about tasks.

use conductor_protocol::id::{DecisionId, RunId, WorkerId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Answer, ArtifactRef, Confinement, FailureKind, Hold, Outcome};
use crate::time::Timestamp;

/// An attempt was given to a worker. The fencing token is this event's sequence number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leased {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Who got it.
    pub worker: WorkerId,
    /// That worker lives and dies with the daemon.
    #[serde(default)]
    pub in_process: bool,
    /// The attempt's bound in milliseconds.
    pub timeout_ms: u64,
}

/// An attempt ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completed {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Fencing token of its lease.
    pub token: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence, when it did not succeed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Of its program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Of the answer that it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// What kind of failure it was, where its executor can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureKind>,
    /// Values for later tasks.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
    /// `sha256:…` of its output.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub log_digest: String,
    /// Length of its output file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub log_bytes: u64,
    /// Files it left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactRef>,
    /// What bounded its program, where something was to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confinement: Option<Confinement>,
    /// When it is tried again; never, when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
}

/// An attempt's worker went away, or gave it back. The task is taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lost {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Fencing token of the lease that is void now.
    pub token: u64,
    /// Why, in a sentence.
    pub message: String,
}

/// Why a task will not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipCause {
    /// Its `when` was false. What needs it may run.
    When,
    /// Something it needs did not succeed. What needs it is skipped too.
    Needs,
    /// Somebody left it out. What needs it may run.
    Operator,
    /// The rollout that it is an instance of had stopped.
    Rollout,
    /// The run only undoes.
    Undo,
}

/// A task will not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Why.
    pub cause: SkipCause,
    /// Why, in a sentence.
    pub message: String,
    /// The decision that allowed it, when somebody left it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
}

/// A task was stopped while it waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancelled {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
}

/// A task failed without an attempt, or the run that it stood for did and it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Why, in a sentence.
    pub message: String,
    /// When it is tried again; never, when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
}

/// One thing that a task is done for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    /// Unique in the task: its id is `task[key]`.
    pub key: String,
    /// What its templates know of it.
    pub values: Map<String, Value>,
    /// Batch of the rollout, counted from 0.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub batch: u32,
}

/// A task begins: its instances become tasks of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expanded {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// In order.
    pub instances: Vec<Instance>,
}

/// A batch has ended: its health check becomes a task of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// The batch, counted from 0.
    pub batch: u32,
}

/// A task waits for a person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Why.
    pub cause: Hold,
    /// What to look at.
    pub message: String,
    /// It ends without an answer at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Released {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// What they said.
    pub answer: Answer,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// A task waits for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deferred {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Which time.
    pub until: Timestamp,
}

/// A task is carried out by a run of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChildStarted {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// That run.
    pub child: RunId,
}

/// A task ended that no worker had: a group of instances, a gate, a wait, a run of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Values for later tasks.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
}

fn is_zero_u32(number: &u32) -> bool {
    *number == 0
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
