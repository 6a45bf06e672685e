//! A workflow's life as its author and its operator see it: published with a receipt that the
//! ledger proves, refused with the difference, deprecated with a warning, retired for good.

use std::{fs, path::Path, process::Command};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_protocol::{id::ReceiptId, jcs};
use conductor_tests::{Console, Daemon, skipped};
use serde_json::Value;

use crate::policy;

fn manifest(version: &str, run: &str) -> String {
    format!(
        "# A comment.\nname: disk-check\nversion: {version}\ntasks:\n- id: look\n  \
         uses: pkg:builtin/shell@1\n  with:\n    run: |\n      {run}\n"
    )
}

/// Publishes a file by its name and gives the answer.
fn publish(console: &Console, name: &str, text: &str) -> Value {
    let path = console.home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    console.json(&["workflows", "publish", name])
}

#[test]
fn a_receipt_names_a_record_that_the_ledger_proves() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let text = manifest("1.0.0", "df /");
    let first = publish(&console, "disk.yaml", &text);
    let receipt = &first["workflow"]["receipt"];
    let (id, seq) = (receipt["id"].as_str().unwrap(), receipt["seq"].as_u64().unwrap());
    assert!(id.starts_with("rcpt_"), "{id}");

    // The same again, by whatever name: the same receipt, and nothing new in the ledger.
    let again = publish(&console, "copy.yaml", &text);
    assert_eq!(again["created"], false);
    assert_eq!(again["workflow"]["receipt"], *receipt);
    let shown = console.json(&["workflows", "show", "disk-check@1.0.0"]);
    assert_eq!(shown["receipt"], *receipt);
    assert_eq!(shown["provenance"]["file"], "disk.yaml");
    let digest = jcs::sha256_digest(text.as_bytes());
    assert_eq!(shown["provenance"]["sourceDigest"], digest.as_str());

    // The record that it names is the publishing, and its hash is the one of the proof.
    let after = (seq - 1).to_string();
    let events = console.json(&["events", "tail", "--after", &after, "--limit", "1"]);
    assert_eq!(events[0]["kind"], "workflow.published");
    assert_eq!(events[0]["data"]["event"]["data"]["name"], "disk-check");
    let proof = console.json(&["ledger", "prove", &seq.to_string()]);
    assert_eq!(proof["proof"]["leafHash"], receipt["recordHash"]);

    // Whoever has the record's time and hash finds the receipt's id.
    let hash = BASE64_STANDARD.decode(receipt["recordHash"].as_str().unwrap()).unwrap();
    let at = events[0]["data"]["at"].as_u64().unwrap();
    assert_eq!(ReceiptId::of_record(at, &hash.try_into().unwrap()).to_string(), id);
}

#[test]
fn provenance_says_which_commit_and_no_secret() {
    let daemon = Daemon::start();
    let console = daemon.console();
    let folder = console.home.join("ops");
    let text = manifest("1.0.0", "df /");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("disk.yaml"), &text).unwrap();
    for words in [
        &["init", "-q"][..],
        &["add", "."],
        &["-c", "user.name=alice", "-c", "user.email=a@example.org", "commit", "-qm", "one"],
        &["remote", "add", "origin", "https://alice:s3cret@example.org/ops.git"],
    ] {
        let mut git = Command::new("git");
        let Ok(ended) = git.args(words).current_dir(&folder).env("HOME", &folder).output() else {
            return skipped("git is not installed: apt-get install git");
        };
        assert!(ended.status.success(), "{ended:?}");
    }
    let told = publish(&console, "ops/disk.yaml", &text);
    let repository = &told["workflow"]["provenance"]["repository"];
    assert_eq!(repository["remote"], "https://example.org/ops.git");
    assert_eq!(repository["path"], "disk.yaml");
    assert_eq!(repository["dirty"], false);
    assert_eq!(repository["commit"].as_str().unwrap().len(), 40);
    assert!(!holds(&daemon.data_dir(), b"s3cret"), "the remote's password was kept");
    let recorded = daemon.recorded();
    assert!(recorded.contains("ops.git") && !recorded.contains("s3cret"), "{recorded}");

    fs::write(folder.join("disk.yaml"), manifest("1.1.0", "df /var")).unwrap();
    let untold = console.json(&["workflows", "publish", "--no-provenance", "ops/disk.yaml"]);
    let provenance = &untold["workflow"]["provenance"];
    assert_eq!(provenance["file"], "");
    assert_eq!(provenance["repository"], Value::Null);
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, wanted: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, wanted);
        }
        let bytes = fs::read(&path).unwrap_or_default();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[test]
