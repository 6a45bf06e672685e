//! What somebody had done about a target of notifications.
//!
//! Which notifications there are follows from the ledger, and how far a target has come is kept beside
//! it. What people do about them is on record here, and takes effect by being read there.

use conductor_protocol::id::NotificationId;
use serde::{Deserialize, Serialize};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// Dead letters are delivered anew.
    Retry,
    /// Dead letters are forgotten.
    Drop,
    /// One was sent, to see whether the target takes it.
    Test,
}

impl Care {
    /// What it is called, part of what makes idempotency keys equal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retry => "notification.retry",
            Self::Drop => "notification.drop",
            Self::Test => "notification.test",
        }
    }
}

/// Somebody looked after a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tended {
    /// Which.
    pub target: String,
    /// How.
    pub care: Care,
    /// The dead letters that are meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<NotificationId>,
    /// The decision that allowed it.
    pub decision: String,
}
