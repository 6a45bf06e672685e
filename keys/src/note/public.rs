//! Named keys as other formats know them: SubjectPublicKeyInfo and PEM.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

use super::{NoteError, VerifierKey};

/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410): a sequence of the algorithm
/// 1.3.101.112 and a bit string.
const SPKI_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

impl VerifierKey {
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
