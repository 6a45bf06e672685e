//! Approvals: what waits for other people, what their signatures come to, and every way to get
//! around them, refused and on record.

use std::{path::Path, process::Command, sync::Arc};

use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_policy::Guard;
use conductor_protocol::v1::{
    self, ApprovalStatus, approvals_client::ApprovalsClient, keys_client::KeysClient,
};
use serde_json::Value;
use tokio::task::JoinSet;
use tonic::{Status, transport::Channel};
use tonic_types::StatusExt as _;

use crate::rig::{Client, Rig, is};

/// Everything is allowed to whoever holds a role, on the condition that the workflow's purpose
/// names.
const POLICY: &str = r#"
package conductor.authz

import rego.v1

decision := {
	"allow": count(input.subject.roles) > 0,
	"reasons": ["by the test's bundle"],
	"obligations": [one | some one in obligations],
	"risk": "high",
}

purposes := {purpose | some purpose in object.get(input.resource, "purpose", [])}

starts if input.action in {"run.start", "run.rerun"}

chains := {
	"two": [{"roles": ["workflow_reviewer"], "quorum": 2}, {"roles": ["tenant_admin"], "quorum": 1}],
	"one": [{"roles": ["workflow_reviewer"], "quorum": 1}],
	"three": [{"roles": ["workflow_reviewer"], "quorum": 3}],
}

obligations contains {"type": "require_approval", "stages": chains[purpose], "window_seconds": 3600} if {
	starts
	some purpose in purposes
}

obligations contains {"type": "require_approval", "stages": chains.one, "window_seconds": 60} if {
	input.action == "run.cancel"
	"stops" in purposes
}

obligations contains {"type": "require_approval", "stages": chains.one, "window_seconds": 60} if {
	input.action == "identity.grant"
	input.resource.id == "uid:7/tenant_admin"
}

obligations contains {"type": "mask", "paths": ["inputs.*"]} if {
	input.action == "approval.read"
	"hidden" in purposes
}
"#;

/// Who asks: somebody on TCP. Whoever runs the tests enrolls the keys, and so could not.
const REQUESTER: &str = "tcp:anonymous";
const ALICE: &str = "uid:2001";
const BOB: &str = "uid:2002";
const CAROL: &str = "uid:2003";

fn guard() -> Guard {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("authz.rego"), POLICY).unwrap();
    Guard::from_dir(folder.path()).unwrap()
}

/// A daemon, an administrator who enrolls keys, and somebody who may start.
struct Stage {
    rig: Rig,
    admin: Client,
    requester: Client,
}

impl Stage {
    async fn set(guard: Guard) -> Self {
        let rig = Rig::with_policy(guard).await;
        let (admin, requester) = (rig.admin().await, rig.stranger().await);
        admin.grant(REQUESTER, "operator").await;
        Self { rig, admin, requester }
    }

    /// Somebody with a role and a key.
    async fn person(&self, principal: &str, role: &str) -> Person {
        self.admin.grant(principal, role).await;
        Person { principal: principal.into(), key: self.key(principal, "").await }
    }

    /// One more key of somebody, made by OpenSSH and enrolled in a tenant.
    async fn key(&self, principal: &str, tenant: &str) -> SecretKey {
        let (key, public_key) = fresh_key(self.rig.folder());
        let key_of = v1::NewKey { principal: principal.into(), public_key, ..Default::default() };
        let scope = Some(v1::Scope { tenant: tenant.into(), ..Default::default() });
        let request = v1::EnrollKeysRequest { scope, keys: vec![key_of], ..Default::default() };
        KeysClient::new(self.admin.channel()).enroll(request).await.unwrap();
        key
    }

    async fn publish(&self, name: &str, purpose: &str) {
        let manifest = format!(
            "name: {name}\nversion: 1.0.0\npurpose: [{purpose}]\nrisk: high\n\
             inputs: {{type: object, properties: {{host: {{type: string}}}}}}\n\
             tasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
        );
        self.admin.publish(&manifest).await;
    }

    /// Has the requester ask for a start; the approval's id.
    async fn ask(&self, workflow: &str) -> String {
        waits(&self.requester.start(workflow).await.unwrap_err())["id"].as_str().unwrap().to_owned()
    }

    async fn runs(&self) -> usize {
        self.admin.events("run.started").await.len()
    }
}

