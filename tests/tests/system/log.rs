//! The log as others read it: programs that are not ours verify the exported folder and cosign the
//! checkpoints, a token signs them, and who was shown another history says so.

use std::{
    fs,
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use conductor_protocol::v1;
use conductor_tests::{Daemon, Setup, free_port, root, skipped, until};
use serde_json::{Value, json};

use crate::workflows;

/// A payload that is longer than an entry of a bundle.
const LONG_BYTES: usize = 80_000;

/// A program of the packages `aics-tlog` and `aics-witness`; none where they are not installed.
fn stranger(name: &str) -> Option<PathBuf> {
    let path = root().join("target/aics_witness/bin").join(name);
    path.exists().then_some(path)
}

fn without_strangers() {
    skipped(
        "no independent reader of logs: with Python 3.12 or newer, python3 -m venv target/aics_witness && \
         target/aics_witness/bin/pip install aics-tlog==0.2.1 aics-witness==0.1.0",
    );
}

fn run(daemon: &Daemon, count: usize) {
    for _ in 0..count {
        drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    }
}

/// A daemon with records in several tiles, a long one among them, all of them signed for.
fn with_history(mut daemon: Daemon) -> Daemon {
    daemon.console().publish(workflows::NOOP);
    let text = "y".repeat(LONG_BYTES);
    daemon.console().publish(&format!(
        "name: long\nversion: 1.0.0\ntasks:\n  - id: a\n    uses: pkg:builtin/shell@1\n    \
         with: {{run: '# {text}'}}\n"
    ));
    while daemon.console().json(&["status"])["ledgerSeq"].as_u64() < Some(300) {
        run(&daemon, 5);
    }
    assert!(daemon.stop().success());
    daemon.launch();
    daemon
}

fn key_of(daemon: &Daemon) -> String {
    let checkpoint = daemon.console().json(&["ledger", "checkpoint"]);
    checkpoint["verifierKey"].as_str().unwrap().to_owned()
}

fn succeeds(program: &Path, arguments: &[&str]) -> bool {
    let ended = Command::new(program).args(arguments).output().unwrap();
    ended.status.success()
}

#[test]
fn an_exported_log_is_verified_by_us_and_by_strangers() {
    let daemon = with_history(Daemon::start());
    let (key, folder) = (key_of(&daemon), daemon.folder().join("log"));
    let there = folder.to_str().unwrap();
    let console = daemon.console();
    let exported = console.json(&["ledger", "export", there]);
    assert!(exported["size"].as_u64() >= Some(300) && exported["entries"] == true, "{exported}");
    let verify = ["ledger", "verify", "--folder", there, "--key", key.as_str()];
    drop(console.call(&verify).exits(0));
    assert!(fs::read_dir(folder.join("payload")).unwrap().count() == 1, "the long record");
    let old = daemon.folder().join("old");
    fs::copy(folder.join("checkpoint"), &old).unwrap();
    run(&daemon, 3);
    let daemon = with_history(daemon);
    let again = daemon.console().json(&["ledger", "export", there]);
    assert!(again["size"].as_u64() > exported["size"].as_u64(), "{again}");
    assert!(again["fetched"].as_u64() < exported["fetched"].as_u64().map(|all| all + 1), "{again}");

    // Any byte of it: named, with an exit code of its own.
    let tile = folder.join("tile/entries/000");
    let good = fs::read(&tile).unwrap();
    let mut bad = good.clone();
    // In the first record.
    bad[40] ^= 1;
    fs::write(&tile, &bad).unwrap();
    drop(daemon.console().call(&verify).exits(9).complains_of(&["is not what was written"]));
    fs::write(&tile, &good).unwrap();

    let Some(tlog) = stranger("aics-tlog") else { return without_strangers() };
    let common = ["--tiles", there, "--log-key", key.as_str()];
    let with = |first: &[&'static str], more: &[&str]| {
        succeeds(&tlog, &[first, &common[..], more].concat())
    };
    assert!(with(&["verify-checkpoint"], &[]));
    for index in ["0", "2", "255", "256", "299"] {
        assert!(with(&["verify-inclusion"], &["--index", index]), "{index}");
    }
    assert!(with(&["verify-consistency"], &["--old-checkpoint", old.to_str().unwrap()]));
    fs::write(&tile, &bad).unwrap();
    assert!(!with(&["verify-inclusion"], &["--index", "0"]));
}

/// Two libraries that know each other as little as us: one reads the folder, one makes the tree anew.
#[tokio::test]
async fn an_exported_log_and_the_proofs_that_are_served_hold_in_other_libraries() {
    let python = root().join("target/pymerkle/bin/python3");
    if !python.exists() {
        return skipped(
            "no independent libraries of Merkle trees: python3 -m venv target/pymerkle && \
             target/pymerkle/bin/pip install pymerkle==7.0.0 tlog-scales==0.0.3",
        );
    }
    let daemon = with_history(Daemon::start());
    let (key, folder) = (key_of(&daemon), daemon.folder().join("log"));
    let exported = daemon.console().json(&["ledger", "export", folder.to_str().unwrap()]);
    let size = exported["size"].as_u64().unwrap();
    assert!(size >= 300, "{exported}");
    let mut ledger = daemon.api().await.ledger();
    let (mut inclusion, mut consistency) = (Vec::new(), Vec::new());
    for (seq, tree_size) in [(1, size), (3, size), (256, size), (257, 257), (100, 299), (1, 1)] {
        let request = v1::InclusionProofRequest { seq, tree_size, ..Default::default() };
        let proof = ledger.inclusion_proof(request).await.unwrap().into_inner();
        inclusion.push(json!({
            "index": proof.index,
            "treeSize": proof.tree_size,
            "hashes": proof.hashes,
            "leafHash": proof.leaf_hash,
            "rootHash": proof.root_hash,
        }));
    }
    for (old_size, new_size) in [(1, size), (256, size), (255, 257), (299, 300), (size - 1, size)] {
        let request = v1::ConsistencyProofRequest { old_size, new_size, ..Default::default() };
        let v1::ConsistencyProofResponse { hashes, .. } =
            ledger.consistency_proof(request).await.unwrap().into_inner();
        consistency.push(json!({"oldSize": old_size, "newSize": new_size, "hashes": hashes}));
    }
    let proofs = json!({"inclusion": inclusion, "consistency": consistency});
    let checked = |proofs: &Value| {
        let file = daemon.folder().join("proofs.json");
        fs::write(&file, proofs.to_string()).unwrap();
        Command::new(&python)
            .arg(root().join("tests/tests/system/log/verify.py"))
            .arg(&folder)
            .arg(&key)
            .stdin(fs::File::open(&file).unwrap())
            .output()
            .unwrap()
    };
    let said = checked(&proofs);
    let told = String::from_utf8_lossy(&said.stdout);
    assert_eq!(told.trim(), size.to_string(), "{}", String::from_utf8_lossy(&said.stderr));
    // And they do look: at each proof, and at the entries.
    for place in ["/inclusion/0/hashes/0", "/consistency/1/hashes/0"] {
        let mut other = proofs.clone();
        *other.pointer_mut(place).unwrap() = json!(BASE64_STANDARD.encode([7; 32]));
        assert!(!checked(&other).status.success(), "{place}");
    }
    let tile = folder.join("tile/entries/000");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    fs::write(&tile, &bytes).unwrap();
    assert!(!checked(&proofs).status.success());
}

#[test]
fn who_may_not_read_everything_gets_hashes_alone() {
    let config = "listen = '127.0.0.1:0'\n".to_owned();
    let daemon = with_history(Daemon::start_with(Setup { config, ..Setup::default() }));
    drop(daemon.console().call(&["grants", "add", "tcp:anonymous", "read_only"]).exits(0));
    let log = daemon.log();
    let place = log.lines().rfind(|line| line.contains("listening on TCP")).unwrap();
    let place = &place[place.find("127.0.0.1:").unwrap()..];
    let port: String =
        place["127.0.0.1:".len()..].chars().take_while(char::is_ascii_digit).collect();
    let host = format!("http://127.0.0.1:{port}");
    let folder = daemon.folder().join("hashes");
    let there = folder.to_str().unwrap();
    let reader = |more: &[&str]| {
        daemon.console().call(&[&["--host", &host, "ledger", "export", there], more].concat())
    };
    drop(reader(&[]).exits(3));
    drop(reader(&["--hashes"]).exits(0));
    assert!(folder.join("tile/0/000").exists() && !folder.join("tile/entries").exists());
    let key = key_of(&daemon);
    let verify = ["ledger", "verify", "--folder", there, "--key", &key];
    drop(daemon.console().call(&verify).exits(0));
}

#[test]
fn another_history_is_refused_and_kept_as_evidence() {
    let mut daemon = with_history(Daemon::start());
    let copy = daemon.folder().join("copy");
    assert!(daemon.stop().success());
    let copied = |from: &Path, to: &Path| {
        assert!(succeeds(
            Path::new("/bin/cp"),
            &["-a", from.to_str().unwrap(), to.to_str().unwrap()]
        ));
    };
    copied(&daemon.data_dir(), &copy);
    daemon.launch();
    run(&daemon, 5);
    assert!(daemon.stop().success());
    daemon.launch();
    drop(daemon.console().call(&["ledger", "checkpoint"]).exits(0));
    let seen = daemon.console().json(&["ledger", "remembered"])[0].clone();
    // The older state comes back, and goes another way.
    assert!(daemon.stop().success());
    fs::remove_dir_all(daemon.data_dir()).unwrap();
    copied(&copy, &daemon.data_dir());
    daemon.launch();
    let refused = daemon.console().call(&["ledger", "checkpoint"]).exits(9);
    drop(refused.complains_of(&["fewer records than before"]));
    run(&daemon, 20);
    assert!(daemon.stop().success());
    daemon.launch();
    let refused = daemon.console().call(&["ledger", "verify"]).exits(9);
    drop(refused.complains_of(&["does not continue what was seen"]));
    let evidence = daemon.console().home.join("conductor/checkpoints/evidence");
    assert_eq!(fs::read_dir(evidence).unwrap().count(), 4, "two disagreements, two notes each");
    assert_eq!(daemon.console().json(&["ledger", "remembered"])[0], seen, "it is not replaced");
    let origin = seen["origin"].as_str().unwrap();
    drop(daemon.console().call(&["ledger", "forget", origin]).exits(0));
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
}

/// A witness that somebody else wrote, at a port of the daemon's configuration.
struct Witness {
    server: Child,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

#[test]
fn a_stranger_cosigns_what_only_grew() {
    let Some(program) = stranger("aics-witness") else { return without_strangers() };
    let port = free_port();
    let mut daemon = Daemon::prepare(Setup::default());
    let config = daemon.folder().join("witness.json");
    let config = config.to_str().unwrap();
    let listen = format!("127.0.0.1:{port}");
    let begun = Command::new(&program)
        .args(["init", "-c", config, "--name", "w.example/1", "--listen", &listen])
        .output()
        .unwrap();
    assert!(begun.status.success(), "{begun:?}");
    let told = String::from_utf8(begun.stdout).unwrap() + &String::from_utf8(begun.stderr).unwrap();
    let mut words = told.split_whitespace();
    let witness_key =
        words.find(|word| word.starts_with("w.example/1+")).expect("its key").to_owned();
    daemon.configure(format!("[[witness]]\nkey = '{witness_key}'\nurl = 'http://{listen}/'\n"));
    daemon.launch();
    // It is away: nothing waits for it, and the doctor says so.
    let daemon = with_history(daemon);
    until("the doctor misses the witness", || {
        let checks = daemon.console().call(&["doctor", "-o", "json"]).json().to_string();
        checks.contains("w.example/1")
    });
    let key = key_of(&daemon);
    let origin = key.split('+').next().unwrap().to_owned();
    assert!(succeeds(&program, &["add-log", "-c", config, "--origin", &origin, "--vkey", &key]));
    let server = Command::new(&program)
        .args(["serve", "-c", config])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _witness = Witness { server };
    until("the witness listens", || TcpStream::connect(&listen).is_ok());
    let cosigned = || {
        let answer = daemon.console().json(&["ledger", "witness", "--now"]);
        answer["cosignedSize"].as_u64().unwrap() >= 300
            && answer["cosignedSize"] == answer["checkpointSize"]
    };
    until("the witness cosigns", cosigned);
    run(&daemon, 2);
    until("it cosigns what came after, by the proof from what it knows", cosigned);
    let folder = daemon.folder().join("log");
    let there = folder.to_str().unwrap();
    drop(daemon.console().call(&["ledger", "export", there]).exits(0));
    let verify =
        ["ledger", "verify", "--folder", there, "--key", &key, "--witness-key", &witness_key];
    drop(daemon.console().call(&verify).exits(0));
    if let Some(tlog) = stranger("aics-tlog") {
        let quorum = ["--witness-key", &witness_key, "--quorum", "1"];
        let checkpoint = ["verify-checkpoint", "--tiles", there, "--log-key", &key];
        assert!(succeeds(&tlog, &[&checkpoint[..], &quorum].concat()));
    }
}

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A token with a key pair in a folder; false where the programs are not there.
fn token(folder: &Path) -> bool {
    let tokens = folder.join("tokens");
    fs::create_dir(&tokens).unwrap();
    let config = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    fs::write(folder.join("softhsm2.conf"), config).unwrap();
    fs::write(folder.join("pin"), "5678\n").unwrap();
    fs::set_permissions(folder.join("pin"), fs::Permissions::from_mode(0o600)).unwrap();
    let quiet = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).env("SOFTHSM2_CONF", folder.join("softhsm2.conf"));
        command.output().is_ok_and(|output| output.status.success())
    };
    Path::new(MODULE).exists()
        && quiet(
            "softhsm2-util",
            &[
                "--init-token",
                "--free",
                "--label",
                "conductor",
                "--so-pin",
                "1234",
                "--pin",
                "5678",
            ],
        )
        && quiet(
            "pkcs11-tool",
            &[
                "--module",
                MODULE,
                "--token-label",
                "conductor",
                "--login",
                "--pin",
                "5678",
                "--keypairgen",
                "--key-type",
                "EC:edwards25519",
                "--label",
                "ledger",
            ],
        )
}

