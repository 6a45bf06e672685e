//! How far a request reaches: one that comes with a session or a token only where that is good.

use conductor_domain::scope::Scope;
use conductor_protocol::{v1, verdict::Subject};

use crate::{
    call::Call,
    failure::{Failure, Outcome},
    rates, request,
};

impl Call {
    /// Where the request acts. A session is good where its key counts, a token in its tenant, and
    /// nowhere else.
    pub(crate) fn scope(&self, scope: Option<v1::Scope>) -> Outcome<Scope> {
        let scope = request::scope(scope)?;
        if let Some(task) = self.peer.as_task().filter(|task| task.scope.tenant != scope.tenant) {
            return Err(Failure::token_elsewhere(&task.scope.tenant));
        }
        match (self.peer.as_session(), self.peer.as_token()) {
            (Some(session), _) if !session.reaches(&scope.tenant) => {
                Err(Failure::elsewhere(&session.tenant))
            }
            (_, Some(token)) if token.tenant != scope.tenant => {
                Err(Failure::token_elsewhere(&token.tenant))
            }
            _ => {
                rates::count(self, &scope)?;
                Ok(scope)
            }
        }
    }

    /// Whether the caller may act in a tenant at all. A session or a token has to be good there and,
    /// however long the request is under way, still.
    pub(crate) fn reaches(&self, tenant: &str) -> bool {
        let (views, now) = (self.engine().views(), self.engine().now());
        let session = self.peer.as_session().is_none_or(|session| {
            session.reaches(tenant) && views.session_stands(session.id(), now)
        });
        let token = self.peer.as_token().is_none_or(|token| {
            token.tenant == tenant && views.token_is_good(tenant, token.id(), now)
        });
        let task = self
            .peer
            .as_task()
            .is_none_or(|task| task.scope.tenant == tenant && self.engine().task_runs(task));
        session && token && task
    }

    /// What policy is told of whoever makes the request besides what is known of them: nothing once
    /// what they came with has ended, and what they came with.
    pub(crate) fn narrow(&self, tenant: &str, subject: &mut Subject) {
        if !self.reaches(tenant) {
            // What ends while a request is under way ends its rights.
            subject.roles.clear();
            subject.guest = false;
        }
        if let Some(token) = self.peer.as_token() {
            subject.token = token.id().to_string();
            subject.scopes.clone_from(&token.terms.scopes);
        }
        if let Some(task) = self.peer.as_task() {
            // What counts are the roles of whoever the run is of; who acts is the task.
            subject.principal = task.principal().to_string();
            subject.task = task.name();
            subject.on_behalf_of = task.owner.to_string();
            subject.scopes.clone_from(&task.scopes);
        }
    }
}
