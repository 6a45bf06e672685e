//! The running engine: the kernel on a thread of its own, the views' writer on another, and a
//! handle with verbs that everybody else holds.

mod artifacts;
mod contents_thread;
mod forgettable;
mod fresh;
mod graph_thread;
mod history;
mod hosts_thread;
mod kernel_thread;
pub(crate) mod left_contents;
mod logins;
mod notices;
mod parts;
mod policy;
mod port;
mod reads;
mod receipts;
mod signer_thread;
mod signing_keys;
mod task_tokens;
mod tenants;
mod view_thread;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use conductor_domain::scope::{Principal, Scope};
use conductor_protocol::id::WorkerId;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

pub use contents_thread::ContentsState;
pub use forgettable::Forgettable;
pub use history::HistoryBounds;
pub use port::LocalPort;
pub use reads::{DecisionRow, ReadError};
pub use signer_thread::Signing;
pub use task_tokens::TaskGrant;

use crate::{
    command::{Answer, Command, Context, Rejection},
    facts::TenantDefaults,
    kernel::{Commit, Input, Inspected, Kernel, Reply},
    limits,
    ports::{
        BlobStore, Clock, Completion, Dice, Inventory, Keyring, Ledger, LedgerReader, LogStore,
        Order, Rules, ViewStore, WorkerHello,
    },
    views::{Folded, Views, graph::Graph},
};

/// What the engine stands on.
pub struct Parts {
    /// The log, to be written.
    pub ledger: Box<dyn Ledger>,
    /// The log, to be read.
    pub reader: Arc<dyn LedgerReader>,
    /// The keys that its payloads are sealed with.
    pub keyring: Arc<dyn Keyring>,
    /// Where the views live.
    pub store: Arc<dyn ViewStore>,
    /// What folding the ledger into the views gave.
    pub folded: Folded,
    /// Output of tasks.
    pub logs: Arc<dyn LogStore>,
    /// Artifacts.
    pub blobs: Arc<dyn BlobStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub dice: Arc<dyn Dice>,
    /// What is permitted.
    pub rules: Arc<dyn Rules>,
    /// The hosts of the runs that nobody's request starts.
    pub inventory: Arc<dyn Inventory>,
}

/// How the engine starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Version of the daemon's program.
    pub version: String,
    /// Who becomes the first administrator when nobody holds anything.
    pub first_admin: Principal,
    /// Where the daemon's own events belong.
    pub scope: Scope,
    /// Revision of the policy bundle.
    pub bundle_revision: String,
    /// What tenants' records leave open.
    pub tenants: TenantDefaults,
    /// How long a key may sign the log before somebody is reminded to replace it, in milliseconds;
    /// none for as long as anybody likes.
    pub rotate_signing_key_ms: Option<u64>,
    /// Has the thread that calls it give way to the others: what nobody waits for runs there.
    pub give_way: fn(),
}

/// An input with the one who waits for its answer.
struct Call {
    input: Box<dyn FnOnce(u64) -> Input + Send>,
    answer: Option<oneshot::Sender<Result<Reply, Rejection>>>,
    orders: Option<mpsc::Sender<Order>>,
}

struct Shared {
    calls: SyncSender<Call>,
    give_way: fn(),
    waiting: AtomicUsize,
    stopping: AtomicBool,
    views: Arc<Views>,
    views_seq: Arc<AtomicU64>,
    graph: Graph,
    reader: Arc<dyn LedgerReader>,
    keyring: Arc<dyn Keyring>,
    logs: Arc<dyn LogStore>,
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    commits: broadcast::Sender<Arc<Commit>>,
    failure: watch::Sender<Option<String>>,
    /// Something is forgotten: the daemon is to begin again.
    again: watch::Sender<bool>,
    reads: reads::ReadLog,
    task_tokens: task_tokens::TaskTokens,
    looked_into: artifacts::LookedInto,
    contents: contents_thread::Contents,
    /// Counts what permissions rest on up, whenever that changes.
    standing: watch::Sender<u64>,
    signing: watch::Sender<Signing>,
    defaults: Arc<TenantDefaults>,
}

/// The handle: cheap to clone, with verbs.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("waiting", &self.commands_waiting()).finish_non_exhaustive()
    }
}

