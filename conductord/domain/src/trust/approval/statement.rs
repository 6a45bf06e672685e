//! What is signed: everything that whoever approves must see, in one canonical form.

use std::collections::BTreeMap;

use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId},
    jcs,
    verdict::Stage,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Refusal,
    scope::{Principal, Scope},
    trust::glass,
};

/// Tells a statement from anything else that could be signed.
pub const KIND: &str = "conductor/approval/v1";

/// Hosts by the task that acts on them.
pub type Targets = BTreeMap<String, Vec<String>>;

/// What is to be done, for whom, by which decision, until when. What is signed is its canonical
/// JSON (RFC 8785), so that the same thing is the same bytes everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// [`KIND`].
    pub kind: String,
    /// Of which approval. No other one can be approved by it.
    pub approval: ApprovalId,
    /// Where.
    pub scope: Scope,
    /// Who asks.
    pub requester: Principal,
    /// Why, in their words.
    pub reason: String,
    /// Such as `run.start`.
    pub action: String,
    /// Kind of what it is done to, such as `workflow`.
    pub resource_kind: String,
    /// Its name or id.
    pub resource: String,
    /// The workflow's version; empty where none is concerned.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The digest of the manifest that would run or be published, `sha256:…`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The digest of the plan that whoever asks has seen, `sha256:…`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// The inputs of a run.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// The hosts that a run acts on, as far as they are known before it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: Targets,
    /// SHA-256 over the canonical JSON of the whole command, `sha256:…`.
    pub command: String,
    /// The decision that asks for the approval.
    pub decision: DecisionId,
    /// The bundle that it was made by.
    pub bundle_revision: String,
    /// `low`, `medium` or `high`, as policy has it.
    pub risk: String,
    /// Who must sign, in their order.
    pub stages: Vec<Stage>,
    /// Somebody goes ahead alone: what is left out, and what falls due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glass: Option<glass::Terms>,
    /// What was done alone, where this is a review of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<glass::Happened>,
    /// Never used again: 128 bits in hexadecimal.
    pub nonce: String,
    /// When it was asked for, in milliseconds since 1970.
    pub requested_at: u64,
    /// Until when it can be signed, in milliseconds since 1970.
    pub expires_at: u64,
}

/// The largest whole number that canonical JSON keeps as it is: its numbers are doubles.
const EXACT_MAX: u64 = 1 << 53;

impl Statement {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// `INPUTS_INVALID` when an input has a whole number of which canonical JSON would lose digits:
    /// what is signed has to be what is done.
    pub fn canonical(&self) -> Result<String, Refusal> {
        let inexact = self.inputs.iter().find(|(_, value)| !is_exact(value));
        let problem = match inexact {
            Some((name, _)) => format!("the input `{name}` has a number beyond 2^53"),
            None => match jcs::canonical_json(self) {
                Ok(text) => return Ok(text),
                Err(error) => error.to_string(),
            },
        };
        let message = format!("what would have to be approved can't be signed: {problem}");
        Err(Refusal::new(Code::InputsInvalid, message, "send such a number as text"))
    }
}

fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => whole <= EXACT_MAX,
            (None, Some(whole)) => whole.unsigned_abs() <= EXACT_MAX,
            (None, None) => true,
        },
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(fields) => fields.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}
