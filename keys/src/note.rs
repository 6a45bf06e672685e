//! Signed checkpoints: C2SP signed notes with an Ed25519 key over a C2SP checkpoint.
//!
//! Formats: <https://c2sp.org/signed-note>, <https://c2sp.org/tlog-checkpoint>. The `signed_note`
//! and `tlog_tiles` crates write and parse the texts; the signatures are ours, checked strictly
//! (no small-order keys, no second encoding of a signature).

mod public;

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signer as _, VerifyingKey};
use signed_note::{Note, Signature, VerifierList};
use tlog_tiles::{checkpoint::Checkpoint as Body, tlog};

pub(crate) use public::bytes_of_pem;

use crate::merkle::Hash;

/// C2SP's number for Ed25519.
const ALGORITHM_ED25519: u8 = 0x01;
const SIGNER_PREFIX: &str = "PRIVATE+KEY+";

/// What is wrong with a key or a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A key name that the format can't carry.
    #[error("name a key `{0}`: a name has at least one character, no spaces and no plus signs")]
    Name(String),
    /// A key's text that is not one.
    #[error("read a {kind} key: {problem}")]
    Key {
        /// `signer` or `verifier`.
        kind: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// A note that is not one.
    #[error("read a signed checkpoint: {0}")]
    Malformed(&'static str),
    /// The signature is missing or does not hold.
    #[error("verify a checkpoint: no valid signature by {0} on it")]
    Unverified(String),
}

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// A named key that signs.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl fmt::Debug for SigningKey {
    /// Never shows the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A key made from 32 random bytes that the caller brings.
    ///
    /// # Errors
    /// [`NoteError::Name`]
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, NoteError> {
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(NoteError::Name(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(&seed) })
    }

    /// Reads the text form, `PRIVATE+KEY+name+hash+key`.
    ///
    /// # Errors
    /// [`NoteError::Key`]
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = |problem| NoteError::Key { kind: "signer", problem };
        let rest = text
            .trim_end_matches('\n')
            .strip_prefix(SIGNER_PREFIX)
            .ok_or_else(|| wrong("it does not start with `PRIVATE+KEY+`"))?;
        let (name, id, seed) = split_ed25519(rest).map_err(wrong)?;
        let signer = Self::from_seed(name, seed)?;
        if signer.verifier().id() == id {
            Ok(signer)
        } else {
            Err(wrong("its hash is not that of the key"))
        }
    }

    /// The text form that [`Self::parse`] reads. It is the secret.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let mut key = vec![ALGORITHM_ED25519];
        key.extend_from_slice(self.key.as_bytes());
        let id = self.verifier().id();
        format!("{SIGNER_PREFIX}{}+{id:08x}+{}", self.name, BASE64_STANDARD.encode(key))
    }

    /// Name of the key, which is the origin of the logs it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The Ed25519 signature over these bytes.
    #[must_use]
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// Signs a checkpoint of the log that bears this key's name.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when the name can't stand in a note.
    pub fn sign_checkpoint(&self, size: u64, root: &Hash) -> Result<String, NoteError> {
        let body = Body::new(&self.name, size, tlog::Hash(*root), "")
            .map_err(|_| NoteError::Malformed("the origin is empty"))?
            .to_bytes();
        let signature = self.key.sign(&body).to_bytes().to_vec();
        let note = Signature::new(self.name.clone(), self.verifier().id(), signature)
            .and_then(|signature| Note::new(&body, &[signature]))
            .map_err(|_| NoteError::Malformed("the text can't be a note"))?;
        String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed("it is not UTF-8"))
    }
}

/// A named public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads the text form, `name+hash+key`.
    ///
    /// # Errors
    /// [`NoteError::Key`]
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = |problem| NoteError::Key { kind: "verifier", problem };
        let (name, id, bytes) = split_ed25519(text.trim_end_matches('\n')).map_err(wrong)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| wrong("it is no curve point"))?;
        let verifier = Self { name: name.to_owned(), key };
        if verifier.id() == id {
            Ok(verifier)
        } else {
            Err(wrong("its hash is not that of the key"))
        }
    }

    /// A named key from its 32 bytes.
    ///
    /// # Errors
    /// [`NoteError::Name`], [`NoteError::Key`]
    pub fn from_bytes(name: &str, bytes: &[u8; 32]) -> Result<Self, NoteError> {
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(NoteError::Name(name.to_owned()));
        }
        let wrong = NoteError::Key { kind: "verifier", problem: "it is no curve point" };
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| wrong)?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether it made this signature over these bytes.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }

    /// Name of the key, which is the origin of the logs it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Verifies a signed checkpoint and gives what it states. Its origin is the key's name.
    ///
    /// # Errors
    /// [`NoteError::Malformed`], [`NoteError::Unverified`]
    pub fn verify_checkpoint(&self, note: &str) -> Result<Checkpoint, NoteError> {
        let note = Note::from_bytes(note.as_bytes())
            .map_err(|_| NoteError::Malformed("it is not a signed note"))?;
        note.verify(&VerifierList::new(vec![Box::new(self.clone())]))
            .map_err(|_| NoteError::Unverified(self.to_string()))?;
        let body = Body::from_bytes(note.text())
            .map_err(|_| NoteError::Malformed("its text is not a checkpoint"))?;
        if body.origin() != self.name {
            return Err(NoteError::Malformed("its origin is not the name of the key"));
        }
        Ok(Checkpoint { origin: body.origin().to_owned(), size: body.size(), root: body.hash().0 })
    }

    pub(crate) fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.encoded())
    }

    fn encoded(&self) -> Vec<u8> {
        let mut encoded = vec![ALGORITHM_ED25519];
        encoded.extend_from_slice(self.key.as_bytes());
        encoded
    }
}

impl fmt::Display for VerifierKey {
    /// The text form: `name+hash+key`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(self.encoded()))
    }
}

impl signed_note::Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(message, signature)
    }
}

/// Name, key id, and algorithm with the 32 bytes of an Ed25519 key.
type Parts<'a> = (&'a str, u32, (u8, [u8; 32]));

/// The same of a key that signs notes as itself.
fn split_ed25519(text: &str) -> Result<(&str, u32, [u8; 32]), &'static str> {
    match split_key(text)? {
        (name, id, (ALGORITHM_ED25519, key)) => Ok((name, id, key)),
        _ => Err("its algorithm is not Ed25519"),
    }
}

/// Splits `name+hash+key` into its parts.
pub(crate) fn split_key(text: &str) -> Result<Parts<'_>, &'static str> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("it is not of the form `name+hash+key`");
    };
    if !signed_note::is_key_name_valid(name) {
        return Err("its name is not valid");
    }
    let id_digits = id.len() == 8 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    let id = u32::from_str_radix(id, 16).ok().filter(|_| id_digits);
    let id = id.ok_or("its hash is not 8 hexadecimal digits")?;
    let key = BASE64_STANDARD.decode(key).map_err(|_| "its key is not base64")?;
    match key.split_first() {
        Some((algorithm, key)) => key
            .try_into()
            .map(|key| (name, id, (*algorithm, key)))
            .map_err(|_| "its key is not of 32 bytes"),
        None => Err("its algorithm is not Ed25519"),
    }
}
