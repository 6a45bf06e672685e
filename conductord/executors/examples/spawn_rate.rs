//! How much the shell executor and the worker add to starting a program: raw spawns of `true`
//! against `shell` attempts that run `true`, with as many at once, in one run.
//!
//! Then what a resource class and a sandbox cost.
//!
//! `cargo build --release -p conductor-executors --examples`, and then `spawn_rate [AT_ONCE] [TOTAL]
//! [PROGRAM…]`, where PROGRAM is what goes before a confined shell: the example `confine` when none is
//! named, or `target/release/conductord confine`.

#![expect(clippy::disallowed_methods, reason = "spawning bare programs is what it measures")]
#![expect(clippy::print_stdout, reason = "a measuring tool prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measuring tool may fail loudly")]
#![expect(clippy::expect_used, reason = "a measuring tool may fail loudly")]

use std::{collections::BTreeMap, path::Path, process::Stdio, sync::Arc, time::Instant};

use conductor_engine::ports::{
    BlobRef, Completion, Lease, LogDigest, LogKey, LogStreamKind, Order, WorkError, WorkPort,
    WorkerHello,
};
use conductor_executors::{
    Executor, Executors, ExecutorsOptions, Worker, WorkerOptions, confine::ConfineOptions,
};
use conductor_protocol::{
    id::{RunId, WorkerId},
    manifest::{ResourceClass, Sandbox, SandboxLevel},
};
use serde_json::{Value, json};
use tokio::{
    process::Command,
    sync::{Mutex, Semaphore, mpsc},
};
use tokio_util::sync::CancellationToken;

/// A kernel that grants `at_once` leases and a new one for each that is completed.
#[derive(Clone)]
struct Mill {
    make: Arc<dyn Fn(u64) -> Lease + Send + Sync>,
    orders: Arc<Mutex<Option<mpsc::Sender<Order>>>>,
    granted: Arc<std::sync::atomic::AtomicU64>,
    completed: Arc<std::sync::atomic::AtomicU64>,
    at_once: u64,
    total: u64,
    done: CancellationToken,
}

impl WorkPort for Mill {
    async fn open(&self, _: WorkerHello) -> Result<mpsc::Receiver<Order>, WorkError> {
        let (sender, receiver) = mpsc::channel(4096);
        let worker = WorkerId::new(1, 1);
        let (lease_ttl_ms, heartbeat_interval_ms) = (15_000, 5_000);
        sender
            .try_send(Order::Welcome { worker, lease_ttl_ms, heartbeat_interval_ms })
            .expect("the channel is new");
        for _ in 0..self.at_once {
            sender.try_send(self.next().unwrap()).expect("the channel has room");
        }
        *self.orders.lock().await = Some(sender);
        Ok(receiver)
    }

    async fn heartbeat(&self, _: WorkerId, _: Vec<u64>) -> Result<Vec<u64>, WorkError> {
        Ok(Vec::new())
    }

    async fn complete(&self, completion: Completion) -> Result<(), WorkError> {
        assert_eq!(completion.message, "");
        if 1 + self.completed.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == self.total {
            self.done.cancel();
        }
        if let Some(order) = self.next() {
            let orders = self.orders.lock().await.clone();
            orders.unwrap().send(order).await.unwrap();
        }
        Ok(())
    }

    async fn append_log(
        &self,
        _: &LogKey,
        _: u64,
        _: LogStreamKind,
        _: Vec<u8>,
    ) -> Result<(), WorkError> {
        Ok(())
    }

    async fn finish_log(&self, _: &LogKey, _: u64) -> Result<LogDigest, WorkError> {
        Ok(LogDigest::default())
    }

    async fn put_artifact(&self, _: RunId, _: u64, _: &Path) -> Result<BlobRef, WorkError> {
        Err(WorkError::Unavailable("not measured".into()))
    }
}

impl Mill {
    fn next(&self) -> Option<Order> {
        let token = self.granted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        (token < self.total).then(|| Order::Start(Box::new((self.make)(token + 1))))
    }
}

fn lease(executor: Executor, with: &Value, token: u64) -> Lease {
    Lease {
        run: RunId::new(token, 0),
        task: "bench".into(),
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
        workflow: "bench".into(),
        version: "1.0.0".into(),
    }
}

