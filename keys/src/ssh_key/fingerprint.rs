//! A key's fingerprint, as `ssh-keygen -l` prints it.

use std::{fmt, str::FromStr};

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "SHA256:";

/// SHA-256 over a public key; prints as `SHA256:` and unpadded base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "read a fingerprint: it is not `SHA256:` and 43 characters of base64, as `ssh-keygen -l` prints it"
)]
pub struct FingerprintError;

impl Fingerprint {
    pub(super) fn of(wire: &[u8]) -> Self {
        Self(Sha256::digest(wire).into())
    }

    /// The hash itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", BASE64_STANDARD_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let hash = text.strip_prefix(PREFIX).ok_or(FingerprintError)?;
        let hash = BASE64_STANDARD_NO_PAD.decode(hash).map_err(|_| FingerprintError)?;
        hash.try_into().map(Self).map_err(|_| FingerprintError)
    }
}
