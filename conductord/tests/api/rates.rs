//! How often somebody may ask: who is counted, together with whom, and when there is more.

use std::time::Duration;

use conductor_api::RateLimits;
use conductor_protocol::v1::{self, StatusRequest, freezes_client::FreezesClient};
use tonic::{Code, Status};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt as _;

use crate::rig::{Client, NOOP, Rig};

/// Everybody is counted, and nothing is limited unless a test says so.
const NONE: RateLimits = RateLimits { owner: true, ..RateLimits::NONE };

fn scope(tenant: &str) -> Option<v1::Scope> {
    Some(v1::Scope { tenant: tenant.into(), ..v1::Scope::default() })
}

async fn status(client: &Client, tenant: &str) -> Result<(), Status> {
    client.system().status(StatusRequest { scope: scope(tenant) }).await.map(drop)
}

/// The refusal's code, and how long it says to wait.
fn wait(refused: &Status) -> Duration {
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused}");
    let details = refused.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "RATE_LIMITED");
    details.retry_info().unwrap().retry_delay.unwrap()
}

#[tokio::test]
async fn a_minutes_worth_then_evenly() {
    let rig = Rig::rated(RateLimits { read: 3, ..NONE }).await;
    let admin = rig.admin().await;
    for _ in 0..3 {
        status(&admin, "default").await.unwrap();
    }
    let told = wait(&status(&admin, "default").await.unwrap_err());
    assert!(told <= Duration::from_secs(20) && told > Duration::from_secs(1), "{told:?}");
    // What is of another kind goes on, and so does somebody else.
    let list = v1::ListWorkflowsRequest { scope: scope("default"), ..Default::default() };
    admin.workflows().list(list).await.unwrap();
    let other = status(&rig.stranger().await, "default").await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied, "{other}");
    // After that time there is one more, and no more than that.
    rig.later(u64::try_from(told.as_millis()).unwrap() + 1);
    status(&admin, "default").await.unwrap();
    wait(&status(&admin, "default").await.unwrap_err());
}

#[tokio::test]
async fn the_daemons_own_user_counts_only_where_that_is_said() {
    let rig = Rig::rated(RateLimits { start: 1, read: 1, owner: false, ..NONE }).await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    for _ in 0..20 {
        status(&admin, "default").await.unwrap();
    }
    assert_eq!(status(&stranger, "default").await.unwrap_err().code(), Code::PermissionDenied);
    wait(&status(&stranger, "default").await.unwrap_err());
}

#[tokio::test]
async fn tenants_do_not_take_from_each_other() {
    let rig = Rig::rated(RateLimits { tenant: 3, ..NONE }).await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    let uid = format!("uid:{}", rustix::process::getuid().as_raw());
    for (tenant, principal) in [("acme", "tcp:anonymous"), ("beta", uid.as_str())] {
        // What is done for them from the home tenant is not theirs.
        rig.later(60_000);
        admin.create_tenant(tenant).await;
        let grant = v1::GrantRequest {
            scope: scope(tenant),
            principal: principal.into(),
            role: "read_only".into(),
            idempotency_key: String::new(),
        };
        admin.system().grant(grant).await.unwrap();
    }
    // Who holds no role there takes nothing from it.
    for _ in 0..10 {
        let denied = status(&stranger, "beta").await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{denied}");
    }
    for _ in 0..3 {
        status(&stranger, "acme").await.unwrap();
    }
    let refused = status(&stranger, "acme").await.unwrap_err();
    wait(&refused);
    assert!(refused.message().contains("tenant `acme` together"), "{refused}");
    for _ in 0..3 {
        status(&admin, "beta").await.unwrap();
    }
    wait(&status(&admin, "beta").await.unwrap_err());
}

#[tokio::test]
async fn a_stream_counts_when_it_is_opened() {
    let rig = Rig::rated(RateLimits { read: 2, ..NONE }).await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let request = v1::WatchRunsRequest { scope: scope("default"), ..Default::default() };
    let mut watched = admin.runs().watch_list(request).await.unwrap().into_inner();
    watched.message().await.unwrap().unwrap();
    for _ in 0..3 {
        admin.start("noop").await.unwrap();
        watched.message().await.unwrap().unwrap();
    }
    status(&admin, "default").await.unwrap();
    wait(&status(&admin, "default").await.unwrap_err());
}

