//! Facts about sessions. The tenant is the envelope's.

use conductor_protocol::id::SessionId;
use serde::{Deserialize, Serialize};

use crate::{scope::Principal, time::Timestamp};

/// Somebody logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// Which session.
    pub session: SessionId,
    /// Who.
    pub principal: Principal,
    /// SHA-256 of its token, in hexadecimal. The token itself nobody keeps here.
    pub token: String,
    /// Fingerprint of the key that signed, `SHA256:…`.
    pub key: String,
    /// Fingerprint of the CA of its certificate, where it signed under one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The tenant in which that key, or that CA, is enrolled: so far the session reaches.
    pub key_tenant: String,
    /// How they came: `unix`, `tcp`.
    pub channel: String,
    /// From where: a local user or an address.
    pub origin: String,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// The decision that allowed it.
    pub decision: String,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its owner logged out.
    LoggedOut,
    /// Somebody else ended it.
    Ended,
    /// The key that opened it, or the CA behind that, was revoked.
    KeyRevoked,
    /// Its time was over.
    Expired,
    /// Nothing came with it for too long.
    Idle,
}

/// A session is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Which.
    pub session: SessionId,
    /// Whose it was.
    pub principal: Principal,
    /// Why.
    pub cause: Cause,
    /// The decision that allowed it; empty where it ended by itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
}

/// Many logins failed in a short time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarmed {
    /// From where, or with which key: a local user, an address, a fingerprint.
    pub origin: String,
    /// How many.
    pub failures: u32,
    /// Since when.
    pub since: Timestamp,
}
