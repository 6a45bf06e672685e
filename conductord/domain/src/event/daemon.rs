//! Facts about the daemon itself.

use serde::{Deserialize, Serialize};

/// A daemon took over the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaemonStarted {
    /// Of the daemon's program.
    pub version: String,
    /// Of the policy bundle it decides with.
    pub bundle_revision: String,
}