fn a_changed_manifest_under_an_old_version_is_refused_with_the_difference() {
    let daemon = Daemon::start();
    let console = daemon.console();
    publish(&console, "disk.yaml", &manifest("1.0.0", "df /"));
    fs::write(console.home.join("disk.yaml"), manifest("1.0.0", "df /var")).unwrap();
    let refused = console.call(&["workflows", "publish", "disk.yaml"]).exits(7);
    drop(refused.complains_of(&[
        "version 1.0.0 of workflow `disk-check` is published with other content",
        "tasks[look].with.run, line 1: df / → df /var",
        "raise `version`",
        "WORKFLOW_VERSION_CONFLICT",
    ]));
    let refused = console.call(&["workflows", "publish", "disk.yaml", "-o", "json"]).exits(7);
    let error: Value = serde_json::from_str(&refused.stderr).unwrap();
    assert_eq!(
        error["error"]["diff"],
        serde_json::json!({ "more": 0, "changes": [
            {"path": "tasks[look].with.run", "line": 1, "old": "df /", "new": "df /var"}
        ]})
    );
    // The same is seen before publishing, against the newest, and between two versions.
    let compared = console.json(&["workflows", "diff", "disk.yaml"]);
    assert_eq!(compared["changes"], error["error"]["diff"]["changes"]);
    publish(&console, "disk.yaml", &manifest("1.1.0", "df /var"));
    let compared = console.json(&["workflows", "diff", "disk-check", "1.0.0", "1.1.0"]);
    assert_eq!(compared["changes"][0]["path"], "version");
    let newest = console.json(&["workflows", "diff", "disk-check"]);
    assert_eq!(newest, compared, "without versions: the newest and the one below it");
    let unified = console.call(&["workflows", "diff", "disk-check", "1.0.0", "1.1.0", "-u"]);
    assert!(unified.stdout.contains("\n-      df /\n+      df /var\n"), "{unified:#?}");
}

#[test]
fn deprecated_versions_start_with_a_warning_and_retired_ones_never() {
    let mut daemon = Daemon::start();
    let console = daemon.console();
    for version in ["1.0.0", "1.1.0", "2.0.0-rc.1"] {
        publish(&console, "disk.yaml", &manifest(version, "true"));
    }
    let newest = console.json(&["run", "disk-check"]);
    assert_eq!(newest["warnings"], serde_json::json!([]));
    let run = console.show(newest["runId"].as_str().unwrap());
    assert_eq!(run["version"], "1.1.0", "a pre-release must be named");

    let deprecate = ["workflows", "deprecate", "disk-check@1.0.0", "--reason", "misses /var"];
    let words = [&deprecate[..], &["--use", "disk-check@1.1.0"]].concat();
    assert_eq!(console.json(&words)["changed"], true);
    assert_eq!(console.json(&words)["changed"], false, "it is said already");
    let warned = console.call(&["run", "disk-check@1.0.0", "--follow"]).exits(0);
    drop(warned.complains_of(&[
        "warning: disk-check 1.0.0 is deprecated",
        "use disk-check@1.1.0 instead",
    ]));
    assert_eq!(states(&console), ["deprecated", "published", "published"]);
    let undone = console.json(&["workflows", "deprecate", "disk-check@1.0.0", "--undo"]);
    assert_eq!(undone["workflows"][0]["state"], "published");

    let slow = manifest("3.0.0", "until [ -e {{ run.id }} ]; do sleep 0.05; done");
    publish(&console, "disk.yaml", &slow);
    let running = console.start("disk-check@3.0.0", &[]);
    let retire = ["workflows", "retire", "disk-check@3.0.0", "--reason", "waits for ever"];
    assert_eq!(console.json(&retire)["workflows"][0]["state"], "retired");
    let refused = console.call(&["run", "disk-check@3.0.0"]).exits(7);
    drop(refused.complains_of(&["was retired by", "waits for ever", "WORKFLOW_RETIRED"]));
    let words = ["workflows", "deprecate", "disk-check@3.0.0", "--undo"];
    drop(console.call(&words).exits(7));
    // What runs goes on; what starts without a version takes the one before.
    assert!(!console.show(&running)["status"].as_str().unwrap().starts_with("cancel"));
    drop(console.call(&["runs", "cancel", &running]).exits(0));
    drop(console.call(&["runs", "show", &running, "--follow"]));
    drop(console.call(&["runs", "rerun", &running]).exits(7).complains_of(&["WORKFLOW_RETIRED"]));
    let run = console.start("disk-check", &[]);
    assert_eq!(console.show(&run)["version"], "1.1.0");

    // All of it is in the ledger: after kill -9, and when the views are made anew.
    let before = states(&console);
    assert_eq!(before, ["published", "published", "published", "retired"]);
    daemon.kill();
    drop(daemon.call(&["rebuild"]).exits(0));
    daemon.launch();
    assert_eq!(states(&console), before);
    drop(console.call(&["run", "disk-check@3.0.0"]).exits(7));
    let shown = console.call(&["workflows", "show", "disk-check@3.0.0"]).exits(0);
    assert!(shown.stdout.contains("waits for ever"), "{shown:#?}");
}

/// The states of all versions, ascending.
fn states(console: &Console) -> Vec<String> {
    let all = console.json(&["workflows", "list", "--all-versions"]);
    let words = all.as_array().unwrap().iter();
    words.map(|workflow| workflow["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_may_publish_may_warn_and_only_administrators_may_retire() {
    let Some(daemon) = policy::daemon_of_nobody() else { return };
    let (admin, author) = (daemon.owner(), daemon.console());
    publish(&admin, "disk.yaml", &manifest("1.0.0", "true"));
    drop(admin.call(&["grants", "add", "uid:0", "workflow_author"]).exits(0));
    let deprecate = ["workflows", "deprecate", "disk-check", "--reason", "old"];
    drop(author.call(&deprecate).exits(0));
    let retire = ["workflows", "retire", "disk-check", "--reason", "wrong"];
    drop(author.call(&retire).exits(3).complains_of(&["workflow.retire", "tenant_admin"]));
    drop(admin.call(&["grants", "add", "uid:0", "tenant_admin"]).exits(0));
    drop(author.call(&retire).exits(0));
}
