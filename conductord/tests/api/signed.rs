//! Signed runbooks: what is published and what runs is what somebody signed, by the keys that count
//! at that moment; and whatever is not is refused, and told of.

use std::{path::Path, process::Command};

use conductor_policy::Guard;
use conductor_protocol::{
    WARNING_METADATA,
    v1::{
        self, approvals_client::ApprovalsClient, keys_client::KeysClient, schedule_spec::Trigger,
        schedules_client::SchedulesClient,
    },
};
use serde_json::Value;
use tonic::Status;

use crate::rig::{Client, Rig, is};

const NAMESPACE: &str = "runbook@conductor";
const ALICE: &str = "uid:2001";
const BOB: &str = "uid:2002";
const ANYBODY: &str = "tcp:anonymous";

/// What `ssh-keygen` makes each type of key with.
const TYPES: [(&str, &[&str]); 6] = [
    ("ed25519", &["-t", "ed25519"]),
    ("ecdsa-256", &["-t", "ecdsa", "-b", "256"]),
    ("ecdsa-384", &["-t", "ecdsa", "-b", "384"]),
    ("ecdsa-521", &["-t", "ecdsa", "-b", "521"]),
    ("rsa-2048", &["-t", "rsa", "-b", "2048"]),
    ("rsa-4096", &["-t", "rsa", "-b", "4096"]),
];

/// A daemon with its administrator.
struct Stage {
    rig: Rig,
    admin: Client,
}

/// Somebody's key in a file, as OpenSSH made it.
struct Key {
    folder: tempfile::TempDir,
}

impl Key {
    fn new(rig: &Rig, options: &[&str]) -> Self {
        let folder = tempfile::tempdir_in(rig.folder()).unwrap();
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-N", "", "-C", "test", "-f"]).arg(folder.path().join("key"));
        assert!(command.args(options).status().unwrap().success());
        Self { folder }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn public(&self) -> String {
        std::fs::read_to_string(self.path("key.pub")).unwrap().trim().to_owned()
    }

    /// A signature as `ssh-keygen -Y sign` makes it.
    fn sign(&self, text: &str, namespace: &str) -> String {
        let file = self.path("text");
        std::fs::write(&file, text).unwrap();
        let signature = self.path("text.sig");
        std::fs::remove_file(&signature).ok();
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(self.path("key")).arg(&file);
        assert!(command.status().unwrap().success());
        std::fs::read_to_string(signature).unwrap()
    }

    /// Whether `ssh-keygen -Y verify` alone takes it.
    fn verifies(&self, allowed: &str, who: &str, (text, signature): (&str, &str)) -> bool {
        std::fs::write(self.path("allowed"), allowed).unwrap();
        std::fs::write(self.path("signature"), signature).unwrap();
        std::fs::write(self.path("text"), text).unwrap();
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "verify", "-n", NAMESPACE, "-I", who, "-f"]);
        command.arg(self.path("allowed")).arg("-s").arg(self.path("signature"));
        let text = std::fs::File::open(self.path("text")).unwrap();
        command.stdin(text).status().unwrap().success()
    }
}

fn runbook(name: &str, more: &str) -> String {
    format!(
        "# Why: INC-7\nname: {name}\nversion: 1.0.0\n{more}\ntasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
    )
}

fn scope(tenant: &str, environment: &str) -> Option<v1::Scope> {
    let (tenant, environment) = (tenant.into(), environment.into());
    Some(v1::Scope { tenant, environment, ..Default::default() })
}

impl Stage {
    async fn set() -> Self {
        Self::of(Rig::start().await).await
    }

    async fn of(rig: Rig) -> Self {
        let admin = rig.admin().await;
        Self { rig, admin }
    }

    async fn enroll(&self, principal: &str, key: &Key, valid_before_ms: Option<u64>) {
        let valid_before = valid_before_ms.map(|ms| pbjson_types::Timestamp {
            seconds: i64::try_from(ms / 1_000).unwrap(),
            nanos: 0,
        });
        let (principal, public_key) = (principal.to_owned(), key.public());
        let key = v1::NewKey { principal, public_key, valid_before, ..Default::default() };
        let request = v1::EnrollKeysRequest { keys: vec![key], ..Default::default() };
        KeysClient::new(self.admin.channel()).enroll(request).await.unwrap();
    }

