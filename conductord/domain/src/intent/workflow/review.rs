//! What people say of a version after they read it.

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};

use super::{Catalogue, Reviewed, Versions, Workflow, lifecycle::reason_given};
use crate::{Refusal, scope::Principal, time::Timestamp};

/// Reviews of one version that are kept, the newest of each person.
pub const REVIEWS_MAX: usize = 32;

/// What somebody said of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// It may be used, as far as they are concerned.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// The decision that allowed to say so.
    pub decision: String,
}

/// What is to be said of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opinion {
    /// It may be used.
    pub accepted: bool,
    /// Why; needed where it may not.
    pub reason: String,
}

impl Workflow {
    /// Takes up a review: one of each person, in the order in which they were given.
    pub(super) fn take_review(&mut self, review: Review) {
        self.reviews.retain(|known| known.by != review.by);
        self.reviews.push(review);
        if self.reviews.len() > REVIEWS_MAX {
            self.reviews.remove(0);
        }
    }
}

/// Says something of a version. `None` when the same person says the same again.
///
/// # Errors
/// `WORKFLOW_NOT_FOUND`; `REVIEW_OWN` when it is their own; `REQUEST_INVALID` for a no without a reason.
pub fn review(
    catalogue: &Catalogue,
    wanted: Versions<'_>,
    by: &Principal,
    opinion: Opinion,
    decision: String,
) -> Result<Option<Reviewed>, Refusal> {
    let found = wanted.of(catalogue)?;
    let [workflow] = found.as_slice() else {
        return Err(Refusal::new(
            Code::RequestInvalid,
            "a review is of one version".to_owned(),
            "name the version: NAME@VERSION",
        ));
    };
    if !opinion.accepted {
        reason_given(&opinion.reason)?;
    }
    if &workflow.published_by == by {
        return Err(Refusal::new(
            Code::ReviewOwn,
            format!("{by} published `{}` {}", wanted.name, workflow.manifest.version),
            "have somebody else review it",
        ));
    }
    let known = workflow.reviews.iter().find(|known| &known.by == by);
    if known
        .is_some_and(|known| (known.accepted, &known.reason) == (opinion.accepted, &opinion.reason))
    {
        return Ok(None);
    }
    Ok(Some(Reviewed {
        name: wanted.name.to_owned(),
        version: workflow.manifest.version.clone(),
        digest: workflow.digest.clone(),
        accepted: opinion.accepted,
        reason: opinion.reason,
        decision,
    }))
}
