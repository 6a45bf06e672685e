//! Sealing: bytes that only the holder of a key can read, and that nobody can change unnoticed.
//!
//! `docs/SEALING.md` has the format byte by byte, for whoever writes a reader of their own.
//!
//! ```text
//! sealed   version u8 (1) · salt 16 bytes · ciphertext · tag 16 bytes
//! salt     HMAC-SHA256(MAC key, context length u64 LE · context · plaintext), its first 16 bytes
//! cipher   AES-256-GCM with a key of its own for each message, a nonce of zeros, the context as AAD
//! ```
//!
//! A message's key comes from the salt, and the salt from all that is sealed. So no chance is needed,
//! what is sealed again is the same bytes again, and no two different messages ever share key and nonce.

mod data_key;

pub use data_key::{DataKey, OpenError};

/// Version of the sealed form that is written.
pub const SEALED_VERSION: u8 = 1;
/// Bytes of the salt.
pub const SALT_LEN: usize = 16;
/// Bytes of the tag.
pub const TAG_LEN: usize = 16;
/// Bytes that sealing adds.
pub const OVERHEAD: usize = 1 + SALT_LEN + TAG_LEN;
/// Bytes of a key.
pub const KEY_LEN: usize = 32;

/// What a sealed ledger record is bound to: moved to another place, or to another time, it does not open.
#[must_use]
pub fn record_context(key_id: &str, seq: u64, at_unix_ms: u64) -> Vec<u8> {
    let mut context = b"conductor.record.v1\0".to_vec();
    context.extend_from_slice(&seq.to_le_bytes());
    context.extend_from_slice(&at_unix_ms.to_le_bytes());
    context.extend_from_slice(key_id.as_bytes());
    context
}

/// What a data key is bound to under the key that wraps it: whose it is can't be changed.
#[must_use]
pub fn wrap_context(key_id: &str, tenant: &str, subject: &str, created_unix_ms: u64) -> Vec<u8> {
    let mut context = b"conductor.keyring.v1\0".to_vec();
    context.extend_from_slice(&created_unix_ms.to_le_bytes());
    for part in [key_id, tenant, subject] {
        context.extend_from_slice(&(part.len() as u64).to_le_bytes());
        context.extend_from_slice(part.as_bytes());
    }
    context
}

#[cfg(test)]
mod tests;
