//! Values of the view store: postcard, which is compact and quick. The layout may change with any
//! version; [`VERSION`] then changes too and the views are rebuilt.

use std::{collections::VecDeque, sync::Arc};

use conductor_domain::{
    intent::{
        freeze::Freeze,
        schedule::{Active, Cause, Outcome, Pause, Schedule},
        workflow::{Review, Signed, Standing, Workflow},
    },
    org::{
        key::Key,
        session::{Alarms, Session},
        tenant::Tenant,
        token::Token,
    },
    scope::{Principal, Scope},
    time::Timestamp,
    trust::{approval::Approval, unsigned::Alert},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ports::ViewError;

/// Version of keys and values.
pub(super) const VERSION: u32 = 15;

/// How far the views have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) version: u32,
    pub(super) seq: u64,
}

/// A workflow, with its manifest and provenance as JSON: postcard can't hold open values, and no
/// fields that are left out.
#[derive(Serialize, Deserialize)]
pub(super) struct WorkflowDocument {
    scope: Scope,
    manifest: String,
    digest: String,
    published_by: Principal,
    published_at: Timestamp,
    seq: u64,
    decision: String,
    provenance: String,
    signature: Option<Signed>,
    countersignatures: Vec<Signed>,
    standing: Standing,
    reviews: Vec<Review>,
}

impl WorkflowDocument {
    pub(super) fn of(workflow: &Workflow) -> Self {
        Self {
            scope: workflow.scope.clone(),
            manifest: serde_json::to_string(&*workflow.manifest).unwrap_or_default(),
            digest: workflow.digest.clone(),
            published_by: workflow.published_by.clone(),
            published_at: workflow.published_at,
            seq: workflow.seq,
            decision: workflow.decision.clone(),
            provenance: serde_json::to_string(&workflow.provenance).unwrap_or_default(),
            signature: workflow.signature.clone(),
            countersignatures: workflow.countersignatures.clone(),
            standing: workflow.standing.clone(),
            reviews: workflow.reviews.clone(),
        }
    }

    pub(super) fn into_workflow(self) -> Result<Workflow, ViewError> {
        let unreadable = |error: serde_json::Error| damaged("workflow", &error.to_string());
        let manifest = serde_json::from_str(&self.manifest).map_err(unreadable)?;
        let provenance = serde_json::from_str(&self.provenance).map_err(unreadable)?;
        Ok(Workflow {
            scope: self.scope,
            manifest: Arc::new(manifest),
            digest: self.digest,
            published_by: self.published_by,
            published_at: self.published_at,
            seq: self.seq,
            decision: self.decision,
            provenance,
            signature: self.signature,
            countersignatures: self.countersignatures,
            standing: self.standing,
            reviews: self.reviews,
        })
    }
}

/// A schedule, with its specification as JSON, for the same reason.
#[derive(Serialize, Deserialize)]
pub(super) struct ScheduleDocument {
    scope: Scope,
    name: String,
    version: u32,
    spec: String,
    owner: Principal,
    set_at: Timestamp,
    decision: String,
    paused: Option<Pause>,
    settled: Timestamp,
    active: Option<Active>,
    waiting: VecDeque<(Timestamp, Cause)>,
    backlog: VecDeque<Timestamp>,
    recent: VecDeque<Outcome>,
    runs: u64,
    skips: u64,
    versions: Vec<u64>,
}

impl ScheduleDocument {
    pub(super) fn of(schedule: &Schedule) -> Self {
        let schedule = schedule.clone();
        Self {
            spec: serde_json::to_string(&*schedule.spec).unwrap_or_default(),
            scope: schedule.scope,
            name: schedule.name,
            version: schedule.version,
            owner: schedule.owner,
            set_at: schedule.set_at,
            decision: schedule.decision,
            paused: schedule.paused,
            settled: schedule.settled,
            active: schedule.active,
            waiting: schedule.waiting,
            backlog: schedule.backlog,
            recent: schedule.recent,
            runs: schedule.runs,
            skips: schedule.skips,
            versions: schedule.versions,
        }
    }

