//! Facts about tracked runs. Each holds the record whole, so that it is understood without those
//! before it.

use conductor_protocol::id::{DecisionId, RunId};
use serde::{Deserialize, Serialize};

use super::{Record, Status};

/// A run is kept record of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its id.
    pub run: RunId,
    /// What is known of it.
    pub record: Record,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// What is known of it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Which.
    pub run: RunId,
    /// How it stood before.
    pub from: Status,
    /// Names of what changed.
    pub changed: Vec<String>,
    /// What is known of it now.
    pub record: Record,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
