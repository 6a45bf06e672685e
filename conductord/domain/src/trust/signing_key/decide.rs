//! Whether a key may be replaced, and what is on record of it.

use conductor_protocol::error_code::Code;

use super::{Due, Rotated, RotationFailed, RotationOrdered, SigningKeys};
use crate::{Refusal, scope::Principal, time::Timestamp};

/// Handovers that a log may have: more than a hundred years of them.
pub const ROTATIONS_MAX: usize = 1_000;

/// Orders that the next key takes over, by the handover of this number.
///
/// # Errors
/// While another order waits, once another key took over, or when there were too many.
pub fn order(
    known: &SigningKeys,
    number: u64,
    (reason, decision): (String, String),
) -> Result<RotationOrdered, Refusal> {
    if number != known.next_number() {
        return Err(Refusal::new(
            Code::SigningKeyRotating,
            "another key took over since this was asked for",
            "`conductor ledger keys list` shows which; ask again to replace that one",
        ));
    }
    if let Some(order) = known.ordered() {
        return Err(Refusal::new(
            Code::SigningKeyRotating,
            format!("{} ordered it already, in record {}", order.by, order.seq),
            "`conductor ledger keys list` shows what came of it",
        ));
    }
    if known.rotations().len() >= ROTATIONS_MAX {
        return Err(Refusal::new(
            Code::SigningKeyRotating,
            format!("the log has had {ROTATIONS_MAX} handovers, and may have no more"),
            "begin a new ledger",
        ));
    }
    Ok(RotationOrdered { reason, decision })
}

/// What is on record once a key took over: nothing where no order waits for that, or where what the
/// keys signed was of another time. Who ordered it, and why, is filled in.
#[must_use]
pub fn rotated(known: &SigningKeys, next_seq: u64, done: Rotated) -> Option<Rotated> {
    let order = known.ordered().filter(|order| order.seq == done.order)?;
    let number = known.next_number();
    let after = known.rotations().last().map_or(1, |last| last.event.from);
    let fits = done.number == number && done.from > after && done.from <= next_seq;
    let (ordered_by, reason): (Principal, String) = (order.by.clone(), order.reason.clone());
    fits.then_some(Rotated { ordered_by, reason, ..done })
}

/// What is on record once an order came to nothing.
#[must_use]
pub fn failed(known: &SigningKeys, order: u64, problem: String) -> Option<RotationFailed> {
    known.ordered().filter(|known| known.seq == order)?;
    Some(RotationFailed { order, problem })
}

/// That the key in force has been so for as long as it should, once.
#[must_use]
pub fn fell_due(known: &SigningKeys, every_ms: u64, now: Timestamp) -> Option<Due> {
    let due_at = known.due_untold(every_ms).filter(|due| *due <= now)?;
    Some(Due { since: known.since()?, due_at })
}