#[tokio::test]
async fn workers_have_a_limit_of_their_own() {
    let limits = RateLimits { work: 60_000, ..RateLimits::default() };
    let rig = Rig::rated(RateLimits { read: 1, change: 1, tenant: 1, owner: true, ..limits }).await;
    let admin = rig.admin().await;
    let beat = v1::HeartbeatRequest { worker_id: "wrk_none".into(), tokens: Vec::new() };
    for _ in 0..300 {
        let answer = admin.workers().heartbeat(beat.clone()).await.unwrap_err();
        assert_ne!(answer.code(), Code::ResourceExhausted, "{answer}");
    }
}

#[tokio::test]
async fn the_doctor_tells_the_limits() {
    let rig = Rig::rated(RateLimits { start: 77, ..RateLimits::default() }).await;
    let request = v1::DoctorRequest { scope: None };
    let checks = rig.admin().await.system().doctor(request).await.unwrap().into_inner().checks;
    let told = checks.iter().find(|check| check.name == "rate limits").unwrap();
    assert!(told.message.contains("start 77"), "{told:?}");
    assert!(told.message.contains("not the daemon's own user; none refused"), "{told:?}");
}

#[tokio::test]
async fn what_stops_gets_through_when_nothing_else_does() {
    let limits = RateLimits { read: 1, change: 1, start: 1, tenant: 1, tenant_start: 1, ..NONE };
    let rig = Rig::rated(RateLimits { stop: 2, ..limits }).await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    // The tenant's share is gone, and so are the caller's.
    wait(&status(&admin, "default").await.unwrap_err());
    wait(&status(&admin, "default").await.unwrap_err());
    let switch = |workflow: &str| v1::SwitchKillRequest {
        scope: scope("default"),
        reach: Some(v1::FreezeReach {
            reach: Some(v1::freeze_reach::Reach::Workflow(workflow.to_owned())),
        }),
        reason: "it deletes the wrong volume".into(),
        ..Default::default()
    };
    let mut freezes = FreezesClient::new(admin.channel());
    let thrown = freezes.switch(switch("noop")).await.unwrap().into_inner();
    assert!(thrown.changed);
    freezes.switch(switch("noop")).await.unwrap();
    wait(&freezes.switch(switch("noop")).await.unwrap_err());
}

#[tokio::test]
async fn the_caller_is_told_what_is_left() {
    let rig = Rig::rated(RateLimits { read: 5, tenant: 4, ..NONE }).await;
    let admin = rig.admin().await;
    status(&admin, "default").await.unwrap();
    let request = StatusRequest { scope: scope("default") };
    let told = admin.system().status(request.clone()).await.unwrap().into_inner().rates.unwrap();
    assert!(told.counted);
    let limit = |name: &str, per_minute, left| {
        let name = name.to_owned();
        v1::RateLimit { name, per_minute, left }
    };
    assert_eq!(told.limits, [limit("read", 5, 3), limit("tenant", 4, 2)]);
    let rig = Rig::rated(RateLimits::default()).await;
    let told = rig.admin().await.system().status(request).await.unwrap().into_inner().rates;
    assert_eq!(told, Some(v1::RateLimits::default()));
}

#[tokio::test]
async fn health_has_a_limit_of_its_own() {
    let rig = Rig::rated(RateLimits { read: 1, probe: 3, ..NONE }).await;
    let admin = rig.admin().await;
    status(&admin, "default").await.unwrap();
    let mut health = HealthClient::new(admin.channel());
    for _ in 0..3 {
        let request = HealthCheckRequest { service: String::new() };
        health.check(request).await.unwrap();
    }
    let request = HealthCheckRequest { service: String::new() };
    wait(&health.check(request).await.unwrap_err());
}
