//! Checking signatures.

use super::{
    MESSAGE_BYTES_MAX, NAMESPACE_BYTES_MAX, SIGNATURE_BYTES_MAX, armor,
    envelope::{self, Envelope},
};
use crate::ssh_key::{Credential, Fingerprint, KeyError, KeyType, SignatureError, Touch};

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SshsigError {
    /// Not the text of a signature.
    #[error(
        "read the signature: it is not base64 between `BEGIN SSH SIGNATURE` and `END SSH SIGNATURE`"
    )]
    Armor,
    /// Longer than any signature.
    #[error("read the signature: it has more than {SIGNATURE_BYTES_MAX} bytes")]
    SignatureLength,
    /// Too long to be signed or checked.
    #[error("check the message: it has more than {MESSAGE_BYTES_MAX} bytes")]
    MessageLength,
    /// Cut off, or of another version of the format.
    #[error("read the signature: it is damaged, or of a version that is not known")]
    Damaged,
    /// A signature for something else.
    #[error("use the signature: it is for the namespace {found:?}, and due is {due:?}")]
    Namespace {
        /// What it is for.
        found: String,
        /// What it should be for.
        due: String,
    },
    /// A hash that is not taken.
    #[error("use the signature: it is over a hash by {0:?}; take sha512 or sha256")]
    Hash(String),
    /// A key that is not taken.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key did not sign this, or not in a way that is taken.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// That a key signed a message for a namespace. Only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    credential: Credential,
    namespace: String,
    touch: Option<Touch>,
}

impl Verified {
    /// The key that signed, and its certificate if it came with one.
    #[must_use]
    pub const fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What the signature is for.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The hash by which people name the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.credential.key().fingerprint()
    }

    /// The type of the key.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.credential.key().key_type()
    }

    /// Whether the key lives in a device, whatever that says of who held it.
    #[must_use]
    pub fn is_security_key(&self) -> bool {
        self.key_type().is_security_key()
    }

    /// Whether a device signed this and somebody touched it for it. A second proof is this, and
    /// not [`Self::is_security_key`]: a device can be told to sign unasked.
    #[must_use]
    pub fn is_user_present(&self) -> bool {
        self.touch.is_some_and(|touch| touch.present)
    }

    /// Whether a device signed this and knew who touched it, by a PIN or a finger.
    #[must_use]
    pub fn is_user_verified(&self) -> bool {
        self.touch.is_some_and(|touch| touch.verified)
    }
}

/// Checks a signature over a message, for the one namespace that is due.
///
/// # Errors
/// [`SshsigError`]
pub fn verify(signature: &str, namespace: &str, message: &[u8]) -> Result<Verified, SshsigError> {
    if message.len() > MESSAGE_BYTES_MAX {
        return Err(SshsigError::MessageLength);
    }
    let bytes = armor::decode(signature)?;
    let envelope = Envelope::read(&bytes)?;
    if envelope.namespace != namespace {
        let found = envelope.namespace.chars().take(NAMESPACE_BYTES_MAX).collect();
        return Err(SshsigError::Namespace { found, due: namespace.to_owned() });
    }
    let credential = Credential::from_wire(envelope.credential)?;
    let signed = envelope::to_sign(namespace, envelope.hash, message);
    let touch = credential.key().verify(&signed, envelope.signature)?;
    Ok(Verified { credential, namespace: namespace.to_owned(), touch })
}
