//! The ledger in a folder of this machine: the format that stays readable, repair, the lock.
#![expect(clippy::disallowed_methods, reason = "a variable asks for a regeneration")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Ledger as _, LedgerError, LedgerReader as _, Record, RecordDraft};
use conductor_keys::{chain::Chain, note::SigningKey, signing::Ring};
use conductor_store::ledger::{LedgerOptions, lock, open, repair, verify_dir};

const GOLDEN_RECORDS: u64 = 30;
const SEGMENT_BYTES: u64 = 4096;

fn key() -> SigningKey {
    SigningKey::from_seed("conductor.example/golden", [3; 32]).unwrap()
}

/// What its signatures are checked by.
fn keys() -> Chain {
    Chain::from(key().verifier())
}

fn options() -> LedgerOptions {
    LedgerOptions::new(key()).segment_bytes(SEGMENT_BYTES)
}

fn record(seq: u64) -> Record {
    let key_id = if seq.is_multiple_of(4) { "tenant-default-1".to_owned() } else { String::new() };
    let fill = "x".repeat(usize::try_from(seq * 37 % 400).unwrap());
    let payload = format!("{{\"seq\":{seq},\"fill\":\"{fill}\"}}").into_bytes();
    Record { seq, at: Timestamp::from_unix_ms(1_790_000_000_000 + seq), key_id, payload }
}

fn draft(seq: u64) -> RecordDraft {
    let Record { at, key_id, payload, .. } = record(seq);
    RecordDraft { at, key_id, payload, ..RecordDraft::default() }
}

/// Fills a new ledger in batches of three and stops cleanly.
fn fill(dir: &Path, records: u64) -> [u8; 32] {
    let (mut ledger, reader) = open(dir, options()).unwrap();
    while ledger.last_seq() < records {
        let next = ledger.last_seq() + 1;
        let batch: Vec<_> = (next..=records.min(next + 2)).map(draft).collect();
        ledger.append(&batch).unwrap();
    }
    Box::new(ledger).close().unwrap();
    reader.latest_checkpoint().unwrap().unwrap().root
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The corpus is append-only: a new format gets a new folder. It was written by
/// `CONDUCTOR_REGENERATE=1 cargo test -p conductor-store --test ledger`.
#[test]
fn format_version_1_stays_readable() {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/ledger-v1");
    if std::env::var_os("CONDUCTOR_REGENERATE").is_some() && !golden.exists() {
        let root = fill(&golden.join("ledger"), GOLDEN_RECORDS);
        fs::write(golden.join("root"), hex(&root)).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    copy(&golden.join("ledger"), dir.path());
    let root = fs::read_to_string(golden.join("root")).unwrap();
    let report = verify_dir(dir.path(), &keys(), &mut |_, _| {}).unwrap();
    assert_eq!((report.problem, report.records), (None, GOLDEN_RECORDS));
    assert_eq!(hex(&report.root), root);
    let (mut ledger, reader) = open(dir.path(), options()).unwrap();
    let expected: Vec<_> = (1..=GOLDEN_RECORDS).map(record).collect();
    assert_eq!(reader.read(0, 1000, usize::MAX).unwrap(), expected);
    assert_eq!(hex(&ledger.checkpoint().unwrap().root), root);
    let fresh = tempfile::tempdir().unwrap();
    assert_eq!(hex(&fill(fresh.path(), GOLDEN_RECORDS)), root, "today's writer says the same");
}

/// Segments in order, with the number of their first record.
fn segments(dir: &Path) -> Vec<(u64, PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "seg"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().parse().unwrap(), path))
        .collect();
    found.sort();
    found
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_middle_is_refused_and_repaired_with_a_copy() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ledger");
    fill(&dir, 60);
    let segments = segments(&dir);
    let (_, second) = &segments[1];
    flip(second, 1500);
    let Err(LedgerError::Damaged { seq, place, .. }) = open(&dir, options()) else {
        unreachable!("it must not open")
    };
    assert!(place.contains(second.to_str().unwrap()));
    let problem = verify_dir(&dir, &keys(), &mut |_, _| {}).unwrap().problem.unwrap();
    assert!(problem.contains(&format!("record {seq} ")), "{problem}");
    let report = repair(&dir, &keys()).unwrap();
    assert_eq!((report.last_seq, report.lost), (seq - 1, Some((seq, 60))));
    assert!(report.checkpoint_removed && report.lost_bytes > 0);
    let kept = report.copy.unwrap();
    assert!(kept.starts_with(parent.path()) && kept != dir);
    assert!(matches!(open(&kept, options()), Err(LedgerError::Damaged { .. })), "as it was");
    let (mut ledger, reader) = open(&dir, options()).unwrap();
    let expected: Vec<_> = (1..seq).map(record).collect();
    assert_eq!(reader.read(0, 1000, usize::MAX).unwrap(), expected);
    ledger.append(&[draft(seq)]).unwrap();
    Box::new(ledger).close().unwrap();
    let (_, reader) = open(&dir, options()).unwrap();
    assert_eq!(reader.verify(&mut |_, _| {}).unwrap().problem, None);
}

