//! What makes a command that comes again the same.

use conductor_domain::Refusal;
use conductor_protocol::error_code::Code;
use sha2::{Digest as _, Sha256};

use crate::{
    command::{Command, Context, IdempotencyKey},
    state::Remembered,
};

/// SHA-256 over tenant, principal, method and key, in hexadecimal.
pub(super) fn key_digest(context: &Context, command: &Command, key: &IdempotencyKey) -> String {
    let mut hasher = Sha256::new();
    for part in [&context.scope.tenant, context.principal.as_str(), command.name(), &key.key] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// That a key comes with the request that it came with before.
pub(super) fn same_request(known: &Remembered, key: &IdempotencyKey) -> Result<(), Refusal> {
    if known.body == key.body {
        return Ok(());
    }
    Err(Refusal::new(
        Code::IdempotencyConflict,
        format!("the idempotency key `{}` was used for another request", key.key),
        "use a new key for a new request",
    ))
}
