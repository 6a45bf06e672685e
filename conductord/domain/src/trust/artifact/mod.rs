//! Artifacts: files that belong to a run, and what they prove of it.
//!
//! What is known of an artifact never changes; how it stands does: it may be held, so that its
//! content stays, and its content may be removed when its time is over. Each fact about that says
//! all there is to say, so that the newest alone counts.

mod decide;
mod event;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use conductor_protocol::id::{ArtifactId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use crate::retention::{Retention, Tier};
pub use conductor_protocol::evidence::Flags;
pub use decide::{Declared, agree, expire, hold, not_found, record, release};
pub use event::{Expired, Held, Recorded, Released};
pub use view::{Attempt, Files, of_task, standing};

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What something is made of.
    Sbom,
    /// How it was built.
    SlsaProvenance,
    /// What speaks against it.
    RiskAssessment,
    /// What its build said.
    BuildLog,
    /// What its tests said.
    TestReport,
    /// Anything else.
    Other,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Sbom,
        Self::SlsaProvenance,
        Self::RiskAssessment,
        Self::BuildLog,
        Self::TestReport,
        Self::Other,
    ];

    /// Its name, as it stands in events and requests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sbom => "sbom",
            Self::SlsaProvenance => "slsa_provenance",
            Self::RiskAssessment => "risk_assessment",
            Self::BuildLog => "build_log",
            Self::TestReport => "test_report",
            Self::Other => "other",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where its content is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "at", rename_all_fields = "camelCase")]
pub enum Location {
    /// Here.
    Stored {
        /// `sha256:` and 64 hexadecimal digits.
        digest: String,
        /// Length in bytes.
        size_bytes: u64,
    },
    /// Somewhere else; nobody here has seen it.
    External {
        /// Where.
        uri: String,
        /// `ALGORITHM:` and hexadecimal digits; empty where none was given.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        content_hash: String,
    },
}

impl Location {
    /// The digest of what is stored here.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Stored { digest, .. } => Some(digest),
            Self::External { .. } => None,
        }
    }

    /// Bytes that are stored here.
    #[must_use]
    pub const fn stored_bytes(&self) -> u64 {
        match self {
            Self::Stored { size_bytes, .. } => *size_bytes,
            Self::External { .. } => 0,
        }
    }
}

/// Whose signature an artifact came with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state", rename_all_fields = "camelCase")]
pub enum Signature {
    /// It came with none.
    #[default]
    Unsigned,
    /// One that was good when it came.
    Signed {
        /// Whose.
        by: Principal,
        /// With which key.
        key: String,
        /// As it came, so that anybody can check it again; empty where all of it stands in the content.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        signature: String,
        /// Whose the signatures are that stand in the content, in its order, each once.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        within: Vec<Signer>,
    },
    /// One that proves nothing.
    Unverifiable {
        /// Why.
        problem: String,
    },
}

/// Who made a signature that stands in a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signer {
    /// Whose it is.
    pub by: Principal,
    /// Fingerprint of the key.
    pub key: String,
}

impl Signature {
    /// `signed`, `unsigned` or `unverifiable`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signed { .. } => "signed",
            Self::Unverifiable { .. } => "unverifiable",
        }
    }
}

/// An artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// Its id.
    pub id: ArtifactId,
    /// Where its run is.
    pub scope: Scope,
    /// The run that it belongs to.
    pub run: RunId,
    /// The task that left it behind; none where somebody brought it.
    pub task: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// Such as `application/json`; empty where nobody said.
    pub media_type: String,
    /// Where its content is.
    pub location: Location,
    /// What it proves.
    pub flags: Flags,
    /// Nobody looked: the flags are what was said. Otherwise they are what is really in it.
    pub declared: bool,
    /// What was found in it, in words.
    pub found: String,
    /// What else was said of it.
    pub additional: Map<String, Value>,
    /// Whose signature it came with.
    pub signature: Signature,
    /// Who brought it, or the worker that the task ran on.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// Where in the ledger.
    pub seq: u64,
}

/// How an artifact stands. One that nothing was said of has its content, and may lose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is", rename_all_fields = "camelCase")]
pub enum Standing {
    /// Its content stays, whatever retention says.
    Held {
        /// Who holds it.
        by: Principal,
        /// Since when.
        at: Timestamp,
        /// Why, in their words.
        reason: String,
    },
    /// Its content was removed.
    Expired {
        /// Who let it be removed.
        by: Principal,
        /// When.
        at: Timestamp,
        /// By which rule.
        reason: String,
    },
}

/// How an artifact is to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Hold it, and why.
    Hold(String),
    /// Hold it no more, and why.
    Release(String),
}

impl Change {
    /// The action that policy is asked about.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Hold(_) => "artifact.hold",
            Self::Release(_) => "artifact.release",
        }
    }
}
