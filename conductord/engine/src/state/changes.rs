//! What events changed of the state, until the views have taken it up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_domain::{
    intent::workflow::Workflow,
    org::{identity::Grant, key::Key},
    scope::{Principal, Scope},
    trust::{
        artifact::{Artifact, Standing},
        forgotten::Gone,
        gate::Checked,
    },
};
use conductor_protocol::id::{
    ApprovalId, ArtifactId, DisclosureId, IncidentId, RunId, SessionId, TokenId,
};

use super::Remembered;
use crate::views::{DecisionEntry, ReceiptChanges};

/// How an artifact stands, by tenant and id, since a place in the ledger.
pub type NamedStanding = ((String, ArtifactId), u64, Option<Arc<Standing>>);

/// What a gate answered, by tenant and run, with its place in the ledger.
pub type NamedGate = ((String, RunId), u64, Arc<Checked>);

/// What the events since the last commit changed, for the views.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Runs that changed.
    pub runs: BTreeSet<RunId>,
    /// Versions of workflows that were published or changed their standing.
    pub workflows: Vec<Arc<Workflow>>,
    /// Roles given (`true`) and taken.
    pub grants: Vec<(Grant, bool)>,
    /// What changed of principals' attributes: tenant, principal, names and values.
    pub described: Vec<(String, Principal, BTreeMap<String, String>)>,
    /// Keys that were enrolled or taken back, as they are now.
    pub keys: Vec<Arc<Key>>,
    /// Sessions that were opened or ended, with their tenants.
    pub sessions: BTreeSet<(String, SessionId)>,
    /// Tokens that were issued, revoked or forgotten, with their tenants.
    pub tokens: BTreeSet<(String, TokenId)>,
    /// Many logins failed somewhere.
    pub login_alarms: bool,
    /// Tenants that were created, configured, suspended, resumed or heard of.
    pub tenant_records: BTreeSet<String>,
    /// Tenants that spent.
    pub meters: BTreeSet<String>,
    /// Workflows, by tenant and name, of which is known better what a run takes.
    pub usual: BTreeSet<(String, String)>,
    /// Workflows, by tenant and name, that were seen to work.
    pub rehearsed: BTreeSet<(String, String)>,
    /// Schedules, by scope and name.
    pub schedules: BTreeSet<(Scope, String)>,
    /// Idempotency keys that were used.
    pub remembered: Vec<(String, Remembered)>,
    /// Runs that repeat others: tenant, old, new.
    pub reruns: Vec<(String, RunId, RunId)>,
    /// Approvals that changed.
    pub approvals: BTreeSet<ApprovalId>,
    /// Glass that was broken, or is whole or an incident by now.
    pub glasses: BTreeSet<(String, ApprovalId)>,
    /// Incidents that changed, by tenant.
    pub incidents: BTreeSet<(String, IncidentId)>,
    /// Tracked runs that changed, by tenant.
    pub tracked: BTreeSet<(String, RunId)>,
    /// Disclosure packs that were made, by tenant.
    pub disclosures: BTreeSet<(String, DisclosureId)>,
    /// Freezes that changed, by tenant and name.
    pub freezes: BTreeSet<(String, String)>,
    /// What is known of policy's bundles changed.
    pub deployment: bool,
    /// What is known of the keys that the log is signed by changed.
    pub signing_keys: bool,
    /// Decisions that were recorded, with their tenants.
    pub decisions: Vec<(String, Arc<DecisionEntry>)>,
    /// Tenants in which a runbook was refused.
    pub alerts: BTreeSet<String>,
    /// Receipts, and what waits for them.
    pub receipts: ReceiptChanges,
    /// What was forgotten.
    pub forgotten: Vec<Arc<Gone>>,
    /// Artifacts that were added.
    pub artifacts: Vec<Arc<Artifact>>,
    /// How artifacts stand now, by tenant, with where in the ledger that was said.
    pub standings: Vec<NamedStanding>,
    /// What release gates answered, by tenant and run, likewise.
    pub gates: Vec<NamedGate>,
    /// Tenants whose numbers changed.
    pub tenants: BTreeSet<String>,
}

impl Changes {
    /// Whether permissions may rest on what changed: who may act, what is known of them and of
    /// tenants, which sessions are open and which tokens good, by which bundle it is decided.
    #[must_use]
    pub fn touch_permissions(&self) -> bool {
        let same = self.grants.is_empty()
            && self.described.is_empty()
            && self.tenant_records.is_empty()
            && self.sessions.is_empty()
            && self.tokens.is_empty()
            && !self.deployment;
        !same
    }
}
