//! How far a request reaches: one that comes with a session only where that is good.

use conductor_domain::scope::Scope;
use conductor_protocol::v1;

use crate::{
    call::Call,
    failure::{Failure, Outcome},
    rates, request,
};

impl Call {
    /// Where the request acts; it counts there, for whoever holds a role there. A session is good
    /// where its key counts, and nowhere else.
    pub(crate) fn scope(&self, scope: Option<v1::Scope>) -> Outcome<Scope> {
        let scope = request::scope(scope)?;
        match self.peer.as_session() {
            Some(session) if !session.reaches(&scope.tenant) => {
                Err(Failure::elsewhere(&session.tenant))
            }
            _ => {
                rates::count(self, &scope)?;
                Ok(scope)
            }
        }
    }

    /// Whether the caller may act in a tenant at all. A session has to be good there and, however
    /// long the request is under way, still open.
    pub(crate) fn reaches(&self, tenant: &str) -> bool {
        let engine = self.engine();
        self.peer.as_session().is_none_or(|session| {
            session.reaches(tenant) && engine.views().session_stands(session.id(), engine.now())
        })
    }
}
