//! The OpenSSH client: its arguments and its process.

#![expect(clippy::disallowed_methods, reason = "the owner of the ssh that leads to a daemon")]

use std::process::Stdio;

use tokio::process::Command;

use super::host::SshHost;
use crate::limits::SSH_CONNECT_TIMEOUT;

/// What is asked for at the far end. A forced command runs in its place.
const FAR_COMMAND: [&str; 2] = ["conductord", "stdio"];

/// How it connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manner {
    /// Whether it may ask at the terminal: for passphrases, and whether an unknown host key is
    /// right.
    asks: bool,
    /// `ask` or `yes`. Never less: what a host key is to be is decided by a person.
    host_keys: &'static str,
    /// Seconds, where the configuration names none.
    connect_timeout: Option<u64>,
}

impl Manner {
    /// Without a question: what is not known is refused.
    pub(super) fn silent() -> Self {
        let connect_timeout = Some(SSH_CONNECT_TIMEOUT.as_secs());
        Self { asks: false, host_keys: "yes", connect_timeout }
    }

    /// With questions, as strict as the configuration has it and never less than asking.
    pub(super) async fn asking(host: &SshHost) -> Self {
        let mut configured = Command::new("ssh");
        configured.args(["-G", "-T"]).args(host.arguments());
        configured.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        // Where it can't be told, the connection fails the same way and says why.
        let told = configured.output().await.map(|output| output.stdout).unwrap_or_default();
        Self::configured(&String::from_utf8_lossy(&told))
    }

    /// From what `ssh -G` prints.
    fn configured(text: &str) -> Self {
        let value = |name: &str| {
            let line = text.lines().find(|line| line.split(' ').next() == Some(name))?;
            line.split(' ').nth(1)
        };
        let strict = matches!(value("stricthostkeychecking"), Some("yes" | "true"));
        let bounded = value("connecttimeout").is_some_and(|told| told != "none");
        Self {
            asks: true,
            host_keys: if strict { "yes" } else { "ask" },
            connect_timeout: (!bounded).then_some(SSH_CONNECT_TIMEOUT.as_secs()),
        }
    }

    fn options(&self) -> Vec<String> {
        let mut options = vec![
            format!("BatchMode={}", if self.asks { "no" } else { "yes" }),
            format!("StrictHostKeyChecking={}", self.host_keys),
        ];
        options.extend(self.connect_timeout.map(|seconds| format!("ConnectTimeout={seconds}")));
        // What a configuration may say of logins to a shell, and is of no use here.
        let usual = [
            "LogLevel=INFO",
            "RemoteCommand=none",
            "ForwardX11=no",
            "ForwardAgent=no",
            "PermitLocalCommand=no",
            "ClearAllForwardings=yes",
        ];
        options.extend(usual.map(str::to_owned));
        options
    }
}

/// A client that is not started yet; its input, output and errors are pipes. It sees this
/// process's environment, for agents, tickets and askers are there.
pub(super) fn client(host: &SshHost, manner: &Manner) -> Command {
    let mut command = Command::new("ssh");
    command.arg("-T");
    for option in manner.options() {
        command.args(["-o", &option]);
    }
    command
        .args(host.arguments())
        .args(FAR_COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if !manner.asks {
        // Keys that mean something to a terminal are not meant for it. One that asks has to
        // belong to the terminal's foreground.
        command.process_group(0);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_strict_as_configured_and_never_less_than_asking() {
        for (told, host_keys, connect_timeout) in [
            ("stricthostkeychecking true\nconnecttimeout none\n", "yes", Some(20)),
            ("stricthostkeychecking yes\nconnecttimeout 7\n", "yes", None),
            ("stricthostkeychecking false\nconnecttimeout none\n", "ask", Some(20)),
            ("stricthostkeychecking accept-new\n", "ask", Some(20)),
            ("user stricthostkeychecking true\n", "ask", Some(20)),
            ("", "ask", Some(20)),
        ] {
            let expected = Manner { asks: true, host_keys, connect_timeout };
            assert_eq!(Manner::configured(told), expected, "{told}");
        }
    }

    #[test]
    fn the_host_and_the_command_come_last() {
        let host = SshHost::parse("ops@bastion:2222").unwrap();
        let command = client(&host, &Manner::silent());
        let words: Vec<_> =
            command.as_std().get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let line = words.join(" ");
        assert!(line.starts_with("-T -o BatchMode=yes -o StrictHostKeyChecking=yes "), "{line}");
        assert!(line.ends_with(" -p 2222 -l ops -- bastion conductord stdio"), "{line}");
    }
}
