//! Disclosure packs: what somebody says of a run, and which artifacts bear it out.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use conductor_protocol::id::RunId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use decide::{ARTIFACTS_MAX, SUMMARY_BYTES_MAX, create, not_found};
pub use event::Created;
pub use view::{Disclosure, Disclosures};

/// What is to be disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Of which run.
    pub run: RunId,
    /// For people.
    pub summary: String,
    /// Ids of the artifacts.
    pub artifact_ids: Vec<String>,
    /// Anything more.
    pub metadata: BTreeMap<String, Value>,
}
