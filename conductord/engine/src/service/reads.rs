//! Reads that go to the ledger itself: a run's facts, decisions. And the bounded log of the
//! allowed reads, which are not events.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use conductor_domain::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
    trust::decision::Recorded,
    work::run::Run,
};
use conductor_protocol::id::DecisionId;

use super::Engine;
use crate::{
    command::Ruling,
    limits,
    ports::{LedgerError, ViewError},
    record::{self, DecodeError},
    views::{DecisionEntry, DecisionFilter},
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

impl DecisionRow {
    /// A decision on record in a tenant. The view's keys hold the tenant; the record has the last
    /// word.
    pub(super) fn of(tenant: &str, seq: u64, envelope: Envelope) -> Option<Self> {
        let Event::DecisionRecorded(recorded) = envelope.event else { return None };
        let (at, principal) = (envelope.at, envelope.principal);
        let row = Self { seq, at, principal, recorded: *recorded };
        (envelope.scope.tenant == tenant).then_some(row)
    }
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
    /// The views can't be read.
    #[error(transparent)]
    Views(#[from] ViewError),
}

/// The newest allowed reads, by tenant: much that is read in one leaves those of others there.
#[derive(Debug, Default)]
pub(super) struct ReadLog {
    rows: Mutex<HashMap<String, VecDeque<DecisionRow>>>,
}

impl Engine {
    /// Facts of the ledger by their sequence numbers, in that order, without those that nobody can read
    /// any more.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn facts(&self, seqs: &[u64]) -> Result<Vec<(u64, Envelope)>, ReadError> {
        let mut facts = Vec::with_capacity(seqs.len());
        for seq in seqs {
            for found in self.ledger().read(seq - 1, 1, 0)? {
                facts.extend(record::decode(&found)?.map(|envelope| (found.seq, envelope)));
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

    /// Decisions of a tenant, newest first, from before `before` (0: from the end). The second
    /// value is where to go on, 0 at the beginning; a page may be short and yet have a next one.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decisions(
        &self,
        tenant: &str,
        filter: &DecisionFilter,
        before: u64,
        size: usize,
    ) -> Result<(Vec<DecisionRow>, u64), ReadError> {
        let page = self.views().find_decisions(tenant, filter, before, size)?;
        Ok((self.decision_rows(tenant, &page.seqs)?, page.next))
    }

    /// The same oldest first, from after `after`.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decisions_after(
        &self,
        tenant: &str,
        filter: &DecisionFilter,
        after: u64,
        size: usize,
    ) -> Result<(Vec<DecisionRow>, u64), ReadError> {
        let page = self.views().decisions_after(tenant, filter, after, size)?;
        Ok((self.decision_rows(tenant, &page.seqs)?, page.next))
    }

    /// One decision of a tenant.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decision(&self, tenant: &str, id: DecisionId) -> Result<Option<DecisionRow>, ReadError> {
        let Some(seq) = self.views().decision(tenant, id)? else { return Ok(None) };
        Ok(self.decision_rows(tenant, &[seq])?.pop())
    }

    fn decision_rows(&self, tenant: &str, seqs: &[u64]) -> Result<Vec<DecisionRow>, ReadError> {
        let facts = self.facts(seqs)?.into_iter();
        Ok(facts.filter_map(|(seq, envelope)| DecisionRow::of(tenant, seq, envelope)).collect())
    }

    /// Keeps an allowed read in its tenant's bounded log. The tenant must be there: names of
    /// others are made up without end.
    pub fn note_read(&self, principal: &Principal, ruling: &Ruling) {
        let recorded = Recorded {
            id: ruling.id,
            input: ruling.question.clone(),
            verdict: ruling.verdict.clone(),
            unmet: String::new(),
            count: 1,
        };
        let tenant = recorded.input.context.tenant_id.clone();
        let row = DecisionRow { seq: 0, at: self.now(), principal: principal.clone(), recorded };
        let mut logs = self.shared.reads.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = logs.entry(tenant).or_default();
        if rows.len() >= limits::READ_DECISIONS_MAX {
            rows.pop_front();
        }
        rows.push_back(row);
        drop(logs);
    }

    /// The newest allowed reads of a tenant, newest first.
    #[must_use]
    pub fn reads(&self, tenant: &str, filter: &DecisionFilter, size: usize) -> Vec<DecisionRow> {
        let logs = self.shared.reads.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted =
            |row: &&DecisionRow| filter.matches(&DecisionEntry::of(0, row.at, &row.recorded));
        let rows = logs.get(tenant).into_iter().flat_map(|rows| rows.iter().rev());
        let found = rows.filter(wanted).take(size).cloned().collect();
        drop(logs);
        found
    }
}
