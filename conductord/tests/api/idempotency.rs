//! The same key with the same request gives the same answer; with another it is refused.

use conductor_protocol::v1;

use crate::rig::{NOOP, Rig, is};

fn request(key: &str, inputs: &str) -> v1::StartRunRequest {
    v1::StartRunRequest {
        workflow: "noop".into(),
        inputs_json: inputs.into(),
        idempotency_key: key.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_repeated_is_one_run() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let start = async |request| client.runs().start(request).await.map(tonic::Response::into_inner);
    let first = start(request("k", r#"{"host":"a","port":1}"#)).await.unwrap();
    assert!(!first.replayed);
    // The same in other words: another order, the default scope spelled out.
    let scope = v1::Scope { tenant: "default".into(), ..Default::default() };
    let again =
        v1::StartRunRequest { scope: Some(scope), ..request("k", r#"{ "port": 1, "host": "a" }"#) };
    let again = start(again).await.unwrap();
    assert!(again.replayed);
    let answer =
        |answer: &v1::StartRunResponse| (answer.run_id.clone(), answer.decision_id.clone());
    assert_eq!(answer(&again), answer(&first));

    let other = start(request("k", r#"{"host":"b","port":1}"#)).await.unwrap_err();
    is(&other, "IDEMPOTENCY_CONFLICT");
    let reason = v1::StartRunRequest {
        reason: "why not".into(),
        ..request("k", r#"{"host":"a","port":1}"#)
    };
    is(&start(reason).await.unwrap_err(), "IDEMPOTENCY_CONFLICT");

    let list = client.runs().list(v1::ListRunsRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_repeats_are_one_run_too() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let mut runs = client.runs();
        starting.spawn(async move { runs.start(request("k", "{}")).await.unwrap().into_inner() });
    }
    let answers = starting.join_all().await;
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert!(answers.iter().all(|answer| answer.run_id == answers[0].run_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_a_bound() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    assert!(client.runs().start(request(&"k".repeat(256), "{}")).await.is_ok());
    let refused = client.runs().start(request(&"k".repeat(257), "{}")).await.unwrap_err();
    is(&refused, "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_again_is_no_new_version() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let publish = |manifest: &str| v1::PublishWorkflowRequest {
        manifest: manifest.to_owned(),
        idempotency_key: "p".into(),
        ..Default::default()
    };
    let first = client.workflows().publish(publish(NOOP)).await.unwrap().into_inner();
    let again = client.workflows().publish(publish(NOOP)).await.unwrap().into_inner();
    assert!(first.created && !again.created);
    assert_eq!(first.workflow, again.workflow);
    let other = NOOP.replace("1.0.0", "1.0.1");
    let other = client.workflows().publish(publish(&other)).await.unwrap_err();
    is(&other, "IDEMPOTENCY_CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_s_end_is_told_again_and_another_under_its_key_is_refused() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let retire = |reason: &str| v1::RetireWorkflowRequest {
        name: "noop".into(),
        reason: reason.to_owned(),
        idempotency_key: "r".into(),
        ..Default::default()
    };
    let first = client.workflows().retire(retire("wrong")).await.unwrap().into_inner();
    let again = client.workflows().retire(retire("wrong")).await.unwrap().into_inner();
    assert!(first.changed && !again.changed);
    assert_eq!(first.workflows, again.workflows);
    assert_eq!(first.workflows[0].state(), v1::WorkflowState::Retired);
    let other = client.workflows().retire(retire("worse")).await.unwrap_err();
    is(&other, "IDEMPOTENCY_CONFLICT");
    is(&client.start("noop").await.unwrap_err(), "WORKFLOW_RETIRED");
    assert_eq!(client.events("workflow.").await.len(), 2, "published and retired, once each");
}
