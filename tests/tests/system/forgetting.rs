//! Somebody is forgotten: two people want it, the daemon begins again, and no file of its data folder says
//! anything of them any more, while the log verifies and everybody else is there.

mod tenant;

use std::{fs, path::Path};

use conductor_tests::until;

use crate::stage::{ASKS, Stage, approval_of};

const WHO: &str = "customer-4711";
/// In inputs, outputs, logs and contents of artifacts.
const CANARY: &str = "canary-of-whom-7f31c9";
const OTHER: &str = "canary-of-another-04be";
const MANIFEST: &str = "
name: export-data
version: 1.0.0
inputs: {type: object, properties: {who: {type: string}}}
tasks:
  - id: look
    uses: pkg:builtin/shell@1
    env: {WHO: '{{ inputs.who }}'}
    with:
      run: |
        echo \"found $WHO\"
        echo \"who=$WHO\" >>\"$CONDUCTOR_OUTPUT\"
        echo \"report of $WHO\" >report
      artifacts: {report: report}
    outputs: {who: '{{ result.who }}'}
outputs: {who: '{{ tasks.look.outputs.who }}'}
";

/// An administrator on TCP who asks, and a reviewer with a key.
fn scene() -> Stage {
    scene_with("")
}

/// The same, with more in the daemon's configuration.
fn scene_with(config: &str) -> Stage {
    let scene = Stage::with(config);
    scene.grant(ASKS, "tenant_admin");
    scene.person(("uid:3001", "alice"), "workflow_reviewer");
    scene.owner().publish(MANIFEST);
    scene
}

/// Runs it to its end; the run's id, once its receipt is there.
fn run(scene: &Stage, who: &str, about: &[&str]) -> String {
    let input = format!("who={who}");
    let start = [&["run", "export-data", "-i", &input, "--follow"][..], about].concat();
    let run = scene.owner().json(&start)["runId"].as_str().unwrap().to_owned();
    until("the run has its receipt", || {
        scene.owner().call(&["receipts", "show", &run]).code == Some(0)
    });
    run
}

fn runs(scene: &Stage) -> String {
    scene.owner().call(&["runs", "list", "-o", "json"]).stdout
}

/// The files below a folder that hold a text.
fn holding(folder: &Path, text: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            holding(&path, text, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
}

fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    holding(folder, text, &mut found);
    found
}

#[test]
fn who_is_forgotten_stands_nowhere_any_more_and_the_log_verifies() {
    let mut scene = scene();
    let (gone, stays) = (run(&scene, CANARY, &["--subject", WHO]), run(&scene, OTHER, &[]));
    let data = scene.daemon.data_dir();
    let found = files_with(&data, CANARY);
    let is_in = |folder: &str| found.iter().any(|file| file.contains(folder));
    assert!(is_in("/logs/") && is_in("/blobs/") && !is_in("/ledger/"), "{found:#?}");
    assert!(scene.daemon.recorded().contains(CANARY));
    let key =
        scene.owner().json(&["ledger", "checkpoint"])["verifierKey"].as_str().unwrap().to_owned();
    let bundle = scene.desk.path("receipt.json");
    let export = ["receipts", "export", &stays, "--file", bundle.to_str().unwrap()];
    drop(scene.owner().call(&export).exits(0));
    let subjects = scene.owner().json(&["subjects", "list"]);
    assert_eq!((&subjects[0]["name"], subjects[0]["runs"].as_u64()), (&WHO.into(), Some(1)));

    let would = scene.owner().json(&["subjects", "forget", WHO, "--dry-run"]);
    assert_eq!(would["runIds"][0], gone, "{would:#}");
    assert!(
        would["records"].as_u64() >= Some(4) && would["receipts"].as_u64() >= Some(1),
        "{would:#}"
    );

    // A name with a mistake in it is nobody's, whether or not others would have to approve it.
    for how in [&["--dry-run"][..], &["--reason", "their request"]] {
        let wrong = [&["subjects", "forget", "customer-471"][..], how].concat();
        drop(scene.owner().call(&wrong).exits(6).complains_of(&["SUBJECT_UNKNOWN"]));
    }
    assert!(!scene.owner().call(&["approvals", "list"]).stdout.contains("subject.forget"));

    let forget = ["subjects", "forget", WHO, "--reason", "their request", "-o", "json"];
    let id = approval_of(&scene.asks(&forget).exits(4), "APPROVAL_REQUIRED");
    assert!(runs(&scene).contains(&gone), "nothing happens before others approve it");
    drop(scene.signs(&id, "alice").exits(0));
    until("the run is not listed any more", || {
        let listed = runs(&scene);
        listed.contains(&stays) && !listed.contains(&gone)
    });
    until("no file holds it", || files_with(&data, CANARY).is_empty());
    assert!(files_with(&data, WHO).is_empty(), "{:#?}", files_with(&data, WHO));
    assert!(!files_with(&data, OTHER).is_empty());
    assert!(scene.daemon.lives(), "it is the same process");
    proves(&scene, &key, &stays, ("subject.forgotten", 1));

    assert!(scene.daemon.stop().success());
    let offline = scene.daemon.call(&["ledger", "verify"]).exits(0);
    assert!(offline.stdout.contains("verified"), "{offline:?}");
    scene.daemon.launch();
    let listed = runs(&scene);
    assert!(listed.contains(&stays) && !listed.contains(&gone), "{listed}");
    drop(scene.owner().call(&["run", "export-data", "-i", "who=x", "--follow"]).exits(0));
}

/// The log verifies, here and exported, with what is forgotten counted; the receipt of another run holds; and
/// what is left says why nobody can read it.
fn proves(scene: &Stage, key: &str, stays: &str, (kind, keys): (&str, usize)) {
    let owner = scene.owner();
    let verified = owner.json(&["ledger", "verify"]);
    assert_eq!(verified["ok"], true, "{verified:#}");
    assert!(verified["forgotten"].as_u64() >= Some(4), "{verified:#}");
    let there = scene.desk.path("log");
    let there = there.to_str().unwrap();
    drop(owner.call(&["ledger", "export", there]).exits(0));
    drop(owner.call(&["ledger", "verify", "--folder", there, "--key", key]).exits(0));
    let bundle = scene.desk.path("receipt.json");
    drop(owner.call(&["receipts", "verify", bundle.to_str().unwrap(), "--key", key]).exits(0));
    drop(owner.call(&["receipts", "show", stays]).exits(0));
    let recorded = scene.daemon.recorded();
    // Of another tenant's records a tenant is told nothing.
    let told = recorded.contains("sealed with a key that was destroyed on");
    assert_eq!(told, kind == "subject.forgotten", "{recorded}");
    assert!(recorded.contains(kind) && !recorded.contains(CANARY), "{recorded}");
    let doctor = owner.call(&["doctor"]).stdout;
    assert!(doctor.contains(&format!("{keys} were destroyed")), "{doctor}");
}

#[test]
fn a_key_that_is_just_gone_stops_the_daemon_with_its_name() {
    let mut scene = scene();
    drop(run(&scene, OTHER, &["--subject", WHO]));
    assert!(scene.daemon.stop().success());
    let keys = scene.daemon.data_dir().join("keyring");
    let of_whom = files_with(&keys, WHO);
    fs::remove_file(&of_whom[0]).unwrap();
    fs::remove_dir_all(scene.daemon.data_dir().join("views")).unwrap();
    let refused = scene.daemon.call(&[]);
    assert_ne!(refused.code, Some(0), "{refused:#?}");
    drop(refused.complains_of(&[of_whom[0].as_str(), "restore the keyring"]));
}
