//! The load of what the daemon itself starts: asked of policy as a request's is.
//!
//! The kernel counts by itself and exactly: it decides one start after the other. What a tenant has
//! open is counted at the first start of a turn that needs it, and kept up to date from there, so
//! that a thousand schedules that are due at once do not count everything a thousand times.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_domain::{event::Event, work::run::Run};
use conductor_protocol::{
    manifest::Manifest,
    verdict::{Load, TasksByClass},
};
use serde_json::Value;

use super::turn::Turn;
use crate::quotas;

/// Tasks of the open runs by their class, of the tenants that were asked about in a turn.
#[derive(Debug, Default)]
pub(super) struct InUse(HashMap<String, TasksByClass>);

impl Turn<'_> {
    /// What a tenant has open and may, and what a start of this workflow would add to it; nothing
    /// when the workflow names no class.
    pub(super) fn load(
        &mut self,
        tenant: &str,
        manifest: &Manifest,
        hosts: &BTreeMap<String, Vec<Value>>,
    ) -> Option<Load> {
        let asked = quotas::asked(manifest, hosts)?;
        Some(Load { asked, ..self.load_now(tenant) })
    }

    /// What a tenant has open and may.
    pub(super) fn load_now(&mut self, tenant: &str) -> Load {
        let in_use = match self.in_use.0.get(tenant) {
            Some(known) => known.clone(),
            None => {
                let counted = self.count_in_use(tenant);
                self.in_use.0.insert(tenant.to_owned(), counted.clone());
                counted
            }
        };
        let limit = self.records().quota(tenant);
        Load { in_use, limit, ..Load::default() }
    }

    fn count_in_use(&self, tenant: &str) -> TasksByClass {
        let open = |run: &&Arc<Run>| run.scope.tenant == tenant && !run.status.is_terminal();
        let mut in_use = TasksByClass::new();
        for run in self.kernel.state.runs.values().filter(open) {
            if let Some(manifest) = self.manifest_of(run) {
                quotas::add_open(&mut in_use, run, &manifest);
            }
        }
        in_use
    }

    /// Keeps the count up to date with an event: a start adds to it, what may take away from it
    /// makes it count anew.
    pub(super) fn after_load(&mut self, event: &Event) {
        if self.in_use.0.is_empty() {
            return;
        }
        match event {
            Event::RunStarted(event) => {
                let Some(run) = self.run(event.run) else { return };
                let Some(manifest) = self.manifest_of(&run) else { return };
                if let Some(in_use) = self.in_use.0.get_mut(&run.scope.tenant) {
                    quotas::add_open(in_use, &run, &manifest);
                }
            }
            Event::TaskCompleted(_)
            | Event::TaskSkipped(_)
            | Event::TaskCancelled(_)
            | Event::TaskFailed(_)
            | Event::TaskSettled(_)
            | Event::TaskReleased(_)
            | Event::TaskExpanded(_)
            | Event::TaskHealthCheck(_)
            | Event::RunUndoStarted(_)
            | Event::RunEnded(_) => {
                let tenant = event.run().and_then(|id| self.run(id));
                if let Some(run) = tenant {
                    self.in_use.0.remove(&run.scope.tenant);
                }
            }
            _ => {}
        }
    }
}
