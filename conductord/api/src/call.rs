//! One request: who asks, what policy says of it, and the way to the kernel.

use std::sync::Arc;

use conductor_domain::{Refusal, org::tenant, scope::Scope, work::run::plan::Demand};
use conductor_engine::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling},
    demands,
    obligations::{self, Effect, Mask, Proofs, Terms},
    service::Engine,
};
use conductor_protocol::{
    id::TraceId,
    jcs,
    manifest::Governed,
    v1,
    verdict::{Load, Question, Resource, Situation, TasksByClass},
};
use serde::Serialize;
use tonic::{Response, Status};

use crate::{
    api::Api,
    failure::{Failure, Outcome},
    limits::{STALE_PAUSE, STALE_TRIES_MAX},
    peer::Peer,
    request,
    warnings::Warnings,
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
    /// The published workflow that it is about, and its version; the newest without one. What its
    /// manifest says of risk, data, regions and purpose goes with the question.
    pub(crate) workflow: (&'a str, &'a str),
    /// A manifest that need not be published says it instead.
    pub(crate) draft: Option<&'a Governed>,
    /// The tasks of a workflow that would run: each is asked about besides, as `task.run`.
    pub(crate) tasks: (&'a str, &'a [Demand]),
    /// What it would add to the tenant's load.
    pub(crate) asked: Option<&'a TasksByClass>,
}

impl<'a> Ask<'a> {
    /// About everything of a kind.
    pub(crate) fn all(action: &'a str, kind: &'a str) -> Self {
        Self::one(action, kind, "")
    }

    /// About one thing that nobody owns.
    pub(crate) fn one(action: &'a str, kind: &'a str, id: &'a str) -> Self {
        let workflow = if kind == "workflow" { (id, "") } else { ("", "") };
        Self {
            action,
            kind,
            id,
            owner: "",
            secrets: &[],
            workflow,
            draft: None,
            tasks: ("", &[]),
            asked: None,
        }
    }
}

