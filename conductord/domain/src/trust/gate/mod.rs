//! The release gate: may what a run made be released?
//!
//! The rule: the run succeeded, and one of its artifacts has an SBOM, SLSA provenance and a risk
//! assessment. No signature of its artifacts may be one that proves nothing, its receipt has to be
//! there where receipts are made, and the bundle of policy may have more to say.

mod decide;
mod event;
#[cfg(test)]
mod tests;

use conductor_protocol::{
    evidence::Flags,
    id::{ArtifactId, RunId},
};

pub use decide::{judge, news};
pub use event::Checked;

/// What is known of an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: ArtifactId,
    /// What it is called.
    pub name: String,
    /// What it proves.
    pub flags: Flags,
    /// Why its signature proves nothing, where it came with one that doesn't.
    pub unverifiable: Option<String>,
    /// Its content was here and is not any more.
    pub gone: bool,
}

/// What the gate looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The run.
    pub run: RunId,
    /// How it stands, in a word.
    pub status: String,
    /// It reached its end, and that is a good one.
    pub succeeded: bool,
    /// Its receipt is there; nothing where this daemon makes none.
    pub receipted: Option<bool>,
    /// All of its artifacts.
    pub artifacts: Vec<Seen>,
    /// What the bundle of policy has against it.
    pub blocks: Vec<String>,
}
