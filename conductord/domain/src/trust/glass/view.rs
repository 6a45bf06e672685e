//! Glass that was broken and not reviewed so far.

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::id::{ApprovalId, DecisionId, RunId};
use serde::{Deserialize, Serialize};

use super::Terms;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

/// What somebody did alone, and the review of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glass {
    /// Where.
    pub scope: Scope,
    /// By which approval.
    pub approval: ApprovalId,
    /// Who.
    pub principal: Principal,
    /// When.
    pub at: Timestamp,
    /// The run that was started by it.
    pub run: Option<RunId>,
    /// Why, in their words.
    pub reason: String,
    /// What was left out, and what falls due.
    pub terms: Terms,
    /// Until when it has to be reviewed.
    pub due: Timestamp,
    /// The decision that allowed it.
    pub decision: DecisionId,
    /// The approval by which it is reviewed now.
    pub review: Option<ApprovalId>,
}

/// Every glass that was broken and is not whole again, by its approval. It is whole, or an incident,
/// when its review falls due at the latest.
#[derive(Debug, Clone, Default)]
pub struct Glasses {
    known: BTreeMap<ApprovalId, Arc<Glass>>,
}

impl Glasses {
    /// Takes up a fact. Gives the glass that it changed.
    pub fn apply(&mut self, envelope: &Envelope) -> Option<ApprovalId> {
        match &envelope.event {
            Event::GlassBroken(event) => {
                self.insert(Arc::new(Glass {
                    scope: envelope.scope.clone(),
                    approval: event.approval,
                    principal: event.principal.clone(),
                    at: envelope.at,
                    run: event.run,
                    reason: event.reason.clone(),
                    terms: event.terms.clone(),
                    due: event.due,
                    decision: event.decision,
                    review: None,
                }));
                Some(event.approval)
            }
            Event::ApprovalRequested(event) => {
                let of = event.happened.as_ref()?.approval;
                Arc::make_mut(self.known.get_mut(&of)?).review = Some(event.approval);
                Some(of)
            }
            Event::GlassReviewed(event) => self.known.remove(&event.approval).map(|it| it.approval),
            Event::IncidentOpened(event) => {
                self.known.remove(&event.approval).map(|it| it.approval)
            }
            _ => None,
        }
    }

    /// Takes up one as it is.
    pub fn insert(&mut self, glass: Arc<Glass>) {
        self.known.insert(glass.approval, glass);
    }

    /// Forgets one.
    pub fn remove(&mut self, approval: ApprovalId) {
        self.known.remove(&approval);
    }

    /// One by its approval.
    #[must_use]
    pub fn get(&self, approval: ApprovalId) -> Option<&Arc<Glass>> {
        self.known.get(&approval)
    }

    /// The one by which a run was started.
    #[must_use]
    pub fn of_run(&self, run: RunId) -> Option<&Arc<Glass>> {
        self.known.values().find(|glass| glass.run == Some(run))
    }

    /// Those of a tenant.
    pub fn of_tenant(&self, tenant: &str) -> impl Iterator<Item = &Arc<Glass>> {
        self.all().filter(move |glass| glass.scope.tenant == tenant)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Glass>> {
        self.known.values()
    }
}
