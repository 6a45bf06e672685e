//! One request: who asks, what policy says of it, and the way to the kernel.

use conductor_domain::{scope::Scope, work::run::plan::Demand};
use conductor_engine::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling},
    demands,
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::TraceId,
    jcs, v1,
    verdict::{Load, Question, Resource, Situation, Subject, TasksByClass},
};
use serde::Serialize;
use tonic::{Response, Status};

use crate::{
    api::Api,
    failure::{Failure, Outcome},
    limits::{STALE_PAUSE, STALE_TRIES_MAX},
    peer::Peer,
    request,
};

/// What is asked of policy: an action on a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Such as `run.start`.
    pub(crate) action: &'a str,
    /// Such as `workflow`.
    pub(crate) kind: &'a str,
    /// Name or id; empty for all of the kind.
    pub(crate) id: &'a str,
    /// Who owns it; empty where nobody does.
    pub(crate) owner: &'a str,
    /// Names of the secrets that come into play.
    pub(crate) secrets: &'a [String],
    /// The tasks of a workflow that would run: each is asked about besides, as `task.run`.
    pub(crate) tasks: (&'a str, &'a [Demand]),
    /// What it would add to the tenant's load.
    pub(crate) asked: Option<&'a TasksByClass>,
}

impl<'a> Ask<'a> {
    /// About everything of a kind.
    pub(crate) const fn all(action: &'a str, kind: &'a str) -> Self {
        Self { action, kind, id: "", owner: "", secrets: &[], tasks: ("", &[]), asked: None }
    }

    /// About one thing that nobody owns.
    pub(crate) const fn one(action: &'a str, kind: &'a str, id: &'a str) -> Self {
        Self { action, kind, id, owner: "", secrets: &[], tasks: ("", &[]), asked: None }
    }
}

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) peer: Peer,
    pub(crate) trace: TraceId,
}

impl Call {
    pub(crate) fn engine(&self) -> &Engine {
        self.api.engine()
    }

    /// What a handler gave, as it goes over the wire.
    pub(crate) async fn answer<T>(
        &self,
        handled: impl Future<Output = Outcome<T>>,
    ) -> Result<Response<T>, Status> {
        match handled.await {
            Ok(answer) => Ok(Response::new(answer)),
            Err(failure) => {
                metrics::counter!("conductor_requests_failed_total", "code" => failure.code().as_str())
                    .increment(1);
                Err(failure.into_status(self.trace))
            }
        }
    }

    /// Where the request acts.
    pub(crate) fn scope(&self, scope: Option<v1::Scope>) -> Outcome<Scope> {
        request::scope(scope)
    }

