//! Whom runs are about, and what only they have.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_domain::{
    intent::schedule::Schedule,
    trust::{
        artifact::{Artifact, Standing},
        forgotten::Gone,
    },
    work::run::Run,
};
use conductor_protocol::id::{ArtifactId, RunId};

use super::{
    Views, document,
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

    /// When a whole tenant was forgotten last.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn forgotten_tenant(&self, name: &str) -> Result<Option<Gone>, ViewError> {
        let (from, to) = (key::forgotten(name, 0), key::forgotten(name, u64::MAX));
        let mut found = Ok(None);
        self.store.scan(&from, &to, true, &mut |_, value| {
            match document::json_of::<Gone>(value, "what was forgotten") {
                Ok(gone) if gone.is_tenant(name) => found = Ok(Some(gone)),
                Ok(_) => {}
                Err(error) => found = Err(error),
            }
            matches!(found, Ok(None))
        })?;
        found
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

    /// Digests of contents that artifacts of these runs have, and nothing else in any tenant; of the whole
    /// tenant where no runs are given, with what belongs to runs that something else carries out.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn contents_only_of(
        &self,
        tenant: &str,
        runs: Option<&BTreeSet<RunId>>,
    ) -> Result<BTreeSet<String>, ViewError> {
        let mut artifacts = Vec::new();
        match runs {
            None => artifacts = self.artifacts_of_tenant(tenant)?,
            Some(runs) => {
                for run in runs {
                    artifacts.extend(self.artifacts_of(tenant, *run)?);
                }
            }
        }
        let digests = artifacts.iter().filter_map(|one| one.location.digest().map(str::to_owned));
        let digests: BTreeSet<String> = digests.collect();
        let mut only = BTreeSet::new();
        for digest in digests {
            let elsewhere = |of: &str, artifact: &Artifact| {
                of != tenant || runs.is_some_and(|runs| !runs.contains(&artifact.run))
            };
            if !self.has_content(&digest, &elsewhere)? {
                only.insert(digest);
            }
        }
        Ok(only)
    }

    /// All artifacts of a tenant.
    fn artifacts_of_tenant(&self, tenant: &str) -> Result<Vec<Arc<Artifact>>, ViewError> {
        let hot = self.hot_artifacts(tenant);
        let mut ids: BTreeSet<ArtifactId> = hot.iter().map(|known| known.id).collect();
        let (from, to) = key::artifacts(tenant, (None, None));
        self.store.scan(&from, &to, false, &mut |found, _| {
            ids.extend(key::last_artifact(found));
            true
        })?;
        let rows = ids.into_iter().map(|id| self.artifact(tenant, id));
        rows.filter_map(|row| row.map(|row| row.map(|(known, _)| known)).transpose()).collect()
    }

    /// The runs of a tenant that memory has.
    fn hot_runs(&self, tenant: &str) -> Vec<Arc<Run>> {
        let hot = self.read();
        let from = (tenant.to_owned(), RunId::from_bits(0));
        let to = (tenant.to_owned(), RunId::from_bits(u128::MAX));
        hot.runs.range(from..=to).map(|(_, run)| Arc::clone(run)).collect()
    }
}
