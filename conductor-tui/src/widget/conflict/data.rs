//! A conflict as it is recorded: JSON in camelCase, times in RFC 3339.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// Two heads of one value's history.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conflict {
    pub(crate) id: String,
    /// What the value belongs to: a kind and a name, such as `runbook restart-payments`.
    pub(crate) entity: String,
    /// The value before the histories parted; none when both made it.
    pub(crate) ancestor: Option<Version>,
    /// Two versions neither of which knew of the other.
    pub(crate) sides: [Version; 2],
    /// Every operation from the ancestor's on to the two heads, in no order.
    pub(crate) history: Vec<Operation>,
}

/// A value, and the operation that wrote it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    /// None when the value was removed.
    #[serde(default)]
    pub(crate) value: Option<Value>,
    /// Id of the operation.
    pub(crate) operation: String,
}

/// One operation on the value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// The edge node that it was made on.
    pub(crate) node: String,
    pub(crate) principal: String,
    /// By the node's clock, which may be wrong: order comes from the parents alone.
    pub(crate) at: Timestamp,
    /// Operations that its maker knew; those before them follow.
    pub(crate) parents: Vec<String>,
    /// Operations of each node that its maker knew, itself counted: a vector clock.
    pub(crate) clock: BTreeMap<String, u64>,
    /// What it did, in few words.
    pub(crate) summary: String,
}

impl Conflict {
    /// The operation that wrote a version, where it is recorded.
    pub(crate) fn operation(&self, version: &Version) -> Option<&Operation> {
        self.history.iter().find(|operation| operation.id == version.operation)
    }
}
