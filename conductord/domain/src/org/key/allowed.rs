//! What a tenant's signatures are checked with: a file of allowed signers and one of revoked keys,
//! as `ssh-keygen -Y verify` takes them with `-f` and `-r`.

use std::sync::Arc;

use super::{Key, Keys, form::is_pattern, view::places};
use crate::{
    org::identity::{ADMIN, Grants},
    scope::HOME_TENANT,
};

/// A part of what counts in a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Keys that sign there, those at home before the tenant's own.
    pub keys: Vec<Arc<Key>>,
    /// Keys that were taken back, where it counts there.
    pub revoked: Vec<Arc<Key>>,
    /// The tenant and the fingerprint after which it goes on; nothing at the end.
    pub next: Option<(String, String)>,
}

impl Keys {
    /// What counts in a tenant, `count` keys at once: after this fingerprint of this tenant, or from
    /// the beginning on.
    ///
    /// A key of the home tenant is named to others only where it matters: of a principal who holds a
    /// role there or is an administrator of all tenants, or a CA that vouches for several.
    #[must_use]
    pub fn allowed(
        &self,
        grants: &Grants,
        tenant: &str,
        after: Option<(&str, &str)>,
        count: usize,
    ) -> Allowed {
        let mut allowed = Allowed::default();
        let begun =
            |place: &&str| after.is_none_or(|(from, _)| *place == from || from == HOME_TENANT);
        for place in places(tenant).filter(begun) {
            let from = after.filter(|(from, _)| *from == place).map_or("", |(_, after)| after);
            for key in self.after(place, from).filter(|key| matters(key, grants, tenant)) {
                if allowed.keys.len() + allowed.revoked.len() == count {
                    return allowed;
                }
                allowed.next = Some((place.to_owned(), key.terms.fingerprint.clone()));
                let is_revoked = key.revoked.is_some();
                let part = if is_revoked { &mut allowed.revoked } else { &mut allowed.keys };
                part.push(Arc::clone(key));
            }
        }
        allowed.next = None;
        allowed
    }
}

/// Whether a tenant's people are to know of a key.
fn matters(key: &Key, grants: &Grants, tenant: &str) -> bool {
    let principal = &key.terms.principal;
    key.tenant == tenant
        || key.revoked.is_some()
        || is_pattern(principal.as_str())
        || grants.holds(HOME_TENANT, principal, ADMIN)
        || grants.is_of(tenant, principal)
}
