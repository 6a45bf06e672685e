//! What a provider publishes, as it is fetched: the port, and which addresses may be asked.

use std::{fmt, future::Future, net::IpAddr, pin::Pin, time::Duration};

use axum::http::Uri;

/// A fetched document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// All of it.
    pub bytes: Vec<u8>,
    /// For how long it is good, where the server says that (`Cache-Control: max-age`).
    pub max_age: Option<Duration>,
}

/// A document on its way, or why there is none: in a sentence without anything secret.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Document, String>> + Send + 'a>>;

/// Fetches documents. What stands behind it bounds their size, the time that they take and where a
/// redirect may lead.
pub trait Documents: fmt::Debug + Send + Sync + 'static {
    /// The document at a URL.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// Whether nobody can change on the way what such a URL gives: TLS, or this machine alone.
#[must_use]
pub fn is_private(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else { return false };
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(host),
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_alone() {
        for good in [
            "https://id.example.org",
            "https://id.example.org/realms/a",
            "http://localhost:8080/a",
            "http://127.0.0.1:1",
            "http://[::1]:1/a",
        ] {
            assert!(is_private(good), "{good}");
        }
        for bad in [
            "http://id.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org/",
            "http://localhost@example.org/",
            "ftp://localhost/",
            "file:///etc/passwd",
            "id.example.org",
            "/keys",
            "https://",
            "",
        ] {
            assert!(!is_private(bad), "{bad}");
        }
    }
}
