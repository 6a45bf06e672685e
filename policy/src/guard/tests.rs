//! The built-in bundle, the cache, and bundles that are refused.

mod bound;
mod laws;
mod mutations;

use std::time::Duration;

use conductor_protocol::verdict::{Resource, Situation, Subject, TenantFacts};
use proptest::prelude::*;

use super::*;
use crate::{
    bundle::{ENTRY_POINT, Given, read},
    cache::{ANSWERS_MAX, BYTES_MAX, TTL},
};

pub(crate) fn question(roles: &[&str], action: &str) -> Question {
    Question {
        subject: Subject {
            principal: "uid:1".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Subject::default()
        },
        action: action.into(),
        resource: Resource {
            kind: "run".into(),
            id: "x".into(),
            owner: "uid:2".into(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: "acme".into(),
            environment: "dev".into(),
            region: "local".into(),
            channel: "unix".into(),
            tenant: Some(TenantFacts { status: "active".into(), ..TenantFacts::default() }),
            ..Situation::default()
        },
    }
}

fn files(rego: &str) -> Vec<(String, String)> {
    vec![("authz.rego".into(), format!("package conductor.authz\nimport rego.v1\n{rego}"))]
}

const ALLOW_ALL: &str =
    "decision := {\"allow\": true, \"reasons\": [], \"obligations\": [], \"risk\": \"low\"}";

#[test]
fn answers_are_repeated_for_a_minute_and_dropped_with_the_bundle() {
    let guard = Guard::embedded().unwrap();
    let start = Instant::now();
    let asked = question(&[], "run.read");
    assert!(!guard.decide_at(&asked, start).cached);
    let again = guard.decide_at(&asked, start + TTL - Duration::from_millis(1));
    assert!(again.cached && !again.allow);
    assert!(!guard.decide_at(&asked, start + TTL).cached);
    assert!(!guard.decide_at(&question(&["operator"], "run.read"), start).cached);
    guard.replace(Bundle::from_files(files(ALLOW_ALL)).unwrap());
    let changed = guard.decide_at(&asked, start);
    assert!(changed.allow && !changed.cached);
}

/// A bundle can keep a role from the workflows that use a certain secret.
#[test]
fn a_rule_may_deny_by_the_names_of_secrets() {
    let rule = r#"
default allow := false
allow if not "prod_db" in object.get(input.resource, "secrets", [])
decision := {"allow": allow, "reasons": [], "obligations": [], "risk": "low"}"#;
    let guard = Guard::embedded().unwrap();
    guard.replace(Bundle::from_files(files(rule)).unwrap());
    let mut asked = question(&["operator"], "run.start");
    assert!(guard.decide(&asked).allow);
    asked.resource.secrets = vec!["dev_db".into(), "prod_db".into()];
    assert!(!guard.decide(&asked).allow);
    asked.resource.secrets = vec!["dev_db".into()];
    assert!(guard.decide(&asked).allow);
}

#[test]
fn many_and_large_questions_take_bounded_room() {
    let cache = Cache::default();
    let now = Instant::now();
    let guard = Guard::embedded().unwrap();
    let verdict = guard.decide(&question(&[], "run.read"));
    for number in 0..=ANSWERS_MAX {
        cache.put(question(&[], &number.to_string()), verdict.clone(), now);
    }
    let kept = |number: usize| {
        cache.get(&question(&[], &number.to_string()), &verdict.bundle_revision, now).is_some()
    };
    assert!(kept(ANSWERS_MAX) && !kept(0));
    cache.clear();
    let large = |number: usize| question(&[&"x".repeat(60_000)], &number.to_string());
    let enough = BYTES_MAX / 60_000;
    for number in 0..=enough {
        cache.put(large(number), verdict.clone(), now);
    }
    assert!(cache.get(&large(0), &verdict.bundle_revision, now).is_none());
    assert!(cache.get(&large(enough), &verdict.bundle_revision, now).is_some());
}

/// It was denied unread. Kept, a few of them would take everybody's answers from the cache.
#[test]
fn what_is_too_large_to_be_read_is_not_kept() {
    let guard = Guard::embedded().unwrap();
    let (now, small) = (Instant::now(), question(&["operator"], "run.read"));
    assert!(!guard.decide_at(&small, now).cached);
    let large = question(&[&"x".repeat(4 * 1024 * 1024)], "run.read");
    for _ in 0..=BYTES_MAX / (4 * 1024 * 1024) {
        let verdict = guard.decide_at(&large, now);
        assert!(!verdict.allow && !verdict.cached);
    }
    assert!(guard.decide_at(&small, now).cached);
}

#[test]
fn bundles_that_can_not_be_trusted_are_refused() {
    let check = |rego: &str, part: &str| {
        let error = Bundle::from_files(files(rego)).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    };
    check("decision := {", "compile the policy bundle");
    check("decision := {\"t\": time.now_ns()}", "line 3 calls `time.now_ns`");
    check("decision := data.x\nx := 1 {{", "compile the policy bundle");
    assert!(matches!(Bundle::from_files(vec![]), Err(PolicyError::Bounds(_))));
    let with = |name: &str, text: &str| {
        let mut files = files(ALLOW_ALL);
        files.push((name.into(), text.into()));
        Bundle::from_files(files).expect_err(name).to_string()
    };
    for (name, text, part) in [
        ("data.json", "[]", "data.json: it is not an object"),
        ("a/data.json", "{", "a/data.json: EOF"),
        ("data.yaml", "a: 1", "data.yaml is not read"),
        ("conductor/data.json", "{\"authz\": {\"decision\": 1}}", "authz"),
        (".manifest", "{\"roots\": [\"other\"]}", "is about `conductor/authz`"),
        ("authz.rego", "package a", "authz.rego is in it twice"),
        ("data.json", "{\"$serde_json::private::Number\": \"1e2000000000\"}", "may be called"),
    ] {
        let said = with(name, text);
        assert!(said.contains(part), "{name}: {said}");
    }
    let mut failing = files(ALLOW_ALL);
    failing.push((
        "authz_test.rego".into(),
        "package conductor.authz_test\nimport rego.v1\ntest_never if 1 == 2\n".into(),
    ));
    let error = Bundle::from_files(failing).expect_err("its test fails").to_string();
    assert!(error.contains("test_never"), "{error}");
}

#[test]
fn a_policy_that_gives_nonsense_or_an_unknown_obligation_denies() {
    let decide = |rego: &str| {
        Guard::new(Bundle::from_files(files(rego)).unwrap()).decide(&question(&[], "run.read"))
    };
    let nonsense = decide("decision := 7");
    assert!(!nonsense.allow && nonsense.reasons[0].contains("could not be evaluated"));
    let undefined = decide("decision := 7 if input.never");
    assert!(!undefined.allow, "{undefined:?}");
    let obliged =
        |it: &str| decide(&ALLOW_ALL.replace("[], \"risk\"", &format!("[{it}], \"risk\"")));
    assert!(obliged(r#"{"type": "dry_run_only"}"#).allow);
    for unknown in [r#"{"type": "sing"}"#, r#"{"type": "step_up"}"#, "7"] {
        let denied = obliged(unknown);
        assert!(
            !denied.allow && denied.reasons[0].contains("is not one that is known"),
            "{denied:?}"
        );
    }
}

const ROLES: [&str; 7] = [
    "conductor_admin",
    "tenant_admin",
    "workflow_author",
    "workflow_reviewer",
    "operator",
    "read_only",
    "king",
];
const ACTIONS: [&str; 8] = [
    "workflow.publish",
    "run.start",
    "run.read",
    "identity.grant",
    "worker.work",
    "decision.read",
    "run.explode",
    "",
];
