//! `/metrics` and `/healthz` over HTTP, on loopback only: for Prometheus and for probes.

use std::{io, net::SocketAddr};

use axum::{Router, extract::State, http::StatusCode, http::header::CONTENT_TYPE, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use super::{Server, loopback};
use crate::NotLoopback;

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A bound address.
#[derive(Debug)]
pub struct MetricsDoor {
    listener: TcpListener,
}

impl MetricsDoor {
    /// Listens on an address of this machine alone.
    ///
    /// # Errors
    /// [`NotLoopback`]
    pub async fn bind(address: SocketAddr) -> Result<Self, NotLoopback> {
        let mend = "metrics are told on 127.0.0.1 or [::1] only";
        Ok(Self { listener: loopback::bind(address, mend).await? })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Server {
    /// Answers `/metrics` and `/healthz` until the server is stopped.
    ///
    /// # Errors
    /// When the system refuses to listen on.
    pub async fn serve_metrics(
        &self,
        door: MetricsDoor,
        handle: PrometheusHandle,
    ) -> io::Result<()> {
        let routes = Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(healthz))
            .with_state((self.clone(), handle));
        let stop = self.stop.clone();
        axum::serve(door.listener, routes)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await
    }
}

type Shared = State<(Server, PrometheusHandle)>;

async fn metrics(
    State((server, handle)): Shared,
) -> ([(axum::http::HeaderName, &'static str); 1], String) {
    // Numbers that are looked up rather than counted as they change.
    let engine = server.api.engine();
    metrics::gauge!("conductor_commands_waiting").set(as_f64(engine.commands_waiting()));
    let views = engine.views();
    let waiting = views.tenants().iter().map(|tenant| views.approvals_waiting(&tenant.name)).sum();
    metrics::gauge!("conductor_approvals_waiting").set(as_f64(waiting));
    let behind = views.seq().saturating_sub(engine.stored_views_seq());
    metrics::gauge!("conductor_views_behind").set(as_f64(usize::try_from(behind).unwrap_or(0)));
    handle.run_upkeep();
    ([(CONTENT_TYPE, TEXT)], handle.render())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge of far less than 2^52")]
fn as_f64(number: usize) -> f64 {
    number as f64
}

async fn healthz(State((server, _)): Shared) -> (StatusCode, &'static str) {
    if server.api.draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if server.api.engine().failure().borrow().is_some() {
        (StatusCode::SERVICE_UNAVAILABLE, "failed\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}
