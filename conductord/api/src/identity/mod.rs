//! Who makes a request: by the token that it carries, or else by its connection.
//!
//! A token is only taken from where nobody can read along. Every door that there is keeps to that:
//! the Unix socket, loopback, TLS. No token reaches a log, an event, an error or a screen.

mod challenges;
mod logins;
mod reach;
mod session;
mod slowed;
mod task;
mod token;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use conductor_protocol::{
    error_code::Code,
    login::SESSION_TOKEN_PREFIX,
    token::{SERVICE_TOKEN_PREFIX, TASK_TOKEN_PREFIX},
};

pub(crate) use challenges::Used;
pub(crate) use logins::Logins;
pub use logins::SessionTimes;
pub(crate) use session::end_all_idle;

use crate::{api::Api, failure::Failure, limits::TOKEN_BYTES_MAX, peer::Peer};

/// Who makes a request.
///
/// # Errors
/// `UNAUTHENTICATED` for a token that says nothing here, `SESSION_OVER` for one of a session that is
/// not open, `TOKEN_REFUSED` for one of a service or of a task that is not good.
pub(crate) async fn identify(
    api: &Api,
    connection: &Peer,
    headers: &HeaderMap,
) -> Result<Peer, Failure> {
    match bearer(headers)? {
        None => Ok(connection.clone()),
        Some(token) => by_token(api, connection, token).await,
    }
}

/// Each kind of token is known by how it begins; what begins like none of ours is an issuer's.
async fn by_token(api: &Api, connection: &Peer, token: &str) -> Result<Peer, Failure> {
    if token.starts_with(SESSION_TOKEN_PREFIX) {
        return session::peer(api, connection, token).await;
    }
    if token.starts_with(SERVICE_TOKEN_PREFIX) {
        return token::peer(api, connection, token);
    }
    if token.starts_with(TASK_TOKEN_PREFIX) {
        return task::peer(api, connection, token);
    }
    match api.oidc() {
        Some(oidc) => {
            let principal = oidc.principal(token, api.engine().now()).await?;
            Ok(Peer::oidc(principal, connection))
        }
        None => Err(unknown()),
    }
}

/// What follows `Bearer` in the one `authorization` header that a request may have.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (given.next(), given.next());
    let Some(first) = first else { return Ok(None) };
    let token = first.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match (token, second) {
        (Some(token), None) if (1..=TOKEN_BYTES_MAX).contains(&token.len()) => Ok(Some(token)),
        _ => Err(Failure::new(
            Code::Unauthenticated,
            "the `authorization` header holds no token, or more than one",
            "send `authorization: Bearer TOKEN` once, or leave it out",
        )),
    }
}

fn unknown() -> Failure {
    Failure::new(
        Code::Unauthenticated,
        "the token is none that this daemon takes: no issuer of tokens is configured",
        "leave the token out, or use one that this daemon gave",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bearer_token_is_taken_and_nothing_else() {
        let headers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, axum::http::HeaderValue::from_static(value));
            }
            headers
        };
        assert!(matches!(bearer(&headers(&[])), Ok(None)));
        for good in ["Bearer cst_x", "bearer cst_x", "BEARER  cst_x "] {
            let headers = headers(&[good]);
            assert_eq!(bearer(&headers).unwrap(), Some("cst_x"), "{good}");
        }
        for bad in ["", "Bearer", "Bearer ", "Basic YTpi", "cst_x", "Bearer \u{7f}"] {
            let refused = axum::http::HeaderValue::from_bytes(bad.as_bytes());
            let Ok(value) = refused else { continue };
            let mut headers = HeaderMap::new();
            headers.append(AUTHORIZATION, value);
            assert_eq!(bearer(&headers).unwrap_err().code(), Code::Unauthenticated, "{bad}");
        }
        let two = headers(&["Bearer cst_x", "Bearer cst_y"]);
        assert_eq!(bearer(&two).unwrap_err().code(), Code::Unauthenticated);
    }
}
