//! Approvals as they stand.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_protocol::{
    id::{ApprovalId, DecisionId, RunId},
    verdict::{Question, Stage},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{event, open_stage_of};
use crate::{
    event::{Envelope, Event, IdempotencyMark},
    scope::{Principal, Scope},
    time::Timestamp,
    trust::glass,
};

/// Something that was asked for, with all that was said to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Where.
    pub scope: Scope,
    /// Who asks.
    pub requester: Principal,
    /// Since when.
    pub requested_at: Timestamp,
    /// Where in the ledger it was asked for.
    pub seq: u64,
    /// What policy was asked.
    pub question: Question,
    /// What is to be done.
    pub command: Value,
    /// What is signed.
    pub statement: String,
    /// SHA-256 over the statement.
    pub digest: String,
    /// Who must sign, in their order.
    pub stages: Vec<Stage>,
    /// Until when.
    pub expires_at: Timestamp,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// The decision that asks for it.
    pub decision: DecisionId,
    /// Somebody goes ahead alone: what is left out, and what falls due.
    #[serde(default)]
    pub glass: Option<glass::Terms>,
    /// What was done alone, where this is a review of it.
    #[serde(default)]
    pub happened: Option<glass::Happened>,
    /// The idempotency key that the command came with.
    pub idempotency: Option<IdempotencyMark>,
    /// Signatures that count, in their order.
    pub signatures: Vec<Signature>,
    /// Parts that were handed on, in their order.
    pub delegations: Vec<Delegation>,
    /// What people said.
    pub comments: Vec<Comment>,
    /// Who else may sign a stage that was not answered in its time.
    pub escalated: BTreeMap<u32, Vec<String>>,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// A signature that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// For which stage, from 0.
    pub stage: u32,
    /// Whose.
    pub principal: Principal,
    /// Of which key.
    pub fingerprint: String,
    /// As `ssh-keygen -Y sign` writes it.
    pub armored: String,
    /// Whether a security key was touched.
    pub user_present: bool,
    /// In their words.
    pub comment: String,
    /// Who brought it, where that is somebody else.
    pub brought_by: Option<Principal>,
    /// When it came.
    pub at: Timestamp,
}

/// A part of a stage that was handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Which stage, from 0.
    pub stage: u32,
    /// By whom.
    pub from: Principal,
    /// To whom.
    pub to: Principal,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Who.
    pub by: Principal,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// The end of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub how: Ending,
    /// By whom: the daemon itself where nobody did.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
}

/// How an approval ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All signed, and it was done.
    Granted {
        /// The run that was started by it.
        run: Option<RunId>,
        /// The decision by which it was done.
        decision: DecisionId,
    },
    /// Somebody said no.
    Denied {
        /// Why.
        reason: String,
    },
    /// Whoever asked took it back.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// Something changed meanwhile.
    Voided {
        /// What.
        why: String,
    },
    /// Nobody answered in time.
    Expired,
}

impl Ending {
    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Granted { .. } => "granted",
            Self::Denied { .. } => "denied",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Voided { .. } => "void",
            Self::Expired => "expired",
        }
    }

    /// What became of it, after `it`.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Granted { .. } => "was approved and carried out".to_owned(),
            Self::Denied { reason } => format!("was denied: {reason}"),
            Self::Withdrawn { reason } if reason.is_empty() => "was withdrawn".to_owned(),
            Self::Withdrawn { reason } => format!("was withdrawn: {reason}"),
            Self::Voided { why } => format!("is void: {why}"),
            Self::Expired => "expired before all had signed".to_owned(),
        }
    }
}

impl Approval {
    fn new(envelope: &Envelope, event: &event::Requested, seq: u64) -> Self {
        Self {
            id: event.approval,
            scope: envelope.scope.clone(),
            requester: envelope.principal.clone(),
            requested_at: envelope.at,
            seq,
            question: event.question.clone(),
            command: event.command.clone(),
            statement: event.statement.clone(),
            digest: event.digest.clone(),
            stages: event.stages.clone(),
            expires_at: event.expires_at,
            reason: event.reason.clone(),
            decision: event.decision,
            glass: event.glass.clone(),
            happened: event.happened.clone(),
            idempotency: event.idempotency.clone(),
            signatures: Vec::new(),
            delegations: Vec::new(),
            comments: Vec::new(),
            escalated: BTreeMap::new(),
            ended: None,
        }
    }

