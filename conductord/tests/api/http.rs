//! HTTP in process: every status, what stands beside every answer, and that nobody is let in who would
//! not be over gRPC.

mod asking;
mod kept;
mod related;
mod streams;
mod tracked;

use conductor_api::RateLimits;
use serde_json::{Value, json};

pub(crate) use self::asking::{Answered, ask, ask_tcp, with_headers};
use crate::rig::{NOOP, Rig};

const API: &str = "/api/conductor/v1";

/// A rig with the workflow `noop` in it.
async fn rig() -> Rig {
    let rig = Rig::start().await;
    let published =
        ask(&rig, "POST", &format!("{API}/workflows"), Some(json!({"manifest": NOOP}))).await;
    assert_eq!(published.status, 200, "{}", published.text);
    rig
}

fn refused(answer: &Answered, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["code"], code, "{body}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    assert_eq!(body["traceId"], answer.header("x-conductor-trace-id").unwrap(), "{body}");
    assert_eq!(answer.header("content-type").unwrap(), "application/json");
    assert_eq!(answer.header("x-conductor-api-version").unwrap(), "v1");
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn what_grpc_answers_is_answered_in_json() {
    let rig = rig().await;
    let list = ask(&rig, "GET", &format!("{API}/workflows"), None).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.header("x-conductor-api-version").unwrap(), "v1");
    assert!(list.header("x-conductor-trace-id").unwrap().starts_with("trc_"));
    assert_eq!(list.json()["workflows"][0]["name"], "noop");
    let start = json!({"workflow": "noop", "inputs": {"host": "db1"}});
    let started = ask(&rig, "POST", &format!("{API}/executions"), Some(start)).await.json();
    let run = started["runId"].as_str().unwrap().to_owned();
    let shown = ask(&rig, "GET", &format!("{API}/executions/{run}"), None).await.json();
    assert_eq!((&shown["runId"], &shown["inputs"]["host"]), (&json!(run), &json!("db1")));
    assert!(shown["seq"].is_u64(), "numbers are numbers: {shown}");
    let timeline = ask(&rig, "GET", &format!("{API}/executions/{run}/timeline"), None).await;
    let kinds: Vec<_> = timeline.json()["entries"].as_array().unwrap().clone();
    assert!(kinds.iter().any(|entry| entry["kind"] == "run.started"), "{kinds:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let rig = rig().await;
    let executions = format!("{API}/executions");
    let unknown = ask(&rig, "POST", &executions, Some(json!({"workflw": "noop"}))).await;
    refused(&unknown, 422, "REQUEST_INVALID");
    assert_eq!(unknown.json()["details"]["place"], "workflw");
    for (body, place) in [
        (json!({"workflow": 7}), "workflow"),
        (json!({"scope": {}}), "scope"),
        (json!([]), "the body"),
    ] {
        let wrong = ask(&rig, "POST", &executions, Some(body)).await;
        refused(&wrong, 422, "REQUEST_INVALID");
        assert_eq!(wrong.json()["details"]["place"], place);
    }
    for query in ["pageSize=many", "statuses=exploded", "nothing=1", "text=a&text=b"] {
        let wrong = ask(&rig, "GET", &format!("{executions}?{query}"), None).await;
        refused(&wrong, 422, "REQUEST_INVALID");
    }
    let torn = ask(&rig, "GET", &format!("{executions}?text=%ff"), None).await;
    refused(&torn, 400, "REQUEST_INVALID");
    let inputs = json!({"workflow": "noop", "inputs": {"port": "x"}});
    refused(&ask(&rig, "POST", &executions, Some(inputs)).await, 422, "INPUTS_INVALID");
}

#[tokio::test]
async fn every_refusal_has_its_status() {
    let rig = rig().await;
    let json = [("content-type", "application/json")];
    let execute = format!("{API}/runbooks/execute");
    refused(&with_headers(&rig, ("POST", &execute), &json, b"{").await, 400, "REQUEST_INVALID");
    let token = [("authorization", "Bearer cst_nobody")];
    let nobody = with_headers(&rig, ("GET", &format!("{API}/executions")), &token, b"").await;
    assert_eq!(nobody.status, 401, "{}", nobody.text);
    assert_eq!(nobody.header("www-authenticate").unwrap(), "Bearer");
    let stranger = ask_tcp(&rig, "GET", &format!("{API}/executions"), None).await;
    refused(&stranger, 403, "PERMISSION_DENIED");
    refused(&ask(&rig, "GET", "/api/conductor/v1/nothing", None).await, 404, "ROUTE_UNKNOWN");
    refused(&ask(&rig, "GET", "/conductor.v1.Runs/List", None).await, 404, "ROUTE_UNKNOWN");
    refused(&ask(&rig, "GET", "/", None).await, 404, "ROUTE_UNKNOWN");
    let no_run = format!("{API}/executions/run_01jdzzzzzzfffffffffffffff0");
    refused(&ask(&rig, "GET", &no_run, None).await, 404, "RUN_NOT_FOUND");
    refused(&ask(&rig, "GET", &format!("{API}/executions/x"), None).await, 404, "ID_INVALID");
    let put = ask(&rig, "PUT", &format!("{API}/executions"), None).await;
    refused(&put, 405, "METHOD_NOT_ALLOWED");
    assert_eq!(put.header("allow").unwrap(), "GET, HEAD, POST");
    let options = ask(&rig, "OPTIONS", &execute, None).await;
    refused(&options, 405, "METHOD_NOT_ALLOWED");
    let text = [("content-type", "text/plain")];
    let plain = with_headers(&rig, ("POST", &execute), &text, b"{}").await;
    refused(&plain, 415, "MEDIA_TYPE_UNSUPPORTED");
    let large = vec![b' '; 4 * 1024 * 1024 + 1];
    let large = with_headers(&rig, ("POST", &execute), &json, &large).await;
    refused(&large, 413, "MESSAGE_TOO_LARGE");
    let page = [("origin", "http://localhost")];
    let page = with_headers(&rig, ("GET", &format!("{API}/executions")), &page, b"").await;
    refused(&page, 403, "BROWSER_REFUSED");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let limits = RateLimits { read: 1, owner: true, ..RateLimits::NONE };
    let rig = Rig::rated(limits).await;
    let path = format!("{API}/executions");
    assert_eq!(ask(&rig, "GET", &path, None).await.status, 200);
    let limited = ask(&rig, "GET", &path, None).await;
    refused(&limited, 429, "RATE_LIMITED");
    let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // What stops is of another kind, by HTTP as by gRPC.
    let run = "run_01jdzzzzzzfffffffffffffff0";
    let cancel = ask(&rig, "POST", &format!("{path}/{run}/cancel"), Some(json!({}))).await;
    assert_eq!(cancel.status, 404, "{}", cancel.text);
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_done_once() {
    let rig = rig().await;
    let key = [("content-type", "application/json"), ("idempotency-key", "once")];
    let path = format!("{API}/runbooks/execute");
    let body = json!({"runbookId": "noop@1.0.0", "params": {"host": "db1"}}).to_string();
    let first = with_headers(&rig, ("POST", &path), &key, body.as_bytes()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = with_headers(&rig, ("POST", &path), &key, body.as_bytes()).await;
    let (first, again) = (first.json(), again.json());
    assert_eq!(first["executionId"], again["executionId"]);
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    let other = json!({"runbookId": "noop"}).to_string();
    let other = with_headers(&rig, ("POST", &path), &key, other.as_bytes()).await;
    refused(&other, 409, "IDEMPOTENCY_CONFLICT");
}

#[tokio::test]
async fn a_page_says_where_it_goes_on() {
    let rig = rig().await;
    for _ in 0..3 {
        let body = json!({"queue": "noop", "payload": {}});
        let queued = ask(&rig, "POST", &format!("{API}/scheduler/enqueue"), Some(body)).await;
        assert!(queued.json()["jobId"].as_str().unwrap().starts_with("run_"));
        assert!(queued.header("location").unwrap().starts_with("/api/conductor/v1/executions/"));
    }
    let mut path = format!("{API}/executions?pageSize=2&owner=");
    let mut seen = Vec::new();
    loop {
        let page = ask(&rig, "GET", &path, None).await;
        seen.extend(page.json()["runs"].as_array().unwrap().iter().map(|run| run["runId"].clone()));
        let Some(link) = page.header("link") else { break };
        let (target, rel) = link.split_once(';').unwrap();
        assert_eq!(rel.trim(), "rel=\"next\"");
        path = target.trim_matches(['<', '>']).to_owned();
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn whoever_has_an_answer_already_is_not_sent_it_again() {
    let rig = rig().await;
    let path = format!("{API}/workflows");
    let first = ask(&rig, "GET", &path, None).await;
    let tag = first.header("etag").unwrap().to_owned();
    let same = with_headers(&rig, ("GET", &path), &[("if-none-match", &tag)], b"").await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(same.header("etag").unwrap(), tag);
    let head = ask(&rig, "HEAD", &path, None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-length").unwrap(), first.text.len().to_string());
    let wrong = with_headers(&rig, ("GET", &path), &[("if-match", &tag)], b"").await;
    refused(&wrong, 422, "REQUEST_INVALID");
}

#[tokio::test]
async fn runbooks_and_policy_are_asked_in_few_words() {
    let rig = rig().await;
    let registry =
        ask(&rig, "GET", &format!("{API}/runbooks/registry?tenantId=default"), None).await;
    let row = &registry.json()["runbooks"][0];
    assert_eq!((&row["runbookId"], &row["state"]), (&json!("noop@1.0.0"), &json!("published")));
    let one = ask(&rig, "GET", &format!("{API}/runbooks/registry/noop@1.0.0"), None).await.json();
    assert_eq!(one["hash"], row["hash"]);
    let text = NOOP.replace("1.0.0", "1.1.0");
    let publish = json!({"text": text});
    let published = ask(&rig, "POST", &format!("{API}/runbooks/registry"), Some(publish)).await;
    assert_eq!((published.status, &published.json()["created"]), (201, &json!(true)));
    let question = json!({"action": "run.start", "resource": "noop"});
    let authorize = format!("{API}/policy/authorize");
    let decided = ask(&rig, "POST", &authorize, Some(question.clone())).await.json();
    assert_eq!(decided["allow"], true, "{decided}");
    assert!(decided["obligations"].is_array() && decided["decisionId"].is_string());
    let other = json!({"subject": "uid:4711", "action": "run.start"});
    refused(&ask(&rig, "POST", &authorize, Some(other)).await, 422, "REQUEST_INVALID");
    let stranger = ask_tcp(&rig, "POST", &authorize, Some(question)).await;
    assert!(stranger.status == 403 || stranger.json()["allow"] == false, "{}", stranger.text);
}

#[tokio::test]
async fn the_description_is_served_and_whole() {
    let rig = Rig::without_worker().await;
    let served = ask(&rig, "GET", &format!("{API}/openapi.json"), None).await.json();
    assert_eq!(served, conductor_api::openapi());
    check_references(&served, &served);
}

/// Everything that is referred to is there.
fn check_references(whole: &Value, part: &Value) {
    match part {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                let place = reference.strip_prefix('#').unwrap();
                assert!(whole.pointer(place).is_some(), "{reference}");
            }
            object.values().for_each(|inner| check_references(whole, inner));
        }
        Value::Array(items) => items.iter().for_each(|inner| check_references(whole, inner)),
        _ => {}
    }
}
