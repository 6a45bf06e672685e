//! The worker's side of the lease protocol: capacity, heartbeats, lost leases, outages, shutdown.

use std::time::Duration;

use conductor_engine::ports::{Lease, Outcome, StopReason};
use conductor_executors::{Executor, WorkerOptions};
use serde_json::json;

use super::{
    fixture::{Fixture, is_alive, lease, options, shell},
    testing::MemoryPort,
};

fn noop(token: u64) -> Lease {
    lease(token, Executor::Noop, &json!({"token": token}))
}

/// A script that says that it runs, and with which process number, and then goes on.
fn endless(token: u64) -> Lease {
    shell(token, "echo $$; echo ready; exec sleep 1000")
}

async fn started(fixture: &Fixture, lease: &Lease) -> String {
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "ready").await;
    let printed = String::from_utf8(fixture.port.log(&lease.log_key()).stdout).unwrap();
    printed.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn it_introduces_itself_and_noops_echo() {
    let fixture = Fixture::new();
    let hello = fixture.port.hello(1).await;
    assert_eq!((hello.worker, hello.capacity, hello.in_process), (None, 16, false));
    assert_eq!(hello.executors.len(), 5);
    for token in 1..=100 {
        let ended = fixture.run(noop(token)).await;
        assert_eq!((ended.outcome, &ended.outputs["token"]), (Outcome::Succeeded, &json!(token)));
    }
    assert_eq!(fixture.shut_down().await.given_up, 0);
}

#[tokio::test]
async fn an_unknown_executor_is_a_failure_that_names_the_known_ones() {
    let fixture = Fixture::new();
    let ended = fixture.run(Lease { uses: "pkg:acme/x@1".into(), ..noop(1) }).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.message.contains("`pkg:acme/x@1`") && ended.message.contains("builtin/shell"));
}

#[tokio::test(start_paused = true)]
async fn sleep_takes_its_time_and_can_be_stopped() {
    let fixture = Fixture::new();
    let sleep = |token, seconds| lease(token, Executor::Sleep, &json!({ "seconds": seconds }));
    let begun = tokio::time::Instant::now();
    assert_eq!(fixture.run(sleep(1, json!("20s"))).await.outcome, Outcome::Succeeded);
    assert!(begun.elapsed() >= Duration::from_secs(20));
    let timed = Lease { timeout_ms: 5_000, ..sleep(2, json!(20)) };
    let ended = fixture.run(timed).await;
    assert_eq!(ended.outcome, Outcome::TimedOut);
    assert_eq!(ended.message, "stopped after its timeout of 5 s");
    assert!(begun.elapsed() < Duration::from_secs(26));
    fixture.port.start(sleep(3, json!(20))).await;
    fixture.stop(3, StopReason::Cancelled).await;
    assert_eq!(fixture.port.completion(3).await.outcome, Outcome::Cancelled);
    let ended = fixture.run(sleep(4, json!("soon"))).await;
    assert!(ended.message.contains("`with.seconds`"), "{}", ended.message);
}

#[tokio::test]
async fn no_more_than_its_capacity_runs() {
    let options = WorkerOptions { capacity: 1, ..options() };
    let fixture = Fixture::with(MemoryPort::new(), options);
    let first = endless(1);
    started(&fixture, &first).await;
    fixture.port.start(noop(2)).await;
    fixture.port.start(first.clone()).await;
    fixture.stop(1, StopReason::Cancelled).await;
    fixture.port.completion(1).await;
    // By now the second and the repeated order were seen, and not taken.
    let ended = fixture.run(noop(3)).await;
    assert_eq!((ended.token, fixture.port.completions()), (3, 2));
}

#[tokio::test]
async fn a_lost_lease_is_stopped_and_not_reported() {
    let port = MemoryPort::with_rhythm(15_000, 20);
    let fixture = Fixture::with(port, options());
    let lease = endless(1);
    let pid = started(&fixture, &lease).await;
    fixture.port.beat_of(1).await;
    fixture.port.lose(1);
    while is_alive(&pid) {
        tokio::task::yield_now().await;
    }
    let drained = fixture.port.clone();
    assert_eq!(fixture.shut_down().await.given_up, 0);
    assert_eq!((drained.completions(), drained.complete_tries()), (0, 0));
}

#[tokio::test]
async fn a_lease_that_can_not_be_kept_alive_is_stopped_when_it_runs_out() {
    let port = MemoryPort::with_rhythm(200, 20);
    let fixture = Fixture::with(port, options());
    let pid = started(&fixture, &endless(1)).await;
    fixture.port.go_away_for(usize::MAX);
    fixture.port.hang_up();
    while is_alive(&pid) {
        tokio::task::yield_now().await;
    }
    assert_eq!(fixture.port.completions(), 0);
}

#[tokio::test]
async fn a_report_is_tried_until_it_is_heard() {
    let fixture = Fixture::new();
    fixture.port.hello(1).await;
    fixture.port.go_away_for(5);
    let ended = fixture.run(noop(1)).await;
    assert_eq!(ended.outcome, Outcome::Succeeded);
    // A heartbeat may have met one of the five.
    assert!(fixture.port.complete_tries() >= 5);
}

#[tokio::test]
async fn a_refused_report_is_not_tried_again() {
    let fixture = Fixture::new();
    fixture.port.lose(1);
    fixture.port.start(noop(1)).await;
    fixture.port.complete_tried(1).await;
    let port = fixture.port.clone();
    assert_eq!(fixture.shut_down().await.given_up, 0);
    assert_eq!((port.complete_tries(), port.completions()), (1, 0));
}

#[tokio::test]
async fn it_reconnects_with_its_id_and_what_it_holds() {
    let fixture = Fixture::new();
    started(&fixture, &endless(7)).await;
    fixture.port.go_away_for(3);
    fixture.port.hang_up();
    let hello = fixture.port.hello(2).await;
    assert_eq!((hello.worker, hello.held_tokens), (Some(MemoryPort::worker()), vec![7]));
    // Held over, it is kept alive at once and can still be stopped.
    fixture.port.beat_of(7).await;
    fixture.stop(7, StopReason::Cancelled).await;
    assert_eq!(fixture.port.completion(7).await.outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn a_shutdown_lets_attempts_end() {
    let fixture = Fixture::new();
    let lease =
        shell(1, "echo ready; while ! [ -e \"$CONDUCTOR_WORKSPACE/go\" ]; do sleep 0.01; done");
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "ready").await;
    let go = std::fs::read_dir(fixture.folder.path().join("attempts"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("go"))
        .collect::<Vec<_>>();
    fixture.begin_shutdown();
    for path in go {
        std::fs::write(path, "").unwrap();
    }
    assert_eq!(fixture.port.completion(1).await.outcome, Outcome::Succeeded);
    assert_eq!(fixture.shut_down().await.given_up, 0);
}

#[tokio::test]
async fn a_shutdown_gives_up_what_does_not_end() {
    let options = WorkerOptions { drain: Duration::from_millis(50), ..options() };
    let fixture = Fixture::with(MemoryPort::new(), options);
    let pid = started(&fixture, &endless(1)).await;
    let port = fixture.port.clone();
    assert_eq!(fixture.shut_down().await.given_up, 1);
    assert!(!is_alive(&pid));
    assert_eq!(port.completions(), 0, "another worker is to take it");
}
