//! The kernel's side of the lease protocol, in memory: it gives the orders that a test gives it
//! and keeps what a worker reports.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use conductor_engine::ports::{
    BlobRef, Completion, Lease, LogDigest, LogKey, LogStreamKind, Order, WorkError, WorkPort,
    WorkerHello,
};
use conductor_protocol::id::{RunId, WorkerId};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, mpsc};

/// Bytes of each log that are kept for a look; all of them are counted and hashed.
const KEPT_BYTES: usize = 1024 * 1024;

/// How long anything in a test may take before it counts as hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One attempt's log.
#[derive(Default, Clone)]
pub(crate) struct Log {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) bytes: u64,
    pub(crate) chunk_bytes_max: usize,
    hasher: Sha256,
    finished: bool,
}

#[derive(Default)]
struct State {
    hellos: Vec<WorkerHello>,
    orders: Option<mpsc::Sender<Order>>,
    logs: HashMap<LogKey, Log>,
    completions: Vec<Completion>,
    beats: Vec<Vec<u64>>,
    lost: HashSet<u64>,
    artifacts: HashMap<String, Vec<u8>>,
    /// Calls that fail as unavailable from now on; the rest succeed.
    outages: usize,
    /// Appends wait while this is set.
    logs_blocked: bool,
    complete_tries: usize,
    /// Reports that are refused from now on, with this code; the rest is taken.
    refusals: (usize, &'static str),
    /// Heartbeats are refused while this is set.
    beats_refused: bool,
    beats_tried: usize,
    /// What programs are given to reach the daemon with.
    token: Option<String>,
}

/// A kernel of one worker.
#[derive(Clone)]
pub(crate) struct MemoryPort {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
    lease_ttl_ms: u64,
    heartbeat_interval_ms: u64,
}

impl MemoryPort {
    pub(crate) fn new() -> Self {
        let (state, changed) = Default::default();
        Self { state, changed, lease_ttl_ms: 15_000, heartbeat_interval_ms: 5_000 }
    }

    /// With another rhythm of leases, in milliseconds.
    pub(crate) fn with_rhythm(lease_ttl_ms: u64, heartbeat_interval_ms: u64) -> Self {
        Self { lease_ttl_ms, heartbeat_interval_ms, ..Self::new() }
    }

    /// Gives every attempt that token from now on.
    pub(crate) fn give_token(&self, token: &str) {
        self.change(|state| state.token = Some(token.to_owned()));
    }

    pub(crate) fn worker() -> WorkerId {
        WorkerId::new(1, 1)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_waiters();
        result
    }

    /// Waits until `look` finds something.
    async fn until<T>(&self, what: &str, look: impl Fn(&State) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                let mut changed = std::pin::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = look(&self.lock()) {
                    return found;
                }
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("no {what}"))
    }

    /// Waits for the session, then sends an order.
    pub(crate) async fn order(&self, order: Order) {
        let orders = self.until("session", |state| state.orders.clone()).await;
        orders.send(order).await.unwrap();
    }

    pub(crate) async fn start(&self, lease: Lease) {
        self.order(Order::Start(Box::new(lease))).await;
    }

    /// Ends the session; the worker will open another.
    pub(crate) fn hang_up(&self) {
        self.change(|state| state.orders = None);
    }

    /// The next `calls` calls find nobody.
    pub(crate) fn go_away_for(&self, calls: usize) {
        self.change(|state| state.outages = calls);
    }

    pub(crate) fn lose(&self, token: u64) {
        self.change(|state| state.lost.insert(token));
    }

    /// The next `times` reports are understood and not taken.
    pub(crate) fn refuse_reports(&self, times: usize, code: &'static str) {
        self.change(|state| state.refusals = (times, code));
    }

    pub(crate) fn refuse_beats(&self, refused: bool) {
        self.change(|state| state.beats_refused = refused);
    }

    /// Waits until that many more heartbeats were tried.
    pub(crate) async fn beats_tried(&self, more: usize) {
        let before = self.lock().beats_tried;
        let tried = |state: &State| (state.beats_tried >= before + more).then_some(());
        self.until("heartbeats", tried).await;
    }

    pub(crate) fn block_logs(&self, blocked: bool) {
        self.change(|state| state.logs_blocked = blocked);
    }

    /// Waits for the report of a lease.
    pub(crate) async fn completion(&self, token: u64) -> Completion {
        let of = |state: &State| state.completions.iter().find(|c| c.token == token).cloned();
        self.until(&format!("completion of {token}"), of).await
    }

    pub(crate) fn completions(&self) -> usize {
        self.lock().completions.len()
    }

    pub(crate) fn complete_tries(&self) -> usize {
        self.lock().complete_tries
    }

    pub(crate) async fn complete_tried(&self, times: usize) {
        self.until("tries", |state| (state.complete_tries >= times).then_some(())).await;
    }

    /// Waits until `count` sessions were opened and gives the newest's introduction.
    pub(crate) async fn hello(&self, count: usize) -> WorkerHello {
        self.until("hello", |state| state.hellos.get(count - 1).cloned()).await
    }

