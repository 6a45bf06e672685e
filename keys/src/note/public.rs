//! Named keys as other formats know them: raw signatures, SubjectPublicKeyInfo, PEM, and notes whose
//! signature was made elsewhere.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};
use signed_note::{Note, Signature};
use tlog_tiles::{checkpoint::Checkpoint as Body, tlog};

use super::{NoteError, SigningKey, VerifierKey};
use crate::merkle::Hash;

/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410): a sequence of the algorithm
/// 1.3.101.112 and a bit string.
const SPKI_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

impl SigningKey {
    /// Signs any bytes. Whoever calls it sees to it that what is signed can't be taken for
    /// something else.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(message).to_bytes()
    }
}

impl VerifierKey {
    /// A key by its 32 bytes.
    ///
    /// # Errors
    /// [`NoteError::Name`], [`NoteError::Key`]
    pub fn from_bytes(name: &str, key: &[u8; 32]) -> Result<Self, NoteError> {
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(NoteError::Name(name.to_owned()));
        }
        let problem = "it is no curve point";
        let key = VerifyingKey::from_bytes(key)
            .map_err(|_| NoteError::Key { kind: "verifier", problem })?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether it made a signature, checked strictly.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signed_note::Verifier::verify(self, message, signature)
    }

    /// As a SubjectPublicKeyInfo (RFC 5280) in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        [&SPKI_PREFIX[..], self.as_bytes()].concat()
    }

    /// As `openssl pkey -pubout` writes it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        format!("{BEGIN}\n{}\n{END}\n", BASE64_STANDARD.encode(self.to_der()))
    }

    /// By which a sigstore bundle names a public key that it does not hold: base64 of the SHA-256 over
    /// its DER.
    #[must_use]
    pub fn hint(&self) -> String {
        BASE64_STANDARD.encode(Sha256::digest(self.to_der()))
    }

    /// The note over a checkpoint's text, with this key's signature that was made elsewhere.
    ///
    /// # Errors
    /// [`NoteError::Malformed`], [`NoteError::Unverified`] where the signature is none of this key's.
    pub fn note(&self, text: &[u8], signature: &[u8]) -> Result<String, NoteError> {
        if !self.verifies(text, signature) {
            return Err(NoteError::Unverified(self.to_string()));
        }
        let note = Signature::new(self.name.clone(), self.id(), signature.to_vec())
            .and_then(|signature| Note::new(text, &[signature]))
            .map_err(|_| NoteError::Malformed("the text can't be a note"))?;
        String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed("it is not UTF-8"))
    }
}

/// The text of a checkpoint of a log, as it is signed.
///
/// # Errors
/// [`NoteError::Malformed`]
pub fn checkpoint_text(origin: &str, size: u64, root: &Hash) -> Result<Vec<u8>, NoteError> {
    let body = Body::new(origin, size, tlog::Hash(*root), "");
    Ok(body.map_err(|_| NoteError::Malformed("the origin is empty"))?.to_bytes())
}

/// The 32 bytes of an Ed25519 key in PEM.
///
/// # Errors
/// [`NoteError::Key`]
pub(crate) fn bytes_of_pem(pem: &str) -> Result<[u8; 32], NoteError> {
    let wrong = |problem| NoteError::Key { kind: "public", problem };
    let body = pem
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END))
        .ok_or_else(|| wrong("it is no PEM of a public key"))?;
    let body: String = body.split_whitespace().collect();
    let der = BASE64_STANDARD.decode(body).map_err(|_| wrong("its PEM is damaged"))?;
    let key = der.strip_prefix(&SPKI_PREFIX).ok_or_else(|| wrong("it is no Ed25519 key"))?;
    key.try_into().map_err(|_| wrong("its key is not of 32 bytes"))
}
