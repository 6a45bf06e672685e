//! Every key, by its tenant and its fingerprint.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use super::{Key, Revocation};
use crate::{
    event::{Envelope, Event},
    scope::{HOME_TENANT, Principal},
};

/// Keys, also those that were taken back. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    by_tenant: BTreeMap<String, OfTenant>,
    /// The tenants in which a fingerprint is, or was.
    tenants: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OfTenant {
    by_fingerprint: BTreeMap<String, Arc<Key>>,
    by_principal: BTreeMap<Principal, BTreeSet<String>>,
    revoked: usize,
}

impl Keys {
    /// Takes up a fact. The key that it changed, as it is now.
    pub fn apply(&mut self, envelope: &Envelope) -> Option<Arc<Key>> {
        let tenant = &envelope.scope.tenant;
        let (at, by) = (envelope.at, envelope.principal.clone());
        let key = match &envelope.event {
            Event::KeyEnrolled(terms) => {
                let known = self.get(tenant, &terms.fingerprint);
                let known = known.filter(|known| known.terms.principal == terms.principal);
                let since = known.map_or(at, |known| known.since);
                let (tenant, terms) = (tenant.clone(), terms.clone());
                Key { tenant, terms, by, at, since, revoked: None }
            }
            Event::KeyRevoked(event) => {
                let mut key = Key::clone(self.get(tenant, &event.fingerprint)?);
                let (reason, decision) = (event.reason.clone(), event.decision.clone());
                key.revoked = Some(Revocation { by, at, reason, decision });
                key
            }
            _ => return None,
        };
        let key = Arc::new(key);
        self.insert(Arc::clone(&key));
        Some(key)
    }

    /// Takes up a key as it is.
    pub fn insert(&mut self, key: Arc<Key>) {
        let of_tenant = self.by_tenant.entry(key.tenant.clone()).or_default();
        let (fingerprint, principal) = (key.terms.fingerprint.clone(), key.terms.principal.clone());
        self.tenants.entry(fingerprint.clone()).or_default().insert(key.tenant.clone());
        let is_revoked = key.revoked.is_some();
        let before = of_tenant.by_fingerprint.insert(fingerprint.clone(), key);
        let was_revoked = before.as_ref().is_some_and(|key| key.revoked.is_some());
        of_tenant.revoked += usize::from(is_revoked);
        of_tenant.revoked -= usize::from(was_revoked);
        if let Some(before) = before.filter(|before| before.terms.principal != principal)
            && let Some(theirs) = of_tenant.by_principal.get_mut(&before.terms.principal)
        {
            theirs.remove(&fingerprint);
        }
        of_tenant.by_principal.entry(principal).or_default().insert(fingerprint);
    }

    /// A key that is enrolled in that very tenant, or was.
    #[must_use]
    pub fn get(&self, tenant: &str, fingerprint: &str) -> Option<&Arc<Key>> {
        self.by_tenant.get(tenant)?.by_fingerprint.get(fingerprint)
    }

    /// What counts of a key in a tenant: as it is enrolled in the home tenant, and as it is in the
    /// tenant itself.
    pub fn counting<'k>(
        &'k self,
        tenant: &'k str,
        fingerprint: &'k str,
    ) -> impl Iterator<Item = &'k Arc<Key>> {
        places(tenant).filter_map(move |place| self.get(place, fingerprint))
    }

    /// The keys of a principal in that very tenant, by fingerprint.
    pub fn of_principal<'k>(
        &'k self,
        tenant: &str,
        principal: &Principal,
    ) -> impl Iterator<Item = &'k Arc<Key>> {
        let of_tenant = self.by_tenant.get(tenant);
        let theirs = of_tenant.and_then(|of_tenant| of_tenant.by_principal.get(principal));
        let key = move |fingerprint: &String| of_tenant?.by_fingerprint.get(fingerprint);
        theirs.into_iter().flatten().filter_map(key)
    }

    /// The keys of that very tenant, by fingerprint: those after one, all after an empty one.
    pub fn after<'k>(
        &'k self,
        tenant: &str,
        fingerprint: &str,
    ) -> impl Iterator<Item = &'k Arc<Key>> {
        let range: (Bound<String>, Bound<String>) =
            (Bound::Excluded(fingerprint.to_owned()), Bound::Unbounded);
        let of_tenant = self.by_tenant.get(tenant).into_iter();
        of_tenant.flat_map(move |of_tenant| {
            of_tenant.by_fingerprint.range(range.clone()).map(|(_, key)| key)
        })
    }

    /// As what a fingerprint is enrolled, or was, in any tenant but this one.
    pub(super) fn elsewhere<'k>(
        &'k self,
        tenant: &'k str,
        fingerprint: &'k str,
    ) -> impl Iterator<Item = &'k Arc<Key>> {
        let tenants = self.tenants.get(fingerprint).into_iter().flatten();
        let others = tenants.filter(move |other| *other != tenant);
        others.filter_map(move |other| self.get(other, fingerprint))
    }

    /// How many a tenant has, and how many of those were taken back.
    pub(super) fn count(&self, tenant: &str) -> (usize, usize) {
        let of_tenant = self.by_tenant.get(tenant);
        of_tenant.map_or((0, 0), |known| (known.by_fingerprint.len(), known.revoked))
    }
}

/// The tenants whose keys count in a tenant.
pub(super) fn places(tenant: &str) -> impl Iterator<Item = &str> {
    let own = (tenant != HOME_TENANT).then_some(tenant);
    std::iter::once(HOME_TENANT).chain(own)
}
