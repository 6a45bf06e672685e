//! What can be asked of the kernel, and what it answers.

mod change;
mod wait;

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    Refusal,
    intent::{
        freeze::{self, Freeze},
        schedule::{Change, Schedule},
        workflow::{Provenance, Workflow},
    },
    org::{
        identity::{Described, Grant},
        key::{Enrolled, Key, Revoked},
        notification::Tended,
        session::{self, Session},
        tenant::{self, Tenant},
        token::{self, Token},
    },
    scope::{Principal, Scope},
    trust::{
        approval::Approval,
        artifact::{self, Artifact},
        bundle::Deployed,
        disclosure::{self, Disclosure},
        forgotten::Gone,
        gate,
        incident::Incident,
    },
    work::{
        run::{Rerun, RunStatus},
        tracked::{self, Tracked},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, ArtifactId, DecisionId, IncidentId, RunId, SessionId, TraceId},
    manifest::Manifest,
    verdict::{Question, Verdict},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use change::{Lifecycle, RunChange, Say};

/// A decision of policy that goes with a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// Fresh id.
    pub id: DecisionId,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub verdict: Verdict,
}

/// An idempotency key with the digest of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As the caller gave it.
    pub key: String,
    /// SHA-256 over the request, in hexadecimal.
    pub body: String,
}

/// The circumstances of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Where it acts.
    pub scope: Scope,
    /// Who asks.
    pub principal: Principal,
    /// Its trace.
    pub trace: TraceId,
    /// What policy said.
    pub ruling: Ruling,
    /// What policy said of each task that a start would run. They are put on record with it, and
    /// have to hold as it does.
    pub tasks: Vec<Ruling>,
    /// The caller's idempotency key.
    pub idempotency: Option<IdempotencyKey>,
}

impl Context {
    /// All that policy said: of what was asked for, and of each task.
    pub fn rulings(&self) -> impl Iterator<Item = &Ruling> {
        std::iter::once(&self.ruling).chain(&self.tasks)
    }
}

/// The plan that a start is to carry out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// `sha256:…`, as the caller gave it.
    pub digest: String,
    /// What would run is something else: why it is refused, unless it was started before.
    #[serde(skip)]
    pub changed: Option<Box<Refusal>>,
}

/// A request to change something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Publish a manifest.
    Publish {
        /// Parsed and checked.
        manifest: Box<Manifest>,
        /// Where it comes from.
        provenance: Box<Provenance>,
        /// Under its text, as `ssh-keygen -Y sign` writes them: its author's, then reviewers'.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signatures: Vec<String>,
    },
    /// Sign a published version besides its author.
    Countersign {
        /// Name of the workflow.
        workflow: String,
        /// Its version.
        version: String,
        /// As `ssh-keygen -Y sign` writes it.
        signature: String,
    },
    /// Change how versions of a workflow stand.
    Lifecycle {
        /// Name of the workflow.
        workflow: String,
        /// One version; empty for all.
        version: String,
        /// What becomes of them.
        change: Lifecycle,
    },
    /// Start a run.
    Start {
        /// Name of the workflow.
        workflow: String,
        /// Its version; empty for the newest.
        version: String,
        /// As the caller gave them.
        inputs: Map<String, Value>,
        /// Why, in the caller's words.
        reason: String,
        /// The hosts of its tasks with `hosts`, by task, as the inventory has them.
        hosts: BTreeMap<String, Vec<Value>>,
        /// The plan that it is to carry out.
        plan: Option<Planned>,
        /// It is to show whether it works.
        #[serde(default)]
        rehearsal: bool,
        /// The data subject that it is about; empty for none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        subject: String,
    },
    /// Change a run that has not ended.
    Change {
        /// Which.
        run: RunId,
        /// How.
        change: RunChange,
    },
    /// Run an ended run again, as a new one.
    Rerun {
        /// Which.
        run: RunId,
        /// What of it.
        how: Rerun,
        /// Inputs that differ from those of the old run.
        inputs: Map<String, Value>,
        /// Another version of the workflow; empty for the same.
        version: String,
        /// Why, in the caller's words.
        reason: String,
        /// The hosts of its tasks as the inventory has them now; the old run's when absent.
        hosts: Option<BTreeMap<String, Vec<Value>>>,
    },
    /// Give a role.
    Grant {
        /// To whom.
        principal: Principal,
        /// Which.
        role: String,
    },
    /// Take a role.
    Revoke {
        /// From whom.
        principal: Principal,
        /// Which.
        role: String,
    },
    /// Change a schedule.
    Schedule {
        /// Its name.
        name: String,
        /// How.
        change: Change,
    },
    /// Decide by an earlier bundle of policy, which is ready to.
    RollBack(Box<Deployed>),
    /// Change what is known of a principal. Its decision is filled in.
    Describe(Described),
    /// Enroll keys, all or none. Their decision is filled in.
    Enroll(Vec<Enrolled>),
    /// Take a key back. Its principal and its decision are filled in.
    RevokeKey(Revoked),
    /// Open a session for whoever proved to hold a key. Its decision is filled in.
    OpenSession(Box<session::Opened>),
    /// End a session of the tenant.
    EndSession {
        /// Which.
        session: SessionId,
        /// Why.
        cause: session::Cause,
    },
    /// Issue a token to a service. Its decision is filled in.
    IssueToken(Box<token::Issued>),
    /// Take a token back. Its principal and its decision are filled in.
    RevokeToken(token::Revoked),
    /// Change the tenant of the context.
    Tenant {
        /// How.
        change: tenant::Change,
    },
    /// Freeze a part of the tenant of the context, let it go on, or stop all that runs there.
    Freeze {
        /// Name of the freeze; empty for the kill switch, which names it.
        name: String,
        /// How.
        change: freeze::Change,
    },
    /// Ask others to approve a command that policy allows on that condition.
    Ask(Box<Self>),
    /// Go ahead alone with a command that policy allows on that condition, or that a freeze holds up.
    Glass(Box<Self>),
    /// Say what came of an incident.
    Incident {
        /// Which.
        incident: IncidentId,
        /// What, in the caller's words.
        reason: String,
    },
    /// Say something to an approval.
    Approval {
        /// Which.
        approval: ApprovalId,
        /// What.
        say: Say,
    },
    /// Keep record of a run that something else does.
    Track(Box<tracked::Wanted>),
    /// Change what is known of such a run.
    ChangeTracked {
        /// Which.
        run: RunId,
        /// What.
        patch: Box<tracked::Patch>,
    },
    /// Say something of a run.
    Disclose(Box<disclosure::Wanted>),
    /// Add an artifact to a run. Its decision is filled in.
    RecordArtifact(Box<artifact::Recorded>),
    /// Hold an artifact, or end that.
    Artifact {
        /// Which.
        artifact: ArtifactId,
        /// How it is to stand.
        change: artifact::Change,
    },
    /// Remove the contents of artifacts whose time is over.
    ExpireArtifacts(Vec<ArtifactId>),
    /// Put the answer of a release gate on record, where it is news. Its decision is filled in.
    CheckGate(Box<gate::Checked>),
    /// Forget a tenant, or a data subject of one.
    Forget {
        /// The tenant.
        tenant: String,
        /// SHA-256 of the data subject's name in hexadecimal; empty for the whole tenant.
        subject_digest: String,
        /// Why, in the caller's words.
        reason: String,
    },
    /// Look after a target of notifications. Its decision is filled in.
    Tend(Tended),
    /// Order that the next key signs the log.
    RotateSigningKey {
        /// The handover's number, by which no other key is replaced than the one that was meant.
        number: u64,
        /// Why, in the caller's words.
        reason: String,
    },
    /// Record that policy denied what was asked, or that an obligation was not met.
    Deny {
        /// The error code of what stood in the way although policy allowed it.
        unmet: Option<Code>,
    },
    /// Record that policy allowed what is no change by itself: somebody is to be told, or whoever
    /// asked comes from another tenant.
    Note,
}

