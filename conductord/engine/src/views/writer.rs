//! Turns commits into writes of the view store: one batch for many commits.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_domain::work::run::{Run, RunStatus};
use conductor_protocol::id::RunId;

use super::{
    document::{self, Cursor, ScheduleDocument, VERSION, WorkflowDocument},
    key::{self, Index},
    receipts,
};
use crate::{
    kernel::Commit,
    limits,
    ports::{ViewError, ViewStore, ViewWrite},
    state::State,
};

/// Writes behind. There is one for a store.
#[derive(Debug, Default)]
pub struct ViewWriter {
    /// Runs that have not ended, as the store has them.
    written: HashMap<RunId, RunStatus>,
}

impl ViewWriter {
    /// A writer for a store that holds these unfinished runs.
    #[must_use]
    pub fn new(state: &State) -> Self {
        Self { written: state.runs.values().map(|run| (run.id, run.status)).collect() }
    }

    /// Applies commits, in order, as one batch.
    ///
    /// # Errors
    /// [`ViewError`]; nothing of the batch is applied then.
    pub fn apply<C: Borrow<Commit>>(
        &mut self,
        store: &dyn ViewStore,
        commits: &[C],
    ) -> Result<(), ViewError> {
        let Some(last) = commits.last().map(Borrow::borrow) else { return Ok(()) };
        // The newest form of everything, so that what changed often is written once.
        let mut runs: BTreeMap<RunId, &Arc<Run>> = BTreeMap::new();
        let mut writes: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
        for commit in commits.iter().map(Borrow::borrow) {
            runs.extend(commit.runs.iter().map(|run| (run.id, run)));
            self.other_writes(commit, &mut writes);
        }
        for run in runs.into_values() {
            self.run_writes(run, &mut writes);
        }
        forget_old(store, last, &mut writes)?;
        let cursor = Cursor { version: VERSION, seq: last.last_seq };
        writes.insert(key::CURSOR.to_vec(), Some(document::encode(&cursor)));
        let writes: Vec<ViewWrite> = writes.into_iter().collect();
        store.apply(writes)
    }

    fn run_writes(&mut self, run: &Run, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
        let tenant = run.scope.tenant.as_str();
        writes.insert(key::run(tenant, run.id), Some(document::encode(run)));
        let by_status = |status| key::indexed(tenant, Index::Status(status), run.id);
        let known = if run.status.is_terminal() {
            self.written.remove(&run.id)
        } else {
            self.written.insert(run.id, run.status)
        };
        match known {
            Some(status) if status != run.status => {
                writes.insert(by_status(status), None);
            }
            Some(_) => {}
            None => {
                let by_workflow = Index::Workflow(&run.workflow.name);
                writes.insert(key::indexed(tenant, by_workflow, run.id), Some(Vec::new()));
                let by_owner = Index::Owner(run.owner.as_str());
                writes.insert(key::indexed(tenant, by_owner, run.id), Some(Vec::new()));
                if !run.subject.is_empty() {
                    let by_subject = Index::Subject(&run.subject);
                    writes.insert(key::indexed(tenant, by_subject, run.id), Some(Vec::new()));
                }
            }
        }
        writes.insert(by_status(run.status), Some(Vec::new()));
    }

    fn other_writes(&self, commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
        workflow_writes(commit, writes);
        for (grant, given) in &commit.changes.grants {
            let key = key::grant(&grant.scope.tenant, grant.principal.as_str(), &grant.role);
            writes.insert(key, given.then(|| document::encode(grant)));
        }
        for (tenant, principal, changed) in &commit.changes.described {
            for (name, value) in changed {
                let key = key::attribute(tenant, principal.as_str(), name);
                writes.insert(key, (!value.is_empty()).then(|| value.clone().into_bytes()));
            }
        }
        identity_writes(commit, writes);
        for tenant in &commit.tenants {
            writes.insert(key::tenant(&tenant.name), Some(document::tenant(tenant)));
        }
        held_writes(commit, writes);
        writes.extend(receipts::writes(commit));
        tracked_writes(commit, writes);
        artifact_writes(commit, writes);
        for gone in &commit.changes.forgotten {
            let key = key::forgotten(&gone.of.tenant, gone.seq);
            writes.insert(key, Some(document::json(&**gone)));
        }
        for (tenant, meter) in &commit.meters {
            writes.insert(key::meter(tenant), Some(document::encode(meter)));
        }
        for ((tenant, workflow), usual) in &commit.usual {
            writes.insert(key::usual(tenant, workflow), Some(document::encode(usual)));
        }
        for ((scope, name), schedule) in &commit.schedules {
            let document = schedule.as_deref().map(ScheduleDocument::of);
            let document = document.map(|document| document::encode(&document));
            writes.insert(key::schedule(scope, name), document);
        }
        for (digest, known) in &commit.changes.remembered {
            writes.insert(key::remembered(digest), Some(document::encode(known)));
            writes.insert(key::remembered_at(known.at, digest), Some(Vec::new()));
        }
        for (tenant, old, new) in &commit.changes.reruns {
            writes.insert(key::rerun(tenant, *old, *new), Some(Vec::new()));
        }
        for (tenant, entry) in &commit.changes.decisions {
            let by_id = key::decision_by_id(tenant, entry.id);
            writes.insert(by_id, Some(document::encode(&entry.seq)));
            writes.insert(key::decision(tenant, entry.seq), Some(document::encode(&**entry)));
        }
        for approval in &commit.approvals {
            let tenant = approval.scope.tenant.as_str();
            let waits = approval.ended.is_none().then(Vec::new);
            writes.insert(key::pending(tenant, approval.id), waits);
            writes.insert(key::approval(tenant, approval.id), Some(document::approval(approval)));
        }
        if let Some(deployment) = &commit.deployment {
            // As JSON: postcard can't leave fields out, and this has some that are.
            let json = serde_json::to_vec(&**deployment).unwrap_or_default();
            writes.insert(key::DEPLOYMENT.to_vec(), Some(json));
        }
        if let Some(keys) = &commit.signing_keys {
            let json = serde_json::to_vec(&**keys).unwrap_or_default();
            writes.insert(key::SIGNING_KEYS.to_vec(), Some(json));
        }
        for (tenant, alerts) in &commit.alerts {
            writes.insert(key::alerts(tenant), Some(document::alerts(alerts)));
        }
        for (tenant, counts) in &commit.counts {
            writes.insert(key::counts(tenant), Some(document::encode(counts)));
        }
    }
}

