//! Processes that outlive the program that started them, and their end.
//!
//! A program's process group is ended with it. What left the group (`setsid`, a daemon) becomes a
//! child of the worker's process, which is a child subreaper, once its parents are gone; only such
//! orphans need a look. Whose an orphan is shows in this order:
//!
//! 1. its mark: the environment that the program was given, or else the folder it works in;
//! 2. the pipes that it prints to, which are one attempt's alone;
//! 3. its age: when no running attempt began before it, one that has ended left it (`claims.rs`).
//!
//! What descends from a stray is ended with it. The limits of this: an orphan that shed its
//! environment, folder and pipes while attempts overlapped can't be told from those of an attempt
//! that still runs, and lives until the last attempt that began before it has ended, never longer
//! than until [`Strays::tidy`] after that. A worker that was killed leaves such an orphan to the
//! system's first process, where the worker's next life finds only what carries a mark.

#![expect(
    clippy::disallowed_methods,
    reason = "orphans tell nobody of their end: they are looked for"
)]

use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{
        Pid, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, kill_process, kill_process_group,
        waitid, waitpgid,
    },
};

use super::{
    claims::{self, Pipes},
    environment, proc,
};
use crate::limits::{KILL_WAIT, STRAY_ROUNDS_MAX};

/// How often a killed process is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Below the worker's folder: what works there belongs to the worker and to none of its attempts.
pub(crate) const KEPT_FOLDER: &str = "ssh";

/// What tells one attempt's processes from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    /// The lease's fencing token, in the environment.
    pub(super) token: u64,
    /// The number of the folder that it was started in.
    pub(super) slot: u64,
}

/// What an attempt may have left, when its program has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// The program's process group; the program itself was reaped.
    pub(super) group: Pid,
    pub(super) mark: Mark,
    pub(super) pipes: Pipes,
}

/// What a process carries of a [`Mark`].
#[derive(Debug, Clone, Copy)]
enum Trace {
    Token(u64),
    Slot(u64),
    /// Of the worker, and of no attempt: a connection that attempts share.
    Kept,
}

impl Mark {
    fn fits(self, trace: Trace) -> bool {
        match trace {
            Trace::Token(token) => token == self.token,
            Trace::Slot(slot) => slot == self.slot,
            Trace::Kept => false,
        }
    }
}

/// Finds and ends the strays of one worker.
#[derive(Debug)]
pub(crate) struct Strays {
    home_entry: Vec<u8>,
    attempts: PathBuf,
    kept: PathBuf,
    /// Zombies without a mark that the last [`Self::tidy`] saw.
    zombies: Mutex<HashSet<Pid>>,
}

/// Makes orphans of this process's programs its children.
pub(super) fn become_subreaper() -> io::Result<()> {
    Ok(rustix::process::set_child_subreaper(Some(getpid()))?)
}

impl Strays {
    /// Of the worker with this folder.
    pub(super) fn of(root: &Path) -> Self {
        let mut home_entry = format!("{}=", environment::WORKER_HOME).into_bytes();
        home_entry.extend_from_slice(root.as_os_str().as_encoded_bytes());
        let kept = root.join(KEPT_FOLDER);
        // Another worker of this process must not take them for its own orphans.
        claims::keep(kept.clone());
        Self { home_entry, attempts: root.join("attempts"), kept, zombies: Mutex::default() }
    }

    /// Ends everything that an attempt left; its claim has ended. Normally there is nothing, and
    /// this costs two system calls.
    ///
    /// Gives whether all of it is gone.
    pub(super) async fn end_attempt(self: &Arc<Self>, left: Left) -> bool {
        if end_group(left.group) && proc::adopted().is_empty() {
            return true;
        }
        let strays = Arc::clone(self);
        let ended = tokio::task::spawn_blocking(move || strays.end_all_of(left)).await;
        ended.unwrap_or(false)
    }

    /// Ends processes of attempts that are not in `live`, and reaps orphans that ended by
    /// themselves.
    pub(super) fn tidy(&self, live: &HashSet<Mark>) {
        let is_live = |trace| live.iter().any(|mark| mark.fits(trace));
        let is_stray = |pid: &Pid| match self.trace_of(*pid) {
            Some(Trace::Kept) => false,
            Some(trace) => !is_live(trace),
            None => claims::is_unclaimed(*pid),
        };
        let strays: Vec<Pid> = proc::adopted().into_iter().filter(is_stray).collect();
        for pid in with_descendants(strays) {
            tracing::warn!(pid = pid.as_raw_nonzero(), "ending a process that its attempt left");
            end_child(pid);
        }
        self.reap_old_zombies();
    }

    /// Ends what attempts shared: at the end of the worker, when none runs. Blocks.
    pub(crate) fn end_kept(&self) {
        let is_kept = |pid: &Pid| matches!(self.trace_of(*pid), Some(Trace::Kept));
        for pid in proc::all().filter(is_kept) {
            kill(pid);
            reap_if_ended(pid);
        }
    }

    /// Ends what an earlier life of this worker left running. Gives how many processes.
    pub(super) fn end_leftovers(&self) -> usize {
        let mut spared = ancestors();
        spared.insert(getpid());
        let mut ended = 0;
        for _ in 0..STRAY_ROUNDS_MAX {
            let found: Vec<Pid> = proc::all()
                .filter(|pid| !spared.contains(pid) && self.trace_of(*pid).is_some())
                .collect();
            if found.is_empty() {
                break;
            }
            for pid in &found {
                kill(*pid);
            }
            for pid in found {
                if !wait_until_gone(pid) {
                    tracing::warn!(pid = pid.as_raw_nonzero(), "a leftover process does not end");
                    spared.insert(pid);
                }
                ended += 1;
            }
        }
        ended
    }

