//! A stream that outlives its connection: opened again where it stopped, its state in the open.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::time::Sleep;
use tokio_stream::Stream;
use tonic::{Response, Status, Streaming};

use crate::{
    error::ClientError,
    limits::{BACKOFF_FIRST, BACKOFF_MAX, STREAM_OPEN_DEADLINE},
};

/// How it stands with the daemon.
#[derive(Debug, Clone)]
pub enum Link {
    /// What is shown is current.
    Connected,
    /// The daemon does not answer: what is shown is as old as `since`.
    Stale {
        /// When the connection was lost, or first tried.
        since: Instant,
        /// When it is tried again.
        retry_in: Duration,
        /// How often it was tried since.
        attempts: u32,
        /// Why it was lost.
        error: ClientError,
    },
    /// Being tried again.
    Retrying {
        /// When the connection was lost, or first tried.
        since: Instant,
        /// Which try this is, from 1.
        attempt: u32,
    },
}

/// What a resuming stream tells.
#[derive(Debug, Clone)]
pub enum Update<T> {
    /// The connection came or went.
    Link(Link),
    /// Something new, in order, never twice.
    Item(T),
}

pub(crate) type Opening<T> =
    Pin<Box<dyn Future<Output = Result<Response<Streaming<T>>, Status>> + Send>>;

/// What a stream says of a message that came.
pub(crate) enum Taken<T> {
    /// To be handed on.
    Item(T),
    /// To be handed on, and nothing comes after it.
    Last(T),
    /// It was seen before.
    Seen,
}

/// How one kind of stream is opened and where it goes on.
pub(crate) trait Source: Send {
    /// What comes.
    type Item: Send + 'static;

    /// Opens it after what was taken last.
    fn open(&mut self) -> Opening<Self::Item>;

    /// Notes a message, so that the next `open` goes on after it.
    fn take(&mut self, item: Self::Item) -> Taken<Self::Item>;

    /// Whether the daemon's clean end of the stream is the end of what is watched.
    fn ends_cleanly(&self) -> bool;

    /// A gRPC status in this crate's words.
    fn error(&self, status: &Status) -> ClientError;
}

enum Phase<T> {
    Idle,
    Opening(Opening<T>, Pin<Box<Sleep>>),
    Streaming(Box<Streaming<T>>),
    Waiting(Pin<Box<Sleep>>),
    Ended,
}

/// A stream of [`Update`]s that reconnects by itself, with growing waits, until what it watches
/// has ended or the daemon refuses. Cancel-safe: it may be polled in a `select!`. Ends after its
/// only `Err`.
pub struct Resuming<T> {
    source: Box<dyn Source<Item = T>>,
    phase: Phase<T>,
    lost_at: Option<Instant>,
    attempts: u32,
    told: VecDeque<Update<T>>,
}

impl<T> std::fmt::Debug for Resuming<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resuming").field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

// Nothing in it is pinned in place: what must not move is boxed.
impl<T> Unpin for Resuming<T> {}

