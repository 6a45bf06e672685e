//! What every tenant spends, and what runs of its workflows usually take.

use std::collections::BTreeMap;

use super::{Meter, Usual};
use crate::time::Timestamp;

/// Meters by tenant, and what is usual by tenant and workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meters {
    meters: BTreeMap<String, Meter>,
    usual: BTreeMap<(String, String), Usual>,
}

impl Meters {
    /// An attempt begins.
    pub fn begin(&mut self, tenant: &str, at: Timestamp) {
        self.meters.entry(tenant.to_owned()).or_default().begin(at);
    }

    /// An attempt that began at `started` has ended.
    pub fn end(&mut self, tenant: &str, started: Timestamp, ended: Timestamp) {
        self.meters.entry(tenant.to_owned()).or_default().end(started, ended);
    }

    /// A run of a workflow has ended; it took that many milliseconds of workers' time.
    pub fn took(&mut self, tenant: &str, workflow: &str, ms: u64) {
        self.usual.entry((tenant.to_owned(), workflow.to_owned())).or_default().add(ms);
    }

    /// What a tenant has spent.
    #[must_use]
    pub fn of(&self, tenant: &str) -> Option<&Meter> {
        self.meters.get(tenant)
    }

    /// What a run of a workflow usually takes.
    #[must_use]
    pub fn usual(&self, tenant: &str, workflow: &str) -> Option<Usual> {
        self.usual.get(&(tenant.to_owned(), workflow.to_owned())).copied()
    }

    /// Takes up a tenant's meter as it is.
    pub fn insert(&mut self, tenant: String, meter: Meter) {
        self.meters.insert(tenant, meter);
    }

    /// Takes up what is usual as it is.
    pub fn insert_usual(&mut self, tenant: String, workflow: String, usual: Usual) {
        self.usual.insert((tenant, workflow), usual);
    }
}
