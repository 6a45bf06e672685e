//! A worker at work, in a folder of its own, for a kernel in memory.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use conductor_engine::ports::{Completion, Lease, Order, StopReason};
use conductor_executors::{
    Drained, Executor, Executors, ExecutorsOptions, Vault, Worker, WorkerError, WorkerOptions,
};
use conductor_protocol::id::RunId;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::testing::MemoryPort;

/// Long enough for a shell to act on TERM, short enough to wait for.
pub(crate) const TERM_GRACE: Duration = Duration::from_millis(300);

pub(crate) struct Fixture {
    pub(crate) port: MemoryPort,
    pub(crate) folder: TempDir,
    pub(crate) executors: Executors,
    shutdown: CancellationToken,
    working: JoinHandle<Result<Drained, WorkerError>>,
}

pub(crate) fn executors(folder: &Path) -> Executors {
    Executors::open(&executors_options(folder, Vault::default())).unwrap()
}

fn executors_options(folder: &Path, vault: Vault) -> ExecutorsOptions {
    ExecutorsOptions {
        term_grace: TERM_GRACE,
        proxies_from_environment: false,
        vault,
        ..ExecutorsOptions::new(folder)
    }
}

pub(crate) fn options() -> WorkerOptions {
    let dice = Arc::new(|| 0);
    let drain = Duration::from_secs(20);
    WorkerOptions { dice, drain, ..WorkerOptions::new("test", 16) }
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(MemoryPort::new(), options())
    }

    pub(crate) fn with(port: MemoryPort, options: WorkerOptions) -> Self {
        Self::of(port, options, |folder| executors_options(folder, Vault::default()))
    }

    /// With these secrets.
    pub(crate) fn with_vault(vault: Vault) -> Self {
        Self::of(MemoryPort::new(), options(), |folder| executors_options(folder, vault))
    }

    /// With executors set up as `set_up` says for the folder.
    pub(crate) fn of(
        port: MemoryPort,
        options: WorkerOptions,
        set_up: impl FnOnce(&Path) -> ExecutorsOptions,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let executors = Executors::open(&set_up(folder.path())).unwrap();
        let worker = Worker::new(port.clone(), executors.clone(), options);
        let shutdown = CancellationToken::new();
        let working = tokio::spawn(worker.run(shutdown.clone()));
        Self { port, folder, executors, shutdown, working }
    }

    /// Runs a script to its end.
    pub(crate) async fn shell(&self, token: u64, script: &str) -> Completion {
        self.run(shell(token, script)).await
    }

    pub(crate) async fn run(&self, lease: Lease) -> Completion {
        let token = lease.token;
        self.port.start(lease).await;
        self.port.completion(token).await
    }

    pub(crate) async fn stop(&self, token: u64, reason: StopReason) {
        self.port.order(Order::Stop { token, reason }).await;
    }

    pub(crate) async fn shut_down(self) -> Drained {
        self.shutdown.cancel();
        self.working.await.unwrap().unwrap()
    }

    pub(crate) fn begin_shutdown(&self) {
        self.shutdown.cancel();
    }

    pub(crate) fn workspaces(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("workspaces")
    }
}

pub(crate) fn lease(token: u64, executor: Executor, with: &Value) -> Lease {
    Lease {
        run: RunId::new(token, 0),
        task: "task".into(),
        attempt: 1,
        effect: 1,
        token,
        expires_at: Default::default(),
        uses: executor.uses().into(),
        with: with.as_object().unwrap().clone(),
        env: BTreeMap::new(),
        secrets: Default::default(),
        timeout_ms: 60_000,
        resources: None,
        sandbox: None,
        scope: Default::default(),
        workflow: "test".into(),
        version: "1.0.0".into(),
    }
}

pub(crate) fn shell(token: u64, script: &str) -> Lease {
    lease(token, Executor::Shell, &json!({ "run": script }))
}

/// Whether a process exists. A zombie does not count, nor one that another thread just reaps: with
/// several workers in one process each of them may, and the kernel shows it as dead until it is out
/// of its lists.
pub(crate) fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}