/// The threads behind a handle; [`Service::stop`] ends them.
#[derive(Debug)]
pub struct Service {
    engine: Engine,
    kernel: JoinHandle<()>,
    views: JoinHandle<()>,
    graph: JoinHandle<()>,
    contents: Option<JoinHandle<()>>,
}

/// Starts the engine.
///
/// # Errors
/// When the system gives no thread.
pub fn start(parts: Parts, options: Options) -> std::io::Result<Service> {
    let views = Arc::new(Views::new(
        Arc::clone(&parts.store),
        &parts.folded.state,
        parts.reader.last_seq(),
    ));
    let (calls, inbox) = sync_channel(limits::COMMANDS_WAITING_MAX);
    let (commits, _) = broadcast::channel(limits::WATCH_BATCHES_MAX);
    let newest = parts.reader.latest_checkpoint().ok().flatten();
    let signing = Signing { size: newest.map_or(0, |newest| newest.size), problem: None };
    let shared = Arc::new(Shared {
        calls,
        give_way: options.give_way,
        waiting: AtomicUsize::new(0),
        stopping: AtomicBool::new(false),
        views,
        views_seq: Arc::new(AtomicU64::new(parts.reader.last_seq())),
        graph: Graph::new(Arc::clone(&parts.store)),
        reader: parts.reader,
        keyring: parts.keyring,
        logs: parts.logs,
        blobs: parts.blobs,
        clock: parts.clock,
        dice: parts.dice,
        commits,
        failure: watch::Sender::new(None),
        again: watch::Sender::new(false),
        reads: reads::ReadLog::default(),
        task_tokens: task_tokens::TaskTokens::default(),
        looked_into: artifacts::LookedInto::default(),
        contents: contents_thread::Contents::default(),
        standing: watch::Sender::new(0),
        signing: watch::Sender::new(signing),
        defaults: Arc::new(options.tenants.clone()),
    });
    let (to_views, from_kernel) = sync_channel(limits::VIEW_COMMITS_MAX);
    let (to_graph, graph_news) = sync_channel(1);
    let graph_thread =
        graph_thread::spawn(Arc::clone(&shared), Arc::clone(&parts.store), graph_news)?;
    let writing = (parts.store, parts.folded.writer);
    let mut behind = vec![to_graph];
    let contents = match shared.blobs.follower() {
        None => None,
        Some(notes) => {
            let (to_contents, news) = sync_channel(1);
            behind.push(to_contents);
            Some(contents_thread::spawn(Arc::clone(&shared), notes, news)?)
        }
    };
    let view_thread = view_thread::spawn(Arc::clone(&shared), writing, from_kernel, behind)?;
    let kernel = Kernel::new(parts.folded.state, options.bundle_revision.clone(), parts.rules)
        .with_defaults(Arc::clone(&shared.defaults))
        .with_key_rotation(options.rotate_signing_key_ms)
        .with_keyring(Arc::clone(&shared.keyring));
    let tell = hosts_thread::to_kernel(Arc::downgrade(&shared));
    let to_hosts = hosts_thread::spawn(&parts.inventory, tell)?;
    let outlets = kernel_thread::Outlets { views: to_views, hosts: to_hosts };
    let outlets = (outlets, signer_thread::Signer::spawn(Arc::clone(&shared))?);
    let kernel_thread =
        kernel_thread::KernelThread::new(Arc::clone(&shared), kernel, parts.ledger, outlets);
    let kernel_thread = kernel_thread.spawn(inbox, options)?;
    let engine = Engine { shared };
    let (kernel, views, graph) = (kernel_thread, view_thread, graph_thread);
    Ok(Service { engine, kernel, views, graph, contents })
}

impl Service {
    /// The handle.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// Takes no more commands, answers what waits, signs a last checkpoint, writes the views out.
    /// Blocks until that is done.
    pub fn stop(self) {
        self.engine.shared.stopping.store(true, Ordering::Release);
        self.engine.poke();
        self.engine.shared.blobs.stop();
        let threads = [Some(self.kernel), Some(self.views), Some(self.graph), self.contents];
        for thread in threads.into_iter().flatten() {
            if thread.join().is_err() {
                tracing::error!("a thread of the engine panicked; the ledger is intact");
            }
        }
    }
}

