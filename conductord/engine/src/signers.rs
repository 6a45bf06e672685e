//! Who signed: the key of a signature looked up among those that are enrolled.
//!
//! What is enrolled in the home tenant counts in every tenant, and what is enrolled in another one
//! in that one alone; there it never speaks for an administrator of all tenants. The time that a
//! signature is judged by always comes from outside.

use std::sync::Arc;

use conductor_domain::{
    org::{
        identity::{ADMIN, Grants},
        key::{Enrolled, Key, Keys, NAMESPACES},
    },
    scope::{HOME_TENANT, Principal},
    time::Timestamp,
};
use conductor_keys::{
    allowed_signers::{self, AllowedSigners, NotAllowed, Revoked, SignerLine, TimeZone},
    ssh_key::{Credential, Fingerprint, KeyError, PublicKey},
};

/// Why nobody is behind a signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The key does not sign, or not for this, or not at this time.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// A certificate is for several, and nobody said who is meant.
    #[error("accept the certificate of {key}: it is for several principals: {}", .principals.join(", "))]
    Several {
        /// The key in it.
        key: Fingerprint,
        /// Whom it is for.
        principals: Vec<String>,
    },
    /// The key in a certificate is enrolled by itself, and another's.
    #[error("accept the certificate of {key} for `{principal}`: the key is somebody else's")]
    Another {
        /// The key in it.
        key: Fingerprint,
        /// Whom the certificate is for.
        principal: Principal,
    },
    /// It is enrolled in a tenant, and speaks for an administrator of all of them.
    #[error("accept the key {key} for `{principal}`: their keys are enrolled in the home tenant")]
    Administrator {
        /// Which key.
        key: Fingerprint,
        /// Whom it would speak for.
        principal: Principal,
    },
}

/// Who signed, and why that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub principal: Principal,
    /// With which key.
    pub key: Fingerprint,
    /// Which enrolled key vouches for it: this very one, or the CA of its certificate. It says when
    /// and by whom that was enrolled.
    pub enrolled: Arc<Key>,
}

/// What is asked of the keys.
#[derive(Debug, Clone, Copy)]
pub struct Signature<'a> {
    /// The key that signed, and its certificate if it came with one.
    pub credential: &'a Credential,
    /// What it signed for.
    pub namespace: &'a str,
    /// The time that it is judged by.
    pub at: Timestamp,
}

/// The keys that count in a tenant.
#[derive(Debug, Clone, Copy)]
pub struct Signers<'k> {
    keys: &'k Keys,
    grants: &'k Grants,
    tenant: &'k str,
}

impl<'k> Signers<'k> {
    /// Those that count in a tenant.
    #[must_use]
    pub const fn of(keys: &'k Keys, grants: &'k Grants, tenant: &'k str) -> Self {
        Self { keys, grants, tenant }
    }

    /// Who made a signature.
    ///
    /// # Errors
    /// [`SignerError`]
    pub fn find(&self, signature: Signature<'_>) -> Result<Signed, SignerError> {
        self.ask(signature, None)
    }

    /// Whether this principal made a signature.
    ///
    /// # Errors
    /// [`SignerError`]
    pub fn find_as(
        &self,
        principal: &Principal,
        signature: Signature<'_>,
    ) -> Result<Signed, SignerError> {
        self.ask(signature, Some(principal))
    }

    fn ask(
        &self,
        signature: Signature<'_>,
        wanted: Option<&Principal>,
    ) -> Result<Signed, SignerError> {
        let Signature { credential, namespace, at } = signature;
        let key = credential.key().fingerprint();
        let authority = match credential {
            Credential::Key(_) => None,
            Credential::Certificate(certificate) => Some(certificate.authority().fingerprint()),
        };
        let revoked: Revoked = self.revoked([Some(key), authority]);
        let at = moment(at);
        let mut closest = NotAllowed::Unknown(key);
        if let Err(refusal @ NotAllowed::Revoked(_)) =
            AllowedSigners::default().with_revoked(revoked).find(credential, namespace, at)
        {
            return Err(refusal.into());
        }
        for enrolled in self.counting(authority.unwrap_or(key)) {
            let Ok(signers) = signers(&enrolled) else { continue };
            let found = match wanted {
                Some(principal) => signers.find_as(principal.as_str(), credential, namespace, at),
                None => signers.find(credential, namespace, at),
            };
            match found {
                Ok(found) => return self.signed((key, authority), found.principals, enrolled),
                Err(refusal) => closest = closest.max(refusal),
            }
        }
        Err(closest.into())
    }

