//! The lease protocol with a daemon elsewhere.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_client::Connection;
use conductor_engine::{
    limits::WORKER_ORDERS_MAX,
    ports::{
        BlobRef, Completion, Lease, LogDigest, LogKey, LogStreamKind, Order, StopReason, WorkError,
        WorkPort, WorkerHello,
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{RunId, WorkerId},
    v1::{self, work_order},
};
use tokio::{fs::File, io::AsyncReadExt as _, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::wire::{lease, misunderstood, parse, report};

/// Bytes of an artifact in one message.
const PIECE_BYTES: usize = 256 * 1024;
/// Messages of an upload that wait for the network.
const PIECES_WAITING_MAX: usize = 8;

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct RemotePort {
    connection: Connection,
    known: Arc<Mutex<Known>>,
}

/// What the daemon said and later calls must say again.
#[derive(Debug, Default)]
struct Known {
    worker: String,
    /// Where the leases live that are held, by token.
    scopes: HashMap<u64, v1::Scope>,
    /// What scripts of those that have not begun show the daemon.
    task_tokens: HashMap<u64, TaskToken>,
}

/// Printed nowhere.
struct TaskToken(String);

impl fmt::Debug for TaskToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskToken(…)")
    }
}

impl RemotePort {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, known: Arc::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is one value, whole even when a holder panicked.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, status: &Status) -> WorkError {
        let error = self.connection.error(status);
        match error.refusal() {
            // A daemon that was restarted knows the worker again once its session is open again.
            Some(refusal) if !error.is_passing() && !error.is(Code::WorkerUnknown) => {
                WorkError::Refused { code: refusal.code.clone(), message: refusal.message.clone() }
            }
            _ => WorkError::Unavailable(error.to_string()),
        }
    }

    /// Worker and scope of a lease.
    fn lease(&self, token: u64) -> (String, Option<v1::Scope>) {
        let known = self.known();
        (known.worker.clone(), known.scopes.get(&token).cloned())
    }

    /// Takes an order in, and remembers of it what later calls need.
    fn take(&self, order: v1::WorkOrder) -> Result<Order, WorkError> {
        let order = order.order.ok_or_else(|| misunderstood("an order is empty"))?;
        match order {
            work_order::Order::Welcome(welcome) => {
                let worker = parse(&welcome.worker_id)?;
                self.known().worker = welcome.worker_id;
                Ok(Order::Welcome {
                    worker,
                    lease_ttl_ms: welcome.lease_ttl_ms.into(),
                    heartbeat_interval_ms: welcome.heartbeat_interval_ms.into(),
                })
            }
            work_order::Order::Start(granted) => {
                let mut granted = granted;
                let scope = granted.scope.clone().unwrap_or_default();
                let task_token = std::mem::take(&mut granted.task_token);
                let lease = lease(granted)?;
                let mut known = self.known();
                known.scopes.insert(lease.token, scope);
                if !task_token.is_empty() {
                    known.task_tokens.insert(lease.token, TaskToken(task_token));
                }
                drop(known);
                Ok(Order::Start(Box::new(lease)))
            }
            work_order::Order::Stop(stop) => {
                let reason = match stop.reason.as_str() {
                    "cancelled" => StopReason::Cancelled,
                    "killed" => StopReason::Killed,
                    "timed_out" => StopReason::TimedOut,
                    _ => StopReason::Lost,
                };
                Ok(Order::Stop { token: stop.token, reason })
            }
        }
    }

    /// Hands orders on until either side ends the session.
    async fn forward(self, mut orders: Streaming<v1::WorkOrder>, sink: mpsc::Sender<Order>) {
        loop {
            let next = tokio::select! {
                () = sink.closed() => return,
                next = orders.message() => next,
            };
            let order = match next {
                Ok(Some(order)) => self.take(order),
                Ok(None) => return,
                Err(status) => Err(self.error(&status)),
            };
            match order {
                Ok(order) => {
                    if sink.send(order).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::info!(%error, "the session with the daemon ended");
                    return;
                }
            }
        }
    }

    async fn append(&self, message: v1::AppendLogsRequest) -> Result<LogDigest, WorkError> {
        let mut workers = self.connection.services().workers;
        let sent = workers.append_logs(tokio_stream::once(message)).await;
        let answer = sent.map_err(|status| self.error(&status))?.into_inner();
        Ok(LogDigest { digest: answer.log_digest, bytes: answer.log_bytes })
    }

    fn chunk_of(&self, run: RunId, token: u64) -> v1::AppendLogsRequest {
        let (worker_id, scope) = self.lease(token);
        v1::AppendLogsRequest {
            worker_id,
            token,
            chunk: None,
            run_id: run.to_string(),
            scope,
            finish: false,
        }
    }
}

