//! One request: who asks, what policy says of it, and the way to the kernel.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    org::{identity::HOME_TENANT, tenant},
    scope::Scope,
};
use conductor_engine::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling},
    obligations::{self, Effect, Mask, Proofs, Terms},
    service::Engine,
};
use conductor_protocol::{error_code::Code, id::TraceId};
use tonic::{Response, Status};

use crate::{
    api::Api,
    approvals,
    disk::on_disk,
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
            return Err(self.no_tenant(&scope.tenant).await);
        }
        engine.note_read(principal, &ruling);
        if on_record || engine.views().is_foreign(&scope.tenant, principal) {
            let noted = engine.submit(self.context(scope, ruling), Command::Note).await;
            noted.map_err(|rejection| self.rejected(rejection))?;
        }
        Ok(())
    }

    /// That there is no tenant of that name, or none any more.
    pub(crate) async fn no_tenant(&self, name: &str) -> Failure {
        let (engine, wanted) = (self.engine().clone(), name.to_owned());
        match on_disk(move || engine.views().forgotten_tenant(&wanted)).await {
            Ok(Some(gone)) => tenant::forgotten(name, gone.at, gone.seq).into(),
            Ok(None) => tenant::unknown(name).into(),
            Err(failure) => failure,
        }
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
