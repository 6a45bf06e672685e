//! Break-glass with the real daemon: an operator goes ahead alone with a security key, the daemon dies
//! in between, two others review what happened with OpenSSH's own tools, and what they don't is an
//! incident.

use std::path::Path;

use conductor_tests::{Answer, Console, Daemon, Setup, skipped, until};
use serde_json::Value;

use crate::{
    keys::desk::{DEVICE, Desk, TYPES},
    terminal::screen::Screen,
    walk::free_address,
};

const WHO: &str = "tcp:anonymous";
const ALICE: (&str, &str) = ("uid:3001", "alice");
const BOB: (&str, &str) = ("uid:3002", "bob");
const MANIFEST: &str = "
name: failover
version: 1.0.0
risk: high
tasks: [{id: a, uses: pkg:builtin/shell@1, with: {run: echo failed over}}]
";

struct Scene {
    daemon: Daemon,
    host: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let scene = Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() };
        drop(scene.owner().call(&["grants", "add", WHO, "operator"]).exits(0));
        scene.desk.security_key("touched", &[]);
        scene.enroll(WHO, "touched");
        for (principal, key) in [ALICE, BOB] {
            drop(scene.owner().call(&["grants", "add", principal, "workflow_reviewer"]).exits(0));
            scene.desk.key(key, TYPES[0].1);
            scene.enroll(principal, key);
        }
        scene.owner().publish(MANIFEST);
        scene
    }

    fn enroll(&self, principal: &str, key: &str) {
        let file = self.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(self.owner().call(&enroll).exits(0));
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// The operator, in production, with what an agent holds.
    fn operator(&self, arguments: &[&str], agent: &Path) -> Answer {
        let all = [&["--host", &self.host, "--env", "prod"][..], arguments].concat();
        let output = self.owner().command(&all).env("SSH_AUTH_SOCK", agent).output().unwrap();
        Answer::of(all.join(" "), &output)
    }

    /// Has the operator go ahead; the approval that waits for the touch.
    fn break_glass(&self, agent: &Path) -> String {
        let start = ["run", "failover", "--break-glass", "--reason", "incident 4711", "-o", "json"];
        let refused = self.operator(&start, agent).exits(3);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        assert_eq!(error["error"]["code"], "STEP_UP_REQUIRED", "{error:#}");
        error["error"]["approval"]["id"].as_str().unwrap().to_owned()
    }

    fn reviews(&self) -> Vec<Value> {
        let list = ["approvals", "list", "--action", "glass.review", "-o", "json"];
        self.owner().call(&list).exits(0).json().as_array().unwrap().clone()
    }

    /// Signs with OpenSSH's own tools what was exported, and brings it.
    fn signs(&self, id: &str, key: &str) -> Answer {
        let statement = self.desk.path("statement.json");
        let export = ["approvals", "export", id, "-O", statement.to_str().unwrap()];
        drop(self.owner().call(&export).exits(0));
        let sign = ["-q", "-Y", "sign", "-f", key, "-n", "approval@conductor", "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        let import = ["approvals", "import", id, signature.to_str().unwrap(), "-o", "json"];
        let answer = self.owner().call(&import);
        std::fs::remove_file(signature).unwrap();
        answer
    }

    fn runs(&self) -> usize {
        let list = ["--env", "prod", "runs", "list", "-o", "json"];
        self.owner().call(&list).exits(0).json().as_array().unwrap().len()
    }
}

#[test]
fn one_goes_ahead_alone_and_two_review_it_through_crashes() {
    if !Path::new(DEVICE).exists() {
        return skipped("security keys without a device: apt-get install openssh-tests");
    }
    let mut scene = Scene::set();
    let agent = scene.desk.agent(&["touched"]);
    let agent = agent.socket();
    let id = scene.break_glass(&agent);
    // It dies before the touch: what was asked for is there, and nothing was started.
    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(scene.runs(), 0);
    assert_eq!(scene.break_glass(&agent), id);
    let page = scene.owner().call(&["approvals", "show", &id]).exits(0).stdout;
    for words in ["BREAK-GLASS", "left out", "2 people of workflow_reviewer", "incident 4711"] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    drop(scene.operator(&["approvals", "approve", &id, "--yes"], &agent).exits(0));
    assert_eq!(scene.runs(), 1);
    // And after it, before the review: neither is lost, and nothing is done twice.
    scene.daemon.kill();
    scene.daemon.launch();
    until("the review is of how it ended", || {
        let reviews = scene.reviews();
        let statement = |review: &Value| review["statement"].as_str().unwrap().to_owned();
        reviews.len() == 1 && statement(&reviews[0]).contains("\"outcome\":\"succeeded\"")
    });
    assert_eq!(scene.runs(), 1);
    let me = scene.owner().call(&["whoami"]).exits(0).stdout;
    assert!(me.contains("glass was broken: 1 review due"), "{me}");
    let review = scene.reviews()[0]["approvalId"].as_str().unwrap().to_owned();
    let page = scene.owner().call(&["approvals", "show", &review]).exits(0).stdout;
    for words in ["glass.review", "did `run.start` alone", "succeeded", "incident 4711"] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
    drop(scene.signs(&review, ALICE.1).exits(0));
    let done = scene.signs(&review, BOB.1).exits(0).json();
    assert_eq!(done["status"], "granted", "{done:#}");
    assert!(scene.reviews().is_empty());
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
    let scene = Scene::set();
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
    until("there is a review", || !scene.reviews().is_empty());
    until("it can be disputed", || {
        let reviews = scene.reviews();
        let Some(id) = reviews.first().and_then(|review| review["approvalId"].as_str()) else {
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
