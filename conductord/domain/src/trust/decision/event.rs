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
    /// How many equal ones it stands for: more than one when a flood of denials was counted.
    pub count: u64,
}