    async fn revoke(&self, key: &Key) {
        let fingerprint = fingerprint(&key.path("key.pub"));
        let reason = "lost".to_owned();
        let request = v1::RevokeKeyRequest { fingerprint, reason, ..Default::default() };
        KeysClient::new(self.admin.channel()).revoke(request).await.unwrap();
    }

    /// Somebody with a fresh key.
    async fn person(&self, principal: &str) -> Key {
        let key = Key::new(&self.rig, TYPES[0].1);
        self.enroll(principal, &key, None).await;
        key
    }

    async fn publish(
        &self,
        client: &Client,
        place: (&str, &str),
        manifest: &str,
        signatures: &[String],
    ) -> Result<v1::Workflow, Status> {
        let request = v1::PublishWorkflowRequest {
            scope: scope(place.0, place.1),
            manifest: manifest.into(),
            signatures: signatures.to_vec(),
            ..Default::default()
        };
        Ok(client.workflows().publish(request).await?.into_inner().workflow.unwrap())
    }

    /// Publishes what a key signed, as the administrator, where nothing is asked for.
    async fn signed(&self, name: &str, key: &Key) -> String {
        let text = runbook(name, "");
        let signature = key.sign(&text, NAMESPACE);
        self.publish(&self.admin, ("", ""), &text, &[signature]).await.unwrap();
        text
    }

    async fn get(&self, name: &str) -> v1::Workflow {
        let request = v1::GetWorkflowRequest { name: name.into(), ..Default::default() };
        self.admin.workflows().get(request).await.unwrap().into_inner().workflow.unwrap()
    }

    async fn start_in(&self, place: (&str, &str), name: &str) -> Result<String, Status> {
        let scope = scope(place.0, place.1);
        let request = v1::StartRunRequest { scope, workflow: name.into(), ..Default::default() };
        Ok(self.admin.runs().start(request).await?.into_inner().run_id)
    }

    /// Every alert, as `workflow why count`.
    async fn alerts(&self) -> Vec<String> {
        let events = self.admin.events("runbook.refused").await;
        let told = events.iter().map(|event| {
            let record: Value = serde_json::from_str(&event.data_json).unwrap();
            let data = &record["event"]["data"];
            assert!(data["by"].is_string() && data["action"].is_string(), "{data}");
            format!(
                "{} {} {}",
                data["workflow"].as_str().unwrap(),
                data["why"].as_str().unwrap(),
                data["count"]
            )
        });
        told.collect()
    }

    async fn runs(&self) -> usize {
        self.admin.events("run.started").await.len()
    }
}

fn fingerprint(public: &Path) -> String {
    let output = Command::new("ssh-keygen").args(["-l", "-f"]).arg(public).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split(' ').nth(1).unwrap().to_owned()
}

/// Every type of key, and everything that can be wrong with a signature of it: at publish, and for
/// what was good then, at the start.
#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_key_signs_and_nothing_that_is_wrong_with_it_passes() {
    let stage = Stage::set().await;
    let admin = &stage.admin;
    for (number, (name, options)) in (100..).zip(TYPES) {
        let who = format!("uid:{number}");
        let key = Key::new(&stage.rig, options);
        let text = runbook(name, "");
        let good = key.sign(&text, NAMESPACE);
        let publish = |text: &str, signature: &String| {
            let (text, signature) = (text.to_owned(), [signature.clone()]);
            async move { stage_publish(admin, &text, &signature).await }
        };
        // Unknown: nobody enrolled it.
        is(&publish(&text, &good).await.unwrap_err(), "RUNBOOK_SIGNATURE");
        stage.enroll(&who, &key, None).await;
        let tampered = text.replace("INC-7", "INC-8");
        is(&publish(&tampered, &good).await.unwrap_err(), "RUNBOOK_SIGNATURE");
        let other = key.sign(&text, "approval@conductor");
        is(&publish(&text, &other).await.unwrap_err(), "RUNBOOK_SIGNATURE");
        let published = publish(&text, &good).await.unwrap();
        let signed = &published.signatures[0];
        assert_eq!((signed.principal.as_str(), signed.signature.as_str()), (&*who, &*good));
        // What is on record is what stock tools verify.
        let kept = stage.get(name).await;
        let allowed = format!("{who} {}", key.public());
        assert!(key.verifies(
            &allowed,
            &who,
            (&kept.source.clone().unwrap().text, &kept.signatures[0].signature)
        ));
        assert_eq!(kept.source.unwrap().text, text);
        assert!(stage.start_in(("", ""), name).await.is_ok(), "{name}");
        stage.revoke(&key).await;
        is(&stage.start_in(("", ""), name).await.unwrap_err(), "RUNBOOK_SIGNATURE");
        assert!(stage.get(name).await.signature_problem.starts_with("revoked: "));
    }
    let expected: Vec<String> = TYPES
        .iter()
        .flat_map(|(name, _)| {
            ["unknown", "tampered", "namespace", "revoked"].map(|why| format!("{name} {why} 1"))
        })
        .collect();
    assert_eq!(stage.alerts().await, expected);
    assert_eq!(stage.runs().await, TYPES.len());
}

