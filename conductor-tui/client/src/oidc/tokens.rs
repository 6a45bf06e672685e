//! Tokens: what a provider gave, which of them goes to the daemon, new ones for old ones.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{Client, OidcError, Provider};
use crate::limits::{PROVIDER_TEXT_CHARS_MAX, TOKEN_EARLY};

/// What is kept of a login.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Goes with each request to the daemon.
    pub bearer: String,
    /// When that ends, in seconds since 1970; 0 where nobody knows.
    pub expires_at: u64,
    /// Gives new ones; empty where there is none.
    pub refresh: String,
}

/// A provider's answer to a request for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Tokens.
    Tokens(Tokens),
    /// The provider's no, by its code (RFC 6749, 5.2) and its words.
    No {
        /// Such as `invalid_grant`.
        error: String,
        /// For people; may be empty.
        words: String,
    },
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    id_token: String,
    #[serde(default)]
    refresh_token: String,
    #[serde(default)]
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    /// Whether it is time for new ones, at a time in seconds since 1970.
    #[must_use]
    pub fn are_due(&self, now: u64) -> bool {
        self.expires_at != 0 && now.saturating_add(TOKEN_EARLY.as_secs()) >= self.expires_at
    }

    /// Whether the daemon would refuse them by now.
    #[must_use]
    pub fn are_over(&self, now: u64) -> bool {
        self.expires_at != 0 && now >= self.expires_at
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Provider {
    /// New tokens for an old one that gives some.
    ///
    /// # Errors
    /// [`OidcError::Refused`] where somebody has to log in again.
    pub async fn refresh(
        &self,
        client: &Client,
        old: &Tokens,
        now: u64,
    ) -> Result<Tokens, OidcError> {
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", old.refresh.as_str()),
            ("client_id", client.client_id.as_str()),
        ];
        form.extend(client.audience());
        match self.ask_for_tokens(client, &form, now).await? {
            Given::Tokens(mut new) => {
                // Some providers give one refresh token for all times.
                if new.refresh.is_empty() {
                    new.refresh.clone_from(&old.refresh);
                }
                Ok(new)
            }
            Given::No { error, words } => Err(OidcError::Refused(told(&error, &words))),
        }
    }

    /// Gives tokens back, so that nobody can use them any more. False where the provider takes none
    /// back.
    ///
    /// # Errors
    /// [`OidcError`]
    pub async fn revoke(&self, client: &Client, tokens: &Tokens) -> Result<bool, OidcError> {
        let url = &self.description.revocation_endpoint;
        if url.is_empty() {
            return Ok(false);
        }
        let client_id = ("client_id", client.client_id.as_str());
        let refresh = ("refresh_token", tokens.refresh.as_str());
        let bearer = ("access_token", tokens.bearer.as_str());
        for (hint, token) in [refresh, bearer] {
            // A token that says who somebody is can't be given back: it is none of the provider's.
            if token.is_empty() || (hint == "access_token" && client.asks_for_itself()) {
                continue;
            }
            let form = [("token", token), ("token_type_hint", hint), client_id];
            let (status, body) = self.web.post(url, &form).await?;
            match refusal(status, &body)? {
                None => {}
                // Tokens that stand for themselves can't be taken back; they end soon.
                Some((error, _)) if error == "unsupported_token_type" => {}
                Some((error, words)) => return Err(OidcError::Refused(told(&error, &words))),
            }
        }
        Ok(true)
    }

    pub(super) async fn ask_for_tokens(
        &self,
        client: &Client,
        form: &[(&str, &str)],
        now: u64,
    ) -> Result<Given, OidcError> {
        let (status, body) = self.web.post(&self.description.token_endpoint, form).await?;
        match refusal(status, &body)? {
            Some((error, words)) => Ok(Given::No { error, words }),
            None => read(client, &body, now).map(Given::Tokens),
        }
    }
}

/// A provider's no, where it is one.
pub(super) fn refusal(
    status: StatusCode,
    body: &[u8],
) -> Result<Option<(String, String)>, OidcError> {
    if status.is_success() {
        return Ok(None);
    }
    let refusal: Refusal = serde_json::from_slice(body)
        .map_err(|_| OidcError::Strange(format!("it answers {status}")))?;
    Ok(Some((plain(&refusal.error), plain(&refusal.error_description))))
}

