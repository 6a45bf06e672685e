//! Disclosure packs as they stand.

use std::{collections::BTreeMap, sync::Arc};

use conductor_protocol::id::DisclosureId;
use serde::{Deserialize, Serialize};

use super::Created;
use crate::{
    event::{Envelope, Event},
    scope::Scope,
    time::Timestamp,
};

/// A disclosure pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Where.
    pub scope: Scope,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The number of the event that made it.
    pub seq: u64,
    /// What it says.
    pub said: Created,
}

/// Those that were made since they were last put elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Disclosures {
    made: BTreeMap<(String, DisclosureId), Arc<Disclosure>>,
}

impl Disclosures {
    /// Takes up a fact. Gives the pack that was made.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> Option<DisclosureId> {
        let Event::DisclosureCreated(event) = &envelope.event else { return None };
        let key = (envelope.scope.tenant.clone(), event.disclosure);
        let made = Disclosure {
            scope: envelope.scope.clone(),
            at: envelope.at,
            by: envelope.principal.to_string(),
            seq,
            said: (**event).clone(),
        };
        self.made.insert(key, Arc::new(made));
        Some(event.disclosure)
    }

    /// One that was made lately.
    #[must_use]
    pub fn get(&self, tenant: &str, id: DisclosureId) -> Option<&Arc<Disclosure>> {
        self.made.get(&(tenant.to_owned(), id))
    }

    /// It is kept elsewhere.
    pub fn forget(&mut self, tenant: &str, id: DisclosureId) {
        self.made.remove(&(tenant.to_owned(), id));
    }
}
