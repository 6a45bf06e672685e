//! Disclosure packs of a real daemon: exported, unpacked and checked with nothing but the daemon's key, by
//! our console and by the commands that a pack's own README gives; and not once a byte of one was changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use conductor_keys::{pack, receipt::Trusted};
use conductor_protocol::archive::{self, DISCLOSURE};
use conductor_tests::{Answer, Console, Daemon, until};
use serde_json::Value;

use crate::approvals::{ALICE, BOB, Scene};

const TALKS: &str = "
name: talks
version: 1.0.0
tasks:
  - {id: says, uses: pkg:builtin/shell@1, with: {run: 'echo hello; echo careful >&2'}}
  - {id: silent, uses: pkg:builtin/noop@1}
";
/// Bytes at each end of a pack of which every one is changed.
const ENDS: usize = 600;
/// Of the others every so many.
const STRIDE: usize = 197;

/// A daemon with a run that has its receipt, and the daemon's key in a file.
struct Told {
    daemon: Daemon,
    run: String,
    pem: PathBuf,
}

impl Told {
    fn set() -> Self {
        let daemon = Daemon::start();
        let console = daemon.console();
        console.publish(TALKS);
        let run = console.start("talks", &[]);
        let pem = key_of(&console, &[], &run);
        Self { daemon, run, pem }
    }

    fn export(&self, name: &str) -> PathBuf {
        let console = self.daemon.console();
        let file = console.home.join(name);
        let said = console.call(&["runs", "export", &self.run, "-O", file.to_str().unwrap()]);
        drop(said.exits(0));
        file
    }

    fn verify(&self, pack: &Path) -> Answer {
        verify(&self.daemon.console(), pack, &self.pem)
    }

    /// What verifies as the console does, without a process each time.
    fn trusted(&self) -> Trusted {
        Trusted::parse(&fs::read_to_string(&self.pem).unwrap()).unwrap()
    }
}

/// The daemon's key, once a run has its receipt.
fn key_of(console: &Console, place: &[&str], run: &str) -> PathBuf {
    let mut found = Value::Null;
    until("the run has its receipt", || {
        let shown = console.call(&[place, &["receipts", "show", run, "-o", "json"][..]].concat());
        found = serde_json::from_str(&shown.stdout).unwrap_or_default();
        found["publicKeyPem"].is_string()
    });
    let pem = console.home.join("conductord.pem");
    fs::write(&pem, found["publicKeyPem"].as_str().unwrap()).unwrap();
    pem
}

fn verify(console: &Console, pack: &Path, pem: &Path) -> Answer {
    let (pack, pem) = (pack.to_str().unwrap(), pem.to_str().unwrap());
    console.call(&["receipts", "verify", pack, "--key", pem])
}

fn holds(packed: &[u8], trusted: &Trusted) -> bool {
    archive::unpack(packed, &DISCLOSURE).is_ok_and(|parts| {
        pack::verify(&parts, trusted).is_ok() && archive::is_stored(packed, &parts, &DISCLOSURE)
    })
}

/// Unpacks with `tar` into a new folder beside it.
fn unpacked(pack: &Path) -> PathBuf {
    let folder = pack.with_extension("d");
    fs::create_dir(&folder).unwrap();
    let tar = Command::new("tar").arg("xzf").arg(pack).arg("-C").arg(&folder).output().unwrap();
    assert!(tar.status.success(), "{tar:?}");
    folder
}

/// Runs a line of a README, and gives whether it succeeds.
fn does(folder: &Path, line: &str) -> bool {
    let shell = Command::new("sh").args(["-e", "-c", line]).current_dir(folder).output().unwrap();
    shell.status.success()
}

/// The examples of a pack's README with this word in them, one text.
fn examples(folder: &Path, word: &str) -> String {
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let blocks = readme.split("\n\n").filter(|block| block.starts_with("    "));
    let found: Vec<&str> = blocks.filter(|block| block.contains(word)).collect();
    assert!(!found.is_empty(), "{word} is in no example of\n{readme}");
    found.join("\n")
}