    pub(super) fn into_schedule(self) -> Result<Schedule, ViewError> {
        let spec = serde_json::from_str(&self.spec)
            .map_err(|error| damaged("schedule", &error.to_string()))?;
        Ok(Schedule {
            scope: self.scope,
            name: self.name,
            version: self.version,
            spec: Arc::new(spec),
            owner: self.owner,
            set_at: self.set_at,
            decision: self.decision,
            paused: self.paused,
            settled: self.settled,
            active: self.active,
            waiting: self.waiting,
            backlog: self.backlog,
            recent: self.recent,
            runs: self.runs,
            skips: self.skips,
            versions: self.versions,
        })
    }
}

/// A tenant's bytes: JSON, for the same reason.
pub(super) fn tenant(tenant: &Tenant) -> Vec<u8> {
    serde_json::to_vec(tenant).unwrap_or_default()
}

/// The tenant of bytes.
pub(super) fn tenant_of(bytes: &[u8]) -> Result<Tenant, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("tenant", &error.to_string()))
}

/// Bytes of what is kept as JSON, for the same reason.
pub(super) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The value of such bytes; `what` names it in errors.
pub(super) fn json_of<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged(what, &error.to_string()))
}

/// A freeze's bytes: JSON, for the same reason.
pub(super) fn freeze(freeze: &Freeze) -> Vec<u8> {
    serde_json::to_vec(freeze).unwrap_or_default()
}

/// The freeze of bytes.
pub(super) fn freeze_of(bytes: &[u8]) -> Result<Freeze, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("freeze", &error.to_string()))
}

/// An approval's bytes: JSON, for the same reason.
pub(super) fn approval(approval: &Approval) -> Vec<u8> {
    serde_json::to_vec(approval).unwrap_or_default()
}

/// The approval of bytes.
pub(super) fn approval_of(bytes: &[u8]) -> Result<Approval, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("approval", &error.to_string()))
}

/// The bytes of a tenant's refused runbooks: JSON, for the same reason.
pub(super) fn alerts(alerts: &VecDeque<Alert>) -> Vec<u8> {
    serde_json::to_vec(alerts).unwrap_or_default()
}

/// The refused runbooks of bytes.
pub(super) fn alerts_of(bytes: &[u8]) -> Result<VecDeque<Alert>, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("refused runbook", &error.to_string()))
}

/// An enrolled key's bytes: JSON, for the same reason.
pub(super) fn enrolled(key: &Key) -> Vec<u8> {
    serde_json::to_vec(key).unwrap_or_default()
}

/// The enrolled key of bytes.
pub(super) fn enrolled_of(bytes: &[u8]) -> Result<Key, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("key", &error.to_string()))
}

/// A session's bytes: JSON, for the same reason.
pub(super) fn session(session: &Session) -> Vec<u8> {
    serde_json::to_vec(session).unwrap_or_default()
}

/// The session of bytes.
pub(super) fn session_of(bytes: &[u8]) -> Result<Session, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("session", &error.to_string()))
}

/// A token's bytes: JSON, for the same reason.
pub(super) fn token(token: &Token) -> Vec<u8> {
    serde_json::to_vec(token).unwrap_or_default()
}

/// The token of bytes.
pub(super) fn token_of(bytes: &[u8]) -> Result<Token, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("token", &error.to_string()))
}

/// The bytes of alarms about logins: JSON, for the same reason.
pub(super) fn login_alarms(alarms: &Alarms) -> Vec<u8> {
    serde_json::to_vec(alarms).unwrap_or_default()
}

/// The alarms of bytes.
pub(super) fn login_alarms_of(bytes: &[u8]) -> Result<Alarms, ViewError> {
    serde_json::from_slice(bytes).map_err(|error| damaged("list of alarms", &error.to_string()))
}

/// The bytes of a value.
#[expect(clippy::expect_used, reason = "view documents hold nothing that postcard can't")]
pub(super) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).expect("a view document serialises")
}

/// The value of bytes; `what` names it in errors.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, ViewError> {
    postcard::from_bytes(bytes).map_err(|error| damaged(what, &error.to_string()))
}

fn damaged(what: &str, problem: &str) -> ViewError {
    ViewError::Damaged { problem: format!("a {what} can't be read: {problem}") }
}
