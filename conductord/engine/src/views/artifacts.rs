//! Artifacts, how they stand, and what release gates answered last.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_domain::{
    scope::HOME_TENANT,
    time::Timestamp,
    trust::{
        artifact::{Artifact, Kind, Standing},
        gate::Checked,
    },
};
use conductor_protocol::id::{ArtifactId, RunId};

use super::{Views, document, key};
use crate::{kernel::Commit, limits, ports::ViewError};

/// An artifact, and how it stands.
pub type ArtifactRow = (Arc<Artifact>, Option<Arc<Standing>>);

/// Which artifacts are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct ArtifactFilter {
    /// Only those of this run.
    pub run: Option<RunId>,
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those that are held.
    pub held: bool,
}

/// A page of artifacts.
#[derive(Debug, Clone, Default)]
pub struct ArtifactPage {
    /// In the order that was asked for.
    pub rows: Vec<ArtifactRow>,
    /// Where to go on; nothing at the end.
    pub next: Option<ArtifactId>,
}

/// Which way artifacts are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Oldest first.
    Up,
    /// Newest first.
    Down,
}

/// How an artifact stands since a place in the ledger.
type Since = (u64, Option<Arc<Standing>>);

/// What the store has not got yet.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    artifacts: BTreeMap<(String, ArtifactId), Arc<Artifact>>,
    standings: BTreeMap<(String, ArtifactId), Since>,
    gates: BTreeMap<(String, RunId), (u64, Arc<Checked>)>,
}

impl Shelf {
    /// Takes up a commit.
    pub(super) fn take(&mut self, commit: &Commit) {
        for artifact in &commit.changes.artifacts {
            let key = (artifact.scope.tenant.clone(), artifact.id);
            self.artifacts.insert(key, Arc::clone(artifact));
        }
        for (key, seq, standing) in &commit.changes.standings {
            self.standings.insert(key.clone(), (*seq, standing.clone()));
        }
        for (key, seq, answer) in &commit.changes.gates {
            self.gates.insert(key.clone(), (*seq, Arc::clone(answer)));
        }
    }

    /// The store has what a commit changed.
    pub(super) fn forget(&mut self, commit: &Commit) {
        for artifact in &commit.changes.artifacts {
            self.artifacts.remove(&(artifact.scope.tenant.clone(), artifact.id));
        }
        for (key, seq, _) in &commit.changes.standings {
            if self.standings.get(key).is_some_and(|(held, _)| held <= seq) {
                self.standings.remove(key);
            }
        }
        for (key, seq, _) in &commit.changes.gates {
            if self.gates.get(key).is_some_and(|(held, _)| held <= seq) {
                self.gates.remove(key);
            }
        }
    }

    fn of_tenant(&self, tenant: &str) -> impl Iterator<Item = &Arc<Artifact>> {
        let from = (tenant.to_owned(), ArtifactId::from_bits(0));
        let to = (tenant.to_owned(), ArtifactId::from_bits(u128::MAX));
        self.artifacts.range(from..=to).map(|(_, artifact)| artifact)
    }
}

