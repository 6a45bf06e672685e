//! The lease protocol over the wire: a token proves the lease, an id its owner.

use conductor_protocol::v1::{self, work_order::Order};
use tonic::Streaming;

use crate::rig::{Client, NOOP, Rig, is};

/// A worker of somebody, with its session.
pub(crate) struct Session {
    pub(crate) worker_id: String,
    pub(crate) orders: Streaming<v1::WorkOrder>,
}

pub(crate) async fn open(client: &Client, worker_id: &str) -> Result<Session, tonic::Status> {
    let request = v1::WorkRequest {
        worker_id: worker_id.into(),
        name: "test".into(),
        capacity: 1,
        executors: vec!["pkg:builtin/noop@1".into()],
        ..Default::default()
    };
    let mut orders = client.workers().work(request).await?.into_inner();
    let Some(Order::Welcome(welcome)) = orders.message().await?.unwrap().order else {
        panic!("the first order is no welcome");
    };
    Ok(Session { worker_id: welcome.worker_id, orders })
}

impl Session {
    pub(crate) async fn lease(&mut self) -> v1::Lease {
        match self.orders.message().await.unwrap().unwrap().order {
            Some(Order::Start(lease)) => lease,
            other => panic!("no lease but {other:?}"),
        }
    }

    pub(crate) fn report(&self, lease: &v1::Lease) -> v1::CompleteRequest {
        v1::CompleteRequest {
            worker_id: self.worker_id.clone(),
            run_id: lease.run_id.clone(),
            task_id: lease.task_id.clone(),
            attempt: lease.attempt,
            token: lease.token,
            outcome: v1::Outcome::Succeeded.into(),
            outputs_json: r#"{"answer":42}"#.into(),
            ..Default::default()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_elsewhere_takes_a_lease_and_completes_it() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let mut session = open(&client, "").await.unwrap();
    let run = client.start("noop").await.unwrap().run_id;
    let lease = session.lease().await;
    assert_eq!(lease.run_id, run);
    assert_eq!(lease.scope.as_ref().unwrap().tenant, "default");
    let beat = v1::HeartbeatRequest {
        worker_id: session.worker_id.clone(),
        tokens: vec![lease.token, lease.token + 999],
    };
    let lost = client.workers().heartbeat(beat).await.unwrap().into_inner().lost_tokens;
    assert_eq!(lost, [lease.token + 999]);

    let old = v1::CompleteRequest { token: lease.token + 999, ..session.report(&lease) };
    is(&client.workers().complete(old).await.unwrap_err(), "LEASE_LOST");
    client.workers().complete(session.report(&lease)).await.unwrap();
    let told = client.watch(&run, 0).await;
    let task = &told.last().unwrap().run.as_ref().unwrap().tasks[0];
    assert_eq!(task.outputs_json, r#"{"answer":42}"#);
    assert_eq!(task.attempts[0].worker_id, session.worker_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_for_another_s_worker() {
    let rig = Rig::without_worker().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.grant("tcp:anonymous", "operator").await;
    admin.publish(NOOP).await;
    let mut session = open(&admin, "").await.unwrap();
    admin.start("noop").await.unwrap();
    let lease = session.lease().await;
    let mut theirs = stranger.workers();
    is(&theirs.complete(session.report(&lease)).await.unwrap_err(), "WORKER_UNKNOWN");
    let beat =
        v1::HeartbeatRequest { worker_id: session.worker_id.clone(), tokens: vec![lease.token] };
    is(&theirs.heartbeat(beat).await.unwrap_err(), "WORKER_UNKNOWN");
    let Err(refused) = open(&stranger, &session.worker_id).await else { panic!("taken over") };
    is(&refused, "PERMISSION_DENIED");
    // Its own may come back under its id.
    assert_eq!(open(&admin, &session.worker_id).await.unwrap().worker_id, session.worker_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_s_own_worker_is_nobody_s_to_take() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let own = loop {
        let listed = client.workers().list(v1::ListWorkersRequest::default()).await.unwrap();
        if let Some(own) = listed.into_inner().workers.pop() {
            break own;
        }
        tokio::task::yield_now().await;
    };
    assert!(own.in_process && own.connected);
    let Err(refused) = open(&client, &own.worker_id).await else { panic!("taken over") };
    is(&refused, "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_stream_ends_the_session() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    let session = open(&client, "").await.unwrap();
    let connected = async || {
        let listed = client.workers().list(v1::ListWorkersRequest::default()).await.unwrap();
        listed.into_inner().workers.iter().filter(|worker| worker.connected).count()
    };
    assert_eq!(connected().await, 1);
    drop(session);
    while connected().await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_introductions_are_refused() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    let good = v1::WorkRequest {
        capacity: 1,
        executors: vec!["pkg:builtin/noop@1".into()],
        ..Default::default()
    };
    let check = async |request: v1::WorkRequest, code: &str| {
        is(&client.workers().work(request).await.unwrap_err(), code);
    };
    check(v1::WorkRequest { capacity: 0, ..good.clone() }, "REQUEST_INVALID").await;
    check(v1::WorkRequest { capacity: 1 << 20, ..good.clone() }, "REQUEST_INVALID").await;
    check(v1::WorkRequest { executors: Vec::new(), ..good.clone() }, "REQUEST_INVALID").await;
    check(v1::WorkRequest { worker_id: "wrk_x".into(), ..good }, "ID_INVALID").await;
}
