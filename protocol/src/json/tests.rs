//! What comes in and what goes out are the same shape.

use serde_json::{Value, json};

use super::*;
use crate::v1;

const START: &str = ".conductor.v1.StartRunRequest";

fn taken_of(name: &str, given: Value) -> Result<Value, Misfit> {
    let Value::Object(object) = given else { panic!("an object") };
    taken(name, &object, &["scope", "idempotencyKey"])
}

#[test]
fn what_is_shown_is_taken_again() {
    let request = v1::StartRunRequest {
        workflow: "disk".into(),
        inputs_json: r#"{"host":"db1"}"#.into(),
        rehearsal: true,
        ..<_>::default()
    };
    let shown = shown(START, serde_json::to_value(&request).unwrap());
    assert_eq!(shown["inputs"], json!({"host": "db1"}));
    let again = json!({"workflow": "disk", "inputs": shown["inputs"], "rehearsal": true});
    let read: v1::StartRunRequest =
        serde_json::from_value(taken_of(START, again).unwrap()).unwrap();
    assert_eq!(read, request);
}

#[test]
fn a_misfit_says_where() {
    let rerun = ".conductor.v1.RerunRunRequest";
    let check = |name: &str, given: Value, place: &str| {
        assert_eq!(taken_of(name, given.clone()).unwrap_err().place, place, "{given}");
    };
    check(START, json!({"workflows": "x"}), "workflows");
    check(START, json!({"workflow": 1}), "workflow");
    check(START, json!({"scope": {}}), "scope");
    check(START, json!({"inputsJson": "{}"}), "inputsJson");
    check(rerun, json!({"skip": {}}), "skip");
    check(rerun, json!({"skip": [{"taskId": "a"}, {"task": "b"}]}), "skip[1].task");
    let list = ".conductor.v1.ListRunsRequest";
    check(list, json!({"statuses": ["exploded"]}), "statuses[0]");
    check(list, json!({"since": "yesterday"}), "since");
    check(list, json!({"pageSize": -1}), "pageSize");
    check(list, json!({"pageSize": 4_294_967_296_u64}), "pageSize");
}

#[test]
fn a_query_is_read_by_the_types_of_its_fields() {
    let list = ".conductor.v1.ListRunsRequest";
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    let read = from_query(list, &pairs(&[("pageSize", "5"), ("statuses", "failed")]), &["scope"]);
    assert_eq!(Value::Object(read.unwrap()), json!({"pageSize": 5, "statuses": ["failed"]}));
    for bad in [&[("pageSize", "many")][..], &[("text", "a"), ("text", "b")], &[("scope", "x")]] {
        from_query(list, &pairs(bad), &["scope"]).unwrap_err();
    }
}

#[test]
fn every_reference_of_a_schema_is_among_the_components() {
    let names: Vec<&str> = shapes().messages.keys().map(String::as_str).collect();
    let roots: Vec<(&str, Direction)> =
        names.iter().flat_map(|name| [(*name, Direction::In), (*name, Direction::Out)]).collect();
    let all = components(&roots);
    let text = serde_json::to_string(&all).unwrap();
    for found in text.split("#/components/schemas/").skip(1) {
        let name = found.split('"').next().unwrap();
        assert!(all.contains_key(name), "{name}");
    }
}

#[test]
fn a_method_says_what_it_takes_and_gives() {
    let (input, output) = method("/conductor.v1.Runs/Start").unwrap();
    assert_eq!((input, output), (START, ".conductor.v1.StartRunResponse"));
    assert!(method("/conductor.v1.Runs/Explode").is_none());
}
