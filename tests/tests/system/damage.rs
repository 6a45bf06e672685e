//! Bytes on disk that are not what was written: the ledger is never guessed at, the views are
//! made again.

use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use conductor_tests::{Answer, Daemon, Setup};

use crate::workflows;

/// Something done to a folder.
type Harm = fn(&Path);

/// Runs behind every damage.
const RUNS: usize = 30;

#[test]
fn a_flipped_byte_is_named_and_repaired_with_a_copy_kept() {
    let (mut daemon, runs) = with_history();
    let middle = &runs[RUNS / 2];
    let (segment, place) = find_bytes(&daemon.data_dir().join("ledger"), middle.as_bytes());
    assert!(daemon.stop().success());
    flip(&segment, place);

    let refused = daemon.call(&[]);
    assert_ne!(refused.code, Some(0), "{refused:#?}");
    let name = segment.file_name().unwrap().to_str().unwrap();
    drop(refused.complains_of(&["damaged", "record", name, "conductord ledger repair"]));

    let repaired = daemon.call(&["ledger", "repair"]).exits(0);
    let said = format!("{}{}", repaired.stdout, repaired.stderr);
    assert!(said.contains("ledger.damaged-1"), "where is the copy? {said}");
    assert!(said.contains("lost"), "what is lost? {said}");
    let copy = daemon.data_dir().join("ledger.damaged-1").join(name);
    assert_ne!(fs::metadata(copy).unwrap().len(), 0);

    daemon.launch();
    let kept = listed(&daemon);
    assert!(kept.contains(&runs[0]), "what came before the damage is kept");
    assert!(!kept.contains(&runs[RUNS - 1]), "what came after it is gone and not made up");
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
}

#[test]
fn a_running_daemon_finds_a_flipped_byte_when_it_is_asked_to_verify() {
    let (daemon, runs) = with_history();
    let (segment, place) = find_bytes(&daemon.data_dir().join("ledger"), runs[3].as_bytes());
    flip(&segment, place);
    let verified = daemon.console().call(&["ledger", "verify"]).exits(9);
    drop(verified.complains_of(&["record"]));
    drop(daemon.console().call(&["status"]).exits(0));
}

#[test]
fn a_torn_tail_is_cut() {
    let (mut daemon, runs) = with_history();
    daemon.kill();
    let (segment, _) = find_bytes(&daemon.data_dir().join("ledger"), runs[0].as_bytes());
    let bytes = fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|&byte| byte != 0).unwrap() + 1;
    // The beginning of an append that the power failed in.
    let mut file = File::options().write(true).open(&segment).unwrap();
    file.seek(SeekFrom::Start(end as u64)).unwrap();
    file.write_all(b"BTCH\x01\x00\x00\x00torn").unwrap();

    daemon.launch();
    assert_eq!(listed(&daemon).len(), RUNS, "nothing that was acknowledged is lost");
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
}

#[test]
fn views_that_are_gone_or_garbled_are_made_again() {
    let (mut daemon, _) = with_history();
    let before = daemon.console().json(&["runs", "list"]);
    let harms: [(&str, Harm); 4] = [
        ("deleted", |views| fs::remove_dir_all(views).unwrap()),
        ("truncated", |views| each_file(views, |file| file.set_len(file_len(file) / 2).unwrap())),
        ("emptied", |views| each_file(views, |file| file.set_len(0).unwrap())),
        ("garbled", |views| each_file(views, garble)),
    ];
    for (name, harm) in harms {
        assert!(daemon.stop().success());
        harm(&daemon.data_dir().join("views"));
        daemon.launch();
        assert_eq!(daemon.console().json(&["runs", "list"]), before, "views {name}");
    }
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
}

#[test]
fn a_second_daemon_on_the_same_store_is_refused() {
    let (mut daemon, _) = with_history();
    let second = daemon.call(&[]);
    assert_ne!(second.code, Some(0), "{second:#?}");
    let said = second.stderr.to_lowercase();
    assert!(said.contains("another") || said.contains("lock"), "{second:#?}");
    assert!(daemon.lives(), "the first one goes on");
    assert_eq!(listed(&daemon).len(), RUNS);
}

#[test]
fn a_folder_that_can_t_be_written_is_named() {
    let daemon = Daemon::prepare(Setup::default());
    // Not even root may make a folder there.
    let folder = "/sys/conductor";
    let output = std::process::Command::new(&conductor_tests::binaries().conductord)
        .args(["--data-dir", folder, "--socket"])
        .arg(daemon.socket())
        .output()
        .unwrap();
    let answer = Answer::of("conductord".to_owned(), &output);
    assert_ne!(answer.code, Some(0), "{answer:#?}");
    drop(answer.complains_of(&[folder]));
}

fn with_history() -> (Daemon, Vec<String>) {
    let daemon = Daemon::start();
    let console = daemon.console();
    console.publish(workflows::NOOP);
    for _ in 0..RUNS {
        drop(console.call(&["run", "noop", "--follow"]).exits(0));
    }
    let mut runs = listed(&daemon);
    runs.reverse();
    (daemon, runs)
}

fn listed(daemon: &Daemon) -> Vec<String> {
    let runs = daemon.console().json(&["runs", "list"]);
    let ids = runs.as_array().unwrap().iter().map(|run| run["runId"].as_str().unwrap().to_owned());
    ids.collect()
}

/// Where `bytes` first stand in a segment of the ledger.
fn find_bytes(ledger: &Path, bytes: &[u8]) -> (PathBuf, u64) {
    for entry in fs::read_dir(ledger).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "seg") {
            let content = fs::read(&path).unwrap();
            if let Some(place) = content.windows(bytes.len()).position(|window| window == bytes) {
                return (path, place as u64);
            }
        }
    }
    panic!("{} has no such bytes", ledger.display());
}

fn flip(path: &Path, place: u64) {
    let mut file = File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(place)).unwrap();
    file.read_exact(&mut byte).unwrap();
    byte[0] ^= 0x10;
    file.seek(SeekFrom::Start(place)).unwrap();
    file.write_all(&byte).unwrap();
}

fn each_file(folder: &Path, harm: impl Fn(&File) + Copy) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_file(&path, harm);
        } else {
            harm(&File::options().read(true).write(true).open(&path).unwrap());
        }
    }
}

fn file_len(file: &File) -> u64 {
    file.metadata().unwrap().len()
}

fn garble(mut file: &File) {
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&vec![0xA5; usize::try_from(file_len(file)).unwrap()]).unwrap();
}
