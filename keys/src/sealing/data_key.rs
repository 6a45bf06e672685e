//! A key that seals and opens.

use std::fmt;

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use zeroize::Zeroizing;

use super::{KEY_LEN, OVERHEAD, SALT_LEN, SEALED_VERSION, TAG_LEN};

/// What a key is derived for.
const FOR_SALTS: &[u8] = b"conductor.sealing.v1.salt";
const FOR_MESSAGES: &[u8] = b"conductor.sealing.v1.message";
const FOR_ITS_ID: &[u8] = b"conductor.sealing.v1.id";
/// Bytes of a key's id before they are written in hexadecimal.
const ID_LEN: usize = 16;

/// Why sealed bytes could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Written by a later version of the program.
    #[error("the sealed form has version {0}, which is not known to this program")]
    Version(u8),
    /// Shorter than anything sealed.
    #[error("the sealed form is incomplete")]
    Incomplete,
    /// Changed, moved from elsewhere, or sealed with another key.
    #[error("the sealed form does not open: it was changed, or another key sealed it")]
    Changed,
}

/// 32 random bytes, and what is derived from them. They are wiped when it is dropped.
pub struct DataKey {
    bytes: Zeroizing<[u8; KEY_LEN]>,
    for_salts: Zeroizing<[u8; KEY_LEN]>,
}

/// Nothing of the key.
impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").finish_non_exhaustive()
    }
}

impl DataKey {
    /// The key of these bytes, which have to be random.
    #[must_use]
    pub fn new(bytes: [u8; KEY_LEN]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let for_salts = expand(&bytes, &[FOR_SALTS]);
        Self { bytes, for_salts }
    }

    /// The bytes, to be wrapped with another key and for nothing else.
    #[must_use]
    pub fn secret(&self) -> &[u8; KEY_LEN] {
        &self.bytes
    }

    /// What it is called in the clear: 32 hexadecimal digits that follow from the key, and tell nothing
    /// of it. A key that is not the one that was meant is noticed by them.
    #[must_use]
    pub fn id(&self) -> String {
        let derived = expand(&self.bytes, &[FOR_ITS_ID]);
        let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble & 15)]);
        derived[..ID_LEN].iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }

    /// The sealed form of bytes, bound to a context. Equal bytes in an equal context give equal bytes.
    ///
    /// # Panics
    /// Never: AES-256-GCM takes every message that memory holds.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the cipher refuses only messages of 64 GiB and more")]
    pub fn seal(&self, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let salt = self.salt(context, plaintext);
        let mut sealed = Vec::with_capacity(plaintext.len() + OVERHEAD);
        sealed.push(SEALED_VERSION);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(plaintext);
        let body = &mut sealed[1 + SALT_LEN..];
        let tag = self
            .cipher(&salt)
            .seal_in_place_separate_tag(nonce(), Aad::from(context), body)
            .expect("a message that is in memory is not too long");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// The bytes again.
    ///
    /// # Errors
    /// [`OpenError`] when they are not exactly what this key sealed in this context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (&version, rest) = sealed.split_first().ok_or(OpenError::Incomplete)?;
        if version != SEALED_VERSION {
            return Err(OpenError::Version(version));
        }
        let (salt, body) = rest.split_first_chunk::<SALT_LEN>().ok_or(OpenError::Incomplete)?;
        if body.len() < TAG_LEN {
            return Err(OpenError::Incomplete);
        }
        let mut opened = body.to_vec();
        let plain = self
            .cipher(salt)
            .open_in_place(nonce(), Aad::from(context), &mut opened)
            .map_err(|_| OpenError::Changed)?
            .len();
        opened.truncate(plain);
        Ok(opened)
    }

    fn salt(&self, context: &[u8], plaintext: &[u8]) -> [u8; SALT_LEN] {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.for_salts));
        mac.update(&(context.len() as u64).to_le_bytes());
        mac.update(context);
        mac.update(plaintext);
        let tag = mac.sign();
        let mut salt = [0; SALT_LEN];
        salt.copy_from_slice(&tag.as_ref()[..SALT_LEN]);
        salt
    }

    #[expect(clippy::expect_used, reason = "32 bytes are an AES-256 key")]
    fn cipher(&self, salt: &[u8; SALT_LEN]) -> LessSafeKey {
        let key = expand(&self.bytes, &[FOR_MESSAGES, salt]);
        let key = UnboundKey::new(&AES_256_GCM, &*key).expect("a key has 32 bytes");
        LessSafeKey::new(key)
    }
}

/// HKDF-Expand (RFC 5869) with SHA-256, one block.
fn expand(key: &[u8; KEY_LEN], info: &[&[u8]]) -> Zeroizing<[u8; KEY_LEN]> {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    info.iter().for_each(|part| mac.update(part));
    mac.update(&[1]);
    let mut derived = Zeroizing::new([0; KEY_LEN]);
    derived.copy_from_slice(mac.sign().as_ref());
    derived
}

/// Each message has a key of its own, so that its nonce may be any, once.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}
