//! What makes a repeated request the same.

use conductor_engine::command::IdempotencyKey;
use conductor_protocol::jcs;
use serde::Serialize;

use crate::failure::{Failure, Outcome};

/// A caller's idempotency key with the digest of its request. `normal` is the request without
/// the key, with every default filled in: two requests that mean the same give the same digest.
pub(crate) fn idempotency(key: String, normal: &impl Serialize) -> Outcome<Option<IdempotencyKey>> {
    if key.is_empty() {
        return Ok(None);
    }
    if key.len() > conductor_engine::limits::IDEMPOTENCY_KEY_BYTES_MAX {
        let max = conductor_engine::limits::IDEMPOTENCY_KEY_BYTES_MAX;
        let message = format!("an idempotency key may have {max} bytes, this has {}", key.len());
        return Err(Failure::invalid(message, "use a UUID or a digest as the key"));
    }
    let canonical =
        jcs::canonical_json(normal).map_err(|_| Failure::bug("a request has no canonical form"))?;
    Ok(Some(IdempotencyKey { key, body: jcs::sha256_hex(canonical.as_bytes()) }))
}
