//! Views: what is looked up. Derived from the ledger, kept in a [`ViewStore`], rebuilt from the
//! ledger whenever that is gone or damaged.
//!
//! Runs that have not ended, and what the store has not got yet, are held in memory ([`Views`]);
//! everything committed is visible to the next read. [`writer::ViewWriter`] writes behind, many
//! commits at once, so that a key that changed five times is written once.

mod approvals;
mod artifacts;
mod decisions;
mod document;
mod fold;
pub mod graph;
mod held;
mod hot;
mod key;
mod keys;
mod list;
mod plan;
mod receipts;
mod runbooks;
mod sessions;
mod subjects;
mod tenants;
mod tokens;
mod tracked;
mod writer;

use std::{
    borrow::Borrow,
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use conductor_domain::{
    intent::{
        schedule::Schedule,
        workflow::{Rehearsed, Workflow},
    },
    org::identity::Grant,
    scope::{Principal, Scope},
    trust::{
        approval::Approval, artifact::Artifact, bundle::Deployment, disclosure::Disclosure,
        gate::Checked, signing_key::SigningKeys,
    },
    work::{run::Run, tracked::Tracked},
};
use conductor_protocol::{
    id::{ApprovalId, ArtifactId, DisclosureId, RunId},
    manifest::{Governed, Manifest},
    verdict::TasksByClass,
};

pub use approvals::{ApprovalFilter, ApprovalPage};
pub use artifacts::{ArtifactFilter, ArtifactPage, ArtifactRow};
pub use decisions::{DecisionEntry, DecisionFilter, DecisionPage};
pub use fold::{FoldError, Folded, digest, fold};
pub use list::{RunFilter, RunPage};
pub use receipts::{RUN_ENDED, ReceiptChanges, ReceiptEntry, ReceiptFilter, ReceiptPage};
pub use tenants::Known;
pub use tracked::{DisclosurePage, TrackedFilter, TrackedPage};
pub use writer::ViewWriter;

use self::{held::Held, hot::Hot, receipts::HotReceipts};
use crate::{
    kernel::Commit,
    ports::{Archive, ViewError, ViewStore},
    quotas,
    runbooks::Memo,
    state::{Remembered, RunCounts, State},
};

/// The readers' side of the views.
pub struct Views {
    store: Arc<dyn ViewStore>,
    hot: RwLock<Hot>,
    /// Locked after `hot`, always: what is found out is about what is in there.
    vouched: Mutex<Memo>,
}

impl std::fmt::Debug for Views {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Views").field("seq", &self.seq()).finish_non_exhaustive()
    }
}

impl Views {
    /// Views over a store that has reached `seq`, and the state that was folded up to there.
    #[must_use]
    pub fn new(store: Arc<dyn ViewStore>, state: &State, seq: u64) -> Self {
        let runs = state
            .runs
            .values()
            .map(|run| ((run.scope.tenant.clone(), run.id), Arc::clone(run)))
            .collect();
        let hot = Hot {
            runs,
            catalogue: state.catalogue.clone(),
            grants: state.grants.clone(),
            keys: state.keys.clone(),
            sessions: state.sessions.clone(),
            tokens: state.tokens.clone(),
            login_alarms: Arc::new(state.login_alarms.clone()),
            tenants: state.tenants.clone(),
            meters: state.meters.clone(),
            rehearsals: state.rehearsals.clone(),
            schedules: state.schedules.clone(),
            counts: state.counts.clone(),
            approvals: state
                .approvals
                .pending()
                .map(|approval| {
                    ((approval.scope.tenant.clone(), approval.id), Arc::clone(approval))
                })
                .collect(),
            held: Held::of(state),
            receipts: HotReceipts::of(state),
            deployment: Arc::new(state.deployment.clone()),
            signing_keys: Arc::new(state.signing_keys.clone()),
            alerts: state.alerts.clone(),
            seq,
            ..Hot::default()
        };
        Self { store, hot: RwLock::new(hot), vouched: Mutex::default() }
    }

    /// Takes up a commit; readers see it from here on.
    pub fn publish(&self, commit: &Commit) {
        let mut hot = self.write();
        hot.take(commit);
        self.forget_vouched(commit);
        drop(hot);
    }

    /// Policy's bundles, and what is to be looked after.
    #[must_use]
    pub fn deployment(&self) -> Arc<Deployment> {
        Arc::clone(&self.read().deployment)
    }

    /// The keys that the log is signed by.
    #[must_use]
    pub fn signing_keys(&self) -> Arc<SigningKeys> {
        Arc::clone(&self.read().signing_keys)
    }