#[test]
fn a_pack_is_checked_without_the_daemon_and_is_the_same_bytes_after_a_restart() {
    let mut told = Told::set();
    let first = told.export("first.tgz");
    let bytes = fs::read(&first).unwrap();
    assert_eq!(fs::read(told.export("again.tgz")).unwrap(), bytes);
    let console = told.daemon.console();
    let streamed = console.command(&["runs", "export", &told.run, "-O", "-"]).output().unwrap();
    assert!(streamed.status.success() && streamed.stdout == bytes, "to standard output, too");
    drop(console.call(&["runs", "export", &told.run]).exits(0));
    let named = console.home.join(format!("{}.tgz", told.run));
    assert_eq!(fs::read(named).unwrap(), bytes, "in a file that is named by the run");
    told.daemon.kill();
    told.daemon.launch();
    assert_eq!(fs::read(told.export("later.tgz")).unwrap(), bytes);
    told.daemon.kill();

    let said = told.verify(&first).exits(0);
    for part in ["pack.sigstore.json", "README.md", "receipt ledger proof", "archive"] {
        assert!(said.stdout.contains(&format!("ok  {part}")), "{part}: {}", said.stdout);
    }
    assert!(said.stdout.ends_with(&format!("the pack of {} holds\n", told.run)), "{said:?}");
    let key = told.pem.to_str().unwrap();
    let said = console.json(&["receipts", "verify", first.to_str().unwrap(), "--key", key]);
    assert_eq!((&said["holds"], &said["runId"]), (&true.into(), &told.run.clone().into()));

    let listed = Command::new("tar").arg("tzf").arg(&first).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for name in [
        "README.md",
        "artifacts.json",
        "checkpoint.txt",
        "decisions.json",
        "key.pem",
        "logs/says/1.stdout.txt",
        "logs/says/1.stderr.txt",
        "pack.sigstore.json",
        "receipt.sigstore.json",
        "run.json",
        "runbook/runbook.yaml",
    ] {
        assert!(listed.lines().any(|line| line == name), "{name} is not in\n{listed}");
    }
    assert!(!listed.contains("logs/silent"), "{listed}");
    let folder = unpacked(&first);
    assert_eq!(fs::read_to_string(folder.join("logs/says/1.stdout.txt")).unwrap(), "hello\n");
    assert_eq!(fs::read_to_string(folder.join("logs/says/1.stderr.txt")).unwrap(), "careful\n");
}

#[test]
fn the_commands_of_its_readme_check_a_pack() {
    let told = Told::set();
    let folder = unpacked(&told.export("pack.tgz"));
    fs::copy(&told.pem, folder.join("conductord.pem")).unwrap();
    let check = examples(&folder, "openssl");
    assert!(does(&folder, &check), "{check}");
    fs::write(folder.join("logs/says/1.stdout.txt"), "hallo\n").unwrap();
    assert!(!does(&folder, &check), "a part is another");
    fs::write(folder.join("logs/says/1.stdout.txt"), "hello\n").unwrap();
    assert!(does(&folder, &check));
    fs::copy(folder.join("receipt.sigstore.json"), folder.join("pack.sigstore.json")).unwrap();
    assert!(!does(&folder, &check), "the receipt is no list of the parts");
}

