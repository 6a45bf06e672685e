//! Every published workflow, by tenant, name and version.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use conductor_protocol::manifest::{Governed, Manifest, workflow_of};

use super::{
    Countersigned, Deprecated, Notice, Published, Retired, Review, Reviewed, Standing,
    Undeprecated, Workflow,
    decide::precedence,
    lifecycle::{not_found, retired},
};
use crate::{Refusal, event::Envelope, scope::Scope};

/// Published workflows. Cheap to clone: the versions are shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Versions in ascending order, by tenant and name.
    by_name: HashMap<String, HashMap<String, Vec<Arc<Workflow>>>>,
}

impl Catalogue {
    /// Takes up a fact and gives the workflow it made.
    pub fn apply(&mut self, seq: u64, envelope: &Envelope, event: &Published) -> Arc<Workflow> {
        let workflow = Arc::new(Workflow {
            scope: envelope.scope.clone(),
            manifest: Arc::clone(&event.manifest),
            digest: event.digest.clone(),
            published_by: envelope.principal.clone(),
            published_at: envelope.at,
            seq,
            decision: event.decision.clone(),
            provenance: event.provenance.clone(),
            signature: event.signature.clone(),
            countersignatures: Vec::new(),
            standing: Standing::Published,
            reviews: Vec::new(),
        });
        self.insert(Arc::clone(&workflow));
        workflow
    }

    /// Takes up a reviewer's signature, and gives the version.
    pub fn countersign(
        &mut self,
        envelope: &Envelope,
        event: &Countersigned,
    ) -> Option<Arc<Workflow>> {
        let tenant = envelope.scope.tenant.as_str();
        let known = self.by_name.get_mut(tenant)?.get_mut(&event.name)?;
        let found = known.iter_mut().find(|known| known.manifest.version == event.version)?;
        let workflow = Arc::make_mut(found);
        workflow.countersignatures.retain(|known| known.principal != event.signature.principal);
        workflow.countersignatures.push(event.signature.clone());
        Some(Arc::clone(found))
    }

    /// Takes up a warning, and gives the versions that carry it now.
    pub fn deprecate(&mut self, envelope: &Envelope, event: &Deprecated) -> Vec<Arc<Workflow>> {
        let standing = Standing::Deprecated(Notice {
            by: envelope.principal.clone(),
            at: envelope.at,
            reason: event.reason.clone(),
            instead: event.instead.clone(),
            decision: event.decision.clone(),
        });
        self.stand((&envelope.scope.tenant, &event.name), &event.versions, |_| standing.clone())
    }

    /// Takes up that a warning was taken back, and gives the versions.
    pub fn undeprecate(&mut self, envelope: &Envelope, event: &Undeprecated) -> Vec<Arc<Workflow>> {
        let place = (envelope.scope.tenant.as_str(), event.name.as_str());
        self.stand(place, &event.versions, |_| Standing::Published)
    }

    /// Takes up an end, and gives the versions. What to use instead stays known.
    pub fn retire(&mut self, envelope: &Envelope, event: &Retired) -> Vec<Arc<Workflow>> {
        let place = (envelope.scope.tenant.as_str(), event.name.as_str());
        self.stand(place, &event.versions, |before| {
            let instead = match before {
                Standing::Deprecated(notice) => notice.instead.clone(),
                _ => String::new(),
            };
            Standing::Retired(Notice {
                by: envelope.principal.clone(),
                at: envelope.at,
                reason: event.reason.clone(),
                instead,
                decision: event.decision.clone(),
            })
        })
    }

    /// Takes up a review, and gives the version.
    pub fn review(&mut self, envelope: &Envelope, event: &Reviewed) -> Vec<Arc<Workflow>> {
        let place = (envelope.scope.tenant.as_str(), event.name.as_str());
        self.change(place, std::slice::from_ref(&event.version), |workflow| {
            workflow.take_review(Review {
                by: envelope.principal.clone(),
                at: envelope.at,
                accepted: event.accepted,
                reason: event.reason.clone(),
                decision: event.decision.clone(),
            });
        })
    }

    fn stand(
        &mut self,
        place: (&str, &str),
        versions: &[String],
        standing: impl Fn(&Standing) -> Standing,
    ) -> Vec<Arc<Workflow>> {
        self.change(place, versions, |workflow| workflow.standing = standing(&workflow.standing))
    }

