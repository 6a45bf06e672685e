//! Facts about schedules. The scope is the envelope's.
//!
//! That a schedule fired is no fact of its own: the start of the run says which due time it is for,
//! so that neither can be on record without the other.

use serde::{Deserialize, Serialize};

use super::{Cause, Spec, Why};
use crate::time::Timestamp;

/// A schedule was made or edited: its new version, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    /// Its name.
    pub name: String,
    /// 1 for a new one.
    pub version: u32,
    /// What it says now.
    pub spec: Spec,
    /// The decision that allowed it.
    pub decision: String,
}

/// It rests until it is resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paused {
    /// Its name.
    pub name: String,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// It goes on; what was due meanwhile is not made up for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resumed {
    /// Its name.
    pub name: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// It is gone; its runs go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Removed {
    /// Its name.
    pub name: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Due times wait for a run's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
    /// The schedule's name.
    pub name: String,
    /// The due times, oldest first.
    pub due: Vec<Timestamp>,
    /// Why they are to be run.
    pub cause: Cause,
    /// The decision that allowed it, when somebody asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
}

/// Due times were settled without a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// The schedule's name.
    pub name: String,
    /// The first of them.
    pub due: Timestamp,
    /// The last of them.
    pub until: Timestamp,
    /// How many; very many are not counted to the end.
    pub count: u64,
    /// Why they were to be run.
    pub cause: Cause,
    /// Why they were not.
    pub why: Why,
    /// In words, where there are more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}
