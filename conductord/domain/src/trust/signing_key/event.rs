//! Facts about keys that the log is signed by.

use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

/// The next key is to take over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationOrdered {
    /// Why, in the words of whoever ordered it.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// Another key signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// Which handover of the log it is, from 1.
    pub number: u64,
    /// The key before, as C2SP writes a verifier key: `name+hash+key`.
    pub old_key: String,
    /// The key from then on.
    pub new_key: String,
    /// Checkpoints over so many records and more are by the new key.
    pub from: u64,
    /// The handover, a C2SP signed note by both keys.
    pub handover: String,
    /// Where the new key is, in a few words.
    pub place: String,
    /// The record of the order.
    pub order: u64,
    /// Who ordered it.
    pub ordered_by: Principal,
    /// Why, in their words.
    pub reason: String,
}

/// The next key did not take over; the one in force goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationFailed {
    /// The record of the order.
    pub order: u64,
    /// What stood in the way.
    pub problem: String,
}

/// The key in force has been so for as long as it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    /// Since when it is in force.
    pub since: Timestamp,
    /// When the next was to take over.
    pub due_at: Timestamp,
}
