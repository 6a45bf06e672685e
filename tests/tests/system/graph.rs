//! The graph of a real daemon: an approved run on a host leaves a file, another run is given it, and
//! all of that is found again from every end, after a kill and after a rebuild, too.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use conductor_tests::{Answer, Console, Daemon, root, skipped, until};
use serde_json::{Value, json};

use crate::{
    keys::desk::{Desk, TYPES},
    walk::free_address,
};

const ALICE: (&str, &str) = ("uid:3001", "alice");
const HOSTS: &str = "hosts:\n  - {name: web-1, labels: {role: web}}\n";
const BUILD: &str = "
name: build
version: 1.0.0
risk: high
inputs: {type: object, properties: {base: {type: string}}}
tasks:
  - id: make
    uses: pkg:builtin/shell@1
    with: {run: 'echo \"{{ host.name | sh }} {{ inputs.base | sh }}\" > image.txt', artifacts: {image: image.txt}}
    hosts: role:web
";

/// A daemon with an inventory, an operator on TCP, and a reviewer with a key.
struct Scene {
    daemon: Daemon,
    host: String,
    desk: Desk,
}

impl Scene {
    fn set() -> Self {
        let tcp = free_address();
        // What stands above the tables belongs to the daemon itself.
        let source = "[[inventory.source]]\nfile = 'hosts.yaml'\nenvironments = ['prod']\n";
        let config = format!("listen = '{tcp}'\n{source}");
        let mut daemon = Daemon::with_hosts(("hosts.yaml", HOSTS), "");
        daemon.configure(config);
        daemon.launch();
        let scene = Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() };
        drop(scene.owner().call(&["grants", "add", "tcp:anonymous", "operator"]).exits(0));
        drop(scene.owner().call(&["grants", "add", ALICE.0, "workflow_reviewer"]).exits(0));
        scene.desk.key(ALICE.1, TYPES[0].1);
        let file = scene.desk.path("alice.pub");
        let enroll = ["keys", "enroll", ALICE.0, "--key", file.to_str().unwrap()];
        drop(scene.owner().call(&enroll).exits(0));
        scene.owner().publish(BUILD);
        scene
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    /// The operator, in production.
    fn operator(&self, arguments: &[&str]) -> Answer {
        let there = ["--host", &self.host, "--env", "prod"];
        self.owner().call(&[&there[..], arguments].concat())
    }

    /// What the graph says, as JSON.
    fn graph(&self, arguments: &[&str]) -> Value {
        self.owner().json(&[&["graph"][..], arguments].concat())
    }

