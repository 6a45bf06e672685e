//! The daemon comes and goes: health, draining, the end of streams, reflection.

use conductor_protocol::v1;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::rig::{Client, NOOP, Rig, is};

async fn health(client: &Client, service: &str) -> ServingStatus {
    let request = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(client.channel()).check(request).await.unwrap();
    answer.into_inner().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draining_daemon_starts_nothing_and_answers_the_rest() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap().run_id;
    assert_eq!(health(&client, "").await, ServingStatus::Serving);
    rig.server.drain().await;
    for service in ["", "conductor.v1.Runs"] {
        assert_eq!(health(&client, service).await, ServingStatus::NotServing);
    }
    is(&client.start("noop").await.unwrap_err(), "SHUTTING_DOWN");
    assert!(client.watch(&run, 0).await.last().unwrap().last);
    let status = client.system().status(v1::StatusRequest::default()).await.unwrap();
    assert_eq!(status.into_inner().state, "draining");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_an_error_that_can_be_resumed() {
    let mut rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run_id = client.start("noop").await.unwrap().run_id;
    let watch = v1::WatchRunRequest { run_id, ..Default::default() };
    let mut watch = client.runs().watch(watch).await.unwrap().into_inner();
    assert!(watch.message().await.unwrap().is_some());
    let tail = v1::TailRequest { follow: true, ..Default::default() };
    let mut tail = client.ledger().tail(tail).await.unwrap().into_inner();
    assert!(tail.message().await.unwrap().is_some());
    rig.stop_serving().await;
    let end = loop {
        match tail.message().await {
            Ok(event) => assert!(event.is_some(), "it ended without a word"),
            Err(status) => break status,
        }
    };
    is(&end, "SHUTTING_DOWN");
    is(&watch.message().await.unwrap_err(), "SHUTTING_DOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_and_the_status_tell_of_what_is_there() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    let report = client.system().doctor(v1::DoctorRequest::default()).await.unwrap().into_inner();
    let of = |name: &str| report.checks.iter().find(|check| check.name == name).unwrap();
    assert_eq!(of("ledger").status, "ok");
    assert_eq!(of("workers").status, "fail", "nothing can run without a worker");
    assert!(!of("workers").hint.is_empty());
    let status = client.system().status(v1::StatusRequest::default()).await.unwrap().into_inner();
    assert_eq!((status.state.as_str(), status.pid()), ("serving", std::process::id()));
    assert!(status.resident_bytes() > 1 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_listed_and_the_last_administrator_stays() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.grant("uid:4711", "operator").await;
    let listed = client.system().list_grants(v1::ListGrantsRequest::default()).await.unwrap();
    let listed = listed.into_inner().grants;
    assert_eq!(listed.len(), 2);
    let me = listed.iter().find(|grant| grant.role == "conductor_admin").unwrap();
    let revoke = v1::RevokeRequest {
        principal: me.principal.clone(),
        role: me.role.clone(),
        ..Default::default()
    };
    is(&client.system().revoke(revoke).await.unwrap_err(), "LAST_ADMIN");
    let unknown = v1::GrantRequest {
        principal: "uid:4711".into(),
        role: "king".into(),
        ..Default::default()
    };
    is(&client.system().grant(unknown).await.unwrap_err(), "ROLE_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_names_every_service() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let rig = Rig::start().await;
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(rig.admin().await.channel());
    let answers = client.server_reflection_info(tokio_stream::once(ask)).await.unwrap();
    let answer = answers.into_inner().message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(listed)) = answer.message_response else {
        panic!("no list but {answer:?}");
    };
    let names: Vec<_> = listed.service.iter().map(|service| service.name.as_str()).collect();
    for name in ["Workflows", "Runs", "Workers", "Ledger", "System"] {
        let name = format!("conductor.v1.{name}");
        assert!(names.contains(&name.as_str()), "{name} is not in {names:?}");
    }
}
