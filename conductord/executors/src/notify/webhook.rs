//! A request for each notification: a CloudEvent, signed as Standard Webhooks has it.
//!
//! Only over TLS or on loopback; to the place that is configured and no other, for redirects are not
//! followed; and nothing of what comes back is read but its status.

use std::{future::Future, net::IpAddr, pin::Pin, time::Duration};

use conductor_engine::{
    notify::{Letter, cloud_event},
    ports::{Courier, Undelivered},
};
use conductor_keys::webhook::Secret;
use reqwest::{Client, StatusCode, Url, header::CONTENT_TYPE};

use super::{Credential, again, late};
use crate::{http, secrets::Vault};

/// What a request has as its type.
const MEDIA_TYPE: &str = "application/cloudevents+json; charset=utf-8";

/// Where and how.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookOptions {
    /// `https://…`, or `http://…` on loopback. What stands in it may be secret.
    pub url: String,
    /// What it is signed with: `whsec_…`.
    pub secret: Credential,
    /// How long one delivery may take.
    pub timeout: Duration,
}

impl std::fmt::Debug for WebhookOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookOptions")
            .field("url", &self.shown())
            .field("secret", &self.secret)
            .field("timeout", &self.timeout)
            .finish()
    }
}

impl WebhookOptions {
    fn parsed(&self) -> Result<Url, String> {
        self.url.parse().map_err(|error| format!("`url` is none: {error}"))
    }

    /// Whether notifications may go there.
    pub(super) fn check(&self) -> Result<(), String> {
        let url = self.parsed()?;
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(&url) => Ok(()),
            "http" => Err("`url` is plain HTTP: use https beyond this machine".to_owned()),
            other => Err(format!("`url` begins with `{other}:`; use https")),
        }
    }

    /// The URL without user, password, query and fragment.
    pub(super) fn shown(&self) -> String {
        self.parsed().map_or_else(|_| "?".to_owned(), |url| http::shown(&url))
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// See the module.
pub(super) struct Webhook {
    options: WebhookOptions,
    url: Url,
    client: Client,
    vault: Vault,
    source: String,
}

impl Webhook {
    pub(super) fn new(
        options: WebhookOptions,
        vault: Vault,
        source: String,
    ) -> Result<Self, String> {
        let url = options.parsed()?;
        // What may be said in the clear on this machine is not sent to a proxy.
        let client = http::client_without_redirects(url.scheme() == "https");
        Ok(Self { url, client: client.map_err(http::chain)?, options, vault, source })
    }

    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let secret = self.options.secret.read(&self.vault).await?;
        let secret = Secret::parse(&secret).map_err(|error| again(error.to_string()))?;
        let (body, id) = (cloud_event(letter, &self.source).to_string(), letter.id.to_string());
        let seconds = now_seconds();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", secret.signature(&id, seconds, &body))
            .body(body);
        let shown = self.options.shown();
        match request.send().await {
            Ok(answer) => judge(&shown, answer.status()),
            Err(error) => Err(again(format!("{shown} failed: {}", http::chain(error)))),
        }
    }
}

/// The time of the attempt: whoever gets it refuses what is old.
#[expect(clippy::disallowed_methods, reason = "a signature is good for minutes of the real time")]
fn now_seconds() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn judge(shown: &str, status: StatusCode) -> Result<(), Undelivered> {
    if status.is_success() {
        return Ok(());
    }
    let for_good = matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::GONE
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    Err(Undelivered { why: format!("{shown} answered {status}"), for_good })
}

impl Courier for Webhook {
    fn deliver<'c>(
        &'c self,
        letter: &'c Letter,
    ) -> Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'c>> {
        Box::pin(async move {
            let timeout = self.options.timeout;
            let sent = tokio::time::timeout(timeout, self.send(letter)).await;
            sent.unwrap_or_else(|_elapsed| Err(late(&self.options.shown(), timeout)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str) -> WebhookOptions {
        let secret = Credential::Secret("hook".to_owned());
        WebhookOptions { url: url.to_owned(), secret, timeout: Duration::from_secs(1) }
    }

    #[test]
    fn nothing_goes_over_plain_http_beyond_this_machine() {
        for good in [
            "https://example.org/x?token=1",
            "http://127.0.0.1:8080/",
            "http://[::1]/",
            "http://localhost/",
        ] {
            assert_eq!(options(good).check(), Ok(()), "{good}");
        }
        for bad in [
            "http://example.org/",
            "http://10.0.0.1/",
            "http://127.0.0.1.example.org/",
            "ftp://localhost/",
            "x",
        ] {
            assert!(options(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_secret_of_a_url_is_shown() {
        let shown = format!("{:?}", options("https://alice:pass@example.org/hook?token=key#key"));
        assert!(shown.contains("https://example.org/hook") && !shown.contains("key"), "{shown}");
        assert!(!shown.contains("pass"), "{shown}");
    }

    #[test]
    fn what_is_wrong_with_the_notification_itself_is_not_tried_again() {
        let for_good = |status: u16| {
            judge("x", StatusCode::from_u16(status).unwrap()).err().map(|why| why.for_good)
        };
        assert_eq!([200, 202, 204].map(for_good), [None; 3]);
        assert_eq!([400, 410, 413, 422].map(for_good), [Some(true); 4]);
        assert_eq!([301, 401, 404, 408, 429, 500, 503].map(for_good), [Some(false); 7]);
    }
}
