//! What is looked up of tenants and principals: records, and what policy is told of them.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{org::tenant::Tenant, scope::Principal, time::Timestamp};
use conductor_protocol::verdict::{Spend, Subject, TasksByClass, TenantFacts};

use super::Views;
use crate::facts::{Records, TenantDefaults};

/// What the records say of a question's subject and tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who asks.
    pub subject: Subject,
    /// Where; nothing for somebody who holds no role there and is no guest.
    pub tenant: Option<TenantFacts>,
}

impl Views {
    fn look<T>(&self, defaults: &TenantDefaults, look: impl FnOnce(Records<'_>) -> T) -> T {
        let hot = self.read();
        look(Records::new(&hot.grants, &hot.tenants, &hot.meters, defaults))
    }

    /// What policy is told of somebody who acts in a tenant, and of that tenant.
    #[must_use]
    pub fn known(
        &self,
        (tenant, principal): (&str, &Principal),
        defaults: &TenantDefaults,
        now: Timestamp,
    ) -> Known {
        self.look(defaults, |records| {
            let subject = records.subject(tenant, principal, now);
            let tenant = records.tenant_for(&subject, tenant);
            Known { subject, tenant }
        })
    }

    /// Whether somebody who acts in a tenant comes from others: no role is held in it.
    #[must_use]
    pub fn is_foreign(&self, tenant: &str, principal: &Principal) -> bool {
        self.read().grants.is_foreign(tenant, principal)
    }

    /// Whether somebody was let in from another tenant, and may be there still.
    #[must_use]
    pub fn is_guest(
        &self,
        (tenant, principal): (&str, &Principal),
        defaults: &TenantDefaults,
        now: Timestamp,
    ) -> bool {
        self.look(defaults, |records| records.is_guest(tenant, principal, now))
    }

    /// The tenants whose people a tenant lets in as guests.
    #[must_use]
    pub fn admits(&self, tenant: &str, defaults: &TenantDefaults) -> Vec<String> {
        self.look(defaults, |records| records.admits(tenant).to_vec())
    }

    /// What policy is told of a tenant, for whoever may read of it.
    #[must_use]
    pub fn tenant_facts(&self, tenant: &str, defaults: &TenantDefaults) -> TenantFacts {
        self.look(defaults, |records| records.tenant(tenant))
    }

    /// What a run of a workflow would cost a tenant with a budget.
    #[must_use]
    pub fn spend(
        &self,
        (tenant, workflow): (&str, &str),
        defaults: &TenantDefaults,
        now: Timestamp,
    ) -> Option<Spend> {
        self.look(defaults, |records| records.spend(tenant, workflow, now))
    }

    /// Tasks of each resource class that a tenant's open runs may have.
    #[must_use]
    pub fn quota(&self, tenant: &str, defaults: &TenantDefaults) -> TasksByClass {
        self.look(defaults, |records| records.quota(tenant))
    }

    /// A tenant as it stands, when it may be used.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<Arc<Tenant>> {
        let hot = self.read();
        let implicit = || Arc::new(Tenant::implicit(name, Timestamp::default()));
        hot.tenants.has(name).then(|| hot.tenants.get(name).cloned().unwrap_or_else(implicit))
    }

    /// Every tenant, by name.
    #[must_use]
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        self.read().tenants.all().cloned().collect()
    }

    /// What is known of whom in a tenant.
    #[must_use]
    pub fn described(&self, tenant: &str) -> Vec<(Principal, BTreeMap<String, String>)> {
        self.read().grants.described(tenant)
    }

    /// What a tenant has spent in each of the windows that it has a budget for, and the budget, in
    /// seconds.
    #[must_use]
    pub fn spent(&self, tenant: &str, defaults: &TenantDefaults, now: Timestamp) -> Vec<Spend> {
        self.look(defaults, |records| records.spends(tenant, 0, now))
    }
}
