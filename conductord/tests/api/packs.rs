//! Disclosure packs: who gets one, and that it is the same bytes each time.

use conductor_keys::{note::SigningKey, pack, receipt::Trusted};
use conductor_policy::Guard;
use conductor_protocol::{
    archive::{self, DISCLOSURE},
    v1::{self, artifacts_client::ArtifactsClient},
};
use tonic::Status;

use crate::{
    rig::{Client, NOOP, Rig, is},
    workers::open,
};

const SBOM: &[u8] = include_bytes!("../../../protocol/tests/evidence/cyclonedx-1.6.json");

/// Everything is allowed; what a workflow's purpose names is shown with its inputs masked.
const POLICY: &str = r#"
package conductor.authz

import rego.v1

decision := {
	"allow": true,
	"reasons": ["by the test's bundle"],
	"obligations": [one | some one in obligations],
	"risk": "low",
}

purposes := {purpose | some purpose in object.get(input.resource, "purpose", [])}

obligations contains {"type": "mask", "paths": ["inputs.*"]} if {
	some kind in ["run", "receipt", "artifact"]
	input.action == concat(".", [kind, "read"])
	kind in purposes
}
"#;

async fn export(client: &Client, run: &str) -> Result<Vec<u8>, Status> {
    let request = v1::ExportRunRequest { run_id: run.to_owned(), ..Default::default() };
    let mut stream = client.runs().export(request).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.message().await? {
        bytes.extend(chunk.data);
    }
    Ok(bytes)
}

/// The pack, once the run has its receipt.
async fn packed(client: &Client, run: &str) -> Vec<u8> {
    loop {
        match export(client, run).await {
            Ok(packed) => return packed,
            Err(status) => is(&status, "RECEIPT_NOT_FOUND"),
        }
        tokio::task::yield_now().await;
    }
}

/// The parts of a pack that holds.
fn parts(packed: &[u8]) -> Vec<(String, Vec<u8>)> {
    let key = SigningKey::from_seed("led_test", [7; 32]).unwrap().verifier();
    let parts = archive::unpack(packed, &DISCLOSURE).unwrap();
    assert!(archive::is_stored(packed, &parts, &DISCLOSURE));
    pack::verify(&parts, &Trusted::from(key)).unwrap();
    parts
}

fn text(parts: &[(String, Vec<u8>)], name: &str) -> String {
    let found = parts.iter().find(|(known, _)| known == name);
    let (_, bytes) = found.unwrap_or_else(|| panic!("{name} is not in it"));
    String::from_utf8(bytes.clone()).unwrap()
}

/// A run that has ended.
async fn ended(client: &Client, workflow: &str) -> String {
    let run = client.start(workflow).await.unwrap().run_id;
    client.watch(&run, 0).await;
    run
}

