//! Listening: the Unix socket, TCP with TLS or on loopback where that is asked for, and the connections.

mod connection;
mod deadline;
mod loopback;
mod metrics;
mod open;
mod tls;
mod unix;

use std::{future::Future, io, sync::Arc, time::Duration};

use conductor_protocol::{
    DESCRIPTORS,
    v1::{
        approvals_server::ApprovalsServer, artifacts_server::ArtifactsServer,
        bundles_server::BundlesServer, freezes_server::FreezesServer, gates_server::GatesServer,
        graph_server::GraphServer, hosts_server::HostsServer, incidents_server::IncidentsServer,
        keys_server::KeysServer, ledger_server::LedgerServer,
        notifications_server::NotificationsServer, oidc_server::OidcServer,
        policy_server::PolicyServer, receipts_server::ReceiptsServer, runs_server::RunsServer,
        schedules_server::SchedulesServer, sessions_server::SessionsServer,
        system_server::SystemServer, tenants_server::TenantsServer, tokens_server::TokensServer,
        tracked_server::TrackedServer, workers_server::WorkersServer,
        workflows_server::WorkflowsServer,
    },
};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_health::{ServingStatus, server::HealthReporter};

pub use loopback::{NotLoopback, TcpDoor};
pub use metrics::MetricsDoor;
pub use open::{OpenDoor, Opened};
pub use tls::{Looked, Tls, TlsDoor, TlsError, TlsFiles, Unguarded};
pub use unix::{SocketAccess, SocketTaken, UnixDoor};

use crate::{
    api::Api,
    approvals, artifacts, bundles, freezes, gates, graph, hosts, http, incidents, keys, ledger,
    limits::{ACCEPT_PAUSE, CONNECTIONS_MAX, MESSAGE_BYTES_MAX},
    notifications, oidc,
    peer::Peer,
    policy, receipts, runs, schedules, sessions, system, tenants, tlog, tokens, tracked, workers,
    workflows,
};

/// A service with the bounds on its messages.
macro_rules! bounded {
    ($service:expr) => {
        $service
            .max_decoding_message_size(MESSAGE_BYTES_MAX)
            .max_encoding_message_size(MESSAGE_BYTES_MAX)
    };
}

/// Services whose health is told one by one, besides the whole (``).
const SERVICES: [&str; 24] = [
    "",
    "conductor.v1.Approvals",
    "conductor.v1.Freezes",
    "conductor.v1.Incidents",
    "conductor.v1.Graph",
    "conductor.v1.Workflows",
    "conductor.v1.Schedules",
    "conductor.v1.Runs",
    "conductor.v1.Workers",
    "conductor.v1.Ledger",
    "conductor.v1.System",
    "conductor.v1.Hosts",
    "conductor.v1.Bundles",
    "conductor.v1.Tenants",
    "conductor.v1.Policy",
    "conductor.v1.Keys",
    "conductor.v1.Sessions",
    "conductor.v1.Tokens",
    "conductor.v1.Oidc",
    "conductor.v1.Notifications",
    "conductor.v1.Receipts",
    "conductor.v1.Tracked",
    "conductor.v1.Artifacts",
    "conductor.v1.Gates",
];

/// Where connections come from.
pub(crate) trait Door: Send + 'static {
    /// One connection's bytes.
    type Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static;

    /// The next connection, and who is at its other end.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

