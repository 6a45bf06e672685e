//! The daemon while it runs: signals, reloads, and its end.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use conductor_engine::service::Engine;
use conductor_executors::{
    DaemonAddress, Executors, ExecutorsOptions,
    confine::{Finding, Found},
};
use conductor_protocol::v1;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Notify, watch},
    task::JoinSet,
};

use super::{
    Daemon, Stopped, certificates,
    doors::Doors,
    own_worker::{OwnWorker, Patience},
};
use crate::{
    config::{self, Settings, SigningSettings},
    exit::{Ended, Kind},
    memory, policy, service_manager,
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
    /// Something is forgotten, and the daemon begins again.
    Forgetting,
    Failed(String),
}

impl Daemon {
    /// Serves until it is told to stop, or the engine gives up.
    pub(super) async fn run(mut self, engine: Engine) -> Result<Stopped, Ended> {
        // First of all, so that an early signal is not lost.
        let mut signals = Signals::listen()?;
        let other_ways = people_are_known(&self.settings, &engine);
        let doors = Doors::bind(&self.settings, self.tls.as_ref(), other_ways).await?;
        // The kernel answers once it has taken over: the first administrator is granted by then.
        engine.inspect(None).await.context("take over the ledger")?;
        let (deployment, told) = (Arc::clone(&self.deployment), engine.clone());
        tokio::task::spawn_blocking(move || deployment.attach(told))
            .await
            .context("tell the engine of the policy bundle")?;
        let patience = Patience::of(self.settings.stop_timeout);
        let worker = match self.settings.capacity {
            0 => None,
            capacity => {
                let hidden = [&self.settings.data_dir, &self.settings.socket];
                let executing = ExecutorsOptions {
                    ssh: config::reached_by_hosts(&self.settings.ssh, doors.tls_port())?,
                    vault: self.vault.clone(),
                    confine: self.settings.confine.options(&hidden),
                    daemon: Some(DaemonAddress {
                        host: format!("unix://{}", self.settings.socket.display()),
                        ca: None,
                    }),
                    ..ExecutorsOptions::new(&self.work_dir)
                };
                let (worker, executors) = OwnWorker::start(&engine, capacity, executing, patience)?;
                self.server.api().look_at(move || machine_checks(&executors));
                Some(worker)
            }
        };
        let mut answering = doors.open(&self.server, self.metrics.as_ref(), REQUESTS_GRACE)?;
        self.server.set_serving().await;
        // Until the last run has ended that is waited for; the rest comes after the next start.
        let mut making = JoinSet::new();
        making.spawn(Arc::clone(&self.notary).run(engine.watch()));
        making.spawn(Arc::clone(&self.rotation).run(engine.watch()));
        let api = self.server.api().clone();
        tokio::spawn(async move { api.warm().await });
        tracing::info!(socket = %self.settings.socket.display(), "serving");
        service_manager::ready();

        let stop = self.until_stop(&mut signals, &engine).await;
        if !matches!(stop, Stop::Forgetting) {
            service_manager::stopping();
        }
        self.server.drain().await;
        if !matches!(stop, Stop::Failed(_)) {
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
            Stop::Asked => Ok(Stopped::ForGood),
            Stop::Forgetting => Ok(Stopped::ToBeginAgain),
            Stop::Failed(problem) => {
                let message =
                    format!("go on: {problem}; what was acknowledged is safe, start again");
                Err(Ended::because(Kind::StartAgain, message))
            }
        }
    }

    async fn until_stop(&mut self, signals: &mut Signals, engine: &Engine) -> Stop {
        let mut failure = (engine.failure(), engine.again());
        let again = Arc::new(Notify::new());
        let mut following = JoinSet::new();
        following.spawn(policy::follow(Arc::clone(&self.deployment), Arc::clone(&again)));
        let certificates = Arc::new(Notify::new());
        if let Some(tls) = self.tls.clone() {
            following.spawn(certificates::follow(tls, Arc::clone(&certificates)));
        }
        // Whatever is on its way when the daemon stops goes out again at the next start.
        let telling = (self.notifier.follow(engine), self.witnesses.follow(engine));
        let again = [&*again, &*certificates];
        let stop = self.until_signal(signals, &mut failure, again).await;
        following.shutdown().await;
        drop(telling);
        stop
    }

