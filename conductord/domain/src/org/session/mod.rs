//! Sessions: what a login with a key gives, until it is over.
//!
//! Who logs in has signed a challenge; that this is so, whoever asks knows before. Here stands what
//! is open, for whom, how far it reaches and until when. Of a token only its digest is known.

mod decide;
mod event;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use conductor_protocol::id::SessionId;
use serde::{Deserialize, Serialize};

use crate::{
    org::key::{Keys, Standing},
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
};

pub use conductor_protocol::login::NAMESPACE;
pub use decide::{end, of_key, open};
pub use event::{Alarmed, Cause, Ended, Opened};
pub use view::{Alarm, Alarms, Sessions};

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Where it was opened.
    pub tenant: String,
    /// Whose it is, by which key, until when.
    pub terms: Opened,
    /// When it was opened.
    pub at: Timestamp,
}

impl Session {
    /// Which.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.terms.session
    }

    /// Whose.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.terms.principal
    }

    /// Whether it is good in a tenant: there where the key that opened it counts.
    #[must_use]
    pub fn reaches(&self, tenant: &str) -> bool {
        self.terms.key_tenant == HOME_TENANT || self.terms.key_tenant == tenant
    }

    /// Whether its time has not come, and what opened it could still open one.
    #[must_use]
    pub fn stands(&self, keys: &Keys, now: Timestamp) -> bool {
        let behind = self.terms.authority.as_ref().unwrap_or(&self.terms.key);
        let enrolled = keys.get(&self.terms.key_tenant, behind);
        let signs = enrolled.is_some_and(|key| {
            key.standing(now) == Standing::Active
                && key.terms.namespaces.iter().any(|name| name == NAMESPACE)
        });
        now < self.terms.ends_at && signs && !is_revoked(keys, &self.tenant, &self.terms)
    }
}

/// Whether a key behind a session was taken back wherever it counts in the session's tenant.
fn is_revoked(keys: &Keys, tenant: &str, terms: &Opened) -> bool {
    let behind = [Some(&terms.key), terms.authority.as_ref()];
    behind
        .into_iter()
        .flatten()
        .any(|fingerprint| keys.counting(tenant, fingerprint).any(|known| known.revoked.is_some()))
}
