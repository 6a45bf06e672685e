//! Facts about runbooks that were refused.

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};

use crate::scope::Principal;

/// Why a runbook was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody signed it, and policy wants that.
    Unsigned,
    /// Nobody else reviewed it, and policy wants that.
    Unreviewed,
    /// The signature is not over this text, or what would run is not what the text says.
    Tampered,
    /// It was signed for something else, or the key may not sign runbooks.
    Namespace,
    /// The key is nobody's here.
    Unknown,
    /// The key was taken back.
    Revoked,
    /// The key's time is over, or has not begun.
    Expired,
    /// The key does not speak for whoever it should.
    NotAllowed,
    /// It is no signature that is taken: damaged, or of a key that is too weak.
    Malformed,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Unsigned,
        Self::Unreviewed,
        Self::Tampered,
        Self::Namespace,
        Self::Unknown,
        Self::Revoked,
        Self::Expired,
        Self::NotAllowed,
        Self::Malformed,
    ];

    /// The word for it, as in the ledger and in the metric's label.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Unreviewed => "unreviewed",
            Self::Tampered => "tampered",
            Self::Namespace => "namespace",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::NotAllowed => "not_allowed",
            Self::Malformed => "malformed",
        }
    }

    /// Of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }

    /// The code of a refusal for it.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Unsigned => Code::RunbookUnsigned,
            Self::Unreviewed => Code::RunbookReview,
            _ => Code::RunbookSignature,
        }
    }
}

/// The alert `unsigned_runbook`: somebody asked for a runbook that nobody who counts has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Name of the workflow.
    pub workflow: String,
    /// Its version; empty where none is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// What was asked for, such as `run.start`.
    pub action: String,
    /// Who asked, or for whom it would have been done.
    pub by: Principal,
    /// Why it was refused.
    pub why: Why,
    /// The same in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
    /// How many equal ones it stands for: more than one when a flood of them was counted.
    pub count: u64,
}