async fn stage_publish(
    client: &Client,
    manifest: &str,
    signatures: &[String],
) -> Result<v1::Workflow, Status> {
    let (manifest, signatures) = (manifest.to_owned(), signatures.to_vec());
    let request = v1::PublishWorkflowRequest { manifest, signatures, ..Default::default() };
    Ok(client.workflows().publish(request).await?.into_inner().workflow.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_key_signs_nothing() {
    let stage = Stage::set().await;
    let key = Key::new(&stage.rig, &["-t", "rsa", "-b", "1024"]);
    let text = runbook("weak", "");
    let signature = key.sign(&text, NAMESPACE);
    is(&stage_publish(&stage.admin, &text, &[signature]).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    let damaged = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n".to_owned();
    is(&stage_publish(&stage.admin, &text, &[damaged]).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    assert_eq!(stage.alerts().await, ["weak malformed 1"], "and one more is counted");
}

/// What held at noon need not hold at night: the clock alone ends it, also where it was found good
/// and remembered before.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_expires_takes_its_runbooks_along() {
    let stage = Stage::set().await;
    let key = Key::new(&stage.rig, TYPES[0].1);
    let until = stage.rig.engine().now().unix_ms + 3_600_000;
    stage.enroll(ALICE, &key, Some(until)).await;
    let text = stage.signed("tick", &key).await;
    assert!(stage.start_in(("", ""), "tick").await.is_ok());
    assert!(stage.start_in(("", ""), "tick").await.is_ok(), "remembered");
    stage.rig.later(2 * 3_600_000);
    is(&stage.start_in(("", ""), "tick").await.unwrap_err(), "RUNBOOK_SIGNATURE");
    let (text, signature) = (text.replace("1.0.0", "2.0.0"), key.sign(&text, NAMESPACE));
    is(&stage_publish(&stage.admin, &text, &[signature]).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    assert_eq!(stage.alerts().await[0], "tick expired 1");
}

/// The same text again is the same version; the same manifest from another text is not signed.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_a_version_that_is_published() {
    let stage = Stage::set().await;
    let key = stage.person(ALICE).await;
    let text = runbook("fixed", "");
    stage_publish(&stage.admin, &text, &[]).await.unwrap();
    let signature = key.sign(&text, NAMESPACE);
    let refused = stage_publish(&stage.admin, &text, &[signature]).await.unwrap_err();
    is(&refused, "WORKFLOW_VERSION_CONFLICT");
    let second = text.replace("1.0.0", "2.0.0");
    let signature = key.sign(&second, NAMESPACE);
    stage_publish(&stage.admin, &second, std::slice::from_ref(&signature)).await.unwrap();
    stage_publish(&stage.admin, &second, &[signature]).await.unwrap();
    // Without a signature it is published before, as it was.
    let again = stage_publish(&stage.admin, &second, &[]).await.unwrap();
    assert_eq!(again.signatures.len(), 1);
    let reworded = second.replace("INC-7", "INC-8");
    let signature = key.sign(&reworded, NAMESPACE);
    let refused = stage_publish(&stage.admin, &reworded, &[signature]).await.unwrap_err();
    is(&refused, "WORKFLOW_VERSION_CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_is_somebody_else_who_may() {
    let stage = Stage::set().await;
    let (alice, bob) = (stage.person(ALICE).await, stage.person(BOB).await);
    let second = Key::new(&stage.rig, TYPES[1].1);
    stage.enroll(ALICE, &second, None).await;
    let text = runbook("paid", "");
    let author = alice.sign(&text, NAMESPACE);
    let with = |review: String| [author.clone(), review];
    // Two keys of one person are one person.
    let own = with(second.sign(&text, NAMESPACE));
    is(&stage_publish(&stage.admin, &text, &own).await.unwrap_err(), "RUNBOOK_REVIEW");
    // Bob may not review.
    let reviewed = with(bob.sign(&text, NAMESPACE));
    is(&stage_publish(&stage.admin, &text, &reviewed).await.unwrap_err(), "RUNBOOK_REVIEW");
    stage.admin.grant(BOB, "workflow_reviewer").await;
    let published = stage_publish(&stage.admin, &text, &reviewed).await.unwrap();
    let told: Vec<_> =
        published.signatures.iter().map(|one| (one.principal.as_str(), one.review)).collect();
    assert_eq!(told, [(ALICE, false), (BOB, true)]);
    let event = &stage.admin.events("workflow.countersigned").await[0];
    assert!(event.data_json.contains(BOB), "{}", event.data_json);
    // A reviewer's lost key ends it, until somebody else has reviewed it.
    stage.revoke(&bob).await;
    is(&stage.start_in(("", ""), "paid").await.unwrap_err(), "RUNBOOK_SIGNATURE");
    let other = stage.person(ANYBODY).await;
    let somebody = stage.rig.stranger().await;
    let request = |signature: String| v1::CountersignWorkflowRequest {
        name: "paid".into(),
        signature,
        ..Default::default()
    };
    let review = other.sign(&text, NAMESPACE);
    let denied = somebody.workflows().countersign(request(review.clone())).await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    stage.admin.grant(ANYBODY, "workflow_reviewer").await;
    // Nobody else's signature is theirs.
    let alices = second.sign(&text, NAMESPACE);
    is(&somebody.workflows().countersign(request(alices)).await.unwrap_err(), "RUNBOOK_REVIEW");
    let wrong = other.sign("something else", NAMESPACE);
    is(&somebody.workflows().countersign(request(wrong)).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    let done =
        somebody.workflows().countersign(request(review.clone())).await.unwrap().into_inner();
    assert!(done.changed && done.workflow.unwrap().signature_problem.is_empty());
    let again = somebody.workflows().countersign(request(review)).await.unwrap().into_inner();
    assert!(!again.changed);
    assert!(stage.start_in(("", ""), "paid").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_signed_is_not_countersigned() {
    let stage = Stage::set().await;
    let key = stage.person(ANYBODY).await;
    stage.admin.grant(ANYBODY, "workflow_reviewer").await;
    let text = runbook("bare", "");
    stage_publish(&stage.admin, &text, &[]).await.unwrap();
    let signature = key.sign(&text, NAMESPACE);
    let request =
        v1::CountersignWorkflowRequest { name: "bare".into(), signature, ..Default::default() };
    let somebody = stage.rig.stranger().await;
    is(&somebody.workflows().countersign(request).await.unwrap_err(), "RUNBOOK_UNSIGNED");
}

/// The key is revoked after it was checked, in every way in which a run begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_in_between_stops_every_way_in() {
    let stage = Stage::set().await;
    let key = stage.person(ALICE).await;
    stage.signed("inner", &key).await;
    let outer = runbook("outer", "").replace("pkg:builtin/noop@1", "pkg:workflow/inner@1.0.0");
    stage_publish(&stage.admin, &outer, &[]).await.unwrap();
    let run = stage.start_in(("", ""), "inner").await.unwrap();
    stage.admin.watch(&run, 0).await;
    let mut schedules = SchedulesClient::new(stage.admin.channel());
    let spec = |workflow: &str| v1::ScheduleSpec {
        workflow: workflow.into(),
        trigger: Some(Trigger::EveryMs(3_600_000)),
        ..Default::default()
    };
    let set = |name: &str| v1::SetScheduleRequest {
        name: name.into(),
        spec: Some(spec("inner")),
        ..Default::default()
    };
    schedules.set(set("hourly")).await.unwrap();
    let plan = v1::PlanRunRequest { workflow: "inner".into(), ..Default::default() };
    let plan = stage.admin.runs().plan(plan).await.unwrap().into_inner().plan.unwrap();

    stage.revoke(&key).await;
    let before = stage.runs().await;
    let planned =
        v1::StartRunRequest { workflow: "inner".into(), plan: plan.digest, ..Default::default() };
    is(&stage.admin.runs().start(planned).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    let rerun = v1::RerunRunRequest { run_id: run, ..Default::default() };
    is(&stage.admin.runs().rerun(rerun).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    is(&schedules.set(set("daily")).await.unwrap_err(), "RUNBOOK_SIGNATURE");
    // What calls it is not signed, and begins; its part does not.
    let above = stage.start_in(("", ""), "outer").await.unwrap();
    let told = stage.admin.watch(&above, 0).await;
    let ended = told.last().unwrap().run.clone().unwrap().summary.unwrap();
    assert_eq!(ended.status(), v1::RunStatus::Failed, "{ended:?}");
    let mut commits = stage.admin.changes().await;
    stage.rig.later(2 * 3_600_000);
    // Anything wakes the kernel up.
    stage.admin.grant("uid:77", "read_only").await;
    while stage.admin.events("schedule.skipped").await.is_empty() {
        commits.message().await.unwrap().unwrap();
    }
    assert_eq!(stage.runs().await, before + 1, "only what calls it");
    let alerts = stage.alerts().await;
    assert!(alerts.contains(&"inner revoked 1".to_owned()), "{alerts:?}");
}

/// In production each profile asks for what it asks for.
#[tokio::test(flavor = "multi_thread")]
async fn production_asks_for_signatures_as_the_profile_has_it() {
    let stage = Stage::set().await;
    let key = stage.person(ALICE).await;
    let bob = stage.person(BOB).await;
    stage.admin.grant(BOB, "workflow_reviewer").await;
    let text = runbook("plain", "risk: low");
    // At home it is a warning.
    let request = v1::PublishWorkflowRequest {
        scope: scope("", "prod"),
        manifest: text.clone(),
        ..Default::default()
    };
    let published = stage.admin.workflows().publish(request).await.unwrap();
    assert!(published.metadata().get_bin(WARNING_METADATA).is_some());
    assert!(stage.start_in(("", "prod"), "plain").await.is_ok());
    for profile in ["white-label", "saas"] {
        let create = v1::CreateTenantRequest {
            name: profile.into(),
            settings: Some(v1::TenantPatch {
                profile: Some(profile.into()),
                region: Some("local".into()),
                ..Default::default()
            }),
            ..Default::default()
        };
        let mut tenants =
            conductor_protocol::v1::tenants_client::TenantsClient::new(stage.admin.channel());
        tenants.create(create).await.unwrap();
        let publish = |environment: &'static str, text: String, signatures: Vec<String>| {
            let stage = &stage;
            async move { stage.publish(&stage.admin, (profile, environment), &text, &signatures).await }
        };
        is(&publish("prod", text.clone(), vec![]).await.unwrap_err(), "RUNBOOK_UNSIGNED");
        // Elsewhere it may be, and then not be started in production.
        publish("dev", text.clone(), vec![]).await.unwrap();
        assert!(stage.start_in((profile, "dev"), "plain").await.is_ok());
        is(&stage.start_in((profile, "prod"), "plain").await.unwrap_err(), "RUNBOOK_UNSIGNED");
        let signed = text.replace("1.0.0", "2.0.0");
        publish("prod", signed.clone(), vec![key.sign(&signed, NAMESPACE)]).await.unwrap();
        assert!(stage.start_in((profile, "prod"), "plain").await.is_ok(), "{profile}");
    }
    let alerts = stage.admin.events("runbook.refused").await;
    assert!(alerts.is_empty(), "they are the tenants' own");
    // For customers what can do much harm is read by two.
    let grave = runbook("grave", "risk: high");
    let author = key.sign(&grave, NAMESPACE);
    stage.publish(&stage.admin, ("saas", "dev"), &grave, &[author]).await.unwrap();
    is(&stage.start_in(("saas", "prod"), "grave").await.unwrap_err(), "RUNBOOK_REVIEW");
    let second = grave.replace("1.0.0", "2.0.0");
    let both = [key.sign(&second, NAMESPACE), bob.sign(&second, NAMESPACE)];
    let refused = stage.publish(&stage.admin, ("saas", "dev"), &second, &both).await.unwrap_err();
    is(&refused, "RUNBOOK_REVIEW");
    let grant = v1::GrantRequest {
        scope: scope("saas", "dev"),
        principal: BOB.into(),
        role: "workflow_reviewer".into(),
        ..Default::default()
    };
    stage.admin.system().grant(grant).await.unwrap();
    stage.publish(&stage.admin, ("saas", "dev"), &second, &both).await.unwrap();
    // Now it waits for an approval, as what is of high risk does there.
    is(&stage.start_in(("saas", "prod"), "grave").await.unwrap_err(), "APPROVAL_REQUIRED");
}

/// A flood is told once and counted, and who looks after the tenant is told of it.
#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_the_tenant_hears_of_it() {
    let stage = Stage::set().await;
    let key = stage.person(ALICE).await;
    stage.signed("swapped", &key).await;
    let doctor = |admin: Client| async move {
        let checks = admin.system().doctor(v1::DoctorRequest::default()).await.unwrap();
        let checks = checks.into_inner().checks;
        checks.into_iter().find(|check| check.name == "runbooks").unwrap()
    };
    assert_eq!(doctor(stage.admin.clone()).await.status, "ok");
    stage.revoke(&key).await;
    for _ in 0..50 {
        is(&stage.start_in(("", ""), "swapped").await.unwrap_err(), "RUNBOOK_SIGNATURE");
    }
    assert_eq!(stage.alerts().await, ["swapped revoked 1"]);
    stage.rig.later(61_000);
    stage.admin.grant("uid:77", "read_only").await;
    assert_eq!(stage.alerts().await, ["swapped revoked 1", "swapped revoked 49"]);
    let check = doctor(stage.admin.clone()).await;
    assert_eq!(check.status, "warn", "{check:?}");
    assert!(check.message.contains("run.start of swapped 1.0.0 by uid:"), "{check:?}");
    let me = stage.admin.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap();
    let warned = me.metadata().get_all_bin(WARNING_METADATA).iter().count();
    assert_eq!(warned, 1);
    stage.rig.later(25 * 3_600_000);
    assert_eq!(doctor(stage.admin.clone()).await.status, "ok");
}

/// Everything is allowed; starts of `paid` once a reviewer has approved them.
fn approving() -> Guard {
    let folder = tempfile::tempdir().unwrap();
    let rules = r#"package conductor.authz

import rego.v1

decision := {"allow": true, "reasons": [], "obligations": [one | some one in obligations], "risk": "low"}

obligations contains {"type": "require_approval", "window_seconds": 3600, "stages": [{"roles": ["workflow_reviewer"], "quorum": 1}]} if {
	input.action == "run.start"
	input.resource.id == "paid"
}
"#;
    std::fs::write(folder.path().join("authz.rego"), rules).unwrap();
    Guard::from_dir(folder.path()).unwrap()
}

/// A bundle that says nothing of signatures changes nothing about one that does not hold; and what
/// others approved is not done when it does not hold any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_does_not_make_a_signature_good() {
    let stage = Stage::of(Rig::with_policy(approving()).await).await;
    let (alice, bob) = (stage.person(ALICE).await, stage.person(BOB).await);
    stage.admin.grant(BOB, "workflow_reviewer").await;
    stage.admin.grant(ANYBODY, "operator").await;
    stage.signed("paid", &alice).await;
    let requester = stage.rig.stranger().await;
    let waits = requester.start("paid").await.unwrap_err();
    is(&waits, "APPROVAL_REQUIRED");
    let mut approvals = ApprovalsClient::new(stage.admin.channel());
    let listed = approvals.list(v1::ListApprovalsRequest::default()).await.unwrap().into_inner();
    let id = listed.approvals[0].approval_id.clone();
    stage.revoke(&alice).await;
    let get = v1::GetApprovalRequest { approval_id: id.clone(), ..Default::default() };
    let statement = approvals.get(get).await.unwrap().into_inner().approval.unwrap().statement;
    let signature = bob.sign(&statement, "approval@conductor");
    let sign = v1::SignApprovalRequest { approval_id: id, signature, ..Default::default() };
    let ended = approvals.sign(sign).await.unwrap().into_inner().approval.unwrap();
    assert_eq!(ended.status(), v1::ApprovalStatus::Void, "{ended:?}");
    assert_eq!(stage.runs().await, 0);
    assert_eq!(stage.alerts().await, ["paid revoked 1"]);
    // Asked for anew nobody is even asked to approve it.
    is(&requester.start("paid").await.unwrap_err(), "RUNBOOK_SIGNATURE");
}
