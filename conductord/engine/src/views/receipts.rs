//! Receipts: what they can be looked for by, newest first, and which records wait for theirs. The
//! receipts themselves are in the ledger, at the place that is kept here.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_domain::{
    event::{Envelope, Event},
    scope::Scope,
    time::Timestamp,
    trust::receipt::{Issued, Receipts},
};
use conductor_protocol::id::{ApprovalId, ReceiptId, RunId};
use serde::{Deserialize, Serialize};

use super::{Views, document, key};
use crate::{
    kernel::Commit,
    limits::RECEIPT_SCAN_MAX,
    ports::{LedgerReader, ViewError, ViewStore, ViewWrite},
    record,
    state::State,
    views::FoldError,
};

/// The kind of the records that runs end with.
pub const RUN_ENDED: &str = "run.ended";

/// What a receipt can be looked for by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptEntry {
    /// Where in the ledger the receipt is.
    pub seq: u64,
    /// Where the record belongs.
    pub scope: Scope,
    /// Its id.
    pub id: ReceiptId,
    /// The record that it stands for.
    pub record: u64,
    /// What that is, such as `run.ended`.
    pub kind: String,
    /// What that is about.
    pub subject: String,
    /// The run that it is about.
    pub run: Option<RunId>,
    /// The record's time.
    pub recorded_at: Timestamp,
    /// When the receipt was issued.
    pub issued_at: Timestamp,
}

impl ReceiptEntry {
    fn of(seq: u64, envelope: &Envelope, issued: &Issued) -> Self {
        Self {
            seq,
            scope: envelope.scope.clone(),
            id: issued.receipt,
            record: issued.record,
            kind: issued.kind.clone(),
            subject: issued.subject.clone(),
            run: issued.run,
            recorded_at: issued.recorded_at,
            issued_at: envelope.at,
        }
    }
}

/// What events changed of receipts.
#[derive(Debug, Clone, Default)]
pub struct ReceiptChanges {
    /// Records that wait for theirs from here on: number and time.
    pub due: Vec<(u64, Timestamp)>,
    /// What was issued, with its tenant.
    pub issued: Vec<(String, Arc<ReceiptEntry>)>,
    /// The approvals that runs were started by, with their tenant.
    pub granted: Vec<(String, RunId, ApprovalId)>,
}

impl ReceiptChanges {
    /// Takes up an event that says something of receipts.
    pub(crate) fn take(&mut self, seq: u64, envelope: &Envelope) {
        let tenant = &envelope.scope.tenant;
        match &envelope.event {
            Event::ReceiptIssued(issued) => {
                let entry = ReceiptEntry::of(seq, envelope, issued);
                self.issued.push((tenant.clone(), Arc::new(entry)));
                return;
            }
            Event::ApprovalGranted(granted) => {
                let run = granted.run.map(|run| (tenant.clone(), run, granted.approval));
                self.granted.extend(run);
            }
            _ => {}
        }
        self.due.push((seq, envelope.at));
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.due.is_empty() && self.issued.is_empty()
    }
}

/// What memory has of receipts.
#[derive(Debug, Default)]
pub(super) struct HotReceipts {
    due: Receipts,
    issued: BTreeMap<(String, ReceiptId), Arc<ReceiptEntry>>,
    granted: HashMap<(String, RunId), ApprovalId>,
}

impl HotReceipts {
    pub(super) fn of(state: &State) -> Self {
        Self { due: state.receipts.clone(), ..Self::default() }
    }

    pub(super) fn take(&mut self, commit: &Commit) {
        let changes = &commit.changes.receipts;
        for (record, at) in &changes.due {
            self.due.expect(*record, *at);
        }
        for (tenant, entry) in &changes.issued {
            self.due.settle(entry.record);
            self.issued.insert((tenant.clone(), entry.id), Arc::clone(entry));
        }
        for (tenant, run, approval) in &changes.granted {
            self.granted.insert((tenant.clone(), *run), *approval);
        }
    }

    pub(super) fn forget(&mut self, commit: &Commit) {
        for (tenant, entry) in &commit.changes.receipts.issued {
            self.issued.remove(&(tenant.clone(), entry.id));
        }
        for (tenant, run, _) in &commit.changes.receipts.granted {
            self.granted.remove(&(tenant.clone(), *run));
        }
    }
}

/// What a commit writes of receipts.
pub(super) fn writes(commit: &Commit) -> Vec<ViewWrite> {
    let mut writes = Vec::new();
    let changes = &commit.changes.receipts;
    for (tenant, entry) in &changes.issued {
        writes.push((key::receipt(tenant, entry.id), Some(document::encode(&**entry))));
        if let Some(run) = entry.run {
            let kind = entry.kind.clone().into_bytes();
            writes.push((key::receipt_of_run(tenant, run, entry.id), Some(kind)));
        }
    }
    for (tenant, run, approval) in &changes.granted {
        writes.push((key::approval_of_run(tenant, *run), Some(document::encode(approval))));
    }
    if let Some(from) = commit.receipts_from {
        writes.push((key::RECEIPTS.to_vec(), Some(document::encode(&from))));
    }
    writes
}

/// Finds out, from the first record that waited, which records wait when the views have come to `seq`.
pub(super) fn load(
    (store, seq): (&dyn ViewStore, u64),
    ledger: &dyn LedgerReader,
    state: &mut State,
) -> Result<(), FoldError> {
    const RECORDS: usize = 4_096;
    const BYTES: usize = 8 * 1024 * 1024;
    let Some(bytes) = store.get(key::RECEIPTS)? else { return Ok(()) };
    let from: u64 = document::decode(&bytes, "receipts")?;
    let Some(mut after) = from.checked_sub(1) else { return Ok(()) };
    while after < seq {
        let records = ledger.read(after, RECORDS, BYTES)?;
        for found in records.iter().take_while(|found| found.seq <= seq) {
            if let Some(envelope) = record::decode(found)? {
                state.receipts.apply(found.seq, &envelope);
            }
        }
        match records.last() {
            Some(last) => after = last.seq,
            None => break,
        }
    }
    Ok(())
}

