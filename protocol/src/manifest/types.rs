//! The shapes of a manifest, after parsing: every default filled in, every duration in
//! milliseconds, every reference checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A workflow as its author wrote it, checked.
///
/// Its serialisation is the normal form that is hashed (as RFC 8785 canonical JSON), published
/// and kept in the ledger: defaults are left out, so that a manifest keeps its digest when a
/// later version of the format gains a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Manifest {
    /// `^[a-zA-Z0-9-_]{3,64}$`
    pub name: String,
    /// Semantic version, without build metadata.
    pub version: String,
    /// One paragraph for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// JSON Schema of an object: the inputs a run takes. Empty when there are none.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The whole run's bound, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Environment of every task; values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// In the author's order; names are unique, `needs` has no cycles.
    pub tasks: Vec<TaskSpec>,
    /// The run's outputs by name; values are templates over the tasks' outputs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Value>,
}

/// One step of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct TaskSpec {
    /// Unique in the manifest, `^[a-zA-Z0-9_-]{1,64}$`.
    pub id: String,
    /// What runs it.
    pub uses: Uses,
    /// Parameters of the executor; strings in it are templates.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// Ids of the tasks that must have succeeded before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// How often it is tried again after a failure, 0–10.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// One attempt's bound, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// An expression; the task is skipped when it is false. Without one: all `needs` succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Added to the workflow's environment; values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Outputs by name, templates over what the executor gave (`result`). What the executor
    /// gave is always kept under its own names too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Value>,
    /// What its final failure means for the run.
    #[serde(default, skip_serializing_if = "OnFailure::is_default")]
    pub on_failure: OnFailure,
}

/// What a task's final failure means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// What needs it is skipped, independent tasks go on, the run ends failed.
    #[default]
    Fail,
    /// The failure is noted; what needs it starts all the same and the run may still succeed.
    Continue,
    /// Everything else is stopped at once and the run ends failed.
    Stop,
}

impl OnFailure {
    fn is_default(&self) -> bool {
        *self == Self::Fail
    }
}

/// A reference to an executor: `pkg:type/name@version`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uses {
    text: String,
}

impl Uses {
    /// The reference as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Uses {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let well_formed = text.strip_prefix("pkg:").and_then(|rest| {
            let (kind, rest) = rest.split_once('/')?;
            let (name, version) = rest.rsplit_once('@')?;
            let kind_ok = !kind.is_empty()
                && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (kind_ok && !name.is_empty() && !version.is_empty()).then_some(())
        });
        match well_formed {
            Some(()) => Ok(Self { text }),
            None => Err(format!("`{text}` is not of the form `pkg:type/name@version`")),
        }
    }
}

impl From<Uses> for String {
    fn from(uses: Uses) -> Self {
        uses.text
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
