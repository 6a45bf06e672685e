//! Approvals: what waits for the signatures of other people, and is carried out by the last one.
//!
//! A signature, the decisions that it rests on, and what it sets free are one batch: a crash leaves
//! all of it or nothing. What was asked for is asked of policy again before each signature counts,
//! with whatever is known by then; when the answer differs no signature counts any more.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    Refusal,
    event::Event,
    scope::Principal,
    trust::approval::{
        self, Approval, Commented, Delegated, Denied, Escalated, Expired, Granted, KIND, Requested,
        Signed, Signer, Statement, Voided, Withdrawn,
    },
    work::run::{self, Rerun, StartRequest},
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId, RunId, TraceId},
    jcs,
    verdict::{Load, Stage},
};
use serde_json::{Map, Value};

use super::{
    commands::leave,
    runs::BOUNDS,
    timers::Timer,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Command, Context, Rejection, Ruling, Say},
    limits,
    obligations::{Proofs, stages as stages_in_words},
    signatures::{self, Message},
    signers::Signers,
};

/// What an approval stands for, where the last one signed it.
const APPROVED: Proofs = Proofs { approved: true, stepped_up: false };

/// What of a command whoever approves has to see besides who asks for what.
#[derive(Debug, Default)]
struct Seen {
    version: String,
    manifest: String,
    plan: String,
    inputs: Map<String, Value>,
    hosts: BTreeMap<String, Vec<Value>>,
}

