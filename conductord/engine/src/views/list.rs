//! Pages of runs, newest or oldest first, with tokens that stay right while new runs come in.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    scope::Scope,
    time::Timestamp,
    work::run::{Run, RunStatus},
};
use conductor_protocol::{id::RunId, needles::Needles};

use super::{
    Views, document,
    key::{self, Index},
};
use crate::{limits, ports::ViewError};

/// Which runs are wanted.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Any of these; all when empty.
    pub statuses: Vec<RunStatus>,
    /// Name of the workflow.
    pub workflow: Option<String>,
    /// Principal who started it.
    pub owner: Option<String>,
    /// The data subject that it is about.
    pub subject: Option<String>,
    /// Accepted at or after.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// What its id, workflow and owner have.
    pub text: Needles,
    /// Of none of these workflows.
    pub not_workflows: Vec<String>,
    /// Started by none of these principals.
    pub not_owners: Vec<String>,
    /// The oldest first, rather than the newest.
    pub oldest_first: bool,
}

/// A page of runs.
#[derive(Debug, Clone, Default)]
pub struct RunPage {
    /// Newest first, or oldest first.
    pub runs: Vec<Arc<Run>>,
    /// Where the next page begins: beyond this run. A page may be short, even empty, and yet
    /// have a next one, when the filter lets few through.
    pub next: Option<RunId>,
    /// Runs of the tenant.
    pub total: u64,
    /// The page is true up to here.
    pub seq: u64,
}

impl RunFilter {
    fn matches(&self, scope: &Scope, run: &Run) -> bool {
        let of =
            |wanted: &Option<String>, got: &str| wanted.as_ref().is_none_or(|wanted| wanted == got);
        run.scope.environment == scope.environment
            && run.scope.region == scope.region
            && (self.statuses.is_empty() || self.statuses.contains(&run.status))
            && of(&self.workflow, &run.workflow.name)
            && of(&self.owner, run.owner.as_str())
            && of(&self.subject, &run.subject)
            && self.since.is_none_or(|since| run.started_at >= since)
            && self.until.is_none_or(|until| run.started_at < until)
            && !self.not_workflows.contains(&run.workflow.name)
            && !self.not_owners.iter().any(|owner| owner == run.owner.as_str())
            && has(run, &self.text)
    }

    /// The index that leaves the least to look at.
    fn index(&self) -> Index<'_> {
        if let Some(subject) = &self.subject {
            return Index::Subject(subject);
        }
        match (&self.workflow, &self.owner, self.statuses.as_slice()) {
            (_, _, [status]) if !matches!(status, RunStatus::Succeeded) => Index::Status(*status),
            (Some(name), _, _) => Index::Workflow(name),
            (_, Some(name), _) => Index::Owner(name),
            (_, _, [status]) => Index::Status(*status),
            _ => Index::All,
        }
    }

    /// Ids of runs that can match by their time and come after one: from, and before.
    fn ids(&self, after: Option<RunId>) -> (RunId, RunId) {
        let at = |time: Timestamp| RunId::from_bits(u128::from(time.unix_ms) << 80);
        let first = self.since.map_or(RunId::from_bits(0), at);
        let end = self.until.map_or(RunId::from_bits(u128::MAX), at);
        match after {
            None => (first, end),
            Some(id) if self.oldest_first => {
                (first.max(RunId::from_bits(id.bits().saturating_add(1))), end)
            }
            Some(id) => (first, end.min(id)),
        }
    }

    /// Whether one run comes before another in this order.
    fn precedes(&self, one: RunId, other: RunId) -> bool {
        if self.oldest_first { one < other } else { one > other }
    }
}

fn has(run: &Run, text: &Needles) -> bool {
    text.is_empty()
        || text.matches(&format!("{} {} {}", run.id, run.workflow.name, run.owner.as_str()))
}