    /// Waits until a heartbeat for `token` came.
    pub(crate) async fn beat_of(&self, token: u64) {
        let beaten = |state: &State| state.beats.iter().any(|b| b.contains(&token)).then_some(());
        self.until("heartbeat", beaten).await;
    }

    pub(crate) fn newest_beat(&self) -> Vec<u64> {
        self.lock().beats.last().cloned().unwrap_or_default()
    }

    pub(crate) fn log(&self, key: &LogKey) -> Log {
        self.lock().logs.get(key).cloned().unwrap_or_default()
    }

    /// Waits until an attempt's stdout holds `text`.
    pub(crate) async fn printed(&self, key: &LogKey, text: &str) {
        let has = |state: &State| {
            let log = state.logs.get(key)?;
            String::from_utf8_lossy(&log.stdout).contains(text).then_some(())
        };
        self.until(&format!("output {text:?}"), has).await;
    }

    pub(crate) fn artifact(&self, digest: &str) -> Vec<u8> {
        self.lock().artifacts[digest].clone()
    }

    fn available(&self) -> Result<(), WorkError> {
        self.change(|state| {
            if state.outages == 0 {
                return Ok(());
            }
            state.outages -= 1;
            Err(WorkError::Unavailable("nobody there".into()))
        })
    }
}

fn refused(code: &str) -> WorkError {
    WorkError::Refused { code: code.into(), message: "the kernel does not take that".into() }
}

fn digest(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

impl WorkPort for MemoryPort {
    fn task_token(&self, _: &Lease) -> Option<String> {
        self.lock().token.clone()
    }

    async fn open(&self, hello: WorkerHello) -> Result<mpsc::Receiver<Order>, WorkError> {
        self.available()?;
        let (sender, receiver) = mpsc::channel(4096);
        let welcome = Order::Welcome {
            worker: hello.worker.unwrap_or(Self::worker()),
            lease_ttl_ms: self.lease_ttl_ms,
            heartbeat_interval_ms: self.heartbeat_interval_ms,
        };
        sender.try_send(welcome).unwrap();
        self.change(|state| {
            state.hellos.push(hello);
            state.orders = Some(sender);
        });
        Ok(receiver)
    }

    async fn heartbeat(&self, _: WorkerId, tokens: Vec<u64>) -> Result<Vec<u64>, WorkError> {
        self.available()?;
        self.change(|state| {
            state.beats_tried += 1;
            if state.beats_refused {
                return Err(refused("PERMISSION_DENIED"));
            }
            let lost = tokens.iter().filter(|token| state.lost.contains(token)).copied().collect();
            state.beats.push(tokens);
            Ok(lost)
        })
    }

    async fn complete(&self, completion: Completion) -> Result<(), WorkError> {
        self.change(|state| state.complete_tries += 1);
        self.available()?;
        self.change(|state| {
            if state.lost.contains(&completion.token) {
                return Err(refused("LEASE_LOST"));
            }
            if state.refusals.0 > 0 {
                state.refusals.0 -= 1;
                return Err(refused(state.refusals.1));
            }
            assert!(
                state.completions.iter().all(|before| before.token != completion.token),
                "reported twice"
            );
            state.completions.push(completion);
            Ok(())
        })
    }

    async fn append_log(
        &self,
        key: &LogKey,
        _: u64,
        stream: LogStreamKind,
        data: Vec<u8>,
    ) -> Result<(), WorkError> {
        self.available()?;
        let unblocked = |state: &State| (!state.logs_blocked).then_some(());
        self.until("permission to log", unblocked).await;
        self.change(|state| {
            let log = state.logs.entry(key.clone()).or_default();
            assert!(!log.finished, "output after the log was closed");
            assert!(!data.is_empty(), "an empty append");
            log.bytes += data.len() as u64;
            log.chunk_bytes_max = log.chunk_bytes_max.max(data.len());
            log.hasher.update(&data);
            let kept = match stream {
                LogStreamKind::Stdout => &mut log.stdout,
                LogStreamKind::Stderr => &mut log.stderr,
            };
            let room = KEPT_BYTES - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
        });
        Ok(())
    }

    async fn finish_log(&self, key: &LogKey, _: u64) -> Result<LogDigest, WorkError> {
        self.available()?;
        Ok(self.change(|state| {
            let log = state.logs.get_mut(key).expect("a log is finished only when begun");
            assert!(!std::mem::replace(&mut log.finished, true), "finished twice");
            LogDigest { digest: digest(log.hasher.clone().finalize()), bytes: log.bytes }
        }))
    }

    async fn put_artifact(&self, _: RunId, _: u64, file: &Path) -> Result<BlobRef, WorkError> {
        self.available()?;
        let bytes = std::fs::read(file).unwrap();
        let blob =
            BlobRef { digest: digest(Sha256::digest(&bytes)), size_bytes: bytes.len() as u64 };
        self.change(|state| state.artifacts.insert(blob.digest.clone(), bytes));
        Ok(blob)
    }
}
