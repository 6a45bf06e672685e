//! A provider, as it describes itself.

use conductor_protocol::oidc::{description_of, is_private};
use serde::Deserialize;

use super::{OidcError, Web};

/// A provider's addresses.
#[derive(Debug, Clone)]
pub struct Provider {
    pub(super) web: Web,
    pub(super) description: Description,
}

/// Who asks a provider for a token, and what for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// As the provider knows the console.
    pub client_id: String,
    /// For whom the token is to be: the client itself, or what it talks to.
    pub audience: String,
    /// What is asked for.
    pub scopes: Vec<String>,
}

/// What of a provider's description is of use here.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Description {
    issuer: String,
    pub(super) token_endpoint: String,
    #[serde(default)]
    pub(super) device_authorization_endpoint: String,
    #[serde(default)]
    pub(super) revocation_endpoint: String,
}

impl Provider {
    /// Asks a provider what it is.
    ///
    /// # Errors
    /// [`OidcError`]: it is not there, or describes another one.
    pub async fn discover(web: Web, issuer: &str) -> Result<Self, OidcError> {
        let url = description_of(issuer);
        let fetched = web.get(&url).await?;
        let description: Description = serde_json::from_slice(&fetched.bytes)
            .map_err(|_| OidcError::Strange(format!("{url} is no description of a provider")))?;
        check(&description, issuer)?;
        Ok(Self { web, description })
    }
}

fn check(description: &Description, issuer: &str) -> Result<(), OidcError> {
    if description.issuer != issuer {
        return Err(OidcError::Strange(format!("it is not {issuer} that it describes")));
    }
    let named = [
        &description.token_endpoint,
        &description.device_authorization_endpoint,
        &description.revocation_endpoint,
    ];
    if named.iter().any(|url| !url.is_empty() && !is_private(url)) {
        return Err(OidcError::Strange("not all of its addresses are behind https".to_owned()));
    }
    Ok(())
}

impl Client {
    /// Whether its token is the one that says who somebody is, and not one for something else.
    #[must_use]
    pub fn asks_for_itself(&self) -> bool {
        self.audience == self.client_id
    }

    /// What a request for a token says besides, so that it is for the right one: by RFC 8707 and as
    /// some providers had it before that. Others pass over what they don't know.
    pub(super) fn audience(&self) -> Vec<(&str, &str)> {
        if self.asks_for_itself() {
            return Vec::new();
        }
        let mut said = vec![("audience", self.audience.as_str())];
        // By the RFC a resource is a URL.
        if self.audience.starts_with("https://") || self.audience.starts_with("http://") {
            said.push(("resource", self.audience.as_str()));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(issuer: &str, revocation_endpoint: &str) -> bool {
        let description = Description {
            issuer: issuer.into(),
            token_endpoint: "https://id.example.org/token".into(),
            revocation_endpoint: revocation_endpoint.into(),
            ..Description::default()
        };
        check(&description, "https://id.example.org").is_ok()
    }

    #[test]
    fn a_provider_describes_itself_and_nothing_in_the_open() {
        assert!(described("https://id.example.org", ""));
        assert!(described("https://id.example.org", "https://id.example.org/revoke"));
        assert!(!described("https://id.example.org/", ""));
        assert!(!described("https://id.example.org", "http://id.example.org/revoke"));
    }

    #[test]
    fn the_audience_is_said_where_it_is_not_the_client() {
        let client = |audience: &str| Client {
            client_id: "console".into(),
            audience: audience.into(),
            scopes: Vec::new(),
        };
        assert!(client("console").asks_for_itself());
        assert_eq!(client("console").audience(), []);
        assert_eq!(client("api").audience(), [("audience", "api")]);
        let url = "https://conductor.example.org";
        assert_eq!(client(url).audience(), [("audience", url), ("resource", url)]);
    }
}
