//! The bytes of a signature, and the bytes that it is over.

use sha2::{Digest as _, Sha256, Sha512};

use super::SshsigError;
use crate::wire::{Malformed, Reader, put_string};

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;

/// The hash of the message, which is what the key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha512,
}

impl Hash {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha512].into_iter().find(|hash| hash.name() == name)
    }

    fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

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
