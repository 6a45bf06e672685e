//! The daemon that `CONDUCTOR_HOST` names, and what the benchmarks have it run.

use std::env;

use anyhow::{Context as _, Result};
use conductor_client::Connection;
use conductor_protocol::v1::{PublishWorkflowRequest, Scope, StartRunRequest};

/// What `CONDUCTOR_HOST` says, and a connection there.
pub(crate) fn connection() -> Result<(String, Connection)> {
    let host = env::var("CONDUCTOR_HOST").context("CONDUCTOR_HOST names the daemon")?;
    let scope =
        Scope { tenant: "default".into(), environment: "dev".into(), region: "local".into() };
    let connection = Connection::lazy(host.parse()?, scope);
    Ok((host, connection))
}

/// Publishes a manifest. Its name is one that no run of the benchmark had before: what is published never
/// changes.
pub(crate) async fn publish(connection: &Connection, manifest: String) -> Result<()> {
    let request = PublishWorkflowRequest {
        scope: connection.scope(),
        manifest,
        ..PublishWorkflowRequest::default()
    };
    connection.publish_workflow(request).await?;
    Ok(())
}

/// Starts a run; its id.
pub(crate) async fn start(connection: &Connection, workflow: &str) -> Result<String> {
    let request = StartRunRequest {
        scope: connection.scope(),
        workflow: workflow.to_owned(),
        ..StartRunRequest::default()
    };
    Ok(connection.start_run(request).await?.run_id)
}
