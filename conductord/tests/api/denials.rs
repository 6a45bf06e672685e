//! Who holds no role may do nothing, is told what would change that, and is on record.

use conductor_protocol::v1::{self, schedules_client::SchedulesClient};

use crate::rig::{Client, NOOP, Rig, is};

async fn reads(client: &Client) -> Vec<Result<(), tonic::Status>> {
    vec![
        client.workflows().list(v1::ListWorkflowsRequest::default()).await.map(drop),
        client.runs().list(v1::ListRunsRequest::default()).await.map(drop),
        client.runs().watch_list(v1::WatchRunsRequest::default()).await.map(drop),
        SchedulesClient::new(client.channel())
            .list(v1::ListSchedulesRequest::default())
            .await
            .map(drop),
        client.workers().list(v1::ListWorkersRequest::default()).await.map(drop),
        client.ledger().tail(v1::TailRequest::default()).await.map(drop),
        client.system().status(v1::StatusRequest::default()).await.map(drop),
    ]
}

async fn changes(client: &Client) -> Vec<Result<(), tonic::Status>> {
    let publish = v1::PublishWorkflowRequest { manifest: NOOP.into(), ..Default::default() };
    let remove = v1::RemoveScheduleRequest { name: "nightly".into(), ..Default::default() };
    let grant = v1::GrantRequest {
        principal: "tcp:anonymous".into(),
        role: "conductor_admin".into(),
        ..Default::default()
    };
    vec![
        client.workflows().publish(publish).await.map(drop),
        client.workflows().deprecate(v1::DeprecateWorkflowRequest::default()).await.map(drop),
        client.workflows().retire(v1::RetireWorkflowRequest::default()).await.map(drop),
        client.start("noop").await.map(drop),
        SchedulesClient::new(client.channel()).remove(remove).await.map(drop),
        client.system().grant(grant).await.map(drop),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_may_nothing_until_it_is_granted() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    for denied in reads(&stranger).await.into_iter().chain(changes(&stranger).await) {
        is(&denied.unwrap_err(), "PERMISSION_DENIED");
    }
    admin.grant("tcp:anonymous", "read_only").await;
    for (place, allowed) in reads(&stranger).await.into_iter().enumerate() {
        assert!(allowed.is_ok(), "read {place}: {allowed:?}");
    }
    for denied in changes(&stranger).await {
        is(&denied.unwrap_err(), "PERMISSION_DENIED");
    }
    admin.grant("tcp:anonymous", "operator").await;
    assert!(stranger.start("noop").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn denials_are_durable_before_they_are_told_and_a_flood_is_counted() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    for _ in 0..20 {
        is(&stranger.start("noop").await.unwrap_err(), "PERMISSION_DENIED");
    }
    let denied: Vec<_> = admin
        .events("decision.")
        .await
        .into_iter()
        .filter(|event| event.data_json.contains("\"allow\":false"))
        .collect();
    assert_eq!(denied.len(), 1, "{denied:?}");
    assert_eq!(denied[0].principal, "tcp:anonymous");
    let listed = v1::ListDecisionsRequest { denials_only: true, ..Default::default() };
    let listed = admin.system().list_decisions(listed).await.unwrap().into_inner().decisions;
    assert_eq!(listed[0].action, "run.start");
    assert!(!listed[0].decision.as_ref().unwrap().reasons.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_know_who_they_are_and_what_they_may() {
    let rig = Rig::start().await;
    let stranger = rig.stranger().await;
    let me = stranger.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    assert_eq!((me.principal.as_str(), me.roles.len()), ("tcp:anonymous", 0));
    let question = |action: &str| v1::Question { action: action.into(), resource: "x".into() };
    let questions = vec![question("run.start"), question("run.read")];
    let asked = v1::AuthorizeRequest { questions: questions.clone(), ..Default::default() };
    let answer = stranger.system().authorize(asked.clone()).await.unwrap().into_inner();
    assert!(answer.decisions.iter().all(|decision| !decision.allow && decision.id.is_empty()));
    let answer = rig.admin().await.system().authorize(asked).await.unwrap().into_inner();
    assert!(answer.decisions.iter().all(|decision| decision.allow));
    // Asking is not acting: nothing of it is in the ledger.
    assert_eq!(rig.admin().await.events("decision.").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_touched_is_not_told_from_what_is_not_there() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    let run = admin.start("noop").await.unwrap().run_id;
    let nobody = "run_01jdzzzzzzfffffffffffffff0".to_owned();
    for run_id in [run, nobody.clone()] {
        let cancel = v1::CancelRunRequest { run_id: run_id.clone(), ..Default::default() };
        is(&stranger.runs().cancel(cancel).await.unwrap_err(), "PERMISSION_DENIED");
        let get = v1::GetRunRequest { run_id, ..Default::default() };
        is(&stranger.runs().get(get).await.unwrap_err(), "PERMISSION_DENIED");
    }
    let get = v1::GetRunRequest { run_id: nobody, ..Default::default() };
    is(&admin.runs().get(get).await.unwrap_err(), "RUN_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn allowed_reads_are_kept_beside_the_ledger() {
    let rig = Rig::start().await;
    let admin = rig.admin().await;
    let before = rig.engine().ledger().last_seq();
    admin.runs().list(v1::ListRunsRequest::default()).await.unwrap();
    assert_eq!(rig.engine().ledger().last_seq(), before, "a read is no event");
    let reads = v1::ListDecisionsRequest { reads: true, ..Default::default() };
    let reads = admin.system().list_decisions(reads).await.unwrap().into_inner().decisions;
    let listed = reads.iter().find(|read| read.action == "run.read").unwrap();
    assert!(listed.decision.as_ref().unwrap().allow);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_s_administrator_makes_no_administrators_of_everything() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.grant("tcp:anonymous", "tenant_admin").await;
    stranger.grant("uid:4711", "operator").await;
    let grant = v1::GrantRequest {
        principal: "tcp:anonymous".into(),
        role: "conductor_admin".into(),
        ..Default::default()
    };
    is(&stranger.system().grant(grant).await.unwrap_err(), "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_makes_nobody_somebody_else() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    let me = admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    let owner = me.principal.as_str();
    let uid = owner.strip_prefix("uid:").unwrap();
    let forged = [
        ("uid", uid),
        ("x-uid", uid),
        ("x-user", "root"),
        ("x-remote-user", owner),
        ("x-forwarded-user", owner),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-conductor-uid", uid),
        ("x-conductor-principal", owner),
        ("x-principal", owner),
        ("x-client-cert", owner),
        ("x-ssl-client-s-dn", owner),
        ("cookie", "principal=uid:0"),
    ];
    let with = |only: &[(&'static str, &str)]| {
        let mut request = tonic::Request::new(v1::WhoAmIRequest::default());
        for (name, value) in only {
            request.metadata_mut().insert(*name, value.parse().unwrap());
        }
        request
    };
    for header in &forged {
        let asked = stranger.system().who_am_i(with(std::slice::from_ref(header))).await;
        assert_eq!(asked.unwrap().into_inner().principal, "tcp:anonymous", "{header:?}");
    }
    let asked = stranger.system().who_am_i(with(&forged)).await.unwrap().into_inner();
    assert_eq!((asked.principal.as_str(), asked.roles.len()), ("tcp:anonymous", 0));
    // Nor does it take anything from whoever the kernel vouches for.
    let asked = admin.system().who_am_i(with(&forged)).await.unwrap().into_inner();
    assert_eq!(asked.principal, owner);
}
