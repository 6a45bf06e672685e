//! Where a daemon listens: a Unix socket, TCP with TLS anywhere, a machine that SSH leads to, or plain
//! TCP on this machine.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use crate::{ssh::SshHost, tls::Trust};

/// A text that names no place where a daemon could listen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Nothing was given.
    #[error(
        "the host is empty: write `unix:///path/to/socket`, `ssh://user@host` or `https://host:port`"
    )]
    Empty,
    /// A scheme that is not spoken.
    #[error(
        "`{0}` has an unknown scheme: write `unix:///path/to/socket`, `ssh://user@host` or \
         `https://host:port`"
    )]
    Scheme(String),
    /// A socket path that is not absolute.
    #[error("`{0}` is not an absolute path: write `unix:///path/to/socket`")]
    Relative(String),
    /// No host and port where they should be.
    #[error("`{0}` has no host and port: write `https://host:port` or `http://127.0.0.1:port`")]
    Authority(String),
    /// TCP without TLS to another machine.
    #[error(
        "`{0}` is not this machine, and plain TCP is spoken on loopback only: \
         write `https://` or `ssh://user@host` to reach a daemon elsewhere"
    )]
    NotLoopback(String),
    /// No place that SSH could lead to. What was given is not repeated: it may hold a password.
    #[error("this `ssh://` URL names no place: {0}; write `ssh://user@host:port`")]
    Ssh(&'static str),
}

/// Where a daemon listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A Unix socket: the daemon knows the caller by the peer's uid.
    Unix(PathBuf),
    /// Plain TCP on the loopback interface, as `host:port`.
    Tcp(String),
    /// A Unix socket of another machine, where `conductord stdio` brings the bytes to it: the
    /// daemon there knows the caller by the user that SSH logged in.
    Ssh(SshHost),
    /// TCP with TLS. Nothing else is ever spoken there.
    Tls {
        /// `host:port`; the daemon's certificate must name the host.
        authority: String,
        /// Whom to trust; the system's CAs where nothing is said.
        trust: Option<Trust>,
    },
}

impl Endpoint {
    /// Where a daemon of this user listens when nothing else is said: in the runtime folder
    /// (`$XDG_RUNTIME_DIR`), or without one in a folder under `/tmp` that is the user's own.
    #[must_use]
    pub fn default_for(runtime_dir: Option<&Path>, uid: u32) -> Self {
        let folder = match runtime_dir.filter(|path| path.is_absolute()) {
            Some(path) => path.join("conductor"),
            None => PathBuf::from(format!("/tmp/conductor-{uid}")),
        };
        Self::Unix(folder.join("conductord.sock"))
    }

    /// The socket's path, where it is one.
    #[must_use]
    pub fn socket(&self) -> Option<&Path> {
        match self {
            Self::Unix(path) => Some(path),
            Self::Tcp(_) | Self::Tls { .. } | Self::Ssh(_) => None,
        }
    }

    /// Whether certificates count there.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Tls { .. })
    }

    /// The same, with that trust where certificates count.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        match self {
            Self::Tls { authority, .. } => Self::Tls { authority, trust: Some(trust) },
            other => other,
        }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Reads `unix:///path`, `unix:/path`, `/path`, `https://host:port`, `ssh://[user@]host[:port]` or
    /// `http://loopback:port`.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EndpointError::Empty);
        }
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path.starts_with('/') {
                true => Ok(Self::Unix(path.into())),
                false => Err(EndpointError::Relative(text.into())),
            };
        }
        if let Some(rest) = text.strip_prefix("http://") {
            return tcp(text, rest.trim_end_matches('/'));
        }
        if let Some(rest) = text.strip_prefix("ssh://") {
            return SshHost::parse(rest).map(Self::Ssh);
        }
        if let Some(rest) = text.strip_prefix("https://") {
            let authority = rest.trim_end_matches('/');
            host_of(text, authority)?;
            return Ok(Self::Tls { authority: authority.into(), trust: None });
        }
        match text {
            path if path.starts_with('/') => Ok(Self::Unix(path.into())),
            other if other.contains("://") => Err(EndpointError::Scheme(other.into())),
            other => Err(EndpointError::Relative(other.into())),
        }
    }
}

