//! What both sides keep to with an OpenID provider: where it says what it is, and which addresses
//! may be asked.

use std::net::IpAddr;

use tonic::codegen::http::Uri;

/// Where a provider describes itself (OpenID Connect Discovery 1.0).
#[must_use]
pub fn description_of(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
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
    fn an_issuer_is_described_below_its_own_path() {
        let at = "https://id.example.org/realms/a/.well-known/openid-configuration";
        assert_eq!(description_of("https://id.example.org/realms/a"), at);
        assert_eq!(description_of("https://id.example.org/realms/a/"), at);
    }

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
