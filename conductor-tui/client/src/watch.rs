//! What can be watched, and where each stream goes on after a break.

use std::collections::HashMap;

use conductor_protocol::v1;
use tokio_stream::Stream;
use tonic::{Request, Status, Streaming};

use crate::{
    connection::Connection,
    error::ClientError,
    limits::LOG_OFFSETS_MAX,
    resume::{Opening, Resuming, Source, Taken},
};

impl Connection {
    /// One run as it changes: first as it stands, then each change; ends after the run's end.
    #[must_use]
    pub fn watch_run(&self, request: v1::WatchRunRequest) -> Resuming<v1::WatchRunResponse> {
        Resuming::new(RunSource { connection: self.clone(), request })
    }

    /// Changes to any run of the scope. After a `reset` read the list again. Never ends.
    #[must_use]
    pub fn watch_runs(&self, request: v1::WatchRunsRequest) -> Resuming<v1::WatchRunsResponse> {
        Resuming::new(RunsSource { connection: self.clone(), request })
    }

    /// Events of the ledger; without `follow` it ends at the newest.
    #[must_use]
    pub fn tail(&self, request: v1::TailRequest) -> Resuming<v1::Event> {
        Resuming::new(TailSource { connection: self.clone(), request })
    }

    /// Output of a run's tasks; with `follow` it ends with the attempts. What was handed on is
    /// not handed on again after a break.
    #[must_use]
    pub fn logs(&self, request: v1::RunLogsRequest) -> Resuming<v1::LogChunk> {
        Resuming::new(LogSource { connection: self.clone(), request, offsets: HashMap::new() })
    }

