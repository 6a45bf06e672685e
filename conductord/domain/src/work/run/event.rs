//! Facts about runs.

use std::collections::BTreeMap;

use conductor_protocol::id::{DecisionId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RunStatus;
use crate::{intent::schedule::Cause, time::Timestamp, work::task::ArtifactRef};

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
    /// Its turn among the runs that it excludes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
    /// The task of another run that it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Results of the run that it repeats, in the order of their ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// The hosts of its tasks, by task, as the inventory had them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, Vec<Value>>,
    /// Those are still looked up: nothing of it begins before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hosts_wanted: bool,
    /// It only undoes what the kept results say.
    #[serde(default, skip_serializing_if = "is_false")]
    pub undo_only: bool,
    /// Digest of the plan that it was started by.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// It was started to see whether it works.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rehearsal: bool,
    /// Whose data it works on, by a name that its tenant has for them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
}

/// A run's turn among those of its concurrency group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Name of the group in the tenant.
    pub group: String,
    /// Runs of it at once.
    pub limit: u32,
    /// It waits for its turn.
    #[serde(default)]
    pub waits: bool,
}

/// The task of another run that a run carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parent {
    /// That run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// How many runs are above it.
    pub depth: u32,
}

/// A task's result in an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its id.
    pub task: String,
    /// Values for later tasks.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub outputs: Map<String, Value>,
    /// Files it left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactRef>,
    /// Why it is left out; it was done when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What an instance's templates know of itself, where the run only undoes.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

/// A run that waited for its turn has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Admitted {
    /// The run.
    pub run: RunId,
    /// When it is stopped at the latest: its time begins now.
    pub deadline: Timestamp,
}

/// The hosts of a run's tasks were looked up: what it acts on is frozen from here on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostsFound {
    /// The run.
    pub run: RunId,
    /// By task, as the inventory has them.
    pub hosts: BTreeMap<String, Vec<Value>>,
}

/// A run starts no more tasks for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paused {
    /// The run.
    pub run: RunId,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it is stopped at the latest, if nobody resumes it.
    pub deadline: Timestamp,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// A run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resumed {
    /// The run.
    pub run: RunId,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it is stopped at the latest: the pause does not count.
    pub deadline: Timestamp,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// What a run finished is undone, one task after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoStarted {
    /// The run.
    pub run: RunId,
    /// What is undone, in the order of undoing.
    pub tasks: Vec<String>,
    /// How the run ends when it is undone.
    pub status: RunStatus,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it is stopped at the latest.
    pub deadline: Timestamp,
}

/// Why a run is to stop before its natural end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// Somebody asked.
    Cancelled,
    /// Somebody asked, and its tasks get no time to clean up.
    Killed,
    /// Its time is over.
    TimedOut,
    /// A task failed whose failure stops everything.
    TaskFailed,
    /// The hosts of its tasks could not be looked up.
    HostsUnknown,
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

fn is_false(flag: &bool) -> bool {
    !*flag
}
