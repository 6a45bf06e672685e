//! A task of a run: leased, heartbeated, completed with a fencing token, tried again.

use serde::{Deserialize, Serialize};

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
