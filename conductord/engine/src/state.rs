//! Everything the kernel knows: one fold over the ledger's events, the same when they happen and
//! when they are read again.

mod changes;
mod remembered;

use std::{collections::HashMap, sync::Arc};

use conductor_domain::{
    event::{Envelope, Event},
    intent::{
        freeze::Freezes,
        schedule::Schedules,
        workflow::{Catalogue, Rehearsal, Rehearsals},
    },
    org::{
        identity::{Grant, Grants},
        key::Keys,
        meter::Meters,
        session::{Alarms, Sessions},
        tenant::Tenants,
        token::Tokens,
    },
    scope::{Principal, Scope},
    time::Timestamp,
    trust::{
        approval::Approvals,
        artifact::{self, Artifact},
        bundle::Deployment,
        disclosure::Disclosures,
        forgotten::Forgets,
        glass::Glasses,
        incident::Incidents,
        receipt::Receipts,
        signing_key::SigningKeys,
        unsigned::Alerts,
    },
    work::{
        run::{Run, RunStatus},
        tracked::TrackedRuns,
    },
};
use conductor_protocol::id::RunId;
use serde::{Deserialize, Serialize};

pub use self::changes::{Changes, NamedGate, NamedStanding};
use self::remembered::remember;
pub use self::remembered::{Made, Remembered};
use crate::views::DecisionEntry;

/// Numbers of a tenant's runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Ever accepted.
    pub total: u64,
    /// That have not ended.
    pub active: u64,
}

/// The kernel's state.
#[derive(Debug, Default)]
pub struct State {
    /// Published workflows.
    pub catalogue: Catalogue,
    /// Who may act.
    pub grants: Grants,
    /// By which keys they are known.
    pub keys: Keys,
    /// Who is logged in.
    pub sessions: Sessions,
    /// What services act with.
    pub tokens: Tokens,
    /// Where many logins failed.
    pub login_alarms: Alarms,
    /// Whose everything is.
    pub tenants: Tenants,
    /// What tenants spend.
    pub meters: Meters,
    /// When workflows were last seen to work.
    pub rehearsals: Rehearsals,
    /// When what is to run by itself.
    pub schedules: Schedules,
    /// Runs that have not ended, and those that ended since the last commit.
    pub runs: HashMap<RunId, Arc<Run>>,
    /// Numbers by tenant.
    pub counts: HashMap<String, RunCounts>,
    /// Approvals that wait, and those that ended since the last commit.
    pub approvals: Approvals,
    /// What nothing starts in.
    pub freezes: Freezes,
    /// What was done alone and not reviewed so far.
    pub glasses: Glasses,
    /// What has to be looked into, or was.
    pub incidents: Incidents,
    /// Tracked runs that changed since the last commit.
    pub tracked: TrackedRuns,
    /// Disclosure packs that were made since the last commit.
    pub disclosures: Disclosures,
    /// Policy's bundles.
    pub deployment: Deployment,
    /// Runbooks that were refused lately.
    pub alerts: Alerts,
    /// Which records wait for their receipts.
    pub receipts: Receipts,
    /// The keys that the log is signed by.
    pub signing_keys: SigningKeys,
    /// What was forgotten.
    pub forgotten: Forgets,
}

impl State {
    /// Takes up an event.
    pub fn apply(&mut self, seq: u64, envelope: &Envelope, changes: &mut Changes) {
        let scope = &envelope.scope;
        self.apply_to_records(seq, envelope, changes);
        match &envelope.event {
            Event::WorkflowPublished(event) => {
                changes.workflows.push(self.catalogue.apply(seq, envelope, event));
            }
            Event::WorkflowCountersigned(event) => {
                changes.workflows.extend(self.catalogue.countersign(envelope, event));
            }
            Event::WorkflowDeprecated(event) => {
                changes.workflows.extend(self.catalogue.deprecate(envelope, event));
            }
            Event::WorkflowUndeprecated(event) => {
                changes.workflows.extend(self.catalogue.undeprecate(envelope, event));
            }
            Event::WorkflowRetired(event) => {
                changes.workflows.extend(self.catalogue.retire(envelope, event));
            }
            Event::WorkflowReviewed(event) => {
                changes.workflows.extend(self.catalogue.review(envelope, event));
            }
            Event::RunStarted(event) => {
                let run = Run::from_start(envelope, event, seq);
                if let Some(old) = run.rerun_of {
                    changes.reruns.push((scope.tenant.clone(), old, run.id));
                }
                changes.runs.insert(run.id);
                self.runs.insert(run.id, Arc::new(run));
                self.count(scope, changes, |counts| {
                    counts.total += 1;
                    counts.active += 1;
                });
            }
            Event::IdentityGranted(_) | Event::IdentityRevoked(_) | Event::IdentityDescribed(_) => {
                self.apply_identity(envelope, changes)
            }
            Event::DecisionRecorded(recorded) => {
                let entry = DecisionEntry::of(seq, envelope.at, recorded);
                changes.decisions.push((scope.tenant.clone(), Arc::new(entry)));
            }
            Event::PolicyDeployed(_)
            | Event::PolicyRefused(_)
            | Event::PolicyDrifted(_)
            | Event::PolicySettled(_) => changes.deployment |= self.deployment.apply(envelope),
            Event::DaemonStarted(_) => {}
            run_event => self.apply_to_run(seq, envelope, run_event, changes),
        }
        if let Some(mark) = &envelope.idempotency {
            changes.remembered.push((mark.key.clone(), remember(mark, seq, envelope)));
        }
    }

