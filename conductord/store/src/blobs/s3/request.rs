//! Requests to an S3 server: signed, bounded in time and size, made again where that does no harm.

use std::{
    error::Error,
    io,
    sync::Arc,
    time::{Duration, Instant, UNIX_EPOCH},
};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use bytes::Bytes;
use conductor_engine::ports::Clock;
use reqwest::{
    Certificate, Method, Response,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use sha2::{Digest as _, Sha256};
use tokio::{sync::Mutex, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    KeySource, S3Options,
    error::{Kind, Repeat, S3Error},
};
use crate::{
    blobs::hex,
    limits::{
        S3_ANSWER_BYTES_MAX, S3_BACKOFF_FIRST, S3_CONNECT_TIMEOUT, S3_KEYS_AGE_MAX,
        S3_REQUEST_TIMEOUT, S3_TRIES_MAX,
    },
};

/// What is signed as the service.
const SERVICE: &str = "s3";

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) method: Method,
    /// What in the bucket; nothing for the bucket itself.
    pub(super) key: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    pub(super) repeat: Repeat,
    pub(super) timeout: Duration,
}

impl Wanted {
    pub(super) fn new(method: Method, key: &str) -> Self {
        Self {
            method,
            key: key.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Bytes::new(),
            repeat: Repeat::Always,
            timeout: S3_REQUEST_TIMEOUT,
        }
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn version(self, id: Option<&str>) -> Self {
        match id {
            Some(id) => self.query("versionId", id),
            None => self,
        }
    }

    /// With a document, whose checksum S3 wants to have where it sets locks.
    pub(super) fn document(mut self, xml: String) -> Self {
        let sum = super::base64(&Sha256::digest(xml.as_bytes()));
        self.body = Bytes::from(xml);
        self.header("x-amz-checksum-sha256", sum).header("content-type", "application/xml")
    }
}

/// An answer with all of its body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    /// A header as text; empty where there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        header(&self.headers, name)
    }
}

/// A header as text; empty where there is none.
pub(super) fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Makes requests of one bucket.
pub(super) struct Client {
    http: reqwest::Client,
    /// The bucket's address, without a slash at its end.
    address: String,
    /// The bucket stands in the path.
    in_path: bool,
    /// The bucket and its server, for people.
    pub(super) place: String,
    region: String,
    clock: Arc<dyn Clock>,
    source: Arc<dyn KeySource>,
    keys: Mutex<Option<(Instant, Credentials)>>,
    pub(super) stop: CancellationToken,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(
        options: &S3Options,
        clock: Arc<dyn Clock>,
        source: Arc<dyn KeySource>,
    ) -> io::Result<Self> {
        // Somebody else in the process may have chosen one already: it is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let builder = reqwest::Client::builder()
            .user_agent(concat!("conductor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(S3_CONNECT_TIMEOUT)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy();
        let builder = match &options.ca {
            None => builder,
            Some(pem) => {
                let known = Certificate::from_pem_bundle(pem).map_err(io::Error::other)?;
                if known.is_empty() {
                    return Err(io::Error::other("`ca_file` has no certificate in it"));
                }
                builder.tls_certs_only(known)
            }
        };
        let (address, host) = options.address()?;
        Ok(Self {
            http: builder.build().map_err(io::Error::other)?,
            address,
            in_path: options.path_style,
            place: format!("bucket `{}` at {host}", options.bucket),
            region: options.region.clone(),
            clock,
            source,
            keys: Mutex::new(None),
            stop: CancellationToken::new(),
        })
    }

    /// The time that requests are signed with.
    pub(super) fn now(&self) -> conductor_domain::time::Timestamp {
        self.clock.now()
    }

    /// Makes a request and takes its whole answer.
    pub(super) async fn send(&self, wanted: &Wanted) -> Result<Answer, S3Error> {
        let (mut response, body) = self.again(wanted, true).await?;
        Ok(Answer { headers: std::mem::take(response.headers_mut()), body })
    }

    /// Makes a request and gives the answer as it begins to come.
    pub(super) async fn open(&self, wanted: &Wanted) -> Result<Response, S3Error> {
        Ok(self.again(wanted, false).await?.0)
    }

    /// Bounded in time, and by the daemon's end.
    pub(super) async fn within<T>(
        &self,
        bound: Duration,
        work: impl Future<Output = Result<T, S3Error>>,
    ) -> Result<T, S3Error> {
        let late = || {
            let text = format!("{} gave no answer within {} s", self.place, bound.as_secs());
            S3Error::new(Kind::Broken, text)
        };
        tokio::select! {
            done = timeout(bound, work) => done.unwrap_or_else(|_elapsed| Err(late())),
            () = self.stop.cancelled() => {
                Err(S3Error::new(Kind::Stopped, "the daemon is stopping"))
            }
        }
    }

    /// Makes a request up to its bound of times; takes the body, too, where it is wanted.
    async fn again(&self, wanted: &Wanted, whole: bool) -> Result<(Response, String), S3Error> {
        let (mut wait, mut asked_for_keys) = (S3_BACKOFF_FIRST, false);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.within(wanted.timeout, self.once(wanted, whole)).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            // Keys that were exchanged meanwhile are asked for once more.
            if error.kind == Kind::WrongKeys && !asked_for_keys {
                asked_for_keys = true;
                if self.keys.lock().await.take().is_some_and(|(since, _)| is_old(since, wait)) {
                    continue;
                }
            }
            if tries >= S3_TRIES_MAX || !error.may_be_repeated(wanted.repeat) {
                return Err(error);
            }
            tracing::debug!(error = error.text, tries, "a request to the S3 server is made again");
            tokio::select! {
                () = tokio::time::sleep(wait) => wait *= 2,
                () = self.stop.cancelled() => return Err(error),
            }
        }
    }

    async fn once(&self, wanted: &Wanted, whole: bool) -> Result<(Response, String), S3Error> {
        let request = self.signed(wanted).await?;
        let sent = self.http.execute(request).await;
        let mut response = sent.map_err(|error| self.broken(error))?;
        let status = response.status();
        if status.is_success() {
            let body = if whole { self.body(&mut response).await? } else { String::new() };
            return Ok((response, body));
        }
        let body = self.body(&mut response).await.unwrap_or_default();
        Err(S3Error::answered(&self.place, status, &body))
    }

    /// The answer's body, up to its bound.
    async fn body(&self, response: &mut Response) -> Result<String, S3Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.broken(error))? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > S3_ANSWER_BYTES_MAX {
                let text = format!("{} answers more than is read", self.place);
                return Err(S3Error::new(Kind::Strange, text));
            }
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What kept a request from its answer.
    pub(super) fn broken(&self, error: reqwest::Error) -> S3Error {
        let kind = if error.is_connect() { Kind::Unsent } else { Kind::Broken };
        let what = if error.is_connect() { "can't be reached" } else { "broke off" };
        S3Error::new(kind, format!("{} {what}: {}", self.place, chain(error)))
    }

