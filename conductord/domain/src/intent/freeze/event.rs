//! Facts about freezes. The envelope's tenant is the one that they are about.

use conductor_protocol::id::DecisionId;
use serde::{Deserialize, Serialize};

use super::{Reach, Stop, Window};
use crate::scope::Principal;

/// Nothing starts in a part of a tenant while this holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    /// Its name.
    pub name: String,
    /// What it holds up.
    pub reach: Reach,
    /// When.
    pub window: Window,
    /// Why, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// A freeze is gone before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifted {
    /// Its name.
    pub name: String,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// Who agreed, by their signatures.
    pub approved_by: Vec<Principal>,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// The kill switch: nothing starts in a part of a tenant until it is lifted, and all runs there that
/// began before this record are stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Switched {
    /// The name of the freeze that it leaves.
    pub name: String,
    /// What it stops.
    pub reach: Reach,
    /// How.
    pub stop: Stop,
    /// Why, in the caller's words.
    pub reason: String,
    /// Runs that were under way there.
    pub runs: u64,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
