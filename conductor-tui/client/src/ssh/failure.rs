//! Why no daemon was reached over SSH, and what to do about it: from what the client and the far
//! end say, and how the client ended.

use std::io;

use super::host::SshHost;
use crate::limits::SSH_LINE_BYTES_MAX;

/// The client's own failure, as opposed to the far command's.
const OWN: i32 = 255;
/// What a shell says of a command that it does not find, and of one that it can't start.
const NOT_FOUND: i32 = 127;
const NOT_STARTED: i32 = 126;
/// What `conductord stdio` says: a command line that is wrong, no daemon, a socket that is not
/// for this user.
const USAGE: i32 = 2;
const NO_DAEMON: i32 = 69;
const NOT_PERMITTED: i32 = 77;
/// What the daemon's program puts before its complaints.
const FAR_PREFIX: &str = "conductord: ";

/// What befell, and its mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub(crate) struct SshFailure {
    /// In one line.
    pub(crate) why: String,
    /// What to do.
    pub(crate) mend: String,
    /// Whether the far end said no. Who asks again at once may be taken for an attacker.
    pub(crate) refused: bool,
}

impl SshFailure {
    fn new(why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { why: why.into(), mend: mend.into(), refused: false }
    }

    /// The client could not be started.
    pub(super) fn not_started(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::new(
                "there is no `ssh` on this machine",
                "install OpenSSH's client (openssh-client, openssh-clients) and have it in PATH",
            ),
            _ => Self::new(format!("`ssh` can't be started: {error}"), "see that `ssh -V` works"),
        }
    }

    /// Something printed before the daemon spoke.
    pub(super) fn noise(text: &str) -> Self {
        Self::new(
            format!("what answers there is no daemon, it says `{}`", shown(text)),
            "nothing may print there before `conductord stdio`: not a shell's start-up file, and \
             no other forced command (conductor-ssh(7))",
        )
    }

    /// The client ended with `code` before the daemon spoke, and said this.
    pub(super) fn ended(host: &SshHost, code: Option<i32>, said: &str) -> Self {
        match code {
            None | Some(OWN) => Self::of_the_client(host, said),
            Some(code) => Self::of_the_far_end(code, said),
        }
    }

    fn of_the_client(host: &SshHost, said: &str) -> Self {
        let found = SIGNS.iter().find_map(|sign| {
            let line = said.lines().find(|line| line.contains(sign.words))?;
            Some((sign, line))
        });
        let Some((sign, line)) = found else {
            let last = last_line(said);
            let why = if last.is_empty() { "ssh ended without a word".to_owned() } else { last };
            return Self::new(why, format!("see what `ssh -v {}` says", host.by_hand()));
        };
        let line = shown(line);
        let why = match line.starts_with('@') {
            true => sign.why.to_owned(),
            false => format!("{} ({line})", sign.why),
        };
        // It knows best by which name it knows the host, and some clients say it.
        let forget = said.lines().map(shown).find(|line| line.starts_with("ssh-keygen "));
        let forget = forget.unwrap_or_else(|| format!("ssh-keygen -R '{}'", host.known_as()));
        let mend = sign.mend.replace("{ssh}", &format!("ssh {}", host.by_hand()));
        let mend = mend.replace("{forget}", &forget);
        Self { why, mend, refused: sign.refused }
    }

    fn of_the_far_end(code: i32, said: &str) -> Self {
        let last = last_line(said);
        let told = last.strip_prefix(FAR_PREFIX).unwrap_or(&last);
        let is_old = said.contains("unrecognized subcommand");
        match code {
            NOT_FOUND | NOT_STARTED => Self::new(
                format!("`conductord` can't be started there ({told})"),
                "install it there where a login without a terminal finds it in PATH, or give its \
                 whole path in a forced command (conductor-ssh(7))",
            ),
            NO_DAEMON => Self::new(
                format!("there is no daemon: {told}"),
                "start one there, or say where it listens: `socket` in conductord.toml there, or \
                 `--socket` in a forced command",
            ),
            NOT_PERMITTED => Self::new(
                format!("the daemon's socket is closed to that user: {told}"),
                "open it with `socket_group` and `socket_mode` in conductord.toml there, or log in \
                 as somebody whom it is open to",
            ),
            USAGE if is_old => Self::new(
                "the `conductord` there is of an older version and has no `stdio`",
                "install the same version there as here",
            ),
            code if told.is_empty() => Self::new(
                format!("what was started there ended with {code} and without a word"),
                "a forced command or a login shell there may stand in the way (conductor-ssh(7))",
            ),
            code => Self::new(
                format!("`conductord stdio` ended there with {code}: {told}"),
                "what it says comes from the far end; conductor-ssh(7) tells how that is set up",
            ),
        }
    }
}

/// Words of the client, what they mean, and what to do.
struct Sign {
    words: &'static str,
    why: &'static str,
    mend: &'static str,
    refused: bool,
}

const fn refusal(words: &'static str, why: &'static str, mend: &'static str) -> Sign {
    Sign { words, why, mend, refused: true }
}

const fn fault(words: &'static str, why: &'static str, mend: &'static str) -> Sign {
    Sign { words, why, mend, refused: false }
}

const CHANGED: &str =
    "its host key is not the one that is known: it was set up anew, or something stands between";
