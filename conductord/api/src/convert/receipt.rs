//! Receipts as they go over the wire, and the fact of one as a sentence.

use conductor_domain::event::Event;
use conductor_engine::views::ReceiptEntry;
use conductor_protocol::v1;

use super::time;

/// A receipt without what was signed.
pub(crate) fn receipt(entry: &ReceiptEntry) -> v1::IssuedReceipt {
    v1::IssuedReceipt {
        receipt_id: entry.id.to_string(),
        record: entry.record,
        kind: entry.kind.clone(),
        subject: entry.subject.clone(),
        run_id: entry.run.map(|run| run.to_string()).unwrap_or_default(),
        recorded_at: Some(time(entry.recorded_at)),
        issued_at: Some(time(entry.issued_at)),
        seq: entry.seq,
    }
}

/// That there is one, in one line; nothing where the fact is another.
pub(crate) fn told(event: &Event) -> Option<String> {
    let Event::ReceiptIssued(e) = event else { return None };
    let about = if e.subject.is_empty() { String::new() } else { format!(" of {}", e.subject) };
    Some(format!("receipt {} was issued for record {}, {}{about}", e.receipt, e.record, e.kind))
}