async fn worked_per_s(executor: Executor, with: Value, at_once: u64, total: u64) -> f64 {
    let make = move |token| lease(executor, &with, token);
    made_per_s(Arc::new(make), ConfineOptions::default(), at_once, total).await
}

async fn made_per_s(
    make: Arc<dyn Fn(u64) -> Lease + Send + Sync>,
    confine: ConfineOptions,
    at_once: u64,
    total: u64,
) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let options = ExecutorsOptions { confine, ..ExecutorsOptions::new(folder.path()) };
    let executors = Executors::open(&options).unwrap();
    let done = CancellationToken::new();
    let mill = Mill {
        make,
        orders: Arc::default(),
        granted: Arc::default(),
        completed: Arc::default(),
        at_once,
        total,
        done: done.clone(),
    };
    let options = WorkerOptions::new("bench", u32::try_from(at_once).unwrap() * 2);
    let worker = Worker::new(mill, executors, options);
    let begun = Instant::now();
    tokio::spawn(worker.run(done)).await.unwrap().unwrap();
    per_s(total, begun)
}

async fn raw_per_s(at_once: u64, total: u64) -> f64 {
    let slots = Arc::new(Semaphore::new(usize::try_from(at_once).unwrap()));
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..total {
        let slot = Arc::clone(&slots).acquire_owned().await.unwrap();
        running.spawn(async move {
            let mut command = Command::new("true");
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            assert!(command.status().await.unwrap().success());
            drop(slot);
        });
    }
    while running.join_next().await.transpose().unwrap().is_some() {}
    per_s(total, begun)
}

fn per_s(total: u64, begun: Instant) -> f64 {
    f64::from(u32::try_from(total).unwrap()) / begun.elapsed().as_secs_f64()
}

async fn confined(program: Vec<String>, raw: f64, at_once: u64, total: u64) {
    let beside = || std::env::current_exe().unwrap().with_file_name("confine").into_os_string();
    let program = match program.is_empty() {
        true => vec![beside()],
        false => program.into_iter().map(Into::into).collect(),
    };
    let plain = lease(Executor::Shell, &json!({"run": "true"}), 1);
    let small = Lease { resources: Some(ResourceClass::Small), ..plain.clone() };
    let sandboxed = |level| Lease {
        sandbox: Some(Sandbox::of(level)),
        resources: small.resources,
        ..plain.clone()
    };
    for (what, lease) in [
        ("a class", small.clone()),
        ("a class and a standard sandbox", sandboxed(SandboxLevel::Standard)),
        ("a class and a strict sandbox", sandboxed(SandboxLevel::Strict)),
    ] {
        let make =
            Arc::new(move |token| Lease { token, run: RunId::new(token, 0), ..lease.clone() });
        let options = ConfineOptions { program: program.clone(), ..ConfineOptions::default() };
        let rate = made_per_s(make.clone(), options.clone(), at_once, total).await;
        let alone = made_per_s(make, options, 1, total / 4).await;
        println!(
            "shell with {what} {rate:.0}/s, {:.0} %; one after another {:.2} ms each",
            100.0 * rate / raw,
            1_000.0 / alone
        );
    }
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = |default| args.next().map_or(default, |arg| arg.parse::<u64>().unwrap());
    let (at_once, total) = (number(64), number(4_000));
    let program: Vec<String> = args.collect();
    let mut raw = 0.0;
    for _ in 0..2 {
        raw = raw_per_s(at_once, total).await;
        let shell = worked_per_s(Executor::Shell, json!({"run": "true"}), at_once, total).await;
        println!("raw {raw:.0}/s, shell {shell:.0}/s, {:.0} %", 100.0 * shell / raw);
    }
    let echo = worked_per_s(Executor::Shell, json!({"run": "echo a"}), at_once, total).await;
    println!("shell with a line of output {echo:.0}/s, {:.0} %", 100.0 * echo / raw);
    confined(program, raw, at_once, total / 4).await;
    let noop = worked_per_s(Executor::Noop, json!({"a": 1}), at_once, 50 * total).await;
    println!("noop {noop:.0}/s, {:.2} µs each", 1e6 / noop);
}
