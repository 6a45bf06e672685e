//! Every published workflow, by tenant, name and version.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use conductor_protocol::manifest::{Manifest, workflow_of};

use super::{Published, Workflow, decide::precedence};
use crate::{event::Envelope, scope::Scope};

/// Published workflows. Cheap to clone: the versions are shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Versions in ascending order, by tenant and name.
    by_name: HashMap<String, HashMap<String, Vec<Arc<Workflow>>>>,
}

impl Catalogue {
    /// Takes up a fact and gives the workflow it made.
    pub fn apply(&mut self, envelope: &Envelope, event: &Published) -> Arc<Workflow> {
        let workflow = Arc::new(Workflow {
            scope: envelope.scope.clone(),
            manifest: Arc::clone(&event.manifest),
            digest: event.digest.clone(),
            published_by: envelope.principal.clone(),
            published_at: envelope.at,
            decision: event.decision.clone(),
        });
        self.insert(Arc::clone(&workflow));
        workflow
    }

    /// Puts a workflow in its place; an equal version is replaced.
    pub fn insert(&mut self, workflow: Arc<Workflow>) {
        let Scope { tenant, .. } = &workflow.scope;
        let versions = self
            .by_name
            .entry(tenant.clone())
            .or_default()
            .entry(workflow.manifest.name.clone())
            .or_default();
        let key = precedence(&workflow.manifest.version);
        match versions.binary_search_by_key(&key, |known| precedence(&known.manifest.version)) {
            Ok(place) => versions[place] = workflow,
            Err(place) => versions.insert(place, workflow),
        }
    }

    /// That version.
    #[must_use]
    pub fn get(&self, tenant: &str, name: &str, version: &str) -> Option<&Arc<Workflow>> {
        let versions = self.by_name.get(tenant)?.get(name)?;
        versions.iter().rev().find(|known| known.manifest.version == version)
    }

    /// The newest version of a name.
    #[must_use]
    pub fn newest(&self, tenant: &str, name: &str) -> Option<&Arc<Workflow>> {
        self.by_name.get(tenant)?.get(name)?.last()
    }

    /// That version; the newest when `version` is empty.
    #[must_use]
    pub fn find(&self, tenant: &str, name: &str, version: &str) -> Option<&Arc<Workflow>> {
        if version.is_empty() { self.newest(tenant, name) } else { self.get(tenant, name, version) }
    }

    /// Names of the secrets that a workflow and its sub-workflows use, sorted. A sub-workflow that
    /// is not there uses none: it can't be started either.
    #[must_use]
    pub fn secrets(&self, tenant: &str, manifest: &Manifest) -> Vec<String> {
        let mut names: BTreeSet<String> = manifest.secrets().into_iter().collect();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let mut next = called(manifest);
        while let Some((name, version)) = next.pop() {
            if !seen.insert((name.clone(), version.clone())) {
                continue;
            }
            if let Some(workflow) = self.find(tenant, &name, &version) {
                names.extend(workflow.manifest.secrets());
                next.extend(called(&workflow.manifest));
            }
        }
        names.into_iter().collect()
    }

    /// All of a tenant, by name and then version.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> Vec<Arc<Workflow>> {
        let mut names: Vec<_> = self.by_name.get(tenant).into_iter().flatten().collect();
        names.sort_by_key(|(name, _)| *name);
        names.into_iter().flat_map(|(_, versions)| versions.iter().cloned()).collect()
    }
}

/// Sub-workflows of a manifest, by name and version.
fn called(manifest: &Manifest) -> Vec<(String, String)> {
    let tasks = manifest.tasks.iter().filter_map(|task| workflow_of(task.uses.as_str()));
    tasks.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}