/// A key pair as `ssh-keygen` makes it; the public line.
fn fresh_key(folder: &Path) -> (SecretKey, String) {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let path = folder.path().join("key");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(&path);
    assert!(command.status().unwrap().success());
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    (SecretKey::load(&path, None).unwrap(), public.trim().to_owned())
}

struct Person {
    principal: String,
    key: SecretKey,
}

fn approvals(client: &Client) -> ApprovalsClient<Channel> {
    ApprovalsClient::new(client.channel())
}

async fn get(client: &Client, id: &str) -> v1::Approval {
    let request = v1::GetApprovalRequest { approval_id: id.into(), ..Default::default() };
    approvals(client).get(request).await.unwrap().into_inner().approval.unwrap()
}

fn made(key: &mut SecretKey, statement: &str) -> String {
    sshsig::sign(key, "approval@conductor", statement.as_bytes()).unwrap()
}

/// Has somebody bring a signature.
async fn bring(client: &Client, id: &str, signature: String) -> Result<v1::Approval, Status> {
    let comment = "looks right".to_owned();
    let request = v1::SignApprovalRequest {
        approval_id: id.into(),
        signature,
        comment,
        ..Default::default()
    };
    Ok(approvals(client).sign(request).await?.into_inner().approval.unwrap())
}

/// Has somebody sign; the administrator brings it.
async fn sign(stage: &Stage, id: &str, person: &mut Person) -> Result<v1::Approval, Status> {
    let statement = get(&stage.admin, id).await.statement;
    bring(&stage.admin, id, made(&mut person.key, &statement)).await
}

/// What a refusal for want of an approval says of it.
#[track_caller]
fn waits(status: &Status) -> Value {
    is(status, "APPROVAL_REQUIRED");
    let details = status.get_error_details();
    serde_json::from_str(&details.error_info().unwrap().metadata["approval"]).unwrap()
}

