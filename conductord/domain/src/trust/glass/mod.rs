//! Break-glass: what somebody went ahead with alone, and the review of it that falls due.
//!
//! Going ahead is an approval with one stage, a touch of whoever asks, whose statement says what is
//! left out and what falls due. The review is an approval of others, of what was done. Glass that was
//! broken is whole again when it was reviewed; what is not reviewed in time, or is disputed, becomes
//! an incident.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use conductor_protocol::{
    id::{ApprovalId, RunId},
    verdict::Stage,
};
use serde::{Deserialize, Serialize};

pub use decide::{needed, reviewers, terms};
pub use event::{Broken, Reviewed};
pub use view::{Glass, Glasses};

/// What is left out, and what falls due instead. It is part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
    /// Who would have had to approve it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<Stage>,
    /// Names of the freezes that it goes through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Who reviews it afterwards.
    pub review: Stage,
    /// Within how many seconds.
    pub review_seconds: u64,
}

/// What a review is of. It is part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Happened {
    /// By which approval the glass was broken.
    pub approval: ApprovalId,
    /// What was done, such as `run.start`.
    pub action: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The run that was started by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// How that run stood when the review was asked for, or how it ended; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
}