#[test]
fn no_byte_of_a_pack_can_be_another() {
    let told = Told::set();
    let file = told.export("pack.tgz");
    let bytes = fs::read(&file).unwrap();
    let (trusted, last) = (told.trusted(), bytes.len() - 1);
    assert!(holds(&bytes, &trusted));
    let ends = (0..ENDS).chain(bytes.len() - ENDS..bytes.len());
    for at in ends.chain((ENDS..bytes.len() - ENDS).step_by(STRIDE)) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(!holds(&changed, &trusted), "byte {at} of {}", bytes.len());
    }
    let refused = |changed: &[u8]| {
        let file = told.daemon.console().home.join("changed.tgz");
        fs::write(&file, changed).unwrap();
        let answer = told.verify(&file).exits(9).complains_of(&["does not hold: "]);
        drop(answer);
    };
    // How gzip begins, its header, a block's length, the first name, the middle, the checksum, the end.
    for at in [0, 3, 4, 9, 11, 20, 600, bytes.len() / 2, last - 7, last - 1, last] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        refused(&changed);
    }
    refused(&bytes[..last]);
    refused(&[&bytes[..], b"x"].concat());
    // Packed anew by somebody else, with every part as it was.
    let parts = archive::unpack(&bytes, &DISCLOSURE).unwrap();
    let borrowed = |parts: &[(String, Vec<u8>)]| {
        let files = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        archive::pack(files, &DISCLOSURE).unwrap()
    };
    refused(&borrowed(&parts));
    // With one part changed, the rest packed properly: the part is named.
    let mut changed = parts;
    let place = changed.iter().position(|(name, _)| name == "logs/says/1.stdout.txt").unwrap();
    changed[place].1 = b"hallo\n".to_vec();
    let file = file.with_file_name("part.tgz");
    let files = changed.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    fs::write(&file, archive::store(files, &DISCLOSURE).unwrap()).unwrap();
    drop(told.verify(&file).exits(9).complains_of(&["does not hold: logs/says/1.stdout.txt"]));
    // Another daemon's key.
    let other = Told::set();
    let answer = verify(&told.daemon.console(), &told.export("good.tgz"), &other.pem);
    drop(answer.exits(9).complains_of(&["pack.sigstore.json"]));
}

#[test]
fn who_approved_is_proven_out_of_a_pack_by_ssh_keygen_alone() {
    let scene = Scene::set();
    let id = scene.ask("pay");
    for key in [ALICE.1, BOB.1] {
        drop(scene.sign_elsewhere(&id, key).exits(0));
    }
    let agent = scene.desk.agent(&["me"]);
    drop(scene.approve(&id, &agent.socket()).exits(0));
    let run = scene.shown(&id)["ended"]["runId"].as_str().unwrap().to_owned();
    let (console, place) = (scene.owner(), ["--tenant", "acme", "--env", "prod"]);
    let pem = key_of(&console, &place, &run);
    let file = console.home.join("approved.tgz");
    let export = ["runs", "export", &run, "-O", file.to_str().unwrap()];
    drop(scene.acme(&[&["--env", "prod"][..], &export].concat()).exits(0));
    let said = verify(&console, &file, &pem).exits(0);
    assert!(said.stdout.contains("receipt approvals"), "{}", said.stdout);

    let folder = unpacked(&file);
    let command = examples(&folder, "check-novalidate").replace("ID", &id);
    for number in ["1.sig", "2.sig", "3.sig"] {
        assert!(does(&folder, &command.replace("1.sig", number)), "{number}: {command}");
    }
    let allowed = scene.acme(&["keys", "export"]).exits(0).stdout;
    fs::write(folder.join("allowed_signers"), allowed).unwrap();
    let signed = examples(&folder, "approval@conductor");
    let command = signed.lines().find(|line| line.contains("-Y verify")).unwrap();
    let command = command.replace("ID", &id).replace("PRINCIPAL", ALICE.0);
    assert!(does(&folder, &command), "{command}");
    let runbook = examples(&folder, "runbook@conductor").replace("PRINCIPAL", "uid:3003");
    assert!(does(&folder, &runbook), "{runbook}");
    let statement = folder.join(format!("approvals/{id}/statement.json"));
    let other = fs::read_to_string(&statement).unwrap().replace("pay", "ship");
    fs::write(&statement, other).unwrap();
    assert!(!does(&folder, &command), "another statement");
}
