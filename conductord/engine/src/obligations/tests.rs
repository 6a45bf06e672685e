//! Laws of obligations: which are met how, and what a mask leaves.

use conductor_protocol::{
    error_code::Code,
    id::DecisionId,
    verdict::{Question, Resource, Stage, Verdict},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn ruling(allow: bool, obligations: Value) -> Ruling {
    let obligations = serde_json::from_value(obligations).unwrap();
    let resource = Resource { kind: "workflow".into(), id: "export".into(), ..Resource::default() };
    Ruling {
        id: DecisionId::new(1, 1),
        question: Question { action: "run.start".into(), resource, ..Question::default() },
        verdict: Verdict { allow, obligations, ..Verdict::default() },
    }
}

const ALL: [Effect; 3] = [Effect::Change, Effect::Show, Effect::ShowWhole];

#[track_caller]
fn check(obligation: &Value, expected: [Option<Code>; 3]) {
    for (effect, expected) in ALL.into_iter().zip(expected) {
        let got = meet(&ruling(true, json!([obligation])), effect, Proofs::default());
        assert_eq!(got.err().map(|refusal| refusal.code), expected, "{obligation} {effect:?}");
    }
}

#[test]
fn each_obligation_is_met_or_refused_by_what_comes_of_it() {
    let denied = Some(Code::PermissionDenied);
    let approval = json!({"type": "require_approval", "window_seconds": 60, "stages": []});
    check(&approval, [Some(Code::ApprovalRequired); 3]);
    check(&json!({"type": "step_up", "method": "touch"}), [Some(Code::StepUpRequired); 3]);
    check(&json!({"type": "dry_run_only"}), [Some(Code::DryRunOnly), None, None]);
    check(&json!({"type": "mask", "paths": ["inputs.a"]}), [None, None, denied]);
    check(&json!({"type": "filter", "field": "owner", "allowed": []}), [denied, None, denied]);
    check(&json!({"type": "notify", "roles": ["operator"], "message": "m"}), [None; 3]);
    check(&json!({"type": "warn", "message": "m"}), [None; 3]);
    check(&json!({"type": "request_approval", "roles": []}), [None; 3]);
    check(&json!({"type": "sing"}), [denied; 3]);
    check(&json!({"type": "require_approval"}), [denied; 3]);
}

#[test]
fn a_denial_stays_one_whatever_stands_beside_it() {
    for proofs in [Proofs::default(), Proofs { approved: true, stepped_up: true, reviewed: true }] {
        let refusal = meet(&ruling(false, json!([])), Effect::Show, proofs).unwrap_err();
        assert_eq!(refusal.code, Code::PermissionDenied);
    }
    let could = json!([{"type": "request_approval", "roles": ["tenant_admin", "conductor_admin"]}]);
    let refusal = meet(&ruling(false, could), Effect::Show, Proofs::default()).unwrap_err();
    assert!(refusal.hint.contains("`tenant_admin` or `conductor_admin`"), "{}", refusal.hint);
    assert_eq!(refusal.details[0].0, "requestApproval");
}

#[test]
fn who_must_approve_is_said() {
    let stage = |roles: &[&str], quorum| {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Stage { roles, quorum, ..Stage::default() }
    };
    let stages = vec![stage(&["workflow_reviewer"], 2), stage(&["tenant_admin", "operator"], 1)];
    let mut asked = ruling(true, json!([]));
    asked.verdict.obligations = vec![Obligation::RequireApproval { stages, window_seconds: 3600 }];
    let refusal = meet(&asked, Effect::Change, Proofs::default()).unwrap_err();
    let expected = "`run.start` of `export` is not allowed as it is: policy asks for an approval by \
                    2 people of `workflow_reviewer`, then `tenant_admin` or `operator`, and it \
                    counts for 1 h";
    assert_eq!(refusal.message, expected);
    assert!(refusal.details[0].1.contains("\"quorum\":2"), "{:?}", refusal.details);
    let approved = Proofs { approved: true, ..Proofs::default() };
    assert_eq!(meet(&asked, Effect::Change, approved), Ok(Terms::default()));
}

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn mask(paths: &[&str]) -> Mask {
    let mut mask = Mask::default();
    mask.add(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
    mask
}

#[track_caller]
fn masks(path: &str, before: Value, after: &Value) {
    let mut values = object(before);
    mask(&[path]).inputs(&mut values);
    assert_eq!(Value::Object(values), *after, "{path}");
}

#[test]
fn a_path_means_keys_elements_and_any_of_them() {
    let two = || json!({"a": {"ssn": 1, "name": "x"}, "b": [{"ssn": 2}, {"ssn": 3, "n": 4}]});
    let m = MASKED;
    masks(
        "inputs.a.ssn",
        two(),
        &json!({"a": {"ssn": m, "name": "x"}, "b": [{"ssn": 2}, {"ssn": 3, "n": 4}]}),
    );
    masks(
        "inputs.*.ssn",
        two(),
        &json!({"a": {"ssn": m, "name": "x"}, "b": [{"ssn": m}, {"ssn": m, "n": 4}]}),
    );
    masks(
        "inputs.b.*.ssn",
        two(),
        &json!({"a": {"ssn": 1, "name": "x"}, "b": [{"ssn": m}, {"ssn": m, "n": 4}]}),
    );
    masks("inputs.b.1", two(), &json!({"a": {"ssn": 1, "name": "x"}, "b": [{"ssn": 2}, m]}));
    masks("*.a", two(), &json!({"a": m, "b": [{"ssn": 2}, {"ssn": 3, "n": 4}]}));
    for whole in ["inputs", "inputs.*", "*", "*.*"] {
        masks(whole, two(), &json!({"a": m, "b": m}));
    }
    for other in ["outputs.a", "inputs.c", "tasks.a.outputs.ssn", "inputs.a.ssn.x.y"] {
        masks(other, two(), &two());
    }
    masks("inputs.text.ssn", json!({"text": "{\"ssn\": 1}"}), &json!({"text": m}));
}

#[test]
fn outputs_are_those_of_the_run_and_of_every_task() {
    let mut given = object(json!({"rows": 1, "count": 2}));
    mask(&["outputs.rows"]).task_outputs("export[eu]", &mut given);
    assert_eq!(given, object(json!({"rows": MASKED, "count": 2})));
    for (path, covered) in [
        ("outputs.rows", true),
        ("tasks.export.outputs.rows", true),
        ("tasks.*.outputs", true),
        ("tasks.export", true),
        ("*", true),
        ("tasks.other.outputs", false),
        ("inputs.rows", false),
    ] {
        assert_eq!(mask(&[path]).covers_outputs_of("export[eu]"), covered, "{path}");
    }
}

#[test]
fn logs_are_masked_by_their_name_and_with_what_their_task_gives() {
    for (path, covered) in [
        ("logs", true),
        ("logs.stdout", true),
        ("outputs.x", true),
        ("tasks.export.outputs.x", true),
        ("tasks.other.outputs.x", false),
        ("inputs.*", false),
    ] {
        assert_eq!(mask(&[path]).covers_logs_of("export"), covered, "{path}");
    }
    let people = mask(&["principal", "input.subject.principal", "input.subject.attributes.*"]);
    assert!(people.covers("principal") && !people.covers("input"));
    let mut input =
        object(json!({"subject": {"principal": "uid:1", "attributes": {"a": "b"}}, "action": "x"}));
    people.object("input", &mut input);
    let masked =
        json!({"subject": {"principal": MASKED, "attributes": {"a": MASKED}}, "action": "x"});
    assert_eq!(Value::Object(input), masked);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!("SECRET")),
        any::<i64>().prop_map(Value::from),
        "[a-c]{1,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    /// Whatever stands at the place that a path names is gone, and nothing is there that was not.
    #[test]
    fn nothing_is_left_at_a_masked_place(secret in any_json(), beside in any_json()) {
        let mut values = object(json!({"a": {"b": secret}, "c": beside.clone()}));
        mask(&["inputs.a.b"]).inputs(&mut values);
        prop_assert_eq!(Value::Object(values), json!({"a": {"b": MASKED}, "c": beside}));
    }

    /// A mask over everything leaves no value of any shape.
    #[test]
    fn a_mask_over_everything_leaves_no_value(values in prop::collection::btree_map("[a-c]", any_json(), 0..4)) {
        let mut values = object(json!(values));
        mask(&["inputs.*"]).inputs(&mut values);
        prop_assert!(values.values().all(|value| value == MASKED));
    }

    /// Masking twice is masking once.
    #[test]
    fn masking_again_changes_nothing(value in any_json(), path in "(a|b|\\*)(\\.(a|b|\\*|0)){0,3}") {
        let once = |value: Value| {
            let mut values = object(json!({"a": value}));
            mask(&[&format!("inputs.{path}")]).inputs(&mut values);
            values
        };
        let first = once(value);
        prop_assert_eq!(once(first["a"].clone()), first);
    }
}