/// A provider's no, in a line.
pub(super) fn told(error: &str, words: &str) -> String {
    if words.is_empty() { error.to_owned() } else { format!("{error}: {words}") }
}

/// Somebody else's text, as a terminal may show it.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(PROVIDER_TEXT_CHARS_MAX).collect()
}

fn read(client: &Client, body: &[u8], now: u64) -> Result<Tokens, OidcError> {
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|_| OidcError::Strange("it gives no tokens".to_owned()))?;
    let itself = client.asks_for_itself();
    let bearer = if itself { answer.id_token } else { answer.access_token };
    let Some(expires_at) = end(&bearer) else {
        let which = match itself {
            true => "it gives no ID token: the scope `openid` has to be among those asked for",
            false => {
                "it gives an access token that only it can read: `audience` must be one that it \
                      gives signed tokens for"
            }
        };
        return Err(OidcError::Strange(which.to_owned()));
    };
    let by_answer = if answer.expires_in == 0 { 0 } else { now.saturating_add(answer.expires_in) };
    // What the token says of itself is what the daemon goes by.
    let expires_at = if expires_at == 0 { by_answer } else { expires_at };
    Ok(Tokens { bearer, expires_at, refresh: answer.refresh_token })
}

/// When a signed token ends, by its own word, 0 where it says nothing; nothing where it is none. Its
/// signature is the daemon's business.
fn end(token: &str) -> Option<u64> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Some(claims.get("exp").and_then(Value::as_u64).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(claims: &Value) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    fn given(audience: &str, answer: &Value) -> Result<Tokens, OidcError> {
        let client =
            Client { client_id: "console".into(), audience: audience.into(), scopes: Vec::new() };
        read(&client, answer.to_string().as_bytes(), 1_000)
    }

    #[test]
    fn the_token_is_the_one_for_the_audience() {
        let (access, id) = (token(&json!({"exp": 2_000})), token(&json!({"exp": 3_000})));
        let answer = json!({"access_token": access, "id_token": id, "expires_in": 60});
        let for_daemon = given("https://conductor.example.org", &answer).unwrap();
        assert_eq!((for_daemon.bearer, for_daemon.expires_at), (access, 2_000));
        let for_itself = given("console", &answer).unwrap();
        assert_eq!((for_itself.bearer, for_itself.expires_at), (id, 3_000));
        let silent = json!({"access_token": token(&json!({})), "expires_in": 60});
        assert_eq!(given("api", &silent).unwrap().expires_at, 1_060);
    }

    #[test]
    fn a_token_that_only_the_provider_reads_is_said_to_be_one() {
        let opaque = json!({"access_token": "mF_9.B5f-4.1JqM.x", "expires_in": 60});
        assert!(given("api", &opaque).unwrap_err().to_string().contains("`audience`"));
        assert!(given("console", &opaque).unwrap_err().to_string().contains("`openid`"));
        assert!(given("api", &json!([])).is_err());
    }

    #[test]
    fn they_are_due_a_little_before_their_end() {
        let tokens =
            |expires_at| Tokens { bearer: String::new(), expires_at, refresh: String::new() };
        assert!(!tokens(1_000).are_due(939) && tokens(1_000).are_due(940));
        assert!(!tokens(1_000).are_over(999) && tokens(1_000).are_over(1_000));
        assert!(!tokens(0).are_due(u64::MAX), "nobody knows");
    }

    #[test]
    fn what_a_provider_says_is_shown_plainly() {
        let no = json!({"error": "bad\u{1b}[2J", "error_description": "no\nno"}).to_string();
        let (error, words) = refusal(StatusCode::BAD_REQUEST, no.as_bytes()).unwrap().unwrap();
        assert_eq!(told(&error, &words), "bad[2J: nono");
        assert!(refusal(StatusCode::BAD_GATEWAY, b"<html>").is_err());
        assert_eq!(refusal(StatusCode::OK, b"").unwrap(), None);
    }

    #[test]
    fn tokens_are_in_no_debug_output() {
        let tokens = Tokens { bearer: "canary".into(), expires_at: 1, refresh: "canary".into() };
        assert!(!format!("{:?}", Given::Tokens(tokens)).contains("canary"));
    }
}
