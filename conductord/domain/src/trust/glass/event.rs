//! Facts about glass.

use conductor_protocol::id::{ApprovalId, DecisionId, RunId};
use serde::{Deserialize, Serialize};

use super::Terms;
use crate::{scope::Principal, time::Timestamp};

/// Somebody went ahead alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Broken {
    /// By which approval.
    pub approval: ApprovalId,
    /// Who.
    pub principal: Principal,
    /// The run that was started by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Why, in their words.
    pub reason: String,
    /// What was left out, and what falls due.
    pub terms: Terms,
    /// Until when it has to be reviewed.
    pub due: Timestamp,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// Others reviewed what somebody did alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    /// By which approval the glass was broken.
    pub approval: ApprovalId,
    /// By which approval it was reviewed.
    pub review: ApprovalId,
    /// Who did, by their signatures.
    pub by: Vec<Principal>,
}
