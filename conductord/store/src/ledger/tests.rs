//! The ledger against damage, crashes and a second reading of itself.

use std::sync::Arc;

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{Ledger as _, LedgerError, LedgerReader as _, Record, RecordDraft};
use conductor_keys::{chain::Chain, note::SigningKey, proof};
use proptest::prelude::*;

use super::{disk::Disk as _, *};
use crate::testing::{DiskFaults, SimDisk};

const SEGMENT: u64 = 16 * 1024;

fn key() -> SigningKey {
    SigningKey::from_seed("conductor.test/ledger", [5; 32]).unwrap()
}

fn options(quirks: Quirks) -> LedgerOptions {
    LedgerOptions::new(key()).segment_bytes(SEGMENT).quirks(quirks)
}

fn draft(seq: u64) -> RecordDraft {
    let len = usize::try_from(seq * 7919 % 700).unwrap();
    let payload = format!("{{\"seq\":{seq},\"fill\":\"{}\"}}", "x".repeat(len)).into_bytes();
    let key_id = if seq.is_multiple_of(5) { format!("key-{seq}") } else { String::new() };
    let at = Timestamp::from_unix_ms(1_700_000_000_000 + seq);
    RecordDraft { at, key_id, payload, ..RecordDraft::default() }
}

fn record(seq: u64) -> Record {
    let RecordDraft { at, key_id, payload, .. } = draft(seq);
    Record { seq, at, key_id, payload }
}

fn batch(after: u64, count: u64) -> Vec<RecordDraft> {
    (after + 1..=after + count).map(draft).collect()
}

type Pair = (FilesLedger<SimDisk>, Arc<FilesReader<SimDisk>>);

fn open_sim(disk: &SimDisk) -> Result<Pair, LedgerError> {
    open_on(disk.clone(), options(Quirks::default()))
}

/// A ledger of `records`, in batches of different sizes.
fn filled(disk: &SimDisk, records: u64) -> Pair {
    let (mut ledger, reader) = open_sim(disk).unwrap();
    let mut size = 1;
    while ledger.last_seq() < records {
        let count = size.min(records - ledger.last_seq());
        ledger.append(&batch(ledger.last_seq(), count)).unwrap();
        size = size % 9 + 1;
    }
    (ledger, reader)
}

fn read_all(reader: &impl conductor_engine::ports::LedgerReader) -> Vec<Record> {
    reader.read(0, usize::MAX, usize::MAX).unwrap()
}

fn expected(records: u64) -> Vec<Record> {
    (1..=records).map(record).collect()
}

fn quiet() -> SimDisk {
    SimDisk::new(1, DiskFaults::default())
}

#[test]
fn what_is_appended_is_read_across_segments_and_starts() {
    let disk = quiet();
    let (ledger, reader) = filled(&disk, 300);
    assert!(disk.files().iter().filter(|(name, _)| name.ends_with(".seg")).count() > 5);
    assert_eq!(read_all(&*reader), expected(300));
    for after in [0, 1, 63, 64, 65, 150, 299, 300, 500] {
        let some = reader.read(after, 10, usize::MAX).unwrap();
        let last = (after + 10).min(300);
        assert_eq!(some, (after + 1..=last).map(record).collect::<Vec<_>>());
    }
    assert_eq!(reader.read(10, 100, 1).unwrap(), [record(11)], "one in any case");
    Box::new(ledger).close().unwrap();
    let (mut ledger, reader) = open_sim(&disk).unwrap();
    assert_eq!(read_all(&*reader), expected(300));
    ledger.append(&batch(300, 3)).unwrap();
    drop(ledger);
    let (_, reader) = open_sim(&disk).unwrap();
    assert_eq!(read_all(&*reader), expected(303));
}

#[test]
fn roots_do_not_depend_on_how_records_were_batched_or_opened() {
    let root = |disk: &SimDisk| {
        let (mut ledger, reader) = open_sim(disk).unwrap();
        let signed = ledger.checkpoint().unwrap();
        assert_eq!(reader.verify(&mut |_, _| {}).unwrap().problem, None);
        signed.root
    };
    let (one, other) = (quiet(), quiet());
    let (ledger, _) = filled(&one, 700);
    Box::new(ledger).close().unwrap();
    let (mut ledger, _) = open_sim(&other).unwrap();
    (0..700).for_each(|after| ledger.append(&batch(after, 1)).unwrap());
    assert_eq!(root(&one), root(&other));
}

