//! Keys that sign the log: that one is due is told once, by the clock; an order is on record until
//! something came of it.

use conductor_domain::trust::signing_key::Rotated;
use conductor_protocol::error_code::Code;

use super::bench::{Bench, code};
use crate::{
    command::{Answer, Command},
    kernel::{Input, SigningKeyNews},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn order(bench: &mut Bench, number: u64) -> Option<Code> {
    let context = bench.context(None);
    let command = Command::RotateSigningKey { number, reason: "it is time".into() };
    match bench.submit(context, command) {
        Ok(answer) => {
            assert_eq!(answer, Answer::Noted);
            None
        }
        refused => code(refused),
    }
}

fn count(bench: &Bench, kind: &str) -> usize {
    bench.kinds().iter().filter(|known| **known == kind).count()
}

fn news(bench: &mut Bench, news: SigningKeyNews) {
    bench.step(vec![Input::SigningKey { ticket: 7, news }]);
}

/// What is told once the next key took over.
fn rotated(bench: &Bench) -> SigningKeyNews {
    let known = bench.views.signing_keys();
    let from = u64::try_from(bench.kinds().len()).unwrap() + 1;
    SigningKeyNews::Rotated(Box::new(Rotated {
        number: known.next_number(),
        old_key: "old".into(),
        new_key: "new".into(),
        from,
        handover: "note".into(),
        place: "the key file".into(),
        order: known.ordered().map_or(0, |order| order.seq),
        ordered_by: conductor_domain::scope::Principal::system(),
        reason: String::new(),
    }))
}

#[test]
fn a_key_is_due_by_the_clock_and_that_is_told_once_a_key() {
    let mut bench = Bench::new().rotating(90 * DAY_MS);
    let asleep = bench.step(Vec::new()).wake_at;
    assert_eq!(asleep, Some(bench.time(0) + 90 * DAY_MS), "the kernel wakes for it");
    bench.now += 90 * DAY_MS - 1;
    bench.step(Vec::new());
    assert_eq!(count(&bench, "signing_key.due"), 0);
    bench.now += 1;
    bench.step(Vec::new());
    bench.now += 5 * DAY_MS;
    bench.step(Vec::new());
    assert_eq!(count(&bench, "signing_key.due"), 1);
    bench.write_views();
    bench.restart();
    bench = bench.rotating(90 * DAY_MS);
    bench.step(Vec::new());
    assert_eq!(count(&bench, "signing_key.due"), 1, "also after a restart");
    assert_eq!(order(&mut bench, 1), None);
    let done = rotated(&bench);
    news(&mut bench, done);
    bench.now += 91 * DAY_MS;
    bench.step(Vec::new());
    assert_eq!(count(&bench, "signing_key.due"), 2, "and so is the next key");
}

#[test]
fn an_order_waits_through_a_crash_until_something_came_of_it() {
    let mut bench = Bench::new();
    assert_eq!(order(&mut bench, 2), Some(Code::SigningKeyRotating), "of no key that there is");
    assert_eq!(order(&mut bench, 1), None);
    assert_eq!(order(&mut bench, 1), Some(Code::SigningKeyRotating), "one waits");
    bench.write_views();
    bench.restart();
    let waits = bench.views.signing_keys().ordered().unwrap().seq;
    news(&mut bench, SigningKeyNews::Failed { order: waits + 1, problem: "other".into() });
    assert!(bench.views.signing_keys().ordered().is_some(), "that was another order");
    news(&mut bench, SigningKeyNews::Failed { order: waits, problem: "away".into() });
    assert_eq!(bench.views.signing_keys().failed().unwrap().1, "away");
    assert_eq!(order(&mut bench, 1), None);
    let done = rotated(&bench);
    news(&mut bench, done.clone());
    news(&mut bench, done);
    assert_eq!(count(&bench, "signing_key.rotated"), 1);
    let known = bench.views.signing_keys();
    assert_eq!(known.rotations()[0].event.reason, "it is time");
    bench.write_views();
    bench.restart();
    assert_eq!(*bench.views.signing_keys(), *known, "it is kept with the views");
    assert_eq!(order(&mut bench, 1), Some(Code::SigningKeyRotating), "that key is not in force");
}
