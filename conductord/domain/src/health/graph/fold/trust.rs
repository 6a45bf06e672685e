//! Decisions and approvals.

use std::fmt;

use conductor_protocol::id::{ApprovalId, RunId};

use super::{EdgeKind, EntityChange, EntityKey, EntityKind, Notes};
use crate::{
    scope::Principal,
    trust::{
        approval,
        artifact::{self, Location},
        decision, glass,
    },
    work::tracked::Record,
};

fn approval_key(approval: ApprovalId) -> EntityKey {
    EntityKey::new(EntityKind::Approval, approval.to_string())
}

impl Notes<'_> {
    /// A file that somebody brought, by its digest; by its id where nothing says what is in it.
    pub(super) fn recorded_artifact(&mut self, e: &artifact::Recorded) {
        let (digest, size_bytes) = match &e.location {
            Location::Stored { digest, size_bytes } => (digest.clone(), *size_bytes),
            Location::External { content_hash, .. } if !content_hash.is_empty() => {
                (content_hash.clone(), 0)
            }
            Location::External { .. } => (e.artifact.to_string(), 0),
        };
        self.artifact(&e.name, &digest, size_bytes);
        let (key, brought_by) = (EntityKey::artifact(&digest), EntityKey::principal(self.by));
        self.noted(EntityKey::run(e.run), EdgeKind::Produced, key.clone(), &e.name);
        self.edge(key, EdgeKind::AskedBy, brought_by);
    }

    /// A run that something else carries out.
    pub(super) fn tracked(&mut self, run: RunId, record: &Record) {
        let change = self.here(EntityKey::run(run)).state(record.status.word());
        self.entity(change.with("name", &record.name).with("owner", &record.owner));
    }

    /// A receipt, and the run that has it, where it is about one.
    pub(super) fn issued(&mut self, run: Option<RunId>, receipt: impl fmt::Display) {
        let receipt = EntityKey::new(EntityKind::Receipt, receipt.to_string());
        self.entity(EntityChange::seen(receipt.clone()).state("issued"));
        if let Some(run) = run {
            self.edge(EntityKey::run(run), EdgeKind::Received, receipt);
        }
    }

    pub(super) fn decision(&mut self, e: &decision::Recorded) {
        let key = EntityKey::new(EntityKind::Decision, e.id.to_string());
        let state = match (e.verdict.allow, e.unmet.is_empty()) {
            (false, _) => "denied",
            (true, true) => "allowed",
            (true, false) => "unmet",
        };
        let (resource, change) = (&e.input.resource, self.here(key.clone()).state(state));
        let change = change.with("action", &e.input.action).with("on", &resource.kind);
        self.entity(change.with("resource", &resource.id).with("unmet", &e.unmet));
        let subject = EntityKey::principal(&Principal::new(&*e.input.subject.principal));
        self.edge(key, EdgeKind::AskedBy, subject);
    }

    pub(super) fn approval_requested(&mut self, e: &approval::Requested) {
        let key = approval_key(e.approval);
        let resource = &e.question.resource;
        let change = self.here(key.clone()).state("pending").with("digest", &e.digest);
        let change = change.with("action", &e.question.action).with("on", &resource.kind);
        self.entity(change.with("resource", &resource.id));
        self.by(key.clone(), EdgeKind::AskedBy);
        self.decided(key, e.decision);
    }

    pub(super) fn approval_signed(&mut self, e: &approval::Signed) {
        let note = format!("stage {}, {}", e.stage + 1, e.fingerprint);
        let signer = EntityKey::principal(&e.principal);
        self.noted(approval_key(e.approval), EdgeKind::SignedBy, signer, &note);
    }

    pub(super) fn approval_granted(&mut self, e: &approval::Granted) {
        self.approval(e.approval, "granted");
        if let Some(run) = e.run {
            self.edge(EntityKey::run(run), EdgeKind::ApprovedBy, approval_key(e.approval));
        }
    }

    pub(super) fn approval_denied(&mut self, e: &approval::Denied) {
        self.approval(e.approval, "denied");
        self.by(approval_key(e.approval), EdgeKind::DeniedBy);
    }

    /// An approval stands so from here on.
    pub(super) fn approval(&mut self, approval: ApprovalId, state: &str) {
        self.entity(EntityChange::seen(approval_key(approval)).state(state));
    }

    /// Somebody went ahead alone: it is said of the approval, and of the run that came of it.
    pub(super) fn glass_broken(&mut self, e: &glass::Broken) {
        self.entity(EntityChange::seen(approval_key(e.approval)).with("glass", "broken"));
        if let Some(run) = e.run {
            self.entity(EntityChange::seen(EntityKey::run(run)).with("glass", "broken"));
        }
    }
}