    /// Has the operator ask for a run and the reviewer approve it; the run, when it has ended, and the
    /// approval.
    fn build(&self, base: &str) -> (String, String) {
        let input = format!("base={base}");
        let start = ["run", "build", "-i", &input, "--reason", "release", "-o", "json"];
        let refused = self.operator(&start).exits(4);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        let approval = error["error"]["approval"]["id"].as_str().unwrap().to_owned();
        let statement = self.desk.path("statement.json");
        let export = ["approvals", "export", &approval, "-O", statement.to_str().unwrap()];
        drop(self.owner().call(&export).exits(0));
        let sign =
            ["-q", "-Y", "sign", "-f", ALICE.1, "-n", "approval@conductor", "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        let import = ["approvals", "import", &approval, signature.to_str().unwrap(), "-o", "json"];
        let done = self.owner().call(&import).exits(0).json();
        std::fs::remove_file(signature).unwrap();
        let run = done["ended"]["runId"].as_str().unwrap().to_owned();
        let show = ["--env", "prod", "runs", "show", &run, "-o", "json"];
        until("the run's end", || {
            self.owner().call(&show).exits(0).json()["status"] == "succeeded"
        });
        (run, approval)
    }
}

/// The names of what a walk reached.
fn reached(walk: &Value) -> Vec<&str> {
    let nodes = walk["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["entity"]["name"].as_str().unwrap()).collect()
}

fn has(found: &Value, from: &str, kind: &str, to: &str) -> bool {
    let edges = found["edges"].as_array().unwrap();
    edges.iter().any(|edge| edge["from"] == from && edge["kind"] == kind && edge["to"] == to)
}

#[test]
fn what_a_run_has_to_do_with_is_found_from_every_end_through_a_kill_and_a_rebuild() {
    let mut scene = Scene::set();
    let (made, approval) = scene.build("scratch");
    let name = format!("run:{made}");
    let shown = scene.graph(&["show", &made]);
    assert_eq!(shown["entity"]["state"], "succeeded", "{shown:#}");
    assert!(has(&shown, &name, "approved_by", &format!("approval:{approval}")), "{shown:#}");
    assert!(has(&shown, &name, "touched", "resource:host:web-1"), "{shown:#}");
    let edges = shown["edges"].as_array().unwrap().iter();
    let files: Vec<&str> = edges
        .filter(|edge| edge["from"] == name.as_str() && edge["kind"] == "produced")
        .map(|edge| edge["to"].as_str().unwrap())
        .collect();
    let digest = files[0].strip_prefix("artifact:").unwrap().to_owned();
    let (used, _) = scene.build(&digest);

    let approvers = scene.graph(&["approvers", &made]);
    assert_eq!(approvers["initiator"], "tcp:anonymous", "{approvers:#}");
    let signature = &approvers["approvals"][0]["signatures"][0];
    assert_eq!(signature["to"], format!("user:{}", ALICE.0), "{approvers:#}");
    let touching = scene.graph(&["touching", "host:web-1"]);
    let workflow = &touching["workflows"][0];
    assert_eq!(
        (&workflow["workflow"]["id"], &workflow["runs"]),
        (&json!("build@1.0.0"), &json!(2))
    );
    assert_eq!(workflow["lastRunId"], used.as_str());
    let uses = scene.graph(&["uses-artifact", &digest]);
    assert_eq!(uses["producedBy"][0]["id"], made.as_str(), "{uses:#}");
    assert_eq!(uses["wentInto"][0]["id"], used.as_str(), "{uses:#}");
    let blast = scene.graph(&["blast", "user:uid:3001"]);
    assert!(reached(&blast).contains(&name.as_str()), "whom somebody let through: {blast:#}");
    let lineage = scene.graph(&["lineage", &used]);
    assert!(reached(&lineage["upstream"]).contains(&name.as_str()), "{lineage:#}");
    let runs = scene.graph(&["runs", "--since", "1h"]);
    let ids: Vec<&str> =
        runs.as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [used.as_str(), made.as_str()]);

    // The daemon may die, and the views with it: it is the same.
    let before = scene.graph(&["show", &made, "--depth", "4"]);
    scene.daemon.kill();
    scene.daemon.launch();
    let again = scene.graph(&["show", &made, "--depth", "4"]);
    assert_eq!((&again["nodes"], &again["edges"]), (&before["nodes"], &before["edges"]));
    assert!(scene.daemon.stop().success());
    drop(scene.daemon.call(&["rebuild"]).exits(0));
    scene.daemon.launch();
    let again = scene.graph(&["show", &made, "--depth", "4"]);
    assert_eq!((&again["nodes"], &again["edges"]), (&before["nodes"], &before["edges"]));

    pages(&scene, &made);
    exports(&scene, &made);
    drop(scene.owner().call(&["graph", "show", "run_01jdzzzzzzfffffffffffffff0"]).exits(6));
    drop(scene.owner().call(&["graph", "show", "nonsense"]).exits(8));
}

/// What people read has words and shapes.
fn pages(scene: &Scene, run: &str) {
    let page =
        |words: &[&str]| scene.owner().call(&[&["graph"][..], words].concat()).exits(0).stdout;
    let tree = page(&["blast", "workflow:build"]);
    for words in ["version_of", "of_workflow", "succeeded", run] {
        assert!(tree.contains(words), "`{words}` is not in\n{tree}");
    }
    let shown = page(&["show", run]);
    for words in ["started_by", "user:tcp:anonymous", "workflow:build@1.0.0"] {
        assert!(shown.contains(words), "`{words}` is not in\n{shown}");
    }
    let approvers = page(&["approvers", run]);
    assert!(approvers.contains("approved by") && approvers.contains(ALICE.0), "{approvers}");
}

/// What programs read is what their specifications say.
fn exports(scene: &Scene, run: &str) {
    let export = |format: &str, words: &[&str]| {
        let export = [&["graph", "export", "--format", format][..], words].concat();
        scene.owner().call(&export).exits(0).stdout
    };
    let text = std::fs::read_to_string(root().join("tests/schemas/openlineage/OpenLineage.json"));
    let schema: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let checker = jsonschema::validator_for(&schema).unwrap();
    let events = export("openlineage", &["--since", "1h"]);
    let kinds: Vec<Value> = events
        .lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            let problems: Vec<String> =
                checker.iter_errors(&event).map(|error| error.to_string()).collect();
            assert!(problems.is_empty(), "{problems:?} in {event:#}");
            event["eventType"].clone()
        })
        .collect();
    assert_eq!(kinds, ["START", "COMPLETE", "START", "COMPLETE"]);
    let document: Value = serde_json::from_str(&export("json", &[run])).unwrap();
    assert!(document["nodes"].as_array().unwrap().len() > 5, "{document:#}");
    drawn(&export("dot", &[run]));
}

/// Graphviz takes it.
fn drawn(text: &str) {
    assert!(text.starts_with("digraph conductor {"), "{text}");
    let spawned = Command::new("dot")
        .args(["-Tplain"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut dot) = spawned else {
        skipped("dot is not installed: apt-get install graphviz");
        return;
    };
    dot.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = dot.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let plain = String::from_utf8(output.stdout).unwrap();
    let nodes = plain.lines().filter(|line| line.starts_with("node ")).count();
    assert_eq!(nodes, text.matches("shape=").count(), "{plain}");
}