/// Answers connections until it is told to stop.
#[derive(Debug, Clone)]
pub struct Server {
    api: Api,
    routes: axum::Router,
    health: HealthReporter,
    connections: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Server {
    /// A server of an API. It is not serving before [`Self::set_serving`].
    ///
    /// # Panics
    /// Never: the descriptors are compiled in and tested.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the descriptors are compiled in; a test decodes them")]
    pub fn new(api: Api) -> Self {
        let health = HealthReporter::new();
        let reflection = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(DESCRIPTORS)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        let mut routes = Routes::builder();
        routes
            .add_service(bounded!(ApprovalsServer::new(approvals::Service(api.clone()))))
            .add_service(bounded!(FreezesServer::new(freezes::Service(api.clone()))))
            .add_service(bounded!(IncidentsServer::new(incidents::Service(api.clone()))))
            .add_service(bounded!(ReceiptsServer::new(receipts::Service(api.clone()))))
            .add_service(bounded!(GraphServer::new(graph::Service(api.clone()))))
            .add_service(bounded!(WorkflowsServer::new(workflows::Service(api.clone()))))
            .add_service(bounded!(SchedulesServer::new(schedules::Service(api.clone()))))
            .add_service(bounded!(RunsServer::new(runs::Service(api.clone()))))
            .add_service(bounded!(WorkersServer::new(workers::Service(api.clone()))))
            .add_service(bounded!(LedgerServer::new(ledger::Service(api.clone()))))
            .add_service(bounded!(HostsServer::new(hosts::Service(api.clone()))))
            .add_service(bounded!(PolicyServer::new(policy::Service(api.clone()))))
            .add_service(bounded!(SystemServer::new(system::Service(api.clone()))))
            .add_service(bounded!(BundlesServer::new(bundles::Service(api.clone()))))
            .add_service(bounded!(KeysServer::new(keys::Service(api.clone()))))
            .add_service(bounded!(SessionsServer::new(sessions::Service(api.clone()))))
            .add_service(bounded!(TokensServer::new(tokens::Service(api.clone()))))
            .add_service(bounded!(OidcServer::new(oidc::Service(api.clone()))))
            .add_service(bounded!(NotificationsServer::new(notifications::Service(api.clone()))))
            .add_service(bounded!(ArtifactsServer::new(artifacts::Service(api.clone()))))
            .add_service(bounded!(GatesServer::new(gates::Service(api.clone()))))
            .add_service(bounded!(TenantsServer::new(tenants::Service(api.clone()))))
            .add_service(bounded!(TrackedServer::new(tracked::Service(api.clone()))))
            .add_service(tonic_health::pb::health_server::HealthServer::new(
                tonic_health::server::HealthService::from_health_reporter(health.clone()),
            ))
            .add_service(reflection().build_v1().expect("the descriptors decode"))
            .add_service(reflection().build_v1alpha().expect("the descriptors decode"));
        let routes = routes.routes().into_axum_router();
        let routes = routes.merge(tlog::routes(api.clone())).merge(http::router(&api));
        Self {
            api,
            routes,
            health,
            connections: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
            stop: CancellationToken::new(),
        }
    }

    /// The API behind it.
    #[must_use]
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// Says, to those who ask after its health, that it serves.
    pub async fn set_serving(&self) {
        self.set_health(ServingStatus::Serving).await;
    }

    /// Starts nothing more, and says so to those who ask after its health.
    pub async fn drain(&self) {
        self.api.drain();
        self.set_health(ServingStatus::NotServing).await;
    }

    async fn set_health(&self, status: ServingStatus) {
        for service in SERVICES {
            self.health.set_service_status(service, status).await;
        }
    }

    /// Ends streams and stops accepting; [`Self::serve_unix`] and the like then return.
    pub fn stop(&self) {
        self.api.close();
        self.stop.cancel();
    }

    /// Answers the Unix socket until the server is stopped; `grace` is for requests under way.
    pub async fn serve_unix(&self, door: UnixDoor, grace: Duration) {
        self.serve(door, grace).await;
    }

    /// Answers TCP with TLS until the server is stopped; `grace` is for requests under way.
    pub async fn serve_tls(&self, door: TlsDoor, grace: Duration) {
        self.serve(door, grace).await;
    }

    /// Answers TCP on loopback until the server is stopped; `grace` is for requests under way.
    pub async fn serve_tcp(&self, door: TcpDoor, grace: Duration) {
        self.serve(door, grace).await;
    }

    async fn serve(&self, door: impl Door, grace: Duration) {
        self.serve_routes(door, self.routes.clone(), grace).await;
    }

    async fn serve_routes(&self, door: impl Door, routes: axum::Router, grace: Duration) {
        let graceful = GracefulShutdown::new();
        loop {
            let permit = tokio::select! {
                () = self.stop.cancelled() => break,
                permit = Arc::clone(&self.connections).acquire_owned() => permit,
            };
            let accepted = tokio::select! {
                () = self.stop.cancelled() => break,
                accepted = door.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let behind = (self.api.clone(), routes.clone());
                    let answering = connection::answer(stream, peer, behind, &graceful);
                    tokio::spawn(async move {
                        answering.await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        // New connections are refused from here on, and the socket is gone.
        drop(door);
        if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections did not end in time and are cut");
        }
    }
}
