//! Approvals: what waits for the signatures of other people, and is carried out by the last one.
//!
//! A signature, the decisions that it rests on, and what it sets free are one batch: a crash leaves
//! all of it or nothing. What was asked for is asked of policy again before each signature counts,
//! with whatever is known by then; when the answer differs no signature counts any more.

mod again;
mod asked;
mod glass;
mod review;

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    event::Event,
    intent::freeze,
    scope::Principal,
    trust::approval::{
        self, Approval, Commented, Delegated, Denied, Escalated, Expired, Granted, Requested,
        Signed, Signer, Voided, Withdrawn,
    },
};
use conductor_protocol::{error_code::Code, id::ApprovalId, jcs};

use self::asked::{Asked, kept_badly};
use super::{
    commands::leave,
    runbooks::fits,
    timers::Timer,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Command, Context, Rejection, Say},
    limits,
    obligations::Proofs,
    signatures::{self, Message},
    signers::Signers,
};

/// What an approval stands for, where the last one signed it: a touch of whoever asked, where
/// policy wanted one, is a stage of it.
pub(in crate::kernel) const APPROVED: Proofs =
    Proofs { approved: true, stepped_up: true, reviewed: false };

impl Turn<'_> {
    /// Has a command wait for its approval. The very same that waits already is not asked twice.
    pub(in crate::kernel) fn ask_approval(
        &mut self,
        context: &Context,
        author: Author,
        command: Command,
    ) -> Result<Answer, Rejection> {
        let obligations = context.rulings().flat_map(|ruling| &ruling.verdict.obligations);
        let Some((stages, window)) = approval::required(obligations) else {
            // Policy wanted one when it was asked before.
            return Err(Rejection::StaleDecision);
        };
        let asked = Asked { command, stages, window, glass: None, instead: None };
        self.keep_asked(context, author, asked)
    }

    /// Keeps what is asked for, until it is signed.
    fn keep_asked(
        &mut self,
        context: &Context,
        author: Author,
        asked: Asked,
    ) -> Result<Answer, Rejection> {
        let Asked { command, stages, window, glass, instead } = asked;
        approval::check(&stages)?;
        if let Command::Freeze { change: freeze::Change::Lift { .. }, .. } = &command {
            freeze::check_two(&stages)?;
        }
        if let Some(known) = self.asked_under_the_key(context, &author, instead)? {
            return Ok(Answer::Approval(known));
        }
        let (command, seen) = self.frozen(context, command)?;
        let kept = serde_json::to_value(&command).map_err(|error| kept_badly(&error))?;
        fits(&kept, "the request and what it is about")?;
        let (scope, requester) = (&context.scope, &context.principal);
        let pending = &self.kernel.state.approvals;
        let same = |known: &&Arc<Approval>| {
            let same = known.requester == *requester && known.scope == *scope;
            let terms = glass.as_ref().map(|(terms, _)| terms);
            same && known.command == kept && known.glass.as_ref() == terms
        };
        if let Some(known) = pending.of_tenant(&scope.tenant).find(same) {
            return Ok(Answer::Approval(Arc::clone(known)));
        }
        approval::may_be_added(pending, &scope.tenant, requester)?;
        let id = ApprovalId::new(self.now.unix_ms, self.dice.roll());
        let expires_at = self.now + window.saturating_mul(1_000);
        let ends = (expires_at.unix_ms, glass.as_ref());
        let statement = self.statement(context, id, (&kept, seen, &stages), ends)?;
        let event = Requested {
            approval: id,
            question: context.ruling.question.clone(),
            command: kept,
            digest: jcs::sha256_digest(statement.canonical.as_bytes()),
            statement: statement.canonical,
            stages,
            expires_at,
            reason: statement.reason,
            decision: context.ruling.id,
            glass: glass.map(|(terms, _)| terms),
            happened: None,
            idempotency: author.mark.clone(),
        };
        let author = Author { mark: None, ..author };
        let lacks =
            if event.stages[0].requester { Code::StepUpRequired } else { Code::ApprovalRequired };
        self.rule_unmet(context, &author, lacks);
        self.record(scope, author, Event::ApprovalRequested(Box::new(event)));
        Ok(Answer::Approval(self.find_approval(&context.scope.tenant, id)?))
    }

    /// What waits already of a request that comes again under its key, whatever was published since:
    /// signed twice it would be done twice. What it comes `instead` of ends.
    fn asked_under_the_key(
        &self,
        context: &Context,
        author: &Author,
        instead: Option<ApprovalId>,
    ) -> Result<Option<Arc<Approval>>, Rejection> {
        let Some(mark) = &author.mark else { return Ok(None) };
        let mut pending = self.kernel.state.approvals.of_tenant(&context.scope.tenant);
        let known = pending.find_map(|known| {
            let of = known.idempotency.as_ref().filter(|of| of.key == mark.key)?;
            if instead == Some(known.id) {
                return None;
            }
            Some((Arc::clone(known), of.body == mark.body))
        });
        match known {
            Some((_, false)) => {
                let key = context.idempotency.as_ref().map_or("", |given| given.key.as_str());
                let message = format!("the idempotency key `{key}` was used for another request");
                let hint = "use a new key for a new request";
                Err(Refusal::new(Code::IdempotencyConflict, message, hint).into())
            }
            known => Ok(known.map(|(known, _)| known)),
        }
    }

    /// An approval of a tenant, whether it has ended or not.
    pub(in crate::kernel) fn find_approval(
        &self,
        tenant: &str,
        id: ApprovalId,
    ) -> Result<Arc<Approval>, Rejection> {
        if let Some(known) = self.kernel.state.approvals.get(tenant, id) {
            return Ok(Arc::clone(known));
        }
        let ended = self.archive.approval(tenant, id);
        let ended = ended.map_err(|error| Rejection::Unavailable(error.to_string()))?;
        ended.ok_or_else(|| {
            Rejection::Refused(Refusal::new(
                Code::ApprovalNotFound,
                format!("tenant `{tenant}` has no approval {id}"),
                "`conductor approvals list` shows those that wait",
            ))
        })
    }

    /// Takes up what somebody says to an approval.
    pub(in crate::kernel) fn change_approval(
        &mut self,
        context: &Context,
        author: &Author,
        (id, say): (ApprovalId, Say),
    ) -> Result<Answer, Rejection> {
        let approval = self.find_approval(&context.scope.tenant, id)?;
        let who = &context.principal;
        let roles = self.kernel.state.grants.roles(&approval.scope.tenant, who);
        let (now, decision) = (self.now, context.ruling.id);
        let mut disputed = None;
        let event = match say {
            Say::Sign { signature, comment, brought_by } => {
                self.sign(context, author, &approval, (signature, comment, brought_by))?;
                return Ok(Answer::Approval(self.find_approval(&context.scope.tenant, id)?));
            }
            Say::Deny { reason } => {
                approval::deny(&approval, (who, &roles), now)?;
                disputed = approval.happened.as_ref().map(|done| (done.approval, reason.clone()));
                Event::ApprovalDenied(Denied { approval: id, reason, decision })
            }
            Say::Break { reason } => return self.break_asked(context, author, (&approval, reason)),
            Say::Withdraw { reason } => {
                approval::withdraw(&approval, who, now)?;
                Event::ApprovalWithdrawn(Withdrawn { approval: id, reason, decision })
            }
            Say::Delegate { to, reason } => {
                let stage = approval::delegate(&approval, (who, &roles), &to, now)?;
                Event::ApprovalDelegated(Delegated { approval: id, stage, to, reason, decision })
            }
            Say::Comment { text } => {
                approval::comment(&approval, now)?;
                Event::ApprovalCommented(Commented { approval: id, text, decision })
            }
        };
        self.rule(context, author);
        self.record(&approval.scope, author.clone(), event);
        if let Some((of, reason)) = disputed {
            self.disputed(of, reason);
        }
        Ok(Answer::Approval(self.find_approval(&context.scope.tenant, id)?))
    }

    /// Counts a signature, and carries out what was asked for when it is the last one.
    fn sign(
        &mut self,
        context: &Context,
        author: &Author,
        approval: &Arc<Approval>,
        (signature, comment, brought_by): (String, String, Option<Principal>),
    ) -> Result<(), Rejection> {
        let tenant = &approval.scope.tenant;
        let message = Message {
            namespace: approval::NAMESPACE,
            bytes: approval.statement.as_bytes(),
            signature: &signature,
        };
        let (keys, grants) = (&self.kernel.state.keys, &self.kernel.state.grants);
        let signers = Signers::of(keys, grants, tenant);
        let proven = signatures::prove(signers, Some(&context.principal), message, self.now)?;
        let roles = self.kernel.state.grants.roles(tenant, &proven.principal);
        let signer = Signer {
            principal: &proven.principal,
            roles: &roles,
            fingerprint: &proven.fingerprint,
            enrolled_by: &proven.enrolled_by,
            user_present: proven.user_present,
        };
        let stage = approval::sign(approval, signer, self.now)?;
        leave(&context.ruling, Proofs { stepped_up: proven.user_present, ..Proofs::default() })
            .map_err(|refusal| Rejection::Refused(*refusal))?;
        // What is signed is done as it was asked for, or not at all.
        if approval.happened.is_none()
            && let Err(why) = self.asked_again(approval)?
        {
            self.void(approval, why);
            return Ok(());
        }
        self.rule(context, author);
        let event = Signed {
            approval: approval.id,
            stage,
            principal: proven.principal,
            fingerprint: proven.fingerprint,
            signature,
            user_present: proven.user_present,
            comment,
            brought_by,
            decision: context.ruling.id,
        };
        self.record(&approval.scope, author.clone(), Event::ApprovalSigned(Box::new(event)));
        self.carry_out_approved(approval.id);
        Ok(())
    }

    /// Does what all have signed. What can't be done now is tried again; what can't be done any
    /// more ends the approval.
    fn carry_out_approved(&mut self, id: ApprovalId) {
        let known = self.kernel.state.approvals.find(id).cloned();
        let complete =
            |approval: &Arc<Approval>| approval.ended.is_none() && approval.is_complete();
        let Some(approval) = known.filter(complete) else { return };
        if let Some(done) = &approval.happened {
            return self.glass_reviewed(&approval, done.approval);
        }
        let (context, command) = match self.asked_again(&approval) {
            Ok(Ok(asked)) => asked,
            Ok(Err(why)) => return self.void(&approval, why),
            Err(_) => return self.again_soon(id),
        };
        let decision = context.ruling.id;
        let alone = match self.alone_still(&approval, (&context, &command)) {
            Ok(Ok(alone)) => alone,
            Ok(Err(why)) => return self.void(&approval, why),
            Err(_) => return self.again_soon(id),
        };
        let command = agreed(command, &approval);
        self.through_frost = alone.is_some();
        let done = self.carry_out(&context, approval.idempotency.clone(), command);
        self.through_frost = false;
        match done {
            Ok(answer) => {
                let run = match answer {
                    Answer::Started { run, .. } => Some(run),
                    _ => None,
                };
                let event = Event::ApprovalGranted(Granted { approval: id, run, decision });
                self.record(&approval.scope, Author::system(), event);
                if let (Some(ruling), Some(terms)) = (alone, &approval.glass) {
                    self.broken(&approval, (terms, ruling), run);
                }
            }
            Err(Rejection::Refused(refusal)) => self.void(&approval, refusal.message),
            Err(_) => self.again_soon(id),
        }
    }

    fn again_soon(&mut self, id: ApprovalId) {
        self.kernel.timers.add(self.now + limits::SWEEP_INTERVAL_MS, Timer::Approval(id));
    }

    fn void(&mut self, approval: &Approval, why: String) {
        let event = Event::ApprovalVoided(Voided { approval: approval.id, why });
        self.record(&approval.scope, Author::system(), event);
    }
}

