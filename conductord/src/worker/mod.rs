//! `conductord worker`: takes work from a daemon elsewhere, over its API.

#![expect(clippy::disallowed_methods, reason = "a second signal asks for an end at once")]

mod port;
mod wire;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use conductor_client::{Connection, Endpoint, Trust, TrustFiles};
use conductor_executors::{
    DaemonAddress, Executors, ExecutorsOptions, Vault, Worker, WorkerError, WorkerOptions,
};
use conductor_protocol::v1::Scope;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::port::RemotePort;
use crate::{
    cli,
    config::{self, Settings},
    exit::{Ended, Kind},
    logging, memory, service_manager,
};

/// Works until it is told to stop.
pub(crate) fn work(flags: &cli::Flags, options: cli::WorkerOptions) -> Result<(), Ended> {
    let settings = &Settings::read(flags)?;
    logging::begin(settings)?;
    let endpoint = endpoint(&options)?;
    let work_dir = match options.work_dir {
        Some(folder) => folder,
        None => own_folder(settings),
    };
    let vault = Vault::new(settings.secrets.clone());
    memory::close(settings);
    let executing = ExecutorsOptions {
        ssh: config::reached_by_hosts(&settings.ssh, None)?,
        vault: vault.clone(),
        confine: settings.confine.options(&[&settings.data_dir, &settings.socket]),
        daemon: reached_by_scripts(&endpoint, options.ca.as_deref()),
        ..ExecutorsOptions::new(&work_dir)
    };
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
        reload_on_signal(flags.clone(), vault)?;
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

/// Where the daemon is, and whom to trust there.
fn endpoint(options: &cli::WorkerOptions) -> Result<Endpoint, Ended> {
    let endpoint: Endpoint = options.connect.parse().map_err(|error| {
        let error = anyhow::Error::new(error).context("use the endpoint of --connect");
        Ended::new(Kind::Configuration, error)
    })?;
    if !endpoint.is_tls() {
        return Ok(endpoint);
    }
    let files = TrustFiles {
        ca: options.ca.clone(),
        certificate: options.cert.clone(),
        key: options.cert_key.clone(),
    };
    let trust = Trust::of(&files);
    let trust =
        trust.map_err(|error| Ended::new(Kind::Configuration, anyhow::Error::new(error)))?;
    Ok(endpoint.trusting(trust))
}

/// Where scripts reach the daemon. The keys that open SSH are the worker's and not theirs.
fn reached_by_scripts(endpoint: &Endpoint, ca: Option<&Path>) -> Option<DaemonAddress> {
    let is_ssh = matches!(endpoint, Endpoint::Ssh(_));
    // A script works in a folder of its own.
    let ca = ca.map(|file| std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf()));
    (!is_ssh).then(|| DaemonAddress { host: endpoint.to_string(), ca })
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

/// A hang-up has the configuration read again: its secrets count from then on.
fn reload_on_signal(flags: cli::Flags, vault: Vault) -> Result<(), Ended> {
    let mut hang_up = signal(SignalKind::hangup()).context("listen for signals")?;
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            service_manager::reloading();
            match Settings::read(&flags) {
                Ok(fresh) => {
                    memory::close(&fresh);
                    vault.set(fresh.secrets);
                    tracing::info!("the secrets of the configuration were read again");
                }
                Err(error) => {
                    tracing::error!(?error, "the configuration can't be used; the old one goes on");
                }
            }
            service_manager::ready();
        }
    });
    Ok(())
}
