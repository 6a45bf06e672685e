//! What every service shares: the engine, policy, and whether the daemon is going away.

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use conductor_domain::time::Timestamp;
use conductor_engine::{
    notify::Notifier,
    ports::{Deployer, Inventory, NoInventory, SecretCatalogue},
    receipts::Notary,
    rotation::Rotation,
    service::Engine,
    witnesses::Witnesses,
};
use conductor_policy::Guard;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status};

use crate::{
    call::Call,
    failure::Failure,
    identity::{Logins, SessionTimes},
    limits::{KEY_ROTATION_DEFAULT, POLICY_TRIALS_MAX},
    oidc::Oidc,
    peer::Peer,
    plans::Plans,
    policy::trials::{InProcess, Room, Trials},
    rates::{Counted, RateLimits, Rates},
    server::{Opened, Tls},
    warnings::Warnings,
    workers::Owners,
};
use conductor_protocol::{error_code::Code, id::TraceId, v1::DoctorCheck};

/// What the daemon says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// Version of the daemon's program.
    pub version: String,
    /// When it began to serve.
    pub started_at: Timestamp,
    /// Its process.
    pub pid: u32,
    /// Where its data is.
    pub data_dir: PathBuf,
    /// Origin line of its ledger's checkpoints.
    pub ledger_origin: String,
}

/// Looks at what the daemon's machine gives its own worker. Blocks.
type MachineChecks = Box<dyn Fn() -> Vec<DoctorCheck> + Send + Sync>;

/// The API's handle: cheap to clone.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    guard: Arc<Guard>,
    about: About,
    owners: Owners,
    plans: Plans,
    inventory: Arc<dyn Inventory>,
    secrets: OnceLock<Arc<dyn SecretCatalogue>>,
    machine: OnceLock<MachineChecks>,
    deployer: OnceLock<Arc<dyn Deployer>>,
    key_rotation: OnceLock<Duration>,
    oidc: OnceLock<Arc<Oidc>>,
    logins: Logins,
    tls: OnceLock<Tls>,
    opened: OnceLock<Opened>,
    rates: OnceLock<Rates>,
    draining: AtomicBool,
    closing: CancellationToken,
    notifier: OnceLock<Notifier>,
    notary: OnceLock<Arc<Notary>>,
    rotation: OnceLock<Arc<Rotation>>,
    witnesses: OnceLock<Witnesses>,
    /// Room for policy to be tried out.
    trials: Arc<Semaphore>,
    /// Where that is done.
    tried: OnceLock<Arc<dyn Trials>>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("about", &self.shared.about).finish_non_exhaustive()
    }
}

impl Api {
    /// An API over an engine and the guard that is asked before everything.
    #[must_use]
    pub fn new(engine: Engine, guard: Arc<Guard>, about: About) -> Self {
        Self::with_inventory(engine, guard, about, Arc::new(NoInventory))
    }

