//! What a worker sends besides reports: output, and files.

use std::io;

use conductor_domain::scope::Scope;
use conductor_engine::{
    limits::ARTIFACT_BYTES_MAX,
    ports::{Archive as _, BlobRef, LogDigest, LogKey},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    id::{RunId, WorkerId},
    v1,
};
use tokio::sync::mpsc;
use tonic::Streaming;

use super::own_worker;
use crate::{
    call::{Call, Version, home},
    convert::work,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::STREAM_MESSAGES_MAX,
    pieces::Pieces,
    request,
};

/// The right to send something for an attempt: its lease.
struct Lease {
    worker: WorkerId,
    token: u64,
    run: RunId,
    scope: Scope,
}

impl Lease {
    /// The attempt that this lease is of, when it is the one that runs.
    fn prove(&self, engine: &Engine) -> Outcome<LogKey> {
        let run = engine.views().run(&self.scope.tenant, self.run)?.ok_or_else(lost)?;
        let found = run.tasks.iter().find_map(|task| {
            let attempt = task.running()?;
            let same = attempt.token == self.token && attempt.worker == self.worker;
            same.then(|| (task.id.clone(), attempt.number))
        });
        let (task, attempt) = found.ok_or_else(lost)?;
        Ok(LogKey { run: self.run, task, attempt })
    }
}

fn lost() -> Failure {
    Failure::new(
        Code::LeaseLost,
        "the lease is no longer this worker's",
        "stop the attempt; another one counts",
    )
}

fn broken(status: &tonic::Status) -> Failure {
    Failure::invalid(format!("the stream broke off: {}", status.message()), "send it again")
}

pub(super) async fn append_logs(
    call: &Call,
    mut chunks: Streaming<v1::AppendLogsRequest>,
) -> Outcome<v1::AppendLogsResponse> {
    let mut known: Option<(Lease, Version)> = None;
    let mut answer = v1::AppendLogsResponse::default();
    while let Some(next) = chunks.message().await.map_err(|status| broken(&status))? {
        // The lease is proven for every chunk. Policy is asked once, and again after a change of
        // anything that its answer rests on; the version is of before the question.
        let version = call.version(&home());
        let worker = match known.take() {
            Some((lease, of)) if of == version && lease.worker.to_string() == next.worker_id => {
                lease.worker
            }
            _ => own_worker(call, &next.worker_id).await?,
        };
        let run = request::id("run", &next.run_id)?;
        let lease = Lease { worker, token: next.token, run, scope: call.scope(next.scope)? };
        answer.bytes += next.chunk.as_ref().map_or(0, |chunk| chunk.data.len() as u64);
        let (engine, chunk) = (call.engine().clone(), next.chunk);
        let appended = on_disk(move || append(&engine, lease, chunk, next.finish)).await?;
        if let Some(LogDigest { digest, bytes }) = appended.1 {
            (answer.log_digest, answer.log_bytes) = (digest, bytes);
        }
        known = Some((appended.0, version));
    }
    Ok(answer)
}

/// Appends a chunk, and closes the log after it when that is asked.
fn append(
    engine: &Engine,
    lease: Lease,
    chunk: Option<v1::LogChunk>,
    finish: bool,
) -> Outcome<(Lease, Option<LogDigest>)> {
    let key = lease.prove(engine)?;
    if let Some(chunk) = chunk.filter(|chunk| !chunk.data.is_empty()) {
        let stream = work::stream(chunk.stream())?;
        let appended = engine.logs().append(&key, stream, engine.now(), &chunk.data);
        appended.map_err(|error| Failure::disk("append to the log", &error))?;
    }
    let digest = match finish {
        true => {
            let finished = engine.logs().finish(&key);
            Some(finished.map_err(|error| Failure::disk("finish the log", &error))?)
        }
        false => None,
    };
    Ok((lease, digest))
}

pub(super) async fn put_artifact(
    call: &Call,
    mut pieces: Streaming<v1::PutArtifactRequest>,
) -> Outcome<v1::PutArtifactResponse> {
    let first = pieces.message().await.map_err(|status| broken(&status))?;
    let first = first.ok_or_else(|| Failure::invalid("an empty stream", "send the lease first"))?;
    let worker = own_worker(call, &first.worker_id).await?;
    let run = request::id("run", &first.run_id)?;
    let lease = Lease { worker, token: first.token, run, scope: call.scope(first.scope)? };
    lease.prove(call.engine())?;
    let (sender, receiver) = mpsc::channel(STREAM_MESSAGES_MAX);
    let engine = call.engine().clone();
    let storing = tokio::spawn(on_disk(move || store(&engine, Pieces::new(receiver))));
    feed(&mut pieces, first.data, &sender).await?;
    drop(sender);
    let stored = storing.await.map_err(|_| Failure::bug("storing an artifact panicked"))??;
    // The right or the lease may have been lost meanwhile; the bytes stay, unnamed.
    own_worker(call, &first.worker_id).await?;
    lease.prove(call.engine())?;
    Ok(v1::PutArtifactResponse { digest: stored.digest, size_bytes: stored.size_bytes })
}

/// Hands the pieces on. A store that gave up says why itself.
async fn feed(
    pieces: &mut Streaming<v1::PutArtifactRequest>,
    first: Vec<u8>,
    sender: &mpsc::Sender<io::Result<Vec<u8>>>,
) -> Outcome<()> {
    let mut next = Some(first);
    while let Some(data) = next {
        if sender.send(Ok(data)).await.is_err() {
            return Ok(());
        }
        next = match pieces.message().await {
            Ok(piece) => piece.map(|piece| piece.data),
            Err(status) => {
                let cut = io::Error::new(io::ErrorKind::UnexpectedEof, "the stream broke off");
                drop(sender.send(Err(cut)).await);
                return Err(broken(&status));
            }
        };
    }
    Ok(())
}

fn store(engine: &Engine, mut pieces: Pieces) -> Outcome<BlobRef> {
    engine.blobs().put(&mut pieces, ARTIFACT_BYTES_MAX).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => Failure::new(
            Code::MessageTooLarge,
            format!("an artifact may have {ARTIFACT_BYTES_MAX} bytes"),
            "leave a smaller one behind",
        ),
        io::ErrorKind::UnexpectedEof => Failure::invalid("the stream broke off", "send it again"),
        _ => Failure::disk("store the artifact", &error),
    })
}
