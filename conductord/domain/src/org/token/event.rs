//! Facts about tokens. The tenant is the envelope's.

use conductor_protocol::{id::TokenId, token::TokenScope};
use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

/// A token was issued to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// Which token.
    pub token: TokenId,
    /// Whose it is: `service:NAME`.
    pub principal: Principal,
    /// SHA-256 of the token, in hexadecimal. The token itself nobody keeps here.
    pub digest: String,
    /// What it is for, sorted: of what its service may do no more than that.
    pub scopes: Vec<TokenScope>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// What for, in the words of whoever issued it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The decision that allowed it.
    pub decision: String,
}

/// A token was taken back, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Which.
    pub token: TokenId,
    /// Whose it was.
    pub principal: Principal,
    /// Why, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The decision that allowed it.
    pub decision: String,
}
