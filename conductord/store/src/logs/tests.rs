//! Logs keep order and bounds, and outlive crashes.

use std::{cell::RefCell, os::unix::fs::MetadataExt as _};

use conductor_protocol::id::RunId;
use proptest::prelude::*;

use super::*;

fn key(task: &str) -> LogKey {
    LogKey { run: RunId::new(1_700_000_000_000, 7), task: task.to_owned(), attempt: 1 }
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(ms)
}

/// All pieces, read a few bytes at a time.
fn read_all(logs: &FolderLogs, key: &LogKey) -> Vec<LogRead> {
    let (mut all, mut offset) = (Vec::new(), 0);
    loop {
        let some = logs.read(key, offset, 10).unwrap();
        let Some(last) = some.last() else { return all };
        offset = last.next_offset;
        all.extend(some);
    }
}

fn text(pieces: &[LogRead]) -> String {
    pieces.iter().map(|piece| String::from_utf8(piece.data.clone()).unwrap()).collect()
}

#[test]
fn streams_keep_their_order_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    let key = key("disk");
    assert!(logs.read(&key, 0, 100).unwrap().is_empty(), "none yet");
    logs.append(&key, LogStreamKind::Stdout, at(1), b"one\n").unwrap();
    logs.append(&key, LogStreamKind::Stderr, at(2), b"two\n").unwrap();
    logs.append(&key, LogStreamKind::Stdout, at(3), b"").unwrap();
    let first = read_all(&logs, &key);
    assert_eq!(text(&first), "one\ntwo\n");
    assert_eq!((first[0].stream, first[0].at), (LogStreamKind::Stdout, at(1)));
    assert_eq!((first[1].stream, first[1].at), (LogStreamKind::Stderr, at(2)));
    logs.append(&key, LogStreamKind::Stdout, at(4), b"three\n").unwrap();
    let more = logs.read(&key, first[1].next_offset, 100).unwrap();
    assert_eq!(text(&more), "three\n", "following goes on where it was");
    let digest = logs.finish(&key).unwrap();
    assert_eq!(digest, logs.finish(&key).unwrap(), "safe to repeat");
    assert!(digest.digest.starts_with("sha256:") && digest.bytes > 0);
    assert!(logs.append(&key, LogStreamKind::Stdout, at(5), b"late").is_err());
    assert_eq!(text(&read_all(&logs, &key)), "one\ntwo\nthree\n");
    assert!(logs.read(&key, more[0].next_offset, 100).unwrap().is_empty());
}

thread_local! {
    /// Inode and length of what was synced on this thread.
    static SYNCED: RefCell<Vec<(u64, u64)>> = const { RefCell::new(Vec::new()) };
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in for a call that can fail")]
fn note(file: &File) -> io::Result<()> {
    let meta = file.metadata().unwrap();
    SYNCED.with_borrow_mut(|all| all.push((meta.ino(), meta.len())));
    Ok(())
}

#[test]
fn a_digest_is_given_for_what_is_durable() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs { sync: note, ..FolderLogs::open(dir.path()).unwrap() };
    let key = key("disk");
    logs.append(&key, LogStreamKind::Stdout, at(1), b"one\n").unwrap();
    assert!(SYNCED.take().is_empty(), "output waits for no disk");
    let digest = logs.finish(&key).unwrap();
    let path = logs.path(&key).unwrap();
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    let synced = SYNCED.take();
    assert_eq!(synced[0], (inode(&path), digest.bytes), "after its last byte was written");
    let folders: Vec<u64> = synced[1..].iter().map(|(inode, _)| *inode).collect();
    assert_eq!(folders, [inode(path.parent().unwrap()), inode(dir.path())]);
}

#[test]
fn a_log_that_cannot_be_synced_has_no_digest() {
    let dir = tempfile::tempdir().unwrap();
    let broken = |_: &File| Err(io::Error::other("the disk is gone"));
    let logs = FolderLogs { sync: broken, ..FolderLogs::open(dir.path()).unwrap() };
    logs.append(&key("disk"), LogStreamKind::Stdout, at(1), b"one\n").unwrap();
    assert_eq!(logs.finish(&key("disk")).unwrap_err().to_string(), "the disk is gone");
    let mended = FolderLogs::open(dir.path()).unwrap();
    assert!(mended.finish(&key("disk")).unwrap().bytes > 0, "asking again is safe");
}

