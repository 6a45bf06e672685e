//! `pkg:builtin/shell@1`: a script run by `/bin/sh -c` in a process group of its own.
//!
//! A program gets a clean environment (`environment.rs`), a fresh folder to work in and one that
//! it shares with the run's other tasks on this worker (`folders.rs`), and no standard input. What
//! it prints goes to the kernel as it comes (`capture.rs`). It gives values through the file
//! `$CONDUCTOR_OUTPUT` (`outputs.rs`) and files as artifacts (`artifacts.rs`). However it ends,
//! nothing that it started is left running (`life.rs`, `strays.rs`,
//! `claims.rs`).

mod artifacts;
pub(crate) mod capture;
mod claims;
mod confined;
pub(crate) mod environment;
mod folders;
mod last_line;
pub(crate) mod life;
pub(crate) mod outputs;
mod params;
mod pool;
mod proc;
mod run;
pub(crate) mod strays;

use std::{
    collections::HashSet,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub use self::claims::{Claim, begin as claim_programs};
pub(crate) use self::environment::clean_environment;
use conductor_engine::ports::Lease;

use crate::{
    confine::{Confiner, Finding},
    executor::ExecutorsOptions,
    stop::Stop,
};

use self::{
    environment::BaseEnvironment,
    folders::Folders,
    strays::{Mark, Strays},
};

/// Runs scripts, below one folder that is this worker's alone.
#[derive(Debug)]
pub(crate) struct Shell {
    folders: Folders,
    environment: BaseEnvironment,
    strays: Arc<Strays>,
    term_grace: Duration,
    confiner: Arc<Confiner>,
    /// The attempts that run now.
    live: Mutex<HashSet<Mark>>,
}

impl Shell {
    /// Takes the folder `options.work_dir` (made when it is missing, locked while this lives), ends what
    /// an earlier life of its worker left running, and removes that life's folders.
    ///
    /// The process becomes a child subreaper: what its programs leave behind becomes its child, so
    /// that it can be found and ended.
    ///
    /// # Errors
    /// When the folder can't be made, or another worker holds it
    /// ([`io::ErrorKind::WouldBlock`]).
    pub(crate) fn open(options: &ExecutorsOptions) -> io::Result<Self> {
        let folders = Folders::open(&options.work_dir)?;
        let confiner = Arc::new(Confiner::open(folders.root(), &options.confine)?);
        let strays = Arc::new(Strays::of(folders.root()));
        if let Err(error) = strays::become_subreaper() {
            tracing::warn!(%error, "can't adopt orphans: a program that daemonizes may be left");
        }
        let ended = strays.end_leftovers();
        if ended > 0 {
            tracing::info!(ended, "ended processes that an earlier life of this worker left");
        }
        folders.remove_leftovers()?;
        Ok(Self {
            folders,
            environment: BaseEnvironment::of_this_process(),
            strays,
            term_grace: options.term_grace,
            confiner,
            live: Mutex::default(),
        })
    }

    /// Ends processes that escaped from ended attempts, reaps orphans that ended by themselves,
    /// removes old workspaces. Blocks; meant for every half minute.
    pub(crate) fn tidy(&self) {
        let live = self.live().clone();
        self.strays.tidy(&live);
        self.folders.remove_old_workspaces();
    }

    /// The worker's folder, as its programs are marked with it.
    pub(crate) fn home(&self) -> &Path {
        self.folders.root()
    }

    /// Finds what programs leave behind.
    pub(crate) fn strays(&self) -> Arc<Strays> {
        Arc::clone(&self.strays)
    }

    /// How long an attempt may take, and what it is told when that is over.
    pub(crate) fn bound(&self, lease: &Lease) -> (u64, Stop) {
        match self.confiner.wall(lease) {
            Some((class, wall)) => {
                let wall_ms = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX);
                (wall_ms, Stop::ClassTimedOut { class, wall_ms })
            }
            None => {
                let timeout_ms = lease.timeout_ms;
                (timeout_ms, Stop::AttemptTimedOut { timeout_ms })
            }
        }
    }

    /// What this machine gives to confine programs with.
    pub(crate) fn confinement(&self) -> Vec<Finding> {
        self.confiner.findings()
    }

    fn live(&self) -> MutexGuard<'_, HashSet<Mark>> {
        // A set of marks is whole even when a holder panicked.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
