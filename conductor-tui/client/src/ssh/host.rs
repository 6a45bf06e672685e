//! Whom SSH connects to, as a URL says it: `ssh://user@host:port`.

use std::{fmt, net::Ipv6Addr};

use crate::{
    endpoint::EndpointError,
    limits::{SSH_HOST_BYTES_MAX, SSH_USER_BYTES_MAX},
};

/// A user, a host and a port that SSH is told; what is left out is for its configuration. Nothing
/// in it can be taken for an option, a command or a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SshHost {
    user: Option<String>,
    /// A name of DNS or of the SSH configuration, or an address; an IPv6 address has no brackets.
    host: String,
    port: Option<u16>,
}

impl SshHost {
    /// Reads what follows `ssh://`: `host`, `user@host`, `host:port`, with an IPv6 address in
    /// brackets.
    ///
    /// # Errors
    /// [`EndpointError::Ssh`], which repeats nothing of what was given: it may hold a password.
    pub(crate) fn parse(rest: &str) -> Result<Self, EndpointError> {
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('/') {
            return Err(EndpointError::Ssh("a path has no place in it"));
        }
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(read_user(user)?), place),
            None => (None, rest),
        };
        let (host, port) = split(place)?;
        Ok(Self { user, host, port })
    }

    /// The arguments of `ssh` that name it: options for what was given, and the host behind a
    /// `--`.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if let Some(port) = self.port {
            arguments.extend(["-p".to_owned(), port.to_string()]);
        }
        if let Some(user) = &self.user {
            arguments.extend(["-l".to_owned(), user.clone()]);
        }
        arguments.extend(["--".to_owned(), self.host.clone()]);
        arguments
    }

    /// How a person would call `ssh` to reach it.
    pub(crate) fn by_hand(&self) -> String {
        let port = self.port.map(|port| format!("-p {port} ")).unwrap_or_default();
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        format!("{port}{user}{}", self.host)
    }

    /// As `known_hosts` names it.
    pub(crate) fn known_as(&self) -> String {
        match self.port {
            Some(port) if port != 22 => format!("[{}]:{port}", self.host),
            _ => self.host.clone(),
        }
    }
}

impl fmt::Display for SshHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ssh://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

fn read_user(text: &str) -> Result<String, EndpointError> {
    if text.contains(':') {
        return Err(EndpointError::Ssh(
            "a password has no place in it: ssh asks for one where it needs one",
        ));
    }
    match is_word(text, SSH_USER_BYTES_MAX) {
        true => Ok(text.to_owned()),
        false => Err(EndpointError::Ssh(
            "its user is empty, or has other signs than letters, digits, `.`, `_` and `-`",
        )),
    }
}

/// The host and the port.
fn split(place: &str) -> Result<(String, Option<u16>), EndpointError> {
    let (host, port) = match place.strip_prefix('[') {
        Some(bracketed) => {
            let (address, rest) =
                bracketed.split_once(']').ok_or(EndpointError::Ssh("a bracket is not closed"))?;
            let port = match rest {
                "" => None,
                rest => Some(rest.strip_prefix(':').ok_or(EndpointError::Ssh(BEHIND))?),
            };
            (read_address(address)?, port)
        }
        None => {
            let (host, port) =
                place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
            if port.is_some_and(|port| port.contains(':')) {
                return Err(EndpointError::Ssh("an IPv6 address stands in brackets: `[::1]`"));
            }
            if !is_word(host, SSH_HOST_BYTES_MAX) {
                return Err(EndpointError::Ssh(
                    "its host is empty, or has other signs than letters, digits, `.`, `_` and `-`",
                ));
            }
            (host.to_owned(), port)
        }
    };
    let port = port.map(|port| match port.parse::<u16>() {
        Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => Ok(number),
        _ => Err(EndpointError::Ssh("its port is no number from 1 to 65535")),
    });
    Ok((host, port.transpose()?))
}

