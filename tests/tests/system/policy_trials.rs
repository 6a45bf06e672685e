//! Policy tried out from the command line, with and without a daemon.

use std::{fs, path::Path};

use conductor_tests::{Console, Daemon, root};
use serde_json::Value;

use crate::workflows;

/// A copy of the built-in bundle in which nobody starts what is called `noop`.
fn not_noop(folder: &Path) -> String {
    let to = folder.join("candidate");
    copy(&root().join("policy/bundle"), &to);
    let authz = to.join("authz/authz.rego");
    let rule = "
problems contains {
	\"rule\": \"authz.not_noop\",
	\"what\": \"`noop` is not started any more\",
	\"change\": \"start another\",
} if {
	input.action == \"run.start\"
	input.resource.id == \"noop\"
}
";
    fs::write(&authz, fs::read_to_string(&authz).unwrap() + rule).unwrap();
    to.display().to_string()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The answer of an `eval`, and that it exits as it says.
fn eval(console: &Console, words: &[&str]) -> Value {
    let line = [&["-o", "json", "policy", "eval"][..], words].concat();
    let answered = console.call(&line);
    let answer = answered.json()["answer"].clone();
    let expected = if answer["allow"] == true { 0 } else { 3 };
    assert_eq!(answered.code, Some(expected), "{answered:?}");
    answer
}

const AUTHOR_IN_SAAS: [&str; 9] = [
    "run.start",
    "--role",
    "workflow_author",
    "--risk",
    "high",
    "--profile",
    "saas",
    "--env",
    "prod",
];

#[test]
fn whether_an_author_may_start_what_is_risky_in_production_is_one_question() {
    let daemon = Daemon::start();
    let console = daemon.owner();
    let answer = eval(&console, &AUTHOR_IN_SAAS);
    assert_eq!(answer["allow"], false, "{answer:#}");
    assert!(!answer["reasons"].as_array().unwrap().is_empty());
    assert!(answer["rules"].as_array().unwrap().iter().any(|rule| rule["line"].as_u64() > Some(0)));
    let asked = [&AUTHOR_IN_SAAS[..], &["--daemon"]].concat();
    let by_daemon = eval(&console, &asked);
    for field in ["allow", "reasons", "rules", "risk", "obligations", "bundleRevision"] {
        assert_eq!(by_daemon[field], answer[field], "{field}");
    }
    let words = [&["policy", "explain"][..], &AUTHOR_IN_SAAS].concat();
    let explained = console.call(&words).exits(3);
    for part in ["workflow_author", "what would change it", ".rego:", "run.start"] {
        assert!(explained.stdout.contains(part), "{part}: {}", explained.stdout);
    }
    let started = eval(&console, &["run.start", "--role", "operator"]);
    assert_eq!(started["allow"], true, "{started:#}");
    drop(console.call(&["policy", "eval"]).exits(2));
    drop(console.call(&["policy", "eval", "run.start", "--risk", "huge"]).exits(2));
}

#[test]
fn it_is_asked_without_a_daemon_and_without_a_place_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = Daemon::prepare(conductor_tests::Setup::default());
    let console = nobody.console();
    assert_eq!(eval(&console, &AUTHOR_IN_SAAS)["allow"], false);
    let asked = [&["policy", "eval"][..], &AUTHOR_IN_SAAS, &["--daemon"]].concat();
    drop(console.call(&asked).exits(5));
    let candidate = not_noop(folder.path());
    let scenario = folder.path().join("s.yaml");
    let text = "scenarios:\n- {name: it starts, who: {roles: [operator]}, \
                what: {action: run.start, id: noop}, expect: allow}\n";
    fs::write(&scenario, text).unwrap();
    let scenario = scenario.to_str().unwrap();
    drop(console.call(&["policy", "test", scenario]).exits(0));
    let failed = console.call(&["policy", "test", scenario, "--bundle", &candidate]).exits(1);
    assert!(failed.stdout.contains("it starts") && failed.stdout.contains("policy says deny"));
    let covered = console.call(&["policy", "coverage", scenario, "--min", "10"]).exits(0);
    assert!(covered.stdout.contains("authz/authz.rego"), "{}", covered.stdout);
    drop(console.call(&["policy", "coverage", scenario, "--no-tests", "--min", "100"]).exits(1));
    let own = root().join("policy/bundle").display().to_string();
    drop(console.call(&["policy", "diff", &own, scenario]).exits(0));
    let differ = ["-o", "json", "policy", "diff", &candidate, scenario, "--no-matrix"];
    let differ = console.call(&differ).exits(1).json();
    assert_eq!((&differ["asked"], &differ["differ"]), (&1.into(), &1.into()), "{differ:#}");
    assert_eq!(differ["differences"][0]["change"], "denied");
    assert_eq!(differ["files"][0]["file"], "authz/authz.rego");

    let broken = folder.path().join("candidate/authz/authz.rego");
    fs::write(&broken, "package conductor.authz\nx if {").unwrap();
    drop(console.call(&["policy", "diff", &candidate]).exits(8).complains_of(&["authz.rego"]));
    drop(console.call(&["policy", "diff", "/nowhere"]).exits(6));
}

#[test]
fn what_was_decided_is_replayed_against_a_bundle_that_is_to_come() {
    let daemon = Daemon::start();
    let console = daemon.owner();
    console.publish(workflows::NOOP);
    for _ in 0..3 {
        console.start("noop", &[]);
    }
    let candidate = not_noop(daemon.folder());
    let replayed = console.call(&["-o", "json", "policy", "replay", &candidate]).exits(1).json();
    let flips = replayed["flips"].as_array().unwrap();
    assert_eq!((flips.len(), &replayed["summary"]["flipped"]), (3, &3.into()), "{replayed:#}");
    assert!(flips.iter().all(|flip| flip["resource"] == "noop" && flip["change"] == "denied"));
    let whom = &replayed["summary"]["principals"][0];
    assert_eq!(whom["count"], 3);
    let table = console.call(&["policy", "replay", &candidate]).exits(1);
    assert!(table.stdout.contains("not started any more"), "{}", table.stdout);
    assert!(table.stdout.contains(whom["principal"].as_str().unwrap()), "{}", table.stdout);
    let own = root().join("policy/bundle").display().to_string();
    let same = console.call(&["-o", "json", "policy", "replay", &own]).exits(0).json();
    assert_eq!(same["summary"]["flipped"], 0, "{same:#}");
    // It is still the daemon's own bundle that decides.
    console.start("noop", &[]);
}
