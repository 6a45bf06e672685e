//! Facts about approvals.

use conductor_protocol::{
    id::{ApprovalId, DecisionId, RunId},
    verdict::{Question, Stage},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{event::IdempotencyMark, scope::Principal, time::Timestamp, trust::glass};

/// Something was asked for that others must approve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requested {
    /// Its id.
    pub approval: ApprovalId,
    /// What policy was asked, and is asked again before it is done.
    pub question: Question,
    /// What is to be done, whole, as the daemon keeps commands.
    pub command: Value,
    /// What is signed: the canonical JSON of the [`Statement`](super::Statement).
    pub statement: String,
    /// SHA-256 over the statement, `sha256:…`.
    pub digest: String,
    /// Who must sign, in their order.
    pub stages: Vec<Stage>,
    /// Until when it can be signed.
    pub expires_at: Timestamp,
    /// Why, in the words of whoever asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that asks for the approval.
    pub decision: DecisionId,
    /// Somebody goes ahead alone: what is left out, and what falls due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glass: Option<glass::Terms>,
    /// What was done alone, where this is a review of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened: Option<glass::Happened>,
    /// The idempotency key that the command came with: what is done in the end answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<IdempotencyMark>,
}

/// Somebody approved: a stage has one signature more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    /// Of what.
    pub approval: ApprovalId,
    /// The stage that it counts for, from 0.
    pub stage: u32,
    /// Who.
    pub principal: Principal,
    /// The fingerprint of the key, `SHA256:…`.
    pub fingerprint: String,
    /// The signature over the statement as `ssh-keygen -Y sign` writes it.
    pub signature: String,
    /// Whether whoever holds a security key touched it.
    pub user_present: bool,
    /// In the words of whoever approved.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Who brought it, where that is somebody else: a signature may be made far from the daemon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_by: Option<Principal>,
    /// The decision that let them.
    pub decision: DecisionId,
}

/// Somebody who may approve denied: it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Denied {
    /// What.
    pub approval: ApprovalId,
    /// Why.
    pub reason: String,
    /// The decision that let them.
    pub decision: DecisionId,
}

/// Whoever asked wants it no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawn {
    /// What.
    pub approval: ApprovalId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that let them.
    pub decision: DecisionId,
}

/// Somebody who may sign the open stage has another one do so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegated {
    /// What.
    pub approval: ApprovalId,
    /// The stage, from 0.
    pub stage: u32,
    /// Who signs in their place.
    pub to: Principal,
    /// Why.
    pub reason: String,
    /// The decision that let them.
    pub decision: DecisionId,
}

/// Somebody has something to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commented {
    /// Of what.
    pub approval: ApprovalId,
    /// What.
    pub text: String,
    /// The decision that let them.
    pub decision: DecisionId,
}

/// A stage was not answered in its time: others may sign it, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalated {
    /// What.
    pub approval: ApprovalId,
    /// The stage, from 0.
    pub stage: u32,
    /// Who holds one of these may sign it now.
    pub roles: Vec<String>,
}

/// All stages were signed, and what was asked for is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// What.
    pub approval: ApprovalId,
    /// The run that was started by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The decision by which it was done, made when all had signed.
    pub decision: DecisionId,
}

/// Something changed after it was asked for: no signature counts any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Voided {
    /// What.
    pub approval: ApprovalId,
    /// What changed.
    pub why: String,
}

/// Its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expired {
    /// What.
    pub approval: ApprovalId,
}
