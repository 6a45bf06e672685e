//! Logging in by a code that is entered elsewhere (RFC 8628).

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::{
    Client, Given, OidcError, Provider, Tokens,
    tokens::{plain, refusal, told},
};
use crate::limits::{DEVICE_INTERVAL_DEFAULT, DEVICE_INTERVAL_MAX, DEVICE_SLOWER, DEVICE_WAIT_MAX};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What somebody has to do elsewhere. All of it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// To be entered there.
    pub code: String,
    /// Where.
    pub url: String,
    /// The same with the code in it, where there is such a URL.
    pub complete_url: Option<String>,
    /// How long that can be done.
    pub expires_in: Duration,
}

/// How a login ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody approved it.
    Approved(Tokens),
    /// Somebody said no.
    Denied,
    /// Nobody did anything in time.
    Expired,
}

/// A login that waits for somebody to approve it.
#[derive(Debug)]
pub struct Login {
    device_code: String,
    pace: Pace,
}

#[derive(Deserialize)]
struct Answer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u64,
    interval: Option<u64>,
}

/// How often is asked, and until when.
#[derive(Debug, Clone, Copy)]
struct Pace {
    interval: Duration,
    until: Instant,
}

impl Provider {
    /// Begins a login.
    ///
    /// # Errors
    /// [`OidcError`]: the provider does not offer this, or does not know the client.
    pub async fn begin(&self, client: &Client) -> Result<(Code, Login), OidcError> {
        let url = &self.description.device_authorization_endpoint;
        if url.is_empty() {
            let what = "it offers no login by a code (no `device_authorization_endpoint`)";
            return Err(OidcError::Strange(what.to_owned()));
        }
        let scopes = client.scopes.join(" ");
        let mut form = vec![("client_id", client.client_id.as_str()), ("scope", scopes.as_str())];
        form.extend(client.audience());
        let (status, body) = self.web.post(url, &form).await?;
        if let Some((error, words)) = refusal(status, &body)? {
            return Err(OidcError::Refused(told(&error, &words)));
        }
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| OidcError::Strange("it gives no code".to_owned()))?;
        begun(answer)
    }

    /// Waits until somebody approves the login, says no, or its time is over. `now` tells the time
    /// in seconds since 1970.
    ///
    /// # Errors
    /// [`OidcError`]. A provider that can't be reached for a while is asked again.
    pub async fn wait(
        &self,
        client: &Client,
        mut login: Login,
        now: impl Fn() -> u64 + Send,
    ) -> Result<Outcome, OidcError> {
        loop {
            if Instant::now() + login.pace.interval > login.pace.until {
                tokio::time::sleep_until(login.pace.until).await;
                return Ok(Outcome::Expired);
            }
            tokio::time::sleep(login.pace.interval).await;
            let mut form = vec![
                ("grant_type", GRANT),
                ("device_code", login.device_code.as_str()),
                ("client_id", client.client_id.as_str()),
            ];
            form.extend(client.audience());
            let given = self.ask_for_tokens(client, &form, now()).await;
            if let Some(outcome) = login.pace.judge(given)? {
                return Ok(outcome);
            }
        }
    }
}

fn begun(answer: Answer) -> Result<(Code, Login), OidcError> {
    let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    let complete_url = answer.verification_uri_complete.map(|url| plain(&url)).filter(is_web);
    let (code, url) = (plain(&answer.user_code), plain(&answer.verification_uri));
    if code.is_empty() || !is_web(&url) {
        return Err(OidcError::Strange("it gives no code, or no address for it".to_owned()));
    }
    let expires_in = Duration::from_secs(answer.expires_in).min(DEVICE_WAIT_MAX);
    let interval = answer.interval.map_or(DEVICE_INTERVAL_DEFAULT, Duration::from_secs);
    let interval = interval.clamp(Duration::from_secs(1), DEVICE_INTERVAL_MAX);
    let pace = Pace { interval, until: Instant::now() + expires_in };
    let login = Login { device_code: answer.device_code, pace };
    Ok((Code { code, url, complete_url, expires_in }, login))
}

