//! A ledger whose payloads are sealed: what is appended is sealed on its way in, and what is read is
//! opened on its way out. Nobody else in the daemon sees the sealed form, but for those who pass the log
//! on as it is.

mod memory;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use conductor_keys::sealing::record_context;
use serde::Deserialize;

pub use memory::MemoryKeyring;

use crate::ports::{
    CheckpointJob, KeyFound, Keyring, Ledger, LedgerError, LedgerReader, ReadThrough, Record,
    RecordDraft, SignedCheckpoint,
};

/// The writer's side.
pub struct SealingLedger<L> {
    inner: L,
    keyring: Arc<dyn Keyring>,
}

impl<L> std::fmt::Debug for SealingLedger<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealingLedger").finish_non_exhaustive()
    }
}

impl<L> SealingLedger<L> {
    /// A ledger that seals with the keys of a keyring.
    #[must_use]
    pub const fn new(inner: L, keyring: Arc<dyn Keyring>) -> Self {
        Self { inner, keyring }
    }
}

impl<L: Ledger> SealingLedger<L> {
    /// What is sealed again, after an append that failed, is the same bytes again: its salt follows from
    /// what it says and where it stands.
    fn sealed(&self, seq: u64, draft: &RecordDraft) -> Result<RecordDraft, LedgerError> {
        let RecordDraft { at, owner, payload, .. } = draft;
        let (key_id, key) = self.keyring.key_of(owner, *at)?;
        let payload = key.seal(&record_context(&key_id, seq, at.unix_ms), payload);
        Ok(RecordDraft { at: *at, owner: owner.clone(), key_id, payload })
    }
}

impl<L: Ledger> Ledger for SealingLedger<L> {
    fn last_seq(&self) -> u64 {
        self.inner.last_seq()
    }

    fn append(&mut self, batch: &[RecordDraft]) -> Result<(), LedgerError> {
        let places = self.inner.last_seq() + 1..;
        let sealed: Result<Vec<RecordDraft>, LedgerError> =
            places.zip(batch).map(|(seq, draft)| self.sealed(seq, draft)).collect();
        self.inner.append(&sealed?)
    }

    fn checkpoint(&mut self) -> Result<SignedCheckpoint, LedgerError> {
        self.inner.checkpoint()
    }

    fn checkpoint_later(&mut self) -> Result<CheckpointJob, LedgerError> {
        self.inner.checkpoint_later()
    }

    fn close(self: Box<Self>) -> Result<(), LedgerError> {
        Box::new(self.inner).close()
    }
}

/// The readers' side: a ledger whose payloads are opened with the keys of a keyring.
pub fn opened<L>(ledger: L, keyring: Arc<dyn Keyring>) -> impl LedgerReader
where
    L: Deref<Target: LedgerReader> + Send + Sync,
{
    ReadThrough::new(ledger, move |records| {
        let forgotten = keyring.forgotten_tenants();
        records.into_iter().map(|record| open(&*keyring, record, &forgotten)).collect()
    })
}

fn open(
    keyring: &dyn Keyring,
    record: Record,
    forgotten: &BTreeMap<String, u64>,
) -> Result<Record, LedgerError> {
    // From before payloads were sealed: no key opens it, and none can be destroyed.
    if record.key_id.is_empty() {
        let gone = !forgotten.is_empty() && is_of_forgotten(&record, forgotten);
        return Ok(if gone { Record { payload: Vec::new(), ..record } } else { record });
    }
    let Record { seq, at, key_id, payload } = record;
    let payload = match keyring.key(&key_id)? {
        // What is left of it: that there was something.
        KeyFound::Destroyed(_) => Vec::new(),
        KeyFound::Live(key) => {
            let context = record_context(&key_id, seq, at.unix_ms);
            key.open(&context, &payload).map_err(|error| LedgerError::Damaged {
                seq,
                place: "its payload".into(),
                problem: error.to_string(),
            })?
        }
    };
    Ok(Record { seq, at, key_id, payload })
}

/// The part of an event's JSON that says whose it is.
#[derive(Deserialize)]
struct Whose {
    scope: WhoseScope,
}

#[derive(Deserialize)]
struct WhoseScope {
    tenant: String,
}

/// Whether a record that was never sealed is of a tenant that a later record forgets. Taken up without what
/// came after it, it would bring back half of what is gone: runs that never end, schedules that nobody set.
fn is_of_forgotten(record: &Record, forgotten: &BTreeMap<String, u64>) -> bool {
    let whose = serde_json::from_slice::<Whose>(&record.payload).ok();
    let by = whose.and_then(|whose| forgotten.get(&whose.scope.tenant));
    by.is_some_and(|by| record.seq < *by)
}
