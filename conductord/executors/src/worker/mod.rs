//! The worker: takes leases from the kernel, runs them, keeps them alive and reports how they
//! ended.
//!
//! `session.rs` obeys the kernel's orders, `attempt.rs` lives through one lease, `report.rs` tells
//! how it ended, `held.rs` knows which leases are held, `heartbeat.rs` keeps them alive.

mod attempt;
mod heartbeat;
mod held;
mod report;
mod session;

use std::{fmt, sync::Arc, time::Duration};

use conductor_engine::ports::WorkPort;
use conductor_protocol::id::WorkerId;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{heartbeat::Rhythm, held::Held};
use crate::{
    backoff::{Backoff, Dice, system_dice, until_answered},
    executor::{Executor, Executors},
    limits::{DRAIN_DEFAULT, DRAIN_STOP_WAIT, TIDY_INTERVAL},
    stop::Stop,
};

/// How a worker is set up.
#[derive(Clone)]
pub struct WorkerOptions {
    /// For humans, such as a host name.
    pub name: String,
    /// Leases it takes at once.
    pub capacity: u32,
    /// Lives and dies with the daemon.
    pub in_process: bool,
    /// How long attempts may go on after a shutdown was asked.
    pub drain: Duration,
    /// Spreads retries.
    pub dice: Dice,
}

impl WorkerOptions {
    /// A worker of that name and capacity, the rest as usual.
    #[must_use]
    pub fn new(name: impl Into<String>, capacity: u32) -> Self {
        let (name, drain, dice) = (name.into(), DRAIN_DEFAULT, system_dice());
        Self { name, capacity, in_process: false, drain, dice }
    }
}

impl fmt::Debug for WorkerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerOptions")
            .field("name", &self.name)
            .field("capacity", &self.capacity)
            .field("in_process", &self.in_process)
            .field("drain", &self.drain)
            .finish_non_exhaustive()
    }
}

/// Why a worker can't work.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The kernel does not want it.
    #[error("open a worker session: {message} ({code})")]
    Refused {
        /// Stable code.
        code: String,
        /// A sentence.
        message: String,
    },
}

/// How a worker ended after a shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Attempts that were given up: their leases run out and others take them.
    pub given_up: usize,
}

/// Takes leases and carries them out until it is told to shut down.
#[derive(Debug)]
pub struct Worker<P> {
    port: P,
    executors: Executors,
    options: WorkerOptions,
}

/// What everything of one worker shares.
struct Shared<P> {
    port: P,
    executors: Executors,
    options: WorkerOptions,
    held: Held,
    /// The attempts that run.
    tasks: TaskTracker,
    /// Ends retries of reports when the worker has to go.
    gone: CancellationToken,
}

impl<P: WorkPort> Worker<P> {
    /// A worker that gets its leases from `port`.
    #[must_use]
    pub fn new(port: P, executors: Executors, options: WorkerOptions) -> Self {
        Self { port, executors, options }
    }

    /// Works until `shutdown`, then lets attempts end for a while and gives the rest up. When the
    /// session ends before, it is opened again, with the worker's id and the leases it holds.
    ///
    /// # Errors
    /// When the kernel refuses the worker. Attempts that run are given up.
    pub async fn run(self, shutdown: CancellationToken) -> Result<Drained, WorkerError> {
        let Self { port, executors, options } = self;
        let tidying = tokio::spawn(tidy(executors.clone()));
        let shared = Arc::new(Shared {
            port,
            executors,
            options,
            held: Held::default(),
            tasks: TaskTracker::new(),
            gone: CancellationToken::new(),
        });
        let worked = work(&shared, &shutdown).await;
        let given_up = shared.give_up().await;
        tidying.abort();
        shared.close().await;
        worked.map(|()| Drained { given_up })
    }
}

/// One session after another.
async fn work<P: WorkPort>(
    shared: &Arc<Shared<P>>,
    shutdown: &CancellationToken,
) -> Result<(), WorkerError> {
    let mut before: Option<(WorkerId, Rhythm)> = None;
    loop {
        let opened = tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            opened = connect(shared, before) => opened?,
        };
        before = Some((opened.worker(), opened.rhythm()));
        if opened.serve(shared, shutdown).await == session::Over::Shutdown {
            return Ok(());
        }
        tracing::info!("the session with the kernel ended, opening another");
        // A kernel that ends every session at once must not be asked in a tight circle.
        tokio::time::sleep(Backoff::new(&shared.options.dice).step()).await;
    }
}

/// Opens a session, trying until the kernel answers.
async fn connect<P: WorkPort>(
    shared: &Shared<P>,
    before: Option<(WorkerId, Rhythm)>,
) -> Result<session::Session, WorkerError> {
    let worker = before.map(|(worker, _)| worker);
    let answered =
        until_answered(&shared.options.dice, "open a session", || session::open(shared, worker));
    let expiring = async {
        match before {
            Some((_, rhythm)) => heartbeat::let_expire(shared, rhythm).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        answer = answered => {
            answer.map_err(|(code, message)| WorkerError::Refused { code, message })
        }
        never = expiring => match never {},
    }
}

impl<P: WorkPort> Shared<P> {
    /// Stops what still runs and waits until it is gone. Gives how many attempts that were.
    async fn give_up(&self) -> usize {
        self.tasks.close();
        let given_up = self.held.stop_all(Stop::Shutdown);
        self.gone.cancel();
        if tokio::time::timeout(DRAIN_STOP_WAIT, self.tasks.wait()).await.is_err() {
            tracing::warn!(attempts = self.held.len(), "attempts do not end, leaving them behind");
        }
        given_up
    }

    /// Ends what the attempts shared.
    async fn close(&self) {
        let executors = self.executors.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || executors.close()).await {
            tracing::error!(%error, "closing connections failed");
        }
    }

    fn uses(&self) -> Vec<String> {
        Executor::ALL.into_iter().map(|executor| executor.uses().to_owned()).collect()
    }
}

async fn tidy(executors: Executors) {
    let mut interval = tokio::time::interval(TIDY_INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let executors = executors.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || executors.tidy()).await {
            tracing::error!(%error, "tidying failed");
        }
    }
}