    async fn until_signal(
        &mut self,
        signals: &mut Signals,
        (failure, forgets): &mut (watch::Receiver<Option<String>>, watch::Receiver<bool>),
        again: [&Notify; 2],
    ) -> Stop {
        let Signals { terminate, interrupt, hang_up } = signals;
        loop {
            tokio::select! {
                _ = terminate.recv() => return Stop::Asked,
                _ = interrupt.recv() => return Stop::Asked,
                problem = failed(failure) => return Stop::Failed(problem),
                Ok(_) = forgets.wait_for(|forgets| *forgets) => return Stop::Forgetting,
                _ = hang_up.recv() => {
                    self.reload();
                    again.into_iter().for_each(Notify::notify_one);
                }
            }
        }
    }

    /// Takes up what can change while it runs, and names what can't.
    fn reload(&mut self) {
        service_manager::reloading();
        match Settings::read(&self.flags) {
            Ok(fresh) => self.take_up(fresh),
            Err(error) => {
                tracing::error!(?error, "the configuration can't be used; the old one goes on");
            }
        }
        service_manager::ready();
    }

    fn take_up(&mut self, fresh: Settings) {
        if let Err(error) = self.logging.set_level(&fresh.log_level) {
            tracing::error!(?error, "the log level is not changed");
        }
        self.deployment.configure(fresh.policy.clone());
        let same = Settings {
            file: self.settings.file.clone(),
            log_level: self.settings.log_level.clone(),
            policy: self.settings.policy.clone(),
            secrets: self.settings.secrets.clone(),
            signing: SigningSettings {
                rotate_every_ms: fresh.signing.rotate_every_ms,
                ..self.settings.signing.clone()
            },
            ..fresh.clone()
        };
        if same != self.settings {
            tracing::warn!(
                "only the log level, the policy, the secrets and where the signing keys are change without \
                 a restart; the rest of the new configuration counts from the next start on"
            );
        }
        self.take_up_keys(&fresh.signing);
        self.vault.set(fresh.secrets.clone());
        memory::close(&fresh);
        self.settings.secrets = fresh.secrets;
        self.settings.log_level = fresh.log_level;
        self.settings.policy = fresh.policy;
        tracing::info!("the configuration was read again");
    }

    /// Has the next key be the one that is named now.
    fn take_up_keys(&mut self, fresh: &SigningSettings) {
        match self.keys.configure(fresh, &self.notary.chain()) {
            Ok(()) => {
                let rotate_every_ms = self.settings.signing.rotate_every_ms;
                self.settings.signing = SigningSettings { rotate_every_ms, ..fresh.clone() };
            }
            Err(error) => tracing::error!(
                error = error.line(),
                "where the signing keys are is not changed, and the daemon would not start like that"
            ),
        }
    }
}

/// Whether there is a way, besides clients' certificates, to say over TCP who one is: an issuer of
/// tokens, or a key that somebody can log in with.
fn people_are_known(settings: &Settings, engine: &Engine) -> bool {
    let views = engine.views();
    let has_keys = |tenant: &str| views.count_keys(tenant, 0, engine.now()).0 > 0;
    settings.oidc.is_some() || views.tenants().iter().any(|tenant| has_keys(&tenant.name))
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

/// The engine gave up.
async fn failed(failure: &mut watch::Receiver<Option<String>>) -> String {
    match failure.wait_for(Option::is_some).await {
        Ok(problem) => problem.clone().unwrap_or_default(),
        Err(_) => std::future::pending().await,
    }
}
