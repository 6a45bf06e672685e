//! Secret keys in files, as `ssh-keygen` writes them (`PROTOCOL.key`), with a passphrase or without.
//!
//! What the file held is wiped from memory when it has been read, and so is the key itself, but for
//! RSA, whose numbers stay in `ring` until the memory is used again.

mod container;
mod rsa;

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use ed25519_dalek::Signer as _;
use p256::ecdsa::signature::{SignatureEncoding as _, Signer as _};
use zeroize::Zeroizing;

use super::{Certificate, Credential, KeyError, KeyType, PublicKey, signature};
use crate::{
    sshsig::{SignError, Signs},
    wire::{Malformed, Reader, put_positive, put_string},
};

/// Bytes of a key file. RSA of 4096 bits has about 3,400.
const FILE_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the longest block that a cipher has; 1, 2, 3, … fill the last one up.
const BLOCK_BYTES_MAX: usize = 16;
const MODE_OTHERS: u32 = 0o077;

/// Why a secret key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    /// The disk refused.
    #[error("read the key file {path}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others can read or change it.
    #[error("use the key file {path}: its mode is {mode:04o}, so that others can get at it")]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a file that `ssh-keygen` writes today.
    #[error(
        "read the secret key: it is not in OpenSSH's format; `ssh-keygen -p -f FILE` rewrites it"
    )]
    Format,
    /// Cut off or altered.
    #[error("read the secret key: it is damaged")]
    Damaged,
    /// Not a key that we take.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is encrypted, and no passphrase came with it.
    #[error("read the secret key: it needs its passphrase")]
    Locked,
    /// The passphrase is wrong.
    #[error("read the secret key: the passphrase is wrong")]
    Passphrase,
    /// Encrypted in a way that is not taken.
    #[error(
        "read the secret key: it is encrypted by {0:?}; `ssh-keygen -p -Z aes256-ctr -f FILE` changes that"
    )]
    Cipher(String),
    /// The file is only a handle: the key is in a device.
    #[error("sign with the key file: its key is in a security key; add it to ssh-agent")]
    Device,
    /// The certificate is over another key.
    #[error("use the certificate: it is not over this key")]
    Certificate,
    /// The numbers of the key make no key.
    #[error("sign with the key: its numbers don't belong together, or it is RSA of over 4096 bits")]
    Unfit,
}

impl From<Malformed> for SecretKeyError {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

/// What unlocks a key file. It is wiped when dropped, and never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the text over, so that no copy of it is left.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A secret key that signs, for a key alone or under a certificate.
pub struct SecretKey {
    credential: Credential,
    secret: Secret,
}

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Scalar(Zeroizing<Vec<u8>>),
    Rsa(Box<::ring::rsa::KeyPair>),
}

impl fmt::Debug for SecretKey {
    /// Never shows the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("key", self.credential.key()).finish_non_exhaustive()
    }
}

impl SecretKey {
    /// An Ed25519 key from 32 bytes of chance, which are the caller's to find and to keep secret.
    ///
    /// # Errors
    /// None in fact: every 32 bytes are a key.
    pub fn ed25519(chance: &[u8; 32]) -> Result<Self, SecretKeyError> {
        let key = ed25519_dalek::SigningKey::from_bytes(chance);
        let mut wire = Vec::new();
        put_string(&mut wire, KeyType::Ed25519.name().as_bytes());
        put_string(&mut wire, key.verifying_key().as_bytes());
        let public = PublicKey::from_wire(&wire).map_err(|_| SecretKeyError::Damaged)?;
        Ok(Self { credential: Credential::Key(public), secret: Secret::Ed25519(Box::new(key)) })
    }

