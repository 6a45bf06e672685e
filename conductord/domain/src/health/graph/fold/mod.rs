//! What a fact adds to the graph. One arm for each kind of fact that does; the others add nothing.

mod intent;
mod trust;
mod work;

use std::fmt;

use super::{Change, Edge, EdgeKind, EntityChange, EntityKey, EntityKind};
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

/// All that a record adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Whose it is; nothing of it reaches another tenant.
    pub tenant: String,
    /// Which record.
    pub seq: u64,
    /// When it came about.
    pub at: Timestamp,
    /// What it adds, in order.
    pub changes: Vec<Change>,
}

/// What a record adds to the graph of its tenant.
#[must_use]
pub fn changes(seq: u64, envelope: &Envelope) -> Recorded {
    let mut notes = Notes::new(seq, envelope);
    match &envelope.event {
        Event::ReceiptIssued(e) => notes.issued(e.run, e.receipt),
        Event::ArtifactRecorded(e) => notes.recorded_artifact(e),
        Event::TrackedCreated(e) => notes.tracked(e.run, &e.record),
        Event::TrackedChanged(e) => notes.tracked(e.run, &e.record),
        Event::WorkflowPublished(e) => notes.workflow_published(e),
        Event::WorkflowDeprecated(e) => notes.versions(&e.name, &e.versions, "deprecated"),
        Event::WorkflowUndeprecated(e) => notes.versions(&e.name, &e.versions, "active"),
        Event::WorkflowRetired(e) => notes.versions(&e.name, &e.versions, "retired"),
        Event::WorkflowReviewed(e) => notes.workflow_reviewed(e),
        Event::WorkflowCountersigned(e) => notes.workflow_countersigned(e),
        Event::ScheduleSet(e) => notes.schedule_set(e),
        Event::SchedulePaused(e) => notes.schedule(&e.name, "paused"),
        Event::ScheduleResumed(e) => notes.schedule(&e.name, "active"),
        Event::ScheduleRemoved(e) => notes.schedule(&e.name, "removed"),
        Event::TenantCreated(e) => notes.tenant(&e.name, "active"),
        Event::TenantSuspended(e) => notes.tenant(&e.name, "suspended"),
        Event::TenantResumed(e) => notes.tenant(&e.name, "active"),
        Event::IdentityGranted(e) => notes.seen(EntityKey::principal(&e.principal)),
        Event::DecisionRecorded(e) => notes.decision(e),
        Event::ApprovalRequested(e) => notes.approval_requested(e),
        Event::ApprovalSigned(e) => notes.approval_signed(e),
        Event::ApprovalGranted(e) => notes.approval_granted(e),
        Event::ApprovalDenied(e) => notes.approval_denied(e),
        Event::ApprovalWithdrawn(e) => notes.approval(e.approval, "withdrawn"),
        Event::ApprovalVoided(e) => notes.approval(e.approval, "voided"),
        Event::ApprovalExpired(e) => notes.approval(e.approval, "expired"),
        Event::GlassBroken(e) => notes.glass_broken(e),
        event => notes.work(event),
    }
    notes.done()
}

/// What was found in a record so far.
struct Notes<'e> {
    seq: u64,
    at: Timestamp,
    scope: &'e Scope,
    by: &'e Principal,
    changes: Vec<Change>,
}

impl<'e> Notes<'e> {
    fn new(seq: u64, envelope: &'e Envelope) -> Self {
        let Envelope { at, scope, principal, .. } = envelope;
        Self { seq, at: *at, scope, by: principal, changes: Vec::new() }
    }

    fn done(self) -> Recorded {
        let Self { seq, at, scope, changes, .. } = self;
        Recorded { tenant: scope.tenant.clone(), seq, at, changes }
    }

    fn entity(&mut self, change: EntityChange) {
        self.changes.push(Change::Entity(change));
    }

    /// It is there; what is known of it stays.
    fn seen(&mut self, key: EntityKey) {
        self.entity(EntityChange::seen(key));
    }

    /// The entity as it lives where the fact came about.
    fn here(&self, key: EntityKey) -> EntityChange {
        EntityChange::seen(key).at(self.scope)
    }

    fn edge(&mut self, from: EntityKey, kind: EdgeKind, to: EntityKey) {
        self.noted(from, kind, to, "");
    }

    /// An edge between two entities, both of which are there then.
    fn noted(&mut self, from: EntityKey, kind: EdgeKind, to: EntityKey, note: &str) {
        self.seen(from.clone());
        self.seen(to.clone());
        let note = note.to_owned();
        self.changes.push(Change::Edge(Edge { from, kind, to, seq: self.seq, at: self.at, note }));
    }

    /// By whom the fact came about.
    fn by(&mut self, from: EntityKey, kind: EdgeKind) {
        let by = EntityKey::principal(self.by);
        self.edge(from, kind, by);
    }

    /// By which decision; the first start has none.
    fn decided(&mut self, from: EntityKey, decision: impl fmt::Display) {
        let decision = decision.to_string();
        if !decision.is_empty() {
            self.edge(from, EdgeKind::DecidedBy, EntityKey::new(EntityKind::Decision, decision));
        }
    }

    fn artifact(&mut self, name: &str, digest: &str, size_bytes: u64) {
        let artifact = EntityChange::seen(EntityKey::artifact(digest));
        self.entity(artifact.with("name", name).with("size_bytes", size_bytes.to_string()));
    }

    fn tenant(&mut self, name: &str, state: &str) {
        self.entity(EntityChange::seen(EntityKey::new(EntityKind::Tenant, name)).state(state));
    }
}
