//! A daemon without a process: engine, store, policy and API in a folder of their own.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use conductor_api::{
    About, Api, OpenDoor, Opened, RateLimits, Server, TcpDoor, Tls, TlsDoor, Trials, UnixDoor,
};
use conductor_domain::{
    scope::{Principal, Scope},
    time::Timestamp,
};
use conductor_engine::{
    facts::TenantDefaults,
    ports::{BlobStore, Clock, Dice, Keyring, LedgerReader, NoInventory, ReadThrough},
    receipts::Notary,
    sealing::{SealingLedger, opened},
    service::{Engine, Options, Parts, Service, start},
    views::fold,
};
use conductor_executors::{Executors, ExecutorsOptions, Worker, WorkerOptions};
use conductor_keys::{note::SigningKey, signing::Ring};
use conductor_policy::Guard;
use conductor_protocol::{
    v1::{
        self, ledger_client::LedgerClient, policy_client::PolicyClient, runs_client::RunsClient,
        system_client::SystemClient, tenants_client::TenantsClient, workers_client::WorkersClient,
        workflows_client::WorkflowsClient,
    },
    verdict::TasksByClass,
};
use conductor_store::{
    blobs::FolderBlobs,
    keyring::{FileKeyring, wrapping::WrappingKey},
    ledger::{LedgerOptions, open},
    logs::FolderLogs,
    views::open_views,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt as _;

/// A workflow that does nothing, with one input.
pub(crate) const NOOP: &str = "
name: noop
version: 1.0.0
inputs:
  type: object
  properties: {host: {type: string}, port: {type: integer}}
tasks:
  - {id: a, uses: pkg:builtin/noop@1}
";

/// The system's, so many milliseconds ahead.
#[derive(Default)]
struct AheadClock(AtomicU64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let ahead = self.0.load(Ordering::Relaxed);
        Timestamp::from_unix_ms(u64::try_from(since.as_millis()).unwrap()) + ahead
    }
}

/// Never the same twice, which is all that ids need here.
#[derive(Default)]
struct Counter(AtomicU64);

impl Dice for Counter {
    fn roll(&self) -> u128 {
        let next = self.0.fetch_add(1, Ordering::Relaxed);
        u128::from(next.wrapping_mul(0x9E37_79B9_7F4A_7C15)) << 64 | u128::from(next)
    }
}

/// See the module.
pub(crate) struct Rig {
    pub(crate) server: Server,
    service: Option<Service>,
    socket: PathBuf,
    tcp: SocketAddr,
    work: CancellationToken,
    serving: Vec<JoinHandle<()>>,
    folder: TempDir,
    clock: Arc<AheadClock>,
    reads: Arc<AtomicU64>,
    ring: Arc<Ring>,
}

impl Rig {
    /// A daemon with a worker of its own.
    pub(crate) async fn start() -> Self {
        Self::with_policy(Guard::embedded().unwrap()).await
    }

    /// The same, by another policy.
    pub(crate) async fn with_policy(guard: Guard) -> Self {
        Self::idle(guard).await.working()
    }

    /// The same, with a worker of its own.
    fn working(self) -> Self {
        let rig = self;
        let executors = Executors::open(&ExecutorsOptions::new(rig.folder.path().join("work")));
        let options = WorkerOptions { in_process: true, ..WorkerOptions::new("own", 64) };
        let worker = Worker::new(rig.engine().local_port(), executors.unwrap(), options);
        tokio::spawn(worker.run(rig.work.clone()));
        rig
    }

    /// The same, whose records have receipts.
    pub(crate) async fn with_receipts() -> Self {
        let rig = Self::start().await;
        tokio::spawn(rig.notary().run(rig.engine().watch()));
        rig
    }

    /// A daemon that runs nothing itself.
    pub(crate) async fn without_worker() -> Self {
        Self::idle(Guard::embedded().unwrap()).await
    }

    /// A daemon that runs nothing itself, by another policy.
    pub(crate) async fn idle(guard: Guard) -> Self {
        Self::made(guard, |api| api).await
    }

    /// The same, with these limits on how often somebody may ask.
    pub(crate) async fn rated(limits: RateLimits) -> Self {
        Self::made(Guard::embedded().unwrap(), |api| api.with_rates(limits)).await
    }

    /// The same, with candidates tried out there.
    pub(crate) async fn trying(guard: Guard, trials: Arc<dyn Trials>) -> Self {
        Self::made(guard, |api| api.with_trials(trials)).await
    }

