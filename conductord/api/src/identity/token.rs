//! A request that comes with the token of a service.

use conductor_protocol::{
    error_code::Code,
    jcs,
    token::{SERVICE_TOKEN_PREFIX, is_whole},
};

use crate::{api::Api, failure::Failure, peer::Peer};

/// Whose token it is.
///
/// # Errors
/// `TOKEN_REFUSED`, for whatever reason: whoever holds no good token is told nothing but whether it is
/// one at all.
pub(super) fn peer(api: &Api, connection: &Peer, token: &str) -> Result<Peer, Failure> {
    if !is_whole(SERVICE_TOKEN_PREFIX, token) {
        return Err(refused("checksum", "the token was cut or mistyped: its checksum is wrong"));
    }
    let (engine, digest) = (api.engine(), jcs::sha256_hex(token.as_bytes()));
    let now = engine.now();
    let Some(token) = engine.views().token_of_digest(&digest, now) else {
        return Err(refused("over", "the token is over, or was never issued here"));
    };
    api.logins().use_token(token.id(), now);
    Ok(Peer::service(&token, connection))
}

/// Counted; and on no record, which strangers could fill.
pub(super) fn refused(reason: &'static str, message: &str) -> Failure {
    metrics::counter!("conductor_tokens_refused_total", "reason" => reason).increment(1);
    let hint = "have another one issued: `conductor tokens create`; check CONDUCTOR_TOKEN";
    Failure::new(Code::TokenRefused, message, hint)
}
