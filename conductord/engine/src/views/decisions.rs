//! Recorded decisions: what they can be looked for by, newest first. The rest of them is in the
//! ledger, at the sequence number that is kept here.

use std::{ops::ControlFlow, sync::Arc};

use conductor_domain::{time::Timestamp, trust::decision::Recorded};
use conductor_protocol::{
    id::DecisionId,
    verdict::{Obligation, Verdict},
};
use serde::{Deserialize, Serialize};

use super::{Views, document, key};
use crate::{limits, ports::ViewError};

/// What a decision can be looked for by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionEntry {
    /// Where in the ledger.
    pub seq: u64,
    /// Its id.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub principal: String,
    /// What for.
    pub action: String,
    /// A name or an id; empty for all of a kind.
    pub resource: String,
    /// Whether it was done: allowed, and nothing stood in the way.
    pub done: bool,
    /// The roles that policy wants told of it, sorted.
    pub told: Vec<String>,
}

impl DecisionEntry {
    /// Of a record of the ledger.
    #[must_use]
    pub fn of(seq: u64, at: Timestamp, recorded: &Recorded) -> Self {
        Self {
            seq,
            id: recorded.id,
            at,
            principal: recorded.input.subject.principal.clone(),
            action: recorded.input.action.clone(),
            resource: recorded.input.resource.id.clone(),
            done: recorded.was_done(),
            told: told(&recorded.verdict),
        }
    }
}

/// The roles that a permission obliges to tell, sorted.
fn told(verdict: &Verdict) -> Vec<String> {
    let of = |obligation: &Obligation| match obligation {
        Obligation::Notify { roles, .. } if verdict.allow => roles.clone(),
        _ => Vec::new(),
    };
    let mut told: Vec<String> = verdict.obligations.iter().flat_map(of).collect();
    told.sort();
    told.dedup();
    told
}

/// Which decisions are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Who asked.
    pub principal: Option<String>,
    /// What for; a group of actions when it ends in a dot, such as `run.`.
    pub action: Option<String>,
    /// A name or an id.
    pub resource: Option<String>,
    /// Whether it was done.
    pub done: Option<bool>,
    /// At or after.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Policy wants one of these roles told.
    pub told: Option<Vec<String>>,
}

impl DecisionFilter {
    /// Whether a decision is wanted.
    #[must_use]
    pub fn matches(&self, entry: &DecisionEntry) -> bool {
        let of = |wanted: &Option<String>, got: &str| wanted.as_ref().is_none_or(|w| w == got);
        let action = |wanted: &String| match wanted.ends_with('.') {
            true => entry.action.starts_with(wanted.as_str()),
            false => entry.action == *wanted,
        };
        of(&self.principal, &entry.principal)
            && self.action.as_ref().is_none_or(action)
            && of(&self.resource, &entry.resource)
            && self.told.as_ref().is_none_or(|roles| roles.iter().any(|r| entry.told.contains(r)))
            && self.done.is_none_or(|done| done == entry.done)
            && self.since.is_none_or(|since| entry.at >= since)
            && self.until.is_none_or(|until| entry.at < until)
    }
}

/// Places in the ledger, and where to go on; 0 where there is nothing more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionPage {
    /// In the order that was asked for.
    pub seqs: Vec<u64>,
    /// The last one that was looked at; 0 at the end.
    pub next: u64,
}

impl Views {
    /// Decisions of a tenant, newest first, from before `before` (0: from the end). Looks at a
    /// bounded number: a page may be short, even empty, and yet have a next one.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn find_decisions(
        &self,
        tenant: &str,
        filter: &DecisionFilter,
        before: u64,
        size: usize,
    ) -> Result<DecisionPage, ViewError> {
        let before = if before == 0 { u64::MAX } else { before };
        self.page(tenant, (0, before, true), (filter, size))
    }

    /// The same oldest first, from after `after`.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn decisions_after(
        &self,
        tenant: &str,
        filter: &DecisionFilter,
        after: u64,
        size: usize,
    ) -> Result<DecisionPage, ViewError> {
        self.page(tenant, (after.saturating_add(1), u64::MAX, false), (filter, size))
    }

    /// Where a decision of a tenant is recorded. One that stands for many is at its newest record.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn decision(&self, tenant: &str, id: DecisionId) -> Result<Option<u64>, ViewError> {
        let hot = self.hot_decisions(tenant, 0, u64::MAX);
        if let Some(found) = hot.iter().rev().find(|entry| entry.id == id) {
            return Ok(Some(found.seq));
        }
        let found = self.store.get(&key::decision_by_id(tenant, id))?;
        found.map(|bytes| document::decode(&bytes, "decision")).transpose()
    }

    fn page(
        &self,
        tenant: &str,
        (from, before, newest_first): (u64, u64, bool),
        (filter, size): (&DecisionFilter, usize),
    ) -> Result<DecisionPage, ViewError> {
        let mut page = DecisionPage::default();
        let mut looked_at = 0;
        let mut look = |entry: &DecisionEntry| {
            looked_at += 1;
            page.next = entry.seq;
            if filter.matches(entry) {
                page.seqs.push(entry.seq);
            }
            // Records are in the order of their times: what follows is too old, or too new.
            let over = match newest_first {
                true => filter.since.is_some_and(|since| entry.at < since),
                false => filter.until.is_some_and(|until| entry.at >= until),
            };
            match (over, page.seqs.len() >= size || looked_at >= limits::DECISION_SCAN_MAX) {
                (true, _) => ControlFlow::Break(true),
                (false, true) => ControlFlow::Break(false),
                (false, false) => ControlFlow::Continue(()),
            }
        };
        let ended = self.walk(tenant, (from, before, newest_first), &mut look)?;
        if ended != ControlFlow::Break(false) {
            page.next = 0;
        }
        Ok(page)
    }

    /// Shows the decisions of a tenant until one is enough, from memory and from the store.
    fn walk(
        &self,
        tenant: &str,
        (from, before, newest_first): (u64, u64, bool),
        look: &mut dyn FnMut(&DecisionEntry) -> ControlFlow<bool>,
    ) -> Result<ControlFlow<bool>, ViewError> {
        // Memory first: what is written meanwhile is then seen twice rather than never.
        let hot = self.hot_decisions(tenant, from, before);
        if newest_first {
            for entry in hot.iter().rev() {
                if let ended @ ControlFlow::Break(_) = look(entry) {
                    return Ok(ended);
                }
            }
        }
        let (start, end) = key::decisions(tenant, from, before);
        let mut ended = ControlFlow::Continue(());
        let mut failed = None;
        self.store.scan(&start, &end, newest_first, &mut |_, value| {
            match document::decode::<DecisionEntry>(value, "decision") {
                Ok(entry) if hot.binary_search_by_key(&entry.seq, |hot| hot.seq).is_ok() => {}
                Ok(entry) => ended = look(&entry),
                Err(error) => failed = Some(error),
            }
            ended.is_continue() && failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if !newest_first && ended.is_continue() {
            for entry in &hot {
                if let ended @ ControlFlow::Break(_) = look(entry) {
                    return Ok(ended);
                }
            }
        }
        Ok(ended)
    }

    fn hot_decisions(&self, tenant: &str, from: u64, before: u64) -> Vec<Arc<DecisionEntry>> {
        let hot = self.read();
        let of_tenant = hot.decisions.get(tenant).into_iter();
        let wanted = of_tenant.flat_map(|entries| entries.range(from..before));
        let found = wanted.map(|(_, e)| Arc::clone(e)).collect();
        drop(hot);
        found
    }
}
