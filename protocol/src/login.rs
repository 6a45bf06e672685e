//! What somebody signs to log in.
//!
//! It lies here because both sides need it: the daemon that gives it out, and whoever looks at it
//! before signing.

use serde::{Deserialize, Serialize};

use crate::jcs;

/// What the signature is for: one for anything else logs nobody in, and this one does nothing else.
pub const NAMESPACE: &str = "login@conductor";
/// Tells a statement from anything else that could be signed.
pub const KIND: &str = "conductor/login/v1";
/// What the token of a session begins with.
pub const SESSION_TOKEN_PREFIX: &str = "cst_";

/// A challenge. What is signed is its canonical JSON (RFC 8785), without a line end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// [`KIND`].
    pub kind: String,
    /// The origin of the ledger of the daemon that asks: a signature for one is none for another.
    pub domain: String,
    /// Where the session is to be opened.
    pub tenant: String,
    /// Who logs in, where that was said: a certificate may be for several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub principal: String,
    /// The fingerprint of the key, where that was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Never used again: 128 bits in hexadecimal.
    pub nonce: String,
    /// When it was asked for, in milliseconds since 1970.
    pub issued_at: u64,
    /// Until when it can be used, in milliseconds since 1970.
    pub expires_at: u64,
}

impl Statement {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// When it has no canonical form, which strings and times always have.
    pub fn canonical(&self) -> Result<String, jcs::Error> {
        jcs::canonical_json(self)
    }

    /// Reads what somebody is asked to sign. Nothing where it is no statement of this kind, or not
    /// in its one form: then it is not what it seems.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let read: Self = serde_json::from_str(text).ok()?;
        let same = read.kind == KIND && read.canonical().ok()? == text;
        same.then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement {
            kind: KIND.into(),
            domain: "led_1".into(),
            tenant: "acme".into(),
            principal: String::new(),
            key: "SHA256:x".into(),
            nonce: "00ff".into(),
            issued_at: 1,
            expires_at: 2,
        }
    }

    #[test]
    fn a_statement_has_one_form_and_no_other_is_read() {
        let text = statement().canonical().unwrap();
        assert_eq!(
            text,
            r#"{"domain":"led_1","expiresAt":2,"issuedAt":1,"key":"SHA256:x","kind":"conductor/login/v1","nonce":"00ff","tenant":"acme"}"#
        );
        assert_eq!(Statement::read(&text), Some(statement()));
        let approval = statement();
        let approval = Statement { kind: "conductor/approval/v1".into(), ..approval };
        for other in [
            format!("{text}\n"),
            text.replace("\"key\"", "\"more\":1,\"key\""),
            text.replace(":1,", ": 1,"),
            approval.canonical().unwrap(),
            String::new(),
        ] {
            assert_eq!(Statement::read(&other), None, "{other}");
        }
    }
}