impl Pace {
    /// What an answer comes to; nothing where it is to be asked again.
    fn judge(&mut self, given: Result<Given, OidcError>) -> Result<Option<Outcome>, OidcError> {
        let (error, words) = match given {
            Ok(Given::Tokens(tokens)) => return Ok(Some(Outcome::Approved(tokens))),
            Ok(Given::No { error, words }) => (error, words),
            // It is asked less and less often until it is back.
            Err(OidcError::Unreachable { .. }) => {
                self.interval = (self.interval * 2).min(DEVICE_INTERVAL_MAX);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match error.as_str() {
            "authorization_pending" => Ok(None),
            "slow_down" => {
                self.interval = (self.interval + DEVICE_SLOWER).min(DEVICE_INTERVAL_MAX);
                Ok(None)
            }
            "access_denied" => Ok(Some(Outcome::Denied)),
            "expired_token" => Ok(Some(Outcome::Expired)),
            _ => Err(OidcError::Refused(told(&error, &words))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer {
            device_code: "secret".into(),
            user_code: "WDJB-MJHT".into(),
            verification_uri: "https://id.example.org/device".into(),
            verification_uri_complete: Some("https://id.example.org/device?c=WDJB-MJHT".into()),
            expires_in: 900,
            interval: None,
        }
    }

    #[tokio::test]
    async fn a_code_is_shown_plainly_and_its_time_is_bounded() {
        let (code, login) = begun(answer()).unwrap();
        assert_eq!((code.code.as_str(), code.expires_in.as_secs()), ("WDJB-MJHT", 900));
        assert_eq!(login.pace.interval, DEVICE_INTERVAL_DEFAULT);
        let long = Answer { expires_in: u64::MAX, interval: Some(0), ..answer() };
        let (code, login) = begun(long).unwrap();
        assert_eq!(code.expires_in, DEVICE_WAIT_MAX);
        assert_eq!(login.pace.interval, Duration::from_secs(1));
        let strange = Answer { user_code: "\u{1b}[2JA".into(), ..answer() };
        assert_eq!(begun(strange).unwrap().0.code, "[2JA");
        let script = Answer { verification_uri: "javascript:1".into(), ..answer() };
        assert!(begun(script).is_err());
    }

    #[tokio::test]
    async fn each_answer_is_understood() {
        let mut pace = begun(answer()).unwrap().1.pace;
        let no = |error: &str| Ok(Given::No { error: error.into(), words: "why".into() });
        let away = || Err(OidcError::Unreachable { url: String::new(), why: String::new() });
        assert_eq!(pace.judge(no("authorization_pending")), Ok(None));
        assert_eq!(pace.interval.as_secs(), 5);
        assert_eq!(pace.judge(no("slow_down")), Ok(None));
        assert_eq!(pace.interval.as_secs(), 10, "for good");
        assert_eq!(pace.judge(no("authorization_pending")), Ok(None));
        assert_eq!(pace.interval.as_secs(), 10);
        assert_eq!(pace.judge(away()), Ok(None));
        assert_eq!(pace.interval.as_secs(), 20);
        for _ in 0..9 {
            assert_eq!(pace.judge(no("slow_down")), Ok(None));
        }
        assert_eq!(pace.interval, DEVICE_INTERVAL_MAX);
        assert_eq!(pace.judge(no("access_denied")), Ok(Some(Outcome::Denied)));
        assert_eq!(pace.judge(no("expired_token")), Ok(Some(Outcome::Expired)));
        let other = pace.judge(no("invalid_client")).unwrap_err();
        assert_eq!(other, OidcError::Refused("invalid_client: why".into()));
        let strange = OidcError::Strange("html".into());
        assert_eq!(pace.judge(Err(strange.clone())), Err(strange));
    }
}
