//! Making signatures, with whatever holds the key.

use super::{
    MESSAGE_BYTES_MAX, NAMESPACE_BYTES_MAX, armor,
    envelope::{self, Envelope, Hash},
};
use crate::{
    agent::AgentError,
    ssh_key::{Credential, SecretKeyError, SignatureError},
};

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A namespace that no signature can be for.
    #[error("sign for the namespace {0:?}: it needs one to {NAMESPACE_BYTES_MAX} bytes")]
    Namespace(String),
    /// Too long to be signed.
    #[error("sign the message: it has more than {MESSAGE_BYTES_MAX} bytes")]
    MessageLength,
    /// The agent did not sign.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The key file did not.
    #[error(transparent)]
    Key(#[from] SecretKeyError),
    /// What was made is no signature by this key.
    #[error("sign: what came back is no signature by this key")]
    Unfit(#[source] SignatureError),
}

/// Something that signs with one key: a key file, or an agent that holds it.
pub trait Signs {
    /// The public half, and its certificate if it signs under one.
    fn credential(&self) -> &Credential;

    /// A signature over bytes, in the binary form of SSH; RSA with SHA-512.
    ///
    /// # Errors
    /// [`SignError`]
    fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Signs a message for a namespace, and checks what came of it before anybody else has to.
///
/// # Errors
/// [`SignError`]
pub fn sign(signer: &mut dyn Signs, namespace: &str, message: &[u8]) -> Result<String, SignError> {
    if namespace.is_empty() || namespace.len() > NAMESPACE_BYTES_MAX {
        let shown = namespace.chars().take(NAMESPACE_BYTES_MAX).collect();
        return Err(SignError::Namespace(shown));
    }
    if message.len() > MESSAGE_BYTES_MAX {
        return Err(SignError::MessageLength);
    }
    let hash = Hash::Sha512;
    let bytes = envelope::to_sign(namespace, hash, message);
    let signature = signer.sign(&bytes)?;
    let credential = signer.credential();
    credential.key().verify(&bytes, &signature).map_err(SignError::Unfit)?;
    let credential = credential.wire();
    Ok(armor::encode(&Envelope { credential, namespace, hash, signature: &signature }.write()))
}
