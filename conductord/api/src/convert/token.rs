//! Tokens, to the wire and in lines of a timeline.

use conductor_domain::{
    event::Event,
    org::token::{Standing, Token},
    time::Timestamp,
};
use conductor_protocol::{id::TokenId, token::TokenScope, v1};

use super::time;

/// A token as it stands, used last at a time; `current` is the one that the request comes with.
pub(crate) fn token(
    token: &Token,
    (used, now): (Option<Timestamp>, Timestamp),
    current: Option<TokenId>,
) -> v1::Token {
    let terms = &token.terms;
    let state = match token.standing(now) {
        Standing::Active => v1::TokenState::Active,
        Standing::Expired => v1::TokenState::Expired,
        Standing::Revoked => v1::TokenState::Revoked,
    };
    v1::Token {
        token_id: token.id().to_string(),
        tenant: token.tenant.clone(),
        principal: terms.principal.to_string(),
        scopes: scopes(&terms.scopes),
        description: terms.description.clone(),
        state: state.into(),
        issued_by: token.by.to_string(),
        issued_at: Some(time(token.at)),
        expires_at: Some(time(terms.expires_at)),
        used_at: used.map(time),
        current: current == Some(token.id()),
        decision_id: terms.decision.clone(),
        revocation: token.revoked.as_ref().map(|revoked| v1::TokenRevocation {
            by: revoked.by.to_string(),
            at: Some(time(revoked.at)),
            reason: revoked.reason.clone(),
            decision_id: revoked.decision.clone(),
        }),
    }
}

/// Scopes as they are written.
pub(crate) fn scopes(scopes: &[TokenScope]) -> Vec<String> {
    scopes.iter().map(ToString::to_string).collect()
}

/// The decision behind a fact about tokens.
pub(super) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::TokenIssued(event) => Some(event.decision.clone()),
        Event::TokenRevoked(event) => Some(event.decision.clone()),
        _ => None,
    }
}

/// A fact about tokens in a line.
pub(super) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::TokenIssued(event) => {
            let scopes = scopes(&event.scopes).join(", ");
            format!("{by} issued a token of {} for {scopes}", event.principal)
        }
        Event::TokenRevoked(event) => {
            let why = match event.reason.as_str() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            format!("{by} revoked a token of {}{why}", event.principal)
        }
        _ => return None,
    })
}