    async fn signed(&self, wanted: &Wanted) -> Result<reqwest::Request, S3Error> {
        let strange = |why: &dyn std::fmt::Display| {
            S3Error::new(Kind::Strange, format!("can't make a request of {}: {why}", self.place))
        };
        let url = self.url(wanted);
        let identity = self.keys().await?.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(UNIX_EPOCH + Duration::from_millis(self.clock.now().unix_ms))
            .settings(settings)
            .build()
            .map_err(|error| strange(&error))?
            .into();
        let named = wanted.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let sum = hex(&Sha256::digest(&wanted.body));
        let method = wanted.method.as_str();
        let signable =
            SignableRequest::new(method, url.as_str(), named, SignableBody::Precomputed(sum));
        let signed = signable.and_then(|signable| sign(signable, &params));
        let (instructions, _) = signed.map_err(|error| strange(&error))?.into_parts();
        let mut headers = HeaderMap::new();
        let own = wanted.headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in own.chain(instructions.headers()) {
            let name = HeaderName::try_from(name).map_err(|error| strange(&error))?;
            let value = HeaderValue::try_from(value).map_err(|error| strange(&error))?;
            headers.insert(name, value);
        }
        let request = self.http.request(wanted.method.clone(), url).headers(headers);
        request.body(wanted.body.clone()).build().map_err(|error| strange(&error.without_url()))
    }

    fn url(&self, wanted: &Wanted) -> String {
        let mut url = self.address.clone();
        if !(wanted.key.is_empty() && self.in_path) {
            url.push('/');
            url.push_str(&wanted.key);
        }
        for (place, (name, value)) in wanted.query.iter().enumerate() {
            url.push(if place == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&encoded(value));
        }
        url
    }

    async fn keys(&self) -> Result<Credentials, S3Error> {
        let mut known = self.keys.lock().await;
        if let Some((since, keys)) = &*known
            && !is_old(*since, S3_KEYS_AGE_MAX)
        {
            return Ok(keys.clone());
        }
        let got = self.source.keys().await.map_err(|why| S3Error::new(Kind::NoKeys, why))?;
        let keys = Credentials::new(
            got.access_key,
            got.secret_key,
            got.session_token,
            None,
            "conductord.toml",
        );
        *known = Some((Instant::now(), keys.clone()));
        drop(known);
        Ok(keys)
    }
}

fn is_old(since: Instant, age: Duration) -> bool {
    since.elapsed() > age
}

/// What may stand in a query as it is, and the rest in percent.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte]).to_uppercase());
        }
    }
    encoded
}

/// An error with its causes, without the address.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_written_as_they_are_signed() {
        assert_eq!(encoded("aZ0-._~"), "aZ0-._~");
        assert_eq!(encoded("a/b c+=é"), "a%2Fb%20c%2B%3D%C3%A9");
    }
}