/// What a command came to. It is durable when it is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The workflow, and whether it is new.
    Published(Arc<Workflow>, bool),
    /// The versions that were meant, as they are now, and whether anything changed.
    Standing(Vec<Arc<Workflow>>, bool),
    /// The run was accepted.
    Started {
        /// Its id.
        run: RunId,
        /// Where in the ledger.
        seq: u64,
        /// The decision that allowed it.
        decision: DecisionId,
        /// An earlier answer is repeated.
        replayed: bool,
    },
    /// The run is changed.
    Changed {
        /// Where it stands now.
        status: RunStatus,
        /// Where in the ledger.
        seq: u64,
    },
    /// The role is held.
    Granted(Grant),
    /// The role is not held any more.
    Revoked,
    /// What is known of the principal now.
    Described(BTreeMap<String, String>),
    /// The keys that were meant, as they stand, and whether anything changed.
    Keys(Vec<Arc<Key>>, bool),
    /// The session as it stands, or as it stood before it ended.
    Session(Arc<Session>),
    /// The token as it stands, and whether anything changed.
    Token(Arc<Token>, bool),
    /// The tenant as it stands, and whether anything changed.
    Tenant(Arc<Tenant>, bool),
    /// The schedule as it stands.
    Scheduled(Arc<Schedule>),
    /// The schedule is gone.
    Unscheduled,
    /// Policy decides by the earlier bundle.
    RolledBack {
        /// An earlier answer is repeated: it was done then.
        replayed: bool,
    },
    /// The freeze as it stands, whether anything changed, and how many runs the kill switch found.
    Frozen(Arc<Freeze>, bool, u64),
    /// The freeze is gone.
    Unfrozen,
    /// The approval as it stands.
    Approval(Arc<Approval>),
    /// The artifact, how it stands, and whether anything changed.
    Artifact(Arc<Artifact>, Option<Arc<artifact::Standing>>, bool),
    /// The artifacts whose contents are removed, and their bytes.
    Expired(Vec<ArtifactId>, u64),
    /// It is on record, and is done by whoever reads that.
    Noted,
    /// The incident as it stands.
    Incident(Arc<Incident>),
    /// The tracked run as it stands, and whether anything changed.
    Tracked(Arc<Tracked>, bool),
    /// The disclosure pack.
    Disclosed(Arc<Disclosure>),
    /// It is forgotten, as soon as the daemon has begun again.
    Forgotten(Arc<Gone>),
    /// It is recorded, or counted.
    Denied,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Rejection {
    /// Understood and not allowed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Policy's answer is out of date: ask it again.
    #[error("the policy bundle changed since the decision was made")]
    StaleDecision,
    /// Too much is waiting: come again.
    #[error("the daemon has {waiting} commands waiting; try again in {retry_after_ms} ms")]
    Busy {
        /// How much.
        waiting: usize,
        /// When to come again.
        retry_after_ms: u64,
    },
    /// The world failed; what was asked may or may not be recorded.
    #[error("{0}")]
    Unavailable(String),
}