impl Turn<'_> {
    /// Has a command wait for its approval. The very same that waits already is not asked twice.
    pub(super) fn ask_approval(
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
        approval::check(&stages)?;
        let (command, seen) = self.frozen(context, command)?;
        let kept = serde_json::to_value(&command).map_err(|error| kept_badly(&error))?;
        let (scope, requester) = (&context.scope, &context.principal);
        let pending = &self.kernel.state.approvals;
        let same = |known: &&Arc<Approval>| {
            known.requester == *requester && known.scope == *scope && known.command == kept
        };
        if let Some(known) = pending.of_tenant(&scope.tenant).find(same) {
            return Ok(Answer::Approval(Arc::clone(known)));
        }
        approval::may_be_added(pending, &scope.tenant, requester)?;
        let id = ApprovalId::new(self.now.unix_ms, self.dice.roll());
        let expires_at = self.now + window.saturating_mul(1_000);
        let statement = self.statement(context, id, (&kept, seen, &stages), expires_at.unix_ms)?;
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
            idempotency: author.mark.clone(),
        };
        let author = Author { mark: None, ..author };
        self.rule_unmet(context, &author, Code::ApprovalRequired);
        self.record(scope, author, Event::ApprovalRequested(Box::new(event)));
        Ok(Answer::Approval(self.find_approval(&context.scope.tenant, id)?))
    }

    /// A command as it will be carried out, whatever is published meanwhile; and what of it is to
    /// be seen. What could not be done now is refused now: nobody is asked to approve it.
    fn frozen(
        &mut self,
        context: &Context,
        command: Command,
    ) -> Result<(Command, Seen), Rejection> {
        let tenant = context.scope.tenant.as_str();
        let catalogue = &self.kernel.state.catalogue;
        match command {
            Command::Start { workflow, version, inputs, reason, hosts, plan } => {
                if let Some(refusal) = plan.as_ref().and_then(|plan| plan.changed.clone()) {
                    return Err((*refusal).into());
                }
                let found = Arc::clone(catalogue.to_start(tenant, &workflow, &version)?);
                let digest = plan.as_ref().map(|plan| plan.digest.clone()).unwrap_or_default();
                let probe =
                    StartRequest::new(RunId::from_bits(0), inputs.clone(), context.ruling.id);
                let probe = StartRequest { hosts: Some(hosts.clone()), ..probe };
                drop(run::start(&found, &context.scope, probe, self.now, &BOUNDS)?);
                let seen = Seen {
                    version: found.manifest.version.clone(),
                    manifest: found.digest.clone(),
                    plan: digest,
                    inputs: inputs.clone(),
                    hosts: hosts.clone(),
                };
                let version = seen.version.clone();
                Ok((Command::Start { workflow, version, inputs, reason, hosts, plan }, seen))
            }
            Command::Rerun { run, how, inputs, version, reason, hosts } => {
                let again = self.again(tenant, run, (&how, &inputs, &hosts))?;
                let version = if version.is_empty() { again.version } else { version };
                let catalogue = &self.kernel.state.catalogue;
                let found = catalogue.to_start(tenant, &again.workflow, &version)?;
                let seen = Seen {
                    version: version.clone(),
                    manifest: found.digest.clone(),
                    inputs: again.inputs,
                    hosts: again.hosts,
                    ..Seen::default()
                };
                Ok((Command::Rerun { run, how, inputs, version, reason, hosts }, seen))
            }
            Command::Publish { manifest, provenance } => {
                let canonical =
                    jcs::canonical_json(&*manifest).map_err(|error| kept_badly(&error))?;
                let seen = Seen {
                    version: manifest.version.clone(),
                    manifest: jcs::sha256_digest(canonical.as_bytes()),
                    ..Seen::default()
                };
                Ok((Command::Publish { manifest, provenance }, seen))
            }
            other => Ok((other, Seen::default())),
        }
    }

    /// What an ended run would be repeated with.
    fn again(
        &self,
        tenant: &str,
        id: RunId,
        (how, inputs, hosts): (&Rerun, &Map<String, Value>, &Option<BTreeMap<String, Vec<Value>>>),
    ) -> Result<Again, Rejection> {
        let old = self.find_run(tenant, id)?;
        let mut all: Map<String, Value> = serde_json::from_str(&old.inputs).unwrap_or_default();
        all.extend(inputs.clone());
        let hosts = match (how, hosts) {
            (Rerun::Whole, Some(hosts)) => hosts.clone(),
            _ => serde_json::from_str(&old.hosts).unwrap_or_default(),
        };
        let (workflow, version) = (old.workflow.name.clone(), old.workflow.version.clone());
        Ok(Again { workflow, version, inputs: all, hosts })
    }

    fn statement(
        &self,
        context: &Context,
        approval: ApprovalId,
        (kept, seen, stages): (&Value, Seen, &[Stage]),
        expires_at: u64,
    ) -> Result<Stated, Rejection> {
        let (question, verdict) = (&context.ruling.question, &context.ruling.verdict);
        // Over what is kept, digit for digit: canonical JSON would round great numbers.
        let command = jcs::sha256_digest(kept.to_string().as_bytes());
        let name = |host: &Value| host.get("name").and_then(Value::as_str).map(str::to_owned);
        let names = |hosts: Vec<Value>| hosts.iter().filter_map(name).collect();
        let statement = Statement {
            kind: KIND.to_owned(),
            approval,
            scope: context.scope.clone(),
            requester: context.principal.clone(),
            reason: reason_of(kept),
            action: question.action.clone(),
            resource_kind: question.resource.kind.clone(),
            resource: question.resource.id.clone(),
            version: seen.version,
            manifest: seen.manifest,
            plan: seen.plan,
            inputs: seen.inputs,
            targets: seen.hosts.into_iter().map(|(task, hosts)| (task, names(hosts))).collect(),
            command,
            decision: context.ruling.id,
            bundle_revision: verdict.bundle_revision.clone(),
            risk: verdict.risk.clone(),
            stages: stages.to_vec(),
            nonce: format!("{:032x}", self.dice.roll()),
            requested_at: self.now.unix_ms,
            expires_at,
        };
        let canonical = statement.canonical()?;
        Ok(Stated { canonical, reason: statement.reason })
    }

    /// An approval of a tenant, whether it has ended or not.
    pub(super) fn find_approval(
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
    pub(super) fn change_approval(
        &mut self,
        context: &Context,
        author: &Author,
        (id, say): (ApprovalId, Say),
    ) -> Result<Answer, Rejection> {
        let approval = self.find_approval(&context.scope.tenant, id)?;
        let who = &context.principal;
        let roles = self.kernel.state.grants.roles(&approval.scope.tenant, who);
        let (now, decision) = (self.now, context.ruling.id);
        let event = match say {
            Say::Sign { signature, comment, brought_by } => {
                self.sign(context, author, &approval, (signature, comment, brought_by))?;
                return Ok(Answer::Approval(self.find_approval(&context.scope.tenant, id)?));
            }
            Say::Deny { reason } => {
                approval::deny(&approval, (who, &roles), now)?;
                Event::ApprovalDenied(Denied { approval: id, reason, decision })
            }
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
        };
        let stage = approval::sign(approval, signer, self.now)?;
        // What is signed is done as it was asked for, or not at all.
        if let Err(why) = self.asked_again(approval)? {
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
        let (context, command) = match self.asked_again(&approval) {
            Ok(Ok(asked)) => asked,
            Ok(Err(why)) => return self.void(&approval, why),
            Err(_) => return self.again_soon(id),
        };
        let decision = context.ruling.id;
        match self.carry_out(&context, approval.idempotency.clone(), command) {
            Ok(answer) => {
                let run = match answer {
                    Answer::Started { run, .. } => Some(run),
                    _ => None,
                };
                let event = Event::ApprovalGranted(Granted { approval: id, run, decision });
                self.record(&approval.scope, Author::system(), event);
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

/// What a run would be repeated with.
struct Again {
    workflow: String,
    version: String,
    inputs: Map<String, Value>,
    hosts: BTreeMap<String, Vec<Value>>,
}

/// A statement with what is kept beside it.
struct Stated {
    canonical: String,
    reason: String,
}

/// The circumstances and the command to carry out, or what changed since it was asked for.
type AskedAgain = Result<(Context, Command), String>;

impl Turn<'_> {
    /// Asks policy again, with the records as they are now, whether what was asked for may be done
    /// by these stages.
    fn asked_again(&mut self, approval: &Approval) -> Result<AskedAgain, Rejection> {
        let Ok(command) = serde_json::from_value::<Command>(approval.command.clone()) else {
            return Ok(Err("this version of the daemon can't read what was asked for".to_owned()));
        };
        let mut tries = limits::BUNDLE_TRIES_MAX;
        loop {
            tries -= 1;
            let context = self.context_again(approval);
            if let Err(refusal) = leave(&context.ruling, APPROVED) {
                return Ok(Err(format!("policy says now: {}", refusal.message)));
            }
            let tasks = match self.tasks_again(&context, &command) {
                Ok(tasks) => tasks,
                Err(refusal) if refusal.code == Code::DecisionStale && tries > 0 => continue,
                Err(refusal) if refusal.code == Code::DecisionStale => {
                    return Err(Rejection::StaleDecision);
                }
                Err(refusal) => return Ok(Err(refusal.message)),
            };
            let context = Context { tasks, ..context };
            let obligations = context.rulings().flat_map(|ruling| &ruling.verdict.obligations);
            let stages = approval::required(obligations).map(|(stages, _)| stages);
            let stages = stages.unwrap_or_default();
            return Ok(if stages == approval.stages {
                Ok((context, command))
            } else {
                let (then, now) = (stages_in_words(&approval.stages), stages_in_words(&stages));
                Err(format!("policy asked for {then}, and asks for {now} now"))
            });
        }
    }

    /// The question as it was, with what is known now of who asks and of their tenant.
    fn context_again(&mut self, approval: &Approval) -> Context {
        let (scope, requester) = (&approval.scope, &approval.requester);
        let mut question = approval.question.clone();
        let records = self.records();
        let subject = records.subject(&scope.tenant, requester, self.now);
        question.context.tenant = records.tenant_for(&subject, &scope.tenant);
        if question.context.spend.is_some() {
            let workflow = &question.resource.id;
            question.context.spend = records.spend(&scope.tenant, workflow, self.now);
        }
        question.subject = subject;
        if let Some(load) = question.context.load.take() {
            let Load { in_use, limit, .. } = self.load_now(&scope.tenant);
            question.context.load = Some(Load { asked: load.asked, in_use, limit });
        }
        let verdict = self.kernel.rules.decide(&question);
        let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
        Context {
            scope: scope.clone(),
            principal: requester.clone(),
            trace: TraceId::new(self.now.unix_ms, self.dice.roll()),
            ruling: Ruling { id, question, verdict },
            tasks: Vec::new(),
            idempotency: None,
        }
    }

    /// What policy says of the tasks that would run.
    fn tasks_again(
        &self,
        context: &Context,
        command: &Command,
    ) -> Result<Vec<Ruling>, Box<Refusal>> {
        let tenant = context.scope.tenant.as_str();
        let asked = match command {
            Command::Start { workflow, version, inputs, hosts, .. } => {
                let (workflow, version) = (workflow.clone(), version.clone());
                Again { workflow, version, inputs: inputs.clone(), hosts: hosts.clone() }
            }
            Command::Rerun { run, how, inputs, version, hosts, .. } => {
                let again = self.again(tenant, *run, (how, inputs, hosts)).map_err(gone)?;
                Again { version: version.clone(), ..again }
            }
            _ => return Ok(Vec::new()),
        };
        let workflow = (asked.workflow.as_str(), asked.version.as_str());
        let given = (&asked.inputs, &asked.hosts);
        self.leave_of_tasks(context, APPROVED, workflow, given).map_err(|denied| denied.1)
    }

    /// What is due of an approval: its end, more people who may sign, another try.
    pub(super) fn approval_is_due(&mut self, id: ApprovalId) {
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
    pub(super) fn after_approval(&mut self, event: &Event) {
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
    pub(super) fn resume_approvals(&mut self) {
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

/// Why, in the words of whoever asked, where a command has them.
fn reason_of(kept: &Value) -> String {
    let fields = kept.as_object().and_then(|command| command.values().next());
    let reason = fields.and_then(|fields| fields.get("reason")).and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

fn gone(rejection: Rejection) -> Box<Refusal> {
    match rejection {
        Rejection::Refused(refusal) => Box::new(refusal),
        other => {
            Box::new(Refusal::new(Code::DecisionStale, other.to_string(), "it is tried again"))
        }
    }
}

fn kept_badly(error: &dyn std::fmt::Display) -> Rejection {
    Rejection::Unavailable(format!("what is asked for can't be kept: {error}"))
}
