//! Facts about disclosure packs.

use std::collections::BTreeMap;

use conductor_protocol::id::{DecisionId, DisclosureId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something is disclosed of a run. It is never changed: what is said anew is another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its id.
    pub disclosure: DisclosureId,
    /// Of which run.
    pub run: RunId,
    /// For people.
    pub summary: String,
    /// Ids of the artifacts that bear it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifact_ids: Vec<String>,
    /// Anything more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
