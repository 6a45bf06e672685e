//! Serving: everything opened in order, wired together, and taken down in the opposite order.

mod certificates;
mod contents;
mod doors;
mod notices;
mod own_worker;
mod running;
mod witnesses;

use std::{os::unix::process::CommandExt as _, process::Command, sync::Arc, time::Duration};

use anyhow::Context as _;
use conductor_api::{About, Api, Server, Tls};
use conductor_domain::scope::{Principal, Scope};
use conductor_engine::{
    notify::Notifier,
    ports::{Clock as _, Deployer, Inventory, KeyKeeper, LedgerReader, ViewStore},
    receipts::Notary,
    rotation::Rotation,
    service::{self, Engine, Options, Parts, Service},
    witnesses::Witnesses,
};
use conductor_executors::{Sources, Vault};
use conductor_keys::signing::Ring;
use conductor_policy::Guard;
use conductor_store::{logs::FolderLogs, views::SledViews};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::runtime::Runtime;

use crate::{
    chance::{SteadyClock, SystemDice},
    cli::Flags,
    config::Settings,
    data::Data,
    exit::{Ended, Kind},
    forgetting::{Leavings, open_views},
    logging::{self, Logging},
    memory, oidc,
    policy::{self, Deployment, TrialProcesses},
    service_manager,
    signing::{Keys, Pins, pins},
};

/// Threads that may wait for disks at once.
const BLOCKING_THREADS_MAX: usize = 32;
/// How long a thread that waits for disks is kept without work.
const BLOCKING_THREAD_IDLE: Duration = Duration::from_secs(5);
/// How long tasks of the runtime may take to end at a stop.
const RUNTIME_STOP_WAIT: Duration = Duration::from_secs(1);

/// How much less the threads count that nobody waits for, as `nice` has it.
const NICE_OF_FOLLOWERS: i32 = 10;

/// Why the daemon stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// It was told to.
    ForGood,
    /// Something is to be forgotten.
    ToBeginAgain,
}

/// What a daemon is made of.
struct Daemon {
    settings: Settings,
    flags: Flags,
    logging: Logging,
    deployment: Arc<Deployment>,
    server: Server,
    tls: Option<Tls>,
    metrics: Option<PrometheusHandle>,
    work_dir: std::path::PathBuf,
    vault: Vault,
    notifier: Notifier,
    notary: Arc<Notary>,
    rotation: Arc<Rotation>,
    keys: Arc<Keys>,
    witnesses: Witnesses,
}

/// Serves until it is told to stop.
pub(crate) fn serve(flags: Flags) -> Result<(), Ended> {
    let settings = Settings::read(&flags)?;
    let logging = logging::begin(&settings)?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(version, data_dir = %settings.data_dir.display(), "conductord starts");
    let oidc = settings.oidc.as_ref().map(oidc::provider).transpose()?;
    let metrics = settings.metrics_listen.map(|_| begin_metrics()).transpose()?;
    let tls = certificates::load(&settings)?;
    let data = Data::hold(&settings.data_dir)?;
    let runtime = runtime()?;
    let fetched = runtime.block_on(policy::first(&settings.policy.source));
    let shelf = data.sub("policy")?;
    let deployment = Deployment::begin(settings.policy.clone(), &shelf, fetched)?;
    let guard = Arc::clone(deployment.guard());
    let inventory = settings.inventory.clone();
    let inventory = Arc::new(Sources::new(inventory.sources, inventory.labels));
    let hosts: Arc<dyn Inventory> = Arc::<Sources>::clone(&inventory);
    let vault = Vault::new(settings.secrets.clone());
    let started = start_engine((&data, pins(&vault)), &settings, &guard, hosts)?;
    let Started { service, views, keys, ring } = started;
    let origin = ring.chain().name().to_owned();
    let about = about(&settings, &service.engine(), &origin);
    memory::close(&settings);
    let told = data.sub("notify")?;
    let told = (told.as_path(), origin.as_str());
    let notifier = notices::open(&settings.notify, told, service.engine(), &vault)?;
    let notary = Arc::new(Notary::new(service.engine(), Arc::clone(&ring), version.to_owned()));
    let every_ms = settings.signing.rotate_every_ms;
    let keeper: Arc<dyn KeyKeeper> = Arc::<Keys>::clone(&keys);
    let rotation = Arc::new(Rotation::new(service.engine(), ring, keeper, every_ms));
    let witnesses = witnesses::open(&settings.witnesses, &data, &service.engine())?;
    let api = Api::with_inventory(service.engine(), Arc::clone(&guard), about, inventory);
    let deployer: Arc<dyn Deployer> = Arc::<Deployment>::clone(&deployment);
    let api = api
        .with_secrets(Arc::new(vault.clone()))
        .with_deployer(deployer)
        .with_notifier(notifier.clone())
        .with_notary(Arc::clone(&notary))
        .with_rotation(Arc::clone(&rotation))
        .with_witnesses(witnesses.clone())
        .with_trials(Arc::new(TrialProcesses::of_this_program()));
    let api = oidc.into_iter().fold(api, Api::with_oidc);
    let server = Server::new(as_configured(api, &settings, tls.as_ref()));
    let work_dir = data.sub("work")?;
    let daemon = Daemon {
        settings,
        flags,
        logging,
        deployment,
        server,
        tls,
        metrics,
        work_dir,
        vault,
        notifier,
        notary,
        rotation,
        keys,
        witnesses,
    };
    let ended = runtime.block_on(daemon.run(service.engine()));
    // Whatever still runs holds the engine: it goes first, then the engine, then the store.
    runtime.shutdown_timeout(RUNTIME_STOP_WAIT);
    service.stop();
    seal(views);
    tracing::info!("conductord stopped");
    drop(data);
    match ended? {
        Stopped::ForGood => Ok(()),
        Stopped::ToBeginAgain => begin_again(),
    }
}

