//! Break-glass: who goes ahead alone, what falls due of it, what becomes an incident, and every way
//! to go ahead or to have it reviewed without the right, the reason, the touch or the people.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_protocol::v1::{
    self, ApprovalStatus, approvals_client::ApprovalsClient, freeze_reach::Reach,
    freezes_client::FreezesClient, incidents_client::IncidentsClient, keys_client::KeysClient,
};
use serde_json::Value;
use tonic::{Status, transport::Channel};
use tonic_types::StatusExt as _;

use crate::rig::{Client, Rig, is};

/// Security keys without a device, of OpenSSH's own tests.
const DEVICE: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";
const NAMESPACE: &str = "approval@conductor";
/// An operator on call, who comes over TCP.
const OPERATOR: &str = "tcp:anonymous";
const REVIEWERS: [&str; 3] = ["uid:2001", "uid:2002", "uid:2003"];
const DAY_MS: u64 = 86_400_000;

/// A daemon, an operator with a security key and a plain one, and three reviewers.
struct Stage {
    rig: Rig,
    admin: Client,
    operator: Client,
    touched: PathBuf,
    untouched: PathBuf,
    plain: PathBuf,
    reviewers: Vec<SecretKey>,
}

fn there_is_a_device() -> bool {
    let there = Path::new(DEVICE).exists();
    if !there {
        let why = "skipped: security keys without a device: apt-get install openssh-tests";
        writeln!(std::io::stderr(), "{why}").ok();
    }
    there
}

impl Stage {
    async fn set() -> Self {
        let rig = Rig::start().await;
        let (admin, operator) = (rig.admin().await, rig.stranger().await);
        admin.grant(OPERATOR, "operator").await;
        let device = ["-t", "ed25519-sk", "-w", DEVICE];
        let touched = make(rig.folder(), "touched", &device);
        let lazy = [&device[..], &["-O", "no-touch-required"]].concat();
        let untouched = make(rig.folder(), "untouched", &lazy);
        let plain = make(rig.folder(), "plain", &["-t", "ed25519"]);
        for key in [&touched, &untouched, &plain] {
            let line = std::fs::read_to_string(key.with_extension("pub")).unwrap();
            enroll(&admin, OPERATOR, line.trim()).await;
        }
        let mut reviewers = Vec::new();
        for (seed, principal) in (1_u8..).zip(REVIEWERS) {
            admin.grant(principal, "workflow_reviewer").await;
            let key = SecretKey::ed25519(&[seed; 32]).unwrap();
            enroll(&admin, principal, &key.credential().key().to_openssh()).await;
            reviewers.push(key);
        }
        for (name, risk) in [("failover", "high"), ("harmless", "low")] {
            let manifest = format!(
                "name: {name}\nversion: 1.0.0\nrisk: {risk}\n\
                 tasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
            );
            admin.publish(&manifest).await;
        }
        let stuck = "name: stuck\nversion: 1.0.0\nrisk: high\n\
                     tasks: [{id: a, uses: pkg:builtin/sleep@1, with: {seconds: 600}}]\n";
        admin.publish(stuck).await;
        Self { rig, admin, operator, touched, untouched, plain, reviewers }
    }

    /// Has the operator go ahead alone in production; what it is refused with.
    async fn break_glass(&self, workflow: &str, reason: &str) -> Status {
        let request = v1::StartRunRequest {
            scope: prod(),
            workflow: workflow.into(),
            reason: reason.into(),
            break_glass: true,
            ..Default::default()
        };
        self.operator.runs().start(request).await.unwrap_err()
    }

    /// The operator goes ahead with what waits for their touch; what came of it.
    async fn touch(&self, id: &str) -> v1::Approval {
        self.signs(id, &self.touched).await.unwrap()
    }

    async fn signs(&self, id: &str, key: &Path) -> Result<v1::Approval, Status> {
        let statement = get(&self.admin, id).await.statement;
        bring(&self.operator, id, made(key, &statement)).await
    }