/// Gathers a page out of two rows in the same order: what is in memory and what is in the store.
struct Gather<'a> {
    scope: &'a Scope,
    filter: &'a RunFilter,
    size: usize,
    hot: std::iter::Peekable<std::vec::IntoIter<Arc<Run>>>,
    hot_ids: BTreeSet<RunId>,
    looked_at: usize,
    last: Option<RunId>,
    page: Vec<Arc<Run>>,
}

impl Gather<'_> {
    fn full(&self) -> bool {
        self.page.len() >= self.size || self.looked_at >= limits::PAGE_SCAN_MAX
    }

    fn take(&mut self, run: Arc<Run>) {
        self.looked_at += 1;
        self.last = Some(run.id);
        if self.filter.matches(self.scope, &run) {
            self.page.push(run);
        }
    }

    /// Takes what is in memory and comes before `id`. Gives whether there is room for more.
    fn take_hot_before(&mut self, id: RunId) -> bool {
        while !self.full() {
            match self.hot.next_if(|run| self.filter.precedes(run.id, id)) {
                Some(run) => self.take(run),
                None => return true,
            }
        }
        false
    }

    /// Takes the rest of what is in memory.
    fn take_hot(&mut self) {
        while !self.full()
            && let Some(run) = self.hot.next()
        {
            self.take(run);
        }
    }
}

impl Views {
    /// A page of a scope's runs in the filter's order: those that come after one.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn list_runs(
        &self,
        scope: &Scope,
        filter: &RunFilter,
        after: Option<RunId>,
        size: usize,
    ) -> Result<RunPage, ViewError> {
        let size = size.clamp(1, limits::PAGE_SIZE_MAX);
        let (first, end) = filter.ids(after);
        let tenant = scope.tenant.as_str();
        if first >= end {
            return Ok(RunPage {
                total: self.counts(tenant).total,
                seq: self.seq(),
                ..RunPage::default()
            });
        }
        let (mut hot, seq, total) = self.hot_between(tenant, first, end);
        if filter.oldest_first {
            hot.reverse();
        }
        let mut gather = Gather {
            scope,
            filter,
            size,
            hot_ids: hot.iter().map(|run| run.id).collect(),
            hot: hot.into_iter().peekable(),
            looked_at: 0,
            last: None,
            page: Vec::with_capacity(size.min(64)),
        };
        let index = filter.index();
        let (from, to) = key::index_range(&key::index(tenant, index), first, end);
        let mut problem = None;
        self.store.scan(&from, &to, !filter.oldest_first, &mut |found, value| {
            let Some(id) = key::last_run(found) else { return true };
            if !gather.take_hot_before(id) {
                return false;
            }
            if gather.hot_ids.contains(&id) {
                return true;
            }
            match self.stored_run(tenant, id, (index, value)) {
                Ok(Some(run)) => gather.take(run),
                Ok(None) => {}
                Err(error) => problem = Some(error),
            }
            problem.is_none() && !gather.full()
        })?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        gather.take_hot();
        let next = if gather.full() { gather.last } else { None };
        Ok(RunPage { runs: gather.page, next, total, seq })
    }

    fn stored_run(
        &self,
        tenant: &str,
        id: RunId,
        (index, value): (Index<'_>, &[u8]),
    ) -> Result<Option<Arc<Run>>, ViewError> {
        if matches!(index, Index::All) {
            return document::decode(value, "run").map(|run| Some(Arc::new(run)));
        }
        match self.store.get(&key::run(tenant, id))? {
            Some(bytes) => document::decode(&bytes, "run").map(|run| Some(Arc::new(run))),
            None => Ok(None),
        }
    }

    /// What is in memory, newest first, taken before the store is read: what leaves the memory
    /// meanwhile is in the store by then.
    fn hot_between(&self, tenant: &str, first: RunId, end: RunId) -> (Vec<Arc<Run>>, u64, u64) {
        let hot = self.read();
        let range = (tenant.to_owned(), first)..(tenant.to_owned(), end.max(first));
        let runs = hot.runs.range(range).rev().map(|(_, run)| Arc::clone(run)).collect();
        let total = hot.counts.get(tenant).map_or(0, |counts| counts.total);
        (runs, hot.seq, total)
    }
}
