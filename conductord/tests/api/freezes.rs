//! Freezes and the kill switch: what is held up, who is told, and every way to let go on what two did
//! not agree to.

use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_protocol::v1::{
    self, RunStatus, approvals_client::ApprovalsClient, freeze_reach::Reach,
    freezes_client::FreezesClient, keys_client::KeysClient,
};
use serde_json::Value;
use tonic::{Status, transport::Channel};
use tonic_types::StatusExt as _;

use crate::rig::{Client, Rig, is};

/// An operator, who comes over TCP.
const OPERATOR: &str = "tcp:anonymous";
const ALICE: &str = "uid:2001";
const BOB: &str = "uid:2002";

struct Stage {
    rig: Rig,
    admin: Client,
    operator: Client,
    alice: SecretKey,
    bob: SecretKey,
}

impl Stage {
    async fn set() -> Self {
        let rig = Rig::start().await;
        let (admin, operator) = (rig.admin().await, rig.stranger().await);
        admin.grant(OPERATOR, "operator").await;
        let mut keys = Vec::new();
        for (seed, principal) in [(1, ALICE), (2, BOB)] {
            admin.grant(principal, "workflow_reviewer").await;
            let key = SecretKey::ed25519(&[seed; 32]).unwrap();
            let public_key = key.credential().key().to_openssh();
            let new = v1::NewKey { principal: principal.into(), public_key, ..Default::default() };
            let request = v1::EnrollKeysRequest { keys: vec![new], ..Default::default() };
            KeysClient::new(admin.channel()).enroll(request).await.unwrap();
            keys.push(key);
        }
        let manifest = "name: sleeps\nversion: 1.0.0\n\
                        tasks: [{id: a, uses: pkg:builtin/sleep@1, with: {seconds: 600}}]\n";
        admin.publish(manifest).await;
        let bob = keys.pop().unwrap();
        let alice = keys.pop().unwrap();
        Self { rig, admin, operator, alice, bob }
    }

    /// Has a signature over an approval brought.
    async fn sign(&mut self, id: &str, alice: bool) -> Result<v1::Approval, Status> {
        let mut approvals = ApprovalsClient::new(self.admin.channel());
        let get = v1::GetApprovalRequest { approval_id: id.into(), ..Default::default() };
        let statement = approvals.get(get).await?.into_inner().approval.unwrap().statement;
        let key = if alice { &mut self.alice } else { &mut self.bob };
        let signature = sshsig::sign(key, "approval@conductor", statement.as_bytes()).unwrap();
        let request =
            v1::SignApprovalRequest { approval_id: id.into(), signature, ..Default::default() };
        Ok(approvals.sign(request).await?.into_inner().approval.unwrap())
    }
}

fn freezes(client: &Client) -> FreezesClient<Channel> {
    FreezesClient::new(client.channel())
}

fn reach(reach: Reach) -> Option<v1::FreezeReach> {
    Some(v1::FreezeReach { reach: Some(reach) })
}

fn setting(name: &str, wanted: Reach) -> v1::SetFreezeRequest {
    v1::SetFreezeRequest {
        name: name.into(),
        reach: reach(wanted),
        reason: "release".into(),
        ..Default::default()
    }
}

async fn set(client: &Client, request: v1::SetFreezeRequest) -> Result<bool, Status> {
    Ok(freezes(client).set(request).await?.into_inner().changed)
}

async fn switch(
    client: &Client,
    wanted: Reach,
    kill: bool,
) -> Result<v1::SwitchKillResponse, Status> {
    let reason = "it burns".to_owned();
    let request = v1::SwitchKillRequest { reach: reach(wanted), kill, reason, ..<_>::default() };
    Ok(freezes(client).switch(request).await?.into_inner())
}

async fn lift(client: &Client, name: &str) -> Result<(), Status> {
    let request =
        v1::LiftFreezeRequest { name: name.into(), reason: "mended".into(), ..<_>::default() };
    freezes(client).lift(request).await.map(drop)
}

fn info(status: &Status, name: &str) -> String {
    let details = status.get_error_details();
    details.error_info().unwrap().metadata[name].clone()
}

