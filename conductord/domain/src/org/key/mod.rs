//! Enrolled keys: whose signatures count, for what, and until when.
//!
//! A tenant's administrators enroll the keys of its people. What is enrolled in the home tenant
//! counts in every tenant, and what is enrolled in another one in that one alone. Here stands who a
//! key belongs to; whether it signed something is asked one layer up.

mod allowed;
mod decide;
mod event;
mod form;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

pub use allowed::Allowed;
pub use decide::{enroll, revoke};
pub use event::{Enrolled, Revoked};
pub use form::{is_pattern, types_taken};
pub use view::Keys;

/// What a key may be enrolled to sign, sorted: the namespaces of signatures.
pub const NAMESPACES: [&str; 4] =
    ["approval@conductor", "artifact@conductor", "login@conductor", "runbook@conductor"];

/// A key that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// Who took it back.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// In their words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// A key as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Where it is enrolled.
    pub tenant: String,
    /// Whose it is, and what it may sign until when.
    pub terms: Enrolled,
    /// Who set these terms.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// When it was enrolled first. New terms make no new key of it.
    pub since: Timestamp,
    /// That it was taken back: for good.
    pub revoked: Option<Revocation>,
}

/// How a key stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It signs.
    Active,
    /// Its time has not begun.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl Key {
    /// How it stands, by whole seconds, as the formats of signatures count them.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        let second = |at: Timestamp| at.unix_ms / 1_000;
        let Enrolled { valid_after, valid_before, .. } = &self.terms;
        if self.revoked.is_some() {
            Standing::Revoked
        } else if valid_before.is_some_and(|last| second(now) > second(last)) {
            Standing::Expired
        } else if valid_after.is_some_and(|first| second(now) < second(first)) {
            Standing::NotYetValid
        } else {
            Standing::Active
        }
    }

    /// When it is due to be replaced, if keys are after so many milliseconds; never, when they are
    /// after none, and never one that signs no more.
    #[must_use]
    pub fn rotate_due_at(&self, rotate_after_ms: u64, now: Timestamp) -> Option<Timestamp> {
        let signs = matches!(self.standing(now), Standing::Active | Standing::NotYetValid);
        (signs && rotate_after_ms > 0).then(|| self.since + rotate_after_ms)
    }

    /// Whether it should have been replaced by now.
    #[must_use]
    pub fn is_due(&self, rotate_after_ms: u64, now: Timestamp) -> bool {
        self.rotate_due_at(rotate_after_ms, now).is_some_and(|due| due <= now)
    }
}
