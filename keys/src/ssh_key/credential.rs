//! What stands in a signature for whoever made it.

use super::{Certificate, KeyError, PublicKey, public};

/// Who a signature is said to be by: a key alone, or a key with a certificate that a CA gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A key alone.
    Key(PublicKey),
    /// A key in a certificate.
    Certificate(Box<Certificate>),
}

impl Credential {
    /// Reads either from its binary form, as a signature or an agent carries it.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_wire(wire: &[u8]) -> Result<Self, KeyError> {
        if Certificate::is_named_in(wire) {
            Certificate::from_wire(wire).map(|certificate| Self::Certificate(Box::new(certificate)))
        } else {
            PublicKey::from_wire(wire).map(Self::Key)
        }
    }

    /// Reads either from a line of a `.pub` file: type, base64, and possibly a comment.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let (name, wire) = public::split_line(line)?;
        let credential = Self::from_wire(&wire)?;
        if credential.name() == name { Ok(credential) } else { Err(KeyError::Damaged) }
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        match self {
            Self::Key(key) => key,
            Self::Certificate(certificate) => certificate.key(),
        }
    }

    /// The binary form.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        match self {
            Self::Key(key) => key.wire(),
            Self::Certificate(certificate) => certificate.wire(),
        }
    }

    /// The type's name: `ssh-ed25519`, `ssh-ed25519-cert-v01@openssh.com`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Key(key) => key.key_type().name(),
            Self::Certificate(certificate) => certificate.key().key_type().certificate_name(),
        }
    }
}
