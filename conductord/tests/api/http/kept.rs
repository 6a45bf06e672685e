//! Receipts, packs, artifacts and gates over HTTP: byte for byte, and by whoever may read them.

use conductor_keys::{bundle::Bundle, note::SigningKey, pack, receipt::Trusted};
use conductor_protocol::{archive, jcs::sha256_digest};
use serde_json::{Value, json};

use super::{API, Answered, ask, ask_tcp, refused, with_headers};
use crate::{
    artifacts::{SBOM, header, upload},
    rig::{NOOP, Rig},
};

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A rig with a run that succeeded and its receipt.
async fn ended() -> (Rig, String, Answered) {
    let rig = Rig::with_receipts().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let mut changes = admin.changes().await;
    let run = admin.start("noop").await.unwrap().run_id;
    // What is told is in the views already.
    while let Some(event) = changes.message().await.unwrap() {
        let data: Value = serde_json::from_str(&event.data_json).unwrap();
        let said = &data["event"]["data"];
        if event.kind == "receipt.issued" && said["kind"] == "run.ended" && said["run"] == *run {
            break;
        }
    }
    let receipt = ask(&rig, "GET", &format!("{API}/executions/{run}/receipt"), None).await;
    assert_eq!(receipt.status, 200, "{}", receipt.text);
    (rig, run, receipt)
}

