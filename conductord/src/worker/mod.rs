//! `conductord worker`: takes work from a daemon elsewhere, over its API.

#![expect(clippy::disallowed_methods, reason = "a second signal asks for an end at once")]

mod port;

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use conductor_client::{Connection, Endpoint};
use conductor_executors::{Executors, ExecutorsOptions, Worker, WorkerError, WorkerOptions};
use conductor_protocol::v1::Scope;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::port::RemotePort;
use crate::{
    cli,
    config::Settings,
    exit::{Ended, Kind},
    logging, service_manager,
};

/// Works until it is told to stop.
pub(crate) fn work(settings: &Settings, options: cli::WorkerOptions) -> Result<(), Ended> {
    logging::begin(settings)?;
    let endpoint: Endpoint = options.connect.parse().map_err(|error| {
        let error = anyhow::Error::new(error).context("use the endpoint of --connect");
        Ended::new(Kind::Configuration, error)
    })?;
    let work_dir = match options.work_dir {
        Some(folder) => folder,
        None => own_folder(settings),
    };
    let executing =
        ExecutorsOptions { ssh: settings.ssh.clone(), ..ExecutorsOptions::new(&work_dir) };
    let executors = Executors::open(&executing)
        .with_context(|| format!("prepare the worker's folder {}", work_dir.display()))?;
    let name = options.name.unwrap_or_else(host_name);
    let capacity = options.capacity.unwrap_or(settings.capacity).max(1);
    tracing::info!(%endpoint, name, capacity, "the worker starts");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("start the runtime")?;
    let worked = runtime.block_on(async {
        let shutdown = CancellationToken::new();
        cancel_on_signal(shutdown.clone())?;
        let port = RemotePort::new(Connection::lazy(endpoint, Scope::default()));
        let worker = Worker::new(port, executors, WorkerOptions::new(name, capacity));
        service_manager::ready();
        let drained = worker.run(shutdown).await.map_err(refused)?;
        tracing::info!(given_up = drained.given_up, "the worker stopped");
        Ok(())
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    worked
}

fn refused(error: WorkerError) -> Ended {
    Ended::new(Kind::Refused, anyhow::Error::new(error))
}

/// A folder for this process alone: workers on one machine don't share theirs.
fn own_folder(settings: &Settings) -> PathBuf {
    settings.data_dir.join("workers").join(std::process::id().to_string())
}

fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The first signal lets attempts end for a while, the second ends the process as it is.
fn cancel_on_signal(shutdown: CancellationToken) -> Result<(), Ended> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for signals")?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            service_manager::stopping();
            if shutdown.is_cancelled() {
                std::process::exit(1);
            }
            tracing::info!("stopping; a second signal stops at once");
            shutdown.cancel();
        }
    });
    Ok(())
}
