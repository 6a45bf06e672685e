//! A file fetched over HTTP(S) again and again, as long as it changes: policy bundles come so.

use std::time::Duration;

use reqwest::{
    Client, StatusCode, Url,
    header::{ETAG, IF_NONE_MATCH},
};

use crate::http;

/// How long one fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(30);

/// What a fetch gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is what it was.
    Unchanged,
    /// All of it.
    Whole(Vec<u8>),
}

/// Fetches one file.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    url: Url,
    bytes_max: u64,
    etag: Option<String>,
}

impl Fetcher {
    /// Of a URL, up to so many bytes.
    ///
    /// # Errors
    /// When the URL is none, or the system has no certificates that it trusts.
    pub fn new(url: &str, bytes_max: u64) -> Result<Self, String> {
        let url: Url = url.parse().map_err(|error| format!("{error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("only http and https are fetched".to_owned());
        }
        let client = http::client(true).map_err(http::chain)?;
        Ok(Self { client, url, bytes_max, etag: None })
    }

    /// The URL as it may be shown: no user, no password, no query.
    #[must_use]
    pub fn shown(&self) -> String {
        http::shown(&self.url)
    }

    /// Fetches it, unless the server says that it is what it was.
    ///
    /// # Errors
    /// Why it could not be fetched, without what may be secret in the URL.
    pub async fn fetch(&mut self) -> Result<Fetched, String> {
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, self.exchange()).await;
        let late =
            |_| format!("{} gave nothing whole in {} s", self.shown(), FETCH_TIMEOUT.as_secs());
        let (fetched, etag) = fetched.map_err(late)??;
        if etag.is_some() || fetched != Fetched::Unchanged {
            self.etag = etag;
        }
        Ok(fetched)
    }

    async fn exchange(&self) -> Result<(Fetched, Option<String>), String> {
        let failed = |error| format!("{} failed: {}", self.shown(), http::chain(error));
        let mut request = self.client.get(self.url.clone());
        if let Some(etag) = &self.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.send().await.map_err(failed)?;
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
        let etag = etag.map(str::to_owned);
        match response.status() {
            StatusCode::NOT_MODIFIED if self.etag.is_some() => {
                return Ok((Fetched::Unchanged, self.etag.clone()));
            }
            StatusCode::OK => {}
            status => return Err(format!("{} answered {status}", self.shown())),
        }
        let mut bytes = Vec::new();
        let mut response = response;
        while let Some(piece) = response.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > self.bytes_max {
                return Err(format!("{} has more than {} bytes", self.shown(), self.bytes_max));
            }
        }
        Ok((Fetched::Whole(bytes), etag))
    }

    /// Forgets what it was, so that the next fetch gives all of it.
    pub fn forget(&mut self) {
        self.etag = None;
    }
}
