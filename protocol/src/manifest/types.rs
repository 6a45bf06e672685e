//! The shapes of a manifest, after parsing: every default filled in, every duration in
//! milliseconds, every reference checked.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Concurrency, ResourceClass, RetryRule, Risk, Rollout, Sandbox, Sensitivity, SideTask, Spread,
};
use crate::token::TokenScope;

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
    /// What it is called in a heading; its name, when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// One paragraph for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words that it is found by, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who looks after it: principals, or names of people and teams; sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// JSON Schema of an object: the inputs a run takes. Empty when there are none.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The whole run's bound, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Environment of every task; values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Which runs exclude one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    /// How much harm a run can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// How sensitive its data is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_sensitivity: Option<Sensitivity>,
    /// Where it may run, sorted; anywhere when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What its data is used for, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purpose: Vec<String>,
    /// When what was done is undone.
    #[serde(default, skip_serializing_if = "Undo::is_default")]
    pub undo: Undo,
    /// In the author's order; names are unique, `needs` has no cycles.
    pub tasks: Vec<TaskSpec>,
    /// The run's outputs by name; values are templates over the tasks' outputs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Value>,
}

impl Manifest {
    /// Names of the secrets that its tasks use, sorted.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.tasks.iter().flat_map(|task| &task.secrets).collect();
        names.into_iter().cloned().collect()
    }
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
    /// One of `needs` is enough.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_any: bool,
    /// What it is done for, once each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// How its instances start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Rollout>,
    /// How often it is tried again after a failure, 0–10.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// Which failures are worth a retry, and the waits between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryRule>,
    /// It is never started twice: when its worker is lost in its middle, a person decides.
    #[serde(default, skip_serializing_if = "is_false")]
    pub at_most_once: bool,
    /// One attempt's bound, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How much of its machine its program may take; as the worker says, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceClass>,
    /// The walls around its program; as the worker says, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Sandbox>,
    /// An expression; the task is skipped when it is false. Without one: all `needs` succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Added to the workflow's environment; values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Names of the secrets that it, its health check and its compensation use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What the token of its attempts is for, beside reading its own run; sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<TokenScope>,
    /// Outputs by name, templates over what the executor gave (`result`). What the executor
    /// gave is always kept under its own names too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Value>,
    /// What type each output of the executor is read as.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub output_types: BTreeMap<String, OutputType>,
    /// What its final failure means for the run.
    #[serde(default, skip_serializing_if = "OnFailure::is_default")]
    pub on_failure: OnFailure,
    /// What undoes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensate: Option<Box<SideTask>>,
}

/// When the finished tasks of a run are undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// When somebody asks.
    #[default]
    Manual,
    /// Also by itself, when the run fails.
    OnFailure,
}

impl Undo {
    fn is_default(&self) -> bool {
        *self == Self::Manual
    }
}

/// The type that an output is read as. A program's outputs are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputType {
    /// A text, as it is.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list, as JSON.
    Array,
    /// A mapping, as JSON.
    Object,
}

impl OutputType {
    /// All of them with their words.
    pub(super) const WORDS: [(&'static str, Self); 6] = [
        ("string", Self::String),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("boolean", Self::Boolean),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Reads a value as this type: a text is parsed, what has the type already stays as it is.
    ///
    /// # Errors
    /// A sentence that says what it is instead.
    pub fn read(self, value: &Value) -> Result<Value, String> {
        let parsed = match (self, value) {
            (Self::String, Value::String(_)) => value.clone(),
            (Self::String, Value::Number(_) | Value::Bool(_)) => Value::String(value.to_string()),
            (_, Value::String(text)) => serde_json::from_str(text.trim()).unwrap_or(Value::Null),
            (_, value) => value.clone(),
        };
        let fits = match self {
            Self::String => parsed.is_string(),
            Self::Integer => parsed.is_i64() || parsed.is_u64(),
            Self::Number => parsed.is_number(),
            Self::Boolean => parsed.is_boolean(),
            Self::Array => parsed.is_array(),
            Self::Object => parsed.is_object(),
        };
        fits.then_some(parsed).ok_or_else(|| format!("it is not of type `{}`", self.word()))
    }
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

pub(super) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

const fn is_false(flag: &bool) -> bool {
    !*flag
}
