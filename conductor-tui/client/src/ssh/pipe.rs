//! One SSH client whose far end a daemon answers: its bytes in both directions.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf},
    process::{Child, ChildStderr, ChildStdin, ChildStdout},
    task::JoinHandle,
    time::timeout,
};

use super::{command, command::Manner, failure::SshFailure, host::SshHost};
use crate::limits::{SSH_EXIT_WAIT, SSH_NOISE_BYTES_MAX, SSH_SAID_BYTES_MAX};

/// A daemon's first byte: the length of its first HTTP/2 frame has three bytes, and the first of
/// them is zero. No text begins so.
const FIRST_BYTE: u8 = 0;

/// A client that is connected. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Pipe {
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// Read when it was opened, and not handed on yet.
    first: Option<u8>,
    /// Killed when it is dropped.
    _client: Child,
}

impl Pipe {
    /// Starts a client and waits until a daemon speaks at its far end. Without a bound of its own:
    /// a person may be asked.
    pub(super) async fn open(host: &SshHost, manner: &Manner) -> Result<Self, SshFailure> {
        let started = command::client(host, manner).spawn();
        let mut client = started.map_err(|error| SshFailure::not_started(&error))?;
        let pipes = (client.stdin.take(), client.stdout.take(), client.stderr.take());
        let (Some(stdin), Some(mut stdout), Some(stderr)) = pipes else {
            return Err(SshFailure::not_started(&io::Error::other("it has no pipes")));
        };
        let said = tokio::spawn(listen(stderr));
        match stdout.read_u8().await {
            Ok(FIRST_BYTE) => Ok(Self { stdin, stdout, first: Some(FIRST_BYTE), _client: client }),
            Ok(first) => Err(SshFailure::noise(&noise(first, stdout).await)),
            Err(_) => {
                // It waits for nothing more to be asked.
                drop(stdin);
                Err(ended(host, client, said).await)
            }
        }
    }
}

/// Why it ended.
async fn ended(host: &SshHost, mut client: Child, said: JoinHandle<String>) -> SshFailure {
    let status = timeout(SSH_EXIT_WAIT, client.wait()).await;
    let code = status.ok().and_then(Result::ok).and_then(|status| status.code());
    // A connection that is shared may hold its errors open for longer than it lives.
    let said = timeout(SSH_EXIT_WAIT, said).await;
    let said = said.ok().and_then(Result::ok).unwrap_or_default();
    SshFailure::ended(host, code, &said)
}

/// What the client and the far end say on standard error, up to a bound; the rest is read and
/// forgotten, so that nobody waits.
async fn listen(mut stderr: ChildStderr) -> String {
    let (mut said, mut piece) = (Vec::new(), [0; 1024]);
    while let Ok(bytes @ 1..) = stderr.read(&mut piece).await {
        let room = SSH_SAID_BYTES_MAX.saturating_sub(said.len());
        said.extend_from_slice(&piece[..bytes.min(room)]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// The beginning of what came where a daemon should have spoken.
async fn noise(first: u8, mut stdout: ChildStdout) -> String {
    let mut bytes = vec![first];
    let mut piece = [0; SSH_NOISE_BYTES_MAX];
    if let Ok(Ok(more)) = timeout(SSH_EXIT_WAIT, stdout.read(&mut piece)).await {
        bytes.extend_from_slice(&piece[..more]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() > 0
            && let Some(byte) = self.first.take()
        {
            buffer.put_slice(&[byte]);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stdout).poll_read(context, buffer)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stdin).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stdin).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stdin).poll_shutdown(context)
    }
}
