//! Facts about receipts.

use conductor_protocol::id::{ReceiptId, RunId};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A record has its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// Made of the record's time and hash.
    pub receipt: ReceiptId,
    /// The record's number.
    pub record: u64,
    /// What the record is, such as `run.ended`.
    pub kind: String,
    /// What the record is about: a run id, a workflow's name, a principal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The run that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The record's time.
    pub recorded_at: Timestamp,
    /// The sigstore bundle, byte for byte.
    pub bundle: String,
}