    /// The same, with hosts to act on.
    #[must_use]
    pub fn with_inventory(
        engine: Engine,
        guard: Arc<Guard>,
        about: About,
        inventory: Arc<dyn Inventory>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                engine,
                guard,
                about,
                owners: Owners::default(),
                plans: Plans::default(),
                inventory,
                secrets: OnceLock::new(),
                machine: OnceLock::new(),
                deployer: OnceLock::new(),
                key_rotation: OnceLock::new(),
                oidc: OnceLock::new(),
                logins: Logins::default(),
                tls: OnceLock::new(),
                opened: OnceLock::new(),
                notifier: OnceLock::new(),
                notary: OnceLock::new(),
                rotation: OnceLock::new(),
                witnesses: OnceLock::new(),
                rates: OnceLock::new(),
                draining: AtomicBool::new(false),
                closing: CancellationToken::new(),
                trials: Arc::new(Semaphore::new(POLICY_TRIALS_MAX)),
                tried: OnceLock::new(),
            }),
        }
    }

    /// The same, told of the secrets that the daemon's own worker knows. Only the first time counts.
    #[must_use]
    pub fn with_secrets(self, secrets: Arc<dyn SecretCatalogue>) -> Self {
        self.shared.secrets.get_or_init(|| secrets);
        self
    }

    /// The same, able to go back to an earlier bundle of policy. Only the first time counts.
    #[must_use]
    pub fn with_deployer(self, deployer: Arc<dyn Deployer>) -> Self {
        self.shared.deployer.get_or_init(|| deployer);
        self
    }

    /// The same, told how old a key gets before its owner is reminded to replace it; never, when it
    /// is nothing. Only the first time counts.
    #[must_use]
    pub fn with_key_rotation(self, after: Duration) -> Self {
        self.shared.key_rotation.get_or_init(|| after);
        self
    }

    /// The same, told how long sessions last. Only the first time counts.
    #[must_use]
    pub fn with_sessions(self, times: SessionTimes) -> Self {
        self.shared.logins.set_times(times);
        self
    }

    /// The same, told of a listener that is open to one principal. Only the first time counts.
    #[must_use]
    pub fn with_opened(self, opened: Opened) -> Self {
        self.shared.opened.get_or_init(|| opened);
        self
    }

    /// The listener that is open to one principal.
    pub(crate) fn opened(&self) -> Option<&Opened> {
        self.shared.opened.get()
    }

    /// What is kept of logins.
    pub(crate) fn logins(&self) -> &Logins {
        &self.shared.logins
    }

    /// The same, with certificates that the doctor looks at. Only the first time counts.
    #[must_use]
    pub fn with_tls(self, tls: Tls) -> Self {
        self.shared.tls.get_or_init(|| tls);
        self
    }

    /// The same, with other limits on how often somebody may ask. Only the first time counts.
    #[must_use]
    pub fn with_rates(self, limits: RateLimits) -> Self {
        self.shared.rates.get_or_init(|| Rates::new(limits));
        self
    }

    /// How often somebody may ask.
    pub(crate) fn rates(&self) -> &Rates {
        self.shared.rates.get_or_init(Rates::default)
    }

    /// The daemon's certificates, where it listens with TLS.
    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.shared.tls.get()
    }

    /// That age, in milliseconds.
    pub(crate) fn key_rotation_ms(&self) -> u64 {
        let after = self.shared.key_rotation.get().copied().unwrap_or(KEY_ROTATION_DEFAULT);
        u64::try_from(after.as_millis()).unwrap_or(u64::MAX)
    }

    /// The same, taking the tokens of an OpenID provider. Only the first time counts.
    #[must_use]
    pub fn with_oidc(self, oidc: Arc<Oidc>) -> Self {
        self.shared.oidc.get_or_init(|| oidc);
        self
    }

    /// Looks up what tokens are checked by, so that the first one need not wait for it.
    pub async fn warm(&self) {
        if let Some(oidc) = self.oidc() {
            oidc.warm().await;
        }
    }

    /// The provider whose tokens are taken.
    pub(crate) fn oidc(&self) -> Option<&Oidc> {
        self.shared.oidc.get().map(AsRef::as_ref)
    }

    /// The same, with what makes receipts. Only the first time counts.
    #[must_use]
    pub fn with_notary(self, notary: Arc<Notary>) -> Self {
        self.shared.notary.get_or_init(|| notary);
        self
    }

    /// What makes receipts, where something does.
    pub(crate) fn notary(&self) -> Option<&Arc<Notary>> {
        self.shared.notary.get()
    }

    /// The same, with what looks after the keys that sign the log. Only the first time counts.
    #[must_use]
    pub fn with_rotation(self, rotation: Arc<Rotation>) -> Self {
        self.shared.rotation.get_or_init(|| rotation);
        self
    }

    /// What looks after the keys that sign the log.
    pub(crate) fn rotation(&self) -> Option<&Arc<Rotation>> {
        self.shared.rotation.get()
    }

    /// The same, told of the targets of notifications. Only the first time counts.
    #[must_use]
    pub fn with_notifier(self, notifier: Notifier) -> Self {
        self.shared.notifier.get_or_init(|| notifier);
        self
    }

    /// The same, told of the witnesses of its ledger. Only the first time counts.
    #[must_use]
    pub fn with_witnesses(self, witnesses: Witnesses) -> Self {
        self.shared.witnesses.get_or_init(|| witnesses);
        self
    }

    /// The witnesses of the ledger.
    pub(crate) fn witnesses(&self) -> Option<&Witnesses> {
        self.shared.witnesses.get()
    }

    /// The targets of notifications.
    pub(crate) fn notifier(&self) -> Option<&Notifier> {
        self.shared.notifier.get()
    }

    /// The same, with candidates of policy tried out there instead of in this process, where nothing
    /// bounds their memory. Only the first time counts.
    #[must_use]
    pub fn with_trials(self, trials: Arc<dyn Trials>) -> Self {
        self.shared.tried.get_or_init(|| trials);
        self
    }

    /// Where candidates of policy are tried out.
    pub(crate) fn trials(&self) -> Arc<dyn Trials> {
        self.shared.tried.get().map_or_else(|| Arc::new(InProcess) as _, Arc::clone)
    }

    /// What can go back to an earlier bundle.
    pub(crate) fn deployer(&self) -> Option<Arc<dyn Deployer>> {
        self.shared.deployer.get().cloned()
    }

    /// The secrets that the daemon's own worker knows.
    pub(crate) fn secrets(&self) -> Option<&dyn SecretCatalogue> {
        self.shared.secrets.get().map(AsRef::as_ref)
    }

    /// Has the doctor look at the machine too. The first call counts.
    pub fn look_at(&self, machine: impl Fn() -> Vec<DoctorCheck> + Send + Sync + 'static) {
        // A second worker would look at the same machine.
        drop(self.shared.machine.set(Box::new(machine)));
    }

    /// What the machine gives; nothing without a worker on it. Blocks.
    pub(crate) fn machine_checks(&self) -> Vec<DoctorCheck> {
        self.shared.machine.get().map(|look| look()).unwrap_or_default()
    }

    /// Starts no more runs and takes no more workers; everything else goes on.
    pub fn drain(&self) {
        self.shared.draining.store(true, Ordering::Release);
    }

    /// Ends every stream, with an error that says where to go on.
    pub fn close(&self) {
        self.shared.closing.cancel();
    }

    /// Done when the streams are to end.
    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.shared.closing
    }

    pub(crate) fn draining(&self) -> bool {
        self.shared.draining.load(Ordering::Acquire)
    }

    /// Refuses what a daemon that is going away does not begin any more.
    pub(crate) fn refuse_when_draining(&self) -> Result<(), Failure> {
        if self.draining() { Err(Failure::shutting_down()) } else { Ok(()) }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.shared.guard
    }

    /// Room for one more bundle to be tried out, for as long as what is given is held.
    pub(crate) fn begin_trial(&self) -> Result<Room, Failure> {
        let room = Arc::clone(&self.shared.trials).try_acquire_owned();
        room.map(Room::by).map_err(|_| Failure::busy_trying())
    }

    pub(crate) fn about(&self) -> &About {
        &self.shared.about
    }

    pub(crate) fn inventory(&self) -> &Arc<dyn Inventory> {
        &self.shared.inventory
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.shared.plans
    }

    pub(crate) fn owners(&self) -> &Owners {
        &self.shared.owners
    }

    /// Takes a request in: who asks, under which trace, and what.
    pub(crate) fn enter<T>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        // A request over HTTP has one from before it was looked at.
        let known = request.extensions().get::<TraceId>().copied();
        let trace = known.unwrap_or_else(|| self.engine().fresh_trace());
        metrics::counter!("conductor_requests_total").increment(1);
        let Some(peer) = request.extensions().get::<Peer>().cloned() else {
            let failure = Failure::new(
                Code::Unauthenticated,
                "the connection does not say who is at its other end",
                "connect through the daemon's Unix socket",
            );
            return Err(failure.into_status(trace));
        };
        let counted = request.extensions().get::<Counted>().cloned();
        let call = Call { api: self.clone(), peer, trace, counted, warnings: Warnings::default() };
        Ok((call, request.into_inner()))
    }
}
