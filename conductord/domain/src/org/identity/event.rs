//! Facts about grants and attributes. The tenant is the envelope's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scope::Principal;

/// A principal was given a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// Who has it now.
    pub principal: Principal,
    /// One of [`ROLES`](super::ROLES).
    pub role: String,
    /// The decision that allowed it; empty for the first start.
    pub decision: String,
}

/// A role was taken from a principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Who had it.
    pub principal: Principal,
    /// One of [`ROLES`](super::ROLES).
    pub role: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// What is known of a principal changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    /// Of whom.
    pub principal: Principal,
    /// What changed, by its name: one of [`ATTRIBUTES`](super::ATTRIBUTES). An empty value is none.
    pub attributes: BTreeMap<String, String>,
    /// The decision that allowed it.
    pub decision: String,
}
