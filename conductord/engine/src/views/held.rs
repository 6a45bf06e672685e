//! What is held up, and what was done alone: freezes, reviews that fall due, incidents.

use std::sync::Arc;

use conductor_domain::{
    intent::freeze::{Freeze, Freezes, State},
    scope::Scope,
    time::Timestamp,
    trust::{
        glass::{Glass, Glasses},
        incident::{Incident, Incidents},
    },
};
use conductor_protocol::id::IncidentId;

use super::Views;
use crate::{kernel::Commit, state};

/// What memory has of it.
#[derive(Debug, Default)]
pub(super) struct Held {
    freezes: Freezes,
    glasses: Glasses,
    incidents: Incidents,
}

impl Held {
    pub(super) fn of(state: &state::State) -> Self {
        Self {
            freezes: state.freezes.clone(),
            glasses: state.glasses.clone(),
            incidents: state.incidents.clone(),
        }
    }

    /// Takes up a commit.
    pub(super) fn take(&mut self, commit: &Commit) {
        for ((tenant, name), freeze) in &commit.freezes {
            match freeze {
                Some(freeze) => self.freezes.insert(Arc::clone(freeze)),
                None => self.freezes.remove(tenant, name),
            }
        }
        for ((_, approval), glass) in &commit.glasses {
            match glass {
                Some(glass) => self.glasses.insert(Arc::clone(glass)),
                None => self.glasses.remove(*approval),
            }
        }
        for ((tenant, id), incident) in &commit.incidents {
            match incident {
                Some(incident) => self.incidents.insert(Arc::clone(incident)),
                None => self.incidents.remove(tenant, *id),
            }
        }
    }
}

impl Views {
    /// The freezes of a tenant that hold or are to come, by name, and how they stand.
    #[must_use]
    pub fn freezes(&self, tenant: &str, now: Timestamp) -> Vec<(Arc<Freeze>, State)> {
        self.read().held.freezes.of_tenant(tenant, now)
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

    /// What was done alone in a tenant and is not reviewed so far, oldest first.
    #[must_use]
    pub fn broken(&self, tenant: &str) -> Vec<Arc<Glass>> {
        self.read().held.glasses.of_tenant(tenant).cloned().collect()
    }

    /// The incidents of a tenant, oldest first.
    #[must_use]
    pub fn incidents(&self, tenant: &str) -> Vec<Arc<Incident>> {
        self.read().held.incidents.of_tenant(tenant).cloned().collect()
    }

    /// One of them.
    #[must_use]
    pub fn incident(&self, tenant: &str, id: IncidentId) -> Option<Arc<Incident>> {
        self.read().held.incidents.get(tenant, id).cloned()
    }
}
