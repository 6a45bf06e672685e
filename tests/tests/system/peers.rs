//! What users of other tools suffer from and ours shall not: each case names the report it comes
//! from.

use conductor_protocol::v1::{Event, RunStatus};
use conductor_tests::{Daemon, Setup};

use crate::workflows;

/// StackStorm/st2#4735: a cancel right after the launch sticks in "canceling".
#[tokio::test]
async fn a_cancel_right_after_the_launch_ends_the_run() {
    let daemon = Daemon::start();
    daemon.console().publish(workflows::MINUTE);
    let api = daemon.api().await;
    for _ in 0..20 {
        let run = api.start("minute", "{}", "").await.unwrap();
        cancel(&daemon, &run);
        let ended = api.ended(&run).await;
        assert_eq!(ended.summary.unwrap().status(), RunStatus::Cancelled);
    }
}

/// dagster-io/dagster#3271: 2,275 runs are cancelled 25 at a time. A filter means all that it fits,
/// and nothing else.
#[tokio::test]
async fn a_filter_cancels_more_runs_than_a_page_holds() {
    const PAGE: usize = 500;
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::MINUTE);
    console.publish(&workflows::MINUTE.replace("name: minute", "name: other"));
    let api = daemon.api().await;
    let other = api.start("other", "{}", "").await.unwrap();
    let mut runs = Vec::new();
    for _ in 0..PAGE + 20 {
        runs.push(api.start("minute", "{}", "").await.unwrap());
    }
    drop(console.call(&["runs", "cancel", "--yes"]).exits(2));
    drop(console.call(&["runs", "cancel", &other, "--workflow", "minute"]).exits(2));
    let asked = console.json(&["runs", "cancel", "--workflow", "minute", "--yes"]);
    assert_eq!(asked.as_array().unwrap().len(), runs.len());
    for run in &runs {
        let ended = api.ended(run).await.summary.unwrap();
        assert_eq!(ended.status(), RunStatus::Cancelled, "{ended:?}");
    }
    let open = console.json(&["runs", "list", "--status", "running,queued"]);
    let ids: Vec<&str> =
        open.as_array().unwrap().iter().filter_map(|run| run["runId"].as_str()).collect();
    assert_eq!(ids, [other.as_str()]);
    drop(console.call(&["runs", "cancel", "--all", "--yes"]).exits(0));
    assert_eq!(api.ended(&other).await.summary.unwrap().status(), RunStatus::Cancelled);
}

/// dagster-io/dagster#34175: a cancelled run flips to success.
#[tokio::test]
async fn an_end_is_final() {
    let daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    let api = daemon.api().await;
    let mut runs = Vec::new();
    // Cancels race with completions here, which is the point.
    for _ in 0..50 {
        let run = api.start("noop", "{}", "").await.unwrap();
        drop(daemon.console().call(&["runs", "cancel", &run, "--yes"]));
        runs.push(run);
    }
    for run in &runs {
        api.ended(run).await;
    }
    nothing_happens_after_an_end(&api.events(&["run.", "task."]).await);
}

/// apache/airflow#13542 and #33661: a restart leaves tasks stuck.
#[tokio::test]
async fn a_restart_leaves_nothing_stuck() {
    let mut daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    console.publish(workflows::MINUTE);
    console.publish(BRIEF);
    let api = daemon.api().await;
    let running = api.start("minute", "{}", "").await.unwrap();
    let task_runs =
        |run: &conductor_protocol::v1::Run| run.tasks.iter().any(|task| !task.attempts.is_empty());
    api.watch_until(&running, task_runs).await;
    let mut runs = Vec::new();
    for _ in 0..40 {
        runs.push(api.start("brief", "{}", "").await.unwrap());
    }
    daemon.kill();
    daemon.launch();
    let api = daemon.api().await;
    for run in &runs {
        let ended = api.ended(run).await.summary.unwrap();
        assert_eq!(ended.status(), RunStatus::Succeeded, "{ended:?}");
    }
    cancel(&daemon, &running);
    let ended = api.ended(&running).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Cancelled, "{ended:?}");
    nothing_happens_after_an_end(&api.events(&["run.", "task."]).await);
    let status = daemon.console().json(&["status"]);
    assert_eq!(number(&status["runsActive"]), 0, "{status}");
}

/// StackStorm/st2#4716 and #4524: runs stay "running" for ever. Every run has a bound of its own.
#[tokio::test]
async fn a_run_whose_time_is_over_is_ended() {
    let daemon = Daemon::start_with(Setup::default());
    daemon.console().publish(&workflows::MINUTE.replace("tasks:", "timeout: 500ms\ntasks:"));
    let api = daemon.api().await;
    let run = api.start("minute", "{}", "").await.unwrap();
    let ended = api.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::TimedOut, "{ended:?}");
    drop(daemon.console().call(&["run", "minute", "--follow"]).exits(1));
}

const BRIEF: &str = "
name: brief
version: 1.0.0
tasks:
  - id: wait
    uses: pkg:builtin/sleep@1
    with: {seconds: 0.3}
  - id: then
    uses: pkg:builtin/shell@1
    needs: [wait]
    with: {run: 'true'}
";

fn cancel(daemon: &Daemon, run: &str) {
    drop(daemon.console().call(&["runs", "cancel", run, "--yes"]).exits(0));
}

/// Each run has one end, and neither it nor its tasks have anything after that.
pub(crate) fn nothing_happens_after_an_end(events: &[Event]) {
    let mut ended = std::collections::BTreeSet::new();
    for event in events {
        assert!(!ended.contains(&event.subject), "after its end: {event:?}");
        if event.kind == "run.ended" {
            ended.insert(event.subject.clone());
        }
    }
    assert!(!ended.is_empty(), "no run ended, so nothing was proven");
}

/// 64-bit numbers are text in the protocol's JSON.
fn number(value: &serde_json::Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}
