//! Facts about runs.

use conductor_protocol::id::{DecisionId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RunStatus;
use crate::{intent::schedule::Cause, time::Timestamp};

/// Which published version runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowRef {
    /// Its name.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// `sha256:…` over its manifest.
    pub digest: String,
}

/// Which due time of which schedule a run is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledFor {
    /// The schedule's name.
    pub name: String,
    /// By which version of it.
    pub version: u32,
    /// The due time.
    pub due: Timestamp,
    /// Why it was run.
    pub cause: Cause,
}

/// A run was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Started {
    /// Its id.
    pub run: RunId,
    /// What runs.
    pub workflow: WorkflowRef,
    /// Checked against the workflow's schema, defaults filled in.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// Its tasks, in the manifest's order.
    pub tasks: Vec<String>,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The run it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<RunId>,
    /// The schedule that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduledFor>,
    /// When it is stopped at the latest.
    pub deadline: Timestamp,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// Why a run is to stop before its natural end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// Somebody asked.
    Cancelled,
    /// Its time is over.
    TimedOut,
    /// A task failed whose failure stops everything.
    TaskFailed,
}

/// A run is to stop before its natural end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StopRequested {
    /// The run.
    pub run: RunId,
    /// Why.
    pub cause: StopCause,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it, when somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
}

/// A run reached its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// The run.
    pub run: RunId,
    /// How.
    pub status: RunStatus,
    /// Why, in a sentence, when it did not succeed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// As the manifest's `outputs` say.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
}
