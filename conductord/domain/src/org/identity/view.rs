//! Who holds which role.

use std::collections::BTreeMap;

use super::{ADMIN, Grant, HOME_TENANT};
use crate::scope::Principal;

/// Every grant, by tenant, principal and role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    by_tenant: BTreeMap<String, BTreeMap<(Principal, String), Grant>>,
}

impl Grants {
    /// Takes up a grant.
    pub fn insert(&mut self, grant: Grant) {
        let key = (grant.principal.clone(), grant.role.clone());
        self.by_tenant.entry(grant.scope.tenant.clone()).or_default().insert(key, grant);
    }

    /// Takes a grant away.
    pub fn remove(&mut self, tenant: &str, principal: &Principal, role: &str) {
        if let Some(grants) = self.by_tenant.get_mut(tenant) {
            grants.remove(&(principal.clone(), role.to_owned()));
        }
    }

    /// Whether a role is held in that very tenant.
    #[must_use]
    pub fn holds(&self, tenant: &str, principal: &Principal, role: &str) -> bool {
        let key = (principal.clone(), role.to_owned());
        self.by_tenant.get(tenant).is_some_and(|grants| grants.contains_key(&key))
    }

    /// Roles that count in a tenant, sorted: those held there, and the administrator's of the
    /// home tenant everywhere.
    #[must_use]
    pub fn roles(&self, tenant: &str, principal: &Principal) -> Vec<String> {
        let held = self.by_tenant.get(tenant).into_iter().flatten();
        let mut roles: Vec<String> = held
            .filter(|((holder, _), _)| holder == principal)
            .map(|((_, role), _)| role.clone())
            .collect();
        if self.holds(HOME_TENANT, principal, ADMIN) && !roles.iter().any(|role| role == ADMIN) {
            roles.insert(0, ADMIN.to_owned());
        }
        roles
    }

    /// All of a tenant.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> Vec<Grant> {
        self.by_tenant.get(tenant).into_iter().flat_map(BTreeMap::values).cloned().collect()
    }

    /// Whether nobody holds anything: the daemon has never been started on this ledger.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_tenant.values().all(BTreeMap::is_empty)
    }
}
