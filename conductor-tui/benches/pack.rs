//! What the pack of a run of 200 tasks takes, at the daemon that `CONDUCTOR_HOST` names and as whoever
//! types `conductor runs export` sees it.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench pack` prints one line of JSON. Each of
//! its runs has 200 scripts that print forty lines each. Each pack is asked for once when its run has its
//! receipt (`firstMs`), one of them again and again (`againMs`); then the program itself, from its start
//! to its end (`endToEndMs`).
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;
mod program;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use conductor_client::Connection;
use conductor_protocol::v1::{ExportRunRequest, GetRunRequest, RunStatus, StatusRequest};
use serde_json::{Value, json};

use measured::quantiles;

/// Tasks of a run: as many as a manifest may have.
const TASKS: usize = 200;
/// Lines that each of them prints.
const LINES: usize = 40;
/// Runs whose packs are asked for once each.
const RUNS: usize = 10;
/// Packs of the same run, and starts of the program.
const AGAIN: usize = 50;
const STARTS: usize = 20;
/// How long a run and its receipt may take.
const WITHIN: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() -> Result<()> {
    let (host, connection) = daemon::connection()?;
    let name = format!("pack-bench-{}", std::process::id());
    daemon::publish(&connection, manifest(&name)).await?;
    let (mut first, mut bytes) = (Vec::with_capacity(RUNS), 0);
    let mut run_id = String::new();
    for _ in 0..RUNS {
        run_id = run(&connection, &name).await?;
        let (took, size) = export(&connection, &run_id).await?;
        first.push(took);
        bytes = size;
    }
    let mut again = Vec::with_capacity(AGAIN);
    for _ in 0..AGAIN {
        again.push(export(&connection, &run_id).await?.0);
    }
    let export = ["runs", "export", &run_id, "--file", "-"];
    let whole = (0..STARTS).map(|_| program::took(&export, &host)).collect::<Result<Vec<_>>>()?;
    println!(
        "{}",
        json!({
            "tasks": TASKS,
            "packBytes": bytes,
            "firstMs": quantiles(first),
            "againMs": quantiles(again),
            "endToEndMs": quantiles(whole),
        })
    );
    Ok(())
}

/// Scripts that wait for nothing.
fn manifest(name: &str) -> String {
    let run = format!("seq -f 'line %g of what a task has to say' {LINES}");
    let task =
        |n| json!({"id": format!("t{n}"), "uses": "pkg:builtin/shell@1", "with": {"run": run}});
    let tasks: Vec<Value> = (0..TASKS).map(task).collect();
    json!({"name": name, "version": "1.0.0", "tasks": tasks}).to_string()
}

/// Runs it to its end, and on until nothing waits for a receipt.
async fn run(connection: &Connection, name: &str) -> Result<String> {
    let run_id = daemon::start(connection, name).await?;
    let deadline = Instant::now() + WITHIN;
    loop {
        ensure!(Instant::now() < deadline, "run {run_id} takes too long");
        tokio::time::sleep(LOOK_EVERY).await;
        let request = GetRunRequest { scope: connection.scope(), run_id: run_id.clone() };
        let run = connection.get_run(request).await?.run.unwrap_or_default();
        match run.summary.unwrap_or_default().status() {
            RunStatus::Succeeded => {}
            RunStatus::Failed => anyhow::bail!("run {run_id} failed"),
            _ => continue,
        }
        let status = connection.status(StatusRequest { scope: connection.scope() }).await?;
        if status.receipts_waiting == Some(0) {
            return Ok(run_id);
        }
    }
}

/// How long the pack took to its last byte, and how many those are.
async fn export(connection: &Connection, run_id: &str) -> Result<(Duration, u64)> {
    let request = ExportRunRequest { scope: connection.scope(), run_id: run_id.to_owned() };
    let begin = Instant::now();
    let mut stream = connection.export_run(request).await?;
    let mut bytes = 0;
    while let Some(chunk) = stream.next().await? {
        bytes += chunk.data.len() as u64;
    }
    Ok((begin.elapsed(), bytes))
}
