//! Who is not answered over HTTP: browsers, and whoever comes by a name that is not this machine's.
//!
//! A page that somebody looks at could have their browser ask a listener that takes no credentials,
//! or reach it under a name of its own (DNS rebinding). So no request with an `Origin` is answered,
//! at any door, and where nothing proves who asks, only one for this machine by name.

use axum::{
    extract::Request,
    http::header::{HOST, ORIGIN},
};

use super::refused::Refused;
use crate::peer::Peer;

/// Lets through what no browser sends.
pub(super) fn check(request: &Request) -> Result<(), Refused> {
    let headers = request.headers();
    if headers.contains_key(ORIGIN) {
        return Err(Refused::browser("requests of pages in browsers are not answered"));
    }
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    if site.is_some_and(|site| site != b"none") {
        return Err(Refused::browser("requests of pages in browsers are not answered"));
    }
    let peer = request.extensions().get::<Peer>();
    if !peer.is_some_and(Peer::proves_nothing) {
        return Ok(());
    }
    let mut hosts = headers.get_all(HOST).iter();
    let named = match (request.uri().host(), hosts.next(), hosts.next()) {
        (Some(host), ..) => Some(host),
        (None, Some(host), None) => host.to_str().ok().map(without_port),
        _ => None,
    };
    match named {
        Some(host) if is_local(host) => Ok(()),
        _ => Err(Refused::browser("the request is for another host than this machine")),
    }
}

/// A host without its port.
fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

/// Whether a name is this machine's for itself.
fn is_local(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use conductor_domain::scope::Principal;

    use super::*;

    fn asked(peer: Peer, headers: &[(&str, &str)]) -> Result<(), Refused> {
        let mut request = Request::builder().uri("/maestro/runs");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.extension(peer).body(Body::empty()).unwrap())
    }

    #[test]
    fn only_this_machine_by_name_is_asked_for_without_proof() {
        let open = || Peer::open(Principal::new("svc:ci"));
        for good in ["localhost", "LOCALHOST:8001", "127.0.0.1:8001", "[::1]:8001", "127.0.0.2"] {
            assert!(asked(open(), &[("host", good)]).is_ok(), "{good}");
        }
        for bad in ["evil.example", "localhost.evil.example:8001", "192.0.2.1", "", "[::1"] {
            assert!(asked(open(), &[("host", bad)]).is_err(), "{bad}");
        }
        assert!(asked(open(), &[]).is_err());
        assert!(asked(open(), &[("host", "localhost"), ("host", "localhost")]).is_err());
        assert!(asked(Peer::unix(1), &[("host", "anything")]).is_ok());
    }

    #[test]
    fn no_page_in_a_browser_is_answered_at_any_door() {
        for peer in [Peer::unix(1), Peer::open(Principal::new("svc:ci")), Peer::tls("a".into())] {
            let host = ("host", "localhost");
            assert!(asked(peer.clone(), &[host, ("origin", "http://localhost")]).is_err());
            assert!(asked(peer.clone(), &[host, ("origin", "null")]).is_err());
            assert!(asked(peer.clone(), &[host, ("sec-fetch-site", "cross-site")]).is_err());
            assert!(asked(peer, &[host, ("sec-fetch-site", "none")]).is_ok());
        }
    }
}
