//! Break-glass with the real daemon: an operator goes ahead alone with a security key, the daemon dies
//! in between, two others review what happened with OpenSSH's own tools, and what they don't is an
//! incident.

use std::path::Path;

use conductor_tests::{Answer, skipped, until};
use serde_json::Value;

use crate::{
    keys::desk::DEVICE,
    stage::{ASKS, Stage, approval_of},
    terminal::screen::Screen,
};

const ALICE: (&str, &str) = ("uid:3001", "alice");
const BOB: (&str, &str) = ("uid:3002", "bob");
const MANIFEST: &str = "
name: failover
version: 1.0.0
risk: high
tasks: [{id: a, uses: pkg:builtin/shell@1, with: {run: echo failed over}}]
";

fn scene() -> Stage {
    let scene = Stage::set();
    scene.grant(ASKS, "operator");
    scene.desk.security_key("touched", &[]);
    scene.enroll(ASKS, "touched");
    for reviewer in [ALICE, BOB] {
        scene.person(reviewer, "workflow_reviewer");
    }
    scene.owner().publish(MANIFEST);
    scene
}

/// The operator, in production, with what an agent holds.
fn operator(scene: &Stage, arguments: &[&str], agent: &Path) -> Answer {
    scene.asks_with(&[&["--env", "prod"][..], arguments].concat(), agent)
}

/// Has the operator go ahead; the approval that waits for the touch.
fn break_glass(scene: &Stage, agent: &Path) -> String {
    let start = ["run", "failover", "--break-glass", "--reason", "incident 4711", "-o", "json"];
    approval_of(&operator(scene, &start, agent).exits(3), "STEP_UP_REQUIRED")
}

fn reviews(scene: &Stage) -> Vec<Value> {
    let list = ["approvals", "list", "--action", "glass.review", "-o", "json"];
    scene.owner().call(&list).exits(0).json().as_array().unwrap().clone()
}

fn runs(scene: &Stage) -> usize {
    let list = ["--env", "prod", "runs", "list", "-o", "json"];
    scene.owner().call(&list).exits(0).json().as_array().unwrap().len()
}

#[test]
fn one_goes_ahead_alone_and_two_review_it_through_crashes() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let mut scene = scene();
    let agent = scene.desk.agent(&["touched"]);
    let agent = agent.socket();
    let id = break_glass(&scene, &agent);
    // It dies before the touch: what was asked for is there, and nothing was started.
    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(runs(&scene), 0);
    assert_eq!(break_glass(&scene, &agent), id);
    let page = scene.owner().call(&["approvals", "show", &id]).exits(0).stdout;
    for words in ["BREAK-GLASS", "left out", "2 people of workflow_reviewer", "incident 4711"] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    drop(operator(&scene, &["approvals", "approve", &id, "--yes"], &agent).exits(0));
    assert_eq!(runs(&scene), 1);
    // And after it, before the review: neither is lost, and nothing is done twice.
    scene.daemon.kill();
    scene.daemon.launch();
    until("the review is of how it ended", || {
        let due = reviews(&scene);
        let statement = |review: &Value| review["statement"].as_str().unwrap().to_owned();
        due.len() == 1 && statement(&due[0]).contains("\"outcome\":\"succeeded\"")
    });
    assert_eq!(runs(&scene), 1);
    let me = scene.owner().call(&["whoami"]).exits(0).stdout;
    assert!(me.contains("glass was broken: 1 review due"), "{me}");
    let review = reviews(&scene)[0]["approvalId"].as_str().unwrap().to_owned();
    let page = scene.owner().call(&["approvals", "show", &review]).exits(0).stdout;
    for words in ["glass.review", "did `run.start` alone", "succeeded", "incident 4711"] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    drop(scene.signs(&review, ALICE.1).exits(0));
    let done = scene.signs(&review, BOB.1).exits(0).json();
    assert_eq!(done["status"], "granted", "{done:#}");
    assert!(reviews(&scene).is_empty());
    let incidents = scene.owner().call(&["incidents", "list", "-o", "json"]).exits(0).json();
    assert_eq!(incidents, serde_json::json!([]));
    drop(scene.owner().call(&["ledger", "verify"]).exits(0));
    assert!(scene.daemon.log().contains("glass was broken"));
}

#[test]
fn what_is_disputed_is_an_incident_that_somebody_else_closes() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let scene = scene();
    let agent = scene.desk.agent(&["touched"]);
    let mut screen = Screen::open(&scene.owner(), (200, 60));
    let (socket, there) = (agent.socket(), format!("--host {} --env prod", scene.host));
    // At a terminal the touch is asked for at once.
    screen.types(&format!(
        "SSH_AUTH_SOCK={} \"$CONSOLE\" {there} run failover --break-glass --reason burns\r",
        socket.display()
    ));
    screen.shows(&["BREAK-GLASS", "burns", "sign this"]);
    screen.types("y\r");
    screen.shows(&["touch your security key", "carried out: run "]);
    screen.is_the_shell_s();
    until("there is a review", || !reviews(&scene).is_empty());
    until("it can be disputed", || {
        let due = reviews(&scene);
        let Some(id) = due.first().and_then(|review| review["approvalId"].as_str()) else {
            return false;
        };
        let deny = ["approvals", "deny", id, "--reason", "it was not needed"];
        scene.owner().call(&deny).code == Some(0)
    });
    let all = scene.owner().call(&["incidents", "list", "-o", "json"]).exits(0).json();
    assert_eq!(all[0]["kind"], "break_glass_disputed", "{all:#}");
    let id = all[0]["incidentId"].as_str().unwrap();
    let shown = scene.owner().call(&["incidents", "show", id]).exits(0).stdout;
    assert!(shown.contains("it was not needed"), "{shown}");
    drop(scene.owner().call(&["incidents", "close", id, "--reason", "talked through"]).exits(0));
    drop(scene.owner().call(&["incidents", "close", id, "--reason", "again"]).exits(7));
}
