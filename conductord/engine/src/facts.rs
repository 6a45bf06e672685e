//! What policy is told of a subject and of a tenant: from the daemon's own records, and nothing
//! from a request.

use std::collections::BTreeMap;

use conductor_domain::{
    org::{
        identity::Grants,
        meter::{Meter, Meters},
        tenant::{self, Settings, Tenant, Tenants},
    },
    scope::Principal,
    time::Timestamp,
};
use conductor_protocol::verdict::{Spend, Subject, TasksByClass, TenantFacts};

#[cfg(test)]
mod tests;

/// Stands for whatever other tenants there are.
const ELSEWHERE: &str = "*";

/// What the daemon's configuration says where a tenant's record says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantDefaults {
    /// Of every tenant. Quotas and budgets count, too.
    pub settings: Settings,
    /// Tasks of each resource class, by tenant; they stand above those of every tenant.
    pub quotas: BTreeMap<String, TasksByClass>,
}

/// The records that facts are taken from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Records<'r> {
    grants: &'r Grants,
    tenants: &'r Tenants,
    meters: &'r Meters,
    defaults: &'r TenantDefaults,
}

impl<'r> Records<'r> {
    pub(crate) const fn new(
        grants: &'r Grants,
        tenants: &'r Tenants,
        meters: &'r Meters,
        defaults: &'r TenantDefaults,
    ) -> Self {
        Self { grants, tenants, meters, defaults }
    }

    /// Somebody who acts in a tenant.
    pub(crate) fn subject(&self, tenant: &str, principal: &Principal, now: Timestamp) -> Subject {
        Subject {
            principal: principal.as_str().to_owned(),
            roles: self.grants.roles(tenant, principal),
            elsewhere: self.elsewhere(tenant, principal),
            attributes: self.grants.attributes(tenant, principal),
            guest: self.is_guest(tenant, principal, now),
            ..Subject::default()
        }
    }

    /// Whether somebody was let in from another tenant, and may be there still.
    pub(crate) fn is_guest(&self, tenant: &str, principal: &Principal, now: Timestamp) -> bool {
        self.tenants.get(tenant).is_some_and(|known| {
            tenant::is_guest((known, self.admits(tenant)), self.grants, principal, now)
        })
    }

    /// The tenants whose people a tenant lets in as guests.
    pub(crate) fn admits(&self, tenant: &str) -> &'r [String] {
        let own = self.tenants.get(tenant).map(|known| &known.settings.admits);
        own.filter(|own| !own.is_empty()).unwrap_or(&self.defaults.settings.admits)
    }

    /// That a role is held in other tenants, and in none that is named: what is judged by goes on
    /// record in the tenant acted in.
    fn elsewhere(&self, tenant: &str, principal: &Principal) -> Vec<String> {
        let any = !self.grants.elsewhere(tenant, principal).is_empty();
        any.then(|| ELSEWHERE.to_owned()).into_iter().collect()
    }

    /// A tenant, as somebody who acts in it may be judged by it. Who holds no role there and is no
    /// guest is judged without it, so that no answer can tell anything of it.
    pub(crate) fn tenant_for(&self, subject: &Subject, tenant: &str) -> Option<TenantFacts> {
        (subject.guest || !subject.roles.is_empty()).then(|| self.tenant(tenant))
    }

    pub(crate) fn tenant(&self, name: &str) -> TenantFacts {
        let known = self.tenants.get(name);
        let none = Settings::default();
        let set = known.map_or(&none, |known| &known.settings);
        let default = &self.defaults.settings;
        let word = |set: &String, default: &String| {
            if set.is_empty() { default.clone() } else { set.clone() }
        };
        let names = |set: &Vec<String>, default: &Vec<String>| {
            if set.is_empty() { default.clone() } else { set.clone() }
        };
        TenantFacts {
            status: known.map_or("active", |known| Tenant::status(known)).to_owned(),
            profile: word(&set.profile, &default.profile),
            risk_profile: word(&set.risk_profile, &default.risk_profile),
            business_unit: word(&set.business_unit, &default.business_unit),
            data_sensitivity: word(&set.data_sensitivity, &default.data_sensitivity),
            region: word(&set.region, &default.region),
            regions: names(&set.regions, &default.regions),
            purposes: names(&set.purposes, &default.purposes),
        }
    }

    /// Tasks of each resource class that a tenant's open runs may have: its record stands above
    /// the configuration, class by class.
    pub(crate) fn quota(&self, tenant: &str) -> TasksByClass {
        let mut quota = self.defaults.settings.quotas.clone();
        quota.extend(self.defaults.quotas.get(tenant).cloned().unwrap_or_default());
        if let Some(known) = self.tenants.get(tenant) {
            quota.extend(known.settings.quotas.clone());
        }
        quota
    }

    /// What a run of a workflow would cost, in the window of the tenant's budgets that leaves
    /// least. As long as no run of it has ended, nobody knows what it takes: it asks for nothing.
    pub(crate) fn spend(&self, tenant: &str, workflow: &str, now: Timestamp) -> Option<Spend> {
        let asked = self.meters.usual(tenant, workflow).map_or(0, |usual| usual.seconds());
        let left = |spend: &Spend| i128::from(spend.limit) - i128::from(spend.spent);
        self.spends(tenant, asked, now).into_iter().min_by_key(left)
    }

    /// The same for every window that the tenant has a budget for.
    pub(crate) fn spends(&self, tenant: &str, asked: u64, now: Timestamp) -> Vec<Spend> {
        let mut budgets = self.defaults.settings.budgets.clone();
        if let Some(known) = self.tenants.get(tenant) {
            budgets.extend(known.settings.budgets.clone());
        }
        let nothing = Meter::default();
        let meter = self.meters.of(tenant).unwrap_or(&nothing);
        let spend = |(window, limit): (conductor_domain::window::Window, u64)| Spend {
            asked,
            spent: meter.spent(window, now),
            limit,
            window: window.word().to_owned(),
        };
        budgets.into_iter().map(spend).collect()
    }
}
