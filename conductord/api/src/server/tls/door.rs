//! The door: connections are taken while others still shake hands, and only those that are done come
//! in.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, Semaphore, mpsc},
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::task::AbortOnDropHandle;

use super::{
    certificate::{Subject, subject},
    held::Tls,
    stream::{Ending, Over},
};
use crate::{
    limits::{ACCEPT_PAUSE, GREETED_MAX, HANDSHAKE_LINGER, HANDSHAKE_TIMEOUT, HANDSHAKES_MAX},
    peer::Peer,
    server::Door,
};

/// Bytes that are read of what a refused client still says.
const LINGER_BYTES_MAX: u64 = 64 * 1024;
/// Longest that a connection is left alone: its certificate is looked at again after that.
const CONNECTION_MAX: Duration = Duration::from_secs(365 * 24 * 3600);

/// A connection, and who is at its other end.
type Greeted = (Ending<TlsStream<TcpStream>>, Peer);

/// A bound address.
#[derive(Debug)]
pub struct TlsDoor {
    address: SocketAddr,
    greeted: Mutex<mpsc::Receiver<Greeted>>,
    _accepting: AbortOnDropHandle<()>,
}

/// Why an address is not listened on.
#[derive(Debug, thiserror::Error)]
pub enum Unguarded {
    /// Others could reach it, and nobody could say who they are.
    #[error(
        "{address} can be reached from elsewhere, and nobody could say there who they are; set \
         `client_ca` in `[tls]` or `issuer` in `[oidc]`, or enroll somebody's key first, over the \
         Unix socket: `conductor keys enroll`"
    )]
    NobodyKnown {
        /// Which.
        address: SocketAddr,
    },
    /// The system refused.
    #[error("listen on {address}")]
    Io {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl TlsDoor {
    /// Listens on any address when there is a way to tell there who somebody is, besides clients'
    /// certificates, and else on one of this machine alone unless those are asked for. Must be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// [`Unguarded`]
    pub async fn bind(address: SocketAddr, tls: Tls, other_ways: bool) -> Result<Self, Unguarded> {
        let known = other_ways || tls.files().client_ca.is_some();
        if !known && !address.ip().to_canonical().is_loopback() {
            return Err(Unguarded::NobodyKnown { address });
        }
        let failed = |source| Unguarded::Io { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (tell, greeted) = mpsc::channel(GREETED_MAX);
        let accepting = tokio::spawn(accept_all(listener, tls, tell));
        Ok(Self {
            address,
            greeted: Mutex::new(greeted),
            _accepting: AbortOnDropHandle::new(accepting),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Door for TlsDoor {
    type Stream = Ending<TlsStream<TcpStream>>;

    async fn accept(&self) -> io::Result<(Self::Stream, Peer)> {
        let next = self.greeted.lock().await.recv().await;
        next.ok_or_else(|| io::Error::other("nothing listens any more"))
    }
}

/// Takes connections for ever; so many shake hands at once, and the next ones wait.
async fn accept_all(listener: TcpListener, tls: Tls, tell: mpsc::Sender<Greeted>) {
    let room = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    let mut greeting = JoinSet::new();
    loop {
        while greeting.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, from)) => {
                let (tls, tell) = (tls.clone(), tell.clone());
                greeting.spawn(async move {
                    let greeted =
                        tokio::time::timeout(HANDSHAKE_TIMEOUT, greet(stream, from, &tls));
                    match greeted.await {
                        Ok(Some(greeted)) => {
                            // Nobody is there to take it only when the daemon stops.
                            tell.send(greeted).await.ok();
                        }
                        Ok(None) => failed(),
                        Err(_elapsed) => {
                            failed();
                            tracing::debug!(%from, "a TLS handshake took too long");
                        }
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn failed() {
    metrics::counter!("conductor_tls_handshakes_failed_total").increment(1);
}

/// Shakes hands and finds out who it is.
async fn greet(stream: TcpStream, from: SocketAddr, tls: &Tls) -> Option<Greeted> {
    stream.set_nodelay(true).ok()?;
    let (config, clients) = tls.current();
    match TlsAcceptor::from(config).accept(stream).into_fallible().await {
        Ok(stream) => {
            let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let origin = from.ip().to_canonical().to_string();
            let Some(shown) = shown else {
                return Some((Ending::new(stream, Over::never()), Peer::tls(origin)));
            };
            // The handshake has made sure that there is one.
            let Subject { principal, until } = subject(shown)?;
            let left = Duration::from_millis(until.ms_since(tls.now())).min(CONNECTION_MAX);
            let over = Over::after(left, clients);
            Some((Ending::new(stream, over), Peer::certificate(principal, origin)))
        }
        Err((error, stream)) => {
            tracing::info!(%from, %error, "a TLS handshake failed");
            linger(stream).await;
            None
        }
    }
}

/// Lets a refused client read why: what it still says would have the system throw that away.
async fn linger(mut stream: TcpStream) {
    stream.shutdown().await.ok();
    let (mut rest, mut nowhere) = (stream.take(LINGER_BYTES_MAX), tokio::io::sink());
    let reading = tokio::io::copy(&mut rest, &mut nowhere);
    tokio::time::timeout(HANDSHAKE_LINGER, reading).await.ok();
}
