//! The address of a repository's remote, without anything that could be a credential.

/// Schemes of addresses that are taken.
const SCHEMES: &[&str] = &["https", "http", "ssh", "git", "git+ssh", "file"];

/// The address without user, password, query and fragment. `None` for what is no address of a
/// known form, so that nothing is kept that is not understood.
#[must_use]
pub fn without_credentials(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let clean = match address.split_once("://") {
        Some((scheme, rest)) => url(scheme, rest)?,
        None if address.starts_with('/') => address.to_owned(),
        None => scp(address)?,
    };
    Some(clean)
}

fn url(scheme: &str, rest: &str) -> Option<String> {
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = match rest.find('/') {
        Some(place) => rest.split_at(place),
        None => (rest, ""),
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // A password with a slash in it would have been cut into a host, a port and a path.
    if !is_host(host) || (host.is_empty() && scheme != "file") || path.contains('@') {
        return None;
    }
    Some(format!("{scheme}://{host}{path}"))
}

/// `user@host:path`, as ssh and git take it.
fn scp(address: &str) -> Option<String> {
    let (place, path) = address.split_once(':')?;
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let named = !host.is_empty() && is_host(host) && !host.contains(':');
    (named && !path.is_empty() && !path.starts_with(':') && !path.contains('@'))
        .then(|| format!("{host}:{path}"))
}

/// A name or an address, with a port that is a number.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, after)) => (address, after.strip_prefix(':').unwrap_or(after)),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'%');
    name.bytes().all(known) && port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        assert_eq!(without_credentials(address).as_deref(), expected, "{address}");
    }

    #[test]
    fn addresses_keep_what_finds_the_repository() {
        check("https://example.org/ops/runbooks.git", Some("https://example.org/ops/runbooks.git"));
        check("ssh://git@example.org:2222/ops.git", Some("ssh://example.org:2222/ops.git"));
        check("git@example.org:ops/runbooks.git\n", Some("example.org:ops/runbooks.git"));
        check("https://[::1]:8443/ops.git", Some("https://[::1]:8443/ops.git"));
        check("/srv/git/ops.git", Some("/srv/git/ops.git"));
        check("file:///srv/git/ops.git", Some("file:///srv/git/ops.git"));
    }

    #[test]
    fn credentials_never_stay() {
        check("https://alice:s3cret@example.org/ops.git", Some("https://example.org/ops.git"));
        check("https://s3cret@example.org/ops.git", Some("https://example.org/ops.git"));
        check("https://alice:s3@cret@example.org/ops.git", Some("https://example.org/ops.git"));
        check("https://example.org/ops.git?token=s3cret", Some("https://example.org/ops.git"));
        check("https://example.org/ops.git#s3cret", Some("https://example.org/ops.git"));
        for doubtful in [
            "https://alice:s3/cret@example.org/ops.git",
            "https://alice:s3cret/ops.git",
            "ext::sh -c 'token s3cret'",
            "s3::secret@bucket/path",
            "alice:s3cret@example.org:ops.git",
            "https://",
            "",
            "origin",
        ] {
            check(doubtful, None);
        }
    }
}
