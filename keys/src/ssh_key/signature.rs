//! Whether a key made a signature, in the form that SSH gives each algorithm.

use ed25519_dalek::VerifyingKey;
use p256::ecdsa::signature::Verifier;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents,
};
use sha2::{Digest as _, Sha256};

use super::{
    KeyType, PublicKey,
    public::{Material, known_part},
};
use crate::wire::{Malformed, Reader};

pub(super) const RSA_SHA256: &str = "rsa-sha2-256";
pub(super) const RSA_SHA512: &str = "rsa-sha2-512";
/// Bits of the flags that a security key sets (`PROTOCOL.u2f`; WebAuthn calls them UP and UV).
const FLAG_PRESENT: u8 = 0x01;
const FLAG_VERIFIED: u8 = 0x04;

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Cut off or altered beyond reading.
    #[error("read the signature: it is damaged")]
    Damaged,
    /// An algorithm that is not taken, or not one of this key's type.
    #[error("use a signature by {algorithm:?} for a key of type {key}")]
    Algorithm {
        /// As the signature names it.
        algorithm: String,
        /// The type of the key.
        key: &'static str,
    },
    /// Another key, or another message.
    #[error("verify the signature: it does not fit the key and the message")]
    Unfit,
}

impl From<Malformed> for SignatureError {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

/// What a security key says of whoever held it. It is part of what it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Somebody touched it.
    pub present: bool,
    /// It knew them, by a PIN or a finger.
    pub verified: bool,
    /// How many signatures it has made, where it counts.
    pub counter: u32,
}

impl PublicKey {
    /// Checks a signature in its binary form; a security key's says whether it was touched.
    ///
    /// # Errors
    /// [`SignatureError`]
    pub fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Option<Touch>, SignatureError> {
        let mut reader = Reader::new(signature);
        let algorithm = reader.text()?;
        let raw = reader.string()?;
        if !self.is_made_by(algorithm) {
            let (algorithm, key) = (known_part(algorithm), self.key_type().name());
            return Err(SignatureError::Algorithm { algorithm, key });
        }
        if !self.key_type().is_security_key() {
            reader.finish()?;
            return self.fits(algorithm, message, raw).map(|()| None);
        }
        let (flags, counter) = (reader.u8()?, reader.u32()?);
        reader.finish()?;
        self.fits(algorithm, &self.device_message(message, flags, counter), raw)?;
        Ok(Some(Touch {
            present: flags & FLAG_PRESENT != 0,
            verified: flags & FLAG_VERIFIED != 0,
            counter,
        }))
    }

    fn is_made_by(&self, algorithm: &str) -> bool {
        match self.key_type() {
            // Its own name, `ssh-rsa`, means SHA-1.
            KeyType::Rsa => [RSA_SHA256, RSA_SHA512].contains(&algorithm),
            other => algorithm == other.name(),
        }
    }

    /// What the device signs: hashes, and its flags and counter between them.
    fn device_message(&self, message: &[u8], flags: u8, counter: u32) -> Vec<u8> {
        let application = Sha256::digest(self.application.as_bytes());
        let message = Sha256::digest(message);
        [&application[..], &[flags], &counter.to_be_bytes(), &message[..]].concat()
    }

    fn fits(&self, algorithm: &str, message: &[u8], raw: &[u8]) -> Result<(), SignatureError> {
        let fits = match &self.material {
            Material::Ed25519(key) => {
                let signature = raw.try_into().map_err(|_| SignatureError::Damaged)?;
                VerifyingKey::from_bytes(key)
                    .and_then(|key| key.verify_strict(message, &signature))
                    .is_ok()
            }
            Material::Point(point) => fits_point(self.key_type(), point, message, raw)?,
            Material::Rsa { e, n } => {
                let parameters = if algorithm == RSA_SHA256 {
                    &RSA_PKCS1_2048_8192_SHA256
                } else {
                    &RSA_PKCS1_2048_8192_SHA512
                };
                RsaPublicKeyComponents { n, e }.verify(parameters, message, raw).is_ok()
            }
        };
        if fits { Ok(()) } else { Err(SignatureError::Unfit) }
    }
}

/// Whether there is such a key at all: a point of its curve, in the form that OpenSSH writes.
pub(super) fn is_usable(key: &PublicKey) -> bool {
    match &key.material {
        Material::Ed25519(bytes) => VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak()),
        Material::Point(point) if point.first() != Some(&0x04) => false,
        Material::Point(point) => match key.key_type() {
            KeyType::EcdsaP384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok(),
            KeyType::EcdsaP521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok(),
            _ => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).is_ok(),
        },
        Material::Rsa { .. } => true,
    }
}

fn fits_point(
    key_type: KeyType,
    point: &[u8],
    message: &[u8],
    raw: &[u8],
) -> Result<bool, SignatureError> {
    let mut reader = Reader::new(raw);
    let (r, s) = (reader.positive()?, reader.positive()?);
    reader.finish()?;
    let side_by_side = |width: usize| -> Result<Vec<u8>, SignatureError> {
        let mut fixed = padded(r, width).ok_or(SignatureError::Damaged)?;
        fixed.extend(padded(s, width).ok_or(SignatureError::Damaged)?);
        Ok(fixed)
    };
    Ok(match key_type {
        KeyType::EcdsaP384 => {
            let signature = p384::ecdsa::Signature::from_slice(&side_by_side(48)?);
            holds(p384::ecdsa::VerifyingKey::from_sec1_bytes(point), signature, message)
        }
        KeyType::EcdsaP521 => {
            let signature = p521::ecdsa::Signature::from_slice(&side_by_side(66)?);
            holds(p521::ecdsa::VerifyingKey::from_sec1_bytes(point), signature, message)
        }
        _ => {
            let signature = p256::ecdsa::Signature::from_slice(&side_by_side(32)?);
            holds(p256::ecdsa::VerifyingKey::from_sec1_bytes(point), signature, message)
        }
    })
}

fn holds<Key: Verifier<Signature>, Signature, Error>(
    key: Result<Key, Error>,
    signature: Result<Signature, Error>,
    message: &[u8],
) -> bool {
    match (key, signature) {
        (Ok(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

/// A number with zeros before it, so that it has this many bytes.
pub(super) fn padded(number: &[u8], width: usize) -> Option<Vec<u8>> {
    let mut fixed = vec![0; width.checked_sub(number.len())?];
    fixed.extend_from_slice(number);
    Some(fixed)
}
