//! Everything has a bound, and says so when it is reached.

use conductor_protocol::v1;

use crate::rig::{NOOP, Rig, is};

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_get_one_clear_error_each() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let (mut runs, mut workflows) = (client.runs(), client.workflows());

    let tenant = v1::Scope { tenant: "a b".into(), ..Default::default() };
    let list = v1::ListRunsRequest { scope: Some(tenant), ..Default::default() };
    is(&runs.list(list).await.unwrap_err(), "REQUEST_INVALID");

    let get = v1::GetRunRequest { run_id: "run_nonsense".into(), ..Default::default() };
    is(&runs.get(get).await.unwrap_err(), "ID_INVALID");

    let start = |inputs: &str| v1::StartRunRequest {
        workflow: "noop".into(),
        inputs_json: inputs.into(),
        ..Default::default()
    };
    for broken in ["{", "[]", r#""text""#, r#"{"port":"x"}"#] {
        is(&runs.start(start(broken)).await.unwrap_err(), "INPUTS_INVALID");
    }
    let large = format!("{{\"host\":\"{}\"}}", "x".repeat(70_000));
    is(&runs.start(start(&large)).await.unwrap_err(), "INPUTS_INVALID");
    is(&client.start("unheard-of").await.unwrap_err(), "WORKFLOW_NOT_FOUND");

    let manifest = "name: x\nversion: one\ntasks: []\nbogus: 1\n";
    let publish = v1::PublishWorkflowRequest { manifest: manifest.into(), ..Default::default() };
    let refused = workflows.publish(publish).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    assert!(refused.message().lines().count() > 1, "every problem is told: {refused:?}");
    let validate = v1::ValidateWorkflowRequest { manifest: manifest.into(), ..Default::default() };
    let checked = workflows.validate(validate).await.unwrap().into_inner();
    assert!(checked.problems.iter().any(|problem| problem.line == 4), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_message_is_refused_and_the_connection_lives() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let huge = v1::PublishWorkflowRequest { manifest: "x".repeat(5 << 20), ..Default::default() };
    let refused = client.workflows().publish(huge).await.unwrap_err();
    is(&refused, "MESSAGE_TOO_LARGE");
    client.publish(NOOP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn timelines_come_in_pages() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run_id = client.start("noop").await.unwrap().run_id;
    let whole: Vec<_> =
        client.watch(&run_id, 0).await.into_iter().flat_map(|told| told.entries).collect();
    let mut pages = Vec::new();
    let mut after_seq = 0;
    loop {
        let request = v1::TimelineRequest {
            run_id: run_id.clone(),
            after_seq,
            page_size: 2,
            ..Default::default()
        };
        let page = client.runs().timeline(request).await.unwrap().into_inner();
        assert!(page.entries.len() <= 2);
        pages.extend(page.entries);
        after_seq = page.next_after_seq;
        if after_seq == 0 {
            break;
        }
    }
    assert_eq!(pages, whole);
    assert_eq!(pages[0].kind, "decision.recorded", "what allowed it comes first");
    assert_eq!(pages.last().unwrap().kind, "run.ended");
}
