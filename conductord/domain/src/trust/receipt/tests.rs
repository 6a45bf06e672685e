//! Laws of receipts.

use conductor_protocol::id::{DecisionId, ReceiptId, RunId};
use proptest::prelude::*;

use super::*;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
    work::run::Resumed,
};

fn envelope(event: Event) -> Envelope {
    Envelope {
        at: Timestamp::from_unix_ms(7),
        scope: Scope::default(),
        principal: Principal::uid(2),
        trace: None,
        idempotency: None,
        event,
    }
}

fn due() -> Envelope {
    envelope(Event::RunResumed(Resumed {
        run: RunId::from_bits(1),
        deadline: Timestamp::from_unix_ms(9),
        reason: String::new(),
        decision: DecisionId::from_bits(1),
    }))
}

fn issued(record: u64) -> Issued {
    Issued {
        receipt: ReceiptId::from_bits(u128::from(record)),
        record,
        kind: "run.resumed".into(),
        subject: String::new(),
        run: None,
        recorded_at: Timestamp::from_unix_ms(7),
        bundle: "{}".into(),
    }
}

#[test]
fn a_receipt_has_no_receipt() {
    assert!(!is_due(&Event::ReceiptIssued(Box::new(issued(1)))));
    assert!(is_due(&due().event));
}

proptest! {
    /// Whatever is made, in whatever order and however often: each record that has one coming gets
    /// one, and nothing else does.
    #[test]
    fn each_record_gets_one_receipt(
        waiting in proptest::collection::btree_set(1_u64..40, 0..20),
        made in proptest::collection::vec(1_u64..40, 0..80),
    ) {
        let mut known = Receipts::default();
        for seq in &waiting {
            prop_assert!(known.apply(*seq, &due()));
        }
        let mut given = Vec::new();
        for batch in made.chunks(7) {
            let batch = batch.iter().map(|seq| issued(*seq)).collect();
            for one in issue(&known, batch, |one| one) {
                given.push(one.record);
                known.apply(1_000, &envelope(Event::ReceiptIssued(Box::new(one))));
            }
        }
        let mut once = given.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), given.len());
        for seq in &given {
            prop_assert!(waiting.contains(seq));
        }
        prop_assert_eq!(known.len() + given.len(), waiting.len());
        prop_assert_eq!(known.oldest().map(|(seq, _)| seq), known.first(u64::MAX, 1).first().copied());
    }
}
