//! Whose an orphan can be that carries no mark.
//!
//! A process that cleared its environment and left its folder says nothing about where it came
//! from. Two things remain that it can't easily shed: the pipes that it prints to, and the time
//! at which it was started. Every attempt claims what is started while it runs; an orphan is
//! *unclaimed* when no running attempt began before it, nor gave it its pipes. It was then left by
//! an attempt that has ended, and may be ended without touching anybody else's processes.
//!
//! Orphans are adopted by the process, not by one of its workers, so all of them share one register.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustix::{
    param::clock_ticks_per_second,
    process::Pid,
    time::{ClockId, clock_gettime},
};

use super::proc;

static REGISTER: Mutex<Register> =
    Mutex::new(Register { claims: Vec::new(), next: 0, first_began: None, kept: Vec::new() });

#[derive(Debug)]
struct Register {
    claims: Vec<Entry>,
    next: u64,
    /// When the first attempt of this process began: what is older came from elsewhere.
    first_began: Option<u64>,
    /// What works in one of these folders outlives its attempt.
    kept: Vec<PathBuf>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    /// Clock ticks since the system started, as processes' times are told.
    began: u64,
    pipes: Pipes,
}

/// The inodes of the pipes that a program prints to.
pub(super) type Pipes = [u64; 2];

/// The claim of a running attempt, or of whoever else starts programs, which ends when it is dropped.
#[derive(Debug)]
pub struct Claim {
    number: u64,
}

/// Claims what is started from now on, so that no worker of this process takes it for what an attempt
/// left. Comes before the program is started.
#[must_use]
pub fn begin() -> Claim {
    Claim { number: register().enter(now()) }
}

impl Claim {
    /// Claims what prints to these pipes, whenever it was started.
    pub(super) fn printing_to(&self, pipes: Pipes) {
        if let Some(entry) = register().claims.iter_mut().find(|e| e.number == self.number) {
            entry.pipes = pipes;
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        register().claims.retain(|entry| entry.number != self.number);
    }
}

/// Claims what works in this folder, whoever started it, as long as the process lives.
pub(super) fn keep(folder: PathBuf) {
    let mut register = register();
    if !register.kept.contains(&folder) {
        register.kept.push(folder);
    }
}

/// Whether no running attempt can have started this orphan, and one that has ended can.
pub(super) fn is_unclaimed(orphan: Pid) -> bool {
    proc::stat(orphan).is_some_and(|stat| register().is_unclaimed(stat.started))
        // What was given to another since then is that one's.
        && !proc::pipes(orphan).any(|pipe| register().gave(pipe))
        && !proc::cwd(orphan).is_some_and(|folder| register().kept.contains(&folder))
}

impl Register {
    fn enter(&mut self, began: u64) -> u64 {
        let number = self.next;
        self.next += 1;
        self.first_began.get_or_insert(began);
        self.claims.push(Entry { number, began, pipes: Pipes::default() });
        number
    }

    fn is_unclaimed(&self, started: u64) -> bool {
        // Within one tick there is no telling which came first: the attempt may have.
        self.first_began.is_some_and(|first| first <= started)
            && self.claims.iter().all(|claim| started < claim.began)
    }

    fn gave(&self, pipe: u64) -> bool {
        self.claims.iter().any(|claim| claim.pipes.contains(&pipe))
    }
}

fn register() -> MutexGuard<'static, Register> {
    // Each change is one push, removal or store: a panic leaves it whole.
    REGISTER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    let per_second = clock_ticks_per_second();
    let seconds = time.tv_sec.unsigned_abs() * per_second;
    seconds + time.tv_nsec.unsigned_abs() * per_second / 1_000_000_000
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a test needs a process to look at")]

    use super::*;

    fn entry(began: u64, pipes: Pipes) -> Entry {
        Entry { number: began, began, pipes }
    }

    #[test]
    fn an_orphan_is_unclaimed_when_only_ended_attempts_can_have_started_it() {
        let check = |first_began, running: &[u64], started, expected| {
            let claims = running.iter().map(|began| entry(*began, [0, 0])).collect();
            let register = Register { claims, next: 0, first_began, kept: Vec::new() };
            assert_eq!(register.is_unclaimed(started), expected, "{running:?} {started}");
        };
        check(None, &[], 10, false);
        check(Some(11), &[], 10, false);
        check(Some(10), &[], 10, true);
        check(Some(5), &[11], 10, true);
        check(Some(5), &[11, 12], 10, true);
        check(Some(5), &[10], 10, false);
        check(Some(5), &[9, 12], 10, false);
    }

    #[test]
    fn a_claim_lasts_until_it_is_dropped() {
        let claim = begin();
        claim.printing_to([7, 8]);
        let held = |pipe| register().gave(pipe);
        assert!(held(7) && held(8) && !held(9));
        assert!(!register().is_unclaimed(now()));
        drop(claim);
        assert!(!held(7));
    }

    #[test]
    fn the_time_is_that_of_processes() {
        let before = now();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = Pid::from_child(&child);
        let started = proc::stat(pid).unwrap().started;
        child.wait().unwrap();
        assert!((before..=now()).contains(&started), "{before} {started}");
    }
}
