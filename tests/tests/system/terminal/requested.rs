//! One asks, another approves at a console of their own, it runs, and its receipt is checked: with
//! nothing but keys from the first to the last.

use std::{fs, path::PathBuf};

use super::{ENTER, ESC, people::Scene, screen::Screen};

pub(super) const CTRL_P: &str = "\x10";
/// What the approver reads.
pub(super) const WHY: &str = "p99 5 s since deploy 812";
pub(super) const PLACE: &str = "--tenant acme --env prod";
const LARGE: (u16, u16) = (140, 45);
const SMALL: (u16, u16) = (80, 24);

/// Harmful enough that in production one other person has to approve it.
const RUNBOOK: &str = "
name: restart-payments
version: 1.0.0
risk: medium
inputs: {type: object, required: [service], properties: {service: {type: string}}}
tasks:
  - {id: restart, uses: pkg:builtin/shell@1, with: {run: 'echo restarting {{ inputs.service | sh }}'}}
";

/// With a runbook that its author and a reviewer signed.
pub(super) fn set() -> Scene {
    let scene = Scene::set();
    scene.publishes(RUNBOOK, true);
    scene
}

/// From the palette over the form and the plan to the request.
fn asks(alice: &mut Screen) {
    alice.types(CTRL_P);
    alice.shows(&["Find anything"]);
    alice.types("restart");
    alice.shows(&["▸ start", "restart-payments", "requires approval (1)"]);
    alice.types(ENTER);
    alice.shows(&["Run restart-payments", "service"]);
    alice.types("pay-7");
    alice.shows(&["pay-7"]);
    alice.types(ENTER);
    alice.shows(&["echo restarting pay-7", "waits for approval", "s asks for just this"]);
    alice.types("s");
    alice.shows(&["Ask for restart-payments", "whoever approves it reads this"]);
    alice.types(WHY);
    alice.shows(&[WHY]);
    alice.types(ENTER);
    alice.shows(&["Ask others to approve this run?", "PROD", "type restart-payments to go on"]);
    // Enter alone keeps everything as it is.
    alice.types(ENTER);
    alice.until("the reason again", |shown| {
        shown.contains("Ask for restart-payments") && !shown.contains("type restart-payments")
    });
    alice.types(ENTER);
    alice.shows(&["type restart-payments to go on"]);
    alice.types("restart-payments\r\r");
    alice.shows(&["waits for approval", "o opens it"]);
}

/// Told wherever they are, they read what they sign, and type its name.
fn approves(bob: &mut Screen) {
    bob.shows(&["1 approval", "run.start restart-payments in", "o opens it"]);
    bob.types("2");
    bob.shows(&["Waiting for you (1)", "restart-payments"]);
    bob.types(ENTER);
    bob.shows(&["run.start restart-payments 1.0.0", "ssh:alice", WHY, "service pay-7"]);
    bob.types("a");
    bob.shows(&["Sign this?", "PROD", "type restart-payments to go on"]);
    // Half of the name is not yes.
    bob.types("restart\r");
    bob.until("no question", |shown| !shown.contains("Sign this?"));
    bob.types("a");
    bob.shows(&["Sign this?"]);
    bob.types("restart-payments\r\r");
    bob.shows(&["approved and carried out"]);
}

/// Follows the run to its end, and has its receipt checked; where it was written to.
fn proves(alice: &mut Screen, scene: &Scene) -> PathBuf {
    alice.types("1");
    alice.shows(&["restart-payments", "succeeded"]);
    alice.types(ENTER);
    alice.shows(&["restarting pay-7", "the run succeeded", "receipt issued"]);
    // Tasks, log, relations; the receipt stands above the workers in these.
    alice.types("\t\tGkk");
    alice.types(ENTER);
    alice.shows(&["VERIFIED rcpt_", "here, not by the daemon", "ssh:bob signed"]);
    alice.types("s");
    alice.shows(&["wrote"]);
    let files = fs::read_dir(scene.alice.home()).unwrap();
    let receipts: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".sigstore.json"))
        .collect();
    let [receipt] = &receipts[..] else { panic!("one receipt: {receipts:?}") };
    receipt.clone()
}

#[test]
fn what_one_asks_for_another_approves_and_a_stranger_can_check() {
    let mut scene = set();
    let mut alice = scene.alice.sits_down(PLACE, LARGE);
    let mut bob = scene.bob.sits_down(PLACE, SMALL);
    asks(&mut alice);
    // Her own console lets her sign nothing.
    alice.types("o");
    alice.shows(&["ssh:alice asked for it"]);
    alice.types("a");
    alice.shows(&["nobody approves"]);
    alice.types(ESC);
    approves(&mut bob);
    let receipt = proves(&mut alice, &scene);
    alice.quit();
    bob.quit();

    let run = ["--tenant", "acme", "--env", "prod", "runs", "list", "-o", "json"];
    let listed = scene.stage.owner().call(&run).exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed:#}");
    assert_eq!(
        (&listed[0]["owner"], &listed[0]["status"]),
        (&"ssh:alice".into(), &"succeeded".into())
    );
    let run = listed[0]["runId"].as_str().unwrap();
    let show = ["--tenant", "acme", "--env", "prod", "receipts", "show", run, "-o", "json"];
    let key = scene.stage.owner().call(&show).exits(0).json()["verifierKey"].clone();
    scene.stage.daemon.kill();
    let verify = ["receipt", "verify", receipt.to_str().unwrap(), "--key", key.as_str().unwrap()];
    let said = scene.alice.calls(&verify).exits(0).stdout;
    assert!(said.contains(run), "{said}");
    for part in ["signature", "subject", "checkpoint", "ledger proof"] {
        assert!(said.contains(&format!("ok  {part}")), "{part}: {said}");
    }
}
