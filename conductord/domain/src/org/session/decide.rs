//! May this session be opened? Is there one to end?

use conductor_protocol::{error_code::Code, id::SessionId};

use super::{
    Cause, Ended, NAMESPACE, Opened, Sessions, is_revoked,
    limits::{ORIGIN_CHARS_MAX, SESSION_MS_MAX, SESSIONS_MAX, SESSIONS_OF_PRINCIPAL_MAX},
};
use crate::{
    Refusal,
    org::key::{Keys, Standing},
    time::Timestamp,
};

/// Letters of a digest.
const DIGEST_CHARS: usize = 64;

/// Opens a session for whoever proved to hold a key. Between the proof and now the key may have
/// been taken back.
///
/// # Errors
/// `LOGIN_FAILED`, `TOO_MANY_SESSIONS`
pub fn open(
    sessions: &Sessions,
    keys: &Keys,
    (tenant, now): (&str, Timestamp),
    wanted: Opened,
) -> Result<Opened, Refusal> {
    let behind = wanted.authority.as_ref().unwrap_or(&wanted.key);
    let enrolled = keys.get(&wanted.key_tenant, behind);
    let signs = enrolled.is_some_and(|key| {
        key.standing(now) == Standing::Active
            && key.terms.namespaces.iter().any(|name| name == NAMESPACE)
    });
    if !signs || is_revoked(keys, tenant, &wanted) {
        return Err(failed(format!("the key {behind} logs nobody in any more")));
    }
    if wanted.ends_at <= now || wanted.ends_at.ms_since(now) > SESSION_MS_MAX {
        return Err(failed(format!("a session with the key {behind} would be over at once")));
    }
    if wanted.token.len() != DIGEST_CHARS || sessions.of_token(&wanted.token).is_some() {
        return Err(failed("the session's token is no fresh one".to_owned()));
    }
    let theirs = sessions.count_of(&wanted.principal);
    if theirs >= SESSIONS_OF_PRINCIPAL_MAX || sessions.len() >= SESSIONS_MAX {
        let message = match theirs {
            SESSIONS_OF_PRINCIPAL_MAX.. => {
                format!("`{}` has {theirs} sessions open", wanted.principal)
            }
            _ => format!("{SESSIONS_MAX} sessions are open"),
        };
        let hint = "`conductor sessions list --mine` shows them, `conductor sessions end` ends one";
        return Err(Refusal::new(Code::TooManySessions, message, hint));
    }
    let origin = wanted.origin.chars().take(ORIGIN_CHARS_MAX).collect();
    Ok(Opened { origin, ..wanted })
}

/// Ends a session of a tenant.
///
/// # Errors
/// `SESSION_NOT_FOUND`
pub fn end(
    sessions: &Sessions,
    tenant: &str,
    (session, cause): (SessionId, Cause),
    decision: String,
) -> Result<Ended, Refusal> {
    let known = sessions.get(session).filter(|known| known.tenant == tenant);
    let known = known.ok_or_else(|| {
        let message = format!("no session {session} is open in tenant `{tenant}`");
        Refusal::new(
            Code::SessionNotFound,
            message,
            "`conductor sessions list` shows those that are open",
        )
    })?;
    Ok(Ended { session, principal: known.principal().clone(), cause, decision })
}

/// The sessions that end with a key that is revoked in a tenant, oldest first: there where it
/// counted.
#[must_use]
pub fn of_key(sessions: &Sessions, keys: &Keys) -> Vec<SessionId> {
    let ends = |session: &&std::sync::Arc<super::Session>| {
        is_revoked(keys, &session.tenant, &session.terms)
    };
    sessions.all().filter(ends).map(|session| session.id()).collect()
}

fn failed(message: String) -> Refusal {
    Refusal::new(Code::LoginFailed, message, "log in with a key that is enrolled for it")
}
