//! Server-sent events: in the ledger's order, and nothing twice for whoever comes again.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

use super::{API, ask, asking::head, refused, rig, with_headers};
use crate::rig::Rig;

/// An event: its id, its name and its data.
type Told = (u64, String, Value);

/// Reads a run's stream until it ends by itself.
async fn events(rig: &Rig, run: &str, last: Option<u64>) -> Vec<Told> {
    let mut stream = UnixStream::connect(rig.socket()).await.unwrap();
    let last = last.map(|seq| seq.to_string());
    let headers: Vec<(&str, &str)> =
        last.iter().map(|seq| ("last-event-id", seq.as_str())).collect();
    let path = format!("{API}/executions/{run}/events");
    stream.write_all(head(("GET", &path), &headers, 0).as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("text/event-stream"), "{text}");
    assert!(text.contains("x-conductor-trace-id"), "{text}");
    told(&text)
}

/// The events of a stream, whose chunks each hold whole lines.
fn told(text: &str) -> Vec<Told> {
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let blocks = text.split("\n\n");
    blocks
        .filter_map(|block| {
            let data = serde_json::from_str(&field(block, "data:")?).unwrap();
            let id = field(block, "id:").unwrap_or_default().parse().unwrap_or(0);
            Some((id, field(block, "event:").unwrap_or_default(), data))
        })
        .collect()
}

#[tokio::test]
async fn a_runs_events_go_on_where_the_reader_was() {
    let rig = rig().await;
    let body = json!({"workflow": "noop"});
    let started = ask(&rig, "POST", &format!("{API}/executions"), Some(body)).await.json();
    let run = started["runId"].as_str().unwrap();
    let all = events(&rig, run, None).await;
    let (seq, name, end) = all.last().unwrap();
    assert_eq!((name.as_str(), &end["last"]), ("execution", &json!(true)));
    assert_eq!(end["run"]["status"], "succeeded");
    assert!(all.windows(2).all(|two| two[0].0 <= two[1].0), "{all:?}");
    let kinds = |events: &[Told]| -> Vec<Value> {
        let entries = events.iter().flat_map(|(.., data)| data["entries"].as_array().unwrap());
        entries.map(|entry| entry["seq"].clone()).collect()
    };
    let whole = kinds(&all);
    assert!(whole.len() >= 3, "{whole:?}");
    let middle = whole[1].as_u64().unwrap();
    let rest = events(&rig, run, Some(middle)).await;
    assert_eq!(kinds(&rest), whole[2..]);
    assert!(kinds(&events(&rig, run, Some(*seq)).await).is_empty());
}

#[tokio::test]
async fn what_is_no_number_of_an_event_is_refused() {
    let rig = rig().await;
    let path = format!("{API}/executions/events");
    let wrong = with_headers(&rig, ("GET", &path), &[("last-event-id", "x")], b"").await;
    refused(&wrong, 422, "REQUEST_INVALID");
    assert_eq!(ask(&rig, "HEAD", &path, None).await.status, 405);
    let no_run = format!("{API}/executions/run_01jdzzzzzzfffffffffffffff0/events");
    refused(&ask(&rig, "GET", &no_run, None).await, 404, "RUN_NOT_FOUND");
}
