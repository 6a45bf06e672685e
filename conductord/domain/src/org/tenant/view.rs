//! Every tenant, by its name.

use std::{collections::BTreeMap, sync::Arc};

use super::{Guest, Settings, Suspension, Tenant};
use crate::{
    event::{Envelope, Event},
    scope::HOME_TENANT,
};

/// Tenants. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tenants {
    by_name: BTreeMap<String, Arc<Tenant>>,
}

impl Tenants {
    /// Takes up a fact. Whether it changed the tenant of its envelope.
    ///
    /// Whatever is recorded in a tenant proves that it is there, but for a decision: who may do
    /// nothing in a tenant that nobody has heard of is recorded, too.
    pub fn apply(&mut self, envelope: &Envelope) -> bool {
        let name = &envelope.scope.tenant;
        let (at, by) = (envelope.at, &envelope.principal);
        match &envelope.event {
            Event::DaemonStarted(_) | Event::DecisionRecorded(_) => return false,
            Event::TenantCreated(event) => {
                let created = Tenant {
                    created_by: Some(by.clone()),
                    version: u32::from(event.settings != Settings::default()),
                    settings: event.settings.clone(),
                    ..Tenant::implicit(name, at)
                };
                self.insert(Arc::new(created));
            }
            Event::TenantConfigured(event) => self.change(envelope, |tenant| {
                tenant.settings = event.settings.clone();
                tenant.version = event.version;
                tenant.changed_at = at;
            }),
            Event::TenantSuspended(event) => self.change(envelope, |tenant| {
                let (reason, runs) = (event.reason.clone(), event.runs);
                tenant.suspended = Some(Suspension { by: by.clone(), at, reason, runs });
            }),
            Event::TenantResumed(_) => self.change(envelope, |tenant| tenant.suspended = None),
            Event::TenantGuestAdmitted(event) => self.change(envelope, |tenant| {
                // Whose time has ended makes room.
                tenant.guests.retain(|_, guest| guest.until > at);
                let (until, reason) = (event.until, event.reason.clone());
                let guest = Guest { until, by: by.clone(), at, reason };
                tenant.guests.insert(event.principal.clone(), guest);
            }),
            Event::TenantGuestDismissed(event) => self.change(envelope, |tenant| {
                tenant.guests.remove(&event.principal);
            }),
            _ if self.by_name.contains_key(name) => return false,
            _ => self.insert(Arc::new(Tenant::implicit(name, at))),
        }
        true
    }

    /// Takes up a tenant as it is.
    pub fn insert(&mut self, tenant: Arc<Tenant>) {
        self.by_name.insert(tenant.name.clone(), tenant);
    }

    /// A tenant.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Tenant>> {
        self.by_name.get(name)
    }

    /// Whether a tenant may be used.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name == HOME_TENANT || self.by_name.contains_key(name)
    }

    /// Whether nothing starts in a tenant.
    #[must_use]
    pub fn suspends(&self, name: &str) -> bool {
        self.get(name).is_some_and(|tenant| tenant.suspended.is_some())
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.by_name.values()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    fn change(&mut self, envelope: &Envelope, change: impl FnOnce(&mut Tenant)) {
        let name = &envelope.scope.tenant;
        let known = self
            .by_name
            .entry(name.clone())
            .or_insert_with(|| Arc::new(Tenant::implicit(name, envelope.at)));
        change(Arc::make_mut(known));
    }
}
