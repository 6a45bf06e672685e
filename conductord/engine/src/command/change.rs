//! Changes: of a run that goes on, of an approval that waits, of versions of a workflow.

use conductor_domain::{
    intent::workflow::{Deprecation, Opinion},
    scope::Principal,
    work::task,
};
use serde::{Deserialize, Serialize};

/// A change of a run that has not ended. Every one has a reason, in the caller's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunChange {
    /// Stop it.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Stop it, and give its tasks no time to clean up.
    Kill {
        /// Why.
        reason: String,
    },
    /// Let it start no more tasks for now.
    Pause {
        /// Why.
        reason: String,
    },
    /// Let it go on.
    Resume {
        /// Why.
        reason: String,
    },
    /// Leave a task out that has not started.
    Skip {
        /// Which.
        task: String,
        /// Why.
        reason: String,
    },
    /// Answer a task that is held.
    Release {
        /// Which.
        task: String,
        /// What is said.
        answer: task::Answer,
        /// Why.
        reason: String,
    },
}

impl RunChange {
    /// The action that policy is asked about, part of what makes idempotency keys equal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Cancel { .. } => "run.cancel",
            Self::Kill { .. } => "run.kill",
            Self::Pause { .. } => "run.pause",
            Self::Resume { .. } => "run.resume",
            Self::Skip { .. } => "run.skip",
            Self::Release { .. } => "run.release",
        }
    }
}

/// What is said to an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// Approve it.
    Sign {
        /// The signature over its statement, as `ssh-keygen -Y sign` writes it.
        signature: String,
        /// In the words of whoever approves.
        comment: String,
        /// Who brought the signature, where that is somebody else than whoever made it.
        brought_by: Option<Principal>,
    },
    /// Say no.
    Deny {
        /// Why.
        reason: String,
    },
    /// Take it back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Go ahead alone with what waits.
    Break {
        /// Why.
        reason: String,
    },
    /// Have somebody else sign.
    Delegate {
        /// Whom.
        to: Principal,
        /// Why.
        reason: String,
    },
    /// Something to think about.
    Comment {
        /// What.
        text: String,
    },
}

impl Say {
    /// What it is called, part of what makes idempotency keys equal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sign { .. } => "approval.sign",
            Self::Deny { .. } => "approval.deny",
            Self::Withdraw { .. } => "approval.withdraw",
            Self::Break { .. } => "approval.break_glass",
            Self::Delegate { .. } => "approval.delegate",
            Self::Comment { .. } => "approval.comment",
        }
    }
}

/// What becomes of versions of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Whoever starts them is warned.
    Deprecate(Deprecation),
    /// The warning is taken back.
    Undeprecate {
        /// Why, in the caller's words.
        reason: String,
    },
    /// Somebody says what they think of one.
    Review(Opinion),
    /// Nothing new starts from them.
    Retire {
        /// Why, in the caller's words.
        reason: String,
    },
}