impl Views {
    /// An artifact of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn artifact(&self, tenant: &str, id: ArtifactId) -> Result<Option<ArtifactRow>, ViewError> {
        let hot = self.read().shelf.artifacts.get(&(tenant.to_owned(), id)).cloned();
        let known = match hot {
            Some(known) => Some(known),
            None => self.stored_artifact(tenant, id)?,
        };
        let Some(known) = known else { return Ok(None) };
        Ok(Some((known, self.standing(tenant, id)?)))
    }

    /// Artifacts of a tenant before one, newest first: so many. Of what a filter lets few through a
    /// page may be short.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn artifacts(
        &self,
        (tenant, filter): (&str, ArtifactFilter),
        before: Option<ArtifactId>,
        count: usize,
    ) -> Result<ArtifactPage, ViewError> {
        let ids = match filter.run {
            Some(run) => self.ids_of_run(tenant, run, before)?,
            None => {
                let range = (None, before);
                self.ids(tenant, range, Way::Down)?
            }
        };
        let mut page = ArtifactPage::default();
        for (looked_at, id) in ids.into_iter().rev().enumerate() {
            if page.rows.len() == count || looked_at == limits::PAGE_SCAN_MAX {
                return Ok(page);
            }
            page.next = Some(id);
            let Some((known, standing)) = self.artifact(tenant, id)? else { continue };
            let held = matches!(standing.as_deref(), Some(Standing::Held { .. }));
            if filter.kind.is_none_or(|kind| kind == known.kind) && (held || !filter.held) {
                page.rows.push((known, standing));
            }
        }
        page.next = None;
        Ok(page)
    }

    /// How many artifacts of a run the store and memory have.
    ///
    /// # Errors
    /// [`ViewError`]
    pub(super) fn count_artifacts(&self, tenant: &str, run: RunId) -> Result<usize, ViewError> {
        Ok(self.ids_of_run(tenant, run, None)?.len())
    }

    /// Artifacts of a tenant that were recorded before a time, oldest first, after one: so many, with
    /// those left out whose content is gone.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn artifacts_before(
        &self,
        (tenant, before): (&str, Timestamp),
        after: Option<ArtifactId>,
        count: usize,
    ) -> Result<ArtifactPage, ViewError> {
        let end = ArtifactId::from_bits(u128::from(before.unix_ms) << 80);
        let mut page = ArtifactPage::default();
        let ids = self.ids(tenant, (after, Some(end)), Way::Up)?;
        for (looked_at, id) in ids.into_iter().enumerate() {
            if page.rows.len() == count || looked_at == limits::PAGE_SCAN_MAX {
                return Ok(page);
            }
            page.next = Some(id);
            let Some((known, standing)) = self.artifact(tenant, id)? else { continue };
            if !matches!(standing.as_deref(), Some(Standing::Expired { .. })) {
                page.rows.push((known, standing));
            }
        }
        page.next = None;
        Ok(page)
    }

    /// The ids of a tenant's artifacts of whose standing something was said.
    pub(super) fn standing_ids(&self, tenant: &str) -> Result<BTreeSet<ArtifactId>, ViewError> {
        let hot = self.read();
        let from = (tenant.to_owned(), ArtifactId::from_bits(0));
        let to = (tenant.to_owned(), ArtifactId::from_bits(u128::MAX));
        let mut ids: BTreeSet<ArtifactId> =
            hot.shelf.standings.range(from..=to).map(|((_, id), _)| *id).collect();
        drop(hot);
        let (from, to) = key::standings(tenant);
        self.store.scan(&from, &to, false, &mut |found, _| {
            ids.extend(key::last_artifact(found));
            true
        })?;
        Ok(ids)
    }

    /// All artifacts of a run.
    pub(super) fn artifacts_of(
        &self,
        tenant: &str,
        run: RunId,
    ) -> Result<Vec<Arc<Artifact>>, ViewError> {
        let mut found = Vec::new();
        for id in self.ids_of_run(tenant, run, None)? {
            found.extend(self.artifact(tenant, id)?.map(|(known, _)| known));
        }
        Ok(found)
    }

    /// Whether an artifact of some tenant, besides those whose content is gone, has this content.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn is_content_used(&self, digest: &str) -> Result<bool, ViewError> {
        self.has_content(digest, &|_, _| true)
    }

    /// The same of those artifacts that count.
    pub(super) fn has_content(
        &self,
        digest: &str,
        counts: &dyn Fn(&str, &Artifact) -> bool,
    ) -> Result<bool, ViewError> {
        self.any_of_digest(digest, &|tenant, known, standing| {
            !matches!(standing, Some(Standing::Expired { .. })) && counts(tenant, known)
        })
    }

    /// Whether somebody holds an artifact with this content, in any tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn is_content_held(&self, digest: &str) -> Result<bool, ViewError> {
        self.any_of_digest(digest, &|_, _, standing| {
            matches!(standing, Some(Standing::Held { .. }))
        })
    }

    /// Whether an artifact with this content, of any tenant, is such a one.
    fn any_of_digest(
        &self,
        digest: &str,
        is_such: &dyn Fn(&str, &Artifact, Option<&Standing>) -> bool,
    ) -> Result<bool, ViewError> {
        for tenant in self.tenant_names() {
            let hot = self.hot_artifacts(&tenant);
            let same = hot.iter().filter(|known| known.location.digest() == Some(digest));
            let mut ids: BTreeSet<ArtifactId> = same.map(|known| known.id).collect();
            let (from, to) = key::artifacts_of_digest(&tenant, digest);
            self.store.scan(&from, &to, false, &mut |found, _| {
                ids.extend(key::last_artifact(found));
                true
            })?;
            for id in ids {
                let Some((known, standing)) = self.artifact(&tenant, id)? else { continue };
                if is_such(&tenant, &known, standing.as_deref()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// All artifacts whose content is to be gone, with their tenants.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn expired(&self) -> Result<Vec<(String, ArtifactId)>, ViewError> {
        let mut expired = Vec::new();
        for tenant in self.tenant_names() {
            let (from, to) = key::standings(&tenant);
            let mut failed = None;
            self.store.scan(&from, &to, false, &mut |found, bytes| {
                match document::json_of(bytes, "standing") {
                    Ok(Standing::Expired { .. }) => {
                        expired.extend(key::last_artifact(found).map(|id| (tenant.clone(), id)));
                    }
                    Ok(Standing::Held { .. }) => {}
                    Err(error) => failed = Some(error),
                }
                failed.is_none()
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(expired)
    }

    /// What the gate of a run answered last.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn gate(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Checked>>, ViewError> {
        if let Some((_, answer)) = self.read().shelf.gates.get(&(tenant.to_owned(), run)) {
            return Ok(Some(Arc::clone(answer)));
        }
        let stored = self.store.get(&key::gate(tenant, run))?;
        stored.map(|bytes| document::json_of(&bytes, "gate").map(Arc::new)).transpose()
    }

    /// Every tenant, the home tenant with them whether or not anything is on record of it.
    fn tenant_names(&self) -> BTreeSet<String> {
        let known = self.tenants().into_iter().map(|tenant| tenant.name.clone());
        known.chain([HOME_TENANT.to_owned()]).collect()
    }

    /// What memory has of a tenant.
    pub(super) fn hot_artifacts(&self, tenant: &str) -> Vec<Arc<Artifact>> {
        self.read().shelf.of_tenant(tenant).cloned().collect()
    }

    fn stored_artifact(
        &self,
        tenant: &str,
        id: ArtifactId,
    ) -> Result<Option<Arc<Artifact>>, ViewError> {
        let stored = self.store.get(&key::artifact(tenant, id))?;
        stored.map(|bytes| document::json_of(&bytes, "artifact").map(Arc::new)).transpose()
    }

    fn standing(&self, tenant: &str, id: ArtifactId) -> Result<Option<Arc<Standing>>, ViewError> {
        if let Some((_, standing)) = self.read().shelf.standings.get(&(tenant.to_owned(), id)) {
            return Ok(standing.clone());
        }
        let stored = self.store.get(&key::standing(tenant, id))?;
        stored.map(|bytes| document::json_of(&bytes, "standing").map(Arc::new)).transpose()
    }

    /// Ids of a tenant's artifacts after one and before another: from one end so many that a page
    /// knows whether it is the last. Memory is looked at first: what goes from there to the store
    /// meanwhile is found there.
    fn ids(
        &self,
        tenant: &str,
        (after, before): (Option<ArtifactId>, Option<ArtifactId>),
        way: Way,
    ) -> Result<BTreeSet<ArtifactId>, ViewError> {
        let within = |id: &ArtifactId| {
            after.is_none_or(|after| *id > after) && before.is_none_or(|before| *id < before)
        };
        let hot = self.hot_artifacts(tenant);
        let hot: Vec<ArtifactId> = hot.iter().map(|known| known.id).filter(within).collect();
        let mut ids = BTreeSet::new();
        let (from, to) = key::artifacts(tenant, (after, before));
        self.store.scan(&from, &to, way == Way::Down, &mut |found, _| {
            ids.extend(key::last_artifact(found).filter(within));
            ids.len() <= limits::PAGE_SCAN_MAX
        })?;
        // What lies beyond the last that was scanned comes with a later page.
        let cut = ids.len() > limits::PAGE_SCAN_MAX;
        let end = if way == Way::Down { ids.first() } else { ids.last() }.copied().filter(|_| cut);
        let before_end = |id: &ArtifactId| {
            end.is_none_or(|end| if way == Way::Down { *id > end } else { *id < end })
        };
        ids.extend(hot.into_iter().filter(before_end));
        Ok(ids)
    }

    fn ids_of_run(
        &self,
        tenant: &str,
        run: RunId,
        before: Option<ArtifactId>,
    ) -> Result<BTreeSet<ArtifactId>, ViewError> {
        let within = |id: &ArtifactId| before.is_none_or(|before| *id < before);
        let hot = self.hot_artifacts(tenant);
        let of_run = hot.iter().filter(|known| known.run == run);
        let mut ids: BTreeSet<ArtifactId> = of_run.map(|known| known.id).filter(within).collect();
        let (from, to) = key::artifacts_of_run(tenant, run);
        self.store.scan(&from, &to, false, &mut |found, _| {
            ids.extend(key::last_artifact(found).filter(within));
            true
        })?;
        Ok(ids)
    }
}