#[test]
fn nothing_written_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    assert_eq!(logs.finish(&key("quiet")).unwrap(), LogDigest::default());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn beyond_the_bound_one_marker_counts() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::bounded(dir.path(), 10).unwrap();
    let key = key("loud");
    for _ in 0..4 {
        logs.append(&key, LogStreamKind::Stdout, at(1), b"1234").unwrap();
    }
    drop(logs);
    let logs = FolderLogs::bounded(dir.path(), 10).unwrap();
    logs.append(&key, LogStreamKind::Stdout, at(2), b"12345").unwrap();
    logs.finish(&key).unwrap();
    let all = read_all(&logs, &key);
    assert_eq!(text(&all), "1234123412");
    let dropped: Vec<_> = all.iter().map(|piece| piece.dropped_bytes).collect();
    assert_eq!(dropped, [0, 0, 0, 11]);
}

#[test]
fn a_torn_frame_is_ignored_and_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    let key = key("torn");
    logs.append(&key, LogStreamKind::Stdout, at(1), b"whole\n").unwrap();
    logs.append(&key, LogStreamKind::Stdout, at(2), b"torn away\n").unwrap();
    let path = logs.path(&key).unwrap();
    let len = fs::metadata(&path).unwrap().len();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(len - 3).unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    assert_eq!(text(&read_all(&logs, &key)), "whole\n");
    logs.append(&key, LogStreamKind::Stdout, at(3), b"on\n").unwrap();
    logs.finish(&key).unwrap();
    assert_eq!(text(&read_all(&logs, &key)), "whole\non\n");
}

#[test]
fn what_is_no_id_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    let long = "x".repeat(129);
    for task in ["", long.as_str()] {
        let error = logs.append(&key(task), LogStreamKind::Stdout, at(1), b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{task}");
        assert!(logs.read(&key(task), 0, 1).is_err());
    }
}

#[test]
fn every_task_of_a_run_has_a_log_of_its_own_in_the_runs_folder() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(&dir.path().join("logs")).unwrap();
    let tasks = [
        "restart",
        "restart[web-1]",
        "restart[web-1].undo",
        "restart[web_1]",
        "restart.health[2]",
        "restart.undo",
        "restart[a=1,b=2]",
        "restart[x#3]",
        "restart%5Bweb-1%5D",
        "../../restart",
        "/restart",
        "..",
    ];
    for task in tasks {
        logs.append(&key(task), LogStreamKind::Stdout, at(1), task.as_bytes()).unwrap();
        logs.finish(&key(task)).unwrap();
    }
    for task in tasks {
        assert_eq!(text(&read_all(&logs, &key(task))), task);
    }
    let folder = logs.path(&key("restart")).unwrap();
    assert_eq!(fs::read_dir(folder.parent().unwrap()).unwrap().count(), tasks.len());
    let above: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(above.len(), 1, "nothing beside the folder of logs: {above:?}");
}

#[test]
fn a_log_of_before_is_read_under_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    let (old, new) = (key("disk_usage-2"), key("scratch"));
    logs.append(&new, LogStreamKind::Stdout, at(1), b"old\n").unwrap();
    logs.finish(&new).unwrap();
    let folder = dir.path().join(old.run.to_string());
    fs::rename(folder.join("scratch.1.log"), folder.join("disk_usage-2.1.log")).unwrap();
    assert_eq!(text(&read_all(&logs, &old)), "old\n");
}

#[test]
fn an_offset_that_no_read_gave_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    logs.append(&key("t"), LogStreamKind::Stdout, at(1), b"some bytes of output").unwrap();
    assert!(logs.read(&key("t"), 3, 100).is_err());
    assert!(logs.read(&key("t"), 1000, 100).is_err());
}

#[test]
fn more_logs_than_handles_stay_whole() {
    let dir = tempfile::tempdir().unwrap();
    let logs = FolderLogs::open(dir.path()).unwrap();
    let count = HANDLES_MAX + 20;
    for round in 0..3 {
        for n in 0..count {
            let (key, line) = (key(&format!("t{n}")), format!("{round}"));
            logs.append(&key, LogStreamKind::Stdout, at(1), line.as_bytes()).unwrap();
        }
    }
    assert!(logs.open.lock().unwrap().len() <= HANDLES_MAX);
    assert!((0..count).all(|n| text(&read_all(&logs, &key(&format!("t{n}")))) == "012"));
}

proptest! {
    #[test]
    fn any_bytes_are_a_frame_or_not(bytes: Vec<u8>, data: Vec<u8>, at_ms: u64) {
        prop_assert!(frame::decode(&bytes).is_err());
        let mut written = Vec::new();
        frame::encode(Kind::Stderr, at_ms, &data, &mut written);
        let read = frame::decode(&written).unwrap();
        prop_assert_eq!((read.kind, read.at_ms, read.data), (Kind::Stderr, at_ms, &data[..]));
    }
}
