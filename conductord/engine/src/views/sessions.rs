//! What is looked up of sessions.

use std::sync::Arc;

use conductor_domain::{
    org::{
        identity::ADMIN,
        session::{Alarm, Session},
    },
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
};
use conductor_protocol::id::SessionId;

use super::{Hot, Views};

impl Views {
    /// The session whose token has this SHA-256, in hexadecimal, where it still stands: its time
    /// has not come, its key could open one now, and does not speak for an administrator of all
    /// tenants from a tenant of its own.
    #[must_use]
    pub fn session_of_token(&self, digest: &str, now: Timestamp) -> Option<Arc<Session>> {
        let hot = self.read();
        let found = hot.sessions.of_token(digest).filter(|known| stands(&hot, known, now)).cloned();
        drop(hot);
        found
    }

    /// Whether a session still stands.
    #[must_use]
    pub fn session_stands(&self, session: SessionId, now: Timestamp) -> bool {
        let hot = self.read();
        hot.sessions.get(session).is_some_and(|known| stands(&hot, known, now))
    }

    /// An open session.
    #[must_use]
    pub fn session(&self, session: SessionId) -> Option<Arc<Session>> {
        self.read().sessions.get(session).cloned()
    }

    /// Open sessions of a tenant, or of one principal in it, oldest first: so many after one.
    #[must_use]
    pub fn sessions(
        &self,
        (tenant, principal): (&str, Option<&Principal>),
        after: Option<SessionId>,
        count: usize,
    ) -> Vec<Arc<Session>> {
        let hot = self.read();
        let known = hot.sessions.of_tenant(tenant, after);
        let theirs = known.filter(|known| principal.is_none_or(|whose| known.principal() == whose));
        let found = theirs.take(count).cloned().collect();
        drop(hot);
        found
    }

    /// All open sessions, oldest first.
    #[must_use]
    pub fn all_sessions(&self) -> Vec<Arc<Session>> {
        self.read().sessions.all().cloned().collect()
    }

    /// How many sessions are open: of a principal, and in all.
    #[must_use]
    pub fn count_sessions(&self, principal: &Principal) -> (usize, usize) {
        let hot = self.read();
        (hot.sessions.count_of(principal), hot.sessions.len())
    }

    /// Where many logins failed in a tenant since then, oldest first.
    #[must_use]
    pub fn login_alarms(&self, tenant: &str, since: Timestamp) -> Vec<Alarm> {
        self.read().login_alarms.since(tenant, since)
    }
}

fn stands(hot: &Hot, session: &Session, now: Timestamp) -> bool {
    let from_home = session.terms.key_tenant == HOME_TENANT;
    session.stands(&hot.keys, now)
        && (from_home || !hot.grants.holds(HOME_TENANT, session.principal(), ADMIN))
}
