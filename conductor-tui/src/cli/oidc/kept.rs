//! What is kept of a login at a provider, as it stands in the file of tokens.

use std::path::PathBuf;

use conductor_client::oidc::{Client, Tokens};
use serde::{Deserialize, Serialize};

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct KeptLogin {
    pub(crate) issuer: String,
    /// Whom the daemon takes its bearer for.
    pub(crate) principal: String,
    pub(super) client_id: String,
    pub(super) audience: String,
    pub(super) scopes: Vec<String>,
    /// Certificates that are trusted for the provider.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) tokens: Tokens,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    issuer: String,
    #[serde(default)]
    principal: String,
    client_id: String,
    audience: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca: Option<PathBuf>,
    token: String,
    #[serde(default)]
    expires_at: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    refresh_token: String,
}

impl KeptLogin {
    pub(super) fn new(issuer: String, client: Client, tokens: Tokens, ca: Option<PathBuf>) -> Self {
        let Client { client_id, audience, scopes } = client;
        Self { issuer, principal: String::new(), client_id, audience, scopes, ca, tokens }
    }

    /// Whether it is time for new tokens, and there is a way to them.
    pub(super) fn can_be_renewed(&self, now: u64) -> bool {
        self.tokens.are_due(now) && !self.tokens.refresh.is_empty()
    }

    pub(super) fn client(&self) -> Client {
        Client {
            client_id: self.client_id.clone(),
            audience: self.audience.clone(),
            scopes: self.scopes.clone(),
        }
    }
}

impl From<Written> for KeptLogin {
    fn from(written: Written) -> Self {
        Self {
            issuer: written.issuer,
            principal: written.principal,
            client_id: written.client_id,
            audience: written.audience,
            scopes: written.scopes,
            ca: written.ca,
            tokens: Tokens {
                bearer: written.token,
                expires_at: written.expires_at,
                refresh: written.refresh_token,
            },
        }
    }
}

impl From<KeptLogin> for Written {
    fn from(kept: KeptLogin) -> Self {
        Self {
            issuer: kept.issuer,
            principal: kept.principal,
            client_id: kept.client_id,
            audience: kept.audience,
            scopes: kept.scopes,
            ca: kept.ca,
            token: kept.tokens.bearer,
            expires_at: kept.tokens.expires_at,
            refresh_token: kept.tokens.refresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_shown_without_tokens() {
        let client =
            Client { client_id: "c".into(), audience: "a".into(), scopes: vec!["s".into()] };
        let tokens = Tokens { bearer: "canary".into(), expires_at: 7, refresh: "canary".into() };
        let kept = KeptLogin::new("https://id.example.org".into(), client, tokens, None);
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<KeptLogin>(&text).unwrap(), kept);
        assert!(!format!("{kept:?}").contains("canary"));
    }
}