#[test]
fn proofs_hold_and_stay_within_the_tree() {
    let disk = quiet();
    let (mut ledger, reader) = filled(&disk, 600);
    let old = ledger.checkpoint().unwrap();
    ledger.append(&batch(600, 57)).unwrap();
    let new = ledger.checkpoint().unwrap();
    for seq in [1, 2, 255, 256, 257, 600] {
        let found = reader.inclusion_proof(seq, 600).unwrap();
        assert_eq!(found.root, old.root);
        proof::check_inclusion(&found.path, (600, &old.root), (seq - 1, &found.leaf)).unwrap();
    }
    let found = reader.consistency_proof(600, 0).unwrap();
    proof::check_consistency(&found.path, (600, &old.root), (657, &new.root)).unwrap();
    assert!(reader.inclusion_proof(0, 0).is_err());
    assert!(reader.inclusion_proof(601, 600).is_err());
    assert!(reader.inclusion_proof(1, 658).is_err());
    assert!(reader.consistency_proof(0, 5).is_err());
    let stated = key().verifier().verify_checkpoint(&new.note).unwrap();
    assert_eq!((stated.size, stated.root), (657, new.root));
    assert_eq!(reader.latest_checkpoint().unwrap(), Some(new));
}

#[test]
fn a_failed_sync_poisons_until_the_ledger_is_opened_again() {
    let disk = quiet();
    let (mut ledger, _) = filled(&disk, 20);
    disk.set_faults(DiskFaults { sync_fails_permille: 1000, ..DiskFaults::default() });
    assert!(matches!(ledger.append(&batch(20, 2)), Err(LedgerError::Io { .. })));
    disk.set_faults(DiskFaults::default());
    assert!(matches!(ledger.append(&batch(20, 2)), Err(LedgerError::Poisoned)));
    assert!(matches!(ledger.checkpoint(), Err(LedgerError::Poisoned)));
    assert_eq!(ledger.last_seq(), 20);
    let (mut ledger, reader) = open_sim(&disk).unwrap();
    ledger.append(&batch(ledger.last_seq(), 1)).unwrap();
    disk.crash();
    let last = reader.last_seq();
    let (_, reader) = open_sim(&disk).unwrap();
    assert!(reader.last_seq() >= last);
}

#[test]
fn bounds_refuse_and_poison() {
    let (mut ledger, _) = open_sim(&quiet()).unwrap();
    let mut large = draft(1);
    large.payload = vec![b' '; record::PAYLOAD_BYTES_MAX + 1];
    assert!(matches!(ledger.append(&[large]), Err(LedgerError::TooLarge { .. })));
}

/// Whatever byte changes after a clean stop: verification says so, and a start either refuses or
/// gives the very same records.
#[test]
fn every_flipped_byte_is_noticed() {
    let disk = quiet();
    let (ledger, _) = filled(&disk, 40);
    Box::new(ledger).close().unwrap();
    let used = |name: &str, len: usize| match disk.read(name) {
        Some(bytes) if name.ends_with(".seg") => {
            bytes.iter().rposition(|byte| *byte != 0).map_or(len, |last| last + 1)
        }
        _ => len,
    };
    let (files, chain) = (disk.files(), Chain::from(key().verifier()));
    for (name, len) in files.iter().filter(|(name, _)| name != "manifest") {
        for offset in 0..used(name, *len) {
            let mask = 1 << (offset % 8);
            assert!(disk.flip(name, offset, mask));
            let known = walk::Known {
                origin: chain.name(),
                durable_seq: 0,
                seq_max: u64::MAX,
                quirks: Quirks::default(),
            };
            let verified = verify::verify(&disk, &chain, known, &mut |_, _| {});
            let problem = verified.unwrap().report.problem;
            assert!(problem.is_some(), "{name} at {offset}");
            if name.ends_with(".seg") && offset >= 512 {
                assert!(problem.unwrap().contains("record "), "{name} at {offset}");
            }
            assert!(disk.flip(name, offset, mask));
        }
    }
}

#[test]
fn a_start_refuses_damage_and_heals_what_is_derived() {
    for (name, heals) in
        [("checkpoint", false), ("tiles/0", true), ("manifest", true), ("seg", false)]
    {
        let disk = quiet();
        let (ledger, _) = filled(&disk, 100);
        Box::new(ledger).close().unwrap();
        let files = disk.files();
        let (file, len) = files.iter().rfind(|(file, _)| file.ends_with(name)).unwrap();
        let middle = if name == "seg" { 600 } else { len / 2 };
        assert!(disk.flip(file, middle, 4));
        match open_sim(&disk) {
            Ok((_, reader)) => {
                assert!(heals, "{name}");
                assert_eq!(read_all(&*reader), expected(100));
                assert_eq!(reader.verify(&mut |_, _| {}).unwrap().problem, None);
            }
            Err(LedgerError::Damaged { place, .. }) => {
                assert!(!heals && place.contains(file.as_str()), "{name}: {place}");
            }
            Err(error) => unreachable!("{error}"),
        }
    }
}

#[test]
fn damage_of_the_last_acknowledged_batch_is_not_mistaken_for_a_torn_tail() {
    let disk = quiet();
    let (ledger, _) = filled(&disk, 7);
    drop(ledger);
    let name = segment::name(1);
    let end = disk.read(&name).unwrap().iter().rposition(|byte| *byte != 0).unwrap();
    assert!(disk.flip(&name, end - 3, 1));
    assert!(matches!(open_sim(&disk), Err(LedgerError::Damaged { seq: 7, .. })));
}

