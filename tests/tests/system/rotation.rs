//! The key that signs the log is replaced by two people, against the real daemon: kept through kills, and
//! what was signed before is verified by whoever has the first key.

mod token;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use conductor_tests::until;
use rustix::process::Signal;
use serde_json::Value;

use crate::{
    stage::{ASKS, Stage, approval_of},
    workflows,
};

const ALICE: (&str, &str) = ("uid:3001", "alice");

/// A daemon, and two people who may replace its key.
fn scene() -> Stage {
    let scene = Stage::set();
    scene.person(ALICE, "conductor_admin");
    // Who asks: the owner enrolled alice's key, and so could not.
    scene.grant(ASKS, "conductor_admin");
    scene.owner().publish(workflows::NOOP);
    scene
}

fn keys(scene: &Stage) -> Value {
    scene.owner().json(&["ledger", "keys", "list"])
}

fn count(scene: &Stage) -> usize {
    keys(scene)["keys"].as_array().unwrap().len()
}

/// Somebody on TCP orders it, and alice approves it with OpenSSH's own tools.
fn rotate(scene: &Stage) {
    let rotate = ["ledger", "keys", "rotate", "--reason", "90 days are over", "-o", "json"];
    let id = approval_of(&scene.asks(&rotate).exits(4), "APPROVAL_REQUIRED");
    let page = scene.owner().call(&["approvals", "show", &id]).exits(0).stdout;
    for words in ["ledger.rotate_key", "90 days are over"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    drop(scene.signs(&id, ALICE.1).exits(0));
}

/// A run's receipt and pack, in files of these names.
fn evidence(scene: &Stage, name: &str) -> [String; 2] {
    let run = scene.owner().start("noop", &[]);
    let file =
        |end: &str| scene.daemon.folder().join(format!("{name}.{end}")).display().to_string();
    let [receipt, pack] = [file("json"), file("tgz")];
    until("the run has its receipt", || {
        let export = ["receipts", "export", &run, "--file", &receipt];
        scene.owner().call(&export).code == Some(0)
    });
    drop(scene.owner().call(&["runs", "export", &run, "-O", &pack]).exits(0));
    [receipt, pack]
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn two_people_replace_the_key_and_a_stranger_verifies_all_of_it_by_the_first() {
    let mut scene = scene();
    let before = evidence(&scene, "before");
    let first = scene.owner().json(&["ledger", "checkpoint"])["verifierKey"].clone();
    let first = first.as_str().unwrap().to_owned();
    let log = scene.daemon.folder().join("log").display().to_string();
    drop(scene.owner().call(&["ledger", "export", &log]).exits(0));

    rotate(&scene);
    until("the next key is in force", || count(&scene) == 2);
    let data = scene.daemon.data_dir();
    assert!(data.join("key.chain").exists() && !data.join("key.next").exists());
    assert_eq!(mode(&data.join("key")), 0o600);
    let after = evidence(&scene, "after");

    // Killed, and started again: the same key is in force, and the log goes on.
    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(count(&scene), 2);
    drop(scene.owner().call(&["run", "noop", "--follow"]).exits(0));
    drop(scene.owner().call(&["ledger", "verify"]).exits(0));
    let doctor = scene.owner().call(&["doctor"]).stdout;
    assert!(doctor.contains("signing key"), "{doctor}");
    // That nothing is signed in between is no fault.
    let said = scene.daemon.log();
    assert!(!said.contains("just being replaced"), "{said}");

    // A stranger has the first key, the chain and the files.
    let chain = scene.daemon.folder().join("log-keys.json").display().to_string();
    drop(scene.owner().call(&["ledger", "keys", "export", "--file", &chain]).exits(0));
    for file in before.iter().chain(&after) {
        let verify = ["receipts", "verify", file, "--key", &first, "--chain", &chain];
        drop(scene.owner().call(&verify).exits(0));
    }
    drop(scene.owner().call(&["receipts", "verify", &before[0], "--key", &first]).exits(0));
    let alone = scene.owner().call(&["receipts", "verify", &after[0], "--key", &first]).exits(9);
    drop(alone.complains_of(&["conductor ledger keys export"]));
    // A pack brings the chain, which leads nowhere but where the key says.
    drop(scene.owner().call(&["receipts", "verify", &after[1], "--key", &first]).exits(0));

    until("the next key has signed a checkpoint", || {
        scene.owner().json(&["ledger", "checkpoint"])["verifierKey"] != *first
    });
    // The folder that was exported before goes on with both keys, and holds by either.
    let again = scene.owner().json(&["ledger", "export", &log]);
    let newest = again["verifierKey"].as_str().unwrap();
    assert_ne!(newest, first);
    for key in [first.as_str(), newest] {
        drop(scene.owner().call(&["ledger", "verify", "--folder", &log, "--key", key]).exits(0));
    }
    let remembered = scene.owner().json(&["ledger", "remembered"]);
    assert_eq!(remembered[0]["verifierKey"], *newest, "the console followed: {remembered}");
    assert!(scene.daemon.stop().success());
    let offline = data.display().to_string();
    drop(scene.owner().call(&["ledger", "verify", "--offline", &offline]).exits(0));
}

#[test]
fn a_key_that_nothing_leads_to_is_refused_by_who_remembers_another() {
    let mut scene = scene();
    drop(scene.owner().call(&["ledger", "checkpoint"]).exits(0));
    rotate(&scene);
    until("the next key is in force", || count(&scene) == 2);
    // What the console remembers is made out to be by a key that handed over to nobody.
    let folder = scene.daemon.folder().to_owned();
    let remembered = find(&folder, "checkpoints").expect("the console remembers");
    let mut files = fs::read_dir(remembered).unwrap().flatten().map(|entry| entry.path());
    let file = files.find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    let mut known: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let origin = known["origin"].as_str().unwrap().to_owned();
    let other = conductor_keys::note::SigningKey::from_seed(&origin, [9; 32]).unwrap();
    known["verifierKey"] = other.verifier().to_string().into();
    known["size"] = 5.into();
    known["note"] = other.sign_checkpoint(5, &[3; 32]).unwrap().into();
    fs::write(&file, known.to_string()).unwrap();
    let refused = scene.owner().call(&["ledger", "checkpoint"]).exits(9);
    drop(refused.complains_of(&["signed by another key than before", "handed over to no other"]));
    assert!(scene.daemon.stop().success());
}

#[test]
fn the_next_key_is_named_while_the_daemon_runs() {
    let mut scene = scene();
    assert_eq!(keys(&scene)["nextPlace"], "a key file in the data folder");
    let public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let next = format!("[signing.next]\ncommand = ['/bin/false']\npublic_key = '{public_key}'\n");
    let before = format!("listen = '{}'\n", scene.host.trim_start_matches("http://"));
    scene.daemon.configure(before.clone() + &next);
    scene.daemon.signal(Signal::HUP);
    until("the next key is known", || keys(&scene)["nextPlace"] == "the program /bin/false");
    assert!(!scene.daemon.log().contains("counts from the next start on"));
    // One that is not in force, in the place of the one that is.
    scene.daemon.configure(before + &next.replace(".next", ""));
    scene.daemon.signal(Signal::HUP);
    until("it is said", || scene.daemon.log().contains("would not start like that"));
    assert_eq!(keys(&scene)["nextPlace"], "the program /bin/false");
    assert_eq!(count(&scene), 1);
}

/// A folder of this name somewhere below.
fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            let found = if path.ends_with(name) { Some(path.clone()) } else { find(&path, name) };
            if found.is_some() {
                return found;
            }
        }
    }
    None
}
