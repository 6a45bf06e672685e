//! The committed bundle means the same to another implementation of Rego.

#![expect(clippy::disallowed_methods, reason = "the other engine is a program")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use conductor_policy::Guard;
use conductor_protocol::verdict::Question;
use serde_json::{Value, json};

use super::{committed, every_question, question};

/// A Python that can import the other engine: the one that `cargo xtask test` provides, else any.
fn python() -> Option<PathBuf> {
    let provided = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/regopy/bin/python3");
    [provided, "python3".into()].into_iter().find(|python| {
        let tried =
            Command::new(python).args(["-c", "import regopy"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

/// The bundle without its tests.
fn rules() -> Vec<(String, String)> {
    committed().into_iter().filter(|(name, _)| !name.ends_with("_test.rego")).collect()
}

fn ask(python: &Path, files: &[(String, String)], questions: &[Question]) -> Vec<Value> {
    let mut child = Command::new(python)
        .args(["-c", include_str!("second_engine.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "files": files, "questions": questions }).to_string();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the other engine failed; what it said stands above");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What the matrix lacks: the daemon itself, production, several roles, and what is not known.
fn odd_questions() -> Vec<Question> {
    let mut inside = question("(none)", "worker.work");
    inside.subject.principal = "system".into();
    inside.context.channel = "internal".into();
    let mut outside = inside.clone();
    outside.context.channel = "unix".into();
    let mut production = question("operator", "run.start");
    production.context.environment = "production".into();
    let mut several = question("read_only", "run.cancel");
    several.subject.roles.extend(["tenant_admin".into(), "operator".into()]);
    let mut king = question("tenant_admin", "identity.grant");
    king.resource.id = "uid:1/conductor_admin".into();
    let mut nowhere = question("conductor_admin", "run.start");
    nowhere.context.tenant_id.clear();
    nowhere.subject.principal.clear();
    let unknown = [question("king", "run.read"), question("operator", "run.explode")];
    [inside, outside, production, several, king, nowhere].into_iter().chain(unknown).collect()
}

#[test]
fn another_engine_answers_every_question_alike() {
    let Some(python) = python() else {
        let said = "skipped: no second Rego engine; install it: python3 -m venv target/regopy && \
                    target/regopy/bin/pip install regopy==1.5.2\n";
        // A reader that went away is no reason to fail.
        std::io::stderr().write_all(said.as_bytes()).ok();
        return;
    };
    let questions: Vec<_> = every_question().chain(odd_questions()).collect();
    let answers = ask(&python, &rules(), &questions);
    assert_eq!(answers.len(), questions.len());
    let guard = Guard::embedded().unwrap();
    for (question, theirs) in questions.iter().zip(answers) {
        assert_eq!(ours(&guard, question), theirs, "{question:?}");
    }
    // It reads the files that it is given, and is not merely agreeable.
    let mut other = rules();
    for (_, text) in &mut other {
        *text = text.replace("\"run.rerun\", ", "");
    }
    let asked = question("operator", "run.rerun");
    assert_ne!(ask(&python, &other, std::slice::from_ref(&asked)), [ours(&guard, &asked)]);
}

fn ours(guard: &Guard, question: &Question) -> Value {
    let verdict = guard.decide(question);
    json!({
        "allow": verdict.allow,
        "obligations": verdict.obligations,
        "reasons": verdict.reasons.join("\n"),
        "risk": verdict.risk,
    })
}
