//! Asking a witness over C2SP tlog-witness, <https://c2sp.org/tlog-witness>.
//!
//! Only over TLS or on loopback, and to the place that is configured: redirects are not followed. What
//! is sent is public, and what comes back is bounded and believed only with its signature.

use std::{net::IpAddr, time::Duration};

use conductor_engine::ports::{Asking, Witness, WitnessAnswer};
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{CONNECTION, CONTENT_TYPE},
};

use crate::{http, limits::WITNESS_ANSWER_BYTES_MAX};

/// What the size that a witness knows has as its type.
const SIZE_TYPE: &str = "text/x.tlog.size";

/// A witness behind its submission prefix.
#[derive(Debug)]
pub struct HttpWitness {
    url: Url,
    client: Client,
    timeout: Duration,
}

impl HttpWitness {
    /// A witness behind this submission prefix, that may take so long for one answer.
    ///
    /// # Errors
    /// What is wrong with the URL, in a sentence.
    pub fn new(prefix: &str, timeout: Duration) -> Result<Self, String> {
        let url = check(prefix)?;
        let client = http::client_without_redirects(url.scheme() == "https");
        Ok(Self { url, client: client.map_err(http::chain)?, timeout })
    }

    async fn ask(&self, body: String) -> Result<WitnessAnswer, String> {
        let shown = http::shown(&self.url);
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "text/plain");
        // It is asked seldom: a connection that is kept would mostly be closed by then.
        let request = request.header(CONNECTION, "close");
        let sent = request.body(body).send().await;
        let answer = sent.map_err(|error| format!("{shown} failed: {}", http::chain(error)))?;
        let status = answer.status();
        let is_size = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == SIZE_TYPE);
        let text = text(answer).await.map_err(|why| format!("{shown} {why}"))?;
        match status {
            StatusCode::OK => Ok(WitnessAnswer::Cosigned(text)),
            StatusCode::CONFLICT => match text.strip_suffix('\n').unwrap_or(&text).parse() {
                Ok(size) if is_size => Ok(WitnessAnswer::Knows(size)),
                _ => Err(format!("{shown} answered {status} and not which size it knows")),
            },
            StatusCode::NOT_FOUND => {
                Err(format!("{shown} answered {status}: it does not know the log"))
            }
            StatusCode::FORBIDDEN => {
                Err(format!("{shown} answered {status}: it knows the log by another key"))
            }
            StatusCode::UNPROCESSABLE_ENTITY => {
                Err(format!("{shown} answered {status}: to it the log is not consistent"))
            }
            status => Err(format!("{shown} answered {status}")),
        }
    }
}

/// The URL of `add-checkpoint` behind a prefix.
fn check(prefix: &str) -> Result<Url, String> {
    let text = format!("{}/add-checkpoint", prefix.trim_end_matches('/'));
    let url: Url = text.parse().map_err(|error| format!("`url` is none: {error}"))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err("`url` is plain HTTP: use https beyond this machine".to_owned()),
        other => Err(format!("`url` begins with `{other}:`; use https")),
    }
}

async fn text(mut answer: Response) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(http::chain)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > WITNESS_ANSWER_BYTES_MAX {
            return Err(format!("answered more than {WITNESS_ANSWER_BYTES_MAX} bytes"));
        }
    }
    String::from_utf8(bytes).map_err(|_| "answered what is no text".to_owned())
}

impl Witness for HttpWitness {
    fn add_checkpoint(&self, body: String) -> Asking<'_> {
        Box::pin(async move {
            let asked = tokio::time::timeout(self.timeout, self.ask(body)).await;
            asked.unwrap_or_else(|_elapsed| {
                let seconds = self.timeout.as_secs_f64();
                Err(format!("{} gave no answer within {seconds} s", http::shown(&self.url)))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::StatusCode as Status, routing::post};

    use super::*;

    #[test]
    fn only_what_may_go_there_goes_there() {
        for good in
            ["https://w.example/a/", "http://127.0.0.1:1", "http://[::1]/", "http://localhost/x"]
        {
            assert!(check(good).unwrap().path().ends_with("/add-checkpoint"), "{good}");
        }
        for bad in ["http://w.example/", "ftp://w.example", "w.example"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    async fn answers(
        status: u16,
        kind: &'static str,
        body: &'static str,
    ) -> Result<WitnessAnswer, String> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/w", listener.local_addr().unwrap());
        let answer = (Status::from_u16(status).unwrap(), [("content-type", kind)], body);
        let routes = Router::new().route("/w/add-checkpoint", post(move || async move { answer }));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
        let witness = HttpWitness::new(&url, Duration::from_secs(20)).unwrap();
        let answer = witness.add_checkpoint("old 0\n\n".to_owned()).await;
        serving.abort();
        answer
    }

    #[tokio::test]
    async fn every_answer_is_read_as_it_is_meant() {
        let cosigned = WitnessAnswer::Cosigned("x\n".to_owned());
        assert_eq!(answers(200, "text/plain", "x\n").await, Ok(cosigned));
        assert_eq!(answers(409, SIZE_TYPE, "42\n").await, Ok(WitnessAnswer::Knows(42)));
        for (status, kind, body, words) in [
            (409, "text/plain", "42\n", "not which size"),
            (409, SIZE_TYPE, "many\n", "not which size"),
            (404, "text/plain", "", "does not know the log"),
            (403, "text/plain", "", "another key"),
            (422, "text/plain", "", "not consistent"),
            (307, "text/plain", "", "307"),
            (500, "text/plain", "", "500"),
        ] {
            let why = answers(status, kind, body).await.unwrap_err();
            assert!(why.contains(words), "{why}");
        }
        let absent = HttpWitness::new("http://127.0.0.1:1", Duration::from_secs(20)).unwrap();
        assert!(absent.add_checkpoint(String::new()).await.unwrap_err().contains("failed"));
    }
}