/// Which receipts are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptFilter {
    /// About this run.
    pub run: Option<RunId>,
    /// For records of this kind; a group of kinds when it ends in a dot, such as `run.`.
    pub kind: Option<String>,
}

impl ReceiptFilter {
    fn matches(&self, entry: &ReceiptEntry) -> bool {
        let kind = |wanted: &String| match wanted.ends_with('.') {
            true => entry.kind.starts_with(wanted.as_str()),
            false => entry.kind == *wanted,
        };
        self.run.is_none_or(|run| entry.run == Some(run)) && self.kind.as_ref().is_none_or(kind)
    }
}

/// Receipts, newest first, and where to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptPage {
    /// In the order of their records' times.
    pub receipts: Vec<Arc<ReceiptEntry>>,
    /// The last one that was looked at; none at the end.
    pub next: Option<ReceiptId>,
}

impl Views {
    /// A receipt of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn receipt(
        &self,
        tenant: &str,
        id: ReceiptId,
    ) -> Result<Option<Arc<ReceiptEntry>>, ViewError> {
        let held = self.read().receipts.issued.get(&(tenant.to_owned(), id)).cloned();
        if held.is_some() {
            return Ok(held);
        }
        let kept = self.store.get(&key::receipt(tenant, id))?;
        kept.map(|bytes| document::decode(&bytes, "receipt").map(Arc::new)).transpose()
    }

    /// The receipt of a run's end.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn receipt_of_run(
        &self,
        tenant: &str,
        run: RunId,
    ) -> Result<Option<Arc<ReceiptEntry>>, ViewError> {
        let kind = Some(RUN_ENDED.to_owned());
        let page = self.find_receipts(tenant, &ReceiptFilter { run: Some(run), kind }, None, 1)?;
        Ok(page.receipts.into_iter().next())
    }

    /// The approval that a run was started by.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn approval_of_run(
        &self,
        tenant: &str,
        run: RunId,
    ) -> Result<Option<ApprovalId>, ViewError> {
        if let Some(held) = self.read().receipts.granted.get(&(tenant.to_owned(), run)) {
            return Ok(Some(*held));
        }
        let kept = self.store.get(&key::approval_of_run(tenant, run))?;
        kept.map(|bytes| document::decode(&bytes, "approval of a run")).transpose()
    }

    /// How many records wait for their receipts, and since when the first of them does.
    #[must_use]
    pub fn receipts_due(&self) -> (usize, Option<Timestamp>) {
        let hot = self.read();
        (hot.receipts.due.len(), hot.receipts.due.oldest().map(|(_, at)| at))
    }

    /// The records that wait for longest, at most so many.
    #[must_use]
    pub fn records_due(&self, count: usize) -> Vec<u64> {
        let hot = self.read();
        hot.receipts.due.first(hot.seq, count)
    }

    /// Receipts of a tenant from before one of them, newest first. Looks at a bounded number: a page
    /// may be short, even empty, and yet have a next one.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn find_receipts(
        &self,
        tenant: &str,
        filter: &ReceiptFilter,
        before: Option<ReceiptId>,
        size: usize,
    ) -> Result<ReceiptPage, ViewError> {
        let before = before.unwrap_or(ReceiptId::from_bits(u128::MAX));
        // Memory first: what is written meanwhile is then seen twice rather than never.
        let mut found = self.held_receipts(tenant, before);
        let (from, to) = match filter.run {
            Some(run) => key::receipts_of_run(tenant, run, before),
            None => key::receipts(tenant, before),
        };
        let (mut looked_at, mut wanted, mut ids) = (0, 0, Vec::new());
        let mut failed = None;
        self.store.scan(&from, &to, true, &mut |key, value| {
            looked_at += 1;
            ids.extend(key::last_receipt(key));
            if filter.run.is_none() {
                match document::decode::<ReceiptEntry>(value, "receipt") {
                    Ok(entry) => {
                        wanted += usize::from(filter.matches(&entry));
                        found.entry(entry.id).or_insert_with(|| Arc::new(entry));
                    }
                    Err(error) => failed = Some(error),
                }
            }
            wanted < size && looked_at < RECEIPT_SCAN_MAX && failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        // Below where the look ended there may be more that was not seen.
        let stopped = wanted >= size || looked_at >= RECEIPT_SCAN_MAX;
        let floor = ids.last().copied().filter(|_| stopped);
        if filter.run.is_some() {
            for id in ids {
                if let Some(entry) = self.receipt(tenant, id)? {
                    found.insert(id, entry);
                }
            }
        }
        let seen = found.into_values().rev().filter(|e| floor.is_none_or(|floor| e.id >= floor));
        let mut receipts: Vec<_> = seen.filter(|entry| filter.matches(entry)).collect();
        let cut = receipts.len() > size;
        receipts.truncate(size);
        let last = receipts.last().map(|entry| entry.id);
        Ok(ReceiptPage { next: if cut { last } else { floor }, receipts })
    }

    fn held_receipts(
        &self,
        tenant: &str,
        before: ReceiptId,
    ) -> BTreeMap<ReceiptId, Arc<ReceiptEntry>> {
        let of = |id| (tenant.to_owned(), id);
        let within = of(ReceiptId::from_bits(0))..of(before);
        let hot = self.read();
        let held = hot.receipts.issued.range(within);
        let found = held.map(|((_, id), entry)| (*id, Arc::clone(entry))).collect();
        drop(hot);
        found
    }
}
