//! The decisions of a span of time, for whoever asks them again of another policy.

use std::ops::ControlFlow;

use conductor_domain::{
    event::{Envelope, Event},
    time::Timestamp,
};

use super::{DecisionRow, Engine, ReadError};
use crate::record;

/// Records read from the ledger at once.
const RECORDS_AT_ONCE: u64 = 256;

impl Engine {
    /// Decisions of a tenant since a time, the newest first, at most `most` of them; and whether
    /// there are more. Reads the ledger from its end back to that time.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decisions_since(
        &self,
        tenant: &str,
        since: Timestamp,
        most: usize,
    ) -> Result<(Vec<DecisionRow>, bool), ReadError> {
        let mut found = Found { tenant, since, most, rows: Vec::new() };
        let mut next = self.ledger().last_seq() + 1;
        while next > 1 {
            let from = next.saturating_sub(RECORDS_AT_ONCE).max(1);
            let count = usize::try_from(next - from).unwrap_or(usize::MAX);
            let records = self.ledger().read(from - 1, count, usize::MAX)?;
            for known in records.iter().rev() {
                // A reader that gives less at once goes on where it began.
                next = known.seq;
                let envelope = record::decode(known)?;
                match found.take(known.seq, envelope) {
                    ControlFlow::Continue(()) => {}
                    ControlFlow::Break(cut) => return Ok((found.rows, cut)),
                }
            }
            if records.is_empty() {
                break;
            }
        }
        Ok((found.rows, false))
    }
}

struct Found<'a> {
    tenant: &'a str,
    since: Timestamp,
    most: usize,
    rows: Vec<DecisionRow>,
}

impl Found<'_> {
    /// Takes up a record, or ends the search and says whether there was more to find.
    fn take(&mut self, seq: u64, envelope: Envelope) -> ControlFlow<bool> {
        if envelope.at < self.since {
            return ControlFlow::Break(false);
        }
        let Event::DecisionRecorded(recorded) = envelope.event else {
            return ControlFlow::Continue(());
        };
        if envelope.scope.tenant != self.tenant {
            return ControlFlow::Continue(());
        }
        if self.rows.len() >= self.most {
            return ControlFlow::Break(true);
        }
        let (at, principal) = (envelope.at, envelope.principal);
        self.rows.push(DecisionRow { seq, at, principal, recorded: *recorded });
        ControlFlow::Continue(())
    }
}
