//! Sessions: opened and ended, by people, by the clock, and with their keys.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    org::session::{self, Cause, Ended, Opened, Session},
    scope::Scope,
};
use conductor_protocol::id::SessionId;

use super::{
    LoginNews,
    timers::Timer,
    turn::{Author, Turn},
};
use crate::command::{Answer, Context, Rejection};

impl Turn<'_> {
    /// Opens a session that policy allows to.
    pub(super) fn open_session(
        &mut self,
        context: &Context,
        author: Author,
        wanted: Opened,
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let wanted = Opened { decision: context.ruling.id.to_string(), ..wanted };
        let state = &self.kernel.state;
        let opened = session::open(&state.sessions, &state.keys, (tenant, self.now), wanted)?;
        let id = opened.session;
        self.rule(context, &author);
        self.kernel.timers.add(opened.ends_at, Timer::Session(id));
        self.record(&context.scope, author, Event::SessionOpened(Box::new(opened)));
        let known = self.kernel.state.sessions.get(id).cloned();
        known.map(Answer::Session).ok_or(Rejection::StaleDecision)
    }

    /// Ends a session that policy allows to.
    pub(super) fn end_session(
        &mut self,
        context: &Context,
        author: Author,
        (id, cause): (SessionId, Cause),
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.as_str();
        let decision = context.ruling.id.to_string();
        let sessions = &self.kernel.state.sessions;
        let event = session::end(sessions, tenant, (id, cause), decision)?;
        let known = sessions.get(id).cloned();
        self.rule(context, &author);
        if let Some(known) = &known {
            self.over(known, author, event);
        }
        known.map(Answer::Session).ok_or(Rejection::StaleDecision)
    }

    /// A session's time may be over.
    pub(super) fn session_is_due(&mut self, id: SessionId) {
        let known = self.kernel.state.sessions.get(id).cloned();
        if let Some(known) = known.filter(|known| known.terms.ends_at <= self.now) {
            self.over_by_itself(&known, Cause::Expired);
        }
    }

    /// Ends what the keys that were just revoked had opened.
    pub(super) fn end_sessions_of_keys(&mut self) {
        let state = &self.kernel.state;
        for id in session::of_key(&state.sessions, &state.keys) {
            if let Some(known) = self.kernel.state.sessions.get(id).cloned() {
                self.over_by_itself(&known, Cause::KeyRevoked);
            }
        }
    }

    /// Takes up what the daemon found out about logins by itself.
    pub(super) fn login_news(&mut self, news: LoginNews) {
        match news {
            LoginNews::Idle(id) => {
                if let Some(known) = self.kernel.state.sessions.get(id).cloned() {
                    self.over_by_itself(&known, Cause::Idle);
                }
            }
            LoginNews::Alarmed(tenant, alarmed) => {
                let known = self.kernel.state.tenants.has(&tenant);
                let home = self.kernel.home.clone();
                let scope = if known { Scope { tenant, ..home } } else { home };
                self.record(&scope, Author::system(), Event::LoginAlarmed(alarmed));
            }
        }
    }

    /// Takes up the sessions that are open after a restart.
    pub(super) fn resume_sessions(&mut self) {
        let open = self.kernel.state.sessions.all();
        let open: Vec<_> = open.map(|known| (known.terms.ends_at, known.id())).collect();
        for (ends_at, id) in open {
            self.kernel.timers.add(ends_at, Timer::Session(id));
        }
    }

    fn over_by_itself(&mut self, known: &Arc<Session>, cause: Cause) {
        let (session, principal) = (known.id(), known.principal().clone());
        let event = Ended { session, principal, cause, decision: String::new() };
        self.over(known, Author::system(), event);
    }

    fn over(&mut self, known: &Arc<Session>, author: Author, event: Ended) {
        self.kernel.timers.remove(known.terms.ends_at, Timer::Session(known.id()));
        let scope = Scope { tenant: known.tenant.clone(), ..self.kernel.home.clone() };
        self.record(&scope, author, Event::SessionEnded(event));
    }
}
