//! What is held in memory beside the store: everything committed, as readers see it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_domain::{
    intent::{
        schedule::Schedules,
        workflow::{Catalogue, Rehearsals},
    },
    org::{
        identity::Grants,
        key::Keys,
        meter::Meters,
        session::{Alarms, Sessions},
        tenant::Tenants,
        token::Tokens,
    },
    trust::{
        approval::Approval, bundle::Deployment, disclosure::Disclosure, signing_key::SigningKeys,
        unsigned::Alerts,
    },
    work::{run::Run, tracked::Tracked},
};
use conductor_protocol::id::{ApprovalId, DisclosureId, RunId};

use super::{artifacts::Shelf, decisions::DecisionEntry, held::Held, receipts::HotReceipts};
use crate::{
    kernel::Commit,
    state::{Remembered, RunCounts},
};

/// What is not in the store yet, and what changes too often to be read from it.
#[derive(Debug, Default)]
pub(super) struct Hot {
    pub(super) runs: BTreeMap<(String, RunId), Arc<Run>>,
    pub(super) remembered: HashMap<String, Remembered>,
    pub(super) reruns: BTreeMap<(String, RunId), Vec<RunId>>,
    pub(super) catalogue: Catalogue,
    pub(super) grants: Grants,
    pub(super) keys: Keys,
    pub(super) sessions: Sessions,
    pub(super) tokens: Tokens,
    pub(super) login_alarms: Arc<Alarms>,
    pub(super) tenants: Tenants,
    pub(super) meters: Meters,
    pub(super) rehearsals: Rehearsals,
    pub(super) schedules: Schedules,
    pub(super) counts: HashMap<String, RunCounts>,
    /// By tenant and place in the ledger.
    pub(super) decisions: HashMap<String, BTreeMap<u64, Arc<DecisionEntry>>>,
    pub(super) approvals: BTreeMap<(String, ApprovalId), Arc<Approval>>,
    pub(super) tracked: BTreeMap<(String, RunId), Arc<Tracked>>,
    pub(super) disclosures: BTreeMap<(String, DisclosureId), Arc<Disclosure>>,
    pub(super) held: Held,
    pub(super) receipts: HotReceipts,
    pub(super) shelf: Shelf,
    pub(super) deployment: Arc<Deployment>,
    pub(super) signing_keys: Arc<SigningKeys>,
    pub(super) alerts: Alerts,
    pub(super) seq: u64,
}

impl Hot {
    /// Takes up what is of the whole daemon: by which bundle it decides, by which keys its log is signed.
    fn take_rules(&mut self, commit: &Commit) {
        if let Some(deployment) = &commit.deployment {
            self.deployment = Arc::clone(deployment);
        }
        if let Some(keys) = &commit.signing_keys {
            self.signing_keys = Arc::clone(keys);
        }
    }

    /// Takes up a commit.
    pub(super) fn take(&mut self, commit: &Commit) {
        self.take_work(commit);
        for (grant, given) in &commit.changes.grants {
            if *given {
                self.grants.insert(grant.clone());
            } else {
                self.grants.remove(&grant.scope.tenant, &grant.principal, &grant.role);
            }
        }
        for (tenant, principal, changed) in &commit.changes.described {
            self.grants.describe(tenant, principal, changed);
        }
        for key in &commit.changes.keys {
            self.keys.insert(Arc::clone(key));
        }
        for ((_, id), session) in &commit.sessions {
            match session {
                Some(session) => self.sessions.insert(Arc::clone(session)),
                None => self.sessions.remove(*id),
            }
        }
        for ((tenant, id), token) in &commit.tokens {
            match token {
                Some(token) => self.tokens.insert(Arc::clone(token)),
                None => self.tokens.remove(tenant, *id),
            }
        }
        if let Some(alarms) = &commit.login_alarms {
            self.login_alarms = Arc::clone(alarms);
        }
        for tenant in &commit.tenants {
            self.tenants.insert(Arc::clone(tenant));
        }
        for (tenant, meter) in &commit.meters {
            self.meters.insert(tenant.clone(), meter.clone());
        }
        for ((tenant, workflow), usual) in &commit.usual {
            self.meters.insert_usual(tenant.clone(), workflow.clone(), *usual);
        }
        self.remembered.extend(commit.changes.remembered.iter().cloned());
        for (tenant, old, new) in &commit.changes.reruns {
            self.reruns.entry((tenant.clone(), *old)).or_default().push(*new);
        }
        for (tenant, entry) in &commit.changes.decisions {
            let entries = self.decisions.entry(tenant.clone()).or_default();
            entries.insert(entry.seq, Arc::clone(entry));
        }
        for approval in &commit.approvals {
            let key = (approval.scope.tenant.clone(), approval.id);
            self.approvals.insert(key, Arc::clone(approval));
        }
        for tracked in &commit.tracked {
            let key = (tracked.scope.tenant.clone(), tracked.id);
            self.tracked.insert(key, Arc::clone(tracked));
        }
        for pack in &commit.disclosures {
            let key = (pack.scope.tenant.clone(), pack.said.disclosure);
            self.disclosures.insert(key, Arc::clone(pack));
        }
        self.held.take(commit);
        self.receipts.take(commit);
        self.shelf.take(commit);
        self.take_rules(commit);
        for (tenant, alerts) in &commit.alerts {
            self.alerts.insert(tenant.clone(), Arc::clone(alerts));
        }
        self.seq = commit.last_seq;
    }

    /// Takes up what a commit says of runs, workflows and schedules.
    fn take_work(&mut self, commit: &Commit) {
        for run in &commit.runs {
            self.runs.insert((run.scope.tenant.clone(), run.id), Arc::clone(run));
            if let Some(counts) = commit.counts.get(&run.scope.tenant) {
                self.counts.insert(run.scope.tenant.clone(), *counts);
            }
        }
        for workflow in &commit.changes.workflows {
            self.catalogue.insert(Arc::clone(workflow));
        }
        for ((tenant, workflow), known) in &commit.rehearsed {
            self.rehearsals.insert(tenant.clone(), workflow.clone(), known.clone());
        }
        for ((scope, name), schedule) in &commit.schedules {
            match schedule {
                Some(schedule) => self.schedules.insert(Arc::clone(schedule)),
                None => self.schedules.remove(scope, name),
            }
        }
    }
}
