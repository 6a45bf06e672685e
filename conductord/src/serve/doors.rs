//! The doors that requests come through, all bound before the first is answered.

use std::time::Duration;

use anyhow::Context as _;
use conductor_api::{
    MetricsDoor, OpenDoor, Server, SocketTaken, TcpDoor, Tls, TlsDoor, Unguarded, UnixDoor,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinSet;

use crate::{
    config::Settings,
    exit::{Ended, Kind},
};

/// What is bound.
#[derive(Debug)]
pub(super) struct Doors {
    unix: UnixDoor,
    tcp: Option<TcpDoor>,
    tls: Option<TlsDoor>,
    metrics: Option<MetricsDoor>,
    open: Option<OpenDoor>,
}

impl Doors {
    /// Binds everything that is configured. Where there are certificates, TCP is never without TLS;
    /// `other_ways` says whether people can tell there who they are without a certificate.
    pub(super) async fn bind(
        settings: &Settings,
        tls: Option<&Tls>,
        other_ways: bool,
    ) -> Result<Self, Ended> {
        let unix = UnixDoor::bind_for(&settings.socket, settings.socket_access).await;
        let unix = unix.map_err(|error| {
            let kind = match &error {
                SocketTaken::Live { .. } => Kind::Refused,
                SocketTaken::Io { .. } => Kind::Fault,
                _ => Kind::Configuration,
            };
            Ended::new(kind, anyhow::Error::new(error).context("listen on the socket"))
        })?;
        let (tcp, tls) = match (settings.listen, tls) {
            (None, _) => (None, None),
            (Some(address), None) => (Some(TcpDoor::bind(address).await.map_err(not_bound)?), None),
            (Some(address), Some(tls)) => {
                let bound = TlsDoor::bind(address, tls.clone(), other_ways).await;
                (None, Some(bound.map_err(not_guarded)?))
            }
        };
        let metrics = match settings.metrics_listen {
            Some(address) => Some(MetricsDoor::bind(address).await.map_err(not_bound)?),
            None => None,
        };
        let open = match settings.opened.clone() {
            Some(opened) => Some(OpenDoor::bind(opened).await.map_err(not_bound)?),
            None => None,
        };
        Ok(Self { unix, tcp, tls, metrics, open })
    }

    /// The port where TLS is spoken.
    pub(super) fn tls_port(&self) -> Option<u16> {
        self.tls.as_ref().map(|door| door.address().port())
    }

    /// Answers at all of them until the server is stopped.
    pub(super) fn open(
        self,
        server: &Server,
        metrics: Option<&PrometheusHandle>,
        grace: Duration,
    ) -> Result<JoinSet<()>, Ended> {
        let mut answering = JoinSet::new();
        if let (Some(door), Some(handle)) = (self.metrics, metrics.cloned()) {
            let address = door.address().context("look at the address for metrics")?;
            tracing::info!(%address, "metrics are at /metrics");
            let server = server.clone();
            answering.spawn(async move {
                if let Err(error) = server.serve_metrics(door, handle).await {
                    tracing::error!(%error, "metrics are not answered any more");
                }
            });
        }
        if let Some(door) = self.tcp {
            let address = door.address().context("look at the TCP address")?;
            tracing::info!(%address, "listening on TCP; nobody is authenticated there");
            let server = server.clone();
            answering.spawn(async move { server.serve_tcp(door, grace).await });
        }
        if let Some(door) = self.open {
            let address = door.address().context("look at the open address")?;
            let principal = door.principal();
            tracing::warn!(%address, %principal, "whoever comes over HTTP there is that principal");
            let server = server.clone();
            answering.spawn(async move { server.serve_open(door, grace).await });
        }
        if let Some(door) = self.tls {
            let address = door.address();
            tracing::info!(%address, "listening on TCP with TLS 1.3");
            let server = server.clone();
            answering.spawn(async move { server.serve_tls(door, grace).await });
        }
        let (unix, server) = (self.unix, server.clone());
        answering.spawn(async move { server.serve_unix(unix, grace).await });
        Ok(answering)
    }
}

fn not_guarded(error: Unguarded) -> Ended {
    let kind = match &error {
        Unguarded::NobodyKnown { .. } => Kind::Configuration,
        Unguarded::Io { .. } => Kind::Fault,
    };
    Ended::new(kind, anyhow::Error::new(error))
}

fn not_bound(error: conductor_api::NotLoopback) -> Ended {
    let kind = match &error {
        conductor_api::NotLoopback::Open { .. } => Kind::Configuration,
        conductor_api::NotLoopback::Io { .. } => Kind::Fault,
    };
    Ended::new(kind, anyhow::Error::new(error))
}