/// Idempotency keys whose window is over, by the ledger's time: a rebuild forgets the same.
fn forget_old(
    store: &dyn ViewStore,
    last: &Commit,
    writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>,
) -> Result<(), ViewError> {
    let (from, to) = key::remembered_before(last.at - limits::IDEMPOTENCY_WINDOW_MS);
    let pending: Vec<Vec<u8>> =
        writes.range(from.clone()..to.clone()).map(|(key, _)| key.clone()).collect();
    let mut old = pending;
    store.scan(&from, &to, false, &mut |found, _| {
        old.push(found.to_vec());
        true
    })?;
    for by_time in old {
        if let Some(digest) = key::digest_of(&by_time) {
            writes.insert(key::remembered(digest), None);
        }
        writes.insert(by_time, None);
    }
    Ok(())
}

fn workflow_writes(commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for workflow in &commit.changes.workflows {
        let manifest = &workflow.manifest;
        let key = key::workflow(&workflow.scope.tenant, &manifest.name, &manifest.version);
        writes.insert(key, Some(document::encode(&WorkflowDocument::of(workflow))));
    }
    for ((tenant, workflow), rehearsed) in &commit.rehearsed {
        let key = key::rehearsed(tenant, workflow);
        writes.insert(key, Some(document::encode(rehearsed)));
    }
}

/// What is held up, what was done alone, and what has to be looked into.
fn held_writes(commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for ((tenant, approval), glass) in &commit.glasses {
        let bytes = glass.as_deref().map(document::json);
        writes.insert(key::glass(tenant, *approval), bytes);
    }
    for ((tenant, incident), known) in &commit.incidents {
        let bytes = known.as_deref().map(document::json);
        writes.insert(key::incident(tenant, *incident), bytes);
    }
    for ((tenant, name), freeze) in &commit.freezes {
        let bytes = freeze.as_deref().map(document::freeze);
        writes.insert(key::freeze(tenant, name), bytes);
    }
}

/// What is kept record of, and what is said of it.
fn tracked_writes(commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for tracked in &commit.tracked {
        let key = key::tracked(&tracked.scope.tenant, tracked.id);
        writes.insert(key, Some(document::json(&**tracked)));
    }
    for pack in &commit.disclosures {
        let (tenant, said) = (&pack.scope.tenant, &pack.said);
        writes.insert(key::disclosed(tenant, said.run, said.disclosure), Some(Vec::new()));
        let key = key::disclosure(tenant, said.disclosure);
        writes.insert(key, Some(document::json(&**pack)));
    }
}

/// Artifacts with their places in indexes, how they stand, and what gates answered.
fn artifact_writes(commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for artifact in &commit.changes.artifacts {
        let (tenant, id) = (artifact.scope.tenant.as_str(), artifact.id);
        writes.insert(key::artifact(tenant, id), Some(document::json(&**artifact)));
        writes.insert(key::artifact_of_run(tenant, artifact.run, id), Some(Vec::new()));
        if let Some(digest) = artifact.location.digest() {
            writes.insert(key::artifact_of_digest(tenant, digest, id), Some(Vec::new()));
        }
    }
    for ((tenant, id), _, standing) in &commit.changes.standings {
        writes.insert(key::standing(tenant, *id), standing.as_deref().map(document::json));
    }
    for ((tenant, run), _, answer) in &commit.changes.gates {
        writes.insert(key::gate(tenant, *run), Some(document::json(&**answer)));
    }
}

/// By what people and programs are known.
fn identity_writes(commit: &Commit, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for enrolled in &commit.changes.keys {
        let key = key::enrolled(&enrolled.tenant, &enrolled.terms.fingerprint);
        writes.insert(key, Some(document::enrolled(enrolled)));
    }
    for ((tenant, id), session) in &commit.sessions {
        let document = session.as_deref().map(document::session);
        writes.insert(key::session(tenant, *id), document);
    }
    for ((tenant, id), token) in &commit.tokens {
        writes.insert(key::token(tenant, *id), token.as_deref().map(document::token));
    }
    if let Some(alarms) = &commit.login_alarms {
        writes.insert(key::LOGIN_ALARMS.to_vec(), Some(document::login_alarms(alarms)));
    }
}
