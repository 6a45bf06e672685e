//! The daemon while it runs: signals, reloads, and its end.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use conductor_engine::service::Engine;
use conductor_executors::{
    Executors, ExecutorsOptions,
    confine::{Finding, Found},
};
use conductor_protocol::v1;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::{
    Daemon,
    doors::Doors,
    own_worker::{OwnWorker, Patience},
};
use crate::{
    config::Settings,
    exit::{Ended, Kind},
    memory,
    policy::{self, FolderWatch},
    service_manager,
};

/// How long requests under way may take at a stop.
const REQUESTS_GRACE: Duration = Duration::from_secs(1);

/// Signals that the daemon obeys.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Ended> {
        let listen = |kind| signal(kind).context("listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Somebody wants the daemon to stop.
    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Why the daemon stops.
enum Stop {
    Asked,
    Failed(String),
}

impl Daemon {
    /// Serves until it is told to stop, or the engine gives up.
    pub(super) async fn run(mut self, engine: Engine) -> Result<(), Ended> {
        // First of all, so that an early signal is not lost.
        let mut signals = Signals::listen()?;
        let doors = Doors::bind(&self.settings).await?;
        // The kernel answers once it has taken over: the first administrator is granted by then.
        engine.inspect().await.context("take over the ledger")?;
        let patience = Patience::of(self.settings.stop_timeout);
        let worker = match self.settings.capacity {
            0 => None,
            capacity => {
                let hidden = [&self.settings.data_dir, &self.settings.socket];
                let executing = ExecutorsOptions {
                    ssh: self.settings.ssh.clone(),
                    vault: self.vault.clone(),
                    confine: self.settings.confine.options(&hidden),
                    ..ExecutorsOptions::new(&self.work_dir)
                };
                let (worker, executors) = OwnWorker::start(&engine, capacity, executing, patience)?;
                self.server.api().look_at(move || machine_checks(&executors));
                Some(worker)
            }
        };
        let mut answering = doors.open(&self.server, self.metrics.as_ref(), REQUESTS_GRACE)?;
        self.server.set_serving().await;
        tracing::info!(socket = %self.settings.socket.display(), "serving");
        service_manager::ready();

        let stop = self.until_stop(&mut signals, &engine).await;
        service_manager::stopping();
        self.server.drain().await;
        if let Stop::Asked = stop {
            tracing::info!("stopping; a second signal stops at once");
            let draining = async {
                if let Some(worker) = worker {
                    worker.stop(patience).await;
                }
            };
            tokio::select! {
                () = draining => {}
                () = signals.stop() => tracing::warn!("stopping at once"),
            }
        }
        self.server.stop();
        while answering.join_next().await.is_some() {}
        match stop {
            Stop::Asked => Ok(()),
            Stop::Failed(problem) => {
                let message =
                    format!("go on: {problem}; what was acknowledged is safe, start again");
                Err(Ended::because(Kind::StartAgain, message))
            }
        }
    }

    async fn until_stop(&mut self, signals: &mut Signals, engine: &Engine) -> Stop {
        let mut failure = engine.failure();
        let mut bundle = self.settings.policy_dir.as_deref().and_then(watch_folder);
        let Signals { terminate, interrupt, hang_up } = signals;
        loop {
            tokio::select! {
                _ = terminate.recv() => return Stop::Asked,
                _ = interrupt.recv() => return Stop::Asked,
                problem = failed(&mut failure) => return Stop::Failed(problem),
                _ = hang_up.recv() => {
                    self.reload(engine);
                    bundle = self.settings.policy_dir.as_deref().and_then(watch_folder);
                }
                () = changed(bundle.as_mut()) => {
                    if let Some(folder) = &self.settings.policy_dir {
                        policy::reload(&self.guard, engine, folder);
                    }
                }
            }
        }
    }

    /// Takes up what can change while it runs, and names what can't.
    fn reload(&mut self, engine: &Engine) {
        service_manager::reloading();
        match Settings::read(&self.flags) {
            Ok(fresh) => self.take_up(fresh, engine),
            Err(error) => {
                tracing::error!(?error, "the configuration can't be used; the old one goes on");
            }
        }
        service_manager::ready();
    }

    fn take_up(&mut self, fresh: Settings, engine: &Engine) {
        if let Err(error) = self.logging.set_level(&fresh.log_level) {
            tracing::error!(?error, "the log level is not changed");
        }
        if let Some(folder) = &fresh.policy_dir {
            policy::reload(&self.guard, engine, folder);
        }
        let same = Settings {
            file: self.settings.file.clone(),
            log_level: self.settings.log_level.clone(),
            policy_dir: self.settings.policy_dir.clone(),
            secrets: self.settings.secrets.clone(),
            ..fresh.clone()
        };
        if same != self.settings {
            tracing::warn!(
                "only the log level, the policy folder and the secrets change without a restart; \
                 the rest of the new configuration counts from the next start on"
            );
        }
        self.vault.set(fresh.secrets.clone());
        memory::close(&fresh.secrets);
        self.settings.secrets = fresh.secrets;
        self.settings.log_level = fresh.log_level;
        if fresh.policy_dir.is_some() {
            self.settings.policy_dir = fresh.policy_dir;
        }
        tracing::info!("the configuration was read again");
    }
}

/// What the machine gives to confine tasks with, as `conductor doctor` shows it.
fn machine_checks(executors: &Executors) -> Vec<v1::DoctorCheck> {
    let check = |finding: Finding| v1::DoctorCheck {
        name: finding.name.to_owned(),
        status: match finding.found {
            Found::Well => "ok",
            Found::Lesser => "warn",
            Found::Missing => "fail",
        }
        .to_owned(),
        message: finding.message,
        hint: finding.hint.to_owned(),
    };
    executors.confinement().into_iter().map(check).collect()
}

fn watch_folder(folder: &Path) -> Option<FolderWatch> {
    match FolderWatch::begin(folder) {
        Ok(watch) => Some(watch),
        Err(error) => {
            tracing::error!(%error, "the policy folder can't be watched; send SIGHUP to reload it");
            None
        }
    }
}

/// The next change of a watched folder; never, when none is watched.
async fn changed(watch: Option<&mut FolderWatch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

/// The engine gave up.
async fn failed(failure: &mut watch::Receiver<Option<String>>) -> String {
    match failure.wait_for(Option::is_some).await {
        Ok(problem) => problem.clone().unwrap_or_default(),
        Err(_) => std::future::pending().await,
    }
}
