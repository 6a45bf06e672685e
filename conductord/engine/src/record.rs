//! Events as ledger records: one JSON object each. The ledger seals them on their way in, and opens them
//! on their way out, see [`crate::sealing`].

use conductor_domain::event::Envelope;

use crate::ports::{Owner, Record, RecordDraft};

/// A record whose payload is not an event of this version.
#[derive(Debug, thiserror::Error)]
#[error("ledger record {seq} is not an event that this version knows")]
pub struct DecodeError {
    /// Its sequence number.
    pub seq: u64,
    /// What the parser said.
    #[source]
    pub source: serde_json::Error,
}

/// The record of an event, which is its tenant's.
///
/// # Panics
/// Never: every part of an event serialises.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "events hold nothing that JSON can't: no maps with other keys than text, no failing serialisers"
)]
pub fn encode(envelope: &Envelope) -> RecordDraft {
    RecordDraft {
        at: envelope.at,
        owner: Owner { tenant: envelope.scope.tenant.clone(), subject: String::new() },
        key_id: String::new(),
        payload: serde_json::to_vec(envelope).expect("an event serialises"),
    }
}

/// The event of a record; nothing where its key was destroyed, so that nobody can read it any more.
///
/// # Errors
/// [`DecodeError`] names the record.
pub fn decode(record: &Record) -> Result<Option<Envelope>, DecodeError> {
    if record.is_forgotten() {
        return Ok(None);
    }
    serde_json::from_slice(&record.payload)
        .map(Some)
        .map_err(|source| DecodeError { seq: record.seq, source })
}