impl Engine {
    /// Carries out a command. The answer is durable when it is given.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn submit(&self, context: Context, command: Command) -> Result<Answer, Rejection> {
        let context = Box::new(context);
        let input = move |ticket| Input::Command { ticket, context, command };
        match self.call(Box::new(input), None).await? {
            Reply::Answer(answer) => Ok(answer),
            _ => Err(wrong_reply()),
        }
    }

    /// Opens a worker's session: its id, the session's number, and its orders.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn worker_open(
        &self,
        hello: WorkerHello,
    ) -> Result<(WorkerId, u64, mpsc::Receiver<Order>), Rejection> {
        let (sender, receiver) = mpsc::channel(limits::WORKER_ORDERS_MAX);
        let input = move |ticket| Input::WorkerOpen { ticket, hello };
        match self.call(Box::new(input), Some(sender)).await? {
            Reply::Opened { worker, session } => Ok((worker, session, receiver)),
            _ => Err(wrong_reply()),
        }
    }

    /// A worker's session ended. Never waits; when the kernel is too busy to hear of it the
    /// worker's leases expire instead.
    pub fn worker_close(&self, worker: WorkerId, session: u64) {
        self.tell(Box::new(move |_| Input::WorkerClose { worker, session }));
    }

    /// Keeps a worker's leases alive. Gives the tokens that are not its own.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn heartbeat(
        &self,
        worker: WorkerId,
        tokens: Vec<u64>,
    ) -> Result<Vec<u64>, Rejection> {
        let input = move |ticket| Input::Heartbeat { ticket, worker, tokens };
        match self.call(Box::new(input), None).await? {
            Reply::Lost(tokens) => Ok(tokens),
            _ => Err(wrong_reply()),
        }
    }

    /// Reports an attempt's end; it is durable when this returns.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn complete(&self, completion: Completion) -> Result<(), Rejection> {
        let completion = Box::new(completion);
        let input = move |ticket| Input::Complete { ticket, completion };
        self.call(Box::new(input), None).await.map(|_| ())
    }

    /// Workers, and the number of tasks that wait for one. Where a tenant is named only its leases
    /// and its tasks are counted.
    ///
    /// # Errors
    /// [`Rejection`]
    pub async fn inspect(&self, tenant: Option<&str>) -> Result<Inspected, Rejection> {
        let tenant = tenant.map(str::to_owned);
        match self.call(Box::new(|ticket| Input::Inspect { ticket, tenant }), None).await? {
            Reply::Inspected(workers, depth) => Ok((workers, depth)),
            _ => Err(wrong_reply()),
        }
    }

    async fn call(
        &self,
        input: Box<dyn FnOnce(u64) -> Input + Send>,
        orders: Option<mpsc::Sender<Order>>,
    ) -> Result<Reply, Rejection> {
        let (answer, waiter) = oneshot::channel();
        self.send(Call { input, answer: Some(answer), orders })?;
        waiter.await.unwrap_or_else(|_| Err(stopping()))
    }

    fn tell(&self, input: Box<dyn FnOnce(u64) -> Input + Send>) {
        let told = self.send(Call { input, answer: None, orders: None });
        if let Err(error) = told {
            tracing::debug!(%error, "the kernel could not be told");
        }
    }

    /// Wakes the kernel so that it looks whether it is to stop. It looks by itself now and then,
    /// so a full queue does no harm.
    fn poke(&self) {
        let input = |ticket| Input::Inspect { ticket, tenant: None };
        let call = Call { input: Box::new(input), answer: None, orders: None };
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        if self.shared.calls.try_send(call).is_err() {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn send(&self, call: Call) -> Result<(), Rejection> {
        if self.shared.stopping.load(Ordering::Acquire) {
            return Err(stopping());
        }
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        self.shared.calls.try_send(call).map_err(|error| {
            let waiting = self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => {
                    Rejection::Busy { waiting, retry_after_ms: limits::RETRY_AFTER_MS }
                }
                TrySendError::Disconnected(_) => stopping(),
            }
        })
    }
}

fn stopping() -> Rejection {
    Rejection::Unavailable("the daemon is stopping".into())
}

fn wrong_reply() -> Rejection {
    Rejection::Unavailable("the kernel gave an answer to something else".into())
}
