//! No line of the bundle decides anything that no test has looked at.

use regorus::{Engine, Value};

use super::{committed, every_question};

/// The lines that neither the bundle's own tests nor the matrix reach: `file:line: text`.
fn unreached(files: &[(String, String)]) -> Vec<String> {
    let mut engine = Engine::new();
    for (name, text) in files {
        engine.add_policy(name.clone(), text.clone()).unwrap();
    }
    engine.set_enable_coverage(true);
    for question in every_question() {
        let input = serde_json::to_string(&question).unwrap();
        engine.set_input(Value::from_json_str(&input).unwrap());
        engine.eval_rule("data.conductor.authz.decision".into()).unwrap();
    }
    for (_, text) in files.iter().filter(|(name, _)| name.ends_with("_test.rego")) {
        let package = text.lines().find_map(|line| line.strip_prefix("package ")).unwrap();
        for rule in text.lines().filter(|line| line.starts_with("test_")) {
            let rule = rule.split(' ').next().unwrap();
            let given = engine.eval_rule(format!("data.{package}.{rule}")).unwrap();
            assert_eq!(given, Value::Bool(true), "{rule}");
        }
    }
    let report = engine.get_coverage_report().unwrap();
    let missed = report.files.iter().flat_map(|file| {
        let line = |number: &u32| {
            let text = file.code.lines().nth(*number as usize - 1).unwrap_or_default();
            format!("{}:{number}: {}", file.path, text.trim())
        };
        file.not_covered.iter().map(line)
    });
    missed.collect()
}

#[test]
fn every_line_of_the_bundle_is_reached_by_a_test() {
    let missed = unreached(&committed());
    assert!(missed.is_empty(), "no test reaches\n{}", missed.join("\n"));
}

#[test]
fn a_rule_that_no_test_reaches_is_named() {
    let mut files = committed();
    let (name, text) = files.iter_mut().find(|(name, _)| name == "authz/authz.rego").unwrap();
    text.push_str(
        "\nallow if {\n\tinput.subject.principal == \"uid:0\"\n\tinput.action == \"x\"\n}\n",
    );
    let expected = format!("{name}:{}: input.action == \"x\"", text.lines().count() - 1);
    assert_eq!(unreached(&files), [expected]);
}