    /// Bytes of an artifact. Read once, not resumed: its digest is checked by the reader.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn artifact(
        &self,
        request: v1::GetArtifactRequest,
    ) -> Result<ByteStream<v1::ArtifactChunk>, ClientError> {
        let mut client = self.services().runs;
        let stream = self.answer(client.artifact(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }

    /// Bytes of an artifact by its id. Read once, not resumed: its digest is checked by the reader.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn download_artifact(
        &self,
        request: v1::DownloadArtifactRequest,
    ) -> Result<ByteStream<v1::DownloadArtifactResponse>, ClientError> {
        let mut client = self.services().artifacts;
        let stream = self.answer(client.download(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }

    /// Adds a file to a run: the header, then its pieces. It takes as long as the file takes.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn upload_artifact(
        &self,
        pieces: impl Stream<Item = v1::UploadArtifactRequest> + Send + 'static,
    ) -> Result<v1::UploadArtifactResponse, ClientError> {
        self.open().await?;
        let mut client = self.services().artifacts;
        match client.upload(Request::new(pieces)).await {
            Ok(response) => Ok(self.hear(response).into_inner()),
            Err(status) => Err(self.error(&status)),
        }
    }

    /// A run's disclosure pack. Read once, not resumed.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn export_run(
        &self,
        request: v1::ExportRunRequest,
    ) -> Result<ByteStream<v1::ArtifactChunk>, ClientError> {
        let mut client = self.services().runs;
        let stream = self.answer(client.export(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }

    /// Recorded decisions in the format of OPA's decision log, oldest first. Read once, not resumed.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn export_decisions(
        &self,
        request: v1::ExportDecisionsRequest,
    ) -> Result<ByteStream<v1::ExportedDecision>, ClientError> {
        let mut client = self.services().system;
        let stream = self.answer(client.export_decisions(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }

    /// Has the daemon re-hash its ledger; the last message says how it ended.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn verify(
        &self,
        request: v1::VerifyRequest,
    ) -> Result<ByteStream<v1::VerifyProgress>, ClientError> {
        let mut client = self.services().ledger;
        let stream = self.answer(client.verify(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }

    /// Asks another policy bundle what was decided before; the last message has the summary.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn replay_policy(
        &self,
        request: v1::ReplayPolicyRequest,
    ) -> Result<ByteStream<v1::ReplayPolicyResponse>, ClientError> {
        let mut client = self.services().policy;
        let stream = self.answer(client.replay(Request::new(request))).await?;
        Ok(ByteStream { stream, connection: self.clone() })
    }
}

/// A stream that is read once and not resumed.
#[derive(Debug)]
pub struct ByteStream<T> {
    stream: Streaming<T>,
    connection: Connection,
}

impl<T> ByteStream<T> {
    /// The next message; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn next(&mut self) -> Result<Option<T>, ClientError> {
        self.stream.message().await.map_err(|status| self.connection.error(&status))
    }
}

struct RunSource {
    connection: Connection,
    request: v1::WatchRunRequest,
}

impl Source for RunSource {
    type Item = v1::WatchRunResponse;

    fn open(&mut self) -> Opening<Self::Item> {
        let (mut client, request) = (self.connection.services().runs, self.request.clone());
        let connection = self.connection.clone();
        Box::pin(async move {
            client.watch(Request::new(request)).await.map(|opened| connection.hear(opened))
        })
    }

    fn take(&mut self, item: Self::Item) -> Taken<Self::Item> {
        self.request.after_seq = self.request.after_seq.max(item.seq);
        if item.last { Taken::Last(item) } else { Taken::Item(item) }
    }

    fn ends_cleanly(&self) -> bool {
        false
    }

    fn error(&self, status: &Status) -> ClientError {
        self.connection.error(status)
    }
}

struct RunsSource {
    connection: Connection,
    request: v1::WatchRunsRequest,
}

impl Source for RunsSource {
    type Item = v1::WatchRunsResponse;

    fn open(&mut self) -> Opening<Self::Item> {
        let (mut client, request) = (self.connection.services().runs, self.request.clone());
        let connection = self.connection.clone();
        Box::pin(async move {
            client.watch_list(Request::new(request)).await.map(|opened| connection.hear(opened))
        })
    }

    fn take(&mut self, item: Self::Item) -> Taken<Self::Item> {
        self.request.after_seq = self.request.after_seq.max(item.seq);
        Taken::Item(item)
    }

    fn ends_cleanly(&self) -> bool {
        false
    }

    fn error(&self, status: &Status) -> ClientError {
        self.connection.error(status)
    }
}

struct TailSource {
    connection: Connection,
    request: v1::TailRequest,
}

impl Source for TailSource {
    type Item = v1::Event;

    fn open(&mut self) -> Opening<Self::Item> {
        let (mut client, request) = (self.connection.services().ledger, self.request.clone());
        let connection = self.connection.clone();
        Box::pin(async move {
            client.tail(Request::new(request)).await.map(|opened| connection.hear(opened))
        })
    }

    fn take(&mut self, item: Self::Item) -> Taken<Self::Item> {
        if item.seq <= self.request.after_seq {
            return Taken::Seen;
        }
        self.request.after_seq = item.seq;
        match self.request.limit {
            0 => Taken::Item(item),
            1 => Taken::Last(item),
            _ => {
                self.request.limit -= 1;
                Taken::Item(item)
            }
        }
    }

    fn ends_cleanly(&self) -> bool {
        !self.request.follow
    }

    fn error(&self, status: &Status) -> ClientError {
        self.connection.error(status)
    }
}

struct LogSource {
    connection: Connection,
    request: v1::RunLogsRequest,
    /// How far each attempt's log was handed on.
    offsets: HashMap<(String, u32), u64>,
}

impl Source for LogSource {
    type Item = v1::LogChunk;

    fn open(&mut self) -> Opening<Self::Item> {
        let (mut client, request) = (self.connection.services().runs, self.request.clone());
        let connection = self.connection.clone();
        Box::pin(async move {
            client.logs(Request::new(request)).await.map(|opened| connection.hear(opened))
        })
    }

    /// The daemon resumes one task's log by its offset; of many tasks' logs what was seen comes
    /// again and is left out here.
    fn take(&mut self, item: Self::Item) -> Taken<Self::Item> {
        let key = (item.task_id.clone(), item.attempt);
        let seen = self.offsets.get(&key).copied().unwrap_or(0);
        if item.next_offset <= seen && !item.data.is_empty() {
            return Taken::Seen;
        }
        if self.offsets.len() < LOG_OFFSETS_MAX || seen > 0 {
            self.offsets.insert(key, item.next_offset);
        }
        if !self.request.task_id.is_empty() {
            self.request.offset = item.next_offset;
            // A resumed log is that of the attempt that was being read.
            self.request.attempt = item.attempt;
        }
        Taken::Item(item)
    }

    fn ends_cleanly(&self) -> bool {
        true
    }

    fn error(&self, status: &Status) -> ClientError {
        self.connection.error(status)
    }
}
