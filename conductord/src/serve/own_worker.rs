//! The daemon's own worker.

use std::time::Duration;

use anyhow::Context as _;
use conductor_engine::service::Engine;
use conductor_executors::{Executors, ExecutorsOptions, Worker, WorkerOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::exit::Ended;

/// The worker's task, and the way to end it.
#[derive(Debug)]
pub(super) struct OwnWorker {
    working: JoinHandle<()>,
    shutdown: CancellationToken,
}

/// How long a stop is for the worker: attempts end by themselves first, are asked to, are made to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Attempts go on for so long.
    pub(super) drain: Duration,
    /// Then a program has so long between TERM and KILL.
    pub(super) term_grace: Duration,
    /// All of it.
    pub(super) whole: Duration,
}

impl Patience {
    /// Shares of the time that a stop may take.
    pub(super) fn of(stop_timeout: Duration) -> Self {
        Self {
            drain: stop_timeout * 4 / 10,
            term_grace: (stop_timeout * 3 / 10).min(Duration::from_secs(5)),
            whole: stop_timeout * 8 / 10,
        }
    }
}

impl OwnWorker {
    /// Starts the worker; gives its executors too. What an earlier life of it left behind is cleared away first.
    pub(super) fn start(
        engine: &Engine,
        capacity: u32,
        executing: ExecutorsOptions,
        patience: Patience,
    ) -> Result<(Self, Executors), Ended> {
        let executing = ExecutorsOptions { term_grace: patience.term_grace, ..executing };
        let executors = Executors::open(&executing).with_context(|| {
            format!("prepare the worker's folder {}", executing.work_dir.display())
        })?;
        let options = WorkerOptions {
            in_process: true,
            drain: patience.drain,
            ..WorkerOptions::new("conductord", capacity)
        };
        let worker = Worker::new(engine.local_port(), executors.clone(), options);
        let shutdown = CancellationToken::new();
        let until = shutdown.clone();
        let working = tokio::spawn(async move {
            match worker.run(until).await {
                Ok(drained) if drained.given_up > 0 => tracing::warn!(
                    attempts = drained.given_up,
                    "attempts did not end in time and are tried again at the next start"
                ),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "the daemon's own worker can't work"),
            }
        });
        Ok((Self { working, shutdown }, executors))
    }

    /// Lets it drain, for as long as there is patience.
    pub(super) async fn stop(self, patience: Patience) {
        self.shutdown.cancel();
        if tokio::time::timeout(patience.whole, self.working).await.is_err() {
            tracing::warn!("the daemon's own worker does not end; leaving it behind");
        }
    }
}