    /// A run that the operator started alone, with the review of it.
    async fn broken(&self, workflow: &str) -> (String, v1::Approval) {
        let id = touches(&self.break_glass(workflow, "it burns").await);
        let done = self.touch(&id).await;
        assert_eq!(done.status(), ApprovalStatus::Granted, "{done:?}");
        let run = done.ended.unwrap().run_id;
        let found = self.review_of(&id).await;
        (run, found)
    }

    /// The review that waits of what was done by an approval.
    async fn review_of(&self, id: &str) -> v1::Approval {
        let waiting = self.reviews().await;
        let found = waiting.iter().find(|review| review.reviews == id);
        found.unwrap_or_else(|| panic!("no review of {id}: {waiting:?}")).clone()
    }

    async fn reviews(&self) -> Vec<v1::Approval> {
        let request =
            v1::ListApprovalsRequest { action: "glass.review".into(), ..Default::default() };
        approvals(&self.admin).list(request).await.unwrap().into_inner().approvals
    }

    async fn reviews_as(&mut self, id: &str, who: usize) -> Result<v1::Approval, Status> {
        let statement = get(&self.admin, id).await.statement;
        let key = &mut self.reviewers[who];
        let signature = sshsig::sign(key, NAMESPACE, statement.as_bytes()).unwrap();
        bring(&self.admin, id, signature).await
    }

    async fn incidents(&self) -> Vec<v1::Incident> {
        let request = v1::ListIncidentsRequest { all: true, ..Default::default() };
        incidents(&self.admin).list(request).await.unwrap().into_inner().incidents
    }

    /// Puts the clock forward, and has the kernel look at it.
    async fn later(&self, ms: u64) {
        self.rig.later(ms);
        self.admin.grant("uid:4711", "read_only").await;
    }
}

fn prod() -> Option<v1::Scope> {
    Some(v1::Scope { environment: "prod".into(), ..Default::default() })
}

/// A key as `ssh-keygen` makes it.
fn make(folder: &Path, name: &str, options: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", "test", "-f"]).arg(&path).args(options);
    assert!(command.status().unwrap().success());
    path
}

/// A signature as `ssh-keygen` makes it, touching the key where it is a security key.
fn made(key: &Path, statement: &str) -> String {
    let file = key.with_extension("statement");
    std::fs::write(&file, statement).unwrap();
    let signature = key.with_extension("statement.sig");
    std::fs::remove_file(&signature).ok();
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).arg(&file);
    command.env("SSH_SK_PROVIDER", DEVICE).env_remove("SSH_AUTH_SOCK");
    assert!(command.status().unwrap().success());
    std::fs::read_to_string(signature).unwrap()
}

async fn enroll(admin: &Client, principal: &str, public_key: &str) {
    let (principal, public_key) = (principal.to_owned(), public_key.to_owned());
    let new = v1::NewKey { principal, public_key, ..Default::default() };
    let request = v1::EnrollKeysRequest { keys: vec![new], ..Default::default() };
    KeysClient::new(admin.channel()).enroll(request).await.unwrap();
}

fn approvals(client: &Client) -> ApprovalsClient<Channel> {
    ApprovalsClient::new(client.channel())
}

fn incidents(client: &Client) -> IncidentsClient<Channel> {
    IncidentsClient::new(client.channel())
}

async fn get(client: &Client, id: &str) -> v1::Approval {
    let request = v1::GetApprovalRequest { approval_id: id.into(), ..Default::default() };
    approvals(client).get(request).await.unwrap().into_inner().approval.unwrap()
}

async fn bring(client: &Client, id: &str, signature: String) -> Result<v1::Approval, Status> {
    let request =
        v1::SignApprovalRequest { approval_id: id.into(), signature, ..Default::default() };
    Ok(approvals(client).sign(request).await?.into_inner().approval.unwrap())
}

