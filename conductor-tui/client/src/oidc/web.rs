//! HTTP with a provider: over TLS or on this machine alone, bounded in size and time, on the host
//! that was asked.

use std::{error::Error, time::Duration};

use conductor_protocol::oidc::is_private;
use reqwest::{
    Certificate, Client, RequestBuilder, Response, StatusCode, Url,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap},
    redirect::{Attempt, Policy},
};

use super::OidcError;
use crate::limits::{
    PROVIDER_BYTES_MAX, PROVIDER_CONNECT_TIMEOUT, PROVIDER_REDIRECTS_MAX, PROVIDER_TIMEOUT,
};

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// All of it.
    pub bytes: Vec<u8>,
    /// For how long it is good, where the server says that.
    pub max_age: Option<Duration>,
}

/// Makes requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Web {
    client: Client,
}

impl Web {
    /// By the certificates that the system trusts, or by those in a file in PEM alone.
    ///
    /// # Errors
    /// [`OidcError::Certificates`]
    pub fn new(ca: Option<&[u8]>) -> Result<Self, OidcError> {
        // Somebody else in the process may have chosen one already: it is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let wrong = |error: reqwest::Error| OidcError::Certificates(chain(error));
        let mut builder = Client::builder()
            .user_agent(concat!("conductor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(PROVIDER_CONNECT_TIMEOUT)
            .timeout(PROVIDER_TIMEOUT)
            .referer(false)
            .redirect(Policy::custom(redirect));
        if let Some(pem) = ca {
            let certificates = Certificate::from_pem_bundle(pem).map_err(wrong)?;
            if certificates.is_empty() {
                return Err(OidcError::Certificates("there is none in the file".to_owned()));
            }
            builder = builder.tls_certs_only(certificates);
        }
        Ok(Self { client: builder.build().map_err(wrong)? })
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`] and [`OidcError::Strange`]
    pub async fn get(&self, url: &str) -> Result<Fetched, OidcError> {
        let (url, shown) = address(url)?;
        let (status, headers, bytes) = send(self.client.get(url), &shown).await?;
        if status != StatusCode::OK {
            return Err(OidcError::Unreachable { url: shown, why: format!("it answers {status}") });
        }
        Ok(Fetched { bytes, max_age: max_age(&headers) })
    }

    /// Sends a form. The answer's status says whether it was taken.
    pub(super) async fn post(
        &self,
        url: &str,
        form: &[(&str, &str)],
    ) -> Result<(StatusCode, Vec<u8>), OidcError> {
        let (url, shown) = address(url)?;
        let mut encoded = url.clone();
        encoded.query_pairs_mut().clear().extend_pairs(form);
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded.query().unwrap_or_default().to_owned());
        let (status, _, bytes) = send(request, &shown).await?;
        Ok((status, bytes))
    }
}

/// A URL that may be asked, and as it may be shown.
fn address(text: &str) -> Result<(Url, String), OidcError> {
    let url: Result<Url, _> = text.parse();
    match url {
        Ok(url) if is_private(text) => {
            let shown = shown(&url);
            Ok((url, shown))
        }
        _ => Err(OidcError::Strange(
            "it names an address that is neither https nor on this machine".to_owned(),
        )),
    }
}

async fn send(
    request: RequestBuilder,
    url: &str,
) -> Result<(StatusCode, HeaderMap, Vec<u8>), OidcError> {
    let failed = |error| OidcError::Unreachable { url: url.to_owned(), why: chain(error) };
    let request = request.header(ACCEPT, "application/json");
    let mut response: Response = request.send().await.map_err(failed)?;
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > PROVIDER_BYTES_MAX {
            let why = format!("it answers with more than {PROVIDER_BYTES_MAX} bytes");
            return Err(OidcError::Unreachable { url: url.to_owned(), why });
        }
    }
    Ok((response.status(), response.headers().clone(), bytes))
}

/// Redirects stay where the first request went: what is asked of one host is not told by another.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let first = attempt.previous().first();
    let stays = first.is_some_and(|first| first.origin() == attempt.url().origin());
    if !stays {
        return attempt.error("it redirects to another host");
    }
    if attempt.previous().len() > PROVIDER_REDIRECTS_MAX {
        return attempt.error("it redirects too often");
    }
    attempt.follow()
}

/// `Cache-Control: max-age=…`, none where nothing is to be kept.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control = headers.get(CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
    let mut directives = control.split(',').map(str::trim);
    if directives.clone().any(|directive| matches!(directive, "no-store" | "no-cache")) {
        return Some(Duration::ZERO);
    }
    let seconds = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

/// A URL as it may be shown: no user, no password, no query, no fragment.
fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

/// An error with its causes; the URL is left out, since it may hold secrets.
fn chain(error: reqwest::Error) -> String {
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

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// A server that gives these answers, one a connection.
    async fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let own = address.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = vec![0; 4096];
                drop(stream.read(&mut asked).await);
                drop(stream.write_all(answer.replace("{own}", &own).as_bytes()).await);
            }
        });
        address
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
    }

    async fn get(answers: Vec<String>) -> Result<Fetched, String> {
        let address = server(answers).await;
        let web = Web::new(None).unwrap();
        web.get(&format!("{address}/a?secret")).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_document_is_fetched_with_its_age() {
        let whole = answer("200 OK", "cache-control: public, max-age=90\r\n", "{}");
        let fetched = get(vec![whole]).await.unwrap();
        assert_eq!(
            (fetched.bytes.as_slice(), fetched.max_age),
            (&b"{}"[..], Some(Duration::from_secs(90)))
        );
    }

    #[tokio::test]
    async fn a_redirect_stays_on_the_host() {
        let there = answer("302 Found", "location: {own}/b\r\n", "");
        assert!(get(vec![there.clone(), answer("200 OK", "", "{}")]).await.is_ok());
        let away = answer("302 Found", "location: http://localhost:1/b\r\n", "");
        let refused = get(vec![away]).await.unwrap_err();
        assert!(refused.contains("another host") && !refused.contains("secret"), "{refused}");
        let refused = get(vec![there; 9]).await.unwrap_err();
        assert!(refused.contains("too often"), "{refused}");
    }

    #[tokio::test]
    async fn what_is_too_large_or_no_success_is_refused() {
        let large = answer("200 OK", "", &"x".repeat(PROVIDER_BYTES_MAX + 1));
        assert!(get(vec![large]).await.unwrap_err().contains("more than"));
        assert!(get(vec![answer("404 Not Found", "", "")]).await.unwrap_err().contains("404"));
        let refused = Web::new(None).unwrap().get("http://id.example.org/a").await.unwrap_err();
        assert!(matches!(refused, OidcError::Strange(_)), "{refused}");
        assert!(matches!(Web::new(Some(b"no PEM")), Err(OidcError::Certificates(_))));
    }

    #[test]
    fn ages_are_read() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, HeaderValue::from_str(value).unwrap());
            max_age(&headers).map(|age| age.as_secs())
        };
        assert_eq!(of("max-age=60"), Some(60));
        assert_eq!(of("public, Max-Age=\"60\""), Some(60));
        assert_eq!(of("no-store, max-age=60"), Some(0));
        assert_eq!(of("public"), None);
        assert_eq!(of("max-age=soon"), None);
        assert_eq!(max_age(&HeaderMap::new()), None);
    }
}
