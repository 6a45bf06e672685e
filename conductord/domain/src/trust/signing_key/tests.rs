//! Laws of signing keys: one order at a time, each carried out or failed once, due once a key.

use proptest::prelude::*;

use super::*;
use crate::{
    event::{DaemonStarted, Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(ms)
}

/// A log with its next number and its time.
#[derive(Debug, Default)]
struct Log {
    known: SigningKeys,
    seq: u64,
    now: Timestamp,
}

impl Log {
    fn begun() -> Self {
        let mut log = Self::default();
        let started = DaemonStarted { version: String::new(), bundle_revision: String::new() };
        log.add(Event::DaemonStarted(started));
        log
    }

    fn add(&mut self, event: Event) -> bool {
        self.seq += 1;
        let envelope = Envelope {
            at: self.now,
            scope: Scope::default(),
            principal: Principal::new("uid:1"),
            trace: None,
            idempotency: None,
            event,
        };
        self.known.apply(&envelope, self.seq)
    }

    fn order(&mut self) -> bool {
        let said = ("it is time".into(), "dec".into());
        let Ok(event) = order(&self.known, self.known.next_number(), said) else { return false };
        assert!(self.add(Event::SigningKeyRotationOrdered(event)));
        true
    }

    fn done(&self) -> Rotated {
        Rotated {
            number: self.known.next_number(),
            old_key: "old".into(),
            new_key: "new".into(),
            from: self.seq + 1,
            handover: "note".into(),
            place: "the key file".into(),
            order: self.known.ordered().map_or(0, |order| order.seq),
            ordered_by: Principal::system(),
            reason: String::new(),
        }
    }

    fn rotate(&mut self, done: Rotated) -> bool {
        let Some(event) = rotated(&self.known, self.seq + 1, done) else { return false };
        self.add(Event::SigningKeyRotated(Box::new(event)))
    }
}

#[test]
fn an_order_is_carried_out_once_with_who_ordered_it_and_why() {
    let mut log = Log::begun();
    assert!(!log.rotate(log.done()), "nobody ordered it");
    assert!(log.order());
    assert!(!log.order(), "it waits already");
    let done = log.done();
    assert!(log.rotate(done.clone()));
    assert!(!log.rotate(done), "it is done");
    let last = log.known.rotations().last().unwrap();
    assert_eq!(last.event.ordered_by, Principal::new("uid:1"));
    assert_eq!(last.event.reason, "it is time");
    let late = order(&log.known, 1, (String::new(), String::new()));
    assert!(late.is_err(), "what was asked for before it took over is about another key");
    assert!(log.order(), "and the next may come");
}

#[test]
fn an_order_that_fails_is_over_and_says_why_until_one_is_carried_out() {
    let mut log = Log::begun();
    assert!(failed(&log.known, 1, "away".into()).is_none());
    assert!(log.order());
    let order = log.known.ordered().unwrap().seq;
    assert!(failed(&log.known, order + 1, "away".into()).is_none(), "another order");
    let event = failed(&log.known, order, "away".into()).unwrap();
    assert!(log.add(Event::SigningKeyRotationFailed(event)));
    assert!(log.known.ordered().is_none() && log.known.rotations().is_empty());
    assert_eq!(log.known.failed().unwrap().1, "away");
    assert!(log.order());
    assert!(log.rotate(log.done()));
    assert!(log.known.failed().is_none());
}

#[test]
fn what_was_signed_of_another_time_is_not_taken() {
    let mut log = Log::begun();
    assert!(log.order());
    let done = log.done();
    assert!(!log.rotate(Rotated { number: 2, ..done.clone() }));
    assert!(!log.rotate(Rotated { from: log.seq + 2, ..done.clone() }), "of a longer log");
    assert!(!log.rotate(Rotated { from: 1, ..done.clone() }), "of no log");
    assert!(!log.rotate(Rotated { order: 1, ..done.clone() }));
    assert!(log.rotate(done));
}

proptest! {
    #[test]
    fn a_key_falls_due_once_and_not_before(steps in prop::collection::vec(1_u64..60, 1..40)) {
        let mut log = Log::begun();
        let every = 90 * DAY_MS;
        let (mut told, mut since) = (0, 0);
        for days in steps {
            log.now = log.now + days * DAY_MS;
            if let Some(event) = fell_due(&log.known, every, log.now) {
                prop_assert!(log.now.ms_since(at(since)) >= every);
                prop_assert_eq!(event.due_at, at(since) + every);
                log.add(Event::SigningKeyDue(event));
                told += 1;
                prop_assert!(told <= 1, "once a key");
            }
            prop_assert!(fell_due(&log.known, every, log.now).is_none());
            if days % 7 == 0 {
                log.order();
                log.rotate(log.done());
                (told, since) = (0, log.now.unix_ms);
            }
        }
    }
}
