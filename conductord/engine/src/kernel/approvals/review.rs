//! Reviews of what somebody did alone: asked for with it, signed by others, and an incident when they
//! are not in time, or dispute it.
//!
//! A review is an approval of others like any, of which nothing is carried out; when the run that was
//! started ends, it is asked for anew, with how that ended.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    trust::{
        approval::{Approval, Granted, Requested, Statement, Voided},
        glass::{self, Glass, Happened, Reviewed},
        incident::{Kind, Opened},
    },
};
use conductor_protocol::{
    id::{ApprovalId, IncidentId, RunId},
    jcs,
    verdict::{Question, Resource, Situation, Subject},
};
use serde_json::json;

use crate::kernel::{
    timers::Timer,
    turn::{Author, Turn},
};

/// What policy is asked of whoever reviews what another one did alone.
const REVIEW: &str = "glass.review";

impl Turn<'_> {
    /// Asks others to review what was done: with everything that was signed for it, and how it went.
    pub(super) fn ask_review(&mut self, glass: &Glass, done: &Approval) {
        let Ok(signed) = serde_json::from_str::<Statement>(&done.statement) else {
            tracing::error!(approval = %done.id, "what was signed can't be read: nobody can review it");
            return;
        };
        let id = ApprovalId::new(self.now.unix_ms, self.dice.roll());
        let run = glass.run.and_then(|run| self.run(run));
        let outcome = run.map(|run| run.status.word().to_owned()).unwrap_or_default();
        let (action, at) = (signed.action.clone(), glass.at.unix_ms);
        let happened = Happened { approval: glass.approval, action, at, run: glass.run, outcome };
        let command = json!({"review": {"of": glass.approval, "command": done.command}});
        let stages = vec![glass.terms.review.clone()];
        let statement = Statement {
            approval: id,
            action: REVIEW.to_owned(),
            command: jcs::sha256_digest(command.to_string().as_bytes()),
            decision: glass.decision,
            stages: stages.clone(),
            glass: None,
            happened: Some(happened.clone()),
            nonce: format!("{:032x}", self.dice.roll()),
            requested_at: self.now.unix_ms,
            expires_at: glass.due.unix_ms,
            ..signed
        };
        let Ok(canonical) = statement.canonical() else { return };
        let resource =
            Resource { owner: glass.principal.to_string(), ..done.question.resource.clone() };
        let event = Requested {
            approval: id,
            question: review_question(done, resource),
            command,
            digest: jcs::sha256_digest(canonical.as_bytes()),
            statement: canonical,
            stages,
            expires_at: glass.due,
            reason: glass.reason.clone(),
            decision: glass.decision,
            glass: None,
            happened: Some(happened),
            idempotency: None,
        };
        let author = Author { principal: glass.principal.clone(), ..Author::system() };
        self.record(&glass.scope, author, Event::ApprovalRequested(Box::new(event)));
    }

    /// A run has ended that somebody started alone: its review is asked for anew, with how it ended.
    pub(in crate::kernel) fn review_of_ended(&mut self, run: RunId) {
        let Some(glass) = self.kernel.state.glasses.of_run(run).cloned() else { return };
        let Some(review) = glass.review else { return };
        let tenant = glass.scope.tenant.clone();
        let Ok(done) = self.find_approval(&tenant, glass.approval) else { return };
        let why = "the run has ended: it is asked for anew, with how that went".to_owned();
        let event = Event::ApprovalVoided(Voided { approval: review, why });
        self.record(&glass.scope, Author::system(), event);
        self.ask_review(&glass, &done);
    }

    /// All have signed a review: the glass is whole.
    pub(super) fn glass_reviewed(&mut self, review: &Arc<Approval>, of: ApprovalId) {
        let by = glass::reviewers(review);
        if by.is_empty() {
            return;
        }
        let event = Reviewed { approval: of, review: review.id, by };
        self.record(&review.scope, Author::system(), Event::GlassReviewed(event));
        let granted = Granted { approval: review.id, run: None, decision: review.decision };
        self.record(&review.scope, Author::system(), Event::ApprovalGranted(granted));
    }

    /// A reviewer says that it should not have been done: that is an incident at once.
    pub(super) fn disputed(&mut self, of: ApprovalId, reason: String) {
        if let Some(glass) = self.kernel.state.glasses.get(of).cloned() {
            self.open_incident(&glass, Kind::BreakGlassDisputed, reason);
        }
    }

    /// The time of a review is over.
    pub(in crate::kernel) fn review_is_due(&mut self, of: ApprovalId) {
        let Some(glass) = self.kernel.state.glasses.get(of).cloned() else { return };
        if self.now < glass.due {
            return;
        }
        self.open_incident(&glass, Kind::BreakGlassUnreviewed, String::new());
    }

    fn open_incident(&mut self, glass: &Glass, kind: Kind, reason: String) {
        let event = Opened {
            incident: IncidentId::new(self.now.unix_ms, self.dice.roll()),
            kind,
            approval: glass.approval,
            run: glass.run,
            principal: glass.principal.clone(),
            reason,
        };
        self.record(&glass.scope, Author::system(), Event::IncidentOpened(event));
    }

    /// What the kernel itself keeps up to date with an event about glass.
    pub(in crate::kernel) fn after_glass(&mut self, event: &Event) {
        if let Event::GlassBroken(event) = event {
            self.kernel.timers.add(event.due, Timer::Review(event.approval));
        }
    }

    /// Takes up the reviews that fall due after a restart.
    pub(in crate::kernel) fn resume_glass(&mut self) {
        let due = self.kernel.state.glasses.all().map(|glass| (glass.due, glass.approval));
        let due: Vec<_> = due.collect();
        for (at, approval) in due {
            self.kernel.timers.add(at, Timer::Review(approval));
        }
    }
}

/// What policy is asked of whoever reviews, where nobody has come yet.
fn review_question(done: &Approval, resource: Resource) -> Question {
    Question {
        action: REVIEW.to_owned(),
        resource,
        context: Situation { load: None, spend: None, ..done.question.context.clone() },
        subject: Subject { guest: false, ..done.question.subject.clone() },
    }
}