    /// Reads a key file that only its owner can read.
    ///
    /// # Errors
    /// [`SecretKeyError`]; [`SecretKeyError::Locked`] asks for a passphrase.
    pub fn load(path: &Path, passphrase: Option<&Passphrase>) -> Result<Self, SecretKeyError> {
        let failed = |source| SecretKeyError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & MODE_OTHERS != 0 {
            return Err(SecretKeyError::Exposed { path: path.to_owned(), mode });
        }
        // In one piece, so that growing leaves no copies behind.
        let mut text = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX));
        let mut bounded = file.take(FILE_BYTES_MAX as u64);
        bounded.read_to_string(&mut text).map_err(failed)?;
        Self::parse(&text, passphrase)
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`SecretKeyError`]; [`SecretKeyError::Locked`] asks for a passphrase.
    pub fn parse(text: &str, passphrase: Option<&Passphrase>) -> Result<Self, SecretKeyError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(SecretKeyError::Format);
        }
        let passphrase = passphrase.map(|passphrase| passphrase.0.as_bytes());
        let (public, secret) = container::open(text, passphrase)?;
        let mut reader = Reader::new(&secret);
        let name = reader.text()?;
        if name != public.key_type().name() {
            return Err(SecretKeyError::Damaged);
        }
        let secret = read_secret(&public, &mut reader)?;
        let _comment = reader.string()?;
        let padding = reader.rest();
        let is_due = padding.iter().zip(1..).all(|(byte, due)| usize::from(*byte) == due);
        if padding.len() >= BLOCK_BYTES_MAX || !is_due {
            return Err(SecretKeyError::Damaged);
        }
        Ok(Self { credential: Credential::Key(public), secret })
    }

    /// Signs under a certificate from now on.
    ///
    /// # Errors
    /// [`SecretKeyError::Certificate`] when it is over another key.
    pub fn with_certificate(self, certificate: Certificate) -> Result<Self, SecretKeyError> {
        if certificate.key() != self.credential.key() {
            return Err(SecretKeyError::Certificate);
        }
        Ok(Self { credential: Credential::Certificate(Box::new(certificate)), ..self })
    }

    /// The public half, and its certificate if there is one.
    #[must_use]
    pub const fn credential(&self) -> &Credential {
        &self.credential
    }

    /// A signature in its binary form.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SecretKeyError> {
        let key_type = self.credential.key().key_type();
        let (algorithm, raw) = match &self.secret {
            Secret::Ed25519(key) => (key_type.name(), key.sign(message).to_bytes().to_vec()),
            Secret::Scalar(scalar) => (key_type.name(), sign_by_scalar(key_type, scalar, message)?),
            Secret::Rsa(key) => (signature::RSA_SHA512, rsa::sign(key, message)?),
        };
        let mut blob = Vec::new();
        put_string(&mut blob, algorithm.as_bytes());
        put_string(&mut blob, &raw);
        Ok(blob)
    }
}

impl Signs for SecretKey {
    fn credential(&self) -> &Credential {
        &self.credential
    }

    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(Self::sign(self, message)?)
    }
}

/// The numbers after the type. The public ones are there once more, and must be the same.
fn read_secret(public: &PublicKey, reader: &mut Reader<'_>) -> Result<Secret, SecretKeyError> {
    let key_type = public.key_type();
    if key_type.is_security_key() {
        return Err(SecretKeyError::Device);
    }
    if key_type == KeyType::Rsa {
        return rsa::read(public, reader).map(|key| Secret::Rsa(Box::new(key)));
    }
    if PublicKey::read_fields(key_type, reader)? != *public {
        return Err(SecretKeyError::Damaged);
    }
    let width = match key_type {
        KeyType::EcdsaP384 => 48,
        KeyType::EcdsaP521 => 66,
        KeyType::EcdsaP256 => 32,
        _ => {
            let pair = reader.string()?.try_into().map_err(|_| SecretKeyError::Damaged)?;
            let key = ed25519_dalek::SigningKey::from_keypair_bytes(pair);
            let key = key.map_err(|_| SecretKeyError::Damaged)?;
            return Ok(Secret::Ed25519(Box::new(key)));
        }
    };
    // One scalar in 256 is shorter than the curve's width, and of P-521's every other one.
    let scalar = signature::padded(reader.positive()?, width).ok_or(SecretKeyError::Damaged)?;
    Ok(Secret::Scalar(Zeroizing::new(scalar)))
}

/// Two numbers, as SSH writes a signature over a curve of NIST.
fn sign_by_scalar(
    key_type: KeyType,
    scalar: &[u8],
    message: &[u8],
) -> Result<Vec<u8>, SecretKeyError> {
    let side_by_side = match key_type {
        KeyType::EcdsaP384 => p384::ecdsa::SigningKey::from_slice(scalar).map(|key| {
            let signature: p384::ecdsa::Signature = key.sign(message);
            signature.to_vec()
        }),
        KeyType::EcdsaP521 => p521::ecdsa::SigningKey::from_slice(scalar).map(|key| {
            let signature: p521::ecdsa::Signature = key.sign(message);
            signature.to_vec()
        }),
        _ => p256::ecdsa::SigningKey::from_slice(scalar).map(|key| {
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_vec()
        }),
    };
    let side_by_side = side_by_side.map_err(|_| SecretKeyError::Unfit)?;
    let (r, s) = side_by_side.split_at(side_by_side.len() / 2);
    let mut raw = Vec::new();
    put_positive(&mut raw, r);
    put_positive(&mut raw, s);
    Ok(raw)
}
