//! Recorded decisions: searched by what they can be looked for by, shown, exported as OPA writes
//! them.

use std::collections::BTreeMap;

use conductor_protocol::v1;
use serde::Deserialize;
use serde_json::Value;

use crate::rig::{Client, NOOP, Rig, is};

const TWO_TASKS: &str = "name: two\nversion: 1.0.0\ntasks:\n\
                         - {id: first, uses: 'pkg:builtin/noop@1'}\n\
                         - {id: second, uses: 'pkg:builtin/noop@1', needs: [first]}\n";

async fn found(client: &Client, wanted: v1::ListDecisionsRequest) -> Vec<v1::RecordedDecision> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListDecisionsRequest { page_token, ..wanted.clone() };
        let page = client.system().list_decisions(request).await.unwrap().into_inner();
        found.extend(page.decisions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return found;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_was_decided_and_nothing_else() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap();
    client.grant("uid:4242", "operator").await;
    let stranger = rig.stranger().await;
    stranger.start("noop").await.unwrap_err();
    let any = v1::ListDecisionsRequest::default;
    let all = found(&client, any()).await;
    let actions: Vec<_> = all.iter().map(|row| row.action.as_str()).collect();
    let expected = ["run.start", "identity.grant", "task.run", "run.start", "workflow.publish"];
    assert_eq!(actions, expected, "with what the start's task was allowed by");
    assert!(all.windows(2).all(|two| two[0].seq > two[1].seq), "newest first");

    let count = |wanted| async { found(&client, wanted).await.len() };
    assert_eq!(count(v1::ListDecisionsRequest { action: "run.".into(), ..any() }).await, 2);
    assert_eq!(count(v1::ListDecisionsRequest { action: "run".into(), ..any() }).await, 0);
    let denied = v1::ListDecisionsRequest { outcome: "deny".into(), ..any() };
    let denied = found(&client, denied).await;
    assert_eq!((denied.len(), denied[0].principal.as_str()), (1, "tcp:anonymous"));
    let by = v1::ListDecisionsRequest { principal: "tcp:anonymous".into(), ..any() };
    assert_eq!(count(by).await, 1);
    assert_eq!(count(v1::ListDecisionsRequest { resource: "noop".into(), ..any() }).await, 3);
    assert_eq!(count(v1::ListDecisionsRequest { outcome: "allow".into(), ..any() }).await, 4);
    let at = all[1].at;
    let until = v1::ListDecisionsRequest { until: at, ..any() };
    let since = v1::ListDecisionsRequest { since: at, ..any() };
    assert_eq!(count(until).await + count(since).await, 5);
    // In pages of one it is the same.
    let paged = found(&client, v1::ListDecisionsRequest { page_size: 1, ..any() }).await;
    assert_eq!(paged, all);
    // Another tenant has none of them.
    let scope = Some(v1::Scope { tenant: "other".into(), ..Default::default() });
    let elsewhere = v1::ListDecisionsRequest { scope, ..any() };
    is(&client.system().list_decisions(elsewhere).await.unwrap_err(), "TENANT_UNKNOWN");

    let get = |id: &str| v1::GetDecisionRequest { decision_id: id.into(), ..Default::default() };
    let shown = client.system().get_decision(get(&run.decision_id)).await.unwrap().into_inner();
    let shown = shown.decision.unwrap();
    let decision = shown.decision.unwrap();
    assert_eq!(decision.id, run.decision_id);
    assert!(decision.allow && !decision.reasons.is_empty());
    assert!(decision.bundle_revision.starts_with("sha256:"));
    let unknown = get("dec_01kbky6n8pebgv3hq1j2t4w6z8");
    is(&client.system().get_decision(unknown).await.unwrap_err(), "DECISION_NOT_FOUND");
    let odd = v1::ListDecisionsRequest { outcome: "maybe".into(), ..any() };
    is(&client.system().list_decisions(odd).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_leaves_what_each_of_its_tasks_was_allowed_by() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(TWO_TASKS).await;
    let run = client.start("two").await.unwrap();
    let all = found(&client, v1::ListDecisionsRequest::default()).await;
    let rows: Vec<_> = all.iter().rev().map(|row| (&*row.action, &*row.resource)).collect();
    let asked = [("run.start", "two"), ("task.run", "two/first"), ("task.run", "two/second")];
    assert_eq!(rows[1..], asked, "the start, and right after it all that it lets run");
    let decisions: Vec<_> =
        all.iter().rev().skip(1).map(|row| row.decision.clone().unwrap()).collect();
    assert_eq!(decisions[0].id, run.decision_id);
    for decision in &decisions {
        assert!(decision.allow && !decision.reasons.is_empty());
        assert_eq!(decision.bundle_revision, decisions[0].bundle_revision, "by one bundle");
    }
    for task in &all[..2] {
        let decision_id = task.decision.clone().unwrap().id;
        let get = v1::GetDecisionRequest { decision_id, ..Default::default() };
        let shown = client.system().get_decision(get).await.unwrap().into_inner();
        assert_eq!(shown.decision.as_ref(), Some(task), "each of them can be shown by its id");
    }
    // They stand before the run that rests on them.
    let started = client.events("run.started").await;
    assert!(all.iter().all(|row| row.seq < started[0].seq));
}

/// An event as OPA documents it under "Decision Logs", and nothing besides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpaEvent {
    labels: BTreeMap<String, String>,
    decision_id: String,
    bundles: BTreeMap<String, OpaBundle>,
    path: String,
    input: Value,
    result: Value,
    requested_by: String,
    timestamp: String,
    metrics: BTreeMap<String, u64>,
    #[serde(default)]
    masked: Vec<String>,
    /// OPA's place for what is not its own.
    #[serde(default)]
    custom: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpaBundle {
    revision: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_what_opa_writes() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap();
    rig.stranger().await.start("noop").await.unwrap_err();
    let export = v1::ExportDecisionsRequest::default();
    let mut stream = client.system().export_decisions(export).await.unwrap().into_inner();
    let mut events = Vec::new();
    while let Some(event) = stream.message().await.unwrap() {
        events.push(serde_json::from_str::<OpaEvent>(&event.event_json).unwrap());
    }
    let told: Vec<_> = events.iter().map(|event| event.input["action"].as_str().unwrap()).collect();
    let expected = ["workflow.publish", "run.start", "task.run", "run.start"];
    assert_eq!(told, expected, "oldest first");
    let started = &events[1];
    assert_eq!(started.decision_id, run.decision_id);
    assert_eq!(
        (started.path.as_str(), &started.result["allow"]),
        ("conductor/authz/decision", &true.into())
    );
    assert!(started.bundles["conductor"].revision.starts_with("sha256:"));
    assert_eq!(started.labels["app"], "conductord");
    assert!(started.timestamp.ends_with('Z') && started.timestamp.contains('T'));
    assert!(started.metrics.contains_key("timer_rego_query_eval_ns") && started.masked.is_empty());
    assert_eq!(started.custom["count"], 1);
    let denied = &events[3];
    assert_eq!(
        (denied.requested_by.as_str(), &denied.result["allow"]),
        ("tcp:anonymous", &false.into())
    );
    // Who may not export gets nothing, and that is on record.
    let refused =
        rig.stranger().await.system().export_decisions(v1::ExportDecisionsRequest::default()).await;
    is(&refused.unwrap_err(), "PERMISSION_DENIED");
}