    /// What is taken up by records of its own kind.
    fn apply_to_records(&mut self, seq: u64, envelope: &Envelope, changes: &mut Changes) {
        let scope = &envelope.scope;
        if self.tenants.apply(envelope) {
            changes.tenant_records.insert(scope.tenant.clone());
        }
        changes.keys.extend(self.keys.apply(envelope));
        let session = self.sessions.apply(envelope);
        changes.sessions.extend(session.map(|session| (scope.tenant.clone(), session)));
        let tokens = self.tokens.apply(envelope).into_iter();
        changes.tokens.extend(tokens.map(|token| (scope.tenant.clone(), token)));
        changes.login_alarms |= self.login_alarms.apply(envelope);
        if let Some(name) = self.schedules.apply(envelope, seq) {
            changes.schedules.insert((scope.clone(), name.to_owned()));
        }
        if let Some(approval) = self.approvals.apply(envelope, seq) {
            changes.approvals.insert(approval);
        }
        if let Some(glass) = self.glasses.apply(envelope) {
            changes.glasses.insert((scope.tenant.clone(), glass));
        }
        for incident in self.incidents.apply(envelope) {
            changes.incidents.insert((scope.tenant.clone(), incident));
        }
        if let Some(run) = self.tracked.apply(envelope, seq) {
            changes.tracked.insert((scope.tenant.clone(), run));
        }
        if let Some(pack) = self.disclosures.apply(envelope, seq) {
            changes.disclosures.insert((scope.tenant.clone(), pack));
        }
        for name in self.freezes.apply(envelope, seq) {
            changes.freezes.insert((scope.tenant.clone(), name));
        }
        if self.receipts.apply(seq, envelope) {
            changes.receipts.take(seq, envelope);
        }
        changes.signing_keys |= self.signing_keys.apply(envelope, seq);
        changes.forgotten.extend(self.forgotten.apply(envelope, seq));
        apply_to_artifacts(seq, envelope, changes);
        if self.alerts.apply(envelope, seq) {
            changes.alerts.insert(scope.tenant.clone());
        }
    }

    fn apply_identity(&mut self, envelope: &Envelope, changes: &mut Changes) {
        let scope = &envelope.scope;
        let grant = |principal: &Principal, role: &str| Grant {
            scope: scope.clone(),
            principal: principal.clone(),
            role: role.to_owned(),
            by: envelope.principal.clone(),
            at: envelope.at,
        };
        match &envelope.event {
            Event::IdentityGranted(event) => {
                let grant = grant(&event.principal, &event.role);
                self.grants.insert(grant.clone());
                changes.grants.push((grant, true));
            }
            Event::IdentityRevoked(event) => {
                self.grants.remove(&scope.tenant, &event.principal, &event.role);
                changes.grants.push((grant(&event.principal, &event.role), false));
            }
            Event::IdentityDescribed(event) => {
                self.grants.describe(&scope.tenant, &event.principal, &event.attributes);
                let (principal, changed) = (event.principal.clone(), event.attributes.clone());
                changes.described.push((scope.tenant.clone(), principal, changed));
            }
            _ => {}
        }
    }

