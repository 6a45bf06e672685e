//! Receipts of a real daemon: checked with nothing but its key, by our console and by libraries that
//! others wrote; through a kill; and not once a byte of one was changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use conductor_tests::{Console, Daemon, root, skipped, until};
use serde_json::Value;

use crate::workflows;

/// Runs that end while the daemon is killed.
const RUNS: usize = 20;

/// A daemon with a run that has ended, and its receipt in a file; the key as text and as PEM.
struct Scene {
    daemon: Daemon,
    run: String,
    bundle: PathBuf,
    key: String,
    pem: PathBuf,
}

impl Scene {
    fn set() -> Self {
        let daemon = Daemon::start();
        let console = daemon.console();
        console.publish(workflows::NOOP);
        let run = console.start("noop", &[]);
        let shown = receipt_of(&console, &run);
        let (bundle, pem) = (console.home.join("run.json"), console.home.join("conductord.pem"));
        let file = bundle.to_str().unwrap();
        drop(console.call(&["receipts", "export", &run, "--file", file]).exits(0));
        assert_eq!(fs::read_to_string(&bundle).unwrap(), shown["bundle"]);
        fs::write(&pem, shown["publicKeyPem"].as_str().unwrap()).unwrap();
        let key = shown["verifierKey"].as_str().unwrap().to_owned();
        Self { daemon, run, bundle, key, pem }
    }
}

/// The receipt of a run's end, once it is there.
fn receipt_of(console: &Console, run: &str) -> Value {
    let mut found = None;
    until("the run has its receipt", || {
        let shown = console.call(&["receipts", "show", run, "-o", "json"]);
        found = serde_json::from_str(&shown.stdout).ok();
        found.as_ref().is_some_and(|found: &Value| found["bundle"].is_string())
    });
    found.unwrap()
}

#[test]
fn a_receipt_is_checked_without_the_daemon_by_its_key_alone() {
    let mut scene = Scene::set();
    let console = scene.daemon.console();
    assert!(console.show(&scene.run)["receiptId"].as_str().unwrap().starts_with("rcpt_"));
    let listed = console.json(&["receipts", "list", "--kind", "run.ended"]);
    assert_eq!(listed[0]["runId"], scene.run);
    scene.daemon.kill();

    let bundle = scene.bundle.to_str().unwrap();
    let said = console.call(&["receipt", "verify", bundle, "--key", &scene.key]).exits(0);
    for part in ["signature", "subject", "checkpoint", "ledger proof", "receipt id"] {
        assert!(said.stdout.contains(&format!("ok  {part}")), "{part}: {}", said.stdout);
    }
    let pem = scene.pem.to_str().unwrap();
    let said = console.json(&["receipts", "verify", bundle, "--key", pem]);
    assert_eq!((&said["holds"], &said["subjects"][0]["name"]), (&true.into(), &scene.run.into()));
    assert_eq!(said["predicate"]["conductor_steps"][0]["outcome"], "succeeded");

    // Another key, and another text.
    let other = "led_x+00000000+AQ==";
    drop(console.call(&["receipts", "verify", bundle, "--key", other]).exits(8));
    let mut changed = fs::read(&scene.bundle).unwrap();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let file = console.home.join("changed.json");
    fs::write(&file, changed).unwrap();
    let file = file.to_str().unwrap();
    let refused = console.call(&["receipts", "verify", file, "--key", pem]).exits(9);
    drop(refused.complains_of(&["does not hold"]));
}

#[test]
fn a_kill_between_end_and_receipt_delays_it_and_doubles_nothing() {
    let mut daemon = Daemon::start();
    daemon.console().publish(workflows::NOOP);
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(daemon.console().start("noop", &[]));
    }
    // The last of them have ended a moment ago, or not yet.
    daemon.kill();
    daemon.launch();
    let console = daemon.console();
    for run in &runs {
        let receipt = receipt_of(&console, run);
        assert_eq!(receipt["receipt"]["kind"], "run.ended");
        let of_run = console.json(&["receipts", "list", "--run", run, "--kind", "run.ended"]);
        assert_eq!(of_run.as_array().unwrap().len(), 1, "{of_run}");
    }
    let doctor = console.json(&["doctor"]);
    let check = doctor.as_array().unwrap().iter().find(|check| check["name"] == "receipts");
    assert_eq!(check.unwrap()["status"], "ok");
}

/// The folder of the scripts.
fn scripts() -> PathBuf {
    root().join("tests/tests/system/receipts")
}

/// What a script says of a bundle; nothing when it refuses it.
fn said(command: &mut Command, bundle: &Path, pem: &Path) -> Option<String> {
    let output = command.args([bundle, pem]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    output.status.success().then(|| text.trim().to_owned())
}

/// The same bundle with another letter in its payload.
fn changed(bundle: &Path) -> PathBuf {
    let mut read: Value = serde_json::from_slice(&fs::read(bundle).unwrap()).unwrap();
    let payload = read["dsseEnvelope"]["payload"].as_str().unwrap();
    let other = if payload.starts_with('e') { "f" } else { "e" };
    read["dsseEnvelope"]["payload"] = format!("{other}{}", &payload[1..]).into();
    let file = bundle.with_file_name("other.json");
    fs::write(&file, read.to_string()).unwrap();
    file
}

#[test]
fn the_libraries_of_in_toto_and_dsse_check_a_receipt() {
    let python = root().join("target/in_toto_attestation/bin/python3");
    if !python.exists() {
        return skipped("in-toto-attestation is not there: `cargo xtask test` installs it");
    }
    let scene = Scene::set();
    let check = || {
        let mut command = Command::new(&python);
        command.arg(scripts().join("verify.py"));
        command
    };
    assert_eq!(said(&mut check(), &scene.bundle, &scene.pem), Some(scene.run.clone()));
    assert_eq!(said(&mut check(), &changed(&scene.bundle), &scene.pem), None);
}

#[test]
fn the_libraries_of_sigstore_check_a_receipt() {
    let folder = root().join("target/sigstore");
    if !folder.join("node_modules/@sigstore/verify").is_dir() {
        return skipped("@sigstore/verify is not there: `cargo xtask test` installs it");
    }
    let scene = Scene::set();
    // Beside its packages, where node looks for them.
    let script = folder.join("verify.mjs");
    fs::copy(scripts().join("verify.mjs"), &script).unwrap();
    let check = || {
        let mut command = Command::new("node");
        command.arg(&script);
        command
    };
    let form = "application/vnd.dev.sigstore.bundle.v0.3+json";
    assert_eq!(said(&mut check(), &scene.bundle, &scene.pem).as_deref(), Some(form));
    assert_eq!(said(&mut check(), &changed(&scene.bundle), &scene.pem), None);
}
