//! A run's inputs against a workflow's schema: defaults, names, values, and what is said of them.
#![expect(clippy::unwrap_used, reason = "tests")]

use conductor_protocol::{
    error_code::Code,
    manifest::{self, Manifest, Problem},
};
use serde_json::{Value, json};

const TASKS: &str = "tasks:\n  - {id: a, uses: \"pkg:builtin/noop@1\"}\n";

fn workflow(inputs: &str) -> Manifest {
    manifest::parse(&format!("name: abc\nversion: 1.0.0\n{inputs}{TASKS}")).unwrap()
}

fn triage() -> Manifest {
    workflow(
        "inputs:
  required: [host]
  properties:
    host: {type: string, format: hostname, description: Where to look.}
    port: {type: integer, minimum: 1, default: 22}
    retry:
      type: object
      default: {}
      properties:
        times: {type: integer, default: 3}
        hosts: {type: array, items: {type: string}}
",
    )
}

fn refused(manifest: &Manifest, inputs: &Value) -> Vec<Problem> {
    let problems = manifest.validate_inputs(inputs).unwrap_err();
    for problem in &problems {
        assert_eq!((problem.code, problem.line, problem.column), (Code::InputsInvalid, 0, 0));
        assert!(!problem.hint.is_empty(), "{problem}");
    }
    problems
}

#[test]
fn defaults_are_filled_in_also_inside_of_defaults() {
    let filled = triage().validate_inputs(&json!({"host": "db1"})).unwrap();
    assert_eq!(filled, json!({"host": "db1", "port": 22, "retry": {"times": 3}}));
    let given = json!({"host": "db1", "port": 80, "retry": {"times": 1, "hosts": ["a"]}});
    assert_eq!(triage().validate_inputs(&given).unwrap(), given);
}

#[test]
fn no_inputs_are_an_empty_object() {
    assert_eq!(workflow("").validate_inputs(&Value::Null).unwrap(), json!({}));
    let problems = refused(&workflow(""), &json!({"host": "db1"}));
    assert_eq!(problems[0].path, "host");
    assert!(problems[0].hint.contains("takes no inputs"), "{}", problems[0]);
}

#[test]
fn every_problem_is_named_with_its_path() {
    let inputs = json!({"prot": 1, "port": 0, "retry": {"hosts": ["a", 7]}});
    let problems = refused(&triage(), &inputs);
    let find = |path: &str| {
        let found = problems.iter().find(|problem| problem.path == path);
        found.unwrap_or_else(|| panic!("{path}: {problems:?}")).to_string()
    };
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert_eq!(find("prot"), "prot: the workflow has no input `prot`; mend: write `port`");
    assert_eq!(find("host"), "host: the input `host` is missing; mend: give it: Where to look.");
    assert!(find("port").contains("less than the minimum of 1"));
    assert!(find("retry.hosts[1]").contains("is not of type \"string\""));
}

#[test]
fn an_open_schema_takes_other_names() {
    let open = workflow("inputs: {additionalProperties: {type: string}}\n");
    assert_eq!(open.validate_inputs(&json!({"x": "y"})).unwrap(), json!({"x": "y"}));
    assert_eq!(refused(&open, &json!({"x": 1}))[0].path, "x");
    let closed = workflow("inputs: {additionalProperties: false, properties: {a: {}}}\n");
    assert_eq!(refused(&closed, &json!({"b": 1}))[0].path, "b");
}

#[test]
fn inputs_that_are_no_object_are_refused() {
    for inputs in [json!([1]), json!("host=db1"), json!(7)] {
        assert_eq!(refused(&triage(), &inputs)[0].path, "");
        refused(&workflow(""), &inputs);
    }
}

#[test]
fn a_pattern_takes_linear_time() {
    let slow = workflow("inputs: {properties: {x: {type: string, pattern: \"^(a+)+$\"}}}\n");
    let started = std::time::Instant::now();
    refused(&slow, &json!({"x": format!("{}b", "a".repeat(50_000))}));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn yaml_and_json_and_comments_give_one_digest() {
    let yaml = "# A comment.\nversion: \"1.0.0\"\nname: abc\ntimeout: 1m30s\ntasks:\n- uses: pkg:builtin/sleep@1\n  id: a\n  retries: 0\n  with: {seconds: 1.50}\n";
    let json = r#"{"name": "abc", "version": "1.0.0", "timeout": 90,
        "tasks": [{"id": "a", "uses": "pkg:builtin/sleep@1", "with": {"seconds": 1.5}}]}"#;
    let (yaml, json) = (manifest::parse(yaml).unwrap(), manifest::parse(json).unwrap());
    assert_eq!(
        yaml.canonical_json(),
        r#"{"name":"abc","tasks":[{"id":"a","uses":"pkg:builtin/sleep@1","with":{"seconds":1.5}}],"timeout_ms":90000,"version":"1.0.0"}"#
    );
    assert_eq!(yaml.digest(), json.digest());
    assert!(yaml.digest().starts_with("sha256:"));
}

#[test]
fn every_problem_of_a_manifest_is_found_at_once_and_reads_well() {
    let source = "nme: triage
version: 1.0
tasks:
  - id: disk
    uses: pkg:builtin/shel@1
    need: [a]
  - id: join
    uses: pkg:builtin/noop@1
    needs: [dsik]
    with: {x: \"{{ tasks.disk.outputs.x }}\"}
";
    let problems = manifest::parse(source).unwrap_err();
    let text: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    insta::assert_snapshot!(text);
}
