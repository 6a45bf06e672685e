//! Tracked runs as they stand.

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::id::{DecisionId, RunId};
use serde::{Deserialize, Serialize};

use super::Record;
use crate::{
    event::{Envelope, Event},
    scope::Scope,
};

/// A run that is kept record of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// Its id.
    pub id: RunId,
    /// Where.
    pub scope: Scope,
    /// What is known of it.
    pub record: Record,
    /// The number of the event that changed it last.
    pub seq: u64,
    /// The decision that allowed that.
    pub decision: DecisionId,
}

/// Those that changed since they were last put elsewhere: an event says all there is to know, so
/// nothing more need be held.
#[derive(Debug, Clone, Default)]
pub struct TrackedRuns {
    changed: BTreeMap<(String, RunId), Arc<Tracked>>,
}

impl TrackedRuns {
    /// Takes up a fact. Gives the run that it changed.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> Option<RunId> {
        let (id, record, decision) = match &envelope.event {
            Event::TrackedCreated(event) => (event.run, &event.record, event.decision),
            Event::TrackedChanged(event) => (event.run, &event.record, event.decision),
            _ => return None,
        };
        let scope = envelope.scope.clone();
        let key = (scope.tenant.clone(), id);
        let tracked = Tracked { id, scope, record: record.clone(), seq, decision };
        self.changed.insert(key, Arc::new(tracked));
        Some(id)
    }

    /// One that changed lately.
    #[must_use]
    pub fn get(&self, tenant: &str, id: RunId) -> Option<&Arc<Tracked>> {
        self.changed.get(&(tenant.to_owned(), id))
    }

    /// It is kept elsewhere.
    pub fn forget(&mut self, tenant: &str, id: RunId) {
        self.changed.remove(&(tenant.to_owned(), id));
    }
}
