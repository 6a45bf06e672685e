//! May somebody countersign a version?

use conductor_protocol::error_code::Code;

use super::{Catalogue, Countersigned, Signed, Workflow};
use crate::{Refusal, scope::Principal};

/// People who countersign one version.
pub const COUNTERSIGNATURES_MAX: usize = 16;

/// Whether somebody is another person than whoever wrote and whoever published something.
#[must_use]
pub fn is_other(reviewer: &Principal, author: &Principal, publisher: &Principal) -> bool {
    reviewer != author && reviewer != publisher
}

/// Adds a reviewer's signature, which fits the text, to a version. `None` when it is there already.
///
/// # Errors
/// `WORKFLOW_NOT_FOUND`, `WORKFLOW_RETIRED`; `RUNBOOK_UNSIGNED` when its author has not signed it;
/// `RUNBOOK_REVIEW` when they are its author or publisher, or too many have signed.
pub fn countersign(
    catalogue: &Catalogue,
    (tenant, name, version): (&str, &str, &str),
    signature: Signed,
    decision: String,
) -> Result<Option<Countersigned>, Refusal> {
    let known = catalogue.to_start(tenant, name, version)?;
    let version = known.manifest.version.clone();
    let Some(author) = known.signature.as_ref().map(|signed| &signed.principal) else {
        return Err(Refusal::new(
            Code::RunbookUnsigned,
            format!("version {version} of workflow `{name}` is not signed by its author"),
            "its author signs with `conductor runbooks sign`, and publishes a new version",
        ));
    };
    if !is_other(&signature.principal, author, &known.published_by) {
        return Err(own_review(&signature.principal));
    }
    let same = |review: &Signed| {
        review.principal == signature.principal && review.signature == signature.signature
    };
    if known.countersignatures.iter().any(same) {
        return Ok(None);
    }
    if is_full(known, &signature.principal) {
        return Err(Refusal::new(
            Code::RunbookReview,
            format!(
                "{COUNTERSIGNATURES_MAX} people have countersigned version {version} of `{name}`"
            ),
            "that is as many as are kept",
        ));
    }
    Ok(Some(Countersigned { name: name.to_owned(), version, signature, decision }))
}

fn is_full(known: &Workflow, by: &Principal) -> bool {
    known.countersignatures.len() >= COUNTERSIGNATURES_MAX
        && known.countersignatures.iter().all(|one| one.principal != *by)
}

/// That nobody reviews what they wrote or published.
#[must_use]
pub fn own_review(reviewer: &Principal) -> Refusal {
    Refusal::new(
        Code::RunbookReview,
        format!("{reviewer} wrote it or published it, and can't review it as well"),
        "somebody else who may review countersigns it: `conductor runbooks countersign`",
    )
}
