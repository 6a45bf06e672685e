//! The daemon's end of a stream: bounded, and never stuck behind a reader that takes nothing.

use conductor_protocol::id::TraceId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{
    call::Call,
    failure::Failure,
    limits::{STREAM_MESSAGES_MAX, STREAM_STALL_MAX},
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
#[derive(Debug)]
pub(crate) struct Outlet<T> {
    messages: mpsc::Sender<Result<T, Status>>,
    closing: CancellationToken,
    trace: TraceId,
}

// Not derived: a message need not be `Clone`.
impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        let (messages, closing) = (self.messages.clone(), self.closing.clone());
        Self { messages, closing, trace: self.trace }
    }
}

impl<T: Send + 'static> Outlet<T> {
    /// Starts a stream that `produce` fills.
    pub(crate) fn start<P, F>(call: &Call, produce: P) -> Messages<T>
    where
        P: FnOnce(Self) -> F,
        F: Future<Output = Result<(), Cut>> + Send + 'static,
    {
        let (messages, receiver) = mpsc::channel(STREAM_MESSAGES_MAX);
        let closing = call.api.closing().clone();
        let outlet = Self { messages, closing, trace: call.trace };
        let producing = produce(outlet.clone());
        tokio::spawn(async move {
            if let Err(Cut::Failed(failure)) = producing.await {
                outlet.fail(failure).await;
            }
        });
        ReceiverStream::new(receiver)
    }

    /// Sends a message; waits while the reader is slow, for so long.
    pub(crate) async fn send(&self, message: T) -> Result<(), Cut> {
        tokio::select! {
            sent = self.messages.send_timeout(Ok(message), STREAM_STALL_MAX) => match sent {
                Ok(()) => Ok(()),
                Err(mpsc::error::SendTimeoutError::Closed(_)) => Err(Cut::Gone),
                Err(mpsc::error::SendTimeoutError::Timeout(_)) => Err(Failure::stalled().into()),
            },
            () = self.closing.cancelled() => Err(Failure::shutting_down().into()),
        }
    }

    /// Waits for something else, unless the reader goes or the daemon stops first.
    pub(crate) async fn wait<R>(&self, something: impl Future<Output = R>) -> Result<R, Cut> {
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(Failure::shutting_down().into()),
            () = self.messages.closed() => Err(Cut::Gone),
            done = something => Ok(done),
        }
    }

    async fn fail(&self, failure: Failure) {
        let status = Err(failure.into_status(self.trace));
        // The reader may be the very one that takes nothing.
        drop(self.messages.send_timeout(status, STREAM_STALL_MAX).await);
    }
}
