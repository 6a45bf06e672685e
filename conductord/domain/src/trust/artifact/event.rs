//! Facts about artifacts. Where and who is the envelope's.

use conductor_protocol::id::{ArtifactId, DecisionId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Flags, Kind, Location, Signature};

/// An artifact was added to a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Its id.
    pub artifact: ArtifactId,
    /// The run that it belongs to.
    pub run: RunId,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// Such as `application/json`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_type: String,
    /// Where its content is.
    pub location: Location,
    /// What it proves.
    pub flags: Flags,
    /// Nobody looked: the flags are what was said.
    #[serde(default)]
    pub declared: bool,
    /// What was found in it, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// What else was said of it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub additional: Map<String, Value>,
    /// Whose signature it came with.
    #[serde(default)]
    pub signature: Signature,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// The content of an artifact stays, whatever retention says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// Which.
    pub artifact: ArtifactId,
    /// Its run.
    pub run: RunId,
    /// Why, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// An artifact is held no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Released {
    /// Which.
    pub artifact: ArtifactId,
    /// Its run.
    pub run: RunId,
    /// Why, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}

/// The content of an artifact is removed; this record of it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expired {
    /// Which.
    pub artifact: ArtifactId,
    /// Its run.
    pub run: RunId,
    /// `sha256:…` of what is removed; empty where it was never here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Length of that in bytes.
    #[serde(default)]
    pub size_bytes: u64,
    /// By which rule.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: DecisionId,
}
