//! What a batch changed: what views and watchers are told, once it is durable.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use conductor_domain::{
    intent::{freeze::Freeze, schedule::Schedule, workflow::Rehearsed},
    org::{
        meter::{Meter, Usual},
        session::{Alarms, Session},
        tenant::Tenant,
        token::Token,
    },
    scope::Scope,
    time::Timestamp,
    trust::{
        approval::Approval, bundle::Deployment, disclosure::Disclosure, glass::Glass,
        incident::Incident, signing_key::SigningKeys, unsigned::Alert,
    },
    work::{run::Run, tracked::Tracked},
};
use conductor_protocol::id::{ApprovalId, IncidentId, SessionId, TokenId};

use crate::state::{Changes, RunCounts, State};

/// A schedule by scope and name; none when it is gone.
pub type NamedSchedule = ((Scope, String), Option<Arc<Schedule>>);

/// A session by tenant and id; none when it is over.
pub type NamedSession = ((String, SessionId), Option<Arc<Session>>);

/// A token by tenant and id; none when it is forgotten.
pub type NamedToken = ((String, TokenId), Option<Arc<Token>>);

/// A freeze by tenant and name; none when it is gone.
pub type NamedFreeze = ((String, String), Option<Arc<Freeze>>);

/// Glass by tenant and approval; none when it is whole or an incident.
pub type NamedGlass = ((String, ApprovalId), Option<Arc<Glass>>);

/// An incident by tenant and id; none when it is forgotten.
pub type NamedIncident = ((String, IncidentId), Option<Arc<Incident>>);

/// What a batch changed: durable, for views and watchers.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// Everything up to here is durable.
    pub last_seq: u64,
    /// When.
    pub at: Timestamp,
    /// What changed.
    pub changes: Changes,
    /// The runs that changed, as they are now.
    pub runs: Vec<Arc<Run>>,
    /// The schedules that changed, by scope and name, as they are now.
    pub schedules: Vec<NamedSchedule>,
    /// Numbers of the tenants whose runs changed.
    pub counts: HashMap<String, RunCounts>,
    /// The approvals that changed, as they are now.
    pub approvals: Vec<Arc<Approval>>,
    /// The freezes that changed, as they are now.
    pub freezes: Vec<NamedFreeze>,
    /// The glass that changed, as it is now.
    pub glasses: Vec<NamedGlass>,
    /// The tracked runs that changed, as they are now.
    pub tracked: Vec<Arc<Tracked>>,
    /// The disclosure packs that were made.
    pub disclosures: Vec<Arc<Disclosure>>,
    /// The incidents that changed, as they are now.
    pub incidents: Vec<NamedIncident>,
    /// Policy's bundles, when anything about them changed.
    pub deployment: Option<Arc<Deployment>>,
    /// The keys that the log is signed by, when anything about them changed.
    pub signing_keys: Option<Arc<SigningKeys>>,
    /// The sessions that were opened or ended.
    pub sessions: Vec<NamedSession>,
    /// The tokens that were issued, revoked or forgotten.
    pub tokens: Vec<NamedToken>,
    /// Where many logins failed, when that changed.
    pub login_alarms: Option<Arc<Alarms>>,
    /// The newest refused runbooks of the tenants that have one more.
    pub alerts: Vec<(String, Arc<VecDeque<Alert>>)>,
    /// The tenants that changed, as they are now.
    pub tenants: Vec<Arc<Tenant>>,
    /// What the tenants that spent have spent.
    pub meters: Vec<(String, Meter)>,
    /// What is usual by tenant and workflow, where more is known of it.
    pub usual: Vec<((String, String), Usual)>,
    /// When workflows were last seen to work, by tenant and name, where that is news.
    pub rehearsed: Vec<((String, String), Rehearsed)>,
    /// The first record that waits for its receipt, where that may have changed; 0 for none.
    pub receipts_from: Option<u64>,
}

