//! A question that is allowed, spoilt in every place: it is denied, or nothing changes.

use serde_json::{Value, json};

use super::{
    laws::{BUILT_IN, enforced},
    *,
};
use crate::bundle::QUESTION_BYTES_MAX;

/// Stands where the text of something odd is put.
const HERE: &str = "\u{1}here";

/// A question with something in every field, which is allowed with no obligation.
fn valid() -> Value {
    json!({
        "subject": {
            "principal": "uid:1",
            "roles": ["operator", "read_only"],
            "elsewhere": ["globex"],
            "guest": true,
            "token": "tok_x",
            "scopes": [{"action": "run.start", "environment": "dev", "workflow": "disk-clean"}],
            "attributes": {
                "environment": "dev",
                "region": "local",
                "business_unit": "payments",
                "risk_profile": "high",
                "data_sensitivity": "restricted",
            },
        },
        "action": "run.start",
        "resource": {
            "kind": "workflow",
            "id": "disk-clean",
            "owner": "uid:2",
            "secrets": ["db"],
            "task": {
                "executor": "pkg:builtin/ssh@1",
                "hosts": ["web-1"],
                "hosts_known": true,
                "resources": "small",
            },
            "risk": "low",
            "data_sensitivity": "internal",
            "regions": ["local"],
            "purpose": ["billing"],
            "workflow": "disk-clean",
        },
        "context": {
            "tenant_id": "acme",
            "environment": "dev",
            "region": "local",
            "channel": "unix",
            "load": {"asked": {"small": 1}, "in_use": {"small": 1}, "limit": {"small": 5}},
            "tenant": {
                "status": "active",
                "profile": "internal",
                "risk_profile": "low",
                "business_unit": "payments",
                "data_sensitivity": "restricted",
                "region": "local",
                "regions": ["local"],
                "purposes": ["billing"],
            },
            "spend": {"asked": 1, "spent": 1, "limit": 100, "window": "day"},
        },
    })
}

/// JSON texts of what nobody would ask with.
fn odd() -> Vec<String> {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let strings =
        ["", "\u{0}", "\u{202e}x", "e\u{301}", "ﬀ", "𝟘", "оperator", "*", "a/b", "`", "%s"];
    let mut odd: Vec<String> = strings.iter().map(|text| json!(text).to_string()).collect();
    odd.extend(
        [20, 100, 200, 20_000].into_iter().flat_map(|depth| [nested(depth), objects(depth)]),
    );
    odd.extend(
        [100, 60_000, QUESTION_BYTES_MAX + 1].map(|long| format!("\"{}\"", "x".repeat(long))),
    );
    odd.extend([10, 10_000].map(|many| format!("[{}1]", "1,".repeat(many))));
    odd.push(format!("[{}\"x\"]", "\"x\",".repeat(12_000)));
    let raw = [
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "0",
        "-0",
        "-0.0",
        "-1",
        "0.5",
        "1e308",
        "-1e308",
        "1e-308",
        "1e309",
        "1e2000000000",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "4294967296",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "NaN",
        "[\"\"]",
        "{\"\": \"\"}",
        "{\"small\": 1}",
        "{\"$serde_json::private::Number\": \"1e2000000000\"}",
        "{\"environment\": null}",
    ];
    odd.extend(raw.map(str::to_owned));
    odd
}

/// The places of all that is in a value, itself left out.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inside = |key: &str, value: &Value| {
        let place = format!("{at}/{key}");
        places(value, &place, found);
        found.push(place);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inside(key, value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(key, value)| inside(&key.to_string(), value));
        }
        _ => {}
    }
}

#[track_caller]
fn denied_or_the_same(text: &str) {
    let verdict = BUILT_IN.decide_json(text.as_bytes());
    let shown: String = text.chars().take(2_000).collect();
    assert!(!verdict.allow || enforced(&verdict).is_empty(), "{shown}: {verdict:?}");
    assert!(!verdict.reasons.is_empty(), "{shown}");
    let in_time = !verdict.reasons.iter().any(|reason| reason.contains("instruction limit"));
    assert!(in_time, "{shown}");
}

#[test]
fn what_is_odd_in_any_place_is_denied_or_changes_nothing() {
    let valid = valid();
    let verdict = BUILT_IN.decide_json(valid.to_string().as_bytes());
    assert!(verdict.allow && verdict.obligations.is_empty(), "{verdict:?}");
    let mut found = Vec::new();
    places(&valid, "", &mut found);
    assert!(found.len() > 50, "{found:?}");
    let odd = odd();
    for place in found {
        let mut spoilt = valid.clone();
        *spoilt.pointer_mut(&place).unwrap() = HERE.into();
        let text = spoilt.to_string();
        for odd in &odd {
            denied_or_the_same(&text.replace(&json!(HERE).to_string(), odd));
        }
    }
}

/// The engine's reader of JSON takes an object with this key for the text of a number: it would
/// write out two thousand million digits.
#[test]
fn a_name_that_is_a_number_of_any_size_is_no_attribute() {
    let mut asked: Question = serde_json::from_value(valid()).unwrap();
    asked.subject.attributes =
        [("$serde_json::private::Number".into(), "1e2000000000".into())].into();
    let verdict = BUILT_IN.decide(&asked);
    assert!(!verdict.allow && verdict.reasons[0].contains("may be called"), "{verdict:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_valid_question_with_other_bytes_is_denied_or_the_same(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = valid().to_string().into_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        denied_or_the_same(&String::from_utf8_lossy(&bytes));
    }
}
