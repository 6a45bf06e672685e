//! Freezes as they stand, for whoever wants to know what holds.

use std::sync::Arc;

use conductor_domain::{
    intent::freeze::{Freeze, State},
    scope::Scope,
    time::Timestamp,
};

use super::Views;

impl Views {
    /// The freezes of a tenant that hold or are to come, by name, and how they stand.
    #[must_use]
    pub fn freezes(&self, tenant: &str, now: Timestamp) -> Vec<(Arc<Freeze>, State)> {
        self.read().freezes.of_tenant(tenant, now)
    }

    /// A freeze of a tenant that holds or is to come.
    #[must_use]
    pub fn freeze(&self, tenant: &str, name: &str, now: Timestamp) -> Option<(Arc<Freeze>, State)> {
        self.freezes(tenant, now).into_iter().find(|(freeze, _)| freeze.name == name)
    }

    /// What holds in an environment of a tenant, for all or for some of its workflows.
    #[must_use]
    pub fn frozen(&self, scope: &Scope, now: Timestamp) -> Vec<(Arc<Freeze>, State)> {
        let here = |(freeze, state): &(Arc<Freeze>, State)| {
            matches!(state, State::Holds(_)) && freeze.reach.concerns(&scope.environment)
        };
        self.freezes(&scope.tenant, now).into_iter().filter(here).collect()
    }
}
