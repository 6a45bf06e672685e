//! Incidents as they stand.

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::id::{ApprovalId, IncidentId, RunId};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

/// Incidents of a tenant that are kept; of those that are closed the oldest are forgotten first. The
/// ledger has them all.
const OF_TENANT_MAX: usize = 1_000;

/// Something that has to be looked into, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// Where.
    pub scope: Scope,
    /// What it is about.
    pub kind: Kind,
    /// Since when.
    pub at: Timestamp,
    /// By which approval the glass was broken.
    pub approval: ApprovalId,
    /// The run that was started by it.
    pub run: Option<RunId>,
    /// Who broke it.
    pub principal: Principal,
    /// What whoever disputes it says.
    pub reason: String,
    /// That it was looked into.
    pub ended: Option<Ended>,
}

/// The end of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Who closed it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// What came of it, in their words.
    pub reason: String,
}

/// Incidents. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default)]
pub struct Incidents {
    known: BTreeMap<(String, IncidentId), Arc<Incident>>,
}

impl Incidents {
    /// Takes up a fact. Gives those of the envelope's tenant that it changed, or that it let be
    /// forgotten.
    pub fn apply(&mut self, envelope: &Envelope) -> Vec<IncidentId> {
        let tenant = &envelope.scope.tenant;
        match &envelope.event {
            Event::IncidentOpened(event) => {
                let mut changed: Vec<IncidentId> = self.forget(tenant).into_iter().collect();
                self.insert(Arc::new(Incident {
                    id: event.incident,
                    scope: envelope.scope.clone(),
                    kind: event.kind,
                    at: envelope.at,
                    approval: event.approval,
                    run: event.run,
                    principal: event.principal.clone(),
                    reason: event.reason.clone(),
                    ended: None,
                }));
                changed.push(event.incident);
                changed
            }
            Event::IncidentClosed(event) => {
                let (by, at) = (envelope.principal.clone(), envelope.at);
                let ended = Ended { by, at, reason: event.reason.clone() };
                let known = self.known.get_mut(&(tenant.clone(), event.incident));
                let Some(known) = known else { return Vec::new() };
                Arc::make_mut(known).ended = Some(ended);
                vec![event.incident]
            }
            _ => Vec::new(),
        }
    }

    /// Makes room for one more.
    fn forget(&mut self, tenant: &str) -> Option<IncidentId> {
        let oldest = {
            let mut of_tenant = self.of_tenant(tenant);
            (of_tenant.clone().count() >= OF_TENANT_MAX)
                .then(|| of_tenant.find(|known| known.ended.is_some()).map(|known| known.id))
                .flatten()?
        };
        self.remove(tenant, oldest);
        Some(oldest)
    }

    /// Takes up one as it is.
    pub fn insert(&mut self, incident: Arc<Incident>) {
        self.known.insert((incident.scope.tenant.clone(), incident.id), incident);
    }

    /// Forgets one.
    pub fn remove(&mut self, tenant: &str, id: IncidentId) {
        self.known.remove(&(tenant.to_owned(), id));
    }

    /// One of a tenant.
    #[must_use]
    pub fn get(&self, tenant: &str, id: IncidentId) -> Option<&Arc<Incident>> {
        self.known.get(&(tenant.to_owned(), id))
    }

    /// Those of a tenant, oldest first.
    pub fn of_tenant(&self, tenant: &str) -> impl Iterator<Item = &Arc<Incident>> + Clone {
        let from = (tenant.to_owned(), IncidentId::from_bits(0));
        let to = (tenant.to_owned(), IncidentId::from_bits(u128::MAX));
        self.known.range(from..=to).map(|(_, incident)| incident)
    }
}
