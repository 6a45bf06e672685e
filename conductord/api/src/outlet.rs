//! The daemon's end of a stream: bounded, and never stuck behind a reader that takes nothing.

use std::sync::Arc;

use conductor_engine::obligations::Terms;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::{
    failure::Failure,
    limits::{STREAM_MESSAGES_MAX, STREAM_STALL_MAX},
    standing::Standing,
};

/// What a handler of a stream gives back.
pub(crate) type Messages<T> = ReceiverStream<Result<T, Status>>;

/// Why a stream ends before its natural end.
#[derive(Debug)]
pub(crate) enum Cut {
    /// The reader is gone: nobody is left to be told.
    Gone,
    /// The reader is told why.
    Failed(Failure),
}

impl From<Failure> for Cut {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Sends the messages of one stream.
pub(crate) struct Outlet<T> {
    messages: mpsc::Sender<Result<T, Status>>,
    standing: Arc<Standing>,
}

// Not derived: a message need not be `Clone`.
impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self { messages: self.messages.clone(), standing: Arc::clone(&self.standing) }
    }
}

impl<T: Send + 'static> Outlet<T> {
    /// Starts a stream that `produce` fills, for as long as it may be.
    pub(crate) fn start<P, F>(standing: Standing, produce: P) -> Messages<T>
    where
        P: FnOnce(Self) -> F,
        F: Future<Output = Result<(), Cut>> + Send + 'static,
    {
        let (messages, receiver) = mpsc::channel(STREAM_MESSAGES_MAX);
        let outlet = Self { messages, standing: Arc::new(standing) };
        let producing = produce(outlet.clone());
        tokio::spawn(async move {
            if let Err(Cut::Failed(failure)) = producing.await {
                outlet.fail(failure).await;
            }
        });
        ReceiverStream::new(receiver)
    }

    /// How things may be shown now; the stream ends where they may not any more.
    pub(crate) async fn terms(&self) -> Result<Arc<Terms>, Cut> {
        Ok(self.standing.terms().await?)
    }

    /// Sends a message; waits while the reader is slow, for so long.
    pub(crate) async fn send(&self, message: T) -> Result<(), Cut> {
        self.terms().await?;
        tokio::select! {
            sent = self.messages.send_timeout(Ok(message), STREAM_STALL_MAX) => match sent {
                Ok(()) => Ok(()),
                Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(Cut::Gone),
                Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(Failure::stalled().into()),
            },
            () = self.standing.closing().cancelled() => Err(Failure::shutting_down().into()),
        }
    }

    /// Waits for something else, unless the reader goes, the permission is taken back, or the
    /// daemon stops first.
    pub(crate) async fn wait<R>(&self, something: impl Future<Output = R>) -> Result<R, Cut> {
        tokio::pin!(something);
        loop {
            let changed = self.standing.changed();
            self.terms().await?;
            tokio::select! {
                biased;
                () = self.standing.closing().cancelled() => {
                    return Err(Failure::shutting_down().into());
                }
                () = self.messages.closed() => return Err(Cut::Gone),
                () = changed => {}
                done = &mut something => return Ok(done),
            }
        }
    }

    async fn fail(&self, failure: Failure) {
        let status = Err(failure.into_status(self.standing.trace()));
        // The reader may be the very one that takes nothing.
        drop(self.messages.send_timeout(status, STREAM_STALL_MAX).await);
    }
}