/// That somebody who has it is not sent it again, and `HEAD` says how it is.
async fn is_tagged(rig: &Rig, path: &str, answer: &Answered) {
    let tag = format!("\"{}\"", sha256_digest(&answer.bytes));
    assert_eq!(answer.header("etag").unwrap(), tag);
    let length = answer.bytes.len().to_string();
    assert_eq!(answer.header("content-length").unwrap(), length);
    let same = with_headers(rig, ("GET", path), &[("if-none-match", &tag)], b"").await;
    assert_eq!((same.status, same.bytes.len()), (304, 0));
    assert_eq!(same.header("etag").unwrap(), tag);
    let head = ask(rig, "HEAD", path, None).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length").unwrap(), length);
    refused(&ask(rig, "GET", &format!("{path}?x=1"), None).await, 422, "REQUEST_INVALID");
    refused(&ask_tcp(rig, "GET", path, None).await, 403, "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_given_byte_for_byte() {
    let (rig, run, receipt) = ended().await;
    assert_eq!(receipt.header("content-type").unwrap(), BUNDLE);
    assert!(Bundle::parse(&receipt.bytes).is_ok(), "{}", receipt.text);
    is_tagged(&rig, &format!("{API}/executions/{run}/receipt"), &receipt).await;
    let of_run = format!("{API}/receipts?runId={run}&kind=run.ended");
    let listed = ask(&rig, "GET", &of_run, None).await.json();
    let rows = listed["receipts"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["runId"]), (1, &json!(run)), "{listed}");
    let path = format!("{API}/receipts/{}", rows[0]["receiptId"].as_str().unwrap());
    let by_id = ask(&rig, "GET", &path, None).await;
    assert_eq!(by_id.bytes, receipt.bytes);
    is_tagged(&rig, &path, &by_id).await;

    let page = ask(&rig, "GET", &format!("{API}/receipts?pageSize=1"), None).await;
    assert_eq!(page.json()["receipts"].as_array().unwrap().len(), 1);
    assert!(page.header("link").unwrap().contains("rel=\"next\""));
    let odd = ask(&rig, "GET", &format!("{API}/receipts?runId=x"), None).await;
    refused(&odd, 404, "ID_INVALID");
    let none = format!("{API}/receipts/rcpt_01jdzzzzzzfffffffffffffff0");
    refused(&ask(&rig, "GET", &none, None).await, 404, "RECEIPT_NOT_FOUND");
    let none = format!("{API}/executions/run_01jdzzzzzzfffffffffffffff0/receipt");
    refused(&ask(&rig, "GET", &none, None).await, 404, "RECEIPT_NOT_FOUND");
    refused(&ask(&rig, "GET", &format!("{API}/receipts/x"), None).await, 404, "ID_INVALID");
    refused(&ask_tcp(&rig, "GET", &of_run, None).await, 403, "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_given_whole_and_holds() {
    let (rig, run, receipt) = ended().await;
    let path = format!("{API}/executions/{run}/disclosure.tgz");
    let packed = ask(&rig, "GET", &path, None).await;
    assert_eq!(packed.status, 200, "{}", packed.text);
    assert_eq!(packed.header("content-type").unwrap(), "application/gzip");
    let name = format!("attachment; filename=\"{run}.tgz\"");
    assert_eq!(packed.header("content-disposition").unwrap(), name);
    is_tagged(&rig, &path, &packed).await;
    let parts = archive::unpack(&packed.bytes, &archive::DISCLOSURE).unwrap();
    let key = SigningKey::from_seed("led_test", [7; 32]).unwrap().verifier();
    let verified = pack::verify(&parts, &Trusted::parse(&key.to_string()).unwrap()).unwrap();
    assert_eq!(verified.run, run);
    let inside = parts.iter().find(|(name, _)| name == pack::RECEIPT);
    assert_eq!(inside.unwrap().1, receipt.bytes, "one receipt, wherever it is");
    let none = format!("{API}/executions/run_01jdzzzzzzfffffffffffffff0/disclosure.tgz");
    refused(&ask(&rig, "GET", &none, None).await, 404, "RUN_NOT_FOUND");
    assert_eq!(ask(&rig, "POST", &path, Some(json!({}))).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_are_listed_and_given_as_they_are_stored() {
    let (rig, run, _) = ended().await;
    let admin = rig.admin().await;
    let stored = upload(&admin, header(&run, "sbom", SBOM), SBOM).await.unwrap().artifact_id;
    let elsewhere = json!({"run_id": run, "kind": "other", "path_or_uri": "s3://a/b.tgz"});
    let elsewhere = ask(&rig, "POST", "/maestro/artifacts", Some(elsewhere)).await.json();
    let elsewhere = elsewhere["id"].as_str().unwrap();
    let listed = ask(&rig, "GET", &format!("{API}/artifacts?runId={run}"), None).await.json();
    let ids = |list: &Value| -> Vec<Value> {
        let rows = list["artifacts"].as_array().unwrap().iter();
        rows.map(|row| row["artifactId"].clone()).collect()
    };
    assert_eq!(ids(&listed), [json!(elsewhere), json!(stored)], "newest first");
    let sboms = format!("{API}/artifacts?runId={run}&kind=sbom");
    assert_eq!(ids(&ask(&rig, "GET", &sboms, None).await.json()), [json!(stored)]);
    let held = format!("{API}/artifacts?held=true");
    assert_eq!(ids(&ask(&rig, "GET", &held, None).await.json()), [] as [Value; 0]);
    let path = format!("{API}/artifacts/{stored}");
    let known = ask(&rig, "GET", &path, None).await.json();
    assert_eq!((&known["artifactId"], &known["sbomPresent"]), (&json!(stored), &json!(true)));

    let path = format!("{path}/content");
    let content = ask(&rig, "GET", &path, None).await;
    assert_eq!((content.status, content.bytes.as_slice()), (200, SBOM));
    assert_eq!(content.header("content-type").unwrap(), "application/octet-stream");
    let name = format!("attachment; filename=\"{stored}\"");
    assert_eq!(content.header("content-disposition").unwrap(), name);
    assert_eq!(known["digest"], sha256_digest(&content.bytes));
    is_tagged(&rig, &path, &content).await;
    let not_here = format!("{API}/artifacts/{elsewhere}/content");
    refused(&ask(&rig, "GET", &not_here, None).await, 404, "ARTIFACT_NOT_FOUND");
    let none = format!("{API}/artifacts/art_01jdzzzzzzfffffffffffffff0");
    refused(&ask(&rig, "GET", &none, None).await, 404, "ARTIFACT_NOT_FOUND");
    refused(&ask_tcp(&rig, "GET", &sboms, None).await, 403, "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_answers_here_as_it_does_for_tracked_runs() {
    let (rig, run, _) = ended().await;
    let path = format!("{API}/executions/{run}/gate");
    let blocked = ask(&rig, "GET", &path, None).await.json();
    assert_eq!((&blocked["runId"], &blocked["passed"]), (&json!(run), &json!(false)));
    let artifact = json!({
        "run_id": run, "kind": "other", "path_or_uri": "s3://a/all.tgz",
        "metadata_json": {
            "sbom_present": true,
            "slsa_provenance_present": true,
            "risk_assessment_present": true,
        },
    });
    assert_eq!(ask(&rig, "POST", "/maestro/artifacts", Some(artifact)).await.status, 201);
    let passed = ask(&rig, "GET", &path, None).await.json();
    assert_eq!((&passed["passed"], &passed["reasons"]), (&json!(true), &json!([])), "{passed}");
    let tracked = format!("/maestro/runs/{run}/release-gate");
    let tracked = ask(&rig, "GET", &tracked, None).await.json();
    assert_eq!(tracked["message"], passed["message"]);
    let none = format!("{API}/executions/run_01jdzzzzzzfffffffffffffff0/gate");
    refused(&ask(&rig, "GET", &none, None).await, 404, "RUN_NOT_FOUND");
    refused(&ask_tcp(&rig, "GET", &path, None).await, 403, "PERMISSION_DENIED");
}
