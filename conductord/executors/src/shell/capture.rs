//! What a program prints, on its way to the kernel: in bounded pieces, as it comes. The program
//! waits while the kernel does; nothing piles up here.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
};

use conductor_engine::ports::{LogDigest, LogKey, LogStreamKind, WorkPort};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::last_line::LastLine;
use crate::{
    backoff::until_answered,
    executor::Attempt,
    limits::{OUTPUT_CHUNK_BYTES, OUTPUT_CLOSE_BYTES_MAX, OUTPUT_CLOSE_WAIT, SECRET_HOLD},
    redact::{Redactor, Stream},
    stop::StopSignal,
};

/// Where the output of one attempt goes.
pub(crate) struct Output<'a, P> {
    attempt: &'a Attempt<P>,
    key: LogKey,
    /// Something was written, so the log has to be finished.
    begun: AtomicBool,
    /// The kernel takes no more; the program is read on so that it does not hang.
    closed: AtomicBool,
}

impl<'a, P: WorkPort> Output<'a, P> {
    pub(crate) fn new(attempt: &'a Attempt<P>) -> Self {
        let (begun, closed) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { attempt, key: attempt.lease.log_key(), begun, closed }
    }

    /// Says when the attempt must stop.
    pub(crate) fn stop_signal(&self) -> StopSignal {
        self.attempt.stop.clone()
    }

    /// What takes secrets out of it.
    fn redactor(&self) -> Option<&'a Redactor> {
        self.attempt.redactor.as_deref()
    }

    /// Sends words of the worker's own, or of another program than the task's.
    pub(crate) async fn say(&self, stream: LogStreamKind, text: String) {
        let bytes = text.into_bytes();
        let safe = match self.redactor() {
            None => bytes,
            Some(redactor) => redactor.bytes(bytes, false).0,
        };
        self.write(stream, safe).await;
    }

    /// Sends a piece of output that holds no secret: [`pump`] and [`Self::say`] have seen to that.
    async fn write(&self, stream: LogStreamKind, data: Vec<u8>) {
        if data.is_empty() || self.closed.load(Ordering::Relaxed) {
            return;
        }
        self.begun.store(true, Ordering::Relaxed);
        let Attempt { port, lease, dice, .. } = self.attempt;
        let sent = until_answered(dice, "append output", || {
            port.append_log(&self.key, lease.token, stream, data.clone())
        });
        if let Some(Err((code, message))) = self.unless_silenced(sent).await {
            self.closed.store(true, Ordering::Relaxed);
            tracing::warn!(run = %lease.run, task = lease.task, code, message, "output not taken");
        }
    }

    /// Closes the log and gives its digest; an empty one when nothing was written.
    pub(crate) async fn finish(self) -> LogDigest {
        if !self.begun.load(Ordering::Relaxed) {
            return LogDigest::default();
        }
        let Attempt { port, lease, dice, .. } = self.attempt;
        let finished =
            until_answered(dice, "finish the log", || port.finish_log(&self.key, lease.token));
        match self.unless_silenced(finished).await {
            Some(Ok(digest)) => digest,
            Some(Err((code, message))) => {
                tracing::warn!(run = %lease.run, task = lease.task, code, message, "log not closed");
                LogDigest::default()
            }
            None => LogDigest::default(),
        }
    }

    async fn unless_silenced<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut stop = self.attempt.stop.clone();
        tokio::select! {
            biased;
            answer = call => Some(answer),
            () = stop.silenced() => None,
        }
    }
}

/// Reads one pipe to its end, and takes secrets out of it. After `exited` an end is only waited for a moment and only what a
/// pipe can hold is read, in case a process that could not be ended holds it open.
pub(crate) async fn pump<P: WorkPort>(
    mut pipe: impl AsyncRead + Unpin,
    stream: LogStreamKind,
    output: &Output<'_, P>,
    exited: &CancellationToken,
) -> LastLine {
    let mut last = LastLine::default();
    let mut bytes_after_exit = 0;
    let mut guard = output.redactor().map(Redactor::stream);
    let mut held_until = Instant::now();
    let closing = async {
        exited.cancelled().await;
        tokio::time::sleep(OUTPUT_CLOSE_WAIT).await;
    };
    let mut closing = std::pin::pin!(closing);
    while bytes_after_exit < OUTPUT_CLOSE_BYTES_MAX {
        let mut chunk = Vec::with_capacity(OUTPUT_CHUNK_BYTES);
        let read = tokio::select! {
            biased;
            read = pipe.read_buf(&mut chunk) => read,
            () = &mut closing => break,
            () = sleep_until(held_until), if guard.as_ref().is_some_and(Stream::can_give_up) => {
                if let Some(guard) = &mut guard {
                    pass_on(guard.give_up(), stream, (output, &mut last)).await;
                }
                continue;
            }
        };
        match read {
            Ok(0) => break,
            Ok(bytes) => {
                if exited.is_cancelled() {
                    bytes_after_exit += bytes;
                }
                let safe = match &mut guard {
                    None => chunk,
                    Some(guard) => guard.push(chunk),
                };
                held_until = Instant::now() + SECRET_HOLD;
                pass_on(safe, stream, (output, &mut last)).await;
            }
            Err(error) => {
                tracing::warn!(%error, "can't read a program's output");
                break;
            }
        }
    }
    if let Some(mut guard) = guard {
        pass_on(guard.finish(false), stream, (output, &mut last)).await;
    }
    last
}

/// Passes on what may be seen. Labels may have made it longer than a piece should be.
async fn pass_on<P: WorkPort>(
    safe: Vec<u8>,
    stream: LogStreamKind,
    (output, last): (&Output<'_, P>, &mut LastLine),
) {
    last.push(&safe);
    if safe.len() <= OUTPUT_CHUNK_BYTES {
        return output.write(stream, safe).await;
    }
    for piece in safe.chunks(OUTPUT_CHUNK_BYTES) {
        output.write(stream, piece.to_vec()).await;
    }
}