impl<T: Send + 'static> Resuming<T> {
    pub(crate) fn new(source: impl Source<Item = T> + 'static) -> Self {
        Self {
            source: Box::new(source),
            phase: Phase::Idle,
            lost_at: None,
            attempts: 0,
            told: VecDeque::new(),
        }
    }

    /// The next update; `None` after the end.
    ///
    /// # Errors
    ///
    /// What trying again can't mend: a refusal, or a daemon that speaks another language.
    pub async fn next(&mut self) -> Option<Result<Update<T>, ClientError>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The next item, whatever happens to the connection meanwhile; `None` after the end.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub async fn next_item(&mut self) -> Option<Result<T, ClientError>> {
        loop {
            match self.next().await? {
                Ok(Update::Item(item)) => return Some(Ok(item)),
                Ok(Update::Link(_)) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    fn open(&mut self) -> Phase<T> {
        if let Some(since) = self.lost_at {
            let attempt = self.attempts;
            self.told.push_back(Update::Link(Link::Retrying { since, attempt }));
        }
        let deadline = Box::pin(tokio::time::sleep(STREAM_OPEN_DEADLINE));
        Phase::Opening(self.source.open(), deadline)
    }

    fn opened(&mut self, stream: Streaming<T>) -> Phase<T> {
        self.told.push_back(Update::Link(Link::Connected));
        self.lost_at = None;
        Phase::Streaming(Box::new(stream))
    }

    /// Lost for now: says so and waits.
    fn lost(&mut self, error: ClientError) -> Phase<T> {
        let since = *self.lost_at.get_or_insert_with(Instant::now);
        let retry_in = backoff(self.attempts, error.push_back());
        self.attempts = self.attempts.saturating_add(1);
        let attempts = self.attempts;
        self.told.push_back(Update::Link(Link::Stale { since, retry_in, attempts, error }));
        Phase::Waiting(Box::pin(tokio::time::sleep(retry_in)))
    }

    fn failed(&mut self, status: &Status) -> Result<Phase<T>, ClientError> {
        let error = self.source.error(status);
        if error.is_passing() { Ok(self.lost(error)) } else { Err(error) }
    }

    fn received(&mut self, item: T, stream: Box<Streaming<T>>) -> Phase<T> {
        // Only what was received shows that the daemon is well: one that accepts and hangs up
        // must not be called on without a pause.
        self.attempts = 0;
        match self.source.take(item) {
            Taken::Item(item) => self.told.push_back(Update::Item(item)),
            Taken::Seen => {}
            Taken::Last(item) => {
                self.told.push_back(Update::Item(item));
                return Phase::Ended;
            }
        }
        Phase::Streaming(stream)
    }

    fn closed(&mut self) -> Phase<T> {
        if self.source.ends_cleanly() {
            return Phase::Ended;
        }
        let status = Status::unavailable("the daemon closed the stream");
        let error = self.source.error(&status);
        self.lost(error)
    }

    /// One step from a phase to the next; pending leaves the phase as it was.
    fn step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ClientError>> {
        let (next, pending) = match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Idle => (self.open(), false),
            Phase::Ended => (Phase::Ended, true),
            Phase::Waiting(mut sleep) => match sleep.as_mut().poll(context) {
                Poll::Ready(()) => (self.open(), false),
                Poll::Pending => (Phase::Waiting(sleep), true),
            },
            Phase::Opening(mut future, mut deadline) => match future.as_mut().poll(context) {
                Poll::Ready(Ok(response)) => (self.opened(response.into_inner()), false),
                Poll::Ready(Err(status)) => (self.failed(&status)?, false),
                Poll::Pending => match deadline.as_mut().poll(context) {
                    Poll::Ready(()) => {
                        let late = Status::deadline_exceeded("the stream was not opened in time");
                        (self.failed(&late)?, false)
                    }
                    Poll::Pending => (Phase::Opening(future, deadline), true),
                },
            },
            Phase::Streaming(mut stream) => match Pin::new(&mut *stream).poll_next(context) {
                Poll::Ready(Some(Ok(item))) => (self.received(item, stream), false),
                Poll::Ready(Some(Err(status))) => (self.failed(&status)?, false),
                Poll::Ready(None) => (self.closed(), false),
                Poll::Pending => (Phase::Streaming(stream), true),
            },
        };
        self.phase = next;
        if pending { Poll::Pending } else { Poll::Ready(Ok(())) }
    }
}

impl<T: Send + 'static> Stream for Resuming<T> {
    type Item = Result<Update<T>, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(update) = self.told.pop_front() {
                return Poll::Ready(Some(Ok(update)));
            }
            if matches!(self.phase, Phase::Ended) {
                return Poll::Ready(None);
            }
            match self.step(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

/// How long to wait after this many failed tries: doubled each time and spread by chance, so
/// that many consoles don't come back to a restarted daemon at the same moment.
fn backoff(attempts: u32, asked: Option<Duration>) -> Duration {
    let doubled = BACKOFF_FIRST.saturating_mul(1 << attempts.min(16)).min(BACKOFF_MAX);
    // Every state has keys of its own: chance enough to spread a wait.
    let chance = RandomState::new().build_hasher().finish() % 256;
    let spread = doubled / 2 + doubled.mul_f64(0.5) * u32::try_from(chance).unwrap_or(0) / 255;
    asked.map_or(spread, |asked| asked.max(spread).min(BACKOFF_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound() {
        for attempts in 0..40 {
            let most = BACKOFF_FIRST.saturating_mul(1 << attempts.min(16)).min(BACKOFF_MAX);
            let wait = backoff(attempts, None);
            assert!(wait >= most / 2 && wait <= most, "{attempts}: {wait:?}");
        }
        assert!(backoff(0, Some(Duration::from_secs(1))) == Duration::from_secs(1));
        assert!(backoff(0, Some(Duration::from_secs(3600))) == BACKOFF_MAX);
    }
}
