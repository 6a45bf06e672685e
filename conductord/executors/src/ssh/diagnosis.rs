//! What befell a connection, from what the client says of it.

use conductor_engine::ports::FailureKind;

use crate::limits::LAST_LINE_BYTES_MAX;

/// What befell a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diagnosis {
    pub(super) kind: FailureKind,
    /// A fragment that fits after the host's name and a colon.
    pub(super) why: String,
}

/// Words of the client, and what they mean. The first that is found counts, so what explains more
/// stands first.
const SIGNS: &[(&str, FailureKind, &str)] = &[
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        FailureKind::Refused,
        "its host key is not the one that is known: it was set up anew, or something stands \
         between",
    ),
    ("Host key for", FailureKind::Refused, "its host key is not the one that is known"),
    (
        "host key is known for",
        FailureKind::Refused,
        "its host key is not known; add it to known_hosts after checking it",
    ),
    ("REVOKED", FailureKind::Refused, "its host key is revoked"),
    ("Host key verification failed", FailureKind::Refused, "its host key is not known"),
    ("Permission denied (", FailureKind::Refused, "it refused the login"),
    ("Too many authentication failures", FailureKind::Refused, "it refused the login"),
    ("Unable to negotiate", FailureKind::Refused, "no common algorithm"),
    ("Bad configuration option", FailureKind::Invalid, "the SSH configuration is wrong"),
    ("Bad owner or permissions", FailureKind::Invalid, "the SSH configuration is not trusted"),
    ("terminating, ", FailureKind::Invalid, "the SSH configuration is wrong"),
    ("Can't open user config file", FailureKind::Invalid, "the SSH configuration is not there"),
    ("Could not resolve hostname", FailureKind::Unreachable, "its name is not known"),
    ("Connection refused", FailureKind::Unreachable, "nothing listens there"),
    ("No route to host", FailureKind::Unreachable, "no way leads there"),
    ("Network is unreachable", FailureKind::Unreachable, "no way leads there"),
    ("timed out", FailureKind::Unreachable, "it did not answer in time"),
    ("Timeout, server", FailureKind::Unreachable, "it stopped answering"),
    ("not responding", FailureKind::Unreachable, "it stopped answering"),
    ("administratively prohibited", FailureKind::Refused, "the jump host does not forward there"),
    ("stdio forwarding failed", FailureKind::Unreachable, "the jump host can't reach it"),
    ("Connection reset", FailureKind::Unreachable, "it closed the connection"),
    ("Connection closed", FailureKind::Unreachable, "it closed the connection"),
    ("closed by remote host", FailureKind::Unreachable, "it closed the connection"),
    ("Broken pipe", FailureKind::Unreachable, "the connection broke"),
];

/// What the client's words mean, if they are known ones.
pub(super) fn diagnose(said: &str) -> Option<Diagnosis> {
    let found = SIGNS.iter().find_map(|(sign, kind, why)| {
        let line = said.lines().find(|line| line.contains(sign))?;
        Some((line, *kind, *why))
    });
    let (line, kind, why) = found?;
    let shown = shown(line);
    let banner = shown.starts_with('@');
    let why = if banner { why.to_owned() } else { format!("{why} ({shown})") };
    Some(Diagnosis { kind, why })
}

/// The last line that says something, readable.
pub(super) fn last_line(said: &str) -> String {
    said.lines().rev().map(shown).find(|line| !line.is_empty()).unwrap_or_default()
}

fn shown(line: &str) -> String {
    let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
    let end = line.char_indices().map(|(at, _)| at).find(|at| *at >= LAST_LINE_BYTES_MAX);
    line[..end.unwrap_or(line.len())].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_have_a_meaning() {
        use FailureKind::{Invalid, Refused, Unreachable};
        let check = |said: &str, kind: FailureKind, part: &str| {
            let found = diagnose(said).unwrap_or_else(|| panic!("{said}"));
            assert_eq!(found.kind, kind, "{said}");
            assert!(found.why.contains(part), "{said}: {}", found.why);
        };
        check("ssh: connect to host 10.0.0.1 port 22: Connection refused", Unreachable, "listens");
        check("ssh: connect to host a port 22: Connection timed out", Unreachable, "in time");
        check("Connection timed out during banner exchange", Unreachable, "in time");
        check("ssh: Could not resolve hostname x: Name or service not known", Unreachable, "name");
        check(
            "kex_exchange_identification: Connection closed by remote host",
            Unreachable,
            "closed",
        );
        check("user@a: Permission denied (publickey).", Refused, "refused the login");
        check(
            "No ED25519 host key is known for [127.0.0.1]:1 and you have requested strict \
             checking.\nHost key verification failed.",
            Refused,
            "add it to known_hosts",
        );
        check(
            "@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@\nIT IS \
             POSSIBLE\nHost key verification failed.",
            Refused,
            "not the one that is known",
        );
        check(
            "/x: line 1: Bad configuration option: foo\n/x: terminating, 1 bad",
            Invalid,
            "wrong",
        );
        assert_eq!(diagnose("Warning: Permanently added 'x' (ED25519)"), None);
        assert_eq!(last_line("one\n\n  two.\r\n \n"), "two");
    }
}
