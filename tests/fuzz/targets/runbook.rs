//! Any text: the reader of runbooks answers, its problems stand inside the text, and what it accepts is
//! read back from its normal form.
#![no_main]

use conductor_protocol::manifest::{Manifest, PROBLEMS_MAX, parse_runbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    match parse_runbook(source) {
        Ok(manifest) => {
            let stored = manifest.canonical_json();
            let again: Manifest = serde_json::from_str(&stored).expect("the normal form is read");
            assert_eq!(again.canonical_json(), stored);
        }
        Err(problems) => {
            assert!((1..=PROBLEMS_MAX).contains(&problems.len()));
            let lines: Vec<&str> = source.split('\n').collect();
            for problem in &problems {
                let line = lines.get(problem.line as usize - 1).expect("the line exists");
                assert!((1..=line.chars().count() + 1).contains(&(problem.column as usize)));
            }
        }
    }
});
