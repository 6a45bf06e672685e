//! What was forgotten.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Forgotten;
use crate::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
};

/// Something that was forgotten, with where that is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    /// What.
    pub of: Forgotten,
    /// When.
    pub at: Timestamp,
    /// Who asked for it.
    pub by: Principal,
    /// The record that says so.
    pub seq: u64,
}

impl Gone {
    /// Whether it is all of a tenant.
    #[must_use]
    pub fn is_tenant(&self, name: &str) -> bool {
        self.of.subject_digest.is_empty() && self.of.tenant == name
    }
}

/// All that was forgotten, by its record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgets(BTreeMap<u64, Arc<Gone>>);

impl Forgets {
    /// Takes up a fact. Gives what it adds.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> Option<Arc<Gone>> {
        let of = match &envelope.event {
            Event::TenantForgotten(of) | Event::SubjectForgotten(of) => (**of).clone(),
            _ => return None,
        };
        let gone = Arc::new(Gone { of, at: envelope.at, by: envelope.principal.clone(), seq });
        self.insert(Arc::clone(&gone));
        Some(gone)
    }

    /// Takes up what is known.
    pub fn insert(&mut self, gone: Arc<Gone>) {
        self.0.insert(gone.seq, gone);
    }

    /// When a whole tenant was forgotten last.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&Arc<Gone>> {
        self.0.values().rev().find(|gone| gone.is_tenant(name))
    }

    /// All of it, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Gone>> {
        self.0.values()
    }
}
