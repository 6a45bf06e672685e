//! A request that comes with the token of a task that runs.

use conductor_protocol::{
    jcs,
    token::{TASK_TOKEN_PREFIX, is_whole},
};

use super::token::refused;
use crate::{api::Api, failure::Failure, peer::Peer};

/// Whose task it is.
///
/// # Errors
/// `TOKEN_REFUSED`
pub(super) fn peer(api: &Api, connection: &Peer, token: &str) -> Result<Peer, Failure> {
    if !is_whole(TASK_TOKEN_PREFIX, token) {
        return Err(refused("checksum", "the token was cut or mistyped: its checksum is wrong"));
    }
    let digest = jcs::sha256_hex(token.as_bytes());
    match api.engine().task_of_token(&digest) {
        Some(task) => Ok(Peer::task(&task, connection)),
        None => Err(refused("over", "the token is over: it ends with the attempt that it was for")),
    }
}