    fn change(
        &mut self,
        (tenant, name): (&str, &str),
        versions: &[String],
        change: impl Fn(&mut Workflow),
    ) -> Vec<Arc<Workflow>> {
        let mut changed = Vec::with_capacity(versions.len());
        let known = self.by_name.get_mut(tenant).and_then(|names| names.get_mut(name));
        for workflow in known.into_iter().flatten() {
            if versions.contains(&workflow.manifest.version) {
                change(Arc::make_mut(workflow));
                changed.push(Arc::clone(workflow));
            }
        }
        changed
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

    /// Every version of a name, ascending; none when the name is not known.
    #[must_use]
    pub fn versions(&self, tenant: &str, name: &str) -> &[Arc<Workflow>] {
        let found = self.by_name.get(tenant).and_then(|names| names.get(name));
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// That version.
    #[must_use]
    pub fn get(&self, tenant: &str, name: &str, version: &str) -> Option<&Arc<Workflow>> {
        self.versions(tenant, name).iter().rev().find(|known| known.manifest.version == version)
    }

    /// The version that is meant when none is named: the newest release that is not retired, or
    /// the newest release when all are. A pre-release only where there has never been a release.
    #[must_use]
    pub fn newest(&self, tenant: &str, name: &str) -> Option<&Arc<Workflow>> {
        let versions = self.versions(tenant, name);
        let releases = || versions.iter().rev().filter(|known| is_release(known));
        let alive = |found: &&Arc<Workflow>| !found.is_retired();
        releases()
            .find(alive)
            .or_else(|| releases().next())
            .or_else(|| versions.iter().rev().find(alive))
            .or_else(|| versions.last())
    }

    /// The version with the highest number, in whatever standing.
    #[must_use]
    pub fn highest(&self, tenant: &str, name: &str) -> Option<&Arc<Workflow>> {
        self.versions(tenant, name).last()
    }

    /// The version right below this one.
    #[must_use]
    pub fn below(&self, tenant: &str, name: &str, version: &str) -> Option<&Arc<Workflow>> {
        let versions = self.versions(tenant, name);
        let place = versions.iter().position(|known| known.manifest.version == version)?;
        versions.get(place.checked_sub(1)?)
    }

    /// The version that a start takes; without one named, [`Self::newest`]. Whatever starts runs
    /// asks here.
    ///
    /// # Errors
    /// `WORKFLOW_NOT_FOUND`, `WORKFLOW_RETIRED`
    pub fn to_start(
        &self,
        tenant: &str,
        name: &str,
        version: &str,
    ) -> Result<&Arc<Workflow>, Refusal> {
        let found = match version {
            "" => self.newest(tenant, name),
            version => self.get(tenant, name, version),
        };
        let found = found.ok_or_else(|| not_found(name, version))?;
        if found.is_retired() { Err(retired(found)) } else { Ok(found) }
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
        self.all_called(tenant, manifest, |below| names.extend(below.secrets()));
        names.into_iter().collect()
    }

    /// What governance needs to know of a workflow together with its sub-workflows.
    #[must_use]
    pub fn governed(&self, tenant: &str, manifest: &Manifest) -> Governed {
        let mut governed = Governed::of(manifest);
        self.all_called(tenant, manifest, |below| governed.add(below));
        governed
    }

    /// Shows every sub-workflow that is there, whatever calls it, once.
    fn all_called(&self, tenant: &str, manifest: &Manifest, mut show: impl FnMut(&Manifest)) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let mut next = called(manifest);
        while let Some((name, version)) = next.pop() {
            if !seen.insert((name.clone(), version.clone())) {
                continue;
            }
            if let Some(workflow) = self.find(tenant, &name, &version) {
                show(&workflow.manifest);
                next.extend(called(&workflow.manifest));
            }
        }
    }

    /// All of a tenant, by name and then version.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> Vec<Arc<Workflow>> {
        let mut names: Vec<_> = self.by_name.get(tenant).into_iter().flatten().collect();
        names.sort_by_key(|(name, _)| *name);
        names.into_iter().flat_map(|(_, versions)| versions.iter().cloned()).collect()
    }

    /// What is meant by each name of a tenant without a version, by name.
    #[must_use]
    pub fn newest_of_tenant(&self, tenant: &str) -> Vec<Arc<Workflow>> {
        let mut names: Vec<_> = self.by_name.get(tenant).into_iter().flatten().collect();
        names.sort_by_key(|(name, _)| *name);
        names.into_iter().filter_map(|(name, _)| self.newest(tenant, name).cloned()).collect()
    }
}

fn is_release(workflow: &Workflow) -> bool {
    precedence(&workflow.manifest.version).is_some_and(|version| version.pre.is_empty())
}

/// Sub-workflows of a manifest, by name and version.
fn called(manifest: &Manifest) -> Vec<(String, String)> {
    let tasks = manifest.tasks.iter().filter_map(|task| workflow_of(task.uses.as_str()));
    tasks.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}