    async fn made(guard: Guard, finish: impl FnOnce(Api) -> Api) -> Self {
        let blobs =
            |folder: &Path| -> Arc<dyn BlobStore> { Arc::new(FolderBlobs::open(folder).unwrap()) };
        Self::made_with(guard, blobs, finish).await
    }

    /// A daemon with a worker of its own that keeps contents where that says, in that folder of its own.
    pub(crate) async fn storing(blobs: impl FnOnce(&Path) -> Arc<dyn BlobStore>) -> Self {
        Self::made_with(Guard::embedded().unwrap(), blobs, |api| api).await.working()
    }

    async fn made_with(
        guard: Guard,
        blobs: impl FnOnce(&Path) -> Arc<dyn BlobStore>,
        finish: impl FnOnce(Api) -> Api,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = blobs(&folder.path().join("blobs"));
        let guard = Arc::new(guard);
        let clock = Arc::<AheadClock>::default();
        let reads = Arc::<AtomicU64>::default();
        let key = SigningKey::from_seed("led_test", [7; 32]).unwrap();
        let ring = Arc::new(Ring::of(Arc::new(key)));
        let service = engine(&folder, (&guard, &ring), (&clock, &reads), blobs);
        // As the daemon does: nothing is answered before the kernel has taken over.
        service.engine().inspect(None).await.unwrap();
        let about = About {
            version: "0.0.0".into(),
            started_at: clock.now(),
            pid: std::process::id(),
            data_dir: folder.path().to_owned(),
            ledger_origin: "led_test".into(),
        };
        let api = finish(Api::new(service.engine(), guard, about));
        // Tests ask more often than people do; those that are about it say how often they may.
        let server = Server::new(api.with_rates(RateLimits::NONE));
        let socket = folder.path().join("d.sock");
        let unix = UnixDoor::bind(&socket).await.unwrap();
        let tcp = TcpDoor::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = tcp.address().unwrap();
        let grace = Duration::from_secs(5);
        let (one, other) = (server.clone(), server.clone());
        let serving = vec![
            tokio::spawn(async move { one.serve_unix(unix, grace).await }),
            tokio::spawn(async move { other.serve_tcp(tcp, grace).await }),
        ];
        server.set_serving().await;
        Self {
            server,
            service: Some(service),
            socket,
            tcp: address,
            work: CancellationToken::new(),
            serving,
            folder,
            clock,
            reads,
            ring,
        }
    }

