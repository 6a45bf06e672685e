//! Facts about tenants. The envelope's tenant is the one that they are about.

use serde::{Deserialize, Serialize};

use super::{OpenRuns, Settings};
use crate::{scope::Principal, time::Timestamp};

/// A tenant was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its name.
    pub name: String,
    /// What is set for it from the beginning.
    #[serde(default)]
    pub settings: Settings,
    /// The decision that allowed it.
    pub decision: String,
}

/// What is set for a tenant changed. The settings are whole: what is not in them is not set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configured {
    /// Its name.
    pub name: String,
    /// Counted from 1.
    pub version: u32,
    /// As they are now.
    pub settings: Settings,
    /// The decision that allowed it.
    pub decision: String,
}

/// Nothing starts in a tenant any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suspended {
    /// Its name.
    pub name: String,
    /// Why, in the caller's words.
    pub reason: String,
    /// What becomes of the runs under way.
    #[serde(default)]
    pub runs: OpenRuns,
    /// The decision that allowed it.
    pub decision: String,
}

/// A suspended tenant is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resumed {
    /// Its name.
    pub name: String,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Somebody of another tenant was let in, to read. The envelope says by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestAdmitted {
    /// Who.
    pub principal: Principal,
    /// How long.
    pub until: Timestamp,
    /// Why, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Somebody who was let in is a guest no more, before their time has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestDismissed {
    /// Who.
    pub principal: Principal,
    /// The decision that allowed it.
    pub decision: String,
}
