//! Any bytes as a question to policy: an answer, and a denial unless they are a question that a
//! role permits.
#![no_main]

use std::sync::LazyLock;

use conductor_policy::Bundle;
use conductor_protocol::verdict::Question;
use libfuzzer_sys::fuzz_target;

static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| Bundle::embedded().expect("it compiles"));

fuzz_target!(|bytes: &[u8]| {
    let verdict = BUNDLE.decide_json(bytes);
    assert!(!verdict.reasons.is_empty());
    if verdict.allow {
        let question: Question = serde_json::from_slice(bytes).expect("only a question is allowed");
        assert!(BUNDLE.actions().contains(&question.action));
    }
});