/// What the daemon says of itself.
fn about(settings: &Settings, engine: &Engine, origin: &str) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: engine.now(),
        pid: std::process::id(),
        data_dir: settings.data_dir.clone(),
        ledger_origin: origin.to_owned(),
    }
}

/// Begins again as the same process: nothing of what is forgotten stays in its memory, and whoever looks after
/// it sees no other one.
#[expect(
    clippy::disallowed_methods,
    reason = "the daemon becomes itself again: nobody waits for it"
)]
fn begin_again() -> Result<(), Ended> {
    tracing::info!("conductord begins again, to forget");
    // By its name where that is still the same program, so that it is called as before.
    let by_name = std::env::current_exe().ok().filter(|program| program.exists());
    let program = by_name.unwrap_or_else(|| "/proc/self/exe".into());
    let mut arguments = std::env::args_os();
    let called = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    let failed = Command::new(program).arg0(called).args(arguments).exec();
    Err(Ended::new(Kind::StartAgain, anyhow::Error::new(failed).context("begin again")))
}

/// The API with what the settings say of who is known, and how often they may ask.
fn as_configured(api: Api, settings: &Settings, tls: Option<&Tls>) -> Api {
    let api = api
        .with_key_rotation(settings.rotate_keys_after)
        .with_sessions(settings.sessions)
        .with_rates(settings.rates);
    let api = tls.cloned().into_iter().fold(api, Api::with_tls);
    settings.opened.clone().into_iter().fold(api, Api::with_opened)
}

fn runtime() -> Result<Runtime, Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("conductord")
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_keep_alive(BLOCKING_THREAD_IDLE)
        .build();
    Ok(runtime.context("start the runtime")?)
}

fn begin_metrics() -> Result<PrometheusHandle, Ended> {
    let installed = PrometheusBuilder::new().install_recorder();
    installed.map_err(|error| Ended::new(Kind::Fault, anyhow::Error::new(error)))
}

/// What runs below the API.
struct Started {
    service: Service,
    views: Arc<SledViews>,
    /// The keys, as they are configured and kept.
    keys: Arc<Keys>,
    /// Signs what the ledger states, and what is stated about it.
    ring: Arc<Ring>,
}

/// Opens the store and starts the engine on it.
fn start_engine(
    (data, pins): (&Data, Pins),
    settings: &Settings,
    guard: &Arc<Guard>,
    inventory: Arc<dyn Inventory>,
) -> Result<Started, Ended> {
    service_manager::status("opening the ledger");
    let ledger = data.open_ledger(settings, pins)?;
    let logs = FolderLogs::open(&data.sub("logs")?).context("open the tasks' logs")?;
    let blobs = contents::open(&data.sub("blobs")?, &settings.blobs)?;
    let leavings = Leavings { logs: &logs, blobs: &*blobs };
    let (views, folded) = open_views(data, &ledger, &leavings)?;
    ledger.settle_keys(&folded.state.signing_keys)?;
    tracing::info!(
        events = ledger.reader.last_seq(),
        caught_up = folded.caught_up,
        active_runs = folded.state.active(),
        "the store is open"
    );
    let store: Arc<dyn ViewStore> = Arc::<SledViews>::clone(&views);
    let parts = Parts {
        clock: Arc::new(steady(&*ledger.reader)?),
        ledger: Box::new(ledger.writer),
        reader: ledger.reader,
        keyring: ledger.keyring,
        store,
        folded,
        logs: Arc::new(logs),
        blobs,
        dice: Arc::new(SystemDice::new().context("get random bytes")?),
        rules: Arc::<Guard>::clone(guard),
        inventory,
    };
    let options = Options {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        first_admin: Principal::uid(rustix::process::getuid().as_raw()),
        scope: Scope::default(),
        bundle_revision: guard.revision().to_string(),
        tenants: settings.tenants.clone(),
        rotate_signing_key_ms: settings.signing.rotate_every_ms,
        give_way,
    };
    let service = service::start(parts, options).context("start the engine")?;
    Ok(Started { service, views, keys: ledger.keys, ring: ledger.ring })
}

/// Has this thread give way to the others. Where the system does not let it, it runs like them.
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(None, NICE_OF_FOLLOWERS) {
        tracing::warn!(%error, "a thread behind the others does not give way to them");
    }
}

/// The daemon's clock: not behind the ledger's newest record.
fn steady(ledger: &dyn LedgerReader) -> Result<SteadyClock, Ended> {
    let before_last = ledger.last_seq().saturating_sub(1);
    let newest = ledger.read(before_last, 1, usize::MAX).context("read the newest record")?;
    let clock = SteadyClock::after(newest.last().map(|record| record.at).unwrap_or_default());
    let behind_ms = clock.ahead_ms();
    if behind_ms > 0 {
        tracing::warn!(behind_ms, "the system's clock is behind the ledger, which goes on");
    }
    Ok(clock)
}

/// Closes the views so that the next start is quick; without that it only takes longer.
pub(crate) fn seal(views: Arc<SledViews>) {
    match Arc::into_inner(views).map(SledViews::close) {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::warn!(%error, "the views are not sealed"),
        None => tracing::warn!("the views are still in use and are not sealed"),
    }
}
