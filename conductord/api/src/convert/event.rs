//! Ledger records as events.

use conductor_domain::event::Envelope;
use conductor_engine::ports::Record;
use conductor_protocol::v1;

use super::{scope, time};

/// An event with its record's own bytes.
pub(crate) fn event(record: Record, envelope: &Envelope) -> v1::Event {
    v1::Event {
        seq: record.seq,
        at: Some(time(envelope.at)),
        scope: Some(scope(&envelope.scope)),
        kind: envelope.event.kind().to_owned(),
        subject: envelope.event.subject(),
        principal: envelope.principal.to_string(),
        trace_id: envelope.trace.map(|trace| trace.to_string()).unwrap_or_default(),
        data_json: String::from_utf8(record.payload).unwrap_or_default(),
    }
}
