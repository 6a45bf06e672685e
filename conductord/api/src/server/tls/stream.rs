//! A connection that ends when the certificate that let it in does.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::CancellationToken;

/// When a connection is over.
pub(crate) struct Over(Pin<Box<dyn Future<Output = &'static str> + Send>>);

impl Over {
    /// When its other end wants to.
    pub(super) fn never() -> Self {
        Self(Box::pin(std::future::pending()))
    }

    /// When its client's certificate ends, or counts no more.
    pub(super) fn after(left: Duration, clients: CancellationToken) -> Self {
        Self(Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep(left) => "the client's certificate has ended",
                () = clients.cancelled() => "clients' certificates are looked at anew",
            }
        }))
    }
}

/// See the module.
pub(crate) struct Ending<S> {
    stream: S,
    over: Over,
}

impl<S> std::fmt::Debug for Ending<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ending").finish_non_exhaustive()
    }
}

impl<S> Ending<S> {
    pub(super) fn new(stream: S, over: Over) -> Self {
        Self { stream, over }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Ending<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(why) = self.over.0.as_mut().poll(context) {
            // Once it has ended it is not asked again.
            self.over = Over(Box::pin(std::future::ready(why)));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, why)));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Ending<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
