//! Workers in other processes: the same lease protocol, the same fencing.

use std::{
    process::{Child, Stdio},
    time::Duration,
};

use conductor_protocol::v1::{
    CompleteRequest, Lease, Outcome, RunStatus, WorkOrder, WorkRequest, work_order::Order,
};
use conductor_tests::{Api, Daemon, Setup, scope};
use tonic::{Code, Streaming};

use crate::{peers::nothing_happens_after_an_end, workflows};

/// A daemon that runs nothing itself, so that the workers under test get the work.
fn daemon_without_workers() -> Daemon {
    let config = "[worker]\ncapacity = 0\n".to_owned();
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    daemon.console().publish(workflows::NOOP);
    daemon.console().publish(workflows::MINUTE);
    daemon
}

/// A worker in a process of its own, ended by force when dropped.
pub(crate) struct Worker(Child);

impl Worker {
    pub(crate) fn start(daemon: &Daemon) -> Self {
        let mut command = std::process::Command::new(&conductor_tests::binaries().conductord);
        command
            .args(["worker", "--connect"])
            .arg(format!("unix://{}", daemon.socket().display()))
            .current_dir(daemon.folder())
            .env("HOME", daemon.folder())
            .stdin(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn a_worker_in_another_process_does_the_work() {
    let daemon = daemon_without_workers();
    let api = daemon.api().await;
    let run = api.start("noop", "{}", "").await.unwrap();
    let _worker = Worker::start(&daemon);
    let ended = api.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Succeeded, "{ended:?}");
}

/// StackStorm/st2#4716, PrefectHQ/prefect#16746: a dead runner leaves "running" for ever.
#[tokio::test]
async fn the_work_of_a_worker_that_died_is_taken_up_again() {
    let daemon = daemon_without_workers();
    let api = daemon.api().await;
    let first = Worker::start(&daemon);
    let run = api.start("minute", "{}", "").await.unwrap();
    let leased = api.watch_until(&run, |run| attempts(run) == 1).await;
    assert_eq!(attempts(&leased), 1);
    drop(first);

    let _second = Worker::start(&daemon);
    let again = api.watch_until(&run, |run| attempts(run) == 2).await;
    assert_eq!(again.tasks[0].attempts[0].outcome, "lost");
    drop(daemon.console().call(&["runs", "cancel", &run, "--yes"]).exits(0));
    api.ended(&run).await;
    nothing_happens_after_an_end(&api.events(&["run.", "task."]).await);
}

fn attempts(run: &conductor_protocol::v1::Run) -> usize {
    run.tasks.first().map_or(0, |task| task.attempts.len())
}

/// A worker that took a nap longer than its lease comes too late, and says nothing wrong.
#[tokio::test]
async fn an_old_token_is_refused() {
    let daemon = daemon_without_workers();
    let api = daemon.api().await;
    let run = api.start("noop", "{}", "").await.unwrap();
    let (first, mut orders) = enlist(&api).await;
    let stale = next_lease(&mut orders).await;
    // No heartbeat comes from here: the lease ends by itself, and the next worker gets the task.
    drop(orders);
    let (second, mut orders) = enlist(&api).await;
    let fresh = next_lease(&mut orders).await;
    assert_eq!((&fresh.run_id, &fresh.task_id), (&stale.run_id, &stale.task_id));
    assert!(fresh.token > stale.token, "{fresh:?} after {stale:?}");

    let late = api.workers().complete(completion(&first, &stale)).await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition, "{late:?}");
    assert!(String::from_utf8_lossy(late.details()).contains("LEASE_LOST"), "{late:?}");

    api.workers().complete(completion(&second, &fresh)).await.unwrap();
    let ended = api.ended(&run).await.summary.unwrap();
    assert_eq!(ended.status(), RunStatus::Succeeded, "{ended:?}");
    // Reported again, as after an answer that got lost: nothing changes.
    drop(api.workers().complete(completion(&second, &fresh)).await);
    nothing_happens_after_an_end(&api.events(&["run.", "task."]).await);
}

async fn enlist(api: &Api) -> (String, Streaming<WorkOrder>) {
    let hello = WorkRequest {
        scope: scope(),
        name: "test".to_owned(),
        capacity: 1,
        executors: vec!["pkg:builtin/noop@1".to_owned()],
        ..Default::default()
    };
    let mut orders = api.workers().work(hello).await.unwrap().into_inner();
    match next(&mut orders).await {
        Order::Welcome(welcome) => (welcome.worker_id, orders),
        other => panic!("no welcome but {other:?}"),
    }
}

async fn next_lease(orders: &mut Streaming<WorkOrder>) -> Lease {
    loop {
        if let Order::Start(lease) = next(orders).await {
            return lease;
        }
    }
}

async fn next(orders: &mut Streaming<WorkOrder>) -> Order {
    let order = tokio::time::timeout(Duration::from_secs(60), orders.message()).await;
    order.expect("an order in time").unwrap().expect("an open stream").order.expect("an order")
}

fn completion(worker: &str, lease: &Lease) -> CompleteRequest {
    CompleteRequest {
        worker_id: worker.to_owned(),
        run_id: lease.run_id.clone(),
        task_id: lease.task_id.clone(),
        attempt: lease.attempt,
        token: lease.token,
        outcome: Outcome::Succeeded.into(),
        outputs_json: "{}".to_owned(),
        ..Default::default()
    }
}
