//! A listener for one principal, on loopback only: whoever can reach it is that one. Nothing but HTTP
//! is answered there, and policy decides every call.

use std::{io, net::SocketAddr, sync::Arc};

use axum::Extension;
use conductor_domain::scope::{Principal, Scope};
use tokio::net::{TcpListener, TcpStream};

use super::{Door, Server, loopback};
use crate::{NotLoopback, http, peer::Peer};

/// What is open, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Where; on this machine alone.
    pub listen: SocketAddr,
    /// Who everybody is who comes there.
    pub principal: Principal,
    /// Where they act where they don't say.
    pub scope: Scope,
}

/// A bound address.
#[derive(Debug)]
pub struct OpenDoor {
    listener: TcpListener,
    opened: Opened,
}

impl OpenDoor {
    /// Listens on an address of this machine alone.
    ///
    /// # Errors
    /// [`NotLoopback`]
    pub async fn bind(opened: Opened) -> Result<Self, NotLoopback> {
        let mend = "`[http.open]` takes 127.0.0.1 or [::1] only: nobody proves who they are there";
        Ok(Self { listener: loopback::bind(opened.listen, mend).await?, opened })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Who comes there.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.opened.principal
    }
}

impl Door for OpenDoor {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok((stream, Peer::open(self.opened.principal.clone())))
    }
}

impl Server {
    /// Answers HTTP for one principal until the server is stopped; `grace` is for requests under way.
    pub async fn serve_open(&self, door: OpenDoor, grace: std::time::Duration) {
        let scope = http::OpenScope(Arc::new(door.opened.scope.clone()));
        let routes = http::alone(&self.api).layer(Extension(scope));
        self.serve_routes(door, routes, grace).await;
    }
}