/// Of everything that a permission rests on: the bundle, the daemon's records, and whether the
/// caller is a guest, whose time ends by itself.
pub(crate) type Version = (Arc<str>, u64, bool);

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) peer: Peer,
    pub(crate) trace: TraceId,
    /// What whoever asked is told besides the answer.
    pub(crate) warnings: Warnings,
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
            Ok(answer) => {
                let mut response = Response::new(answer);
                self.warnings.put_into(response.metadata_mut());
                Ok(response)
            }
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

    /// Tells whoever asked that the newest bundle of policy was refused, while that is so.
    pub(crate) fn warn_of_policy(&self) {
        if let Some((_, refused)) = self.engine().views().deployment().alarm() {
            let (source, problem) = (&refused.source, &refused.problem);
            let sentence = format!(
                "the policy bundle of {source} is refused and the old one goes on: {problem}"
            );
            self.warnings.add(&[sentence]);
        }
    }

    /// What policy says.
    pub(crate) fn rule(&self, scope: &Scope, ask: Ask<'_>) -> Ruling {
        let records = self.engine().known(&scope.tenant, self.peer.principal());
        // Who is nobody here is judged by nothing of the tenant's: no answer can tell of it.
        let here = records.tenant.is_some();
        let (workflow, _) = ask.tasks;
        let starts = here && !workflow.is_empty();
        let governed = if here { self.governed(scope, ask) } else { Governed::default() };
        // Their own key is somebody's, role or not: who has lost it says so.
        let own_key = ask.kind == "key" && ask.owner == records.subject.principal;
        let question = Question {
            subject: records.subject,
            action: ask.action.to_owned(),
            resource: governed.onto(Resource {
                kind: ask.kind.to_owned(),
                id: ask.id.to_owned(),
                owner: if here || own_key { ask.owner.to_owned() } else { String::new() },
                secrets: if here { ask.secrets.to_vec() } else { Vec::new() },
                ..Resource::default()
            }),
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: self.peer.channel().to_owned(),
                load: ask.asked.filter(|_| here).map(|asked| self.load(&scope.tenant, asked)),
                tenant: records.tenant,
                spend: starts.then(|| self.engine().spend(&scope.tenant, workflow)).flatten(),
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

    /// What governance needs to know of the workflow that is asked about.
    fn governed(&self, scope: &Scope, ask: Ask<'_>) -> Governed {
        match (ask.draft, ask.workflow) {
            (Some(draft), _) => draft.clone(),
            (None, ("", _)) => Governed::default(),
            (None, (name, version)) => self.engine().views().governed(&scope.tenant, name, version),
        }
    }

    /// What a tenant has open, and may.
    fn load(&self, tenant: &str, asked: &TasksByClass) -> Load {
        Load {
            asked: asked.clone(),
            in_use: self.engine().views().classes_in_use(tenant),
            limit: self.engine().quota(tenant),
        }
    }

    /// Lets an allowed read pass whose answer can't be shown in part; one that policy wants
    /// masked or filtered is refused, as a denied one is. That is recorded.
    pub(crate) async fn may(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let terms = self.read(scope, ask, Effect::ShowWhole).await?;
        debug_assert!(terms.show_all(), "nothing is to be left out of what is shown whole");
        Ok(())
    }

    /// Lets an allowed read pass. What is shown has to keep to the terms.
    pub(crate) async fn may_show(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<Terms> {
        self.read(scope, ask, Effect::Show).await
    }

    async fn read(&self, scope: &Scope, ask: Ask<'_>, effect: Effect) -> Outcome<Terms> {
        self.admit(scope, self.rule(scope, ask), effect).await
    }

    /// What permissions rest on, as it is now: what policy said of another version may not hold.
    pub(crate) fn version(&self, scope: &Scope) -> Version {
        let guest = self.engine().is_guest(&scope.tenant, self.peer.principal());
        (self.api.guard().revision(), *self.engine().standing().borrow(), guest)
    }

    /// Lets a read pass that policy was asked about, or records that it was denied.
    pub(crate) async fn admit(
        &self,
        scope: &Scope,
        ruling: Ruling,
        effect: Effect,
    ) -> Outcome<Terms> {
        let terms = match obligations::meet(&ruling, effect, Proofs::default()) {
            Ok(terms) => terms,
            Err(refusal) => return Err(self.deny(scope, ruling, *refusal).await),
        };
        self.note(scope, ruling, terms.on_record).await?;
        self.warnings.add(&terms.warnings);
        Ok(terms)
    }

    /// Keeps an allowed read in the bounded log. One that somebody is to be told of is put on
    /// record, and so is one by somebody from another tenant: in both.
    pub(crate) async fn note(&self, scope: &Scope, ruling: Ruling, on_record: bool) -> Outcome<()> {
        let (engine, principal) = (self.engine(), self.peer.principal());
        if engine.views().tenant(&scope.tenant).is_none() {
            return Err(tenant::unknown(&scope.tenant).into());
        }
        engine.note_read(principal, &ruling);
        if on_record || engine.views().is_foreign(&scope.tenant, principal) {
            let noted = engine.submit(self.context(scope, ruling), Command::Note).await;
            noted.map_err(|rejection| self.rejected(rejection))?;
        }
        Ok(())
    }

    /// Lets through what may be done now and what is no event by itself, such as a heartbeat.
    pub(crate) async fn may_quietly(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let ruling = self.rule(scope, ask);
        match met(&ruling) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.deny(scope, ruling, *refusal).await),
        }
    }

    /// Carries out a change that policy allows. What it says is durable when it returns. Its
    /// answer is ids and states, of which nothing is masked.
    pub(crate) async fn change(
        &self,
        scope: &Scope,
        ask: Ask<'_>,
        command: Command,
        idempotency: Option<IdempotencyKey>,
    ) -> Outcome<Answer> {
        self.change_shown(scope, ask, command, idempotency).await.map(|(answer, _)| answer)
    }

    /// The same, with what has to be left out of the answer.
    pub(crate) async fn change_shown(
        &self,
        scope: &Scope,
        ask: Ask<'_>,
        command: Command,
        idempotency: Option<IdempotencyKey>,
    ) -> Outcome<(Answer, Mask)> {
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
    ) -> Outcome<Result<(Answer, Mask), Rejection>> {
        let ruling = self.rule(scope, ask);
        let Terms { mask, mut warnings, .. } = match met(&ruling) {
            Ok(terms) => terms,
            Err(refusal) => return Err(self.deny(scope, ruling, *refusal).await),
        };
        let (workflow, tasks) = ask.tasks;
        for task in tasks {
            let task = self.rule_task(&ruling, workflow, task);
            // A start and its tasks are one decision: it is made by one bundle.
            if task.verdict.bundle_revision != ruling.verdict.bundle_revision {
                return Ok(Err(Rejection::StaleDecision));
            }
            match met(&task) {
                Ok(terms) => warnings.extend(terms.warnings),
                Err(refusal) => return Err(self.deny(scope, task, *refusal).await),
            }
        }
        let context = Context { idempotency, ..self.context(scope, ruling) };
        let answer = self.engine().submit(context, command).await;
        if answer.is_ok() {
            self.warnings.add(&warnings);
        }
        Ok(answer.map(|answer| (answer, mask)))
    }

    /// Records a denial, or that an obligation was not met; the refusal that it comes to.
    async fn deny(&self, scope: &Scope, ruling: Ruling, refusal: Refusal) -> Failure {
        metrics::counter!("conductor_denials_total", "code" => refusal.code.as_str()).increment(1);
        let command = Command::Deny { unmet: Some(refusal.code) };
        let recorded = self.engine().submit(self.context(scope, ruling), command).await;
        match recorded {
            Ok(_) => refusal.into(),
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

/// Whether what was ruled on may be done now.
pub(crate) fn met(ruling: &Ruling) -> Result<Terms, Box<Refusal>> {
    obligations::meet(ruling, Effect::Change, Proofs::default())
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
