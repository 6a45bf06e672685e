//! What is appended is sealed, and what is read is open.

use std::sync::{Arc, Mutex, PoisonError};

use conductor_domain::time::Timestamp;

use super::*;
use crate::ports::{ConsistencyProof, InclusionProof, KeyringError, Owner, VerifyReport};

/// Records as they are stored.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Record>>>);

impl Log {
    fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Ledger for Log {
    fn last_seq(&self) -> u64 {
        self.records().len() as u64
    }

    fn append(&mut self, batch: &[RecordDraft]) -> Result<(), LedgerError> {
        let mut records = self.records();
        for draft in batch {
            let RecordDraft { at, key_id, payload, .. } = draft.clone();
            records.push(Record { seq: records.len() as u64 + 1, at, key_id, payload });
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = records;
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<SignedCheckpoint, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn checkpoint_later(&mut self) -> Result<CheckpointJob, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn close(self: Box<Self>) -> Result<(), LedgerError> {
        Ok(())
    }
}

impl LedgerReader for Log {
    fn last_seq(&self) -> u64 {
        self.records().len() as u64
    }

    fn read(&self, after: u64, most: usize, _: usize) -> Result<Vec<Record>, LedgerError> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(self.records().into_iter().skip(after).take(most).collect())
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        Ok(None)
    }

    fn tile(&self, _: u8, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }

    fn entries(&self, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(None)
    }

    fn verify(&self, _: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn inclusion_proof(&self, _: u64, _: u64) -> Result<InclusionProof, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn consistency_proof(&self, _: u64, _: u64) -> Result<ConsistencyProof, LedgerError> {
        Err(LedgerError::Poisoned)
    }
}

const AT: Timestamp = Timestamp::from_unix_ms(1_790_000_000_000);

fn draft(tenant: &str, subject: &str, text: &str) -> RecordDraft {
    let owner = Owner { tenant: tenant.into(), subject: subject.into() };
    RecordDraft { at: AT, owner, payload: text.into(), ..RecordDraft::default() }
}

fn sealed(batches: &[&[RecordDraft]]) -> (Log, Arc<MemoryKeyring>, impl LedgerReader + use<>) {
    let (log, keyring) = (Log::default(), Arc::new(MemoryKeyring::seeded(7)));
    let as_port: Arc<dyn Keyring> = Arc::<MemoryKeyring>::clone(&keyring);
    let mut writer = SealingLedger::new(log.clone(), Arc::clone(&as_port));
    batches.iter().for_each(|batch| writer.append(batch).unwrap());
    let reader = opened(Arc::new(log.clone()), as_port);
    (log, keyring, reader)
}

#[test]
fn what_is_stored_is_sealed_and_what_is_read_is_not() {
    let drafts = [draft("acme", "", "one"), draft("acme", "bob", "two"), draft("b", "", "one")];
    let (log, _, reader) = sealed(&[&drafts[..2], &drafts[2..]]);
    let stored = log.records();
    assert!(stored.iter().all(|record| !record.key_id.is_empty() && record.payload.len() > 33));
    assert_ne!(stored[0].payload, stored[2].payload);
    let read: Vec<Vec<u8>> =
        reader.read(0, 9, usize::MAX).unwrap().into_iter().map(|record| record.payload).collect();
    assert_eq!(read, [b"one", b"two", b"one"]);
    assert_eq!(reader.read_sealed(0, 9, usize::MAX).unwrap(), stored);
}

#[test]
fn what_is_written_again_is_the_same_again() {
    let drafts = [draft("acme", "", "one"), draft("acme", "bob", "two")];
    assert_eq!(sealed(&[&drafts]).0.records(), sealed(&[&drafts]).0.records());
}

#[test]
fn what_is_from_before_is_read_as_it_is() {
    let (mut log, _, reader) = sealed(&[]);
    log.append(&[draft("acme", "", "{}")]).unwrap();
    let read = reader.read(0, 1, 1).unwrap();
    assert_eq!((read[0].payload.as_slice(), read[0].is_forgotten()), (&b"{}"[..], false));
}

#[test]
fn a_destroyed_key_leaves_a_record_that_nobody_reads_and_a_lost_one_is_an_error() {
    let drafts = [draft("acme", "", "one"), draft("acme", "bob", "two")];
    let (log, keyring, reader) = sealed(&[&drafts]);
    let stored = log.records();
    keyring.destroy(&stored[1].key_id, AT, 2).unwrap();
    let read = reader.read(0, 9, 9).unwrap();
    assert!(!read[0].is_forgotten() && read[1].is_forgotten());
    keyring.lose(&stored[0].key_id);
    let failed = reader.read(0, 9, 9).unwrap_err();
    let missing = LedgerError::Keyring(KeyringError::Missing {
        id: stored[0].key_id.clone(),
        place: "memory".into(),
    });
    assert_eq!(failed.to_string(), missing.to_string());
}

#[test]
fn what_was_changed_or_moved_is_damage() {
    let drafts = [draft("acme", "", "one"), draft("acme", "", "two")];
    let (log, _, reader) = sealed(&[&drafts]);
    let put = |change: &dyn Fn(&mut Vec<Record>)| {
        let mut records = log.records();
        change(&mut records);
        let before = std::mem::replace(&mut *log.0.lock().unwrap(), records);
        let read = reader.read(0, 9, 9);
        *log.0.lock().unwrap() = before;
        read
    };
    assert!(put(&|_| {}).is_ok());
    assert!(matches!(
        put(&|all| all[1].payload[20] ^= 1),
        Err(LedgerError::Damaged { seq: 2, .. })
    ));
    let moved = put(&|all| all[1].payload = all[0].payload.clone());
    assert!(matches!(moved, Err(LedgerError::Damaged { seq: 2, .. })));
    assert!(put(&|all| all[0].at = all[0].at + 1).is_err());
}

/// An event's text, as far as it says whose it is.
fn plain(tenant: &str) -> RecordDraft {
    draft(tenant, "", &format!(r#"{{"scope":{{"tenant":"{tenant}"}},"event":{{"kind":"x"}}}}"#))
}

#[test]
fn what_was_never_sealed_of_a_forgotten_tenant_is_passed_over_and_stays_where_it_is() {
    let (mut log, keyring, reader) = sealed(&[]);
    // From before payloads were sealed, of two tenants, and something that is no event.
    log.append(&[plain("acme"), plain("globex"), draft("acme", "", "?")]).unwrap();
    let as_port: Arc<dyn Keyring> = Arc::<MemoryKeyring>::clone(&keyring);
    let mut writer = SealingLedger::new(log.clone(), as_port);
    writer.append(&[plain("acme"), plain("default")]).unwrap();
    let gone = || {
        let read = reader.read(0, 9, usize::MAX).unwrap();
        read.iter().filter(|record| record.is_forgotten()).map(|record| record.seq).collect()
    };
    let none: Vec<u64> = gone();
    assert!(none.is_empty());
    let key = log.records()[3].key_id.clone();
    keyring.destroy(&key, AT, 5).unwrap();
    let both: Vec<u64> = gone();
    assert_eq!(both, [1, 4]);
    // One that begins anew under the same name is another one.
    log.append(&[plain("acme")]).unwrap();
    let still: Vec<u64> = gone();
    assert_eq!(still, [1, 4]);
    // In the log it stands as it did.
    assert_eq!(reader.read_sealed(0, 1, usize::MAX).unwrap()[0].payload, plain("acme").payload);
}

#[test]
fn forgetting_a_data_subject_leaves_what_was_never_sealed_readable() {
    let (mut log, keyring, reader) = sealed(&[]);
    log.append(&[plain("acme")]).unwrap();
    let as_port: Arc<dyn Keyring> = Arc::<MemoryKeyring>::clone(&keyring);
    SealingLedger::new(log.clone(), as_port).append(&[draft("acme", "bob", "two")]).unwrap();
    keyring.destroy(&log.records()[1].key_id, AT, 3).unwrap();
    assert!(keyring.forgotten_tenants().is_empty());
    assert!(!reader.read(0, 1, usize::MAX).unwrap()[0].is_forgotten());
}