#[test]
fn a_missing_segment_or_end_is_named() {
    let disk = quiet();
    let (ledger, _) = filled(&disk, 200);
    Box::new(ledger).close().unwrap();
    let segments: Vec<_> =
        disk.files().into_iter().filter(|(name, _)| name.ends_with(".seg")).collect();
    let second = segment::first_seq_of(&segments[1].0).unwrap();
    disk.remove(&segments[1].0).unwrap();
    let Err(LedgerError::Damaged { seq, .. }) = open_sim(&disk) else { unreachable!() };
    assert_eq!(seq, second);
    for (name, _) in &segments[2..] {
        disk.remove(name).unwrap();
    }
    let Err(LedgerError::Damaged { seq, .. }) = open_sim(&disk) else { unreachable!() };
    assert_eq!(seq, second, "the checkpoint knows of more");
}

#[test]
fn another_key_does_not_open_it() {
    let disk = quiet();
    let (ledger, _) = filled(&disk, 3);
    Box::new(ledger).close().unwrap();
    let other = SigningKey::from_seed("conductor.test/other", [5; 32]).unwrap();
    assert!(open_on(disk, LedgerOptions::new(other)).is_err());
}

/// What one seed of crashes and faults showed.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Held,
    Lost(String),
}

/// Appends, crashes and reopens by the seed, against a model of what was acknowledged.
fn survive(seed: u64, quirks: Quirks, flips: bool) -> Verdict {
    let faults = DiskFaults { sync_fails_permille: 60, write_fails_permille: 20 };
    let disk = SimDisk::new(seed, faults);
    let (mut acknowledged, mut dice) = (0, seed);
    for _ in 0..12 {
        let mut opened = open_on(disk.clone(), options(quirks));
        for _ in 0..20 {
            // A disk that fails now and then lets one in sooner or later.
            if !matches!(opened, Err(LedgerError::Io { .. })) {
                break;
            }
            opened = open_on(disk.clone(), options(quirks));
        }
        let (mut ledger, reader) = match opened {
            Ok(pair) => pair,
            Err(LedgerError::Io { .. }) => continue,
            Err(LedgerError::Damaged { .. }) if flips => return Verdict::Held,
            Err(error) => return Verdict::Lost(error.to_string()),
        };
        match reader.read(0, usize::MAX, usize::MAX) {
            Ok(records) if ledger.last_seq() < acknowledged => {
                let have = records.len();
                return Verdict::Lost(format!("{have} records of {acknowledged} acknowledged"));
            }
            Ok(records) if records != expected(ledger.last_seq()) => {
                return Verdict::Lost("other records than were appended".to_owned());
            }
            Ok(_) => {}
            Err(_) if flips => return Verdict::Held,
            Err(error) => return Verdict::Lost(error.to_string()),
        }
        for _ in 0..dice % 9 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            match ledger.append(&batch(ledger.last_seq(), 1 + (dice >> 60))) {
                Ok(()) => acknowledged = ledger.last_seq(),
                Err(_) => break,
            }
            if dice >> 33 & 7 == 0 && ledger.checkpoint().is_err() {
                break;
            }
        }
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(7);
        if dice >> 40 & 3 == 0 && Box::new(ledger).close().is_ok() {
            continue;
        }
        if dice >> 43 & 3 != 0 {
            disk.crash();
        }
        if flips {
            let files = disk.files();
            let (name, _) = files.iter().find(|(name, _)| name.ends_with(".seg")).unwrap();
            let used = disk.read(name).unwrap().iter().rposition(|byte| *byte != 0).unwrap_or(0);
            disk.flip(name, usize::try_from(dice >> 20).unwrap() % (used + 1), 16);
        }
    }
    Verdict::Held
}

#[test]
fn nothing_acknowledged_is_lost_in_any_crash() {
    for seed in 0..400 {
        assert_eq!(survive(seed, Quirks::default(), false), Verdict::Held, "seed {seed}");
        assert_eq!(survive(seed, Quirks::default(), true), Verdict::Held, "flips, seed {seed}");
    }
}

#[test]
fn planted_bugs_are_found() {
    let found = |quirks, flips| (0..200).any(|seed| survive(seed, quirks, flips) != Verdict::Held);
    let none = Quirks::default();
    assert!(found(Quirks { acknowledged_before_sync: true, ..none }, false), "acknowledged early");
    assert!(found(Quirks { sync_error_ignored: true, ..none }, false), "sync error ignored");
    assert!(found(Quirks { torn_tail_kept: true, ..none }, false), "torn tail kept");
    assert!(found(Quirks { checksum_not_checked: true, ..none }, true), "checksum not checked");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_for_a_segment_are_refused_or_read(bytes: Vec<u8>, at in 0_usize..4000) {
        let disk = quiet();
        let (ledger, _) = filled(&disk, 9);
        drop(ledger);
        let name = segment::name(1);
        for (offset, byte) in bytes.iter().enumerate() {
            disk.flip(&name, at + offset, *byte);
        }
        if let Ok((_, reader)) = open_sim(&disk) {
            let have = reader.last_seq();
            prop_assert_eq!(read_all(&*reader), expected(have));
        }
    }
}