#[test]
fn a_sound_ledger_is_left_alone() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ledger");
    fill(&dir, 10);
    let report = repair(&dir, &keys()).unwrap();
    assert_eq!((report.copy, report.lost, report.problems.len()), (None, None, 0));
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn a_damaged_checkpoint_or_hash_costs_no_record() {
    for name in ["checkpoint", "tiles/0"] {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("ledger");
        fill(&dir, 20);
        flip(&dir.join(name), 40);
        let report = repair(&dir, &keys()).unwrap();
        assert_eq!((report.last_seq, report.lost), (20, None), "{name}");
        assert_eq!(report.checkpoint_removed, name == "checkpoint");
        let (ledger, reader) = open(&dir, options()).unwrap();
        assert_eq!(reader.read(0, 1000, usize::MAX).unwrap().len(), 20);
        Box::new(ledger).close().unwrap();
        assert_eq!(reader.verify(&mut |_, _| {}).unwrap().problem, None);
    }
}

#[test]
fn a_missing_first_segment_is_repaired_to_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ledger");
    fill(&dir, 40);
    fs::remove_file(&segments(&dir)[0].1).unwrap();
    let report = repair(&dir, &keys()).unwrap();
    assert_eq!((report.last_seq, report.lost), (0, Some((1, 40))));
    let (ledger, _) = open(&dir, options()).unwrap();
    assert_eq!(ledger.last_seq(), 0);
}

#[test]
fn a_folder_has_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let held = lock(dir.path()).unwrap();
    assert_eq!(lock(dir.path()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    drop(held);
    assert!(lock(dir.path()).is_ok());
}

/// From 8 records on another key signs.
#[test]
fn a_ledger_with_two_keys_is_verified_by_each_in_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let next = SigningKey::from_seed("conductor.example/golden", [4; 32]).unwrap();
    let ring = Arc::new(Ring::of(Arc::new(key())));
    let options = LedgerOptions::signed_in_turn(Arc::clone(&ring)).segment_bytes(SEGMENT_BYTES);
    let (mut ledger, reader) = open(dir.path(), options).unwrap();
    ledger.append(&(1..=7).map(draft).collect::<Vec<_>>()).unwrap();
    let before = ledger.checkpoint().unwrap();
    assert_eq!(before.verifier_key, key().verifier().to_string());
    // What is ready to be signed while the key is replaced is signed by the key of then.
    let mut waiting = ledger.checkpoint_later().unwrap();
    let held = ring.hold();
    assert!(matches!(waiting(), Err(LedgerError::HandingOver)));
    let note = held.hand_over(&next, 8, 0).unwrap();
    ledger.append(&[draft(8), draft(9)]).unwrap();
    held.switch(&note, Arc::new(next.clone())).unwrap();
    drop(held);
    assert_eq!(waiting().unwrap().verifier_key, key().verifier().to_string());
    let first = ledger.checkpoint().unwrap();
    assert_eq!(first.verifier_key, next.verifier().to_string());
    key().verifier().verify_checkpoint(&first.note).unwrap();
    ledger.append(&[draft(10)]).unwrap();
    let second = ledger.checkpoint().unwrap();
    key().verifier().verify_checkpoint(&second.note).unwrap_err();
    assert_eq!(reader.verify(&mut |_, _| {}).unwrap().problem, None);
    Box::new(ledger).close().unwrap();

    let chain = (*ring.chain()).clone();
    assert_eq!(verify_dir(dir.path(), &chain, &mut |_, _| {}).unwrap().problem, None);
    let old = verify_dir(dir.path(), &keys(), &mut |_, _| {}).unwrap().problem;
    assert!(old.unwrap().contains("no valid signature"), "the old key says nothing of it");
    // An old checkpoint in the place of the newest: it holds, and covers less.
    fs::write(dir.path().join("checkpoint"), &before.note).unwrap();
    assert_eq!(verify_dir(dir.path(), &chain, &mut |_, _| {}).unwrap().problem, None);
    // A longer log by the old key alone, which somebody stole.
    let forged = key().sign_checkpoint(10, &second.root).unwrap();
    fs::write(dir.path().join("checkpoint"), forged).unwrap();
    assert!(verify_dir(dir.path(), &chain, &mut |_, _| {}).unwrap().problem.is_some());
    fs::write(dir.path().join("checkpoint"), &second.note).unwrap();
    let again = Arc::new(Ring::new(chain, Arc::new(next)));
    let (_, reader) = open(dir.path(), LedgerOptions::signed_in_turn(again)).unwrap();
    assert_eq!(reader.latest_checkpoint().unwrap().unwrap(), second);
}
