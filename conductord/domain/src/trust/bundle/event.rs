//! Facts about bundles.

use serde::{Deserialize, Serialize};

/// Why a bundle decides from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The daemon began with it.
    Started,
    /// Its source gave it.
    Source,
    /// Somebody went back to it.
    RolledBack,
}

impl Cause {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Source => "source",
            Self::RolledBack => "rolled_back",
        }
    }
}

/// A bundle decides from here on. An alarm over a refused one is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployed {
    /// `sha256:…`
    pub revision: String,
    /// What its maker calls it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Where it is from: `built-in`, a path, a URL without what may be secret in it.
    pub source: String,
    /// The key that it was signed with; empty where none had to be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signed_by: String,
    /// Why.
    pub cause: Cause,
    /// In the words of whoever went back to it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it; empty where nobody asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
}

/// A bundle can't be used; the one before it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Where it is from.
    pub source: String,
    /// Why not.
    pub problem: String,
    /// The one that goes on.
    pub revision: String,
}

/// Something is deployed that is not what the configuration wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// Where.
    pub tenant: String,
    /// `bundle` or `profile`.
    pub what: String,
    /// What the configuration wants.
    pub desired: String,
    /// What there is.
    pub deployed: String,
}

/// Something drifts: an item to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drifted {
    /// What.
    #[serde(flatten)]
    pub drift: Drift,
}

/// It is as wanted again, or something else is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What it was.
    #[serde(flatten)]
    pub drift: Drift,
}
