//! What is looked up of keys.

use std::sync::Arc;

use conductor_domain::{
    org::key::{Allowed, Key, Standing},
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
};

use super::Views;
use crate::signers::{Signature, Signed, SignerError, Signers};

impl Views {
    /// A key that is enrolled in a tenant, or was.
    #[must_use]
    pub fn key(&self, tenant: &str, fingerprint: &str) -> Option<Arc<Key>> {
        self.read().keys.get(tenant, fingerprint).cloned()
    }

    /// Whether a principal has a key in a tenant, or had.
    #[must_use]
    pub fn has_key(&self, tenant: &str, principal: &Principal) -> bool {
        self.read().keys.of_principal(tenant, principal).next().is_some()
    }

    /// Keys of a tenant, or of one principal in it, by fingerprint: so many after one.
    #[must_use]
    pub fn keys(
        &self,
        (tenant, principal): (&str, Option<&Principal>),
        after: &str,
        count: usize,
    ) -> Vec<Arc<Key>> {
        let hot = self.read();
        let found = match principal {
            None => hot.keys.after(tenant, after).take(count).cloned().collect(),
            Some(principal) => {
                let theirs = hot.keys.of_principal(tenant, principal);
                let rest = theirs.filter(|key| key.terms.fingerprint.as_str() > after);
                rest.take(count).cloned().collect()
            }
        };
        drop(hot);
        found
    }

    /// What counts in a tenant, so many keys at once: after this fingerprint of this tenant.
    #[must_use]
    pub fn allowed_keys(&self, tenant: &str, after: Option<(&str, &str)>, count: usize) -> Allowed {
        let hot = self.read();
        hot.keys.allowed(&hot.grants, tenant, after, count)
    }

    /// The keys of a principal that count in a tenant and should have been replaced by now.
    #[must_use]
    pub fn own_keys_due(
        &self,
        (tenant, principal): (&str, &Principal),
        rotate_after_ms: u64,
        now: Timestamp,
    ) -> Vec<Arc<Key>> {
        let hot = self.read();
        let own = (tenant != HOME_TENANT).then_some(tenant);
        let places = std::iter::once(HOME_TENANT).chain(own);
        let theirs = places.flat_map(|place| hot.keys.of_principal(place, principal));
        theirs.filter(|key| key.is_due(rotate_after_ms, now)).cloned().collect()
    }

    /// How many keys of a tenant sign, and how many of these should have been replaced by now.
    #[must_use]
    pub fn count_keys(&self, tenant: &str, rotate_after_ms: u64, now: Timestamp) -> (usize, usize) {
        let hot = self.read();
        let (mut sign, mut due) = (0, 0);
        for key in hot.keys.after(tenant, "") {
            sign += usize::from(key.standing(now) == Standing::Active);
            due += usize::from(key.is_due(rotate_after_ms, now));
        }
        drop(hot);
        (sign, due)
    }

    /// The keys that are enrolled where they may count in a tenant, each once, also those that were taken
    /// back: whether one counts, [`Self::signed_by`] says.
    #[must_use]
    pub fn enrolled_keys(&self, tenant: &str) -> Vec<Arc<Key>> {
        let hot = self.read();
        let own = (tenant != HOME_TENANT).then_some(tenant);
        let own = own.into_iter().flat_map(|tenant| hot.keys.after(tenant, ""));
        let apart = own.filter(|key| hot.keys.get(HOME_TENANT, &key.terms.fingerprint).is_none());
        hot.keys.after(HOME_TENANT, "").chain(apart).cloned().collect()
    }

    /// Who made a signature in a tenant: of whom `as_principal` names, whether it was they.
    ///
    /// # Errors
    /// [`SignerError`]
    pub fn signed_by(
        &self,
        (tenant, as_principal): (&str, Option<&Principal>),
        signature: Signature<'_>,
    ) -> Result<Signed, SignerError> {
        let hot = self.read();
        let signers = Signers::of(&hot.keys, &hot.grants, tenant);
        let signed = match as_principal {
            Some(principal) => signers.find_as(principal, signature),
            None => signers.find(signature),
        };
        drop(hot);
        signed
    }
}