/// Something is on record as not done for want of this, about whoever did it.
async fn recorded(client: &Client, action: &str, (who, unmet): (&str, &str)) {
    let events = client.events("decision.recorded").await;
    let found = events.iter().any(|event| {
        let record: Value = serde_json::from_str(&event.data_json).unwrap();
        let data = &record["event"]["data"];
        data["input"]["action"] == action
            && data["input"]["subject"]["principal"] == who
            && data["unmet"].as_str().unwrap_or_default() == unmet
    });
    assert!(found, "no decision about {action} by {who} that lacks {unmet}: {events:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_done_once_all_have_signed_stage_by_stage() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "two").await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let mut bob = stage.person(BOB, "workflow_reviewer").await;
    let mut carol = stage.person(CAROL, "tenant_admin").await;

    let start = v1::StartRunRequest {
        workflow: "pay".into(),
        inputs_json: r#"{"host":"pay-1"}"#.into(),
        reason: "p99 is 5 s".into(),
        idempotency_key: "k1".into(),
        ..Default::default()
    };
    let refused = stage.requester.runs().start(start.clone()).await.unwrap_err();
    let detail = waits(&refused);
    let id = detail["id"].as_str().unwrap();
    let words = format!(
        "`run.start` of `pay` waits for approval {id}: stage 1 of 2: 2 people of `workflow_reviewer`"
    );
    assert_eq!(refused.message(), words);
    assert_eq!((&detail["status"], &detail["stages"][0]["quorum"]), (&"pending".into(), &2.into()));
    // Asked for again it is the same one.
    let again = stage.requester.runs().start(start.clone()).await.unwrap_err();
    assert_eq!(waits(&again)["id"], detail["id"]);

    let shown = get(&stage.admin, id).await;
    assert_eq!(shown.digest, detail["digest"].as_str().unwrap());
    assert_eq!((shown.requester.as_str(), shown.reason.as_str()), (REQUESTER, "p99 is 5 s"));
    let statement: Value = serde_json::from_str(&shown.statement).unwrap();
    assert_eq!(statement["inputs"]["host"], "pay-1");
    assert!(shown.manifest_json.contains("pkg:builtin/noop@1"));
    assert!(shown.command_json.starts_with(r#"{"start":"#));
    assert!(shown.stages[0].open && !shown.stages[1].open);

    let one = sign(&stage, id, &mut alice).await.unwrap();
    let signed = &one.stages[0].signatures[0];
    assert_eq!((signed.principal.as_str(), signed.comment.as_str()), (ALICE, "looks right"));
    assert!(!signed.brought_by.is_empty() && signed.brought_by != ALICE);
    assert_eq!((one.status(), stage.runs().await), (ApprovalStatus::Pending, 0));
    let two = sign(&stage, id, &mut bob).await.unwrap();
    assert!(two.stages[1].open && !two.stages[0].open);
    assert_eq!(stage.runs().await, 0);
    let done = sign(&stage, id, &mut carol).await.unwrap();
    assert_eq!(done.status(), ApprovalStatus::Granted);
    let ended = done.ended.unwrap();
    assert!(ended.run_id.starts_with("run_") && done.answered_after_ms.is_some());
    stage.admin.watch(&ended.run_id, 0).await;
    assert_eq!(stage.runs().await, 1);
    // Whoever asked gets the run by the key that they asked with, and it is theirs.
    let run = stage.requester.runs().start(start).await.unwrap().into_inner();
    assert_eq!((run.run_id.as_str(), run.replayed), (ended.run_id.as_str(), true));
    let request = v1::GetRunRequest { run_id: run.run_id, ..Default::default() };
    let found = stage.admin.runs().get(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!(found.summary.unwrap().owner, REQUESTER);
    // What has ended takes no more.
    is(&sign(&stage, id, &mut alice).await.unwrap_err(), "APPROVAL_OVER");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_asked_for() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    let id = stage.ask("pay").await;
    let mut own = stage.person(REQUESTER, "workflow_reviewer").await;
    is(&sign(&stage, &id, &mut own).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    recorded(&stage.admin, "approval.give", (REQUESTER, "APPROVAL_NOT_YOURS")).await;
    // Not through others either: nobody's part is handed to whoever asked.
    let me = &stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    stage.admin.grant(&me.get_ref().principal, "workflow_reviewer").await;
    let delegate = v1::DelegateApprovalRequest {
        approval_id: id.clone(),
        to: REQUESTER.into(),
        reason: "on leave".into(),
        ..Default::default()
    };
    let refused = approvals(&stage.admin).delegate(delegate).await.unwrap_err();
    is(&refused, "APPROVAL_NOT_YOURS");
    // Nor by a second name: what whoever asks enrolls makes nobody else of them.
    stage.admin.publish(
        "name: own\nversion: 1.0.0\npurpose: [one]\ntasks: [{id: a, uses: pkg:builtin/noop@1}]\n",
    )
    .await;
    let own =
        waits(&stage.admin.start("own").await.unwrap_err())["id"].as_str().unwrap().to_owned();
    let mut puppet = stage.person(BOB, "workflow_reviewer").await;
    let refused = sign(&stage, &own, &mut puppet).await.unwrap_err();
    is(&refused, "APPROVAL_NOT_YOURS");
    assert!(refused.message().contains("enrolled by"), "{}", refused.message());
    assert_eq!(stage.runs().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_itself_knows_four_eyes() {
    let stage = Stage::set(Guard::embedded().unwrap()).await;
    stage.publish("pay", "payroll").await;
    let start = v1::StartRunRequest {
        workflow: "pay".into(),
        scope: Some(v1::Scope { environment: "prod".into(), ..Default::default() }),
        ..Default::default()
    };
    let refused = stage.requester.runs().start(start).await.unwrap_err();
    let id = waits(&refused)["id"].as_str().unwrap().to_owned();
    let mut own = stage.person(REQUESTER, "workflow_reviewer").await;
    let denied = sign(&stage, &id, &mut own).await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    assert!(denied.message().contains("nobody approves"), "{}", denied.message());
    // Who holds no role may bring nothing, and is not told whether there is anything.
    stage.admin.revoke(REQUESTER, "operator").await;
    stage.admin.revoke(REQUESTER, "workflow_reviewer").await;
    let get = v1::GetApprovalRequest { approval_id: id.clone(), ..Default::default() };
    is(&approvals(&stage.requester).get(get).await.unwrap_err(), "PERMISSION_DENIED");
    let absent = v1::GetApprovalRequest {
        approval_id: "apr_01jdzzzzzzfffffffffffffff0".into(),
        ..Default::default()
    };
    is(&approvals(&stage.requester).get(absent).await.unwrap_err(), "PERMISSION_DENIED");
    // Who asked for it may do it no more: what is signed now is void, and nothing is done.
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let void = sign(&stage, &id, &mut alice).await.unwrap();
    assert_eq!((void.status(), stage.runs().await), (ApprovalStatus::Void, 0));
    assert!(void.ended.unwrap().sentence.contains("policy says now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_is_one_person_whatever_keys_they_have() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "two").await;
    let id = stage.ask("pay").await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    sign(&stage, &id, &mut alice).await.unwrap();
    is(&sign(&stage, &id, &mut alice).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    let mut second = Person { principal: ALICE.into(), key: stage.key(ALICE, "").await };
    let refused = sign(&stage, &id, &mut second).await.unwrap_err();
    is(&refused, "APPROVAL_NOT_YOURS");
    assert!(refused.message().contains("signed it already"), "{}", refused.message());
    recorded(&stage.admin, "approval.give", (&second.principal, "APPROVAL_NOT_YOURS")).await;
    assert_eq!(get(&stage.admin, &id).await.stages[0].signatures.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_counts_for_what_it_was_made_for_alone() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    stage.publish("ship", "one").await;
    let (pay, ship) = (stage.ask("pay").await, stage.ask("ship").await);
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let statement = get(&stage.admin, &pay).await.statement;
    let good = made(&mut alice.key, &statement);
    // Replayed for another approval; for another purpose; altered; by a key that nobody knows.
    is(&bring(&stage.admin, &ship, good.clone()).await.unwrap_err(), "SIGNATURE_INVALID");
    let elsewhere =
        sshsig::sign(&mut alice.key, "runbook@conductor", statement.as_bytes()).unwrap();
    is(&bring(&stage.admin, &pay, elsewhere).await.unwrap_err(), "SIGNATURE_INVALID");
    let altered = made(&mut alice.key, &statement.replace("\"pay\"", "\"ship\""));
    is(&bring(&stage.admin, &pay, altered).await.unwrap_err(), "SIGNATURE_INVALID");
    let (mut unknown, _) = fresh_key(stage.rig.folder());
    let unknown = made(&mut unknown, &statement);
    is(&bring(&stage.admin, &pay, unknown).await.unwrap_err(), "SIGNATURE_INVALID");
    is(&bring(&stage.admin, &pay, "no signature".into()).await.unwrap_err(), "SIGNATURE_INVALID");
    // It is whoever brought it that tried.
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    let me = me.into_inner().principal;
    recorded(&stage.admin, "approval.give", (&me, "SIGNATURE_INVALID")).await;
    assert_eq!(stage.runs().await, 0);
    assert_eq!(bring(&stage.admin, &pay, good).await.unwrap().status(), ApprovalStatus::Granted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_tenant_says_nothing_here() {
    let stage = Stage::set(guard()).await;
    stage.admin.create_tenant("acme").await;
    stage.publish("pay", "one").await;
    let id = stage.ask("pay").await;
    stage.admin.grant(ALICE, "workflow_reviewer").await;
    let mut alice = Person { principal: ALICE.into(), key: stage.key(ALICE, "acme").await };
    is(&sign(&stage, &id, &mut alice).await.unwrap_err(), "SIGNATURE_INVALID");
    // Nor is the approval one of the other tenant.
    let scope = Some(v1::Scope { tenant: "acme".into(), ..Default::default() });
    let there = v1::GetApprovalRequest { scope, approval_id: id };
    is(&approvals(&stage.admin).get(there).await.unwrap_err(), "APPROVAL_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_stage_is_skipped() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "two").await;
    let id = stage.ask("pay").await;
    let mut carol = stage.person(CAROL, "tenant_admin").await;
    let early = sign(&stage, &id, &mut carol).await.unwrap_err();
    is(&early, "APPROVAL_NOT_YOURS");
    assert!(early.message().contains("comes first"), "{}", early.message());
    let mut dave = stage.person("uid:2004", "read_only").await;
    is(&sign(&stage, &id, &mut dave).await.unwrap_err(), "APPROVAL_NOT_YOURS");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_after_the_first_signature_is_done_by_nobody() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "two").await;
    let id = stage.ask("pay").await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let mut bob = stage.person(BOB, "workflow_reviewer").await;
    let mut carol = stage.person(CAROL, "tenant_admin").await;
    sign(&stage, &id, &mut alice).await.unwrap();
    sign(&stage, &id, &mut bob).await.unwrap();
    let retire = v1::RetireWorkflowRequest {
        name: "pay".into(),
        version: "1.0.0".into(),
        reason: "broken".into(),
        ..Default::default()
    };
    stage.admin.workflows().retire(retire).await.unwrap();
    let void = sign(&stage, &id, &mut carol).await.unwrap();
    assert_eq!((void.status(), stage.runs().await), (ApprovalStatus::Void, 0));
    assert!(void.ended.unwrap().sentence.starts_with("is void: "));
    let told = stage.admin.events("approval.voided").await;
    assert_eq!(told.len(), 1);
    is(&sign(&stage, &id, &mut alice).await.unwrap_err(), "APPROVAL_OVER");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_changes_nothing_of_what_was_asked_for() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    let id = stage.ask("pay").await;
    let newer = "name: pay\nversion: 1.1.0\npurpose: [one]\nrisk: high\n\
                 tasks: [{id: b, uses: pkg:builtin/noop@1}]\n";
    stage.admin.publish(newer).await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let done = sign(&stage, &id, &mut alice).await.unwrap();
    let run_id = done.ended.unwrap().run_id;
    let request = v1::GetRunRequest { run_id, ..Default::default() };
    let run = stage.admin.runs().get(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!(run.summary.unwrap().version, "1.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quorum_that_fifty_race_for_is_met_once() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "three").await;
    let id = stage.ask("pay").await;
    let statement = Arc::new(get(&stage.admin, &id).await.statement);
    let mut racing = JoinSet::new();
    let mut people = Vec::new();
    for number in 0..50 {
        people.push(stage.person(&format!("uid:{}", 3_000 + number), "workflow_reviewer").await);
    }
    for mut person in people {
        let (admin, id, statement) = (stage.admin.clone(), id.clone(), Arc::clone(&statement));
        racing.spawn(async move { bring(&admin, &id, made(&mut person.key, &statement)).await });
    }
    let mut counted = 0;
    for answer in racing.join_all().await {
        match answer {
            Ok(_) => counted += 1,
            Err(refused) => is(&refused, "APPROVAL_OVER"),
        }
    }
    let known = get(&stage.admin, &id).await;
    assert_eq!((counted, known.stages[0].signatures.len()), (3, 3));
    assert_eq!((known.status(), stage.runs().await), (ApprovalStatus::Granted, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_no_ends_it_and_only_whoever_asked_takes_it_back() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "two").await;
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    let me = me.into_inner().principal;
    let id = stage.ask("pay").await;
    let deny = |reason: &str| v1::DenyApprovalRequest {
        approval_id: id.clone(),
        reason: reason.into(),
        ..Default::default()
    };
    is(&approvals(&stage.admin).deny(deny(" ")).await.unwrap_err(), "REQUEST_INVALID");
    // Who could sign no stage of it can't end it; whoever asked withdraws.
    is(&approvals(&stage.admin).deny(deny("no")).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    is(&approvals(&stage.requester).deny(deny("no")).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    let withdraw = v1::WithdrawApprovalRequest { approval_id: id.clone(), ..Default::default() };
    let refused = approvals(&stage.admin).withdraw(withdraw.clone()).await.unwrap_err();
    is(&refused, "APPROVAL_NOT_YOURS");
    recorded(&stage.admin, "approval.withdraw", (&me, "APPROVAL_NOT_YOURS")).await;
    stage.admin.grant(&me, "tenant_admin").await;
    let denied = approvals(&stage.admin).deny(deny("not today")).await.unwrap().into_inner();
    let denied = denied.approval.unwrap();
    assert_eq!(denied.status(), ApprovalStatus::Denied);
    assert_eq!(denied.ended.unwrap().sentence, "was denied: not today");
    let late = approvals(&stage.requester).withdraw(withdraw).await.unwrap_err();
    is(&late, "APPROVAL_OVER");

    let id = stage.ask("pay").await;
    let withdraw = v1::WithdrawApprovalRequest { approval_id: id, ..Default::default() };
    let taken = approvals(&stage.requester).withdraw(withdraw).await.unwrap().into_inner();
    assert_eq!(taken.approval.unwrap().status(), ApprovalStatus::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_handed_on_and_everybody_may_speak() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    stage.admin.grant(&me.into_inner().principal, "workflow_reviewer").await;
    let id = stage.ask("pay").await;
    let mut dave = stage.person("uid:2004", "read_only").await;
    is(&sign(&stage, &id, &mut dave).await.unwrap_err(), "APPROVAL_NOT_YOURS");
    let delegate = v1::DelegateApprovalRequest {
        approval_id: id.clone(),
        to: dave.principal.clone(),
        reason: "on leave".into(),
        ..Default::default()
    };
    approvals(&stage.admin).delegate(delegate).await.unwrap();
    let comment = v1::CommentApprovalRequest {
        approval_id: id.clone(),
        text: "please hurry".into(),
        ..Default::default()
    };
    let said = approvals(&stage.requester).comment(comment).await.unwrap().into_inner();
    let said = said.approval.unwrap();
    assert_eq!((said.comments[0].by.as_str(), said.delegations[0].stage), (REQUESTER, 1));
    let done = sign(&stage, &id, &mut dave).await.unwrap();
    assert_eq!(done.status(), ApprovalStatus::Granted);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_expires_and_then_takes_no_signature() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    let id = stage.ask("pay").await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let mut changes = stage.admin.changes().await;
    stage.rig.later(3_601_000);
    is(&sign(&stage, &id, &mut alice).await.unwrap_err(), "APPROVAL_OVER");
    while let Some(event) = changes.message().await.unwrap() {
        if event.kind == "approval.expired" {
            break;
        }
    }
    assert_eq!(get(&stage.admin, &id).await.status(), ApprovalStatus::Expired);
    // Asked for anew it is another one.
    assert_ne!(stage.ask("pay").await, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_somebody_is_listed_and_counted() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    stage.publish("ship", "two").await;
    let (pay, ship) = (stage.ask("pay").await, stage.ask("ship").await);
    let waiting = |client: Client| async move {
        let me = client.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
        me.into_inner().approvals_waiting
    };
    let list = |request: v1::ListApprovalsRequest| {
        let mut client = approvals(&stage.admin);
        async move {
            let page = client.list(request).await.unwrap().into_inner();
            let ids = page.approvals.into_iter().map(|one| one.approval_id).collect::<Vec<_>>();
            (ids, page.next_page_token)
        }
    };
    let everything = v1::ListApprovalsRequest::default();
    assert_eq!(list(everything.clone()).await.0, [ship.clone(), pay.clone()], "newest first");
    let mine = v1::ListApprovalsRequest { waiting_for_me: true, ..everything.clone() };
    assert!(list(mine.clone()).await.0.is_empty());
    assert_eq!(waiting(stage.admin.clone()).await, 0);
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    let me = me.into_inner().principal;
    stage.admin.grant(&me, "workflow_reviewer").await;
    assert_eq!(list(mine.clone()).await.0.len(), 2);
    assert_eq!(waiting(stage.admin.clone()).await, 2);
    assert_eq!(waiting(stage.requester.clone()).await, 0, "nobody waits for themselves");

    let first = v1::ListApprovalsRequest { page_size: 1, ..everything.clone() };
    let (ids, next) = list(first.clone()).await;
    assert_eq!(ids, std::slice::from_ref(&ship));
    let second = v1::ListApprovalsRequest { page_token: next, ..first };
    assert_eq!(list(second).await.0, std::slice::from_ref(&pay));
    let odd = v1::ListApprovalsRequest { page_token: "x".into(), ..everything.clone() };
    is(&approvals(&stage.admin).list(odd).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    let others = v1::ListApprovalsRequest { requester: "uid:1".into(), ..everything.clone() };
    assert!(list(others).await.0.is_empty());

    let withdraw = v1::WithdrawApprovalRequest { approval_id: pay.clone(), ..Default::default() };
    approvals(&stage.requester).withdraw(withdraw).await.unwrap();
    assert_eq!(list(everything.clone()).await.0, [ship]);
    let all = v1::ListApprovalsRequest { all: true, ..everything };
    assert_eq!(list(all).await.0.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_masked_is_shown_to_nobody_and_signed_by_nobody() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one, hidden").await;
    let id = stage.ask("pay").await;
    let request = v1::GetApprovalRequest { approval_id: id.clone(), ..Default::default() };
    is(&approvals(&stage.admin).get(request).await.unwrap_err(), "PERMISSION_DENIED");
    is(&bring(&stage.admin, &id, String::new()).await.unwrap_err(), "PERMISSION_DENIED");
    let list = approvals(&stage.admin).list(v1::ListApprovalsRequest::default()).await.unwrap();
    assert!(list.into_inner().approvals.is_empty());
    assert!(stage.admin.events("approval.").await.is_empty());
    let waiting = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    assert_eq!(waiting.into_inner().approvals_waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_carried_out_whatever_it_is() {
    let stage = Stage::set(guard()).await;
    let still = "name: still\nversion: 1.0.0\npurpose: [stops]\ntasks:\n  - {id: a, uses: \
                 pkg:builtin/sleep@1, with: {seconds: 600}}\n";
    stage.admin.publish(still).await;
    let run_id = stage.requester.start("still").await.unwrap().run_id;
    let cancel = v1::CancelRunRequest { run_id, ..Default::default() };
    let refused = stage.requester.runs().cancel(cancel).await.unwrap_err();
    let id = waits(&refused)["id"].as_str().unwrap().to_owned();
    assert!(stage.admin.events("run.stop_requested").await.is_empty());
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let done = sign(&stage, &id, &mut alice).await.unwrap();
    assert_eq!(done.status(), ApprovalStatus::Granted, "{:?}", done.ended);
    assert_eq!(stage.admin.events("run.stop_requested").await.len(), 1);

    let grant = v1::GrantRequest {
        principal: "uid:7".into(),
        role: "tenant_admin".into(),
        ..Default::default()
    };
    let refused = stage.requester.system().grant(grant).await.unwrap_err();
    let id = waits(&refused)["id"].as_str().unwrap().to_owned();
    let done = sign(&stage, &id, &mut alice).await.unwrap();
    assert_eq!(done.status(), ApprovalStatus::Granted);
    assert!(done.ended.unwrap().run_id.is_empty());
    let granted = stage.admin.events("identity.granted").await;
    assert!(granted.iter().any(|event| event.data_json.contains("uid:7")), "{granted:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_it_took_is_told_beside_the_time_before() {
    let stage = Stage::set(guard()).await;
    stage.publish("pay", "one").await;
    let mut alice = stage.person(ALICE, "workflow_reviewer").await;
    let granted = async |alice: &mut Person, after_ms| {
        let id = stage.ask("pay").await;
        stage.rig.later(after_ms);
        assert_eq!(sign(&stage, &id, alice).await.unwrap().status(), ApprovalStatus::Granted);
    };
    granted(&mut alice, 60_000).await;
    stage.rig.later(3_600_000);
    for after_ms in [1_000, 9_000, 3_000] {
        granted(&mut alice, after_ms).await;
    }
    let id = stage.ask("pay").await;
    let told = async |client: &Client, since| {
        let request = v1::ApprovalTimesRequest { since, ..Default::default() };
        approvals(client).times(request).await.map(tonic::Response::into_inner)
    };
    let all = told(&stage.admin, None).await.unwrap();
    let times = all.times.unwrap();
    assert_eq!((times.asked, times.granted, times.waiting), (5, 4, 1));
    assert_eq!(all.before.unwrap().median_ms, None);

    let until = times.until.unwrap().seconds;
    let ago = |seconds| Some(pbjson_types::Timestamp { seconds: until - seconds, nanos: 0 });
    let hour = told(&stage.admin, ago(3_000)).await.unwrap();
    let (times, before) = (hour.times.unwrap(), hour.before.unwrap());
    assert_eq!((times.asked, times.granted), (4, 3));
    let took =
        |ms: Option<u64>, least: u64| ms.is_some_and(|ms| (least..least + 900).contains(&ms));
    assert!(took(times.median_ms, 3_000), "{times:?}");
    assert!(took(times.p90_ms, 9_000) && took(times.longest_ms, 9_000), "{times:?}");
    assert_eq!(before.granted, 1);
    assert!(took(before.median_ms, 60_000), "{before:?}");

    let deny =
        v1::DenyApprovalRequest { approval_id: id, reason: "no".into(), ..Default::default() };
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    stage.admin.grant(&me.into_inner().principal, "workflow_reviewer").await;
    approvals(&stage.admin).deny(deny).await.unwrap();
    let times = told(&stage.admin, None).await.unwrap().times.unwrap();
    assert_eq!((times.denied, times.waiting), (1, 0));
    is(&told(&stage.admin, ago(-60)).await.unwrap_err(), "REQUEST_INVALID");
    let elsewhere = v1::ApprovalTimesRequest {
        scope: Some(v1::Scope { tenant: "acme".into(), ..Default::default() }),
        ..Default::default()
    };
    let refused = approvals(&stage.requester).times(elsewhere).await.unwrap_err();
    is(&refused, "PERMISSION_DENIED");
}