async fn upload(client: &Client, run: &str) -> v1::ArtifactRecord {
    let header = v1::UploadArtifactHeader {
        run_id: run.into(),
        kind: "sbom".into(),
        name: "../bill of materials".into(),
        digest: conductor_protocol::jcs::sha256_digest(SBOM),
        size_bytes: SBOM.len() as u64,
        ..Default::default()
    };
    let first = v1::UploadArtifactRequest { header: Some(header), data: Vec::new() };
    let bytes = v1::UploadArtifactRequest { header: None, data: SBOM.to_vec() };
    let sent = tokio_stream::iter([first, bytes]);
    let known = ArtifactsClient::new(client.channel()).upload(sent).await.unwrap();
    known.into_inner().artifact.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_comes_with_the_receipt_and_is_the_same_bytes_each_time() {
    let rig = Rig::start().await;
    let notary = rig.notary();
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let run = ended(&admin, "noop").await;
    is(&export(&admin, &run).await.unwrap_err(), "RECEIPT_NOT_FOUND");
    is(&export(&admin, "run_01jdzzzzzzfffffffffffffff0").await.unwrap_err(), "RUN_NOT_FOUND");
    is(&export(&admin, "x").await.unwrap_err(), "ID_INVALID");
    tokio::spawn(notary.run(rig.engine().watch()));
    let first = packed(&admin, &run).await;
    let held = parts(&first);
    assert_eq!(text(&held, "artifacts.json"), "[]\n");
    assert!(text(&held, "README.md").contains("runbook/runbook.yaml"));
    assert_eq!(text(&held, "runbook/runbook.yaml"), NOOP);
    assert!(text(&held, "run.json").contains(&run));
    assert!(text(&held, "decisions.json").contains("run.start"));
    for name in ["key.txt", "key.pem", "checkpoint.txt"] {
        assert!(!text(&held, name).is_empty(), "{name}");
    }
    // What happens to others changes nothing.
    ended(&admin, "noop").await;
    assert_eq!(export(&admin, &run).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_built_is_in_it_as_far_as_it_is_known() {
    let rig = Rig::start().await;
    tokio::spawn(rig.notary().run(rig.engine().watch()));
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let run = ended(&admin, "noop").await;
    let before = packed(&admin, &run).await;
    let known = upload(&admin, &run).await;
    let with = packed(&admin, &run).await;
    assert_ne!(with, before, "it has one more");
    let held = parts(&with);
    let name = format!("artifacts/{}/%2E.%2Fbill%20of%20materials", known.artifact_id);
    assert_eq!(text(&held, &name).as_bytes(), SBOM);
    let listed: serde_json::Value = serde_json::from_str(&text(&held, "artifacts.json")).unwrap();
    assert_eq!(listed[0]["part"], name);
    assert_eq!(listed[0]["artifact"]["digest"], known.digest);
    rig.later(100 * 24 * 3_600_000);
    assert_eq!(packed(&rig.admin().await, &run).await, with, "its tier is no part of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_one_who_may_not_read_all_of_it() {
    let rig = Rig::start().await;
    tokio::spawn(rig.notary().run(rig.engine().watch()));
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let run = ended(&admin, "noop").await;
    packed(&admin, &run).await;
    let stranger = rig.stranger().await;
    is(&export(&stranger, &run).await.unwrap_err(), "PERMISSION_DENIED");
    // An operator reads runs, receipts and artifacts, and no decisions.
    rig.grant("tcp:anonymous", "operator").await;
    let shown = v1::GetRunRequest { run_id: run.clone(), ..Default::default() };
    stranger.runs().get(shown).await.unwrap();
    is(&export(&stranger, &run).await.unwrap_err(), "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_masked_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("authz.rego"), POLICY).unwrap();
    let rig = Rig::with_policy(Guard::from_dir(folder.path()).unwrap()).await;
    tokio::spawn(rig.notary().run(rig.engine().watch()));
    let admin = rig.admin().await;
    for purpose in ["nothing", "run", "receipt", "artifact"] {
        let name = format!("about-{purpose}");
        let manifest = format!(
            "name: {name}\nversion: 1.0.0\npurpose: [{purpose}]\n\
             tasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
        );
        admin.publish(&manifest).await;
        let run = ended(&admin, &name).await;
        if purpose == "nothing" {
            parts(&packed(&admin, &run).await);
        } else {
            is(&export(&admin, &run).await.unwrap_err(), "PERMISSION_DENIED");
        }
    }
}

/// Carries out one task after the other, each with much output and large outputs.
async fn carried_out(client: &Client, tasks: usize) {
    let mut session = open(client, "").await.unwrap();
    let outputs = format!(r#"{{"text":"{}"}}"#, "o".repeat(60_000));
    for number in 0..tasks {
        let lease = session.lease().await;
        let chunk = |text: String, finish| v1::AppendLogsRequest {
            worker_id: session.worker_id.clone(),
            token: lease.token,
            chunk: Some(v1::LogChunk {
                stream: v1::LogStream::Stdout.into(),
                data: text.into_bytes(),
                ..Default::default()
            }),
            run_id: lease.run_id.clone(),
            scope: lease.scope.clone(),
            finish,
        };
        let line = format!("{} says much\n", lease.task_id);
        let sent = vec![
            chunk(line.repeat(3_000), false),
            chunk(line.repeat(3_000), false),
            chunk(format!("the end of {number}\n"), true),
        ];
        let log =
            client.workers().append_logs(tokio_stream::iter(sent)).await.unwrap().into_inner();
        let report = v1::CompleteRequest {
            outputs_json: outputs.clone(),
            log_digest: log.log_digest,
            log_bytes: log.log_bytes,
            ..session.report(&lease)
        };
        client.workers().complete(report).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_bounded_as_a_whole_and_says_what_it_leaves_out() {
    const TASKS: usize = 40;
    let rig = Rig::without_worker().await;
    tokio::spawn(rig.notary().run(rig.engine().watch()));
    let admin = rig.admin().await;
    let task = |number| format!("  - {{id: t{number}, uses: pkg:builtin/noop@1}}\n");
    let tasks: String = (0..TASKS).map(task).collect();
    admin.publish(&format!("name: much\nversion: 1.0.0\ntasks:\n{tasks}")).await;
    let run = admin.start("much").await.unwrap().run_id;
    carried_out(&rig.admin().await, TASKS).await;
    admin.watch(&run, 0).await;
    upload(&admin, &run).await;
    let pack = packed(&admin, &run).await;
    assert!(pack.len() < 2_000_000, "{} bytes", pack.len());
    let held = parts(&pack);
    let key = Trusted::from(SigningKey::from_seed("led_test", [7; 32]).unwrap().verifier());
    let signed = pack::verify(&held, &key).unwrap().predicate["leftOut"].clone();
    let outputs = "the outputs and the values of all tasks";
    let logs = format!("the beginnings of what {TASKS} of {TASKS} attempts printed");
    let expected =
        serde_json::json!([{"part": "run.json", "said": outputs}, {"part": "logs", "said": logs}]);
    assert_eq!(signed, expected);
    let readme = text(&held, "README.md");
    for said in [outputs, &logs] {
        assert!(readme.contains(said), "{readme}");
    }
    assert!(!text(&held, "run.json").contains("ooo"));
    for number in 0..TASKS {
        let log = held.iter().find(|(name, _)| name.starts_with(&format!("logs/t{number}/")));
        let (_, log) = log.unwrap_or_else(|| panic!("t{number} has no log"));
        let log = String::from_utf8_lossy(log);
        assert!(log.contains("bytes before this are left out") && log.contains("the end of "));
    }
    assert_eq!(packed(&admin, &run).await, pack, "the same bytes each time");
}