/// What is wrong behind a bracket.
const BEHIND: &str = "only `:port` may follow an address in brackets";

/// An IPv6 address, with its zone where it has one.
fn read_address(text: &str) -> Result<String, EndpointError> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(a, zone)| (a, Some(zone)));
    let sound = address.parse::<Ipv6Addr>().is_ok()
        && zone.is_none_or(|zone| is_word(zone, SSH_HOST_BYTES_MAX));
    match sound {
        true => Ok(text.to_owned()),
        false => Err(EndpointError::Ssh("what stands in brackets is no IPv6 address")),
    }
}

/// Whether a text is a name and nothing else: letters and digits, and inside of it `.`, `_`, `-`.
fn is_word(text: &str, bytes_max: usize) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    first && text.len() <= bytes_max && text.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rest: &str, expected: &str) {
        let found = SshHost::parse(rest);
        let shown = found.map_or_else(
            |error| format!("refused: {error}"),
            |host| format!("{host} {}", host.arguments().join(" ")),
        );
        assert!(shown.starts_with(expected), "{rest} gave {shown}");
    }

    #[test]
    fn what_is_given_becomes_arguments() {
        check("bastion", "ssh://bastion -- bastion");
        check("bastion/", "ssh://bastion -- bastion");
        check("ops@bastion.example.com", "ssh://ops@bastion.example.com -l ops -- bastion");
        check("ops@bastion:2222", "ssh://ops@bastion:2222 -p 2222 -l ops -- bastion");
        check("10.0.0.7:22", "ssh://10.0.0.7:22 -p 22 -- 10.0.0.7");
        check("[::1]", "ssh://[::1] -- ::1");
        check("a.b-c_d@[2001:db8::7]:2222", "ssh://a.b-c_d@[2001:db8::7]:2222 -p 2222 -l a.b-c_d");
        check("[fe80::1%eth0]:1", "ssh://[fe80::1%eth0]:1 -p 1 -- fe80::1%eth0");
    }

    #[test]
    fn nothing_is_read_as_an_option_or_a_command() {
        for odd in [
            "-oProxyCommand=id",
            "-l",
            "ops@-oProxyCommand=id",
            "-oProxyCommand=id@bastion",
            "bastion -oProxyCommand=id",
            "bastion;id",
            "$(id)",
            "`id`@bastion",
            "a%h",
            "*.example.com",
            "!bastion",
            "a,b",
            "a\nb",
            "bastion:22:23",
            "::1",
            "[::1",
            "[::1]x",
            "[::1]-p1",
            "[-oProxyCommand=id]",
            "[::1%-o]",
            "[10.0.0.7]",
        ] {
            check(odd, "refused: ");
        }
    }

    #[test]
    fn what_is_wrong_is_said_and_a_password_is_not() {
        check("", "refused: this `ssh://` URL names no place: its host is empty");
        check("@bastion", "refused: this `ssh://` URL names no place: its user is empty");
        check("bastion:0", "refused: this `ssh://` URL names no place: its port");
        check("bastion:65536", "refused: this `ssh://` URL names no place: its port");
        check("bastion:+22", "refused: this `ssh://` URL names no place: its port");
        check("bastion:", "refused: this `ssh://` URL names no place: its port");
        check("bastion/run/c.sock", "refused: this `ssh://` URL names no place: a path");
        let error = SshHost::parse("ops:hunter2@bastion").unwrap_err().to_string();
        assert!(error.contains("a password has no place"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        let long = "a".repeat(SSH_HOST_BYTES_MAX + 1);
        check(&long, "refused: ");
    }

    #[test]
    fn a_person_is_told_how_to_try_it() {
        let host = SshHost::parse("ops@[::1]:2222").unwrap();
        assert_eq!(host.by_hand(), "-p 2222 ops@::1");
        assert_eq!(host.known_as(), "[::1]:2222");
        assert_eq!(SshHost::parse("bastion").unwrap().known_as(), "bastion");
    }
}
