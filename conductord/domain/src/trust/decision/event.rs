//! Facts about decisions.

use conductor_protocol::{
    id::DecisionId,
    verdict::{Question, Verdict},
};
use serde::{Deserialize, Serialize};

/// Policy answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its id; what it allowed refers to it.
    pub id: DecisionId,
    /// What was asked.
    pub input: Question,
    /// What was answered.
    pub verdict: Verdict,
    /// What stood in the way although policy allowed it, as an error code: an obligation that was
    /// not met. Empty for what was done, and for what was denied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unmet: String,
    /// How many equal ones it stands for: more than one when a flood of denials was counted.
    pub count: u64,
}

impl Recorded {
    /// Whether what was asked for was done: allowed, and nothing stood in the way.
    #[must_use]
    pub const fn was_done(&self) -> bool {
        self.verdict.allow && self.unmet.is_empty()
    }
}
