//! Who holds which role, and what is known of whom.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::verdict::ELSEWHERE_MAX;

use super::{ADMIN, Grant, HOME_TENANT};
use crate::scope::Principal;

/// Names and values.
type Attributes = BTreeMap<String, String>;

/// Every grant, by tenant, principal and role; and by principal, for that is how they are asked
/// about. Attributes, by tenant and principal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    by_tenant: BTreeMap<String, BTreeMap<(Principal, String), Grant>>,
    by_principal: BTreeMap<Principal, BTreeMap<String, BTreeSet<String>>>,
    attributes: BTreeMap<String, BTreeMap<Principal, Attributes>>,
}

impl Grants {
    /// Takes up a grant.
    pub fn insert(&mut self, grant: Grant) {
        let tenants = self.by_principal.entry(grant.principal.clone()).or_default();
        tenants.entry(grant.scope.tenant.clone()).or_default().insert(grant.role.clone());
        let key = (grant.principal.clone(), grant.role.clone());
        self.by_tenant.entry(grant.scope.tenant.clone()).or_default().insert(key, grant);
    }

    /// Takes a grant away.
    pub fn remove(&mut self, tenant: &str, principal: &Principal, role: &str) {
        if let Some(grants) = self.by_tenant.get_mut(tenant) {
            grants.remove(&(principal.clone(), role.to_owned()));
        }
        let Some(tenants) = self.by_principal.get_mut(principal) else { return };
        if let Some(roles) = tenants.get_mut(tenant) {
            roles.remove(role);
        }
        tenants.retain(|_, roles| !roles.is_empty());
        if tenants.is_empty() {
            self.by_principal.remove(principal);
        }
    }

    /// Takes up what changed of a principal; an empty value takes an attribute away.
    pub fn describe(&mut self, tenant: &str, principal: &Principal, changed: &Attributes) {
        let of_tenant = self.attributes.entry(tenant.to_owned()).or_default();
        let known = of_tenant.entry(principal.clone()).or_default();
        for (name, value) in changed {
            if value.is_empty() {
                known.remove(name);
            } else {
                known.insert(name.clone(), value.clone());
            }
        }
        of_tenant.retain(|_, known| !known.is_empty());
    }

    /// Whether a role is held in that very tenant.
    #[must_use]
    pub fn holds(&self, tenant: &str, principal: &Principal, role: &str) -> bool {
        self.held(tenant, principal).is_some_and(|roles| roles.contains(role))
    }

    /// Whether any role is held in that very tenant.
    #[must_use]
    pub fn is_of(&self, tenant: &str, principal: &Principal) -> bool {
        self.held(tenant, principal).is_some()
    }

    fn held(&self, tenant: &str, principal: &Principal) -> Option<&BTreeSet<String>> {
        self.by_principal.get(principal)?.get(tenant)
    }

    /// Roles that count in a tenant, sorted: those held there, and the administrator's of the
    /// home tenant everywhere. A service of that name at home is another one.
    #[must_use]
    pub fn roles(&self, tenant: &str, principal: &Principal) -> Vec<String> {
        let held = self.held(tenant, principal);
        let mut roles: Vec<String> = held.into_iter().flatten().cloned().collect();
        let everywhere = !principal.is_service() && self.holds(HOME_TENANT, principal, ADMIN);
        if everywhere && !roles.iter().any(|role| role == ADMIN) {
            roles.insert(0, ADMIN.to_owned());
        }
        roles
    }

    /// Other tenants in which a principal holds a role: sorted, the first of them. A service holds
    /// none anywhere else.
    #[must_use]
    pub fn elsewhere(&self, tenant: &str, principal: &Principal) -> Vec<String> {
        if principal.is_service() {
            return Vec::new();
        }
        let tenants = self.by_principal.get(principal).into_iter().flat_map(BTreeMap::keys);
        tenants.filter(|other| *other != tenant).take(ELSEWHERE_MAX).cloned().collect()
    }

    /// Whether a principal who acts in a tenant comes from others: no role is held in it.
    #[must_use]
    pub fn is_foreign(&self, tenant: &str, principal: &Principal) -> bool {
        !principal.is_service()
            && !self.is_of(tenant, principal)
            && self.by_principal.contains_key(principal)
    }

    /// What is known of a principal in a tenant.
    #[must_use]
    pub fn attributes(&self, tenant: &str, principal: &Principal) -> Attributes {
        let known = self.attributes.get(tenant).and_then(|known| known.get(principal));
        known.cloned().unwrap_or_default()
    }

    /// What is known of whom in a tenant.
    #[must_use]
    pub fn described(&self, tenant: &str) -> Vec<(Principal, Attributes)> {
        let known = self.attributes.get(tenant).into_iter().flatten();
        known.map(|(principal, known)| (principal.clone(), known.clone())).collect()
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
