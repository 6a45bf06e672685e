//! Facts about incidents.

use conductor_protocol::id::{ApprovalId, DecisionId, IncidentId, RunId};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::scope::Principal;

/// Something has to be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// Its id.
    pub incident: IncidentId,
    /// What it is about.
    pub kind: Kind,
    /// By which approval the glass was broken.
    pub approval: ApprovalId,
    /// The run that was started by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Who broke it.
    pub principal: Principal,
    /// What whoever disputes it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// It was looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    /// Which.
    pub incident: IncidentId,
    /// What came of it, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