    /// The keys that sign its log.
    pub(crate) fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring)
    }

    /// Puts the daemon's clock forward.
    pub(crate) fn later(&self, ms: u64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// The daemon's clock.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::<AheadClock>::clone(&self.clock)
    }

    /// Answers over TLS, too, on a port of this machine.
    pub(crate) async fn serve_tls(&mut self, tls: Tls) -> SocketAddr {
        drop(self.server.api().clone().with_tls(tls.clone()));
        let door = TlsDoor::bind("127.0.0.1:0".parse().unwrap(), tls, false).await.unwrap();
        let (address, server) = (door.address(), self.server.clone());
        let grace = Duration::from_secs(5);
        self.serving.push(tokio::spawn(async move { server.serve_tls(door, grace).await }));
        address
    }

    /// Answers HTTP for that principal, too, on a port of this machine.
    pub(crate) async fn serve_open(&mut self, principal: Principal, scope: Scope) -> SocketAddr {
        let listen = "127.0.0.1:0".parse().unwrap();
        let door = OpenDoor::bind(Opened { listen, principal, scope }).await.unwrap();
        let (address, server) = (door.address().unwrap(), self.server.clone());
        let grace = Duration::from_secs(5);
        self.serving.push(tokio::spawn(async move { server.serve_open(door, grace).await }));
        address
    }

    /// What makes receipts and signs packs, once it is let run. The API asks it from now on.
    pub(crate) fn notary(&self) -> Arc<Notary> {
        let notary = Arc::new(Notary::new(self.engine(), self.ring(), "0.0.0".into()));
        drop(self.server.api().clone().with_notary(Arc::clone(&notary)));
        notary
    }

    /// Gives somebody a role in the default tenant.
    pub(crate) async fn grant(&self, principal: &str, role: &str) {
        let request = v1::GrantRequest {
            principal: principal.into(),
            role: role.into(),
            ..v1::GrantRequest::default()
        };
        self.admin().await.system().grant(request).await.unwrap();
    }

    /// The Unix socket.
    pub(crate) fn socket(&self) -> &std::path::Path {
        &self.socket
    }

    /// The address on loopback.
    pub(crate) const fn tcp(&self) -> SocketAddr {
        self.tcp
    }

    /// Where everything is kept.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Waits until the views and the graph have come as far as the ledger goes, and its end is signed.
    pub(crate) async fn quiet(&self) {
        let engine = self.engine();
        loop {
            let end = engine.ledger().last_seq();
            let newest = engine.ledger().latest_checkpoint().unwrap();
            let signed = newest.is_some_and(|known| known.size == end);
            let followed = engine.graph().reached().seq == end;
            if engine.stored_views_seq() == end && signed && followed {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often records were read from the ledger.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(crate) fn engine(&self) -> Engine {
        self.service.as_ref().unwrap().engine()
    }

    /// Whoever runs the tests: the first administrator.
    pub(crate) async fn admin(&self) -> Client {
        let uri = format!("unix://{}", self.socket.display());
        Client(Endpoint::from_shared(uri).unwrap().connect().await.unwrap())
    }

    /// Somebody on TCP, who is nobody to the daemon.
    pub(crate) async fn stranger(&self) -> Client {
        let uri = format!("http://{}", self.tcp);
        Client(Endpoint::from_shared(uri).unwrap().connect().await.unwrap())
    }

    /// Stops serving as the daemon does.
    pub(crate) async fn stop_serving(&mut self) {
        self.server.stop();
        for serving in self.serving.drain(..) {
            serving.await.unwrap();
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.work.cancel();
        self.server.stop();
        if let Some(service) = self.service.take() {
            service.stop();
        }
    }
}

fn engine(
    folder: &TempDir,
    (guard, ring): (&Arc<Guard>, &Arc<Ring>),
    (clock, reads): (&Arc<AheadClock>, &Arc<AtomicU64>),
    blobs: Arc<dyn BlobStore>,
) -> Service {
    let at = |name: &str| folder.path().join(name);
    let options = LedgerOptions::signed_in_turn(Arc::clone(ring));
    let (ledger, reader) = open(&at("ledger"), options).unwrap();
    let keyring = keyring(folder);
    let ledger = SealingLedger::new(ledger, Arc::clone(&keyring));
    let (opened, reads) = (opened(reader, Arc::clone(&keyring)), Arc::clone(reads));
    let reader: Arc<dyn LedgerReader> = Arc::new(ReadThrough::new(Box::new(opened), move |read| {
        reads.fetch_add(1, Ordering::Relaxed);
        Ok(read)
    }));
    let store = Arc::new(open_views(&at("views")).unwrap());
    let folded = fold(&*store, &*reader, &mut |_, _| {}).unwrap();
    let parts = Parts {
        ledger: Box::new(ledger),
        reader,
        keyring,
        store,
        folded,
        logs: Arc::new(FolderLogs::open(&at("logs")).unwrap()),
        blobs,
        clock: Arc::<AheadClock>::clone(clock),
        dice: Arc::new(Counter::default()),
        rules: Arc::<Guard>::clone(guard),
        inventory: Arc::new(NoInventory),
    };
    let options = Options {
        version: "0.0.0".into(),
        first_admin: Principal::uid(rustix::process::getuid().as_raw()),
        scope: Scope::default(),
        bundle_revision: guard.revision().to_string(),
        tenants: TenantDefaults { quotas: quotas(), ..TenantDefaults::default() },
        rotate_signing_key_ms: None,
        give_way: || {},
    };
    start(parts, options).unwrap()
}

/// The keyring of a folder, which a daemon that starts again finds as it was.
fn keyring(folder: &TempDir) -> Arc<dyn Keyring> {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    let (keys, wrapping) = (folder.path().join("keyring"), folder.path().join("sealing.key"));
    std::fs::create_dir_all(&keys).unwrap();
    let known = WrappingKey::load(&wrapping).unwrap();
    let known = known.unwrap_or_else(|| WrappingKey::create(&wrapping, [5; 32]).unwrap());
    let chance = || {
        let drawn = DRAWN.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        Ok(std::array::from_fn(|at| drawn[at % 8]))
    };
    Arc::new(FileKeyring::open(&keys, known, Box::new(chance)).unwrap())
}

/// What tenants may have open: three small tasks, in the only one that anything is said of.
fn quotas() -> BTreeMap<String, TasksByClass> {
    [("default".into(), [("small".into(), 3)].into())].into()
}

/// A caller.
#[derive(Clone)]
pub(crate) struct Client(Channel);

impl Client {
    pub(crate) fn workflows(&self) -> WorkflowsClient<Channel> {
        WorkflowsClient::new(self.0.clone())
    }

    pub(crate) fn policy(&self) -> PolicyClient<Channel> {
        PolicyClient::new(self.0.clone())
    }

    pub(crate) fn runs(&self) -> RunsClient<Channel> {
        RunsClient::new(self.0.clone())
    }

    pub(crate) fn workers(&self) -> WorkersClient<Channel> {
        WorkersClient::new(self.0.clone())
    }

    pub(crate) fn ledger(&self) -> LedgerClient<Channel> {
        LedgerClient::new(self.0.clone())
    }

    pub(crate) fn system(&self) -> SystemClient<Channel> {
        SystemClient::new(self.0.clone())
    }

    pub(crate) fn channel(&self) -> Channel {
        self.0.clone()
    }

    pub(crate) async fn publish(&self, manifest: &str) {
        let request =
            v1::PublishWorkflowRequest { manifest: manifest.to_owned(), ..Default::default() };
        self.workflows().publish(request).await.unwrap();
    }

    pub(crate) async fn start(&self, workflow: &str) -> Result<v1::StartRunResponse, Status> {
        let request = v1::StartRunRequest { workflow: workflow.to_owned(), ..Default::default() };
        Ok(self.runs().start(request).await?.into_inner())
    }

    /// Follows a run to its end and gives everything that was told.
    pub(crate) async fn watch(&self, run: &str, after_seq: u64) -> Vec<v1::WatchRunResponse> {
        let request =
            v1::WatchRunRequest { run_id: run.to_owned(), after_seq, ..Default::default() };
        let mut stream = self.runs().watch(request).await.unwrap().into_inner();
        let mut told = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            told.push(message);
        }
        assert!(told.last().unwrap().last, "the stream ended before the run: {told:?}");
        told
    }

    pub(crate) async fn create_tenant(&self, name: &str) {
        let request = v1::CreateTenantRequest { name: name.to_owned(), ..Default::default() };
        TenantsClient::new(self.0.clone()).create(request).await.unwrap();
    }

    pub(crate) async fn grant(&self, principal: &str, role: &str) {
        let request = v1::GrantRequest {
            principal: principal.to_owned(),
            role: role.to_owned(),
            ..Default::default()
        };
        self.system().grant(request).await.unwrap();
    }

    pub(crate) async fn revoke(&self, principal: &str, role: &str) {
        let request = v1::RevokeRequest {
            principal: principal.to_owned(),
            role: role.to_owned(),
            ..Default::default()
        };
        self.system().revoke(request).await.unwrap();
    }

    /// Everything that is recorded from now on.
    pub(crate) async fn changes(&self) -> tonic::Streaming<v1::Event> {
        let end = self.system().status(v1::StatusRequest::default()).await.unwrap().into_inner();
        let request =
            v1::TailRequest { after_seq: end.ledger_seq, follow: true, ..Default::default() };
        self.ledger().tail(request).await.unwrap().into_inner()
    }

    /// Events up to now whose kind begins so.
    pub(crate) async fn events(&self, kind: &str) -> Vec<v1::Event> {
        self.events_in(None, kind).await
    }

    /// Those of a scope.
    pub(crate) async fn events_in(&self, scope: Option<v1::Scope>, kind: &str) -> Vec<v1::Event> {
        let kinds = vec![kind.to_owned()];
        let request = v1::TailRequest { scope, kinds, ..Default::default() };
        let mut stream = self.ledger().tail(request).await.unwrap().into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await.unwrap() {
            events.push(event);
        }
        events
    }
}

/// The status carries this code of ours, with a trace and a mend.
pub(crate) fn is(status: &Status, reason: &str) {
    let details = status.get_error_details();
    let info = details.error_info().unwrap_or_else(|| panic!("no error info in {status:?}"));
    assert_eq!(info.reason, reason, "{status:?}");
    assert_eq!(info.domain, "conductor");
    assert!(info.metadata["traceId"].starts_with("trc_"), "{info:?}");
    assert!(!info.metadata["hint"].is_empty(), "{status:?} has no hint");
    let code: conductor_protocol::error_code::Code = reason.parse().unwrap();
    assert_eq!(status.code(), code.grpc(), "{status:?}");
}
