//! The life of one program: started in its own process group, watched, and ended with all it
//! started.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process_group, test_kill_process_group},
};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{
    limits::{GROUP_POLL, KILL_WAIT},
    stop::{Stop, StopSignal},
};

/// How the program itself ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself.
    Exited(ExitStatus),
    /// Because it had to. Without a status when not even KILL ended it.
    Stopped(Stop, Option<ExitStatus>),
    /// It is not known: the system did not say.
    Unknown(io::Error),
}

/// Starts it, in a group of its own.
///
/// Nothing is set that would need code to run between fork and exec: the standard library then
/// starts the program by `posix_spawn`, which does not copy the daemon's page tables.
pub(super) fn spawn(command: &mut Command, stdin: Stdio) -> io::Result<(Child, Pid)> {
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    match child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        Some(group) => Ok((child, group)),
        None => {
            child.start_kill()?;
            Err(io::Error::other("the system gave it no process number"))
        }
    }
}

/// Waits until the program ends, and ends it when it must stop.
pub(super) async fn watch(
    child: &mut Child,
    group: Pid,
    mut stop: StopSignal,
    term_grace: Duration,
) -> End {
    let reason = tokio::select! {
        biased;
        ended = child.wait() => return ended.map_or_else(End::Unknown, End::Exited),
        reason = stop.stopped() => reason,
    };
    let status = tokio::select! {
        biased;
        () = stop.killed() => None,
        status = clean_up(child, group, term_grace) => status,
    };
    let status = kill(child, group, status).await;
    End::Stopped(stop.reason().unwrap_or(reason), status)
}

/// TERM to the group, and time to clean up.
async fn clean_up(child: &mut Child, group: Pid, term_grace: Duration) -> Option<ExitStatus> {
    signal(group, Signal::TERM);
    let grace_ends_at = Instant::now() + term_grace;
    let status = timeout(term_grace, child.wait()).await.ok().and_then(Result::ok);
    // Its own children may take longer than the shell to clean up.
    while Instant::now() < grace_ends_at && test_kill_process_group(group).is_ok() {
        sleep(GROUP_POLL).await;
    }
    status
}

/// KILL to the group. The status is the one that is known, or what the system says in time.
async fn kill(child: &mut Child, group: Pid, status: Option<ExitStatus>) -> Option<ExitStatus> {
    signal(group, Signal::KILL);
    match status {
        Some(status) => Some(status),
        None => timeout(KILL_WAIT, child.wait()).await.ok().and_then(Result::ok),
    }
}

fn signal(group: Pid, signal: Signal) {
    match kill_process_group(group, signal) {
        Ok(()) | Err(Errno::SRCH) => {}
        Err(error) => {
            tracing::warn!(%error, group = group.as_raw_nonzero(), "can't signal a process group");
        }
    }
}

/// What an exit status that is not success says, and the code where there is one.
pub(super) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(number)) => describe_signal(number),
        (None, None) => "ended in an unknown way".into(),
    }
}

/// What an end by a signal is called.
pub(crate) fn describe_signal(number: i32) -> String {
    format!("killed by signal {number}{}", signal_name(number))
}

fn signal_name(number: i32) -> &'static str {
    match number {
        1 => " (SIGHUP)",
        2 => " (SIGINT)",
        3 => " (SIGQUIT)",
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        13 => " (SIGPIPE)",
        14 => " (SIGALRM)",
        15 => " (SIGTERM)",
        24 => " (SIGXCPU)",
        25 => " (SIGXFSZ)",
        31 => " (SIGSYS)",
        _ => "",
    }
}
