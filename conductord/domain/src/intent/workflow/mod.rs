//! A workflow: a manifest published as an immutable version, which may later be deprecated (it
//! starts with a warning) and retired (it does not start any more).

mod countersign;
mod decide;
mod event;
mod lifecycle;
mod rehearsal;
mod review;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use conductor_protocol::manifest::Manifest;
use serde::{Deserialize, Serialize};

use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use countersign::{COUNTERSIGNATURES_MAX, countersign, is_other, own_review};
pub use decide::{Publication, Submitted, publish};
pub use event::{
    Countersigned, Deprecated, Provenance, Published, Repository, Retired, Reviewed, Signed,
    Undeprecated,
};
pub use lifecycle::{Deprecation, Versions, deprecate, retire, undeprecate};
pub use rehearsal::{REHEARSED_PLACES_MAX, Rehearsal, Rehearsals, Rehearsed};
pub use review::{Opinion, REVIEWS_MAX, Review, review};
pub use view::Catalogue;

/// A published version.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Whose it is.
    pub scope: Scope,
    /// What it is.
    pub manifest: Arc<Manifest>,
    /// `sha256:…` over the manifest's canonical JSON.
    pub digest: String,
    /// Who published it.
    pub published_by: Principal,
    /// When.
    pub published_at: Timestamp,
    /// Where in the ledger.
    pub seq: u64,
    /// The decision that allowed it; empty when unknown.
    pub decision: String,
    /// Where the manifest came from.
    pub provenance: Provenance,
    /// Its author's signature under the text that `provenance` keeps.
    pub signature: Option<Signed>,
    /// Reviewers' signatures, one of each person.
    pub countersignatures: Vec<Signed>,
    /// How far it has come.
    pub standing: Standing,
    /// What others said of it, oldest first.
    pub reviews: Vec<Review>,
}

/// How far a version has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is for use.
    #[default]
    Published,
    /// It may be started, with a warning.
    Deprecated(Notice),
    /// Nothing new starts from it.
    Retired(Notice),
}

/// Who changed a version's standing, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Who.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// What to use instead, `NAME` or `NAME@VERSION`; may be empty.
    pub instead: String,
    /// The decision that allowed it.
    pub decision: String,
}

impl Workflow {
    /// Whether nothing new starts from it.
    #[must_use]
    pub const fn is_retired(&self) -> bool {
        matches!(self.standing, Standing::Retired(_))
    }

    /// What whoever starts it should know.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let Standing::Deprecated(notice) = &self.standing else { return None };
        let (name, version) = (&self.manifest.name, &self.manifest.version);
        let instead = match notice.instead.as_str() {
            "" => String::new(),
            instead => format!("; use {instead} instead"),
        };
        let (by, reason) = (&notice.by, &notice.reason);
        Some(format!("{name} {version} is deprecated by {by}: {reason}{instead}"))
    }
}
