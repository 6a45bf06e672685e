//! The lease protocol, as a worker sees it. The in-process worker reaches the kernel through it
//! directly, a remote one through the API; both behave alike.

use std::{collections::BTreeMap, future::Future, path::Path};

use conductor_domain::{scope::Scope, secret::Placeholders, time::Timestamp};
use conductor_protocol::{
    id::{RunId, WorkerId},
    manifest::{ResourceClass, Sandbox},
};
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{BlobRef, LogDigest, LogKey, LogStreamKind};

pub use conductor_domain::work::task::{ArtifactRef, Confinement, FailureKind, Means, Outcome};

/// How a worker introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerHello {
    /// The id it had before, when it reconnects.
    pub worker: Option<WorkerId>,
    /// For humans, such as a host name.
    pub name: String,
    /// Leases it takes at once.
    pub capacity: u32,
    /// Executors it offers, such as `pkg:builtin/shell@1`.
    pub executors: Vec<String>,
    /// Fencing tokens of the leases it still holds, when it reconnects.
    pub held_tokens: Vec<u64>,
    /// Lives and dies with the daemon.
    pub in_process: bool,
}

/// The right to run one attempt of one task, until it expires.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// The attempt whose effect this one is: an earlier one, where nobody knows what became of it.
    pub effect: u32,
    /// Fencing token: sequence number of the grant in the ledger.
    pub token: u64,
    /// When it is given to another unless it is heartbeated.
    pub expires_at: Timestamp,
    /// The executor's reference.
    pub uses: String,
    /// Parameters, rendered.
    pub with: Map<String, Value>,
    /// Environment, rendered.
    pub env: BTreeMap<String, String>,
    /// What stands in those for the secrets that the worker fills in.
    pub secrets: Placeholders,
    /// The attempt's bound in milliseconds.
    pub timeout_ms: u64,
    /// How much of the machine its program may take; the worker's default when absent.
    pub resources: Option<ResourceClass>,
    /// The walls around its program; the worker's default when absent.
    pub sandbox: Option<Sandbox>,
    /// Where the run lives.
    pub scope: Scope,
    /// Name of the workflow.
    pub workflow: String,
    /// Its version.
    pub version: String,
}

impl Lease {
    /// Key that the task's program can use to do its effect once: the same after a crash, and after
    /// any other end that leaves open what was done.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}/{}/{}", self.run, self.task, self.effect)
    }

    /// Where its output goes.
    #[must_use]
    pub fn log_key(&self) -> LogKey {
        LogKey { run: self.run, task: self.task.clone(), attempt: self.attempt }
    }
}

/// Why an attempt must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody cancelled the run, or another task's failure stops it.
    Cancelled,
    /// Somebody killed the run: no time to clean up.
    Killed,
    /// The run's time is over.
    TimedOut,
    /// The lease is no longer this worker's; its completion would be refused.
    Lost,
}

/// What a worker is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// First of all: who it is and how the leases work.
    Welcome {
        /// Its id.
        worker: WorkerId,
        /// How long a lease lives without a heartbeat, in milliseconds.
        lease_ttl_ms: u64,
        /// How often to heartbeat, in milliseconds.
        heartbeat_interval_ms: u64,
    },
    /// Run this.
    Start(Box<Lease>),
    /// Stop that attempt; then complete it as it ended.
    Stop {
        /// The lease's fencing token.
        token: u64,
        /// Why.
        reason: StopReason,
    },
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// Who ran it.
    pub worker: WorkerId,
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// The lease's fencing token.
    pub token: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence, when it did not succeed.
    pub message: String,
    /// Of the program, where there was one.
    pub exit_code: Option<i32>,
    /// Of the answer that it got, where it asked for one.
    pub status_code: Option<u16>,
    /// What kind of failure it was, where its executor can tell.
    pub failure: Option<FailureKind>,
    /// Values for later tasks.
    pub outputs: Map<String, Value>,
    /// Of the captured output.
    pub log: LogDigest,
    /// Files it leaves behind.
    pub artifacts: Vec<ArtifactRef>,
    /// What bounded its program, where something was to.
    pub confinement: Option<Confinement>,
}

/// Why the other side of the lease protocol did not take something.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum WorkError {
    /// Understood and not taken: the token is old, the worker unknown, a bound reached. Trying
    /// again gives the same answer.
    #[error("{code}: {message}")]
    Refused {
        /// Stable code, such as `LEASE_LOST`.
        code: String,
        /// A sentence.
        message: String,
    },
    /// Not reachable, or too busy: try again.
    #[error("{0}")]
    Unavailable(String),
}

/// A worker's way to the kernel.
pub trait WorkPort: Clone + Send + Sync + 'static {
    /// Opens a session. Orders come until the session ends; the first is `Welcome`.
    fn open(
        &self,
        hello: WorkerHello,
    ) -> impl Future<Output = Result<mpsc::Receiver<Order>, WorkError>> + Send;

    /// Keeps leases alive. Gives the tokens that are no longer this worker's.
    fn heartbeat(
        &self,
        worker: WorkerId,
        tokens: Vec<u64>,
    ) -> impl Future<Output = Result<Vec<u64>, WorkError>> + Send;

    /// A token for the programs of an attempt that runs, which ends with it.
    fn task_token(&self, _lease: &Lease) -> Option<String> {
        None
    }

    /// Reports an attempt's end; durable when it returns. Safe to repeat.
    fn complete(
        &self,
        completion: Completion,
    ) -> impl Future<Output = Result<(), WorkError>> + Send;

    /// Appends output of a running attempt. `token` proves the lease.
    fn append_log(
        &self,
        key: &LogKey,
        token: u64,
        stream: LogStreamKind,
        data: Vec<u8>,
    ) -> impl Future<Output = Result<(), WorkError>> + Send;

    /// Closes an attempt's log; nothing is appended after it.
    fn finish_log(
        &self,
        key: &LogKey,
        token: u64,
    ) -> impl Future<Output = Result<LogDigest, WorkError>> + Send;

    /// Stores a file as an artifact.
    fn put_artifact(
        &self,
        run: RunId,
        token: u64,
        file: &Path,
    ) -> impl Future<Output = Result<BlobRef, WorkError>> + Send;
}
