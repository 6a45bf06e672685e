//! The OpenSSH client: its arguments, its environment, its process.

#![expect(
    clippy::disallowed_methods,
    reason = "the owner of the SSH clients, and of what they see"
)]

use std::{
    ffi::OsString,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use super::{
    Ssh, SshOptions,
    params::{HostKeys, SshParams},
    remote::BOOTSTRAP,
    sockets::Place,
};
use crate::{
    limits::{KILL_WAIT, SSH_ALIVE_COUNT_MAX, SSH_ALIVE_INTERVAL, SSH_EXIT_WAIT},
    shell::environment::{KEPT, LEASE, PATH, WORKER_HOME},
};

/// Variables of the worker's own environment that the client may need: agents, Kerberos.
const PASSED: &[&str] =
    &["HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "KRB5CCNAME", "XDG_RUNTIME_DIR"];

/// What every client of a worker sees.
#[derive(Debug)]
pub(super) struct ClientEnvironment {
    variables: Vec<(&'static str, OsString)>,
}

impl ClientEnvironment {
    /// Agents and tickets of the worker's user, and the worker's mark.
    pub(super) fn of_this_process(work_dir: &Path) -> Self {
        let passed = PASSED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let own = [
            ("PATH", OsString::from(PATH)),
            ("LANG", OsString::from("C.UTF-8")),
            (WORKER_HOME, work_dir.as_os_str().to_owned()),
            // A shared connection outlives the attempt that made it; then its folder is its mark,
            // for the client writes its title over its environment.
            (LEASE, OsString::from(KEPT)),
        ];
        Self { variables: passed.chain(own).collect() }
    }
}

/// Everything that decides which connection it is: what is shared must be equal in this.
pub(super) fn way(options: &SshOptions, params: &SshParams) -> Vec<String> {
    let mut arguments = Vec::new();
    if let Some(config) = &options.config {
        arguments.extend(["-F".to_owned(), config.display().to_string()]);
    }
    let mut set = |name: &str, value: &str| {
        arguments.extend(["-o".to_owned(), format!("{name}={value}")]);
    };
    // The first word on a name counts: what the task says comes before what is usual.
    for (name, value) in &params.options {
        set(name, value);
    }
    let host_keys = match params.host_keys.unwrap_or(options.host_keys) {
        HostKeys::Strict => "yes",
        HostKeys::AcceptNew => "accept-new",
    };
    let connect_timeout = params.connect_timeout.unwrap_or(options.connect_timeout);
    set("BatchMode", "yes");
    set("StrictHostKeyChecking", host_keys);
    set("ConnectTimeout", &connect_timeout.as_secs().max(1).to_string());
    set("ServerAliveInterval", &SSH_ALIVE_INTERVAL.as_secs().to_string());
    set("ServerAliveCountMax", &SSH_ALIVE_COUNT_MAX.to_string());
    // What an operator's configuration may say of interactive logins, and is of no use here.
    for (name, value) in [
        ("LogLevel", "INFO"),
        ("RequestTTY", "no"),
        ("RemoteCommand", "none"),
        ("EscapeChar", "none"),
        ("ForwardX11", "no"),
        ("PermitLocalCommand", "no"),
        ("ClearAllForwardings", "yes"),
    ] {
        set(name, value);
    }
    let host = &params.host;
    if host.address != host.name {
        // The name is still what the configuration's `Host` lines see.
        set("HostName", &host.address.replace('%', "%%"));
    }
    if let Some(port) = host.port {
        arguments.extend(["-p".to_owned(), port.to_string()]);
    }
    if let Some(user) = &host.user {
        arguments.extend(["-l".to_owned(), user.clone()]);
    }
    arguments.extend(["--".to_owned(), host.name.clone()]);
    arguments
}

impl Ssh {
    /// Starts a client. Its input, output and errors are pipes; what it says itself goes to the
    /// place's log.
    pub(super) fn start(&self, way: &[String], place: &Place) -> io::Result<Child> {
        let persist = self.options.persist.as_secs();
        self.command(way, place, persist).arg(BOOTSTRAP).stdin(Stdio::piped()).spawn()
    }

    /// Connects once more, without sharing, to hear what the client of a jump host has to say:
    /// while connections are shared it has nobody to say it to.
    pub(super) async fn listen_to_jump(
        &self,
        way: &[String],
        place: &Place,
        within: Duration,
    ) -> String {
        let client = self.command(way, place, 0).arg("true").stdin(Stdio::null()).spawn();
        let Ok(client) = client else { return String::new() };
        let heard = timeout(within, client.wait_with_output()).await;
        let heard = heard.ok().and_then(Result::ok).map(|output| output.stderr);
        String::from_utf8_lossy(&heard.unwrap_or_default()).into_owned()
    }

    fn command(&self, way: &[String], place: &Place, persist: u64) -> Command {
        let mut command = Command::new("ssh");
        command.arg("-E").arg(&place.log);
        if persist == 0 {
            command.args(["-o", "ControlPath=none", "-o", "ControlMaster=no"]);
        } else {
            command.arg("-o").arg(option_of("ControlPath", &place.socket));
            command.args(["-o", "ControlMaster=auto", "-o", &format!("ControlPersist={persist}")]);
        }
        command
            .args(way)
            .env_clear()
            .envs(self.environment.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.sockets.home())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Signals to the worker's group are not the client's.
            .process_group(0)
            .kill_on_drop(true);
        command
    }
}

fn option_of(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push("=");
    // `%` begins something that the client fills in.
    option.push(path.to_string_lossy().replace('%', "%%"));
    option
}

/// Ends a client: TERM, with which it ends what it started, then KILL. Not its group: a jump host's
/// client there may serve a connection that others share.
pub(super) async fn end(child: &mut Child) -> Option<ExitStatus> {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed()))
        && let Err(error) = kill_process(pid, Signal::TERM)
    {
        tracing::debug!(%error, "can't signal an SSH client");
    }
    if let Some(status) = wait(child, SSH_EXIT_WAIT).await {
        return Some(status);
    }
    if let Err(error) = child.start_kill() {
        tracing::debug!(%error, "can't kill an SSH client");
    }
    wait(child, KILL_WAIT).await
}

/// Its status, if it ends in that time.
pub(super) async fn wait(child: &mut Child, within: Duration) -> Option<ExitStatus> {
    timeout(within, child.wait()).await.ok().and_then(Result::ok)
}