    /// The store has these commits: what ended in them need not be held any longer.
    pub fn forget<C: Borrow<Commit>>(&self, commits: &[C]) {
        let mut hot = self.write();
        for commit in commits.iter().map(Borrow::borrow) {
            hot.receipts.forget(commit);
            for run in &commit.runs {
                let key = (run.scope.tenant.clone(), run.id);
                let settled = hot.runs.get(&key).is_some_and(|held| {
                    held.status.is_terminal() && held.last_seq() <= commit.last_seq
                });
                if settled {
                    hot.runs.remove(&key);
                }
            }
            for approval in commit.approvals.iter().filter(|approval| approval.ended.is_some()) {
                hot.approvals.remove(&(approval.scope.tenant.clone(), approval.id));
            }
            forget_tracked(&mut hot, commit);
            hot.shelf.forget(commit);
            for (key, _) in &commit.changes.remembered {
                hot.remembered.remove(key);
            }
            for (tenant, old, _) in &commit.changes.reruns {
                hot.reruns.remove(&(tenant.clone(), *old));
            }
            for (tenant, entry) in &commit.changes.decisions {
                if let Some(entries) = hot.decisions.get_mut(tenant) {
                    entries.remove(&entry.seq);
                    if entries.is_empty() {
                        hot.decisions.remove(tenant);
                    }
                }
            }
        }
    }

    /// Tasks of a tenant's open runs that have not ended, by their resource class.
    #[must_use]
    pub fn classes_in_use(&self, tenant: &str) -> TasksByClass {
        let hot = self.read();
        let of_tenant = hot.runs.range((tenant.to_owned(), RunId::from_bits(0))..);
        let open_runs: Vec<_> = of_tenant
            .take_while(|((owner, _), _)| owner == tenant)
            .filter_map(|(_, run)| {
                let (name, version) = (&run.workflow.name, &run.workflow.version);
                Some((Arc::clone(run), hot.catalogue.get(tenant, name, version)?.clone()))
            })
            .collect();
        drop(hot);
        let mut in_use = TasksByClass::new();
        for (run, workflow) in &open_runs {
            quotas::add_open(&mut in_use, run, &workflow.manifest);
        }
        in_use
    }

