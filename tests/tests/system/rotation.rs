//! The key that signs the log is replaced by two people, against the real daemon: kept through kills, and
//! what was signed before is verified by whoever has the first key.

mod token;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use conductor_tests::{Console, Daemon, Setup, until};
use serde_json::Value;

use crate::{
    keys::desk::{Desk, TYPES},
    walk::free_address,
    workflows,
};

const ALICE: (&str, &str) = ("uid:3001", "alice");
/// Who asks: the owner enrolls alice's key, and so could not.
const ASKS: &str = "tcp:anonymous";

struct Scene {
    daemon: Daemon,
    host: String,
    desk: Desk,
}

impl Scene {
    /// A daemon, and two people who may replace its key.
    fn set() -> Self {
        let tcp = free_address();
        let config = format!("listen = '{tcp}'\n");
        let daemon = Daemon::start_with(Setup { config, ..Setup::default() });
        let scene = Self { daemon, host: format!("http://{tcp}"), desk: Desk::new() };
        let (principal, key) = ALICE;
        drop(scene.owner().call(&["grants", "add", principal, "conductor_admin"]).exits(0));
        drop(scene.owner().call(&["grants", "add", ASKS, "conductor_admin"]).exits(0));
        scene.desk.key(key, TYPES[0].1);
        let file = scene.desk.path(&format!("{key}.pub"));
        let enroll = ["keys", "enroll", principal, "--key", file.to_str().unwrap()];
        drop(scene.owner().call(&enroll).exits(0));
        scene.owner().publish(workflows::NOOP);
        scene
    }

    fn owner(&self) -> Console {
        self.daemon.owner()
    }

    fn keys(&self) -> Value {
        self.owner().json(&["ledger", "keys", "list"])
    }

    fn count(&self) -> usize {
        self.keys()["keys"].as_array().unwrap().len()
    }

    /// Somebody on TCP orders it, and alice approves it with OpenSSH's own tools.
    fn rotate(&self) {
        let there = ["--host", &self.host];
        let rotate = ["ledger", "keys", "rotate", "--reason", "90 days are over", "-o", "json"];
        let refused = self.owner().call(&[&there[..], &rotate].concat()).exits(4);
        let error: Value = serde_json::from_str(&refused.stderr).unwrap();
        let id = error["error"]["approval"]["id"].as_str().unwrap();
        let page = self.owner().call(&["approvals", "show", id]).exits(0).stdout;
        for words in ["ledger.rotate_key", "90 days are over"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let statement = self.desk.path("statement.json");
        let export = ["approvals", "export", id, "-O", statement.to_str().unwrap()];
        drop(self.owner().call(&export).exits(0));
        let sign =
            ["-q", "-Y", "sign", "-f", ALICE.1, "-n", "approval@conductor", "statement.json"];
        self.desk.keygen(&sign, b"").unwrap();
        let signature = self.desk.path("statement.json.sig");
        let import = ["approvals", "import", id, signature.to_str().unwrap()];
        drop(self.owner().call(&import).exits(0));
        fs::remove_file(signature).unwrap();
    }

    /// A run's receipt and pack, in files of these names.
    fn evidence(&self, name: &str) -> [String; 2] {
        let run = self.owner().start("noop", &[]);
        let file =
            |end: &str| self.daemon.folder().join(format!("{name}.{end}")).display().to_string();
        let [receipt, pack] = [file("json"), file("tgz")];
        until("the run has its receipt", || {
            let export = ["receipts", "export", &run, "--file", &receipt];
            self.owner().call(&export).code == Some(0)
        });
        drop(self.owner().call(&["runs", "export", &run, "-O", &pack]).exits(0));
        [receipt, pack]
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn two_people_replace_the_key_and_a_stranger_verifies_all_of_it_by_the_first() {
    let mut scene = Scene::set();
    let before = scene.evidence("before");
    let first = scene.owner().json(&["ledger", "checkpoint"])["verifierKey"].clone();
    let first = first.as_str().unwrap().to_owned();
    let log = scene.daemon.folder().join("log").display().to_string();
    drop(scene.owner().call(&["ledger", "export", &log]).exits(0));

    scene.rotate();
    until("the next key is in force", || scene.count() == 2);
    let data = scene.daemon.data_dir();
    assert!(data.join("key.chain").exists() && !data.join("key.next").exists());
    assert_eq!(mode(&data.join("key")), 0o600);
    let after = scene.evidence("after");

    // Killed, and started again: the same key is in force, and the log goes on.
    scene.daemon.kill();
    scene.daemon.launch();
    assert_eq!(scene.count(), 2);
    drop(scene.owner().call(&["run", "noop", "--follow"]).exits(0));
    drop(scene.owner().call(&["ledger", "verify"]).exits(0));
    let doctor = scene.owner().call(&["doctor"]).stdout;
    assert!(doctor.contains("signing key"), "{doctor}");

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
    let mut scene = Scene::set();
    drop(scene.owner().call(&["ledger", "checkpoint"]).exits(0));
    scene.rotate();
    until("the next key is in force", || scene.count() == 2);
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
