//! The committed bundle means the same to another implementation of Rego, and to the interpreter
//! and the compiled program of this one.

#![expect(clippy::disallowed_methods, reason = "the other engine is a program, and may be needed")]

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use conductor_policy::Bundle;
use conductor_protocol::verdict::{Question, RuleHit};
use serde_json::{Map, Value, json};

use super::{BUILT_IN, changed, committed, committed_scenarios, every_question, question};

/// A Python that can import the other engine: the one that `cargo xtask test` provides, else any.
fn python() -> Option<PathBuf> {
    let provided = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/regopy/bin/python3");
    [provided, "python3".into()].into_iter().find(|python| {
        let tried =
            Command::new(python).args(["-c", "import regopy"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

/// The rules without their tests.
fn rules(files: Vec<(String, String)>) -> Vec<(String, String)> {
    let rule = |name: &str| name.ends_with(".rego") && !name.ends_with("_test.rego");
    files.into_iter().filter(|(name, _)| rule(name)).collect()
}

/// The data of all data.json, each below the path of its folder.
fn data(files: &[(String, String)]) -> Value {
    let mut data = json!({});
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with("data.json")) {
        let mut at = &mut data;
        for part in name.split('/').filter(|part| *part != "data.json") {
            let fields: &mut Map<String, Value> = at.as_object_mut().unwrap();
            at = fields.entry(part).or_insert_with(|| json!({}));
        }
        *at = serde_json::from_str(text).unwrap();
    }
    data
}

fn ask(python: &Path, files: Vec<(String, String)>, questions: &[Question]) -> Vec<Value> {
    let mut child = Command::new(python)
        .args(["-c", include_str!("second_engine.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let data = data(&files);
    let asked = json!({ "files": rules(files), "data": data, "questions": questions }).to_string();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the other engine failed; what it said stands above");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Where nothing may be left out: `cargo xtask test`, which provides the other engine, and CI.
fn is_needed() -> bool {
    ["CONDUCTOR_TEST_BINARIES", "CI"].iter().any(|name| env::var_os(name).is_some())
}

/// What these and the scenarios lack: several reasons at once.
fn odd_questions() -> Vec<Question> {
    let mut nowhere = question("conductor_admin", "run.start");
    nowhere.context.tenant_id.clear();
    nowhere.subject.principal.clear();
    let mut several = question("read_only", "run.cancel");
    several.subject.roles.extend(["tenant_admin".into(), "operator".into()]);
    let unknown = [question("king", "run.read"), question("operator", "run.explode")];
    [nowhere, several].into_iter().chain(unknown).collect()
}

#[test]
fn another_engine_answers_every_question_alike() {
    let Some(python) = python() else {
        let said = "skipped: no second Rego engine; install it: python3 -m venv target/regopy && \
                    target/regopy/bin/pip install regopy==1.5.2\n";
        assert!(!is_needed(), "{said}");
        // A reader that went away is no reason to fail.
        std::io::stderr().write_all(said.as_bytes()).ok();
        return;
    };
    let scenarios = committed_scenarios().into_iter().map(|(_, scenario)| scenario.question());
    let questions: Vec<_> = scenarios.chain(every_question()).chain(odd_questions()).collect();
    // It takes a tenth of a second for a question: each half has a process of its own.
    let (one, other) = questions.split_at(questions.len() / 2);
    let answers = thread::scope(|scope| {
        let halves = [one, other].map(|half| scope.spawn(|| ask(&python, committed(), half)));
        halves.map(|half| half.join().unwrap()).concat()
    });
    assert_eq!(answers.len(), questions.len());
    for (question, theirs) in questions.iter().zip(answers) {
        assert_eq!(ours(&BUILT_IN, question), theirs, "{question:?}");
    }
    // It reads the files that it is given, and is not merely agreeable.
    let other = changed("actions/data.json", "\"roles\": [\"operator\", ", "\"roles\": [");
    let asked = question("operator", "run.rerun");
    assert_ne!(ask(&python, other, std::slice::from_ref(&asked)), [ours(&BUILT_IN, &asked)]);
}

/// An answer as the other engine gives it, its obligations in the order of their texts.
fn ours(bundle: &Bundle, question: &Question) -> Value {
    let verdict = bundle.decide(question);
    let mut obligations: Vec<Value> = verdict
        .obligations
        .iter()
        .map(|obligation| serde_json::to_value(obligation).unwrap())
        .collect();
    obligations.sort_by_key(|obligation| sorted(obligation).to_string());
    let rule = |hit: &RuleHit| json!({ "rule": hit.rule, "change": hit.change });
    let rules: Vec<Value> = verdict.rules.iter().map(rule).collect();
    json!({
        "allow": verdict.allow,
        "obligations": obligations,
        "reasons": verdict.reasons,
        "risk": verdict.risk,
        "rules": rules,
    })
}

/// The same with the keys of objects in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.keys().cloned().collect();
            keys.sort_unstable();
            keys.into_iter().map(|key| (key.clone(), sorted(&fields[&key]))).collect()
        }
        Value::Array(elements) => elements.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