    /// Everything up to this sequence number is visible.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.read().seq
    }

    /// Runs that repeat this one, oldest first.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn reruns(&self, tenant: &str, run: RunId) -> Result<Vec<RunId>, ViewError> {
        let mut reruns =
            self.read().reruns.get(&(tenant.to_owned(), run)).cloned().unwrap_or_default();
        let (from, to) = key::reruns(tenant, run);
        self.store.scan(&from, &to, false, &mut |found, _| {
            reruns.extend(key::last_run(found));
            true
        })?;
        reruns.sort_unstable();
        reruns.dedup();
        Ok(reruns)
    }

    /// A published version; the one that a start would take when `version` is empty.
    #[must_use]
    pub fn workflow(&self, tenant: &str, name: &str, version: &str) -> Option<Arc<Workflow>> {
        let hot = self.read();
        let found = if version.is_empty() {
            hot.catalogue.newest(tenant, name)
        } else {
            hot.catalogue.get(tenant, name, version)
        };
        found.cloned()
    }

    /// The version right below this one.
    #[must_use]
    pub fn workflow_below(&self, tenant: &str, name: &str, version: &str) -> Option<Arc<Workflow>> {
        self.read().catalogue.below(tenant, name, version).cloned()
    }

    /// One version of each workflow of a tenant, the one that a start would take, by name.
    #[must_use]
    pub fn newest_workflows(&self, tenant: &str) -> Vec<Arc<Workflow>> {
        self.read().catalogue.newest_of_tenant(tenant)
    }

    /// When a workflow was last seen to work, by environment.
    #[must_use]
    pub fn rehearsed(&self, tenant: &str, name: &str) -> Option<Rehearsed> {
        self.read().rehearsals.of(tenant, name).cloned()
    }

    /// Names of the secrets that a workflow and its sub-workflows use, sorted.
    #[must_use]
    pub fn secrets(&self, tenant: &str, manifest: &Manifest) -> Vec<String> {
        self.read().catalogue.secrets(tenant, manifest)
    }

    /// What governance needs to know of a published version together with its sub-workflows; the
    /// newest when `version` is empty, and nothing where there is none.
    #[must_use]
    pub fn governed(&self, tenant: &str, name: &str, version: &str) -> Governed {
        let hot = self.read();
        let found = hot.catalogue.find(tenant, name, version);
        let governed = found.map(|found| hot.catalogue.governed(tenant, &found.manifest));
        drop(hot);
        governed.unwrap_or_default()
    }

    /// The same of a manifest that need not be published.
    #[must_use]
    pub fn governed_draft(&self, tenant: &str, manifest: &Manifest) -> Governed {
        self.read().catalogue.governed(tenant, manifest)
    }

    /// All published versions of a tenant, by name and then version.
    #[must_use]
    pub fn workflows(&self, tenant: &str) -> Vec<Arc<Workflow>> {
        self.read().catalogue.of_tenant(tenant)
    }

    /// A schedule.
    #[must_use]
    pub fn schedule(&self, scope: &Scope, name: &str) -> Option<Arc<Schedule>> {
        self.read().schedules.get(scope, name).cloned()
    }

    /// All schedules of a scope, by name.
    #[must_use]
    pub fn schedules(&self, scope: &Scope) -> Vec<Arc<Schedule>> {
        self.read().schedules.of_scope(scope)
    }

    /// Roles that count in a tenant, sorted.
    #[must_use]
    pub fn roles(&self, tenant: &str, principal: &Principal) -> Vec<String> {
        self.read().grants.roles(tenant, principal)
    }

    /// Whether somebody holds a role in that very tenant.
    #[must_use]
    pub fn is_of(&self, tenant: &str, principal: &Principal) -> bool {
        self.read().grants.is_of(tenant, principal)
    }

    /// All grants of a tenant.
    #[must_use]
    pub fn grants(&self, tenant: &str) -> Vec<Grant> {
        self.read().grants.of_tenant(tenant)
    }

    /// Numbers of a tenant's runs.
    #[must_use]
    pub fn counts(&self, tenant: &str) -> RunCounts {
        self.read().counts.get(tenant).copied().unwrap_or_default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Hot> {
        // A reader that panicked left nothing half done; a writer only moves whole values.
        self.hot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Hot> {
        self.hot.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tracked runs and packs that the store has as they are.
fn forget_tracked(hot: &mut Hot, commit: &Commit) {
    for tracked in &commit.tracked {
        let key = (tracked.scope.tenant.clone(), tracked.id);
        if hot.tracked.get(&key).is_some_and(|held| held.seq <= commit.last_seq) {
            hot.tracked.remove(&key);
        }
    }
    for pack in &commit.disclosures {
        hot.disclosures.remove(&(pack.scope.tenant.clone(), pack.said.disclosure));
    }
}

impl Archive for Views {
    fn run(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Run>>, ViewError> {
        if let Some(run) = self.read().runs.get(&(tenant.to_owned(), run)) {
            return Ok(Some(Arc::clone(run)));
        }
        match self.store.get(&key::run(tenant, run))? {
            Some(bytes) => Ok(Some(Arc::new(document::decode(&bytes, "run")?))),
            None => Ok(None),
        }
    }

    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError> {
        Self::approval(self, tenant, id)
    }

    fn tracked(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Tracked>>, ViewError> {
        Self::tracked(self, tenant, run)
    }

    fn disclosure(
        &self,
        tenant: &str,
        id: DisclosureId,
    ) -> Result<Option<Arc<Disclosure>>, ViewError> {
        Self::disclosure(self, tenant, id)
    }

    fn artifact(&self, tenant: &str, id: ArtifactId) -> Result<Option<ArtifactRow>, ViewError> {
        Self::artifact(self, tenant, id)
    }

    fn artifacts_of_run(&self, tenant: &str, run: RunId) -> Result<usize, ViewError> {
        self.count_artifacts(tenant, run)
    }

    fn gate(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Checked>>, ViewError> {
        Self::gate(self, tenant, run)
    }

    fn runs_of_subject(&self, tenant: &str, subject: &str) -> Result<BTreeSet<RunId>, ViewError> {
        Self::runs_of_subject(self, tenant, subject)
    }

    fn held_artifacts(&self, tenant: &str) -> Result<Vec<Arc<Artifact>>, ViewError> {
        Self::held_artifacts(self, tenant)
    }

    fn remembered(&self, digest: &str) -> Result<Option<Remembered>, ViewError> {
        if let Some(known) = self.read().remembered.get(digest) {
            return Ok(Some(known.clone()));
        }
        match self.store.get(&key::remembered(digest))? {
            Some(bytes) => Ok(Some(document::decode(&bytes, "idempotency key")?)),
            None => Ok(None),
        }
    }
}