impl Commit {
    /// What `changes` made of the state, up to `last_seq`.
    #[must_use]
    pub fn of(state: &State, changes: Changes, last_seq: u64, at: Timestamp) -> Self {
        let runs = changes.runs.iter().filter_map(|id| state.runs.get(id)).cloned().collect();
        let approvals = changes.approvals.iter().filter_map(|id| state.approvals.find(*id));
        let approvals = approvals.cloned().collect();
        let count = |tenant: &String| Some((tenant.clone(), *state.counts.get(tenant)?));
        let counts = changes.tenants.iter().filter_map(count).collect();
        let schedule = |(scope, name): &(Scope, String)| state.schedules.get(scope, name).cloned();
        let schedules = changes.schedules.iter().map(|key| (key.clone(), schedule(key))).collect();
        let freeze = |(tenant, name): &(String, String)| state.freezes.get(tenant, name).cloned();
        let freezes = changes.freezes.iter().map(|key| (key.clone(), freeze(key))).collect();
        let glass = |(_, id): &(String, ApprovalId)| state.glasses.get(*id).cloned();
        let glasses = changes.glasses.iter().map(|key| (key.clone(), glass(key))).collect();
        let incident =
            |(tenant, id): &(String, IncidentId)| state.incidents.get(tenant, *id).cloned();
        let incidents = changes.incidents.iter().map(|key| (key.clone(), incident(key))).collect();
        let tracked = changes.tracked.iter().filter_map(|key| state.tracked.get(&key.0, key.1));
        let tracked = tracked.cloned().collect();
        let made = changes.disclosures.iter();
        let disclosures = made.filter_map(|key| state.disclosures.get(&key.0, key.1));
        let disclosures = disclosures.cloned().collect();
        let tenants = changes.tenant_records.iter();
        let tenants = tenants.filter_map(|name| state.tenants.get(name).cloned()).collect();
        let meter = |name: &String| Some((name.clone(), state.meters.of(name)?.clone()));
        let meters = changes.meters.iter().filter_map(meter).collect();
        let usual =
            |key: &(String, String)| Some((key.clone(), state.meters.usual(&key.0, &key.1)?));
        let usual = changes.usual.iter().filter_map(usual).collect();
        let session = |key: &(String, SessionId)| state.sessions.get(key.1).cloned();
        let sessions = changes.sessions.iter().map(|key| (key.clone(), session(key))).collect();
        let token = |key: &(String, TokenId)| state.tokens.get(&key.0, key.1).cloned();
        let tokens = changes.tokens.iter().map(|key| (key.clone(), token(key))).collect();
        let login_alarms = changes.login_alarms.then(|| Arc::new(state.login_alarms.clone()));
        let rehearsed = |key: &(String, String)| {
            Some((key.clone(), state.rehearsals.of(&key.0, &key.1)?.clone()))
        };
        let rehearsed = changes.rehearsed.iter().filter_map(rehearsed).collect();
        let alerts = changes.alerts.iter();
        let alerts = alerts.filter_map(|name| Some((name.clone(), state.alerts.of(name)?.clone())));
        let alerts = alerts.collect();
        let oldest_due = || state.receipts.oldest().map_or(0, |(seq, _)| seq);
        let receipts_from = (!changes.receipts.is_empty()).then(oldest_due);
        let deployment = changes.deployment.then(|| Arc::new(state.deployment.clone()));
        let signing_keys = changes.signing_keys.then(|| Arc::new(state.signing_keys.clone()));
        Self {
            last_seq,
            at,
            changes,
            runs,
            schedules,
            counts,
            approvals,
            sessions,
            tokens,
            login_alarms,
            freezes,
            glasses,
            incidents,
            tracked,
            disclosures,
            tenants,
            meters,
            usual,
            rehearsed,
            deployment,
            signing_keys,
            alerts,
            receipts_from,
        }
    }
}
