//! Facts about release gates.

use conductor_protocol::id::{ArtifactId, DecisionId, RunId};
use serde::{Deserialize, Serialize};

/// Somebody asked whether what a run made may be released, and the answer was not the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The run.
    pub run: RunId,
    /// It may.
    pub passed: bool,
    /// The answer in a sentence.
    pub message: String,
    /// Artifacts of the run.
    pub total_artifacts: u32,
    /// Those that have all three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compliant_artifact_ids: Vec<ArtifactId>,
    /// Everything that stands in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The decision that let it be asked.
    pub decision: DecisionId,
}
