//! Facts about tasks.

use conductor_protocol::id::{RunId, WorkerId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ArtifactRef, Confinement, FailureKind, Outcome};
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

/// A task failed without an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Why, in a sentence.
    pub message: String,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