    fn apply_to_run(
        &mut self,
        seq: u64,
        envelope: &Envelope,
        event: &Event,
        changes: &mut Changes,
    ) {
        let Some(id) = event.run() else { return };
        let Some(run) = self.runs.get_mut(&id) else { return };
        let spends = spending(run, event);
        Arc::make_mut(run).apply(envelope, seq);
        let ended = matches!(event, Event::RunEnded(_));
        changes.runs.insert(id);
        let tenant = &envelope.scope.tenant;
        if let Some(spends) = spends {
            match spends {
                Spending::Begins => self.meters.begin(tenant, envelope.at),
                Spending::Ends(started) => self.meters.end(tenant, started, envelope.at),
            }
            changes.meters.insert(tenant.clone());
        }
        if ended {
            let name = run.workflow.name.clone();
            self.meters.took(tenant, &name, taken_ms(run));
            if let Some(rehearsal) = rehearsal(run) {
                self.rehearsals.add(tenant, &name, rehearsal);
                changes.rehearsed.insert((tenant.clone(), name.clone()));
            }
            changes.usual.insert((tenant.clone(), name));
        }
        if ended {
            if let Some(by) = &run.schedule
                && self.schedules.run_ended(&envelope.scope, &by.name, id)
            {
                changes.schedules.insert((envelope.scope.clone(), by.name.clone()));
            }
            self.count(&envelope.scope, changes, |counts| {
                counts.active = counts.active.saturating_sub(1);
            });
        }
    }

    fn count(&mut self, scope: &Scope, changes: &mut Changes, change: impl FnOnce(&mut RunCounts)) {
        change(self.counts.entry(scope.tenant.clone()).or_default());
        changes.tenants.insert(scope.tenant.clone());
    }

    /// Runs that have not ended.
    #[must_use]
    pub fn active(&self) -> usize {
        self.runs.len()
    }

    /// Forgets the runs and approvals that ended; the views have them.
    pub fn forget_ended(&mut self, changes: &Changes) {
        for (tenant, run) in &changes.tracked {
            self.tracked.forget(tenant, *run);
        }
        for (tenant, pack) in &changes.disclosures {
            self.disclosures.forget(tenant, *pack);
        }
        for id in &changes.approvals {
            self.approvals.forget(*id);
        }
        for id in &changes.runs {
            if self.runs.get(id).is_some_and(|run| run.status.is_terminal()) {
                self.runs.remove(id);
            }
        }
    }
}

/// Artifacts and gates are kept by the views alone.
fn apply_to_artifacts(seq: u64, envelope: &Envelope, changes: &mut Changes) {
    let tenant = || envelope.scope.tenant.clone();
    match &envelope.event {
        Event::ArtifactRecorded(event) => {
            changes.artifacts.push(Arc::new(Artifact::of(envelope, event, seq)));
        }
        Event::TaskCompleted(event) if !event.artifacts.is_empty() => {
            let files = event.artifacts.iter();
            let files: Vec<_> =
                files.map(|left| (&*left.name, &*left.digest, left.size_bytes)).collect();
            let attempt =
                artifact::Attempt { run: event.run, task: &event.task, token: event.token };
            let left = artifact::of_task(envelope, attempt, &files, seq);
            changes.artifacts.extend(left.into_iter().map(Arc::new));
        }
        Event::GateChecked(event) => {
            let answer = Arc::new((**event).clone());
            changes.gates.push(((tenant(), event.run), seq, answer));
        }
        _ => {
            let standing = artifact::standing(envelope);
            let named =
                standing.map(|(id, standing)| ((tenant(), id), seq, standing.map(Arc::new)));
            changes.standings.extend(named);
        }
    }
}

/// What an event means for what a tenant spends.
enum Spending {
    /// A worker begins.
    Begins,
    /// A worker that began then is done.
    Ends(Timestamp),
}

/// Looks at the run as it was before the event.
fn spending(run: &Run, event: &Event) -> Option<Spending> {
    let (task, token) = match event {
        Event::TaskLeased(_) => return Some(Spending::Begins),
        Event::TaskCompleted(event) => (&event.task, event.token),
        Event::TaskLost(event) => (&event.task, event.token),
        _ => return None,
    };
    let running = run.task(task)?.attempts.iter().find(|attempt| attempt.token == token)?;
    running.end.is_none().then_some(Spending::Ends(running.started_at))
}

/// What a run that ended shows: that its workflow works. One that only undoes shows nothing of it.
fn rehearsal(run: &Run) -> Option<Rehearsal> {
    let succeeded = run.status == RunStatus::Succeeded && !run.undo_only;
    succeeded.then(|| Rehearsal {
        run: run.id,
        version: run.workflow.version.clone(),
        at: run.ended_at.unwrap_or(run.started_at),
        environment: run.scope.environment.clone(),
        declared: run.rehearsal,
    })
}

/// The time that workers spent on a run, in milliseconds.
fn taken_ms(run: &Run) -> u64 {
    let attempts = run.tasks.iter().flat_map(|task| &task.attempts);
    let took = |end: Timestamp, started| end.ms_since(started);
    attempts.filter_map(|attempt| Some(took(attempt.end.as_ref()?.0, attempt.started_at))).sum()
}
