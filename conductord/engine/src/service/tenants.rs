//! What policy is told of whoever asks and of where they ask, by the records as they are now.

use conductor_domain::scope::Principal;
use conductor_protocol::verdict::{Spend, TasksByClass, TenantFacts};

use super::Engine;
use crate::views::Known;

impl Engine {
    /// Somebody who acts in a tenant, and that tenant.
    #[must_use]
    pub fn known(&self, tenant: &str, principal: &Principal) -> Known {
        self.views().known((tenant, principal), &self.shared.defaults, self.now())
    }

    /// Whether somebody was let into a tenant from another one, and may be there still.
    #[must_use]
    pub fn is_guest(&self, tenant: &str, principal: &Principal) -> bool {
        self.views().is_guest((tenant, principal), &self.shared.defaults, self.now())
    }

    /// The tenants whose people a tenant lets in as guests.
    #[must_use]
    pub fn admits(&self, tenant: &str) -> Vec<String> {
        self.views().admits(tenant, &self.shared.defaults)
    }

    /// What policy is told of a tenant, for whoever may read of it.
    #[must_use]
    pub fn tenant_facts(&self, tenant: &str) -> TenantFacts {
        self.views().tenant_facts(tenant, &self.shared.defaults)
    }

    /// What a run of a workflow would cost a tenant that has a budget.
    #[must_use]
    pub fn spend(&self, tenant: &str, workflow: &str) -> Option<Spend> {
        self.views().spend((tenant, workflow), &self.shared.defaults, self.now())
    }

    /// What a tenant has spent in the windows that it has a budget for.
    #[must_use]
    pub fn spent(&self, tenant: &str) -> Vec<Spend> {
        self.views().spent(tenant, &self.shared.defaults, self.now())
    }

    /// Tasks of each resource class that a tenant's open runs may have.
    #[must_use]
    pub fn quota(&self, tenant: &str) -> TasksByClass {
        self.views().quota(tenant, &self.shared.defaults)
    }
}
