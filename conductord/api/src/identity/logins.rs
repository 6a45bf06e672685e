//! What the daemon keeps of logins in memory: challenges that wait, who is slowed down, and when
//! which session and which token was used last. A restart forgets it: challenges are asked for again,
//! what is open counts as used when the daemon began, and of no token is known that it was used.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use conductor_domain::{org::session::Session, time::Timestamp};
use conductor_protocol::id::{SessionId, TokenId};

use super::{
    challenges::{Challenges, Used},
    slowed::{Alarm, Slowed},
};
use crate::limits::{SESSION_DEFAULT, SESSION_IDLE_DEFAULT};

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// At most, from when they are opened.
    pub whole: Duration,
    /// Without a request that comes with them.
    pub idle: Duration,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self { whole: SESSION_DEFAULT, idle: SESSION_IDLE_DEFAULT }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    times: OnceLock<SessionTimes>,
    challenges: Mutex<Challenges>,
    slowed: Mutex<Slowed>,
    seen: Mutex<HashMap<SessionId, Timestamp>>,
    used: Mutex<HashMap<TokenId, Timestamp>>,
}

impl Logins {
    /// Only the first time counts.
    pub(crate) fn set_times(&self, times: SessionTimes) {
        self.times.get_or_init(|| times);
    }

    pub(crate) fn times(&self) -> SessionTimes {
        self.times.get().copied().unwrap_or_default()
    }

    /// Keeps a challenge; `false` where there is no room.
    pub(crate) fn challenge(
        &self,
        named: (String, &str),
        statement: String,
        times: (Timestamp, Timestamp),
    ) -> bool {
        held(&self.challenges).add(named, statement, times)
    }

    /// Uses a challenge up.
    pub(crate) fn take(&self, nonce: &str, statement: &str, now: Timestamp) -> Used {
        held(&self.challenges).take(nonce, statement, now)
    }

    /// How long a login from there, or with that key, has to wait.
    pub(crate) fn wait(&self, who: &str, now: Timestamp) -> Option<Duration> {
        held(&self.slowed).wait(who, now)
    }

    /// Counts a failed login.
    pub(crate) fn fail(&self, who: &str, now: Timestamp) -> Option<Alarm> {
        held(&self.slowed).fail(who, now)
    }

    /// When a session was used last, as far as that is known: after a restart, when it began.
    pub(crate) fn seen(&self, session: &Session, began: Timestamp) -> Timestamp {
        let known = held(&self.seen).get(&session.id()).copied();
        known.unwrap_or_else(|| began.max(session.at))
    }

    /// Whether nothing came with a session for too long.
    pub(crate) fn is_idle(&self, session: &Session, began: Timestamp, now: Timestamp) -> bool {
        let idle = u64::try_from(self.times().idle.as_millis()).unwrap_or(u64::MAX);
        now.ms_since(self.seen(session, began)) >= idle
    }

    /// A request came with a session.
    pub(crate) fn see(&self, session: SessionId, now: Timestamp) {
        held(&self.seen).insert(session, now);
    }

    /// A request came with a token.
    pub(crate) fn use_token(&self, token: TokenId, now: Timestamp) {
        held(&self.used).insert(token, now);
    }

    /// When a token was used last, since the daemon began.
    pub(crate) fn token_used(&self, token: TokenId) -> Option<Timestamp> {
        held(&self.used).get(&token).copied()
    }

    /// Forgets a token that is good no more.
    pub(crate) fn forget_token(&self, token: TokenId) {
        held(&self.used).remove(&token);
    }

    /// Forgets what is not open any more.
    pub(crate) fn keep(&self, open: impl Fn(SessionId) -> bool) {
        held(&self.seen).retain(|session, _| open(*session));
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