fn detail(status: &Status) -> String {
    let details = status.get_error_details();
    let detail = details.error_info().unwrap().metadata["approval"].clone();
    let detail: Value = serde_json::from_str(&detail).unwrap();
    detail["id"].as_str().unwrap().to_owned()
}

/// The approval that waits for a touch.
#[track_caller]
fn touches(status: &Status) -> String {
    is(status, "STEP_UP_REQUIRED");
    detail(status)
}

async fn started(client: &Client) -> usize {
    client.events_in(prod(), "run.started").await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_ahead_by_a_touch_and_two_others_review_what_happened() {
    if !there_is_a_device() {
        return;
    }
    let mut stage = Stage::set().await;
    let id = touches(&stage.break_glass("failover", "it burns").await);
    assert_eq!(touches(&stage.break_glass("failover", "it burns").await), id, "the very same");
    let asked = get(&stage.admin, &id).await;
    assert!(asked.breaks_glass && asked.reviews.is_empty());
    let statement: Value = serde_json::from_str(&asked.statement).unwrap();
    assert_eq!(statement["glass"]["skips"][0]["quorum"], 1, "{statement:#}");
    assert_eq!(statement["glass"]["review"]["quorum"], 2);
    assert_eq!(statement["reason"], "it burns");
    assert_eq!(started(&stage.admin).await, 0);

    let done = stage.touch(&id).await;
    assert_eq!(done.status(), ApprovalStatus::Granted, "{done:?}");
    let run = done.ended.unwrap().run_id;
    let broken = stage.admin.events_in(prod(), "glass.broken").await;
    let record: Value = serde_json::from_str(&broken[0].data_json).unwrap();
    let data = &record["event"]["data"];
    assert_eq!((&data["run"], &data["principal"]), (&run.as_str().into(), &OPERATOR.into()));
    let at = record["at"].as_u64().unwrap();
    assert_eq!(data["due"].as_u64(), Some(at + DAY_MS));
    let scope = v1::WatchRunRequest { scope: prod(), run_id: run.clone(), ..Default::default() };
    let mut told = stage.admin.runs().watch(scope).await.unwrap().into_inner();
    while told.message().await.unwrap().is_some_and(|message| !message.last) {}

    // What is reviewed is how it ended.
    let review = stage.review_of(&id).await;
    let statement: Value = serde_json::from_str(&review.statement).unwrap();
    let happened = &statement["happened"];
    assert_eq!((&happened["run"], &happened["outcome"]), (&run.into(), &"succeeded".into()));
    assert_eq!(statement["action"], "glass.review");
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    assert_eq!(me.into_inner().reviews_due, 1);
    let first = stage.reviews_as(&review.approval_id, 0).await.unwrap();
    assert_eq!(first.status(), ApprovalStatus::Pending);
    let second = stage.reviews_as(&review.approval_id, 1).await.unwrap();
    assert_eq!(second.status(), ApprovalStatus::Granted);
    let whole = stage.admin.events_in(prod(), "glass.reviewed").await;
    let record: Value = serde_json::from_str(&whole[0].data_json).unwrap();
    let by = serde_json::json!([REVIEWERS[0], REVIEWERS[1]]);
    assert_eq!(record["event"]["data"]["by"], by);
    stage.later(2 * DAY_MS).await;
    assert!(stage.incidents().await.is_empty());
    assert!(stage.reviews().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_goes_ahead_without_right_reason_need_and_touch() {
    if !there_is_a_device() {
        return;
    }
    let stage = Stage::set().await;
    is(&stage.break_glass("failover", " ").await, "REQUEST_INVALID");
    is(&stage.break_glass("harmless", "why not").await, "GLASS_WHOLE");
    let id = touches(&stage.break_glass("failover", "it burns").await);
    for key in [&stage.plain, &stage.untouched] {
        is(&stage.signs(&id, key).await.unwrap_err(), "STEP_UP_REQUIRED");
    }
    assert_eq!(started(&stage.admin).await, 0);
    // Who has lost the right meanwhile goes nowhere.
    stage.admin.revoke(OPERATOR, "operator").await;
    stage.admin.grant(OPERATOR, "workflow_author").await;
    if let Ok(late) = stage.signs(&id, &stage.touched).await {
        assert_eq!(late.status(), ApprovalStatus::Void, "{late:?}");
    }
    is(&stage.break_glass("failover", "it burns").await, "PERMISSION_DENIED");
    assert_eq!(started(&stage.admin).await, 0);
    assert!(stage.admin.events_in(prod(), "glass.broken").await.is_empty());
    // Not even whoever runs the daemon, on its own socket, goes ahead without a touch.
    let request = v1::StartRunRequest {
        scope: prod(),
        workflow: "failover".into(),
        reason: "it burns".into(),
        break_glass: true,
        ..Default::default()
    };
    touches(&stage.admin.runs().start(request).await.unwrap_err());
    assert_eq!(started(&stage.admin).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_already_can_be_done_alone_by_whoever_asked() {
    if !there_is_a_device() {
        return;
    }
    let stage = Stage::set().await;
    let request =
        v1::StartRunRequest { scope: prod(), workflow: "failover".into(), ..Default::default() };
    let waits = stage.operator.runs().start(request).await.unwrap_err();
    is(&waits, "APPROVAL_REQUIRED");
    let id = detail(&waits);
    let alone = |reason: &str| v1::BreakGlassRequest {
        approval_id: id.clone(),
        reason: reason.into(),
        ..Default::default()
    };
    let operator = || approvals(&stage.operator);
    is(&operator().break_glass(alone("")).await.unwrap_err(), "REQUEST_INVALID");
    let other = approvals(&stage.admin).break_glass(alone("let me")).await.unwrap_err();
    is(&other, "APPROVAL_NOT_YOURS");
    let touch = touches(&operator().break_glass(alone("nobody answers")).await.unwrap_err());
    assert_ne!(touch, id);
    assert_eq!(get(&stage.admin, &id).await.status(), ApprovalStatus::Withdrawn);
    let done = stage.touch(&touch).await;
    assert_eq!(done.status(), ApprovalStatus::Granted);
    assert_eq!(started(&stage.admin).await, 1);
    assert_eq!(stage.review_of(&touch).await.reason, "nobody answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_of_two_others_and_nobody_takes_it_back() {
    if !there_is_a_device() {
        return;
    }
    let mut stage = Stage::set().await;
    let (_, review) = stage.broken("stuck").await;
    let id = review.approval_id.clone();
    // Never whoever did it, with whatever role and key.
    stage.admin.grant(OPERATOR, "tenant_admin").await;
    for key in [&stage.touched, &stage.plain] {
        let own = stage.signs(&id, key).await.unwrap_err();
        assert!(matches!(
            own.code(),
            tonic::Code::PermissionDenied | tonic::Code::FailedPrecondition
        ));
    }
    let back = v1::WithdrawApprovalRequest { approval_id: id.clone(), ..Default::default() };
    is(&approvals(&stage.operator).withdraw(back).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    stage.reviews_as(&id, 0).await.unwrap();
    is(&stage.reviews_as(&id, 0).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    // Who holds no role that reviews.
    stage.admin.revoke(REVIEWERS[2], "workflow_reviewer").await;
    stage.admin.grant(REVIEWERS[2], "read_only").await;
    is(&stage.reviews_as(&id, 2).await.unwrap_err(), "PERMISSION_DENIED");
    assert_eq!(get(&stage.admin, &id).await.status(), ApprovalStatus::Pending);
    stage.reviews_as(&id, 1).await.unwrap();
    assert_eq!(stage.admin.events_in(prod(), "glass.reviewed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_reviewed_in_time_is_an_incident() {
    if !there_is_a_device() {
        return;
    }
    let mut stage = Stage::set().await;
    let (run, review) = stage.broken("stuck").await;
    stage.reviews_as(&review.approval_id, 0).await.unwrap();
    stage.later(DAY_MS).await;
    let open = stage.incidents().await;
    assert_eq!((open.len(), open[0].kind.as_str()), (1, "break_glass_unreviewed"));
    assert_eq!((&open[0].run_id, open[0].principal.as_str()), (&run, OPERATOR));
    is(&stage.reviews_as(&review.approval_id, 1).await.unwrap_err(), "APPROVAL_OVER");
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    let me = me.into_inner();
    assert_eq!((me.reviews_due, me.incidents_open), (0, 1));
    let doctor = stage.admin.system().doctor(v1::DoctorRequest::default()).await.unwrap();
    let doctor = doctor.into_inner();
    let check = doctor.checks.iter().find(|check| check.name == "break-glass").unwrap();
    assert_eq!(check.status, "fail", "{check:?}");

    let close = |reason: &str| v1::CloseIncidentRequest {
        incident_id: open[0].incident_id.clone(),
        reason: reason.into(),
        ..Default::default()
    };
    // Never whoever it is about.
    stage.admin.grant(OPERATOR, "tenant_admin").await;
    let own = incidents(&stage.operator).close(close("it was fine")).await.unwrap_err();
    is(&own, "PERMISSION_DENIED");
    is(&incidents(&stage.admin).close(close("")).await.unwrap_err(), "REQUEST_INVALID");
    let closed = incidents(&stage.admin).close(close("talked through")).await.unwrap();
    assert_eq!(closed.into_inner().incident.unwrap().closed_reason, "talked through");
    is(&incidents(&stage.admin).close(close("again")).await.unwrap_err(), "INCIDENT_CLOSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reviewer_disputes_is_an_incident_at_once() {
    if !there_is_a_device() {
        return;
    }
    let stage = Stage::set().await;
    let (_, review) = stage.broken("stuck").await;
    let deny = v1::DenyApprovalRequest {
        approval_id: review.approval_id.clone(),
        reason: "it was not needed".into(),
        ..Default::default()
    };
    approvals(&stage.admin).deny(deny).await.unwrap();
    let open = stage.incidents().await;
    assert_eq!((open.len(), open[0].kind.as_str()), (1, "break_glass_disputed"));
    assert_eq!(open[0].reason, "it was not needed");
    stage.later(2 * DAY_MS).await;
    assert_eq!(stage.incidents().await.len(), 1, "one is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn glass_goes_through_a_freeze_where_policy_says_so() {
    if !there_is_a_device() {
        return;
    }
    let stage = Stage::set().await;
    let reach = Some(v1::FreezeReach { reach: Some(Reach::Environment("prod".into())) });
    let freeze = v1::SetFreezeRequest {
        name: "release".into(),
        reach,
        reason: "release".into(),
        ..Default::default()
    };
    FreezesClient::new(stage.admin.channel()).set(freeze).await.unwrap();
    let plain =
        v1::StartRunRequest { scope: prod(), workflow: "harmless".into(), ..Default::default() };
    is(&stage.operator.runs().start(plain).await.unwrap_err(), "FROZEN");
    let id = touches(&stage.break_glass("harmless", "it burns").await);
    let statement: Value = serde_json::from_str(&get(&stage.admin, &id).await.statement).unwrap();
    assert_eq!(statement["glass"]["through"], serde_json::json!(["release"]), "{statement:#}");
    let done = stage.touch(&id).await;
    assert_eq!(done.status(), ApprovalStatus::Granted, "{done:?}");
    assert_eq!(started(&stage.admin).await, 1);
    // For everybody else it holds as before.
    let plain =
        v1::StartRunRequest { scope: prod(), workflow: "harmless".into(), ..Default::default() };
    is(&stage.admin.runs().start(plain).await.unwrap_err(), "FROZEN");
}
