//! The bound of an evaluation counts work, so that neither a slow machine nor a pause can deny.

use std::{
    hint,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::*;
use crate::bundle::{INSTRUCTIONS_MAX, input};

/// What the bound was when it was wall time.
const ONCE_MAX: Duration = Duration::from_millis(50);
/// Threads that fight for the processor while answers are counted.
const RIVALS: usize = 8;
/// Evaluations at the exact bound.
const ROUNDS: usize = 50;
/// The built-in bundle stays so many times below the bound.
const ROOM: usize = 100;

/// A bundle of one rule, with data.
fn bundle_with(rule: &str, data: &serde_json::Value) -> Bundle {
    let mut files = files(&format!("{ALLOW_ALL} {rule}"));
    files.push(("data.json".into(), data.to_string()));
    Bundle::from_files(files).unwrap()
}

/// Allows once it has looked at as many pairs as `rounds` times `width`.
fn looks_at(rounds: usize, width: usize) -> Bundle {
    let numbers = |most: usize| (1..=most).collect::<Vec<_>>();
    let data = serde_json::json!({ "rounds": numbers(rounds), "width": numbers(width) });
    let pairs = "some a in data.rounds\nsome b in data.width\na + b > 0";
    bundle_with(&format!("if count(found) > 0\nfound := [a | {pairs}]"), &data)
}

/// Allows after few instructions, each of which takes its time.
fn dawdles() -> Bundle {
    let text = "x,".repeat(20_000);
    let data = serde_json::json!({ "rounds": (1..=500).collect::<Vec<_>>(), "text": text });
    let slow = "some a in data.rounds\ncount(split(data.text, \",\")) > a";
    bundle_with(&format!("if count(found) > 0\nfound := [a | {slow}]"), &data)
}

fn answers_within(instructions: usize, bundle: &Bundle, question: &Question) -> bool {
    let mut machine = bundle.fresh_machine(instructions).unwrap();
    machine.set_input(input(question).unwrap());
    machine.execute_entry_point_by_name(ENTRY_POINT).is_ok()
}

/// The smallest bound that this question is answered within.
fn needed(bundle: &Bundle, question: &Question) -> usize {
    let (mut too_few, mut enough) = (0, INSTRUCTIONS_MAX);
    assert!(answers_within(enough, bundle, question), "{question:?}");
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        if answers_within(middle, bundle, question) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    enough
}

#[test]
fn an_answer_that_takes_long_is_still_the_answer() {
    let guard = Guard::new(dawdles());
    let begun = Instant::now();
    let verdict = guard.decide(&question(&[], "run.read"));
    assert!(begun.elapsed() > ONCE_MAX, "the policy is too quick to prove anything");
    assert!(verdict.allow, "{verdict:?}");
}

#[test]
fn too_much_work_is_denied_and_says_so() {
    let verdict = Guard::new(looks_at(1_000, 1_000)).decide(&question(&[], "run.read"));
    assert!(!verdict.allow && verdict.reasons[0].contains("instruction limit"), "{verdict:?}");
}

#[test]
fn the_bound_is_exact_however_often_the_thread_is_paused() {
    let (bundle, asked) = (looks_at(10, 10), question(&[], "run.read"));
    let enough = needed(&bundle, &asked);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..RIVALS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let exact = (0..ROUNDS).all(|_| {
            answers_within(enough, &bundle, &asked) && !answers_within(enough - 1, &bundle, &asked)
        });
        over.store(true, Ordering::Relaxed);
        assert!(exact, "a bound of {enough} instructions");
    });
}

#[test]
fn the_built_in_bundle_stays_far_below_the_bound() {
    let bundle = Bundle::embedded().unwrap();
    for action in ACTIONS {
        for roles in [&[][..], &["read_only"], &ROLES] {
            let instructions = needed(&bundle, &question(roles, action));
            assert!(instructions * ROOM < INSTRUCTIONS_MAX, "{action}: {instructions}");
        }
    }
}
