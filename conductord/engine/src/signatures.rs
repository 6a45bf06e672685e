//! What a signature proves: that somebody whose key counts in a tenant put it under these bytes, for
//! this purpose, at this time.

use conductor_domain::{Refusal, scope::Principal, time::Timestamp};
use conductor_keys::sshsig;
use conductor_protocol::error_code::Code;

use crate::signers::{Signature, Signers};

/// Something that was signed.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// What for, such as `approval@conductor`.
    pub namespace: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The signature as `ssh-keygen -Y sign` writes it.
    pub signature: &'a str,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Who.
    pub principal: Principal,
    /// The key's fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// Who enrolled it, or the CA that vouches for it.
    pub enrolled_by: Principal,
    /// Whether the key lives in a device that somebody touched for it.
    pub user_present: bool,
}

/// Who signed a message, or whether this principal did.
///
/// # Errors
/// `SIGNATURE_INVALID`
pub fn prove(
    signers: Signers<'_>,
    principal: Option<&Principal>,
    message: Message<'_>,
    at: Timestamp,
) -> Result<Proven, Refusal> {
    let Message { namespace, bytes, signature } = message;
    let refused = |problem: String| {
        let hint = "sign these very bytes with a key that is enrolled for you here";
        Refusal::new(Code::SignatureInvalid, problem, hint)
    };
    let verified = sshsig::verify(signature, namespace, bytes);
    let verified = verified.map_err(|error| refused(error.to_string()))?;
    let made = Signature { credential: verified.credential(), namespace, at };
    let found = match principal {
        Some(principal) => signers.find_as(principal, made),
        None => signers.find(made),
    };
    let signed = found.map_err(|error| refused(error.to_string()))?;
    Ok(Proven {
        principal: signed.principal,
        fingerprint: signed.key.to_string(),
        enrolled_by: signed.enrolled.by.clone(),
        user_present: verified.is_user_present(),
    })
}
