//! The bytes of a signature, and the bytes that it is over.

use super::{Hash, SshsigError};
use crate::wire::{Malformed, Reader, put_string};

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;

/// A signature taken apart; nothing in it is checked but its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    pub(super) credential: &'a [u8],
    pub(super) namespace: &'a str,
    pub(super) hash: Hash,
    pub(super) signature: &'a [u8],
}

impl From<Malformed> for SshsigError {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

impl<'a> Envelope<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, SshsigError> {
        let mut reader = Reader::new(bytes);
        if reader.take(MAGIC.len())? != MAGIC || reader.u32()? != VERSION {
            return Err(SshsigError::Damaged);
        }
        let credential = reader.string()?;
        let namespace = reader.text()?;
        // What is reserved has no meaning yet, and what has no meaning is not signed.
        if !reader.string()?.is_empty() {
            return Err(SshsigError::Damaged);
        }
        let hash = reader.text()?;
        let signature = reader.string()?;
        reader.finish()?;
        let hash =
            Hash::named(hash).ok_or_else(|| SshsigError::Hash(hash.chars().take(32).collect()))?;
        Ok(Self { credential, namespace, hash, signature })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        put_string(&mut bytes, self.credential);
        put_string(&mut bytes, self.namespace.as_bytes());
        put_string(&mut bytes, b"");
        put_string(&mut bytes, self.hash.name().as_bytes());
        put_string(&mut bytes, self.signature);
        bytes
    }
}

/// What the key signs.
pub(super) fn to_sign(namespace: &str, hash: Hash, message: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    put_string(&mut bytes, namespace.as_bytes());
    put_string(&mut bytes, b"");
    put_string(&mut bytes, hash.name().as_bytes());
    put_string(&mut bytes, &hash.of(message));
    bytes
}
