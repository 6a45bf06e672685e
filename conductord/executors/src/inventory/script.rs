//! Inventory scripts: run with bounds, their answers kept for a while.

#![expect(clippy::disallowed_methods, reason = "the owner of the scripts that inventories run")]

use std::{
    io::Read,
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use conductor_protocol::inventory::{Format, LabelRules, SOURCE_BYTES_MAX, parse};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{Drafts, Kept, Unread};
use crate::limits::{INVENTORY_STDERR_BYTES_MAX, OUTPUT_CLOSE_WAIT, SCRIPT_POLL};

/// A script, and what it printed last.
#[derive(Debug)]
pub(super) struct Script {
    command: Vec<String>,
    timeout: Duration,
    cache: Duration,
    kept: Kept<Instant>,
}

impl Script {
    pub(super) const fn new(command: Vec<String>, timeout: Duration, cache: Duration) -> Self {
        Self { command, timeout, cache, kept: Kept::new() }
    }

    pub(super) fn read(&self, rules: &LabelRules) -> Result<Drafts, Unread> {
        self.kept.get_or(
            |read_at| read_at.elapsed() < self.cache,
            || {
                let text = self.run()?;
                let drafts = parse(Format::of("", &text), &text, rules);
                Ok((Instant::now(), drafts.map_err(|problems| Unread::of(&problems))?))
            },
        )
    }

    /// What it prints, if it ends well and in time.
    fn run(&self) -> Result<String, Unread> {
        let failed = |why: String| Unread::Unavailable(why);
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| failed("no program is named".into()))?;
        // Its own group, so that all of it can be ended. It sees the daemon's environment: the
        // credentials of the clouds that it asks are there.
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = started.map_err(|error| failed(format!("start it: {error}")))?;
        let stdout = read_apart(child.stdout.take(), SOURCE_BYTES_MAX + 1);
        let stderr = read_apart(child.stderr.take(), INVENTORY_STDERR_BYTES_MAX);
        let until = Instant::now() + self.timeout;
        let took_too_long = || failed(format!("it took more than {:?}", self.timeout));
        let left = |until: Instant| until.saturating_duration_since(Instant::now());
        let printed = stdout.recv_timeout(left(until));
        let status = match &printed {
            Ok(bytes) if bytes.len() > SOURCE_BYTES_MAX => None,
            Ok(_) => wait(&mut child, until),
            Err(_) => None,
        };
        end(&mut child);
        let printed = printed.map_err(|_| took_too_long())?;
        if printed.len() > SOURCE_BYTES_MAX {
            return Err(failed(format!("it printed more than {SOURCE_BYTES_MAX} bytes")));
        }
        let status = status.ok_or_else(took_too_long)?;
        if !status.success() {
            let said = stderr.recv_timeout(OUTPUT_CLOSE_WAIT).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            let last: String = last.trim().chars().filter(|c| !c.is_control()).collect();
            return Err(failed(format!("it ended with {status}: {last}")));
        }
        String::from_utf8(printed).map_err(|_| failed("what it printed is not UTF-8".into()))
    }
}

/// Reads a pipe to its end, or to a bound, on a thread of its own.
fn read_apart(pipe: Option<impl Read + Send + 'static>, bound: usize) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let bound = u64::try_from(bound).unwrap_or(u64::MAX);
            if let Err(error) = pipe.take(bound).read_to_end(&mut bytes) {
                tracing::debug!(%error, "a script's output ended early");
            }
        }
        // Nobody waits any more when the time is over.
        sender.send(bytes).ok();
    });
    receiver
}

/// Waits for the end of a child that has closed its output; nothing when that takes too long.
fn wait(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => thread::sleep(SCRIPT_POLL),
            Ok(None) | Err(_) => return None,
        }
    }
}

/// Ends what is left of it and of what it started.
fn end(child: &mut Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        // Nothing is left of most scripts here.
        kill_process_group(group, Signal::KILL).ok();
    }
    if let Err(error) = child.wait() {
        tracing::debug!(%error, "can't wait for an inventory script");
    }
}
