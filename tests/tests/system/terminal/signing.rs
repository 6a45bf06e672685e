//! Signing at a console of one's own, with real keys: several requests by one yes, each with a signature of
//! its own, and a runbook's version as its reviewer.

use serde_json::Value;

use super::{ENTER, people::Scene, screen::Screen};

const PLACE: &str = "--tenant acme --env prod";
const LARGE: (u16, u16) = (140, 45);
const CTRL_A: &str = "\x01";

fn runbook(name: &str, says: &str) -> String {
    format!(
        "# What {name} does.\nname: {name}\nversion: 1.0.0\nrisk: medium\ntasks:\n  \
         - {{id: a, uses: pkg:builtin/shell@1, with: {{run: 'echo {says}'}}}}\n"
    )
}

/// What the owner's console says to a question about production.
fn asked(scene: &Scene, words: &[&str]) -> Value {
    let all = [&["--tenant", "acme", "--env", "prod"][..], words, &["-o", "json"]].concat();
    scene.stage.owner().call(&all).exits(0).json()
}

/// Marks both, reads what is signed, and types the count and the names.
fn approves_both(bob: &mut Screen) {
    bob.types("2");
    bob.shows(&["Waiting for you (2)", "restart-payments", "rotate-certs"]);
    bob.types(CTRL_A);
    bob.shows(&["Approvals: 2 marked"]);
    bob.types("a");
    bob.shows(&["Sign 2 requests?", "PROD", "type sign 2 restart-payments rotate-certs to go on"]);
    bob.types("sign 2\r");
    // Half of it is not yes.
    bob.until("no question", |shown| !shown.contains("Sign 2 requests?"));
    bob.types("a");
    bob.shows(&["Sign 2 requests?"]);
    bob.types("sign 2 restart-payments rotate-certs\r\r");
    bob.shows(&["2 signed, 2 carried out by it"]);
}

#[test]
fn one_yes_to_two_requests_is_a_signature_each() {
    let scene = Scene::set();
    for name in ["restart-payments", "rotate-certs"] {
        scene.publishes(&runbook(name, name), true);
        let ask = ["--tenant", "acme", "--env", "prod", "run", name, "--reason", "p99 5 s"];
        drop(scene.alice.calls(&ask).exits(4));
    }
    let mut bob = scene.bob.sits_down(PLACE, LARGE);
    approves_both(&mut bob);
    bob.quit();

    let approvals = asked(&scene, &["approvals", "list", "--all"]);
    let approvals = approvals.as_array().unwrap();
    assert_eq!(approvals.len(), 2, "{approvals:#?}");
    let mut signatures = Vec::new();
    for approval in approvals {
        assert_eq!(approval["status"], "granted", "{approval:#}");
        let signed = approval["stages"][0]["signatures"].as_array().unwrap();
        assert_eq!(signed.len(), 1, "{approval:#}");
        assert_eq!(signed[0]["principal"], "ssh:bob");
        signatures.push((approval["digest"].clone(), approval["ended"]["runId"].clone()));
    }
    assert_ne!(signatures[0], signatures[1], "each over a statement of its own");
    let runs = asked(&scene, &["runs", "list"]);
    assert_eq!(runs.as_array().unwrap().len(), 2, "{runs:#}");
}

#[test]
fn a_reviewer_countersigns_at_the_console_what_they_have_read() {
    let scene = Scene::set();
    scene.publishes(&runbook("disk-clean", "one"), true);
    let second = runbook("disk-clean", "two").replace("1.0.0", "1.1.0");
    scene.publishes(&second, false);
    let mut bob = scene.bob.sits_down(PLACE, LARGE);
    bob.types("3");
    bob.shows(&["disk-clean", "1.1.0"]);
    bob.types("S");
    bob.shows(&[
        "Countersign this?",
        "disk-clean 1.1.0",
        "signed by ssh:alice",
        "Changed since 1.0.0, the version signed last",
        "echo two",
        "type disk-clean to go on",
    ]);
    bob.types("disk-clean");
    bob.types(ENTER);
    bob.types(ENTER);
    // The page is read again by itself.
    bob.shows(&["signed by ssh:alice, countersigned by ssh:bob"]);
    bob.types("S");
    bob.shows(&["you countersigned it already"]);
    bob.quit();

    let shown = asked(&scene, &["workflows", "show", "disk-clean@1.1.0"]);
    let told: Vec<_> = shown["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["principal"].as_str().unwrap(), one["review"] == true))
        .collect();
    assert_eq!(told, [("ssh:alice", false), ("ssh:bob", true)], "{shown:#}");
    assert_eq!(shown["signatureProblem"].as_str().unwrap_or_default(), "", "{shown:#}");
}

/// The page of the console and the command tell the same of a run and its plan.
#[test]
fn a_run_is_told_beside_its_plan() {
    let scene = Scene::set();
    scene.publishes(&runbook("disk-clean", "one"), true);
    let owner = scene.stage.owner();
    let place = ["--tenant", "acme", "--env", "dev"];
    let plan = owner.call(&[&place[..], &["plan", "disk-clean", "-o", "json"]].concat()).json();
    let digest = plan["digest"].as_str().unwrap().to_owned();
    for pinned in [true, false] {
        let start = [&place[..], &["run", "disk-clean", "-o", "json"]].concat();
        let start = if pinned { [&start[..], &["--plan", &digest]].concat() } else { start };
        let run = owner.call(&start).exits(0).json()["runId"].as_str().unwrap().to_owned();
        drop(owner.call(&[&place[..], &["runs", "show", &run, "--follow"]].concat()).exits(0));
        let show = [&place[..], &["runs", "show", &run, "--against-plan"]].concat();
        let told = owner.call(&[&show[..], &["-o", "json"]].concat()).exits(0).json();
        assert_eq!(told["basis"], if pinned { "recorded" } else { "unrecorded" }, "{told:#}");
        assert_eq!(told["plan"].as_str(), Some(&*digest), "{told:#}");
        assert_eq!(told["asPlanned"][0]["task"], "a", "{told:#}");
        let page = owner.call(&show).exits(0).stdout;
        assert!(page.contains("Nothing came otherwise than planned"), "{page}");
    }
}
