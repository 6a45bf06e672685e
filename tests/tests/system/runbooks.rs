//! The registry as an on-call engineer and a reviewer use it: published from Markdown, found, read,
//! rehearsed, reviewed; and the grammar's mistakes as their author sees them.

use std::fs;

use conductor_tests::{Console, Daemon, Setup};
use serde_json::Value;

use crate::walk::free_address;

const DRAIN: &str = "---
name: drain-host
version: 1.0.0
tags: [web]
owners: [team-web]
inputs: {properties: {host: {type: string, default: web-1}}}
outputs: {host: '{{ tasks.look.outputs.host }}'}
---
# Drain a host

**When.** A host has to be taken out, and nobody may notice.

```sh step=look env.HOST=\"{{ inputs.host }}\"
echo \"host=$HOST\" >>\"$CONDUCTOR_OUTPUT\"
```

What it would look like by hand, which runs nothing:

```sh
exit 1
```

```sh step=drain timeout=1m
echo drained
```
";

fn write(console: &Console, name: &str, text: &str) -> String {
    let path = console.home.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// A field of each row.
fn column(rows: &Value, field: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_runbook_is_published_found_rehearsed_and_reviewed() {
    let tcp = free_address();
    let config = format!("listen = '{tcp}'\n");
    let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
    let console = daemon.console();
    let prod = |words: &[&str]| console.json(&[words, &["--env", "prod"]].concat());
    let file = write(&console, "drain-host.md", DRAIN);
    drop(console.call(&["runbooks", "validate", &file]).exits(0));
    let planned = console.json(&["plan", &file]);
    assert_eq!(planned["workflow"], "drain-host");
    drop(console.call(&["runbooks", "publish", &file]).exits(0));
    // From standard input it is known by how it begins.
    let shown = console.call(&["runbooks", "show", "drain-host", "--source"]).exits(0);
    assert_eq!(shown.stdout, DRAIN, "byte for byte");
    let page = console.call(&["runbooks", "show", "drain-host"]).exits(0).stdout;
    for words in ["Drain a host", "owners     team-web", "rehearsed  never", "**When.**"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("step 1: look (pkg:builtin/shell@1)\n  | echo"), "{page}");
    assert!(page.contains("step 2: drain (pkg:builtin/shell@1)\n  | echo drained"), "{page}");

    // What runs is the steps, one after the other, and not the examples.
    let run = prod(&["run", "drain-host", "-i", "host=web-7", "--follow"]);
    assert_eq!((&run["status"], &run["outputs"]["host"]), (&"succeeded".into(), &"web-7".into()));
    assert_eq!(run["tasks"].as_array().unwrap().len(), 2);
    let found = console.json(&["runbooks", "search", "NOBODY", "notice"]);
    assert_eq!(column(&found, "name"), ["drain-host"]);
    assert_eq!(found[0]["rehearsed"], Value::Null, "it ran in production only");
    let stale = ["runbooks", "list", "--stale", "90d", "--tag", "web", "--owner", "team-web"];
    assert_eq!(column(&console.json(&stale), "name"), ["drain-host"]);
    let rehearsal = prod(&["runbooks", "rehearse", "drain-host", "--follow"]);
    assert_eq!(rehearsal["rehearsal"], true);
    assert_eq!(console.json(&stale).as_array().map(Vec::len), Some(0));
    let shown = console.json(&["runbooks", "show", "drain-host"]);
    assert_eq!(shown["rehearsed"]["runId"], rehearsal["runId"]);
    assert_eq!(shown["rehearsed"]["declared"], true);

    // Whoever published it does not review it; somebody else does, and everybody reads it.
    let review = ["runbooks", "review", "drain-host@1.0.0", "--reject", "--reason", "no undo"];
    drop(daemon.owner().call(&review).exits(7).complains_of(&["REVIEW_OWN"]));
    let address = format!("http://{tcp}");
    let other: Vec<&str> = review.iter().copied().chain(["--host", &address]).collect();
    drop(console.call(&other).exits(3));
    let grant = ["grants", "add", "tcp:anonymous", "workflow_reviewer"];
    drop(daemon.owner().call(&grant).exits(0));
    drop(console.call(&other).exits(0));
    let page = console.call(&["runbooks", "show", "drain-host"]).exits(0).stdout;
    assert!(page.contains("by tcp:anonymous: no undo"), "{page}");
    let listed = console.call(&["runbooks", "list"]).exits(0).stdout;
    assert!(listed.contains("1 no") && listed.contains("ago"), "{listed}");

    // All of it is what the ledger gives: made again, it is the same.
    let before = console.json(&["runbooks", "show", "drain-host"]);
    drop(console);
    let mut daemon = daemon;
    assert!(daemon.stop().success());
    drop(daemon.call(&["rebuild"]).exits(0));
    daemon.launch();
    assert_eq!(daemon.console().json(&["runbooks", "show", "drain-host"]), before);
}

#[test]
fn mistakes_are_told_in_the_lines_of_the_markdown() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("no.sock");
    let console = Console { socket, home: folder.path().to_owned(), uid: None };
    let bad = DRAIN
        .replace("inputs.host", "inputs.hots")
        .replace("step=drain timeout=1m", "step=drain tiemout=1m");
    let file = write(&console, "bad.md", &bad);
    let told = console.call(&["workflows", "validate", &file]).exits(8);
    for line in [
        "bad.md:13:30: MANIFEST_REFERENCE_UNKNOWN",
        "mend: write `inputs.host`",
        "bad.md:23:18: RUNBOOK_STEP",
        "mend: write `timeout=…`",
    ] {
        assert!(told.stderr.contains(line), "{line}: {}", told.stderr);
    }
    let open = DRAIN.trim_end().trim_end_matches("```").to_owned();
    let file = write(&console, "open.md", &open);
    let told = console.call(&["workflows", "validate", &file]).exits(8);
    assert!(told.stderr.contains("open.md:23:1: RUNBOOK_FENCE"), "{}", told.stderr);
}
