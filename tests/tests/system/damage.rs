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

/// What disks write in one piece.
const SECTOR: usize = 512;
/// Runs behind every damage.
const RUNS: usize = 30;

#[test]
fn a_flipped_byte_is_named_and_repaired_with_a_copy_kept() {
    let (mut daemon, runs) = with_history();
    let (segment, place) = find_record(&daemon, &runs[RUNS / 2]);
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
    let (segment, place) = find_record(&daemon, &runs[3]);
    flip(&segment, place);
    let verified = daemon.console().call(&["ledger", "verify"]).exits(9);
    drop(verified.complains_of(&["record"]));
    drop(daemon.console().call(&["status"]).exits(0));
}

#[test]
fn a_torn_tail_is_cut() {
    let (mut daemon, runs) = with_history();
    let last_seq = daemon.console().json(&["status"])["ledgerSeq"].as_u64().unwrap();
    let (segment, _) = find_record(&daemon, &runs[0]);
    daemon.kill();
    let bytes = fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|&byte| byte != 0).unwrap() as u64 + 1;
    // The power failed in an append: of a batch of 4,000 bytes only the first sector is there.
    let mut torn = batch_header(last_seq + 1, 4_000, end).to_vec();
    torn.resize(SECTOR - end as usize % SECTOR, b'x');
    let mut file = File::options().write(true).open(&segment).unwrap();
    file.seek(SeekFrom::Start(end)).unwrap();
    file.write_all(&torn).unwrap();

    daemon.launch();
    assert_eq!(listed(&daemon).len(), RUNS, "nothing that was acknowledged is lost");
    drop(daemon.console().call(&["run", "noop", "--follow"]).exits(0));
    drop(daemon.console().call(&["ledger", "verify"]).exits(0));
}

/// A batch's header, made by the description of the format: the record that it begins with, the
/// bytes that follow, and where it lies.
fn batch_header(first_seq: u64, bytes: u32, offset: u64) -> [u8; 28] {
    let mut header = [0; 28];
    header[..4].copy_from_slice(b"BTCH");
    header[4..8].copy_from_slice(&1_u32.to_le_bytes());
    header[8..16].copy_from_slice(&first_seq.to_le_bytes());
    header[16..20].copy_from_slice(&bytes.to_le_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&header[..24]);
    crc.update(&offset.to_le_bytes());
    header[24..].copy_from_slice(&crc.finalize().to_le_bytes());
    header
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

/// Where the payload of the last record about a run lies: its body begins with version, flags and number,
/// and what it says is sealed.
fn find_record(daemon: &Daemon, run: &str) -> (PathBuf, u64) {
    let seq = daemon.console().show(run)["seq"].as_u64().unwrap();
    let body = [&[1, 1][..], &seq.to_le_bytes()].concat();
    let (segment, place) = find_bytes(&daemon.data_dir().join("ledger"), &body);
    // Beyond number, time and key id, within the ciphertext.
    (segment, place + 80)
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
