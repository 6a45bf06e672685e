//! May somebody go ahead alone, and who looks at it afterwards?

use std::collections::BTreeSet;

use conductor_protocol::{
    error_code::Code,
    verdict::{Obligation, Stage},
};

use super::Terms;
use crate::{
    Refusal,
    scope::Principal,
    trust::approval::{Approval, required},
};

/// Different people who have to review what somebody did alone, whatever policy says.
const REVIEWERS_MIN: u32 = 2;
/// The longest that a review may take, in seconds.
const REVIEW_SECONDS_MAX: u64 = 31 * 86_400;

/// What stands in the way of something that could be done alone: who would have to approve it. What
/// proves who asks is no part of it, for that is asked of whoever breaks glass, always.
pub fn needed<'o>(obligations: impl IntoIterator<Item = &'o Obligation>) -> Vec<Stage> {
    let stages = required(obligations).map(|(stages, _)| stages).unwrap_or_default();
    stages.into_iter().filter(|stage| !stage.requester).collect()
}

/// What somebody goes ahead by: what they leave out, and what the permission to do so obliges to.
///
/// # Errors
/// `REQUEST_INVALID` without a reason, `GLASS_WHOLE` where nothing is left out, `PERMISSION_DENIED`
/// where policy does not say who reviews it.
pub fn terms(
    (skips, through): (Vec<Stage>, Vec<String>),
    reason: &str,
    permission: &[Obligation],
) -> Result<Terms, Refusal> {
    if reason.trim().is_empty() {
        let message = "whoever breaks glass says why";
        return Err(Refusal::new(Code::RequestInvalid, message, "give a reason"));
    }
    if skips.is_empty() && through.is_empty() {
        let message = "nothing stands in the way that glass would have to be broken for";
        let hint = "ask for it without breaking glass";
        return Err(Refusal::new(Code::GlassWhole, message, hint));
    }
    let review = permission.iter().find_map(|one| match one {
        Obligation::RequireReview { roles, quorum, window_seconds, .. } => {
            let stage = Stage { roles: roles.clone(), quorum: *quorum, ..Stage::default() };
            Some((stage, *window_seconds))
        }
        _ => None,
    });
    let good = |(stage, seconds): &(Stage, u64)| {
        let people = stage.quorum >= REVIEWERS_MIN && !stage.roles.is_empty();
        people && (1..=REVIEW_SECONDS_MAX).contains(seconds)
    };
    let Some((review, review_seconds)) = review.filter(good) else {
        let message = "policy lets glass be broken and does not say which two review it, and when";
        let hint = "an administrator has to mend the policy bundle: `approval.break_glass` needs \
                    `require_review` with roles, a quorum of two and a window";
        return Err(Refusal::new(Code::PermissionDenied, message, hint));
    };
    Ok(Terms { skips, through, review, review_seconds })
}

/// The different people who signed a review, besides whoever broke the glass; nobody, when they are
/// too few.
#[must_use]
pub fn reviewers(review: &Approval) -> Vec<Principal> {
    let signed = review.signatures.iter().map(|signed| &signed.principal);
    let others: BTreeSet<&Principal> =
        signed.filter(|principal| **principal != review.requester).collect();
    if others.len() < REVIEWERS_MIN as usize {
        return Vec::new();
    }
    others.into_iter().cloned().collect()
}
