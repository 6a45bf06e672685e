//! Break-glass: somebody goes ahead alone, by a touch of their own.
//!
//! What the touch sets free, that the glass is broken, and the review that falls due are one batch.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    trust::{
        approval::{self, Approval, Withdrawn},
        glass::{self, Broken, Terms},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId, RunId, TraceId},
    verdict::{Obligation, Stage},
};

use super::asked::{Asked, kept_badly, reason_of};
use crate::{
    command::{Answer, Command, Context, Rejection, Ruling},
    kernel::{
        commands::leave,
        turn::{Author, Turn},
    },
    obligations::Proofs,
};

/// What policy is asked of whoever goes ahead alone.
const BREAK: &str = "approval.break_glass";
/// How long somebody may take to touch a key for it, in seconds.
const TOUCH_SECONDS: u64 = 300;

/// What a permission to go ahead alone stands for once it is touched for.
const ALONE: Proofs = Proofs { approved: false, stepped_up: true, reviewed: true };

/// What somebody goes ahead with alone.
struct Alone {
    command: Command,
    reason: String,
    /// What waits already, and ends by it.
    instead: Option<ApprovalId>,
}

impl Turn<'_> {
    /// Has somebody go ahead alone, once they touch a security key for it.
    pub(in crate::kernel) fn break_glass(
        &mut self,
        context: &Context,
        author: Author,
        command: Command,
    ) -> Result<Answer, Rejection> {
        let kept = serde_json::to_value(&command).map_err(|error| kept_badly(&error))?;
        let alone = Alone { reason: reason_of(&kept), command, instead: None };
        self.go_alone(context, author, alone)
    }

    /// Whoever asked goes ahead alone with it: what waited ends, and their touch is asked for.
    pub(super) fn break_asked(
        &mut self,
        context: &Context,
        author: &Author,
        (approval, reason): (&Arc<Approval>, String),
    ) -> Result<Answer, Rejection> {
        if context.principal != approval.requester {
            return Err(not_theirs(approval).into());
        }
        if approval.glass.is_some() && approval.ended.is_none() {
            // It is just their touch that it waits for.
            return Ok(Answer::Approval(Arc::clone(approval)));
        }
        approval::withdraw(approval, &context.principal, self.now)?;
        let (asked, command) = match self.asked_again(approval)? {
            Ok(asked) => asked,
            Err(why) => {
                self.void(approval, why);
                return Ok(Answer::Approval(
                    self.find_approval(&context.scope.tenant, approval.id)?,
                ));
            }
        };
        let asked = Context { trace: context.trace, ..asked };
        let marked = Author { mark: approval.idempotency.clone(), ..author.clone() };
        let instead = Some(approval.id);
        let alone = Alone { command, reason: reason.clone(), instead };
        let answer = self.go_alone(&asked, marked, alone)?;
        let (id, decision) = (approval.id, context.ruling.id);
        let why = format!("they go ahead alone: {reason}");
        let event = Withdrawn { approval: id, reason: why, decision };
        self.rule(context, author);
        self.record(&approval.scope, author.clone(), Event::ApprovalWithdrawn(event));
        Ok(answer)
    }

    /// What going ahead alone came to when it was said before: what waits for the touch, where it does.
    pub(in crate::kernel) fn went_alone(
        &self,
        tenant: &str,
        id: ApprovalId,
    ) -> Result<Arc<Approval>, Rejection> {
        let asked = self.find_approval(tenant, id)?;
        let same = |known: &&Arc<Approval>| {
            let theirs = known.requester == asked.requester && known.scope == asked.scope;
            theirs && known.glass.is_some() && known.command == asked.command
        };
        let alone = self.kernel.state.approvals.of_tenant(tenant).find(same).cloned();
        Ok(alone.unwrap_or(asked))
    }

    fn go_alone(
        &mut self,
        context: &Context,
        author: Author,
        Alone { command, reason, instead }: Alone,
    ) -> Result<Answer, Rejection> {
        let ruling = self.may_break(context)?;
        let terms = self.terms_of(context, &command, (&reason, &ruling))?;
        // What goes through a freeze has to be looked at as if there was none.
        self.through_frost = !terms.through.is_empty();
        let stages = vec![Stage::step_up()];
        let glass = Some((terms, reason));
        let asked = Asked { command, stages, window: TOUCH_SECONDS, glass, instead };
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

    /// Whether whoever goes ahead alone still may; the ruling that says so. Nothing, where others
    /// have approved it.
    pub(super) fn alone_still(
        &mut self,
        approval: &Approval,
        (context, command): (&Context, &Command),
    ) -> Result<Result<Option<Ruling>, String>, Rejection> {
        let Some(terms) = &approval.glass else { return Ok(Ok(None)) };
        let still = self.may_break_still(context, command, (terms, &approval.reason))?;
        Ok(still.map(Some))
    }

    /// Whether somebody may still go ahead by these terms; the ruling that says so, or what changed.
    fn may_break_still(
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
            trace: TraceId::new(self.now.unix_ms, self.dice.roll()),
            ruling,
            tasks: Vec::new(),
            idempotency: None,
        }
    }
}

/// That somebody may say to go ahead alone only with what they asked for themselves.
fn not_theirs(approval: &Approval) -> Refusal {
    let message = format!("{} asked for it, and only they go ahead alone", approval.requester);
    Refusal::new(Code::ApprovalNotYours, message, "ask for it yourself")
}