/// The approval that a refusal names.
fn waits(status: &Status) -> String {
    is(status, "APPROVAL_REQUIRED");
    let detail: Value = serde_json::from_str(&info(status, "approval")).unwrap();
    detail["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_which_freeze_until_when_and_who_may_lift_it() {
    let stage = Stage::set().await;
    let until = "2999-01-01T00:00:00Z";
    let window = Some(v1::FreezeWindow { until: until.into(), ..Default::default() });
    let wanted = v1::SetFreezeRequest { window, ..setting("f", Reach::Workflow("sleeps".into())) };
    assert!(set(&stage.operator, wanted.clone()).await.unwrap());
    assert!(!set(&stage.operator, wanted).await.unwrap(), "the very same changes nothing");
    let other = setting("f", Reach::Tenant(true));
    is(&set(&stage.operator, other).await.unwrap_err(), "FREEZE_EXISTS");
    let refused = stage.operator.start("sleeps").await.unwrap_err();
    is(&refused, "FROZEN");
    for words in ["workflow `sleeps`", until, OPERATOR, "`f`", "release"] {
        assert!(refused.message().contains(words), "`{words}`: {refused:?}");
    }
    let hint = info(&refused, "hint");
    assert!(hint.contains("2 people of `workflow_reviewer`"), "{hint}");
    let detail: Value = serde_json::from_str(&info(&refused, "freeze")).unwrap();
    assert_eq!((&detail["name"], &detail["until"]), (&"f".into(), &until.into()));
    // Who may not ask for its end is told who may.
    stage.admin.revoke(OPERATOR, "operator").await;
    stage.admin.grant(OPERATOR, "read_only").await;
    is(&lift(&stage.operator, "f").await.unwrap_err(), "PERMISSION_DENIED");
    is(
        &set(&stage.operator, setting("g", Reach::Tenant(true))).await.unwrap_err(),
        "PERMISSION_DENIED",
    );
    let whole = switch(&stage.operator, Reach::Tenant(true), true).await.unwrap_err();
    is(&whole, "PERMISSION_DENIED");
    let me = stage.operator.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    assert_eq!(me.into_inner().freezes[0].name, "f", "whoever works there sees it");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_others_lift_it_and_nobody_alone() {
    let mut stage = Stage::set().await;
    assert!(set(&stage.operator, setting("f", Reach::Environment("dev".into()))).await.unwrap());
    is(&stage.admin.start("sleeps").await.unwrap_err(), "FROZEN");
    // Not even whoever runs the daemon, on its own socket.
    waits(&lift(&stage.admin, "f").await.unwrap_err());
    let id = waits(&lift(&stage.operator, "f").await.unwrap_err());
    assert_eq!(waits(&lift(&stage.operator, "f").await.unwrap_err()), id);
    let first = stage.sign(&id, true).await.unwrap();
    assert_eq!(first.status(), v1::ApprovalStatus::Pending);
    is(&stage.sign(&id, true).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    is(&stage.operator.start("sleeps").await.unwrap_err(), "FROZEN");
    let second = stage.sign(&id, false).await.unwrap();
    assert_eq!(second.status(), v1::ApprovalStatus::Granted, "{second:?}");
    stage.operator.start("sleeps").await.unwrap();
    let lifted = stage.admin.events("freeze.lifted").await;
    let record: Value = serde_json::from_str(&lifted[0].data_json).unwrap();
    assert_eq!(record["event"]["data"]["approvedBy"], serde_json::json!([ALICE, BOB]));
    assert_eq!(record["principal"], OPERATOR);
    is(&lift(&stage.operator, "f").await.unwrap_err(), "FREEZE_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_for_lifts_no_other_freeze_of_the_name() {
    let mut stage = Stage::set().await;
    let window = |until: &str| Some(v1::FreezeWindow { until: until.into(), ..<_>::default() });
    let hour = 3_600_000;
    let soon =
        conductor_domain::time::Timestamp::from_unix_ms(stage.rig.engine().now().unix_ms + hour);
    let first = v1::SetFreezeRequest {
        window: window(&soon.rfc3339()),
        ..setting("f", Reach::Tenant(true))
    };
    assert!(set(&stage.operator, first).await.unwrap());
    let id = waits(&lift(&stage.operator, "f").await.unwrap_err());
    stage.sign(&id, true).await.unwrap();
    // It is over, and another one has its name.
    stage.rig.later(hour);
    assert!(set(&stage.operator, setting("f", Reach::Tenant(true))).await.unwrap());
    let void = stage.sign(&id, false).await.unwrap();
    assert_eq!(void.status(), v1::ApprovalStatus::Void, "{void:?}");
    is(&stage.operator.start("sleeps").await.unwrap_err(), "FROZEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kill_switch_stops_all_of_its_reach_and_nothing_of_another_tenant() {
    let stage = Stage::set().await;
    stage.admin.create_tenant("acme").await;
    let mut runs = Vec::new();
    for _ in 0..5 {
        runs.push(stage.operator.start("sleeps").await.unwrap().run_id);
    }
    let thrown = switch(&stage.operator, Reach::Tenant(true), false).await.unwrap();
    assert_eq!((thrown.changed, thrown.runs), (true, 5));
    let freeze = thrown.freeze.unwrap();
    assert_eq!((freeze.name.as_str(), freeze.stops.as_str()), ("kill-switch:tenant", "cancel"));
    is(&stage.operator.start("sleeps").await.unwrap_err(), "FROZEN");
    for run in &runs {
        let told = stage.operator.watch(run, 0).await;
        let status = told.last().unwrap().run.as_ref().unwrap().summary.as_ref().unwrap().status();
        assert_eq!(status, RunStatus::Cancelled);
    }
    let again = switch(&stage.operator, Reach::Tenant(true), false).await.unwrap();
    assert_eq!((again.changed, again.runs), (false, 0));
    assert_eq!(stage.admin.events("kill.switched").await.len(), 1);
    let scope = Some(v1::Scope { tenant: "acme".into(), ..Default::default() });
    let list = v1::ListFreezesRequest { scope: scope.clone() };
    let elsewhere = freezes(&stage.admin).list(list).await.unwrap().into_inner();
    assert!(elsewhere.freezes.is_empty(), "{elsewhere:?}");
    let me = v1::WhoAmIRequest { scope };
    let me = stage.admin.system().who_am_i(me).await.unwrap().into_inner();
    assert!(me.freezes.is_empty(), "{me:?}");
    let doctor = stage.operator.system().doctor(v1::DoctorRequest::default()).await.unwrap();
    let doctor = doctor.into_inner();
    let check = doctor.checks.iter().find(|check| check.name == "freezes").unwrap();
    assert_eq!(check.status, "warn", "{check:?}");
    assert!(check.message.contains("by the kill switch"), "{check:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_freeze_is_refused() {
    let stage = Stage::set().await;
    let tenant = || Reach::Tenant(true);
    let window = |window: v1::FreezeWindow| v1::SetFreezeRequest {
        window: Some(window),
        ..setting("f", tenant())
    };
    let cron =
        |cron: &str, for_ms| v1::FreezeWindow { cron: cron.into(), for_ms, ..<_>::default() };
    let both = v1::FreezeWindow { until: "2999-01-01T00:00Z".into(), ..cron("@daily", 60_000) };
    for (request, code) in [
        (v1::SetFreezeRequest { reach: None, ..setting("f", tenant()) }, "REQUEST_INVALID"),
        (setting("f", Reach::Tenant(false)), "REQUEST_INVALID"),
        (v1::SetFreezeRequest { reason: " ".into(), ..setting("f", tenant()) }, "REQUEST_INVALID"),
        (setting("a b", tenant()), "FREEZE_INVALID"),
        (setting("f", Reach::Environment("a/b".into())), "REQUEST_INVALID"),
        (window(cron("@daily", 0)), "FREEZE_INVALID"),
        (window(cron("sometimes", 60_000)), "FREEZE_INVALID"),
        (window(both), "REQUEST_INVALID"),
    ] {
        is(&set(&stage.operator, request).await.unwrap_err(), code);
    }
    let silent = v1::SwitchKillRequest { reach: reach(tenant()), ..<_>::default() };
    is(&freezes(&stage.operator).switch(silent).await.unwrap_err(), "REQUEST_INVALID");
    assert!(stage.admin.events("freeze.set").await.is_empty());
}