    /// Blocks until the group and the orphans are gone; gives up after a while.
    fn end_all_of(&self, left: Left) -> bool {
        let is_stray = |pid: &Pid| match self.trace_of(*pid) {
            Some(trace) => left.mark.fits(trace),
            None => {
                proc::pipes(*pid).any(|pipe| left.pipes.contains(&pipe))
                    || claims::is_unclaimed(*pid)
            }
        };
        let until = Instant::now() + KILL_WAIT;
        let mut group_gone = false;
        let mut killed = Killed::default();
        loop {
            // Once it is gone its number may become another's.
            group_gone = group_gone || end_group(left.group);
            let strays: Vec<Pid> = proc::adopted().into_iter().filter(is_stray).collect();
            if group_gone && strays.is_empty() && killed.are_gone() {
                return true;
            }
            if Instant::now() > until {
                return false;
            }
            with_descendants(strays).into_iter().for_each(|pid| killed.kill(pid));
            thread::sleep(LOOK);
        }
    }

    /// What a process carries of its attempt.
    fn trace_of(&self, pid: Pid) -> Option<Trace> {
        let environ = proc::environ(pid)?;
        let entries = || environ.split(|b| *b == 0);
        if entries().any(|entry| entry == self.home_entry) {
            let prefix = format!("{}=", environment::LEASE);
            let token = entries().find_map(|entry| entry.strip_prefix(prefix.as_bytes()));
            let token = std::str::from_utf8(token?).ok()?;
            if token == environment::KEPT {
                return Some(Trace::Kept);
            }
            return token.parse().ok().map(Trace::Token);
        }
        let cwd = proc::cwd(pid)?;
        if cwd == self.kept {
            return Some(Trace::Kept);
        }
        let first = cwd.strip_prefix(&self.attempts).ok()?.components().next()?;
        // Of a folder that was removed the kernel says so after the name.
        let number = first.as_os_str().to_str()?.trim_end_matches(" (deleted)").parse();
        number.ok().map(Trace::Slot)
    }

    /// Reaps zombies that two looks in a row have seen. A child that another part of the process
    /// started is waited for by that part long before.
    fn reap_old_zombies(&self) {
        let is_zombie = |pid: &Pid| proc::stat(*pid).is_some_and(|stat| stat.zombie);
        let now: HashSet<Pid> = proc::adopted().into_iter().filter(is_zombie).collect();
        let mut before = self.zombies.lock().unwrap_or_else(PoisonError::into_inner);
        before.intersection(&now).for_each(|pid| reap_if_ended(*pid));
        *before = now;
        drop(before);
    }
}

/// Processes that were killed, with when they were started. One that is on its way out has let go of
/// all that shows whose it is a moment before it is gone.
#[derive(Debug, Default)]
struct Killed(HashMap<Pid, u64>);

impl Killed {
    fn kill(&mut self, pid: Pid) {
        if let Some(stat) = proc::stat(pid) {
            self.0.insert(pid, stat.started);
        }
        kill(pid);
        reap_if_ended(pid);
    }

    fn are_gone(&mut self) -> bool {
        self.0.retain(|pid, started| match proc::stat(*pid) {
            // Its number may be another's by now.
            Some(stat) if stat.started == *started => {
                if stat.zombie {
                    reap_if_ended(*pid);
                }
                !stat.zombie
            }
            _ => false,
        });
        self.0.is_empty()
    }
}

/// These and what they started, for which nobody else looks.
fn with_descendants(strays: Vec<Pid>) -> Vec<Pid> {
    if strays.is_empty() { strays } else { proc::with_descendants(strays) }
}

/// Kills what is left of a process group and reaps what of it is ours. Gives whether nothing is.
fn end_group(group: Pid) -> bool {
    if kill_process_group(group, Signal::KILL) == Err(Errno::SRCH) {
        return true;
    }
    while let Ok(Some(_)) = waitpgid(group, WaitOptions::NOHANG) {}
    rustix::process::test_kill_process_group(group) == Err(Errno::SRCH)
}

fn end_child(pid: Pid) {
    kill(pid);
    let until = Instant::now() + KILL_WAIT;
    while proc::stat(pid).is_some() && Instant::now() < until {
        reap_if_ended(pid);
        thread::sleep(LOOK);
    }
}

fn kill(pid: Pid) {
    match kill_process(pid, Signal::KILL) {
        Ok(()) | Err(Errno::SRCH) => {}
        Err(error) => {
            tracing::warn!(%error, pid = pid.as_raw_nonzero(), "can't end a stray process");
        }
    }
}

/// An error means that it is no child of ours, or is reaped already: nothing to do either way.
fn reap_if_ended(pid: Pid) {
    if let Err(error) = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG) {
        tracing::trace!(%error, pid = pid.as_raw_nonzero(), "nothing to reap");
    }
}

fn wait_until_gone(pid: Pid) -> bool {
    let until = Instant::now() + KILL_WAIT;
    while proc::stat(pid).is_some_and(|stat| !stat.zombie) {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(LOOK);
    }
    true
}

/// This process's parents: a daemon that is started by a task of another life of itself must not
/// end that task's shell before it has begun.
fn ancestors() -> HashSet<Pid> {
    let mut found = HashSet::new();
    let mut pid = getpid();
    while let Some(parent) = proc::stat(pid).and_then(|stat| Pid::from_raw(stat.parent)) {
        if !found.insert(parent) {
            break;
        }
        pid = parent;
    }
    found
}
