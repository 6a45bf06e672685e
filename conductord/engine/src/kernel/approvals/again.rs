//! Whether what was asked for may still be done, by what is known now.

use conductor_domain::{
    Refusal,
    trust::approval::{self, Approval},
};
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, TraceId},
    verdict::{Load, Subject},
};

use super::{APPROVED, asked::Again};
use crate::{
    command::{Command, Context, Rejection, Ruling},
    kernel::{commands::leave, turn::Turn},
    limits,
    obligations::stages as stages_in_words,
};

/// The circumstances and the command to carry out, or what changed since it was asked for.
pub(super) type AskedAgain = Result<(Context, Command), String>;

impl Turn<'_> {
    /// Asks policy again, with the records as they are now, whether what was asked for may be done
    /// by these stages.
    pub(super) fn asked_again(&mut self, approval: &Approval) -> Result<AskedAgain, Rejection> {
        let Ok(command) = serde_json::from_value::<Command>(approval.command.clone()) else {
            return Ok(Err("this version of the daemon can't read what was asked for".to_owned()));
        };
        if self.token_is_over(approval) {
            return Ok(Err("the token that it was asked for with is good no more".to_owned()));
        }
        let mut tries = limits::BUNDLE_TRIES_MAX;
        loop {
            tries -= 1;
            let context = self.context_again(approval, &command);
            if let Err(refusal) = leave(&context.ruling, APPROVED) {
                self.alert_of_denial(&context, &context.ruling, refusal.code);
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
            // Who goes ahead alone leaves them out; by what terms, is looked at where it is done.
            if approval.glass.is_some() {
                return Ok(Ok((context, command)));
            }
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

    /// Whether it was asked for with a token that expired or was revoked since.
    fn token_is_over(&self, approval: &Approval) -> bool {
        let named = approval.question.subject.token.as_str();
        let tokens = &self.kernel.state.tokens;
        let known = named.parse().ok().and_then(|id| tokens.get(&approval.scope.tenant, id));
        !named.is_empty() && known.is_none_or(|token| !token.is_good(self.now))
    }

    /// The question as it was, with what is known now of who asks and of their tenant.
    fn context_again(&mut self, approval: &Approval, command: &Command) -> Context {
        let (scope, requester) = (&approval.scope, &approval.requester);
        let mut question = approval.question.clone();
        if let Some(vouched) = self.facts_of((scope, requester), command) {
            question.resource = vouched.onto(question.resource);
        }
        let records = self.records();
        let subject = records.subject(&scope.tenant, requester, self.now);
        question.context.tenant = records.tenant_for(&subject, &scope.tenant);
        if question.context.spend.is_some() {
            let workflow = &question.resource.id;
            question.context.spend = records.spend(&scope.tenant, workflow, self.now);
        }
        // It goes no further than the token that it was asked for with.
        let (token, scopes) = (question.subject.token, question.subject.scopes);
        question.subject = Subject { token, scopes, ..subject };
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
                let again =
                    self.again(tenant, *run, (how, inputs, hosts.as_ref())).map_err(gone)?;
                Again { version: version.clone(), ..again }
            }
            _ => return Ok(Vec::new()),
        };
        let workflow = (asked.workflow.as_str(), asked.version.as_str());
        let given = (&asked.inputs, &asked.hosts);
        self.leave_of_tasks(context, APPROVED, workflow, given).map_err(|denied| denied.1)
    }
}

fn gone(rejection: Rejection) -> Box<Refusal> {
    match rejection {
        Rejection::Refused(refusal) => Box::new(refusal),
        other => {
            Box::new(Refusal::new(Code::DecisionStale, other.to_string(), "it is tried again"))
        }
    }
}
