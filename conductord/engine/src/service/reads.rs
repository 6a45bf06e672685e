//! Reads that go to the ledger itself: a run's facts, decisions. And the bounded log of the
//! allowed reads, which are not events.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use conductor_domain::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
    trust::decision::Recorded,
    work::run::Run,
};

use super::Engine;
use crate::{
    command::Ruling,
    limits,
    ports::LedgerError,
    record::{self, DecodeError},
};

/// A recorded decision.
#[derive(Debug, Clone)]
pub struct DecisionRow {
    /// Where in the ledger; 0 for an allowed read.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub principal: Principal,
    /// What was asked and answered.
    pub recorded: Recorded,
}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record is not an event.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The newest allowed reads.
#[derive(Debug, Default)]
pub(super) struct ReadLog {
    rows: Mutex<VecDeque<DecisionRow>>,
}

impl Engine {
    /// Facts of the ledger by their sequence numbers, in that order.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn facts(&self, seqs: &[u64]) -> Result<Vec<(u64, Envelope)>, ReadError> {
        let mut facts = Vec::with_capacity(seqs.len());
        for seq in seqs {
            for found in self.ledger().read(seq - 1, 1, 0)? {
                facts.push((found.seq, record::decode(&found)?));
            }
        }
        Ok(facts)
    }

    /// Facts about a run after `after_seq`, oldest first, with the decision that allowed it; at
    /// most `size`.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn run_facts(
        &self,
        run: &Run,
        after_seq: u64,
        size: usize,
    ) -> Result<Vec<(u64, Envelope)>, ReadError> {
        // The ruling stands right before the start that it allowed.
        let ruling = run.seqs.first().map(|first| first - 1).filter(|seq| *seq > 0);
        let wanted = ruling.into_iter().chain(run.seqs.iter().copied());
        let seqs: Vec<u64> = wanted.filter(|seq| *seq > after_seq).take(size).collect();
        self.facts(&seqs)
    }

    /// Decisions of a tenant, newest first, from before `before` (0: from the end). Looks at a
    /// bounded number of records; the second value is where to go on, 0 at the beginning.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decisions(
        &self,
        tenant: &str,
        before: u64,
        size: usize,
        denied_only: bool,
    ) -> Result<(Vec<DecisionRow>, u64), ReadError> {
        let end = self.ledger().last_seq() + 1;
        let mut seq = if before == 0 { end } else { before.min(end) };
        let mut rows = Vec::new();
        let mut looked_at = 0;
        while seq > 1 && rows.len() < size && looked_at < limits::DECISION_SCAN_MAX {
            let from = seq.saturating_sub(256).max(1);
            let count = usize::try_from(seq - from).unwrap_or(256);
            let records = self.ledger().read(from - 1, count, usize::MAX)?;
            looked_at += records.len();
            for found in records.iter().rev() {
                seq = found.seq;
                let envelope = record::decode(found)?;
                let Event::DecisionRecorded(recorded) = envelope.event else { continue };
                if envelope.scope.tenant != tenant || (denied_only && recorded.verdict.allow) {
                    continue;
                }
                let (at, principal) = (envelope.at, envelope.principal);
                rows.push(DecisionRow { seq: found.seq, at, principal, recorded: *recorded });
                if rows.len() >= size {
                    break;
                }
            }
            if records.is_empty() {
                break;
            }
        }
        Ok((rows, if seq > 1 { seq } else { 0 }))
    }

    /// Keeps an allowed read in the bounded log.
    pub fn note_read(&self, principal: &Principal, ruling: &Ruling) {
        let recorded = Recorded {
            id: ruling.id,
            input: ruling.question.clone(),
            verdict: ruling.verdict.clone(),
            count: 1,
        };
        let row = DecisionRow { seq: 0, at: self.now(), principal: principal.clone(), recorded };
        let mut rows = self.shared.reads.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() >= limits::READ_DECISIONS_MAX {
            rows.pop_front();
        }
        rows.push_back(row);
    }

    /// The newest allowed reads of a tenant, newest first.
    #[must_use]
    pub fn reads(&self, tenant: &str, size: usize) -> Vec<DecisionRow> {
        let rows = self.shared.reads.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant = |row: &&DecisionRow| row.recorded.input.context.tenant_id == tenant;
        rows.iter().rev().filter(of_tenant).take(size).cloned().collect()
    }
}
