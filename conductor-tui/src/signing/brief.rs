//! An approval in few words, as lists have it.

use std::time::Duration;

use conductor_protocol::v1::{self, ApprovalStatus};

use crate::words::span;

/// How many have signed, of how many must: `1/3`.
#[must_use]
pub fn signed(approval: &v1::Approval) -> String {
    let signed: usize = approval.stages.iter().map(|stage| stage.signatures.len()).sum();
    let quorum: u32 = approval.stages.iter().map(|stage| stage.quorum).sum();
    format!("{signed}/{quorum}")
}

/// Milliseconds that it can still be signed for, at a time in milliseconds since 1970; nothing once
/// its time is over.
#[must_use]
pub fn left_ms(approval: &v1::Approval, now_ms: u64) -> Option<u64> {
    let until = approval.expires_at.as_ref().map_or(0, |at| at.seconds);
    u64::try_from(until).unwrap_or_default().saturating_mul(1_000).checked_sub(now_ms)
}

/// How long it can be signed; how it stands, once it can't.
#[must_use]
pub fn left(approval: &v1::Approval, now_ms: u64) -> String {
    if approval.ended.is_some() {
        return status(approval.status()).to_owned();
    }
    let left = left_ms(approval, now_ms);
    left.map_or_else(|| "over".to_owned(), |left| span(Duration::from_millis(left)))
}

/// How long approvals waited, in a line; nothing where none was granted.
#[must_use]
pub fn waited(told: &v1::ApprovalTimesResponse) -> Option<String> {
    let took = |times: &Option<v1::ApprovalTimes>| {
        let ms = times.as_ref()?.median_ms?;
        Some(span(Duration::from_millis(ms)))
    };
    let before = took(&told.before).map(|before| format!(", was {before}"));
    Some(format!("median wait {}{}", took(&told.times)?, before.unwrap_or_default()))
}

/// How it stands.
#[must_use]
pub const fn status(status: ApprovalStatus) -> &'static str {
    match status {
        ApprovalStatus::Unspecified => "unspecified",
        ApprovalStatus::Pending => "pending",
        ApprovalStatus::Granted => "granted",
        ApprovalStatus::Denied => "denied",
        ApprovalStatus::Withdrawn => "withdrawn",
        ApprovalStatus::Void => "void",
        ApprovalStatus::Expired => "expired",
    }
}
