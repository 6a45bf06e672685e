//! Tracked runs and disclosure packs, newest first.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    trust::disclosure::Disclosure,
    work::tracked::{Status, Tracked},
};
use conductor_protocol::id::{DisclosureId, RunId};

use super::{Views, document, key};
use crate::{limits, ports::ViewError};

/// Which tracked runs are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrackedFilter {
    /// Whose.
    pub owner: Option<String>,
    /// Those that stand so.
    pub status: Option<Status>,
}

impl TrackedFilter {
    /// Whether a run is wanted.
    #[must_use]
    pub fn matches(&self, tracked: &Tracked) -> bool {
        self.owner.as_ref().is_none_or(|owner| *owner == tracked.record.owner)
            && self.status.is_none_or(|status| status == tracked.record.status)
    }
}

/// Tracked runs, newest first, and where to go on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrackedPage {
    /// In their order.
    pub runs: Vec<Arc<Tracked>>,
    /// The last one that was looked at; none at the end.
    pub next: Option<RunId>,
}

/// Disclosure packs, newest first, and where to go on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DisclosurePage {
    /// In their order.
    pub packs: Vec<Arc<Disclosure>>,
    /// The last one that was looked at; none at the end.
    pub next: Option<DisclosureId>,
}

impl Views {
    /// A tracked run of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn tracked(&self, tenant: &str, id: RunId) -> Result<Option<Arc<Tracked>>, ViewError> {
        if let Some(held) = self.read().tracked.get(&(tenant.to_owned(), id)) {
            return Ok(Some(Arc::clone(held)));
        }
        let kept = self.store.get(&key::tracked(tenant, id))?;
        kept.map(|bytes| document::json_of(&bytes, "tracked run").map(Arc::new)).transpose()
    }

    /// A disclosure pack of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn disclosure(
        &self,
        tenant: &str,
        id: DisclosureId,
    ) -> Result<Option<Arc<Disclosure>>, ViewError> {
        if let Some(held) = self.read().disclosures.get(&(tenant.to_owned(), id)) {
            return Ok(Some(Arc::clone(held)));
        }
        let kept = self.store.get(&key::disclosure(tenant, id))?;
        kept.map(|bytes| document::json_of(&bytes, "disclosure pack").map(Arc::new)).transpose()
    }

    /// What memory has of a tenant's tracked runs.
    fn held_tracked(&self, tenant: &str, before: Option<RunId>) -> BTreeMap<RunId, Arc<Tracked>> {
        let of = |id| (tenant.to_owned(), id);
        let within = of(RunId::from_bits(0))..of(before.unwrap_or(RunId::from_bits(u128::MAX)));
        self.read().tracked.range(within).map(|((_, id), run)| (*id, Arc::clone(run))).collect()
    }

    /// What memory has of a tenant's packs, or of those of one run.
    fn held_disclosures(
        &self,
        tenant: &str,
        run: Option<RunId>,
        before: Option<DisclosureId>,
    ) -> BTreeMap<DisclosureId, Option<Arc<Disclosure>>> {
        let of = |id| (tenant.to_owned(), id);
        let last = before.unwrap_or(DisclosureId::from_bits(u128::MAX));
        let within = of(DisclosureId::from_bits(0))..of(last);
        self.read()
            .disclosures
            .range(within)
            .filter(|(_, pack)| run.is_none_or(|run| run == pack.said.run))
            .map(|((_, id), pack)| (*id, Some(Arc::clone(pack))))
            .collect()
    }

    /// Tracked runs of a tenant from before one of them. Looks at a bounded number: a page may be
    /// short, even empty, and yet have a next one.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn find_tracked(
        &self,
        tenant: &str,
        filter: &TrackedFilter,
        before: Option<RunId>,
        size: usize,
    ) -> Result<TrackedPage, ViewError> {
        // Memory first: what is written meanwhile is then seen twice rather than never.
        let mut found = self.held_tracked(tenant, before);
        let (from, to) = key::all_tracked(tenant, before);
        let mut failed = None;
        let (mut seen, mut oldest) = (0, None);
        self.store.scan(&from, &to, true, &mut |_, value| {
            match document::json_of::<Tracked>(value, "tracked run") {
                Ok(run) => {
                    oldest = Some(run.id);
                    found.entry(run.id).or_insert_with(|| Arc::new(run));
                }
                Err(error) => failed = Some(error),
            }
            seen += 1;
            seen < limits::PAGE_SCAN_MAX && failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let cut = oldest.filter(|_| seen >= limits::PAGE_SCAN_MAX);
        let mut page = TrackedPage { runs: Vec::new(), next: cut };
        let within = |id: &RunId| cut.is_none_or(|oldest| *id >= oldest);
        for (_, run) in found.into_iter().rev().filter(|(id, _)| within(id)) {
            if page.runs.len() >= size {
                page.next = page.runs.last().map(|last| last.id);
                return Ok(page);
            }
            if filter.matches(&run) {
                page.runs.push(run);
            }
        }
        Ok(page)
    }

    /// Disclosure packs of a tenant, or of one run in it, from before one of them.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn find_disclosures(
        &self,
        tenant: &str,
        run: Option<RunId>,
        before: Option<DisclosureId>,
        size: usize,
    ) -> Result<DisclosurePage, ViewError> {
        let mut ids = self.held_disclosures(tenant, run, before);
        let (from, to) = key::disclosures(tenant, run, before);
        let mut seen = 0;
        self.store.scan(&from, &to, true, &mut |key, _| {
            if let Some(id) = key::last_disclosure(key) {
                ids.entry(id).or_default();
            }
            seen += 1;
            // One more than the page has, to know whether it goes on.
            seen <= size
        })?;
        let mut page = DisclosurePage::default();
        for (id, held) in ids.into_iter().rev() {
            if page.packs.len() >= size {
                page.next = page.packs.last().map(|last| last.said.disclosure);
                break;
            }
            let pack = match held {
                Some(pack) => Some(pack),
                None => self.disclosure(tenant, id)?,
            };
            page.packs.extend(pack);
        }
        Ok(page)
    }
}