const CHANGED_MEND: &str = "ask whoever runs it for the fingerprint of its key; only when that is \
                            what ssh shows, forget the old key with `{forget}`";
const UNKNOWN: &str = "its host key is not known";
const UNKNOWN_MEND: &str =
    "compare the fingerprint that `{ssh}` shows with that of whoever runs it, and say yes there";
const LOGIN: &str = "it refused the login";
const LOGIN_MEND: &str = "`ssh-add -l` lists the keys that are offered (a passphrase is asked for \
                          only when `conductor` starts), and `{ssh}` shows how far it gets";
const CONFIG_MEND: &str = "correct it; `{ssh}` says the same";
const AWAY_MEND: &str = "see whether `{ssh}` gets there, and by which name and port";

/// The first that is found counts, so what explains more stands first.
const SIGNS: &[Sign] = &[
    refusal("REMOTE HOST IDENTIFICATION HAS CHANGED", CHANGED, CHANGED_MEND),
    refusal("host key is known for", UNKNOWN, UNKNOWN_MEND),
    refusal("REVOKED", "its host key is revoked", "ask whoever runs it"),
    refusal("Host key verification failed", UNKNOWN, UNKNOWN_MEND),
    refusal("Permission denied", LOGIN, LOGIN_MEND),
    refusal("Too many authentication failures", LOGIN, LOGIN_MEND),
    fault("Unable to negotiate", "no common algorithm", "bring both sides up to date"),
    fault("Bad configuration option", "the SSH configuration is wrong", CONFIG_MEND),
    fault("Bad owner or permissions", "the SSH configuration is not trusted", CONFIG_MEND),
    fault("terminating, ", "the SSH configuration is wrong", CONFIG_MEND),
    fault("Could not resolve hostname", "its name is not known", AWAY_MEND),
    fault("Connection refused", "no sshd listens there", AWAY_MEND),
    fault("No route to host", "no way leads there", AWAY_MEND),
    fault("Network is unreachable", "no way leads there", AWAY_MEND),
    fault("timed out", "it did not answer in time", AWAY_MEND),
    fault("administratively prohibited", "the jump host does not forward there", AWAY_MEND),
    fault("stdio forwarding failed", "the jump host can't reach it", AWAY_MEND),
    fault("Connection reset", "it closed the connection", AWAY_MEND),
    fault("Connection closed", "it closed the connection", AWAY_MEND),
    fault("closed by remote host", "it closed the connection", AWAY_MEND),
    fault("Broken pipe", "the connection broke", AWAY_MEND),
];

/// The last line that says something, readable.
fn last_line(said: &str) -> String {
    said.lines().rev().map(shown).find(|line| !line.is_empty()).unwrap_or_default()
}

/// The first line of a text, fit to stand in an error.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
    let end = line.char_indices().map(|(at, _)| at).find(|at| *at >= SSH_LINE_BYTES_MAX);
    line[..end.unwrap_or(line.len())].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i32, said: &str, why: &str, mend: &str, refused: bool) {
        let host = SshHost::parse("ops@bastion:2222").unwrap();
        let found = SshFailure::ended(&host, Some(code), said);
        assert!(found.why.contains(why), "{said}: {}", found.why);
        assert!(found.mend.contains(mend), "{said}: {}", found.mend);
        assert_eq!(found.refused, refused, "{said}");
        assert!(!found.why.contains('\n') && !found.mend.contains('\n'), "{found:?}");
    }

    #[test]
    fn what_the_client_says_is_told_with_its_mend() {
        check(
            255,
            "No ED25519 host key is known for [bastion]:2222 and you have requested strict \
             checking.\r\nHost key verification failed.\r\n",
            "its host key is not known (No ED25519",
            "`ssh -p 2222 ops@bastion`",
            true,
        );
        check(
            255,
            "@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@\nHost key \
             verification failed.",
            "not the one that is known",
            "ssh-keygen -R '[bastion]:2222'",
            true,
        );
        let denied = "ops@bastion: Permission denied (publickey).";
        check(255, denied, "refused the login (ops@bastion: Permission", "ssh-add -l", true);
        let refused = "ssh: connect to host bastion port 2222: Connection refused";
        check(255, refused, "no sshd listens there", "`ssh -p 2222 ops@bastion`", false);
        check(255, "", "without a word", "ssh -v -p 2222 ops@bastion", false);
        check(255, "odd\u{1b}[2J thing\n", "odd[2J thing", "ssh -v", false);
    }

    #[test]
    fn what_the_far_end_says_is_told_with_its_mend() {
        check(127, "bash: line 1: conductord: command not found", "not found", "in PATH", false);
        let none = "conductord: reach the daemon at /run/c.sock: nobody listens there";
        check(69, none, "no daemon: reach the daemon at /run/c.sock", "`socket`", false);
        let closed = "conductord: reach the daemon at /run/c.sock: Permission denied (os error 13)";
        check(77, closed, "closed to that user: reach", "socket_group", false);
        check(2, "error: unrecognized subcommand 'stdio'\n\nUsage: x", "older", "version", false);
        check(1, "This account is currently not available.", "with 1: This account", "far", false);
        check(0, "", "ended with 0 and without a word", "forced command", false);
        let long = "x".repeat(10_000);
        assert!(SshFailure::noise(&long).why.len() < 500);
    }
}
