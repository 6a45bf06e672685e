//! From the publication of a workflow to the first line of its first task, at the daemon that
//! `CONDUCTOR_HOST` names.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench publish_to_start` prints one line of
//! JSON. A workflow that nobody knew is published and started by the same caller, one after another;
//! its only task is a shell step that writes down the time. So the span holds two durable
//! acknowledgements, the lease, and the start of `/bin/sh` and of `date`; the span of those two alone
//! stands beside it (`spawnMs`). Daemon and caller share a machine, and so a clock.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock and starts programs")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, ensure};
use conductor_client::Connection;
use serde_json::json;

use measured::quantiles;

/// Workflows that are published and started.
const WORKFLOWS: usize = 300;
/// How long one may take.
const WITHIN: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(2);

#[tokio::main]
async fn main() -> Result<()> {
    let (_, connection) = daemon::connection()?;
    let folder = env::temp_dir().join(format!("publish-bench-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let mut spans = Vec::with_capacity(WORKFLOWS);
    let mut spawns = Vec::with_capacity(WORKFLOWS);
    for number in 0..WORKFLOWS {
        spans.push(published_and_started(&connection, &folder, number).await?);
        spawns.push(spawned(&folder.join("spawn"))?);
    }
    fs::remove_dir_all(&folder)?;
    println!(
        "{}",
        json!({
            "workflows": WORKFLOWS,
            "publishToStartMs": quantiles(spans),
            "spawnMs": quantiles(spawns),
        })
    );
    Ok(())
}

async fn published_and_started(
    connection: &Connection,
    folder: &Path,
    number: usize,
) -> Result<Duration> {
    let name = format!("publish-bench-{}-{number}", std::process::id());
    let stamp = folder.join(number.to_string());
    let task = json!({"id": "t", "uses": "pkg:builtin/shell@1", "with": {"run": script(&stamp)}});
    let manifest = json!({"name": name, "version": "1.0.0", "tasks": [task]}).to_string();
    let begin = SystemTime::now();
    daemon::publish(connection, manifest).await?;
    daemon::start(connection, &name).await?;
    let deadline = Instant::now() + WITHIN;
    while !stamp.exists() {
        ensure!(Instant::now() < deadline, "the task did not start in {WITHIN:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    since(begin, &stamp)
}

/// The same shell step, without a daemon.
fn spawned(stamp: &Path) -> Result<Duration> {
    let begin = SystemTime::now();
    let status = Command::new("/bin/sh").args(["-c", &script(stamp)]).status()?;
    ensure!(status.success(), "the shell ended with {status}");
    since(begin, stamp)
}

/// The time appears whole or not at all: whoever waits for it looks for the file.
fn script(stamp: &Path) -> String {
    let stamp = stamp.display();
    format!("date +%s%N > {stamp}.part && mv {stamp}.part {stamp}")
}

fn since(begin: SystemTime, stamp: &Path) -> Result<Duration> {
    let nanoseconds: u64 = fs::read_to_string(stamp)?.trim().parse()?;
    Ok((UNIX_EPOCH + Duration::from_nanos(nanoseconds)).duration_since(begin)?)
}
