//! An event with its circumstances.

use conductor_protocol::id::TraceId;
use serde::{Deserialize, Serialize};

use super::Event;
use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

/// Proof that a command was taken before: kept with the first event that it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyMark {
    /// SHA-256 over tenant, principal, method and the caller's key, in hexadecimal.
    pub key: String,
    /// SHA-256 over the request, in hexadecimal.
    pub body: String,
}

/// An event with its circumstances: what one ledger record holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub scope: Scope,
    /// Who.
    pub principal: Principal,
    /// The request that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
    /// The command's idempotency key, on its first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<IdempotencyMark>,
    /// What.
    pub event: Event,
}
