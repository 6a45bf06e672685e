//! `pkg:builtin/http@1`: one request, its answer checked and given as outputs.
//!
//! Certificates are always checked, against the trust store of the system. Redirects and the
//! answer's body are bounded. Messages name the URL without user, password and query, where
//! secrets tend to be.

mod request;
mod response;

use std::error::Error;

use conductor_engine::ports::FailureKind;
use reqwest::{Client, Response, StatusCode, Url, redirect::Policy};

use self::request::HttpParams;
use crate::{
    ended::Ended,
    executor::Attempt,
    limits::{HTTP_CONNECT_TIMEOUT, HTTP_REDIRECTS_MAX},
    redact::Redactor,
};

/// The header by which a server can tell that a request is repeated.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Makes requests.
#[derive(Debug)]
pub(crate) struct Http {
    client: Client,
}

/// A client by the system's trusted certificates.
pub(crate) fn client(proxies_from_environment: bool) -> Result<Client, reqwest::Error> {
    made(proxies_from_environment, Policy::limited(HTTP_REDIRECTS_MAX))
}

/// The same, that goes nowhere but where it is told to.
pub(crate) fn client_without_redirects(
    proxies_from_environment: bool,
) -> Result<Client, reqwest::Error> {
    made(proxies_from_environment, Policy::none())
}

fn made(proxies_from_environment: bool, redirects: Policy) -> Result<Client, reqwest::Error> {
    // Somebody else in the process may have chosen one already: it is as good.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::trace!("a cryptography provider was chosen before");
    }
    let builder = Client::builder()
        .user_agent(concat!("conductor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(HTTP_CONNECT_TIMEOUT)
        .redirect(redirects);
    let builder = if proxies_from_environment { builder } else { builder.no_proxy() };
    builder.build()
}

impl Http {
    /// Reads the system's trusted certificates.
    ///
    /// # Errors
    /// When there are none that can be read.
    pub(crate) fn new(proxies_from_environment: bool) -> Result<Self, reqwest::Error> {
        Ok(Self { client: client(proxies_from_environment)? })
    }

    /// Makes the lease's request and gives how it ended.
    pub(crate) async fn run<P>(&self, attempt: &Attempt<P>) -> Ended {
        let lease = &attempt.lease;
        let mut stop = attempt.stop.clone();
        let params = match HttpParams::of(&lease.with) {
            Ok(params) => params,
            Err(message) => return Ended::failed_as(FailureKind::Invalid, message),
        };
        tokio::select! {
            ended = tokio::time::timeout(params.timeout, self.exchange(attempt, &params)) => {
                ended.unwrap_or_else(|_elapsed| Ended::timed_out(format!(
                    "{} gave no whole answer within {} s",
                    params.shown(),
                    params.timeout.as_secs_f64()
                )))
            }
            reason = stop.stopped() => Ended::stopped(reason),
        }
    }

    async fn exchange<P>(&self, attempt: &Attempt<P>, params: &HttpParams) -> Ended {
        let mut request = self.client.request(params.method.clone(), params.url.clone());
        if !params.headers.contains_key(IDEMPOTENCY_KEY) {
            request = request.header(IDEMPOTENCY_KEY, attempt.lease.idempotency_key());
        }
        request = request.headers(params.headers.clone());
        if let Some(body) = &params.body {
            request = request.body(body.clone());
        }
        match request.send().await {
            Ok(response) => judge(params, response, attempt.redactor.as_deref()).await,
            Err(error) => {
                let (connecting, redirected) = (error.is_connect(), error.is_redirect());
                let why = chain(error);
                let kind = match () {
                    () if redirected => FailureKind::Program,
                    () if connecting && why.contains("certificate") => FailureKind::Refused,
                    () if connecting => FailureKind::Unreachable,
                    () => FailureKind::Lost,
                };
                Ended::failed_as(kind, format!("{} failed: {why}", params.shown()))
            }
        }
    }
}

async fn judge(params: &HttpParams, response: Response, redactor: Option<&Redactor>) -> Ended {
    let status = response.status();
    let outputs = match response::outputs(response).await {
        Ok(mut outputs) => {
            if let Some(redactor) = redactor {
                response::redact_cuts(&mut outputs, redactor);
            }
            outputs
        }
        Err(error) => {
            let (shown, why) = (params.shown(), chain(error));
            let message = format!("{shown} answered {status}, then broke off: {why}");
            return answered(status, Ended::failed_as(FailureKind::Lost, message));
        }
    };
    if params.expect.takes(status.as_u16()) {
        return answered(status, Ended::succeeded(outputs));
    }
    let message = format!("{} answered {status}, not {}", params.shown(), params.expect);
    let ended = Ended { outputs, ..Ended::failed_as(FailureKind::Program, message) };
    answered(status, ended)
}

/// How it ended, with the status of the answer: retries are decided by it.
fn answered(status: StatusCode, ended: Ended) -> Ended {
    Ended { status_code: Some(status.as_u16()), ..ended }
}

/// An error with its causes; the URL is left out, since it may hold secrets.
pub(crate) fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some causes repeat the one above them.
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// A URL as it may be shown: no user, no password, no query, no fragment.
pub(crate) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn nothing_secret_of_a_url_is_shown() {
        let url = "https://alice:secret@example.org:8443/a/b?token=secret#secret";
        assert_eq!(shown(&url.parse().unwrap()), "https://example.org:8443/a/b");
    }
}