impl WorkPort for RemotePort {
    async fn open(&self, hello: WorkerHello) -> Result<mpsc::Receiver<Order>, WorkError> {
        let request = v1::WorkRequest {
            scope: None,
            worker_id: hello.worker.map(|worker| worker.to_string()).unwrap_or_default(),
            name: hello.name,
            capacity: hello.capacity,
            executors: hello.executors,
            held_tokens: hello.held_tokens,
        };
        let opened = self.connection.services().workers.work(request).await;
        let orders = opened.map_err(|status| self.error(&status))?.into_inner();
        let (sink, receiver) = mpsc::channel(WORKER_ORDERS_MAX);
        tokio::spawn(self.clone().forward(orders, sink));
        Ok(receiver)
    }

    async fn heartbeat(&self, worker: WorkerId, tokens: Vec<u64>) -> Result<Vec<u64>, WorkError> {
        let request = v1::HeartbeatRequest { worker_id: worker.to_string(), tokens };
        let answer = self.connection.services().workers.heartbeat(request).await;
        let lost = answer.map_err(|status| self.error(&status))?.into_inner().lost_tokens;
        Ok(lost)
    }

    fn task_token(&self, lease: &Lease) -> Option<String> {
        self.known().task_tokens.remove(&lease.token).map(|TaskToken(token)| token)
    }

    async fn complete(&self, completion: Completion) -> Result<(), WorkError> {
        let token = completion.token;
        let answer = self.connection.services().workers.complete(report(completion)).await;
        let taken = answer.map(drop).map_err(|status| self.error(&status));
        // Taken or refused, nothing more is said of this lease.
        if !matches!(taken, Err(WorkError::Unavailable(_))) {
            let mut known = self.known();
            known.scopes.remove(&token);
            known.task_tokens.remove(&token);
        }
        taken
    }

    async fn append_log(
        &self,
        key: &LogKey,
        token: u64,
        stream: LogStreamKind,
        data: Vec<u8>,
    ) -> Result<(), WorkError> {
        let stream = match stream {
            LogStreamKind::Stdout => v1::LogStream::Stdout,
            LogStreamKind::Stderr => v1::LogStream::Stderr,
        };
        let chunk = v1::LogChunk {
            task_id: key.task.clone(),
            attempt: key.attempt,
            stream: stream.into(),
            data,
            ..v1::LogChunk::default()
        };
        let message = v1::AppendLogsRequest { chunk: Some(chunk), ..self.chunk_of(key.run, token) };
        self.append(message).await.map(drop)
    }

    async fn finish_log(&self, key: &LogKey, token: u64) -> Result<LogDigest, WorkError> {
        self.append(v1::AppendLogsRequest { finish: true, ..self.chunk_of(key.run, token) }).await
    }

    async fn put_artifact(
        &self,
        run: RunId,
        token: u64,
        file: &Path,
    ) -> Result<BlobRef, WorkError> {
        let file = File::open(file).await.map_err(|error| WorkError::Refused {
            code: Code::ArtifactNotFound.as_str().to_owned(),
            message: format!("the artifact can't be read: {error}"),
        })?;
        let (worker_id, scope) = self.lease(token);
        let first = v1::PutArtifactRequest {
            worker_id,
            token,
            run_id: run.to_string(),
            data: Vec::new(),
            scope,
        };
        let (sink, pieces) = mpsc::channel(PIECES_WAITING_MAX);
        let reading = tokio::spawn(read_pieces(file, first, sink));
        let mut workers = self.connection.services().workers;
        let answer = workers.put_artifact(ReceiverStream::new(pieces)).await;
        let read = reading.await;
        let stored = answer.map_err(|status| self.error(&status))?.into_inner();
        match read {
            Ok(Ok(bytes)) if bytes == stored.size_bytes => {
                Ok(BlobRef { digest: stored.digest, size_bytes: stored.size_bytes })
            }
            Ok(Err(error)) => Err(WorkError::Unavailable(format!("read the artifact: {error}"))),
            _ => Err(misunderstood("it stored another number of bytes")),
        }
    }
}

/// Sends a file piece by piece. Gives its length.
async fn read_pieces(
    mut file: File,
    first: v1::PutArtifactRequest,
    sink: mpsc::Sender<v1::PutArtifactRequest>,
) -> std::io::Result<u64> {
    let mut bytes = 0;
    let mut next = first;
    loop {
        let after = v1::PutArtifactRequest { data: Vec::new(), ..next.clone() };
        if sink.send(next).await.is_err() {
            return Ok(bytes);
        }
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let read = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).await?;
        if read == 0 {
            return Ok(bytes);
        }
        bytes += read as u64;
        next = v1::PutArtifactRequest { data: piece, ..after };
    }
}
