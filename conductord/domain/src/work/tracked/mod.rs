//! Tracked runs: work that something else does and that is kept record of here.
//!
//! Nothing is started, leased or stopped for one. Whoever tracks it says how it stands.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use decide::{METADATA_BYTES_MAX, NAME_BYTES_MAX, RELATED_MAX, change, create, not_found};
pub use event::{Changed, Created};
pub use view::{Tracked, TrackedRuns};

use crate::time::Timestamp;

/// How a tracked run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not begun.
    Pending,
    /// It is under way.
    Running,
    /// It did what it was for.
    Succeeded,
    /// It did not.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled];

    /// Its name, as it stands in events and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether it has ended. An ended run never stands otherwise again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }

    /// Whether a run that stands so may come to stand so.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        self == next || !self.is_terminal() && next != Self::Pending
    }
}

/// What is known of a tracked run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What people call it.
    pub name: String,
    /// Whose it is, in the words of whoever tracks it.
    pub owner: String,
    /// How it stands.
    pub status: Status,
    /// What it is expected to cost, in millionths of a dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_estimate_micros: Option<u64>,
    /// What it cost, in millionths of a dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_actual_micros: Option<u64>,
    /// Ids of what it is about, elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_entity_ids: Vec<String>,
    /// Ids of decisions that it bears on, elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_decision_ids: Vec<String>,
    /// Anything more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
    /// When it began to be tracked.
    pub started_at: Timestamp,
    /// When it ended, as whoever tracks it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// What is to be kept record of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// How it stands; pending where nothing is said.
    pub status: Option<Status>,
    /// In millionths of a dollar.
    pub cost_estimate_micros: Option<u64>,
    /// Ids of what it is about.
    pub related_entity_ids: Vec<String>,
    /// Ids of decisions.
    pub related_decision_ids: Vec<String>,
    /// Anything more.
    pub metadata: BTreeMap<String, Value>,
}

/// What is to change; what is not said stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// How it stands now.
    pub status: Option<Status>,
    /// In millionths of a dollar.
    pub cost_estimate_micros: Option<u64>,
    /// In millionths of a dollar.
    pub cost_actual_micros: Option<u64>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// All ids of what it is about.
    pub related_entity_ids: Option<Vec<String>>,
    /// All ids of decisions.
    pub related_decision_ids: Option<Vec<String>>,
    /// Added to what there is; a name with `null` is taken out.
    pub metadata: BTreeMap<String, Value>,
    /// The number of the event that changed it last, as whoever asks has seen it; 0 for any.
    pub expected_seq: u64,
}
