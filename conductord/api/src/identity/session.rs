//! A request that comes with the token of a session.

use conductor_domain::{org::session::Session, time::Timestamp};
use conductor_engine::kernel::LoginNews;
use conductor_protocol::{error_code::Code, jcs};

use crate::{api::Api, failure::Failure, peer::Peer};

/// Whose session it is.
///
/// # Errors
/// `SESSION_OVER`, for whatever reason: whoever holds no good token is told nothing.
pub(super) async fn peer(api: &Api, connection: &Peer, token: &str) -> Result<Peer, Failure> {
    let now = api.engine().now();
    let digest = jcs::sha256_hex(token.as_bytes());
    let session = api.engine().views().session_of_token(&digest, now).ok_or_else(over)?;
    if is_idle(api, &session, now) {
        end_idle(api, &session).await;
        return Err(over());
    }
    api.logins().see(session.id(), now);
    Ok(Peer::session(&session, connection))
}

/// Ends what nothing came with for too long.
pub(crate) async fn end_all_idle(api: &Api, now: Timestamp) {
    for session in api.engine().views().all_sessions() {
        if is_idle(api, &session, now) {
            end_idle(api, &session).await;
        }
    }
    let views = api.engine().views();
    api.logins().keep(|id| views.session(id).is_some());
}

fn is_idle(api: &Api, session: &Session, now: Timestamp) -> bool {
    api.logins().is_idle(session, api.about().started_at, now)
}

/// It is over whether that can be recorded now or not.
async fn end_idle(api: &Api, session: &Session) {
    if let Err(error) = api.engine().login_news(LoginNews::Idle(session.id())).await {
        tracing::warn!(session = %session.id(), %error, "an idle session could not be ended on record");
    }
}

fn over() -> Failure {
    Failure::new(
        Code::SessionOver,
        "the session is over, or was never opened here",
        "log in again: `conductor login`; `conductor logout` forgets the token",
    )
}
