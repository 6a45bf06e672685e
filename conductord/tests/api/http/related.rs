//! What is named under `/maestro`: artifacts of the run, and ids in a form of ours that are known here.

use serde_json::{Value, json};

use super::{ask, ask_tcp, refused};
use crate::rig::{NOOP, Rig};

async fn track(rig: &Rig, name: &str) -> String {
    let body = json!({"name": name, "owner": "alice"});
    let made = ask(rig, "POST", "/maestro/runs", Some(body)).await.json();
    made["id"].as_str().unwrap().to_owned()
}

async fn artifact(rig: &Rig, run: &str) -> String {
    let body = json!({"run_id": run, "kind": "other", "path_or_uri": "s3://a/b.tgz"});
    let made = ask(rig, "POST", "/maestro/artifacts", Some(body)).await.json();
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_pack_names_artifacts_of_its_run_and_no_others() {
    let rig = Rig::without_worker().await;
    let (one, other) = (track(&rig, "one").await, track(&rig, "other").await);
    let (own, foreign) = (artifact(&rig, &one).await, artifact(&rig, &other).await);
    let disclose = async |ids: Value| {
        let body = json!({"run_id": one, "summary": "all of it", "artifact_ids": ids});
        ask(&rig, "POST", "/maestro/disclosure-packs", Some(body)).await
    };
    let made = disclose(json!([own])).await;
    assert_eq!((made.status, &made.json()["artifact_ids"]), (201, &json!([own])));
    for wrong in [foreign.as_str(), "art_01jdzzzzzzfffffffffffffff0", "sbom.json"] {
        let answer = disclose(json!([own, wrong])).await;
        refused(&answer, 422, "REQUEST_INVALID");
        let told = answer.json();
        assert_eq!(told["details"]["place"], "artifact_ids[1]", "{told}");
        assert!(told["message"].as_str().unwrap().contains(wrong), "{told}");
    }
    let none = json!({
        "run_id": "run_01jdzzzzzzfffffffffffffff0", "summary": "of nothing", "artifact_ids": [own],
    });
    let path = "/maestro/disclosure-packs";
    refused(&ask(&rig, "POST", path, Some(none.clone())).await, 404, "RUN_NOT_FOUND");
    refused(&ask_tcp(&rig, "POST", path, Some(none)).await, 403, "PERMISSION_DENIED");
    let listed = ask(&rig, "GET", &format!("{path}?run_id={one}"), None).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "nothing is written down of what was refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_a_form_of_ours_has_to_be_known() {
    let rig = Rig::without_worker().await;
    let admin = rig.admin().await;
    admin.publish(NOOP).await;
    let started = admin.start("noop").await.unwrap();
    let tracked = track(&rig, "before").await;
    let create = async |field: &str, ids: Value| {
        let mut body = json!({"name": "related", "owner": "alice"});
        body[field] = ids;
        ask(&rig, "POST", "/maestro/runs", Some(body)).await
    };
    let run = &started.run_id;
    let known = json!([
        run,
        format!("run:{run}"),
        format!("task:{run}/a"),
        "workflow:noop@1.0.0",
        tracked,
        format!("run:{tracked}"),
        "entity-123",
        "JIRA:OPS-1",
        "resource://bucket/file",
        "7f1b3c5e-8f2a-4a7e-9c3d-000000000000",
    ]);
    let made = create("related_entity_ids", known.clone()).await;
    assert_eq!((made.status, &made.json()["related_entity_ids"]), (201, &known), "{}", made.text);
    let decided = json!([started.decision_id, "board-2025-11"]);
    let made = create("related_decision_ids", decided.clone()).await;
    assert_eq!((made.status, &made.json()["related_decision_ids"]), (201, &decided));
    let at = format!("/maestro/runs/{}", made.json()["id"].as_str().unwrap());
    for unknown in [
        "run_01jdzzzzzzfffffffffffffff0",
        "apr_01jdzzzzzzfffffffffffffff0",
        "workflow:nothing",
        "run_short",
    ] {
        let answer = create("related_entity_ids", json!(["entity-123", unknown])).await;
        refused(&answer, 422, "REQUEST_INVALID");
        let told = answer.json();
        assert_eq!(told["details"]["place"], "related_entity_ids[1]", "{told}");
        assert!(told["message"].as_str().unwrap().contains(unknown), "{told}");
        let change = json!({"related_entity_ids": [unknown]});
        refused(&ask(&rig, "PATCH", &at, Some(change)).await, 422, "REQUEST_INVALID");
    }
    let decision = json!(["dec_01jdzzzzzzfffffffffffffff0"]);
    refused(&create("related_decision_ids", decision).await, 422, "REQUEST_INVALID");
    // Whoever may relate nothing is not told what there is.
    let body = json!({"name": "n", "owner": "o", "related_entity_ids": ["workflow:nothing"]});
    let stranger = ask_tcp(&rig, "POST", "/maestro/runs", Some(body)).await;
    refused(&stranger, 403, "PERMISSION_DENIED");
}
