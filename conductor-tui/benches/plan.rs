//! What a plan of 200 tasks takes, at the daemon that `CONDUCTOR_HOST` names and as whoever types
//! `conductor plan` sees it.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench plan` prints one line of JSON. It
//! publishes workflows of 200 tasks, runs one of them to give it a history, and then plans: each
//! workflow once, when policy has not been asked about it yet (`coldMs`), and one of them again and
//! again (`warmMs`); then the program itself, from its start to its end (`endToEndMs`).
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;
mod program;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use conductor_client::Connection;
use conductor_protocol::v1::{GetRunRequest, PlanRunRequest, RunStatus};
use serde_json::{Value, json};

use measured::quantiles;

/// Tasks of a workflow: as many as a manifest may have.
const TASKS: usize = 200;
/// Finished runs that the estimate is taken from; the daemon's own bound.
const RUNS: usize = 50;
/// Workflows that are planned once each.
const COLD: usize = 20;
/// Plans of the same workflow, and starts of the program.
const WARM: usize = 300;
const STARTS: usize = 50;
/// How long the runs may take.
const WITHIN: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() -> Result<()> {
    let (host, connection) = daemon::connection()?;
    let mark = std::process::id();
    let names: Vec<String> = (0..COLD).map(|n| format!("plan-bench-{mark}-{n}")).collect();
    for name in &names {
        daemon::publish(&connection, manifest(name)).await?;
    }
    let mut cold = Vec::with_capacity(COLD);
    for name in &names {
        cold.push(plan(&connection, name).await?);
    }
    run(&connection, &names[0]).await?;
    let mut warm = Vec::with_capacity(WARM);
    for _ in 0..WARM {
        warm.push(plan(&connection, &names[0]).await?);
    }
    let plan = ["plan", names[0].as_str()];
    let whole = (0..STARTS).map(|_| program::took(&plan, &host)).collect::<Result<Vec<_>>>()?;
    println!(
        "{}",
        json!({
            "tasks": TASKS,
            "runsBehind": RUNS,
            "coldMs": quantiles(cold),
            "warmMs": quantiles(warm),
            "endToEndMs": quantiles(whole),
        })
    );
    Ok(())
}

/// Ten rows of twenty tasks, each with a script that has to be filled in.
fn manifest(name: &str) -> String {
    let tasks: Vec<Value> = (0..TASKS)
        .map(|n| {
            let needs: Vec<String> =
                (n >= 20).then(|| format!("t{}", n - 20)).into_iter().collect();
            json!({
                "id": format!("t{n}"),
                "uses": "pkg:builtin/noop@1",
                "needs": needs,
                "when": format!("inputs.limit > {}", n % 7),
                "env": {"NAME": "{{ inputs.name }}", "N": n},
                "with": {
                    "run": "df {{ inputs.path | sh }} | tail -{{ inputs.limit }}",
                    "in": "{{ run.environment }}",
                },
            })
        })
        .collect();
    let inputs = json!({"properties": {
        "name": {"type": "string", "default": "x"},
        "path": {"type": "string", "default": "/var log"},
        "limit": {"type": "integer", "default": 90},
    }});
    json!({"name": name, "version": "1.0.0", "inputs": inputs, "tasks": tasks}).to_string()
}

async fn plan(connection: &Connection, name: &str) -> Result<Duration> {
    let request = PlanRunRequest {
        scope: connection.scope(),
        workflow: name.to_owned(),
        ..PlanRunRequest::default()
    };
    let begin = Instant::now();
    let answer = connection.plan_run(request).await?;
    let took = begin.elapsed();
    let plan = answer.plan.unwrap_or_default();
    ensure!(plan.tasks.len() == TASKS && plan.startable, "the plan has {:?}", plan.problems);
    Ok(took)
}

/// Runs a workflow so often that its history is as long as the daemon looks at.
async fn run(connection: &Connection, name: &str) -> Result<()> {
    let mut runs = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        runs.push(daemon::start(connection, name).await?);
    }
    let deadline = Instant::now() + WITHIN;
    for run_id in runs {
        loop {
            let request = GetRunRequest { scope: connection.scope(), run_id: run_id.clone() };
            let run = connection.get_run(request).await?.run.unwrap_or_default();
            if run.summary.unwrap_or_default().status() == RunStatus::Succeeded {
                break;
            }
            ensure!(Instant::now() < deadline, "the runs take too long");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}
