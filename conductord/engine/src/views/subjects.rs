//! Whom runs are about, and what only they have.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_domain::{
    intent::schedule::Schedule,
    trust::artifact::{Artifact, Standing},
    work::run::Run,
};
use conductor_protocol::id::RunId;

use super::{
    Views,
    key::{self, Index},
};
use crate::ports::ViewError;

impl Views {
    /// The data subjects that runs and schedules of a tenant are about, each with its runs.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn subjects(&self, tenant: &str) -> Result<BTreeMap<String, BTreeSet<RunId>>, ViewError> {
        let mut found: BTreeMap<String, BTreeSet<RunId>> = BTreeMap::new();
        for run in self.hot_runs(tenant).iter().filter(|run| !run.subject.is_empty()) {
            found.entry(run.subject.clone()).or_default().insert(run.id);
        }
        for known in self.schedules_of_tenant(tenant) {
            if !known.spec.subject.is_empty() {
                found.entry(known.spec.subject.clone()).or_default();
            }
        }
        let (from, to) = key::of_subjects(tenant);
        self.store.scan(&from, &to, false, &mut |known, _| {
            if let (Some(subject), Some(run)) = (key::subject_of(known), key::last_run(known)) {
                found.entry(subject).or_default().insert(run);
            }
            true
        })?;
        Ok(found)
    }

    /// All schedules of a tenant.
    #[must_use]
    pub fn schedules_of_tenant(&self, tenant: &str) -> Vec<Arc<Schedule>> {
        let hot = self.read();
        hot.schedules.all().filter(|known| known.scope.tenant == tenant).cloned().collect()
    }

    /// All runs of a tenant that are about a data subject.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn runs_of_subject(
        &self,
        tenant: &str,
        subject: &str,
    ) -> Result<BTreeSet<RunId>, ViewError> {
        let hot = self.hot_runs(tenant);
        let about = hot.iter().filter(|run| !subject.is_empty() && run.subject == subject);
        let mut runs: BTreeSet<RunId> = about.map(|run| run.id).collect();
        let prefix = key::index(tenant, Index::Subject(subject));
        let (first, end) = (RunId::from_bits(0), RunId::from_bits(u128::MAX));
        let (from, to) = key::index_range(&prefix, first, end);
        self.store.scan(&from, &to, false, &mut |known, _| {
            runs.extend(key::last_run(known));
            true
        })?;
        Ok(runs)
    }

    /// All runs of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn runs_of_tenant(&self, tenant: &str) -> Result<BTreeSet<RunId>, ViewError> {
        let mut runs: BTreeSet<RunId> = self.hot_runs(tenant).iter().map(|run| run.id).collect();
        let prefix = key::index(tenant, Index::All);
        let (first, end) = (RunId::from_bits(0), RunId::from_bits(u128::MAX));
        let (from, to) = key::index_range(&prefix, first, end);
        self.store.scan(&from, &to, false, &mut |known, _| {
            runs.extend(key::last_run(known));
            true
        })?;
        Ok(runs)
    }

    /// The artifacts of a tenant that are held.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn held_artifacts(&self, tenant: &str) -> Result<Vec<Arc<Artifact>>, ViewError> {
        let mut held = Vec::new();
        for id in self.standing_ids(tenant)? {
            if let Some((known, standing)) = self.artifact(tenant, id)?
                && matches!(standing.as_deref(), Some(Standing::Held { .. }))
            {
                held.push(known);
            }
        }
        Ok(held)
    }

    /// Digests of contents that artifacts of these runs have, and nothing else in any tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn contents_only_of(
        &self,
        tenant: &str,
        runs: &BTreeSet<RunId>,
    ) -> Result<BTreeSet<String>, ViewError> {
        let mut digests = BTreeSet::new();
        for run in runs {
            for artifact in self.artifacts_of(tenant, *run)? {
                digests.extend(artifact.location.digest().map(str::to_owned));
            }
        }
        let mut only = BTreeSet::new();
        for digest in digests {
            let elsewhere =
                |of: &str, artifact: &Artifact| of != tenant || !runs.contains(&artifact.run);
            if !self.has_content(&digest, &elsewhere)? {
                only.insert(digest);
            }
        }
        Ok(only)
    }

    /// The runs of a tenant that memory has.
    fn hot_runs(&self, tenant: &str) -> Vec<Arc<Run>> {
        let hot = self.read();
        let from = (tenant.to_owned(), RunId::from_bits(0));
        let to = (tenant.to_owned(), RunId::from_bits(u128::MAX));
        hot.runs.range(from..=to).map(|(_, run)| Arc::clone(run)).collect()
    }
}
