//! The lease protocol for a worker inside the daemon: no network, the same rules.

use std::{fs::File, path::Path};

use conductor_protocol::id::{RunId, WorkerId};
use tokio::sync::mpsc;

use super::Engine;
use crate::{
    command::Rejection,
    limits,
    ports::{
        BlobRef, Completion, Lease, LogDigest, LogKey, LogStreamKind, Order, WorkError, WorkPort,
        WorkerHello,
    },
};

/// See the module.
#[derive(Debug, Clone)]
pub struct LocalPort {
    engine: Engine,
}

impl LocalPort {
    pub(super) const fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

impl From<Rejection> for WorkError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => {
                Self::Refused { code: refusal.code.as_str().to_owned(), message: refusal.message }
            }
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Runs disk work where it may block.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, WorkError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => WorkError::Refused {
                code: "MESSAGE_TOO_LARGE".into(),
                message: format!("an artifact may have {} bytes", limits::ARTIFACT_BYTES_MAX),
            },
            _ => WorkError::Unavailable(error.to_string()),
        }),
        Err(_) => Err(WorkError::Unavailable("the daemon is stopping".into())),
    }
}

impl WorkPort for LocalPort {
    async fn open(&self, hello: WorkerHello) -> Result<mpsc::Receiver<Order>, WorkError> {
        let (_, _, orders) = self.engine.worker_open(hello).await?;
        Ok(orders)
    }

    async fn heartbeat(&self, worker: WorkerId, tokens: Vec<u64>) -> Result<Vec<u64>, WorkError> {
        Ok(self.engine.heartbeat(worker, tokens).await?)
    }

    fn task_token(&self, lease: &Lease) -> Option<String> {
        self.engine.issue_task_token(lease)
    }

    async fn complete(&self, completion: Completion) -> Result<(), WorkError> {
        // Before its end is on record: nothing is done in the name of what has ended.
        self.engine.end_task_token(completion.token);
        Ok(self.engine.complete(completion).await?)
    }

    async fn append_log(
        &self,
        key: &LogKey,
        _token: u64,
        stream: LogStreamKind,
        data: Vec<u8>,
    ) -> Result<(), WorkError> {
        let (engine, key) = (self.engine.clone(), key.clone());
        on_disk(move || engine.logs().append(&key, stream, engine.now(), &data)).await
    }

    async fn finish_log(&self, key: &LogKey, _token: u64) -> Result<LogDigest, WorkError> {
        let (engine, key) = (self.engine.clone(), key.clone());
        on_disk(move || engine.logs().finish(&key)).await
    }

    async fn put_artifact(
        &self,
        _run: RunId,
        _token: u64,
        file: &Path,
    ) -> Result<BlobRef, WorkError> {
        let (engine, file) = (self.engine.clone(), file.to_owned());
        on_disk(move || {
            let mut source = File::open(&file)?;
            engine.blobs().put(&mut source, limits::ARTIFACT_BYTES_MAX)
        })
        .await
    }
}
