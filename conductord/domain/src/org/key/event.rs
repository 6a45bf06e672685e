//! Facts about keys. The tenant is the envelope's.

use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

/// A key was enrolled, or is enrolled on other terms from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enrolled {
    /// Whose it is. Of a CA, possibly a pattern: those whom it may vouch for.
    pub principal: Principal,
    /// As `ssh-keygen -l` prints it: `SHA256:…`.
    pub fingerprint: String,
    /// Type and base64, as a `.pub` file has them.
    pub key: String,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// What it may sign, sorted: of [`NAMESPACES`](super::NAMESPACES).
    pub namespaces: Vec<String>,
    /// The first second in which it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_after: Option<Timestamp>,
    /// The last second in which it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_before: Option<Timestamp>,
    /// It is a CA: not it signs, but the keys that it gave certificates.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cert_authority: bool,
    /// The decision that allowed it.
    pub decision: String,
}

/// A key was taken back, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Which.
    pub fingerprint: String,
    /// Whose it was.
    pub principal: Principal,
    /// Why, in the caller's words.
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
