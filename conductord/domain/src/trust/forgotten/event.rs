//! The fact that something is forgotten.

use conductor_protocol::id::DecisionId;
use serde::{Deserialize, Serialize};

/// A tenant, or a data subject of one, is forgotten: these keys are destroyed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forgotten {
    /// The tenant.
    pub tenant: String,
    /// SHA-256 of the data subject's name in hexadecimal; empty when the whole tenant is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject_digest: String,
    /// Ids of the keys.
    pub keys: Vec<String>,
    /// How many runs can be read no more.
    #[serde(default)]
    pub runs: u64,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
