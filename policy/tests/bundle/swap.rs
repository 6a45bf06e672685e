//! A bundle is swapped while many ask: every answer comes, and each is of one bundle from its first
//! word to its last.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use conductor_policy::{Bundle, Guard};

use super::question;

/// Threads that ask while one swaps.
const ASKING: usize = 4;
/// Swaps.
const SWAPS: usize = 200;

/// A bundle that says its name in everything that it gives.
fn named(name: &str) -> Bundle {
    let rego = format!(
        "package conductor.authz\nimport rego.v1\n\nname := \"{name}\"\n\nrisk := name\n\n\
         reasons := [name, input.subject.principal]\n\n\
         decision := {{\"allow\": true, \"reasons\": reasons, \"risk\": risk, \
         \"obligations\": [{{\"type\": \"warn\", \"message\": name}}], \
         \"rules\": [{{\"rule\": concat(\".\", [\"authz\", name])}}]}}\n"
    );
    Bundle::from_files(vec![("authz.rego".into(), rego)]).unwrap()
}

#[test]
fn a_swap_under_load_drops_no_answer_and_mixes_no_revisions() {
    let names: [String; 3] = ["one", "two", "three"].map(str::to_owned);
    let revisions = names.clone().map(|name| named(&name).revision().to_string());
    let guard = Guard::new(named("one"));
    let (over, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for asker in 0..ASKING {
            let (guard, over, answers) = (&guard, &over, &answers);
            let (names, revisions) = (&names, &revisions);
            scope.spawn(move || {
                let mut number = 0;
                while !over.load(Ordering::Relaxed) || number == 0 {
                    let mut asked = question("operator", "run.start");
                    // Some of them are new, and some come from the cache.
                    asked.subject.principal = format!("uid:{asker}-{}", number % 50);
                    let verdict = guard.decide(&asked);
                    let place = names.iter().position(|name| *name == verdict.risk).unwrap();
                    let name = &names[place];
                    let principal = asked.subject.principal.clone();
                    assert_eq!(verdict.reasons, [name.clone(), principal]);
                    assert_eq!(verdict.rules[0].rule, format!("authz.{name}"));
                    assert_eq!(verdict.bundle_revision, revisions[place]);
                    number += 1;
                }
                answers.fetch_add(number, Ordering::Relaxed);
            });
        }
        for swap in 0..SWAPS {
            guard.replace(named(&names[swap % names.len()]));
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(answers.load(Ordering::Relaxed) >= ASKING);
    let last = &names[(SWAPS - 1) % names.len()];
    let after = guard.decide(&question("operator", "run.start"));
    assert_eq!(&after.risk, last, "nothing of an old bundle is left in the cache");
}
