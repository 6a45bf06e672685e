//! Tracked runs and disclosure packs over `/maestro`.

use conductor_domain::scope::{Principal, Scope};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Answered, ask, ask_tcp, refused, with_headers};
use crate::rig::Rig;

async fn track(rig: &Rig) -> Value {
    let body = json!({
        "name": "Entity network analysis",
        "owner": "analyst@example.com",
        "cost_estimate": 10.0,
        "related_entity_ids": ["entity-123", "entity-456"],
        "metadata": {"project": "spring"},
    });
    let made = ask(rig, "POST", "/maestro/runs", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

async fn patch(rig: &Rig, run: &str, body: Value) -> Answered {
    ask(rig, "PATCH", &format!("/maestro/runs/{run}"), Some(body)).await
}

#[tokio::test]
async fn a_run_is_kept_record_of() {
    let rig = Rig::without_worker().await;
    let made = track(&rig).await;
    let run = made["id"].as_str().unwrap();
    assert_eq!((&made["status"], &made["cost_estimate"]), (&json!("pending"), &json!(10.0)));
    assert_eq!((&made["finished_at"], &made["cost_actual"]), (&Value::Null, &Value::Null));
    let ended = json!({
        "status": "succeeded", "cost_actual": 8.50, "finished_at": "2025-11-22T10:30:00Z",
    });
    let ended = patch(&rig, run, ended).await.json();
    assert_eq!(ended["finished_at"], "2025-11-22T10:30:00Z");
    assert_eq!(ended["cost_actual"], 8.5);
    let shown = ask(&rig, "GET", &format!("/maestro/runs/{run}"), None).await.json();
    assert_eq!(shown, ended);
    refused(&patch(&rig, run, json!({"status": "running"})).await, 409, "RUN_ALREADY_ENDED");
    let later = patch(&rig, run, json!({"metadata": {"project": null, "reviewed": true}})).await;
    assert_eq!(later.json()["metadata"], json!({"reviewed": true}));
    // What was said last is there after the views have been written, too.
    rig.quiet().await;
    let shown = ask(&rig, "GET", &format!("/maestro/runs/{run}"), None).await.json();
    assert_eq!(shown, later.json());
}

#[tokio::test]
async fn lists_are_narrowed_down_and_go_on() {
    let rig = Rig::without_worker().await;
    for n in 0..5 {
        let body = json!({"name": format!("run {n}"), "owner": if n < 3 { "a" } else { "b" }});
        let made = ask(&rig, "POST", "/maestro/runs", Some(body)).await.json();
        if n == 0 {
            let run = made["id"].as_str().unwrap();
            assert_eq!(patch(&rig, run, json!({"status": "failed"})).await.status, 200);
        }
        if n == 2 {
            rig.quiet().await;
        }
    }
    let names = |answer: &Answered| -> Vec<String> {
        let list = answer.json();
        let runs = list.as_array().unwrap().iter();
        runs.map(|run| run["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = ask(&rig, "GET", "/maestro/runs", None).await;
    assert_eq!(names(&all), ["run 4", "run 3", "run 2", "run 1", "run 0"]);
    let of = ask(&rig, "GET", "/maestro/runs?owner=b", None).await;
    assert_eq!(names(&of), ["run 4", "run 3"]);
    let failed = ask(&rig, "GET", "/maestro/runs?status=failed&owner=a", None).await;
    assert_eq!(names(&failed), ["run 0"]);
    let (mut path, mut seen) = ("/maestro/runs?page_size=2".to_owned(), Vec::new());
    loop {
        let page = ask(&rig, "GET", &path, None).await;
        seen.extend(names(&page));
        let Some(link) = page.header("link") else { break };
        path = link.split(';').next().unwrap().trim_matches(['<', '>']).to_owned();
    }
    assert_eq!(seen, names(&all));
    refused(&ask(&rig, "GET", "/maestro/runs?status=odd", None).await, 422, "REQUEST_INVALID");
}

#[tokio::test]
async fn whoever_saw_another_state_changes_nothing() {
    let rig = Rig::without_worker().await;
    let run = track(&rig).await["id"].as_str().unwrap().to_owned();
    let path = format!("/maestro/runs/{run}");
    let tag = ask(&rig, "GET", &path, None).await.header("etag").unwrap().to_owned();
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let body = br#"{"status": "running"}"#;
    let changed = with_headers(&rig, ("PATCH", &path), &headers, body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_ne!(changed.header("etag").unwrap(), tag);
    let body = br#"{"status": "failed"}"#;
    let stale = with_headers(&rig, ("PATCH", &path), &headers, body).await;
    refused(&stale, 412, "PRECONDITION_FAILED");
    let same = [("if-none-match", changed.header("etag").unwrap())];
    assert_eq!(with_headers(&rig, ("GET", &path), &same, b"").await.status, 304);
}

#[tokio::test]
async fn a_pack_is_of_a_run_that_there_is() {
    let rig = Rig::without_worker().await;
    let run = track(&rig).await["id"].as_str().unwrap().to_owned();
    let body = json!({"run_id": run, "summary": "all of it", "artifact_ids": []});
    let made = ask(&rig, "POST", "/maestro/disclosure-packs", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let pack = made.json();
    let at = made.header("location").unwrap();
    assert_eq!(ask(&rig, "GET", at, None).await.json(), pack);
    let of = format!("/maestro/disclosure-packs?run_id={run}");
    assert_eq!(ask(&rig, "GET", &of, None).await.json(), json!([pack]));
    let none = json!({"run_id": "run_01jdzzzzzzfffffffffffffff0", "summary": "of nothing"});
    let none = ask(&rig, "POST", "/maestro/disclosure-packs", Some(none)).await;
    refused(&none, 404, "RUN_NOT_FOUND");
    // As `curl -d` sends it where nothing is said of its type.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = json!({"run_id": run, "summary": "again"}).to_string();
    let path = ("POST", "/maestro/disclosure-packs");
    let unsaid = with_headers(&rig, path, &form, body.as_bytes()).await;
    assert_eq!(unsaid.status, 201, "{}", unsaid.text);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let rig = Rig::without_worker().await;
    for (body, place) in [
        (json!({"owner": "a"}), "name"),
        (json!({"name": "n", "owner": "a", "cost": 1}), "cost"),
        (json!({"name": "n", "owner": "a", "cost_estimate": -1}), "cost_estimate"),
        (json!({"name": "n", "owner": "a", "status": "succeeded"}), "status"),
        (
            json!({"name": "n", "owner": "a", "related_entity_ids": ["x", 1]}),
            "related_entity_ids[1]",
        ),
    ] {
        let wrong = ask(&rig, "POST", "/maestro/runs", Some(body)).await;
        refused(&wrong, 422, "REQUEST_INVALID");
        assert_eq!(wrong.json()["details"]["place"], place);
    }
    let empty = ask(&rig, "POST", "/maestro/runs", None).await;
    refused(&empty, 400, "REQUEST_INVALID");
    refused(&ask(&rig, "GET", "/maestro/runs/run-abc123", None).await, 404, "ID_INVALID");
    refused(&ask_tcp(&rig, "GET", "/maestro/runs", None).await, 403, "PERMISSION_DENIED");
}

/// A listener that is open to one principal: policy decides, and no browser gets through.
#[tokio::test]
async fn an_open_listener_is_one_principal() {
    let mut rig = Rig::without_worker().await;
    let scope = Scope::default();
    let address = rig.serve_open(Principal::new("service:ci"), scope).await;
    let get = async |headers: &str, path: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let here = "host: localhost:8001\r\n";
    assert!(get(here, "/maestro/runs").await.contains(" 403 "), "nobody gave it a role");
    rig.grant("service:ci", "operator").await;
    assert!(get(here, "/maestro/runs").await.contains(" 200 "));
    assert!(get(here, "/conductor.v1.Runs/List").await.contains(" 404 "));
    for headers in [
        "host: evil.example\r\n",
        "host: localhost.evil.example\r\n",
        "host: localhost\r\norigin: http://localhost\r\n",
        "host: localhost\r\nsec-fetch-site: cross-site\r\n",
    ] {
        let refused = get(headers, "/maestro/runs").await;
        assert!(refused.contains(" 403 ") && refused.contains("BROWSER_REFUSED"), "{refused}");
    }
}
