//! Sessions, to the wire and in lines of a timeline.

use conductor_domain::{
    event::Event,
    org::session::{Cause, Session},
    scope::HOME_TENANT,
    time::Timestamp,
};
use conductor_protocol::{id::SessionId, v1};

use super::time;

/// A session as it stands, used last at a time; `current` is the one that the request comes with.
pub(crate) fn session(
    session: &Session,
    seen: Timestamp,
    current: Option<SessionId>,
) -> v1::Session {
    let terms = &session.terms;
    v1::Session {
        session_id: session.id().to_string(),
        tenant: session.tenant.clone(),
        principal: terms.principal.to_string(),
        fingerprint: terms.key.clone(),
        channel: terms.channel.clone(),
        origin: terms.origin.clone(),
        opened_at: Some(time(session.at)),
        ends_at: Some(time(terms.ends_at)),
        seen_at: Some(time(seen)),
        everywhere: terms.key_tenant == HOME_TENANT,
        current: current == Some(session.id()),
        decision_id: terms.decision.clone(),
    }
}

/// The decision behind a fact about sessions.
pub(super) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::SessionOpened(event) => Some(event.decision.clone()),
        Event::SessionEnded(event) => Some(event.decision.clone()),
        _ => None,
    }
}

/// A fact about logins and sessions in a line.
pub(super) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::SessionOpened(event) => {
            format!("{} logged in with {} from {}", event.principal, event.key, event.origin)
        }
        Event::SessionEnded(event) => {
            let whose = &event.principal;
            match event.cause {
                Cause::LoggedOut => format!("{whose} logged out"),
                Cause::Ended => format!("{by} ended a session of {whose}"),
                Cause::KeyRevoked => format!("a session of {whose} ended with its key"),
                Cause::Expired => format!("the time of a session of {whose} was over"),
                Cause::Idle => format!("a session of {whose} was not used, and is over"),
            }
        }
        Event::LoginAlarmed(event) => {
            format!("{} logins from {} failed", event.failures, event.origin)
        }
        _ => return None,
    })
}