/// What is done only where so many agreed is told who did.
fn agreed(command: Command, approval: &Approval) -> Command {
    let Command::Freeze { name, change: freeze::Change::Lift { reason, seq, freeze, .. } } =
        command
    else {
        return command;
    };
    let others = |stage: u32| approval.stages.get(stage as usize).is_some_and(|it| !it.requester);
    let signed = approval.signatures.iter().filter(|signed| others(signed.stage));
    let approved_by = signed.map(|signed| signed.principal.clone()).collect();
    Command::Freeze { name, change: freeze::Change::Lift { reason, seq, freeze, approved_by } }
}

impl Turn<'_> {
    /// What is due of an approval: its end, more people who may sign, another try.
    pub(in crate::kernel) fn approval_is_due(&mut self, id: ApprovalId) {
        let known = self.kernel.state.approvals.find(id).cloned();
        let Some(approval) = known.filter(|known| known.ended.is_none()) else { return };
        if approval.is_complete() {
            return self.carry_out_approved(id);
        }
        if self.now >= approval.expires_at {
            let event = Event::ApprovalExpired(Expired { approval: id });
            self.record(&approval.scope, Author::system(), event);
            return;
        }
        if let Some((stage, of)) = approval::escalation_due(&approval, self.now) {
            let event = Escalated { approval: id, stage, roles: of.escalate_to.clone() };
            self.record(&approval.scope, Author::system(), Event::ApprovalEscalated(event));
        }
    }

    /// What the kernel itself keeps up to date with an event of an approval.
    pub(in crate::kernel) fn after_approval(&mut self, event: &Event) {
        let Some(id) = event.approval() else { return };
        let Some(approval) = self.kernel.state.approvals.find(id) else { return };
        let timer = Timer::Approval(id);
        let (over, ended) = (approval.expires_at, approval.ended.is_some());
        let escalates = approval.escalates_at();
        if ended {
            return self.kernel.timers.remove(over, timer);
        }
        self.kernel.timers.add(over, timer);
        if let Some(at) = escalates {
            self.kernel.timers.add(at, timer);
        }
    }

    /// Takes up the approvals that wait after a restart.
    pub(in crate::kernel) fn resume_approvals(&mut self) {
        let pending = self.kernel.state.approvals.pending();
        let mut pending: Vec<_> = pending
            .map(|known| (known.id, known.expires_at, known.escalates_at(), known.is_complete()))
            .collect();
        pending.sort_unstable();
        for (id, over, escalates, complete) in pending {
            let due = complete.then_some(self.now).or(escalates);
            for at in [Some(over), due].into_iter().flatten() {
                self.kernel.timers.add(at, Timer::Approval(id));
            }
        }
    }
}
