//! Break-glass: somebody goes ahead alone by a touch of their own, others review what was done, and
//! what is not reviewed in time, or is disputed, becomes an incident.
//!
//! What the touch sets free, that the glass is broken, and the review that falls due are one batch. A
//! review is an approval of others like any, of which nothing is carried out; when the run that was
//! started ends, it is asked for anew, with how that ended.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    trust::{
        approval::{Approval, Granted, Requested, Statement, Voided},
        glass::{self, Broken, Glass, Happened, Reviewed, Terms},
        incident::{Kind, Opened},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId, IncidentId, RunId},
    jcs,
    verdict::{Obligation, Question, Resource, Situation, Stage, Subject},
};
use serde_json::json;

use super::asked::{Asked, kept_badly, reason_of};
use crate::{
    command::{Answer, Command, Context, Rejection, Ruling},
    kernel::{
        commands::leave,
        timers::Timer,
        turn::{Author, Turn},
    },
    obligations::Proofs,
};

/// What policy is asked of whoever goes ahead alone.
const BREAK: &str = "approval.break_glass";
/// What it is asked of whoever reviews that.
pub(in crate::kernel) const REVIEW: &str = "glass.review";

/// How long somebody may take to touch a key for it, in seconds.
const TOUCH_SECONDS: u64 = 300;

/// What a permission to go ahead alone stands for once it is touched for.
const ALONE: Proofs = Proofs { approved: false, stepped_up: true, reviewed: true };