    /// What policy says.
    pub(crate) fn rule(&self, scope: &Scope, ask: Ask<'_>) -> Ruling {
        let principal = self.peer.principal();
        let question = Question {
            subject: Subject {
                principal: principal.as_str().to_owned(),
                roles: self.engine().views().roles(&scope.tenant, principal),
                ..Subject::default()
            },
            action: ask.action.to_owned(),
            resource: Resource {
                kind: ask.kind.to_owned(),
                id: ask.id.to_owned(),
                owner: ask.owner.to_owned(),
                secrets: ask.secrets.to_vec(),
                ..Resource::default()
            },
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: self.peer.channel().to_owned(),
                load: ask.asked.map(|asked| self.load(&scope.tenant, asked)),
                ..Situation::default()
            },
        };
        self.decide(question)
    }

    /// What policy says of a task of a workflow whose start was asked about.
    pub(crate) fn rule_task(&self, start: &Ruling, workflow: &str, task: &Demand) -> Ruling {
        self.decide(demands::question(&start.question, workflow, task))
    }

    pub(crate) fn decide(&self, question: Question) -> Ruling {
        let verdict = self.api.guard().decide(&question);
        Ruling { id: self.engine().fresh_decision(), question, verdict }
    }

    /// What a tenant has open, and may.
    fn load(&self, tenant: &str, asked: &TasksByClass) -> Load {
        Load {
            asked: asked.clone(),
            in_use: self.engine().views().classes_in_use(tenant),
            limit: self.api.about().quotas.get(tenant).cloned().unwrap_or_default(),
        }
    }

    /// Lets an allowed read pass; a denied one is recorded, and refused.
    pub(crate) async fn may(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let ruling = self.rule(scope, ask);
        if !allows(&ruling) {
            return Err(self.deny(scope, ruling).await);
        }
        self.engine().note_read(self.peer.principal(), &ruling);
        Ok(())
    }

    /// Lets through what policy allows and what is no event by itself, such as a heartbeat.
    pub(crate) async fn may_quietly(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let ruling = self.rule(scope, ask);
        if allows(&ruling) { Ok(()) } else { Err(self.deny(scope, ruling).await) }
    }

    /// Carries out a change that policy allows. What it says is durable when it returns.
    pub(crate) async fn change(
        &self,
        scope: &Scope,
        ask: Ask<'_>,
        command: Command,
        idempotency: Option<IdempotencyKey>,
    ) -> Outcome<Answer> {
        for _ in 1..STALE_TRIES_MAX {
            match self.submit(scope, ask, command.clone(), idempotency.clone()).await? {
                // The bundle was changed, and the kernel or this question came too early for it.
                Err(Rejection::StaleDecision) => tokio::time::sleep(STALE_PAUSE).await,
                answer => return answer.map_err(|rejection| self.rejected(rejection)),
            }
        }
        let answer = self.submit(scope, ask, command, idempotency).await?;
        answer.map_err(|rejection| self.rejected(rejection))
    }

    async fn submit(
        &self,
        scope: &Scope,
        ask: Ask<'_>,
        command: Command,
        idempotency: Option<IdempotencyKey>,
    ) -> Outcome<Result<Answer, Rejection>> {
        let ruling = self.rule(scope, ask);
        if !allows(&ruling) {
            return Err(self.deny(scope, ruling).await);
        }
        let (workflow, tasks) = ask.tasks;
        let mut tasks = tasks.iter().map(|task| self.rule_task(&ruling, workflow, task));
        let denied = tasks.find(|ruling| !allows(ruling));
        drop(tasks);
        if let Some(denied) = denied {
            return Err(self.deny(scope, denied).await);
        }
        let context = Context { idempotency, ..self.context(scope, ruling) };
        Ok(self.engine().submit(context, command).await)
    }

    /// Records a denial; the refusal that it comes to.
    async fn deny(&self, scope: &Scope, ruling: Ruling) -> Failure {
        metrics::counter!("conductor_denials_total").increment(1);
        let reasons = ruling.verdict.reasons.clone();
        let action = ruling.question.action.clone();
        let task = ruling.question.resource.task.is_some();
        let task = task.then(|| ruling.question.resource.id.clone());
        let recorded = self.engine().submit(self.context(scope, ruling), Command::Deny).await;
        match recorded {
            Ok(_) => denied((&action, task.as_deref()), &reasons),
            Err(rejection) => self.rejected(rejection),
        }
    }

    fn context(&self, scope: &Scope, ruling: Ruling) -> Context {
        Context {
            scope: scope.clone(),
            principal: self.peer.principal().clone(),
            trace: self.trace,
            ruling,
            idempotency: None,
        }
    }

    /// A rejection, told from the daemon's going away.
    pub(crate) fn rejected(&self, rejection: Rejection) -> Failure {
        match rejection {
            Rejection::Unavailable(_) if self.api.draining() => Failure::shutting_down(),
            rejection => rejection.into(),
        }
    }
}

pub(crate) fn allows(ruling: &Ruling) -> bool {
    // An obligation that nothing here can meet is a denial.
    ruling.verdict.is_unconditional()
}

fn denied((action, task): (&str, Option<&str>), reasons: &[String]) -> Failure {
    let why = match reasons {
        [] => format!("policy does not allow `{action}` here"),
        reasons => reasons.join("; "),
    };
    let why = task.map_or(why.clone(), |task| format!("task `{task}` may not run: {why}"));
    let hint = "`conductor status` shows your roles; an administrator of the tenant can grant more";
    Failure::new(Code::PermissionDenied, why, hint)
}

/// A caller's idempotency key with the digest of its request. `normal` is the request without
/// the key, with every default filled in: two requests that mean the same give the same digest.
pub(crate) fn idempotency(key: String, normal: &impl Serialize) -> Outcome<Option<IdempotencyKey>> {
    if key.is_empty() {
        return Ok(None);
    }
    if key.len() > conductor_engine::limits::IDEMPOTENCY_KEY_BYTES_MAX {
        let max = conductor_engine::limits::IDEMPOTENCY_KEY_BYTES_MAX;
        let message = format!("an idempotency key may have {max} bytes, this has {}", key.len());
        return Err(Failure::invalid(message, "use a UUID or a digest as the key"));
    }
    let canonical =
        jcs::canonical_json(normal).map_err(|_| Failure::bug("a request has no canonical form"))?;
    Ok(Some(IdempotencyKey { key, body: jcs::sha256_hex(canonical.as_bytes()) }))
}
