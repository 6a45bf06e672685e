//! Tracked runs on the command line: what something else carries out, as an operator sees and says it.

use conductor_tests::Daemon;
use serde_json::{Value, json};

fn ids(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["runId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tracked_runs_are_created_listed_shown_and_changed() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let create = |name: &str, owner: &str, more: &[&str]| {
        let words = [&["tracked", "create", name, "--owner", owner], more].concat();
        let run = console.json(&words);
        run["runId"].as_str().unwrap_or_else(|| panic!("{run}")).to_owned()
    };
    let related = ["--related", "entity-123", "--related", "entity-456"];
    let more = ["--cost-estimate", "10.5", "--metadata", r#"{"ticket":"OPS-7"}"#];
    let first = create("Entity network analysis", "alice", &[&related[..], &more].concat());
    let second = create("Nightly model", "bob", &["--status", "running"]);
    let third = create("Report", "bob", &[]);

    let all = console.json(&["tracked", "list"]);
    assert_eq!(ids(&all), [third.clone(), second.clone(), first.clone()], "newest first");
    assert_eq!(all[2]["costEstimateMicros"], 10_500_000);
    assert_eq!(all[2]["relatedEntityIds"], json!(["entity-123", "entity-456"]));
    let found = |words: &[&str]| ids(&console.json(&[&["tracked", "list"], words].concat()));
    assert_eq!(found(&["--owner", "bob"]), [third.clone(), second.clone()]);
    assert_eq!(found(&["--status", "running"]), [second.as_str()]);
    assert_eq!(found(&["--status", "pending,running"]).len(), 3);
    assert_eq!(found(&["--status", "failed,cancelled"]), [""; 0]);
    assert_eq!(found(&["--limit", "1"]), [third]);
    let lines = console.call(&["tracked", "list", "--all", "-o", "jsonl"]).exits(0).stdout;
    assert_eq!(lines.lines().count(), 3);
    // They are none of those that run here.
    assert_eq!(console.json(&["runs", "list"]), json!([]));

    let ended = ["--status", "succeeded", "--cost", "9.25", "--metadata", r#"{"ticket":null}"#];
    let changed = console.json(&[&["tracked", "change", &first][..], &ended].concat());
    assert_eq!(
        (&changed["status"], &changed["costActualMicros"]),
        (&json!("succeeded"), &json!(9_250_000))
    );
    let shown = console.json(&["tracked", "show", &first]);
    assert_eq!((&shown["metadata"], &shown["disclosures"]), (&json!({}), &json!([])));
    let page = console.call(&["tracked", "show", &first]).exits(0).stdout;
    for words in ["Entity network analysis", "succeeded", "$9.25", "$10.50", "entity-456"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let table = console.call(&["tracked", "list"]).exits(0).stdout;
    assert!(table.contains("Nightly model") && table.contains("$9.25"), "{table}");

    // It ended, for good; and nothing is changed that somebody else changed meanwhile.
    let again = ["tracked", "change", &first, "--status", "running"];
    drop(console.call(&again).exits(7).complains_of(&["RUN_ALREADY_ENDED"]));
    let stale = ["tracked", "change", &second, "--cost", "1", "--expected-seq", "1"];
    drop(console.call(&stale).exits(7).complains_of(&["PRECONDITION_FAILED"]));
    drop(console.call(&["tracked", "show", "run_01jdzzzzzzfffffffffffffff0"]).exits(6));
    drop(console.call(&["tracked", "list", "--status", "queued"]).exits(2));
    drop(
        console
            .call(&["tracked", "create", "n", "--owner", "o", "--cost-estimate", "1e3"])
            .exits(2),
    );
}