    /// What speaks for a principal, once a line lets it.
    fn signed(
        &self,
        (key, authority): (Fingerprint, Option<Fingerprint>),
        principals: Vec<String>,
        enrolled: Arc<Key>,
    ) -> Result<Signed, SignerError> {
        let principal = match <[String; 1]>::try_from(principals) {
            Ok([name]) => Principal::new(name),
            Err(principals) => return Err(SignerError::Several { key, principals }),
        };
        // A person's own key under a certificate that says somebody else would count as two people.
        let own = authority.map(|_| self.counting(key)).unwrap_or_default();
        if own.iter().any(|own| !own.terms.cert_authority && own.terms.principal != principal) {
            return Err(SignerError::Another { key, principal });
        }
        if enrolled.tenant != HOME_TENANT && self.grants.holds(HOME_TENANT, &principal, ADMIN) {
            return Err(SignerError::Administrator { key, principal });
        }
        Ok(Signed { principal, key, enrolled })
    }

    fn counting(&self, key: Fingerprint) -> Vec<Arc<Key>> {
        self.keys.counting(self.tenant, &key.to_string()).cloned().collect()
    }

    fn revoked(&self, keys: [Option<Fingerprint>; 2]) -> Revoked {
        let is_revoked = |key: &Fingerprint| {
            self.counting(*key).iter().any(|enrolled| enrolled.revoked.is_some())
        };
        keys.into_iter().flatten().filter(is_revoked).collect()
    }
}

/// The terms that a line of allowed signers gives a key.
#[must_use]
pub fn terms(line: &SignerLine) -> Enrolled {
    let mut namespaces = line.namespaces.clone().unwrap_or(NAMESPACES.map(Into::into).to_vec());
    namespaces.sort();
    namespaces.dedup();
    let at = |seconds: u64| Timestamp::from_unix_ms(seconds.saturating_mul(1_000));
    Enrolled {
        principal: Principal::new(line.principals.join(",")),
        fingerprint: line.key.fingerprint().to_string(),
        key: line.key.to_openssh(),
        comment: line.comment.clone(),
        namespaces,
        valid_after: line.valid_after.map(at),
        valid_before: line.valid_before.map(at),
        cert_authority: line.is_authority,
        decision: String::new(),
    }
}

/// The line of allowed signers that says the same as an enrolled key's terms.
///
/// # Errors
/// [`KeyError`] when the ledger holds a key that is not taken any more.
pub fn line(terms: &Enrolled) -> Result<SignerLine, KeyError> {
    let second = |at: Timestamp| at.unix_ms / 1_000;
    Ok(SignerLine {
        principals: terms.principal.as_str().split(',').map(str::to_owned).collect(),
        is_authority: terms.cert_authority,
        namespaces: Some(terms.namespaces.clone()),
        valid_after: terms.valid_after.map(second),
        valid_before: terms.valid_before.map(second),
        key: PublicKey::from_openssh(&terms.key)?,
        comment: terms.comment.clone(),
    })
}

/// A file of this one line. What can't be read signs nothing.
fn signers(key: &Key) -> Result<AllowedSigners, KeyError> {
    let line = line(&key.terms)?.to_string();
    AllowedSigners::parse(&line, &TimeZone::UTC).map_err(|_| KeyError::Damaged)
}

/// The time as the formats of signatures have it; what lies beyond the calendar is its end.
fn moment(at: Timestamp) -> allowed_signers::Timestamp {
    i64::try_from(at.unix_ms)
        .ok()
        .and_then(|ms| allowed_signers::Timestamp::from_millisecond(ms).ok())
        .unwrap_or(allowed_signers::Timestamp::MAX)
}

#[cfg(test)]
mod tests;
