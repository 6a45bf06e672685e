//! Freezes and the kill switch against the real daemon: thirty runs stopped, the daemon killed in the
//! middle, and two people who lift it with keys of their own.

use conductor_tests::{Daemon, until};
use serde_json::Value;

use crate::stage::{ASKS, Stage, approval_of};

/// Who lifts, each with a key of the same name.
const ALICE: (&str, &str) = ("uid:3001", "alice");
const BOB: (&str, &str) = ("uid:3002", "bob");
/// Runs that the switch finds.
const RUNS: usize = 30;
const SLEEPS: &str = "
name: sleeps
version: 1.0.0
tasks: [{id: a, uses: pkg:builtin/sleep@1, with: {seconds: 600}}]
";

/// An operator on TCP, and two reviewers with keys.
fn scene() -> Stage {
    let scene = Stage::set();
    scene.grant(ASKS, "operator");
    for reviewer in [ALICE, BOB] {
        scene.person(reviewer, "workflow_reviewer");
    }
    scene.owner().publish(SLEEPS);
    scene
}

/// Has the operator ask for a freeze to be lifted; the approval's id.
fn ask(scene: &Stage, name: &str) -> String {
    let lift = ["freeze", "lift", name, "--reason", "it is mended", "-o", "json"];
    approval_of(&scene.asks(&lift).exits(4), "APPROVAL_REQUIRED")
}

fn statuses(scene: &Stage) -> Vec<String> {
    let list = ["runs", "list", "--limit", "100", "-o", "json"];
    let runs = scene.owner().call(&list).exits(0).json();
    let status = |run: &Value| run["status"].as_str().unwrap().to_owned();
    runs.as_array().unwrap().iter().map(status).collect()
}

#[test]
fn thirty_runs_are_stopped_through_a_crash_and_two_people_let_it_go_on() {
    let mut scene = scene();
    for _ in 0..RUNS {
        drop(scene.asks(&["run", "sleeps"]).exits(0));
    }
    let switch = [
        "kill-switch",
        "--environment",
        "dev",
        "--kill",
        "--reason",
        "incident 4711",
        "-o",
        "json",
    ];
    let thrown = scene.asks(&switch).exits(0).json();
    assert_eq!((&thrown["changed"], thrown["runs"].as_u64()), (&true.into(), Some(30)), "{thrown}");
    // It is decided: whatever becomes of the daemon now.
    scene.daemon.kill();
    scene.daemon.launch();
    until("all thirty have ended", || {
        let statuses = statuses(&scene);
        statuses.len() == RUNS && statuses.iter().all(|status| status == "cancelled")
    });
    let refused = scene.asks(&["run", "sleeps"]).exits(7);
    let words = ["FROZEN", "environment `dev` is frozen until it is lifted", "incident 4711"];
    drop(refused.complains_of(&words).complains_of(&["2 people of `workflow_reviewer`"]));
    for page in [&["status"][..], &["whoami"], &["freeze", "list"]] {
        let page = scene.asks(page).exits(0).stdout;
        assert!(page.contains("environment dev") && page.contains("until it is lifted"), "{page}");
    }
    let doctor = scene.owner().call(&["doctor"]).stdout;
    assert!(doctor.contains("environment `dev` is frozen until it is lifted"), "{doctor}");
    // Thrown again it changes nothing.
    let again = scene.asks(&switch).exits(0).json();
    assert_eq!((&again["changed"], again["runs"].as_u64()), (&false.into(), Some(0)), "{again}");

    let name = "kill-switch:environment:dev";
    let id = ask(&scene, name);
    assert_eq!(ask(&scene, name), id, "asked again it is the same");
    let page = scene.owner().call(&["approvals", "show", &id]).exits(0).stdout;
    for words in ["freeze.lift", "environment/dev", "it is mended", "2 people of workflow_reviewer"]
    {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    drop(scene.signs(&id, ALICE.1).exits(0));
    drop(scene.asks(&["run", "sleeps"]).exits(7));
    drop(scene.signs(&id, ALICE.1).exits(3).complains_of(&["APPROVAL_NOT_YOURS"]));
    // Nor does a crash between the two signatures matter.
    scene.daemon.kill();
    scene.daemon.launch();
    let done = scene.signs(&id, BOB.1).exits(0).json();
    assert_eq!(done["status"], "granted", "{done:#}");
    drop(scene.asks(&["run", "sleeps"]).exits(0));
    let page = scene.asks(&["freeze", "list", "-o", "json"]).exits(0).json();
    assert_eq!(page, serde_json::json!([]));
    drop(scene.asks(&["freeze", "lift", name, "--reason", "x"]).exits(6));
    verified(&scene.daemon);
}

#[test]
fn a_freeze_holds_up_what_is_new_and_shows_itself() {
    let scene = scene();
    let run = scene.owner().start("sleeps", &[]);
    let freeze = |arguments: &[&str]| {
        scene.asks(&[&["freeze", "set"][..], arguments, &["--reason", "release 4"]].concat())
    };
    drop(freeze(&["release", "--workflow", "sleeps", "--until", "2099-01-01T00:00:00Z"]).exits(0));
    drop(freeze(&["release", "--tenant-wide"]).exits(7).complains_of(&["FREEZE_EXISTS"]));
    drop(freeze(&["late", "--tenant-wide", "--until", "2001-01-01T00:00:00Z"]).exits(8));
    let weekends = ["weekends", "--environment", "prod", "--cron", "0 18 * * fri"];
    drop(freeze(&[&weekends[..], &["--zone", "Europe/Berlin", "--for", "60h"]].concat()).exits(0));
    let refused = scene.asks(&["run", "sleeps"]).exits(7);
    drop(refused.complains_of(&["FROZEN", "until 2099-01-01T00:00:00Z", "release 4"]));
    assert_eq!(scene.owner().show(&run)["status"], "running", "what is under way goes on");
    let all = scene.asks(&["freeze", "list", "-o", "json"]).exits(0).json();
    let names: Vec<_> = all.as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["release", "weekends"]);
    drop(scene.asks(&["freeze", "show", "weekends"]).exits(0));
    drop(scene.asks(&["freeze", "show", "nothing"]).exits(6));
}

/// The ledger is whole after all of that.
fn verified(daemon: &Daemon) {
    let verified = daemon.owner().call(&["ledger", "verify"]);
    drop(verified.exits(0));
}
