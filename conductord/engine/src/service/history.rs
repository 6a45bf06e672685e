//! The decisions of a span of time, for whoever asks them again of another policy.

use conductor_domain::time::Timestamp;

use super::{DecisionRow, Engine, ReadError};
use crate::{record, views::DecisionFilter};

/// Places in the ledger that are looked up at once.
const PLACES_AT_ONCE: usize = 256;

/// How much of the past is held at once.
#[derive(Debug, Clone, Copy)]
pub struct HistoryBounds {
    /// Decisions.
    pub decisions: usize,
    /// Bytes of their records.
    pub bytes: usize,
}

impl Engine {
    /// Decisions of a tenant since a time, the newest first, as many as the bounds let; and whether
    /// there are more. What was decided of another tenant, and is only evidence here, is none.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn decisions_since(
        &self,
        tenant: &str,
        since: Timestamp,
        bounds: HistoryBounds,
    ) -> Result<(Vec<DecisionRow>, bool), ReadError> {
        let filter = DecisionFilter { since: Some(since), ..DecisionFilter::default() };
        let (mut rows, mut bytes, mut before) = (Vec::new(), 0, 0);
        loop {
            let page = self.views().find_decisions(tenant, &filter, before, PLACES_AT_ONCE)?;
            for seq in page.seqs {
                for known in self.ledger().read(seq - 1, 1, 0)? {
                    let envelope = record::decode(&known)?;
                    let row =
                        envelope.and_then(|known_as| DecisionRow::of(tenant, known.seq, known_as));
                    let own = |row: &DecisionRow| row.recorded.input.context.tenant_id == tenant;
                    let Some(row) = row.filter(own) else { continue };
                    bytes += known.payload.len();
                    if rows.len() >= bounds.decisions || bytes > bounds.bytes {
                        return Ok((rows, true));
                    }
                    rows.push(row);
                }
            }
            if page.next == 0 {
                return Ok((rows, false));
            }
            before = page.next;
        }
    }
}