/// The host of `host:port`.
fn host_of<'a>(text: &str, authority: &'a str) -> Result<&'a str, EndpointError> {
    let wrong = || EndpointError::Authority(text.into());
    let (host, port) = authority.rsplit_once(':').ok_or_else(wrong)?;
    let strange = |c: char| c.is_whitespace() || c.is_control() || "/@?#".contains(c);
    if port.parse::<u16>().is_err() || host.is_empty() || host.contains(strange) {
        return Err(wrong());
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // An IPv6 address without its brackets has its end taken for the port.
    if bare.contains(':') != host.starts_with('[') {
        return Err(wrong());
    }
    Ok(bare)
}

fn tcp(text: &str, authority: &str) -> Result<Endpoint, EndpointError> {
    let bare = host_of(text, authority)?;
    let loopback = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match loopback {
        true => Ok(Endpoint::Tcp(authority.into())),
        false => Err(EndpointError::NotLoopback(text.into())),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp(authority) => write!(f, "http://{authority}"),
            Self::Ssh(host) => write!(f, "{host}"),
            Self::Tls { authority, .. } => write!(f, "https://{authority}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = text.parse::<Endpoint>();
        let shown = found.map_or_else(|error| format!("refused: {error}"), |e| e.to_string());
        assert!(shown.starts_with(expected), "{text} gave {shown}");
    }

    #[test]
    fn every_form_is_read() {
        check("unix:///run/c.sock", "unix:///run/c.sock");
        check("unix:/run/c.sock", "unix:///run/c.sock");
        check("/run/c.sock", "unix:///run/c.sock");
        check("http://127.0.0.1:7070", "http://127.0.0.1:7070");
        check("http://localhost:7070/", "http://localhost:7070");
        check("http://[::1]:7070", "http://[::1]:7070");
        check("ssh://ops@bastion:2222/", "ssh://ops@bastion:2222");
        check("ssh://[::1]", "ssh://[::1]");
        check("https://conductor.example:7443/", "https://conductor.example:7443");
        check("https://[2001:db8::1]:7443", "https://[2001:db8::1]:7443");
    }

    #[test]
    fn what_is_no_place_is_refused() {
        check("", "refused: the host is empty");
        check("c.sock", "refused: `c.sock` is not an absolute path");
        check("unix://c.sock", "refused: `unix://c.sock` is not an absolute path");
        check("ftp://127.0.0.1:1", "refused: `ftp://127.0.0.1:1` has an unknown scheme");
        check("https://conductor.example", "refused: `https://conductor.example` has no host and");
        check("https://2001:db8::1:7443", "refused: `https://2001:db8::1:7443` has no host and");
        check("https://alice@example:1", "refused: `https://alice@example:1` has no host and");
        check("https://a:1/b:2", "refused: `https://a:1/b:2` has no host and port");
        check("http://127.0.0.1", "refused: `http://127.0.0.1` has no host and port");
        check("http://127.0.0.1:99999", "refused: `http://127.0.0.1:99999` has no host and port");
        check("ssh://", "refused: this `ssh://` URL names no place");
        check("ssh://-v", "refused: this `ssh://` URL names no place");
        check("http://10.0.0.7:7070", "refused: `http://10.0.0.7:7070` is not this machine");
    }

    #[test]
    fn without_a_word_the_runtime_folder_is_used() {
        let with = Endpoint::default_for(Some(Path::new("/run/user/7")), 7);
        assert_eq!(with.to_string(), "unix:///run/user/7/conductor/conductord.sock");
        let without = Endpoint::default_for(None, 7);
        assert_eq!(without.to_string(), "unix:///tmp/conductor-7/conductord.sock");
        assert_eq!(Endpoint::default_for(Some(Path::new("here")), 7), without);
    }
}
