//! Ctrl-C and its like: a chore that was asked to stop ends its programs and cleans up behind
//! itself, instead of dying on the spot.

use std::{
    process::{Child, ExitStatus},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// How often a waiting chore looks at its program.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// How long a program has to end once it was asked to.
const END_WITHIN: Duration = Duration::from_secs(10);

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on the signals that ask for an end are noted instead of being fatal.
pub(crate) fn note() -> Result<()> {
    let asked = ASKED.get_or_init(Arc::default);
    for signal in [2, 15, 1] {
        signal_hook::flag::register(signal, Arc::clone(asked))
            .with_context(|| format!("watch for signal {signal}"))?;
    }
    Ok(())
}

/// Whether somebody asked for the end.
pub(crate) fn asked() -> bool {
    ASKED.get().is_some_and(|asked| asked.load(Ordering::Relaxed))
}

/// Waits for a program; when the chore is asked to stop, the program is asked too.
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().context("wait for a program")? {
            return Ok(status);
        }
        if asked() {
            return end(child);
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Asks a program to end, and kills it when it does not within the bound.
pub(crate) fn end(child: &mut Child) -> Result<ExitStatus> {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may have ended by itself in the meantime.
        _ = kill_process(pid, Signal::TERM);
    }
    let deadline = Instant::now() + END_WITHIN;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().context("wait for a program to end")? {
            return Ok(status);
        }
        thread::sleep(LOOK_EVERY);
    }
    child.kill().context("kill a program that would not end")?;
    child.wait().context("wait for a killed program")
}
