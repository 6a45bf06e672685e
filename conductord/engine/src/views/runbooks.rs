//! What is looked up of runbooks' signatures, and of those that were refused.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError},
};

use conductor_domain::{
    intent::workflow::{Signed, Workflow},
    scope::Principal,
    time::Timestamp,
    trust::unsigned::Alert,
};

use super::Views;
use crate::{
    kernel::Commit,
    runbooks::{self, Draft, Vouched},
    signers::Signers,
};

impl Views {
    /// What the signatures of a version come to now.
    #[must_use]
    pub fn vouched(&self, workflow: &Workflow, at: Timestamp) -> Arc<Vouched> {
        let hot = self.read();
        let signers = Signers::of(&hot.keys, &hot.grants, &workflow.scope.tenant);
        // Under the lock that a change of keys takes: nothing is remembered that is over.
        let mut known = self.vouched.lock().unwrap_or_else(PoisonError::into_inner);
        let vouched = known.get(workflow.seq, at, || runbooks::vouch(signers, workflow, at));
        drop(known);
        drop(hot);
        vouched
    }

    /// What the signatures under something come to that is to be published in a tenant.
    #[must_use]
    pub fn vouched_draft(
        &self,
        tenant: &str,
        draft: Draft<'_>,
        publisher: &Principal,
        at: Timestamp,
    ) -> (Vouched, Vec<Signed>) {
        let hot = self.read();
        let signers = Signers::of(&hot.keys, &hot.grants, tenant);
        let vouched = runbooks::vouch_draft(signers, draft, publisher, at);
        drop(hot);
        vouched
    }

    /// The newest refused runbooks of a tenant, oldest first.
    #[must_use]
    pub fn alerts(&self, tenant: &str) -> Arc<VecDeque<Alert>> {
        self.read().alerts.of(tenant).cloned().unwrap_or_default()
    }

    /// Forgets what signatures came to when a commit may have changed it.
    pub(super) fn forget_vouched(&self, commit: &Commit) {
        let changes = &commit.changes;
        let same =
            changes.keys.is_empty() && changes.grants.is_empty() && changes.workflows.is_empty();
        if !same {
            self.vouched.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}
