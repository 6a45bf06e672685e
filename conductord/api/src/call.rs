//! One request: who asks, what policy says of it, and the way to the kernel.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    org::{identity::HOME_TENANT, tenant},
    scope::{Principal, Scope},
    work::run::plan::Demand,
};
use conductor_engine::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling},
    demands,
    obligations::{self, Effect, Mask, Proofs, Terms},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::TraceId,
    manifest::Governed,
    verdict::{Load, Question, Resource, Situation, TasksByClass},
};
use tonic::{Response, Status};

use crate::{
    api::Api,
    approvals,
    failure::{Failure, Outcome},
    freezes,
    limits::{STALE_PAUSE, STALE_TRIES_MAX},
    peer::Peer,
    rates::Counted,
    warnings::Warnings,
};
pub(crate) use crate::{ask::Ask, idempotency::idempotency};

/// Of everything that a permission rests on: the bundle, the daemon's records, and whether the
/// caller is a guest and what they came with is good, whose time ends by itself.
pub(crate) type Version = (Arc<str>, u64, bool, bool);

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) peer: Peer,
    pub(crate) trace: TraceId,
    /// Set where it counts how often somebody asks.
    pub(crate) counted: Option<Counted>,
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
        self.rule_on((self.peer.principal(), self.peer.channel()), scope, ask)
    }

    /// What policy says of somebody, and how they came: who signed need not be who calls.
    pub(crate) fn rule_on(
        &self,
        (principal, channel): (&Principal, &str),
        scope: &Scope,
        ask: Ask<'_>,
    ) -> Ruling {
        let mut records = self.engine().known(&scope.tenant, principal);
        if principal == self.peer.principal() {
            self.narrow(&scope.tenant, &mut records.subject);
        }
        // Who is nobody here is judged by nothing of the tenant's: no answer can tell of it.
        let here = records.tenant.is_some();
        let (workflow, _) = ask.tasks;
        let starts = here && !workflow.is_empty();
        // Their own key is somebody's, role or not: who has lost it says so. So is a session.
        let own = matches!(ask.kind, "key" | "session") && ask.owner == records.subject.principal;
        let resource = match (here, own) {
            (true, _) => self.resource(scope, ask),
            (false, true) => Resource { owner: ask.owner.to_owned(), ..Resource::default() },
            (false, false) => Resource::default(),
        };
        // Of which workflow it is matters to whoever may come with a token for some of them.
        let of = [ask.workflow.0, workflow].into_iter().find(|name| !name.is_empty());
        let of = of.filter(|_| here && records.subject.has_token());
        let of = of.map_or_else(|| resource.workflow.clone(), str::to_owned);
        let question = Question {
            subject: records.subject,
            action: ask.action.to_owned(),
            resource: Resource {
                kind: ask.kind.to_owned(),
                id: ask.id.to_owned(),
                workflow: of,
                ..resource
            },
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: channel.to_owned(),
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

    /// Whose it is, what secrets come into play, and what governance needs to know of the workflow
    /// that is asked about.
    fn resource(&self, scope: &Scope, ask: Ask<'_>) -> Resource {
        let (owner, secrets) = (ask.owner.to_owned(), ask.secrets.to_vec());
        if let Some(known) = ask.known {
            return Resource { owner, secrets, task: None, ..known.clone() };
        }
        let governed = match (ask.draft, ask.workflow) {
            (Some(draft), _) => draft.clone(),
            (None, ("", _)) => Governed::default(),
            (None, (name, version)) => self.engine().views().governed(&scope.tenant, name, version),
        };
        let resource = governed.onto(Resource { owner, secrets, ..Resource::default() });
        match self.vouched(scope, ask) {
            Some(vouched) => vouched.onto(resource),
            None => resource,
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
        let reaches = self.reaches(&scope.tenant);
        (self.api.guard().revision(), *self.engine().standing().borrow(), guest, reaches)
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

    /// Whether the caller may read the system in the home tenant: who may not is told nothing that
    /// other tenants make, such as how full the daemon is. No more than that hangs on it, so a
    /// denial is none.
    pub(crate) fn sees_daemon(&self) -> bool {
        let ruling = self.rule(&home(), Ask::all("system.read", "system"));
        obligations::meet(&ruling, Effect::ShowWhole, Proofs::default()).is_ok()
    }

    /// Lets through what may be done now and what is no event by itself, such as a heartbeat.
    pub(crate) async fn may_quietly(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let ruling = self.rule(scope, ask);
        match met(&ruling) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.deny(scope, ruling, *refusal).await),
        }
    }

    /// Lets through what may be done now, or once others have approved it: that is asked for when
    /// all of it is known.
    pub(crate) async fn may_ask(&self, scope: &Scope, ask: Ask<'_>) -> Outcome<()> {
        let ruling = self.rule(scope, ask);
        match leave(&ruling, true) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.deny(scope, ruling, *refusal).await),
        }
    }

    /// Carries out a change that policy allows. What it says is durable when it returns. Its
    /// answer is ids and states, of which nothing is masked. Where policy wants others to approve
    /// it first it waits for them, and is refused with the approval's id.
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
            // Boxed: questions and rulings are large, and lie in no caller's future.
            let tried = Box::pin(self.submit(scope, ask, command.clone(), idempotency.clone()));
            match tried.await? {
                // The bundle was changed, and the kernel or this question came too early for it.
                Err(Rejection::StaleDecision) => tokio::time::sleep(STALE_PAUSE).await,
                answer => return answer.map_err(|rejection| self.rejected_in(scope, rejection)),
            }
        }
        let answer = Box::pin(self.submit(scope, ask, command, idempotency)).await?;
        answer.map_err(|rejection| self.rejected_in(scope, rejection))
    }

    async fn submit(
        &self,
        scope: &Scope,
        ask: Ask<'_>,
        command: Command,
        idempotency: Option<IdempotencyKey>,
    ) -> Outcome<Result<(Answer, Mask), Rejection>> {
        // A task is over before anybody has approved what it asks for.
        let can_wait = command.can_wait() && self.peer.as_task().is_none();
        let ruling = self.rule(scope, ask);
        // Whoever goes ahead alone waits for their own touch, if for nobody else.
        let alone = matches!(command, Command::Glass(_));
        let (Terms { mask, mut warnings, .. }, mut waits) = match leave(&ruling, can_wait) {
            Ok(leave) => leave,
            Err(refusal) => return Err(self.deny(scope, ruling, *refusal).await),
        };
        let (workflow, demands) = ask.tasks;
        let mut tasks = Vec::with_capacity(demands.len());
        for task in demands {
            let task = self.rule_task(&ruling, workflow, task);
            // A start and its tasks are one decision: it is made by one bundle.
            if task.verdict.bundle_revision != ruling.verdict.bundle_revision {
                return Ok(Err(Rejection::StaleDecision));
            }
            match leave(&task, can_wait) {
                Ok((terms, task_waits)) => {
                    warnings.extend(terms.warnings);
                    waits |= task_waits;
                }
                Err(refusal) => return Err(self.deny(scope, task, *refusal).await),
            }
            tasks.push(task);
        }
        let context = Context { tasks, idempotency, ..self.context(scope, ruling) };
        let command = if waits && !alone { Command::Ask(Box::new(command)) } else { command };
        let waits = waits || alone;
        match self.engine().submit(context, command).await {
            Ok(Answer::Approval(approval)) if waits => Err(approvals::required(&approval).into()),
            Ok(answer) => {
                self.warnings.add(&warnings);
                Ok(Ok((answer, mask)))
            }
            Err(rejection) => Ok(Err(rejection)),
        }
    }

    /// Records a denial, or that an obligation was not met; the refusal that it comes to.
    pub(crate) async fn deny(&self, scope: &Scope, ruling: Ruling, refusal: Refusal) -> Failure {
        metrics::counter!("conductor_denials_total", "code" => refusal.code.as_str()).increment(1);
        let command = Command::Deny { unmet: Some(refusal.code) };
        let recorded = self.engine().submit(self.context(scope, ruling), command).await;
        match recorded {
            Ok(_) => refusal.into(),
            Err(rejection) => self.rejected(rejection),
        }
    }

    pub(crate) fn context(&self, scope: &Scope, ruling: Ruling) -> Context {
        Context {
            scope: scope.clone(),
            principal: self.peer.principal().clone(),
            trace: self.trace,
            ruling,
            tasks: Vec::new(),
            idempotency: None,
        }
    }

    /// The same of a change; of what is frozen it is told who may lift that.
    fn rejected_in(&self, scope: &Scope, rejection: Rejection) -> Failure {
        match rejection {
            Rejection::Refused(refusal) if refusal.code == Code::Frozen => {
                freezes::who_lifts(self, scope, refusal).into()
            }
            rejection => self.rejected(rejection),
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

/// Where rights are held that are about the daemon and not about one tenant.
pub(crate) fn home() -> Scope {
    Scope { tenant: HOME_TENANT.to_owned(), ..Scope::default() }
}

/// Whether what was ruled on may be done now.
pub(crate) fn met(ruling: &Ruling) -> Result<Terms, Box<Refusal>> {
    obligations::meet(ruling, Effect::Change, Proofs::default())
}

/// What a ruling comes to for a change, and whether that has to wait until others have approved it.
fn leave(ruling: &Ruling, can_wait: bool) -> Result<(Terms, bool), Box<Refusal>> {
    match met(ruling) {
        Ok(terms) => Ok((terms, false)),
        Err(refusal) if !can_wait => Err(refusal),
        Err(_) => {
            // Nobody is asked to approve what would still not be done.
            let proven = Proofs { approved: true, stepped_up: true, ..Proofs::default() };
            obligations::meet(ruling, Effect::Change, proven).map(|terms| (terms, true))
        }
    }
}