#[test]
fn a_token_signs_and_nothing_is_lost_while_it_is_away() {
    let mut daemon = Daemon::prepare(Setup::default());
    if !token(daemon.folder()) {
        return skipped("no token: apt-get install softhsm2 opensc");
    }
    let pin = daemon.folder().join("pin");
    daemon.configure(format!(
        "[signing.pkcs11]\nmodule = '{MODULE}'\ntoken = 'conductor'\nkey = 'ledger'\npin_file = '{}'\n",
        pin.display()
    ));
    let conf = daemon.folder().join("softhsm2.conf");
    daemon.environment(vec![("SOFTHSM2_CONF", conf.display().to_string())]);
    daemon.launch();
    let mut daemon = with_history(daemon);
    let key = key_of(&daemon);
    assert!(!daemon.data_dir().join("key").exists() && daemon.data_dir().join("key.pub").exists());
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
    assert!(!daemon.log().contains("5678"), "the PIN is nowhere");
    // Away from the next start on: the daemon serves, and takes what it is given.
    assert!(daemon.stop().success());
    let away = daemon.folder().join("away");
    fs::rename(daemon.folder().join("tokens"), &away).unwrap();
    daemon.launch();
    run(&daemon, 2);
    until("the doctor says that nothing is signed", || {
        let checks = daemon.console().call(&["doctor", "-o", "json"]).json().to_string();
        checks.contains("none is signed beyond")
    });
    let seq = daemon.console().json(&["status"])["ledgerSeq"].as_u64();
    assert!(daemon.stop().success(), "a stop without a last checkpoint is a good one");
    fs::rename(&away, daemon.folder().join("tokens")).unwrap();
    daemon.launch();
    run(&daemon, 1);
    until("it signs again", || {
        daemon.console().json(&["ledger", "checkpoint"])["size"].as_u64() > seq
    });
    assert_eq!(key_of(&daemon), key);
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
}
