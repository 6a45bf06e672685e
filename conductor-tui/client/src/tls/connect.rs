//! The handshake, and a stream that remembers why it broke.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    told::{Told, Trouble},
    trust::{ALPN, Trust},
};

/// Connects to `host:port` and makes sure of who answers. What goes wrong stands in `trouble`, too.
pub(crate) async fn connect(
    authority: &str,
    trust: &Trust,
    trouble: &Arc<Trouble>,
) -> io::Result<Heard> {
    let host = host_of(authority);
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("`{host}` is no name of a host"))
    })?;
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let connected = TlsConnector::from(trust.config()).connect(name, stream).await;
    let stream = match connected {
        Ok(stream) if stream.get_ref().1.alpn_protocol() == Some(ALPN) => stream,
        Ok(_) => {
            trouble.keep(Told::no_http2());
            return Err(io::ErrorKind::InvalidData.into());
        }
        Err(error) => {
            trouble.keep(Told::handshake(&error));
            return Err(error);
        }
    };
    Ok(Heard { stream, trouble: Arc::clone(trouble), heard: false })
}

/// The host of `host:port`, without the brackets of an IPv6 address.
fn host_of(authority: &str) -> &str {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

/// A connection on which a refused certificate is noticed: the server looks at it only after the
/// handshake is over at this end.
#[derive(Debug)]
pub(crate) struct Heard {
    stream: TlsStream<TcpStream>,
    trouble: Arc<Trouble>,
    heard: bool,
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match &read {
            Poll::Ready(Ok(())) if !self.heard => {
                self.heard = true;
                self.trouble.forget();
            }
            Poll::Ready(Err(error)) => {
                if let Some(told) = Told::of(error) {
                    self.trouble.keep(told);
                }
                if error.kind() == io::ErrorKind::UnexpectedEof {
                    return Poll::Ready(Err(io::Error::new(error.kind(), "it was cut off")));
                }
            }
            _ => {}
        }
        read
    }
}

impl AsyncWrite for Heard {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_the_certificate_must_name() {
        let check = |authority: &str, expected: &str| assert_eq!(host_of(authority), expected);
        check("conductor.example:7443", "conductor.example");
        check("127.0.0.1:1", "127.0.0.1");
        check("[::1]:7443", "::1");
    }
}