impl Turn<'_> {
    /// Has somebody go ahead alone, once they touch a security key for it.
    pub(in crate::kernel) fn break_glass(
        &mut self,
        context: &Context,
        author: Author,
        (command, reason): (Command, Option<String>),
    ) -> Result<Answer, Rejection> {
        let reason = match reason {
            Some(reason) => reason,
            None => {
                let kept = serde_json::to_value(&command).map_err(|error| kept_badly(&error))?;
                reason_of(&kept)
            }
        };
        let ruling = self.may_break(context)?;
        let terms = self.terms_of(context, &command, (&reason, &ruling))?;
        // What goes through a freeze has to be looked at as if there was none.
        self.through_frost = !terms.through.is_empty();
        let stages = vec![Stage::step_up()];
        let asked = Asked { command, stages, window: TOUCH_SECONDS, glass: Some((terms, reason)) };
        let answer = self.keep_asked(context, author, asked);
        self.through_frost = false;
        answer
    }

    /// Whether policy lets whoever asks go ahead alone with what it was asked about. That it does
    /// not is on record.
    fn may_break(&mut self, context: &Context) -> Result<Ruling, Rejection> {
        let mut question = context.ruling.question.clone();
        question.action = BREAK.to_owned();
        (question.context.load, question.context.spend) = (None, None);
        let verdict = self.kernel.rules.decide(&question);
        if verdict.bundle_revision != context.ruling.verdict.bundle_revision {
            return Err(Rejection::StaleDecision);
        }
        let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
        let ruling = Ruling { id, question, verdict };
        if let Err(refusal) = leave(&ruling, ALONE) {
            let denied = Context { ruling, tasks: Vec::new(), ..context.clone() };
            self.deny(&denied, Some(refusal.code));
            return Err(Rejection::Refused(*refusal));
        }
        Ok(ruling)
    }

    /// What is left out of something, and what falls due instead.
    fn terms_of(
        &self,
        context: &Context,
        command: &Command,
        (reason, permission): (&str, &Ruling),
    ) -> Result<Terms, Rejection> {
        let obligations = context.rulings().flat_map(|ruling| &ruling.verdict.obligations);
        let skips = glass::needed(obligations);
        let through = self.holds_of(context, command)?;
        let permitted = &permission.verdict.obligations;
        let terms = glass::terms((skips, through), reason, permitted)?;
        let goes_through =
            |one: &Obligation| matches!(one, Obligation::RequireReview { freezes: true, .. });
        if !terms.through.is_empty() && !permitted.iter().any(goes_through) {
            let workflow = self.workflow_of(context, command)?.unwrap_or_default();
            self.refuse_frozen(&context.scope, &workflow, None)?;
        }
        Ok(terms)
    }

    /// The freezes that hold up a command, by name.
    fn holds_of(&self, context: &Context, command: &Command) -> Result<Vec<String>, Rejection> {
        let Some(workflow) = self.workflow_of(context, command)? else { return Ok(Vec::new()) };
        let holds = self.kernel.state.freezes.holding(&context.scope, &workflow, self.now);
        Ok(holds.map(|hold| hold.freeze.name.clone()).collect())
    }

    /// The workflow that a command would start.
    fn workflow_of(
        &self,
        context: &Context,
        command: &Command,
    ) -> Result<Option<String>, Rejection> {
        match command {
            Command::Start { workflow, .. } => Ok(Some(workflow.clone())),
            Command::Rerun { run, .. } => {
                let old = self.find_run(&context.scope.tenant, *run)?;
                Ok(Some(old.workflow.name.clone()))
            }
            _ => Ok(None),
        }
    }

    /// Whether somebody may still go ahead by these terms; the ruling that says so, or what changed.
    pub(super) fn may_break_still(
        &mut self,
        context: &Context,
        command: &Command,
        (terms, reason): (&Terms, &str),
    ) -> Result<Result<Ruling, String>, Rejection> {
        let ruling = match self.may_break(context) {
            Ok(ruling) => ruling,
            Err(Rejection::Refused(refusal)) => {
                return Ok(Err(format!("policy says now: {}", refusal.message)));
            }
            Err(other) => return Err(other),
        };
        match self.terms_of(context, command, (reason, &ruling)) {
            Ok(now) if now == *terms => Ok(Ok(ruling)),
            Ok(_) => Ok(Err("what would be left out is something else by now".to_owned())),
            Err(Rejection::Refused(refusal)) => Ok(Err(refusal.message)),
            Err(other) => Err(other),
        }
    }

    /// Records that somebody went ahead alone, and asks for the review.
    pub(super) fn broken(
        &mut self,
        approval: &Approval,
        (terms, ruling): (&Terms, Ruling),
        run: Option<RunId>,
    ) {
        let due = self.now + terms.review_seconds.saturating_mul(1_000);
        let event = Broken {
            approval: approval.id,
            principal: approval.requester.clone(),
            run,
            reason: approval.reason.clone(),
            terms: terms.clone(),
            due,
            decision: ruling.id,
        };
        let author = Author { principal: approval.requester.clone(), ..Author::system() };
        let context = self.context_of(approval, ruling);
        self.rule(&context, &author);
        self.record(&approval.scope, author, Event::GlassBroken(Box::new(event)));
        if let Some(glass) = self.kernel.state.glasses.get(approval.id).cloned() {
            self.ask_review(&glass, approval);
        }
    }

    fn context_of(&self, approval: &Approval, ruling: Ruling) -> Context {
        Context {
            scope: approval.scope.clone(),
            principal: approval.requester.clone(),
            trace: conductor_protocol::id::TraceId::new(self.now.unix_ms, self.dice.roll()),
            ruling,
            tasks: Vec::new(),
            idempotency: None,
        }
    }

    /// Asks others to review what was done: with everything that was signed for it, and how it went.
    fn ask_review(&mut self, glass: &Glass, done: &Approval) {
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
    pub(super) fn reviewed(&mut self, review: &Arc<Approval>, of: ApprovalId) {
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

/// That somebody may say to go ahead alone only with what they asked for themselves.
pub(super) fn not_theirs(approval: &Approval) -> Refusal {
    let message = format!("{} asked for it, and only they go ahead alone", approval.requester);
    Refusal::new(Code::ApprovalNotYours, message, "ask for it yourself")
}
