//! TCP, on loopback only: nothing is encrypted there and nobody proves who they are.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpStream};

use super::Door;
use crate::peer::Peer;

/// A bound address.
#[derive(Debug)]
pub struct TcpDoor {
    listener: TcpListener,
}

/// Why an address is not listened on.
#[derive(Debug, thiserror::Error)]
pub enum NotLoopback {
    /// Others could reach it.
    #[error("{address} can be reached from elsewhere, and there is no TLS; {mend}")]
    Open {
        /// Which.
        address: SocketAddr,
        /// What would do.
        mend: &'static str,
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

/// Listens on an address of this machine alone; `mend` says what would do for another.
pub(super) async fn bind(
    address: SocketAddr,
    mend: &'static str,
) -> Result<TcpListener, NotLoopback> {
    if !address.ip().to_canonical().is_loopback() {
        return Err(NotLoopback::Open { address, mend });
    }
    TcpListener::bind(address).await.map_err(|source| NotLoopback::Io { address, source })
}

impl TcpDoor {
    /// Listens on an address of this machine alone.
    ///
    /// # Errors
    /// [`NotLoopback`]
    pub async fn bind(address: SocketAddr) -> Result<Self, NotLoopback> {
        let mend =
            "set `certificate` and `key` in `[tls]`, or use 127.0.0.1, [::1] or the Unix socket";
        Ok(Self { listener: bind(address, mend).await? })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Door for TcpDoor {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok((stream, Peer::tcp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_this_machine_is_listened_to() {
        for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:192.0.2.1]:0"] {
            let refused = TcpDoor::bind(open.parse().unwrap()).await;
            assert!(matches!(refused, Err(NotLoopback::Open { .. })), "{open}");
        }
        let door = TcpDoor::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        assert!(door.address().unwrap().ip().is_loopback());
    }
}
