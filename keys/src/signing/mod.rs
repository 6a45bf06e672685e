//! The daemon's signing key, wherever it is: in a file, in a token behind PKCS#11, or with a program.
//!
//! All of them are Ed25519. What comes back is checked by the public key before anybody sees it, so
//! that a token with another key in it, or a broken program, is noticed here.

mod command;
mod pkcs11;
mod ring;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use signed_note::{Note, Signature};
use tlog_tiles::{checkpoint::Checkpoint as Body, tlog};

pub use command::{CommandKey, CommandOptions};
pub use pkcs11::{PinGiver, PinSource, Pkcs11Key, Pkcs11Options};
pub use ring::{HandoverError, Held, Ring};

use crate::{
    merkle::Hash,
    note::{NoteError, SigningKey, VerifierKey},
};

/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// Why something could not be signed now. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key can't be reached, or refuses.
    #[error("sign with {place}: {problem}")]
    Unavailable {
        /// Where the key is.
        place: String,
        /// What was said.
        problem: String,
    },
    /// Nothing is signed while a handover is under way, which is over in a moment.
    #[error("the log's key is just being replaced; it is tried again")]
    HandingOver,
    /// What came back is no signature by the key.
    #[error("sign with {place}: what it gave is no signature by the key {verifier}")]
    Wrong {
        /// Where the key is.
        place: String,
        /// Whose signature it should be.
        verifier: String,
    },
    /// What was to be signed can't stand in a note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// An Ed25519 key that signs. It may be slow, and it may be away for a while.
pub trait Sign: Send + Sync + std::fmt::Debug {
    /// The public half, by the name of the key.
    fn verifier(&self) -> VerifierKey;

    /// Where it is, in a few words without secrets, such as `the key file`.
    fn place(&self) -> String;

    /// Signs these bytes. Blocks, for a bounded time.
    ///
    /// # Errors
    /// [`SignError`]; asking again later is all right.
    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError>;
}

/// Signs, and checks what comes back.
///
/// # Errors
/// [`SignError`]
pub fn sign(key: &dyn Sign, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
    let signature = key.sign(message)?;
    let verifier = key.verifier();
    if verifier.verifies(message, &signature) {
        Ok(signature)
    } else {
        Err(SignError::Wrong { place: key.place(), verifier: verifier.to_string() })
    }
}

/// Signs a checkpoint of the log that bears the keys' name, by each of them.
///
/// # Errors
/// [`SignError`]
pub fn sign_checkpoint(keys: &[&dyn Sign], size: u64, root: &Hash) -> Result<String, SignError> {
    let name = keys.first().map(|key| key.verifier().name().to_owned()).unwrap_or_default();
    let body = Body::new(&name, size, tlog::Hash(*root), "")
        .map_err(|_| NoteError::Malformed("the origin is empty"))?
        .to_bytes();
    sign_note(keys, &body)
}

/// Signs a note by each of these keys.
///
/// # Errors
/// [`SignError`]
pub fn sign_note(keys: &[&dyn Sign], text: &[u8]) -> Result<String, SignError> {
    let unfit = |_| NoteError::Malformed("the text can't be a note");
    let mut signatures = Vec::with_capacity(keys.len());
    for key in keys {
        let (verifier, bytes) = (key.verifier(), sign(*key, text)?.to_vec());
        let name = verifier.name().to_owned();
        signatures.push(Signature::new(name, verifier.id(), bytes).map_err(unfit)?);
    }
    let note = Note::new(text, &signatures).map_err(unfit)?;
    let text = String::from_utf8(note.to_bytes());
    Ok(text.map_err(|_| NoteError::Malformed("it is not UTF-8"))?)
}

/// The 32 bytes of a public key, from their base64.
#[must_use]
pub fn parse_public_key(text: &str) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(text.trim()).ok()?.try_into().ok()
}

impl Sign for SigningKey {
    fn verifier(&self) -> VerifierKey {
        self.verifier()
    }

    fn place(&self) -> String {
        "the key file".to_owned()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
        Ok(self.sign_bytes(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Another(SigningKey, SigningKey);

    impl Sign for Another {
        fn verifier(&self) -> VerifierKey {
            self.0.verifier()
        }

        fn place(&self) -> String {
            "a token".to_owned()
        }

        fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
            Ok(self.1.sign_bytes(message))
        }
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("ldg", [seed; 32]).unwrap()
    }

    #[test]
    fn every_key_signs_the_same_checkpoint() {
        let note = sign_checkpoint(&[&Another(key(1), key(1))], 5, &[3; 32]).unwrap();
        assert_eq!(note, key(1).sign_checkpoint(5, &[3; 32]).unwrap());
    }

    #[test]
    fn a_signature_by_another_key_is_noticed() {
        let refused = sign_checkpoint(&[&Another(key(1), key(2))], 5, &[3; 32]).unwrap_err();
        assert!(refused.to_string().contains("a token: what it gave is no signature"), "{refused}");
    }
}
