//! The key that receipts are checked by.

use crate::{
    bundle::Bundle,
    dsse,
    note::{Checkpoint, NoteError, VerifierKey, bytes_of_pem},
};

/// A public key that somebody trusts: with its name, or by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    key: VerifierKey,
    named: bool,
}

/// The name that a key has here which came without one.
const UNNAMED: &str = "unnamed";

impl Trusted {
    /// Reads C2SP's text of a verifier key, `name+hash+key`, or PEM as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`NoteError`]
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            let key = VerifierKey::from_bytes(UNNAMED, &bytes_of_pem(text)?)?;
            return Ok(Self { key, named: false });
        }
        Ok(Self { key: VerifierKey::parse(text)?, named: true })
    }

    /// By which a bundle names it.
    #[must_use]
    pub fn hint(&self) -> String {
        self.key.hint()
    }

    pub(crate) fn signed(&self, bundle: &Bundle) -> bool {
        self.key.verifies(&dsse::pae(&bundle.payload_type, &bundle.payload), &bundle.signature)
    }

    /// What a checkpoint by this key states. A key without a name has the one that stands there: the
    /// name is a part of what is signed.
    pub(super) fn checkpoint(&self, note: &str) -> Result<Checkpoint, NoteError> {
        if self.named {
            return self.key.verify_checkpoint(note);
        }
        let origin = note.lines().next().unwrap_or_default();
        VerifierKey::from_bytes(origin, self.key.as_bytes())?.verify_checkpoint(note)
    }
}

impl From<VerifierKey> for Trusted {
    fn from(key: VerifierKey) -> Self {
        Self { key, named: true }
    }
}