    /// `pending`, or how it ended.
    #[must_use]
    pub fn status(&self) -> &'static str {
        self.ended.as_ref().map_or("pending", |ended| ended.how.word())
    }

    /// Whether every stage has its signatures.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        open_stage_of(self).is_none()
    }

    /// When the open stage is handed to more people, unless it is answered before; none where
    /// policy names nobody, or that was done.
    #[must_use]
    pub fn escalates_at(&self) -> Option<Timestamp> {
        let open = open_stage_of(self).filter(|_| self.ended.is_none())?;
        let place = u32::try_from(open).ok()?;
        let (stage, known) = (&self.stages[open], self.escalated.contains_key(&place));
        if known || stage.timeout_seconds == 0 || stage.escalate_to.is_empty() {
            return None;
        }
        // A stage opens with the last signature of the one before it.
        let before = self.signatures.iter().filter(|signed| signed.stage < place);
        let opened = before.map(|signed| signed.at).max().unwrap_or(self.requested_at);
        Some(opened + stage.timeout_seconds.saturating_mul(1_000))
    }

    fn apply(&mut self, envelope: &Envelope) {
        let (by, at) = (envelope.principal.clone(), envelope.at);
        let how = match &envelope.event {
            Event::ApprovalSigned(event) => {
                self.signatures.push(Signature {
                    stage: event.stage,
                    principal: event.principal.clone(),
                    fingerprint: event.fingerprint.clone(),
                    armored: event.signature.clone(),
                    user_present: event.user_present,
                    comment: event.comment.clone(),
                    brought_by: event.brought_by.clone(),
                    at,
                });
                return;
            }
            Event::ApprovalDelegated(event) => {
                let (stage, to, reason) = (event.stage, event.to.clone(), event.reason.clone());
                self.delegations.push(Delegation { stage, from: by, to, reason, at });
                return;
            }
            Event::ApprovalCommented(event) => {
                self.comments.push(Comment { by, text: event.text.clone(), at });
                return;
            }
            Event::ApprovalEscalated(event) => {
                self.escalated.insert(event.stage, event.roles.clone());
                return;
            }
            Event::ApprovalGranted(event) => {
                Ending::Granted { run: event.run, decision: event.decision }
            }
            Event::ApprovalDenied(event) => Ending::Denied { reason: event.reason.clone() },
            Event::ApprovalWithdrawn(event) => Ending::Withdrawn { reason: event.reason.clone() },
            Event::ApprovalVoided(event) => Ending::Voided { why: event.why.clone() },
            Event::ApprovalExpired(_) => Ending::Expired,
            _ => return,
        };
        self.ended = Some(Ended { how, by, at });
    }
}

/// Approvals that wait, and those that ended since they were last forgotten.
#[derive(Debug, Clone, Default)]
pub struct Approvals {
    known: HashMap<ApprovalId, Arc<Approval>>,
}

impl Approvals {
    /// Takes up a fact. Gives the approval that it is about.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> Option<ApprovalId> {
        if let Event::ApprovalRequested(event) = &envelope.event {
            let approval = Approval::new(envelope, event, seq);
            self.known.insert(approval.id, Arc::new(approval));
            return Some(event.approval);
        }
        let id = envelope.event.approval()?;
        Arc::make_mut(self.known.get_mut(&id)?).apply(envelope);
        Some(id)
    }

    /// Takes up one that was kept.
    pub fn insert(&mut self, approval: Arc<Approval>) {
        self.known.insert(approval.id, approval);
    }

    /// One of a tenant.
    #[must_use]
    pub fn get(&self, tenant: &str, id: ApprovalId) -> Option<&Arc<Approval>> {
        self.known.get(&id).filter(|approval| approval.scope.tenant == tenant)
    }

    /// One by its id alone.
    #[must_use]
    pub fn find(&self, id: ApprovalId) -> Option<&Arc<Approval>> {
        self.known.get(&id)
    }

    /// Those of a tenant that wait.
    pub fn of_tenant(&self, tenant: &str) -> impl Iterator<Item = &Arc<Approval>> {
        self.pending().filter(move |approval| approval.scope.tenant == tenant)
    }

    /// All that wait.
    pub fn pending(&self) -> impl Iterator<Item = &Arc<Approval>> {
        self.known.values().filter(|approval| approval.ended.is_none())
    }

    /// Forgets one that has ended.
    pub fn forget(&mut self, id: ApprovalId) {
        if self.known.get(&id).is_some_and(|approval| approval.ended.is_some()) {
            self.known.remove(&id);
        }
    }
}
