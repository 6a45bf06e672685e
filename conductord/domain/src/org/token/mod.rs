//! Tokens of services: what a program acts with, until it expires or is taken back.
//!
//! A service is a principal of its tenant, and of no other: the same name elsewhere is somebody
//! else. What it may do its roles say, and each of its tokens is for a part of that. Of a token only
//! its digest is known.

mod decide;
mod event;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use conductor_protocol::id::TokenId;
use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

pub use decide::{issue, revoke};
pub use event::{Issued, Revoked};
pub use view::Tokens;

/// That a token was taken back.
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

/// A token as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Where it was issued, and where alone it is good.
    pub tenant: String,
    /// Whose it is, what for, until when.
    pub terms: Issued,
    /// Who issued it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// That it was taken back.
    pub revoked: Option<Revocation>,
}

/// How a token stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is good.
    Active,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl Token {
    /// Which.
    #[must_use]
    pub const fn id(&self) -> TokenId {
        self.terms.token
    }

    /// Whose.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.terms.principal
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked.is_some() {
            Standing::Revoked
        } else if now >= self.terms.expires_at {
            Standing::Expired
        } else {
            Standing::Active
        }
    }

    /// Whether it is good.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.standing(now) == Standing::Active
    }
}
