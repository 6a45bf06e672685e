//! Approvals: those that wait, and those that ended, newest first.

use std::sync::Arc;

use conductor_domain::{scope::Principal, trust::approval::Approval};
use conductor_protocol::id::ApprovalId;

use super::{Views, document, key};
use crate::{limits, ports::ViewError};

/// Which approvals are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalFilter {
    /// Only those that wait.
    pub pending: bool,
    /// Who asked.
    pub requester: Option<Principal>,
    /// What for.
    pub action: Option<String>,
}

impl ApprovalFilter {
    /// Whether an approval is wanted.
    #[must_use]
    pub fn matches(&self, approval: &Approval) -> bool {
        (!self.pending || approval.ended.is_none())
            && self.requester.as_ref().is_none_or(|wanted| *wanted == approval.requester)
            && self.action.as_ref().is_none_or(|wanted| *wanted == approval.question.action)
    }
}

/// Approvals, newest first, and where to go on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApprovalPage {
    /// In their order.
    pub approvals: Vec<Arc<Approval>>,
    /// The last one that was looked at; none at the end.
    pub next: Option<ApprovalId>,
}

impl Views {
    /// An approval of a tenant, however long ago it ended.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn approval(
        &self,
        tenant: &str,
        id: ApprovalId,
    ) -> Result<Option<Arc<Approval>>, ViewError> {
        let held = self.read().approvals.get(&(tenant.to_owned(), id)).cloned();
        if held.is_some() {
            return Ok(held);
        }
        let kept = self.store.get(&key::approval(tenant, id))?;
        kept.map(|bytes| document::approval_of(&bytes).map(Arc::new)).transpose()
    }

    /// How many approvals of a tenant wait.
    #[must_use]
    pub fn approvals_waiting(&self, tenant: &str) -> usize {
        self.waiting(tenant).len()
    }

    /// Those of a tenant that wait, the newest first.
    #[must_use]
    pub fn waiting(&self, tenant: &str) -> Vec<Arc<Approval>> {
        self.held(tenant, None).into_iter().filter(|approval| approval.ended.is_none()).collect()
    }

    /// What memory has of a tenant, newest first.
    fn held(&self, tenant: &str, before: Option<ApprovalId>) -> Vec<Arc<Approval>> {
        let of = |id| (tenant.to_owned(), id);
        let before = before.unwrap_or(ApprovalId::from_bits(u128::MAX));
        let within = of(ApprovalId::from_bits(0))..of(before);
        self.read()
            .approvals
            .range(within)
            .rev()
            .map(|(_, approval)| Arc::clone(approval))
            .collect()
    }

    /// Approvals of a tenant from before one of them, newest first. Looks at a bounded number: a
    /// page may be short, even empty, and yet have a next one.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn find_approvals(
        &self,
        tenant: &str,
        filter: &ApprovalFilter,
        before: Option<ApprovalId>,
        size: usize,
    ) -> Result<ApprovalPage, ViewError> {
        // Memory first: what is written meanwhile is then seen twice rather than never.
        let held = self.held(tenant, before);
        let mut found: Vec<Arc<Approval>> = Vec::new();
        if !filter.pending {
            let (from, to) = key::approvals(tenant, before);
            let mut failed = None;
            self.store.scan(&from, &to, true, &mut |_, value| {
                match document::approval_of(value) {
                    Ok(approval) => found.push(Arc::new(approval)),
                    Err(error) => failed = Some(error),
                }
                found.len() < limits::PAGE_SCAN_MAX && failed.is_none()
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        let cut = found.len() >= limits::PAGE_SCAN_MAX;
        let oldest = found.last().filter(|_| cut).map(|approval| approval.id);
        found.retain(|kept| !held.iter().any(|held| held.id == kept.id));
        found.extend(held.into_iter().filter(|held| oldest.is_none_or(|oldest| held.id >= oldest)));
        found.sort_unstable_by_key(|approval| std::cmp::Reverse(approval.id));
        let mut page = ApprovalPage { approvals: Vec::new(), next: oldest };
        for approval in found {
            if page.approvals.len() >= size {
                page.next = page.approvals.last().map(|last| last.id);
                return Ok(page);
            }
            if filter.matches(&approval) {
                page.approvals.push(approval);
            }
        }
        Ok(page)
    }
}
