//! What trials tell, and that they are bounded.

use conductor_protocol::{v1, verdict::Verdict};
use prost::Message as _;

use super::*;

fn embedded() -> Bundle {
    Bundle::embedded().unwrap()
}

/// The built-in bundle, with more at the end of one of its files.
fn with(file: &str, more: &str) -> Bundle {
    let mut given = sent(&embedded());
    let found = given.files.iter_mut().find(|known| known.name == file).unwrap();
    found.text.push_str(more);
    candidate(given).unwrap()
}

/// Nobody may start a run that is called so.
const NOT_THIS: &str = "
problems contains {
	\"rule\": \"authz.not_this\",
	\"what\": \"not this one\",
	\"change\": \"name another\",
} if {
	input.action == \"run.start\"
	input.resource.id == \"this\"
}
";

fn question(role: &str, action: &str, id: &str) -> String {
    let question = serde_json::json!({
        "subject": {"principal": format!("uid:{role}"), "roles": [role]},
        "action": action,
        "resource": {"kind": "workflow", "id": id, "owner": ""},
        "context": {"tenant_id": "acme", "environment": "dev", "region": "local", "channel": "unix",
                    "tenant": {"status": "active"}},
    });
    question.to_string()
}

fn file(text: &str) -> v1::PolicyFile {
    v1::PolicyFile { name: "s.yaml".into(), text: text.into() }
}

#[test]
fn an_answer_tells_its_rules_and_an_explanation_the_lines() {
    let bundle = embedded();
    let denied = question("read_only", "run.start", "x");
    let plain = eval(&bundle, &denied, false).unwrap();
    let answer = plain.answer.unwrap();
    assert!(!answer.allow && !answer.reasons.is_empty());
    assert_eq!(answer.bundle_revision, &**bundle.revision());
    let rule = answer.rules.iter().find(|rule| rule.rule == "roles.permissions").unwrap();
    assert!(rule.file.ends_with(".rego") && rule.line > 0 && !rule.change.is_empty(), "{rule:?}");
    assert!(plain.visited.is_empty());
    let told = eval(&bundle, &denied, true).unwrap();
    assert!(told.visited.iter().any(|file| file.file == rule.file && !file.lines.is_empty()));
    let asked: Question = serde_json::from_str(&told.question_json).unwrap();
    assert_eq!(asked.subject.principal, "uid:read_only");
    assert!(
        eval(&bundle, &question("operator", "run.start", "x"), false)
            .unwrap()
            .answer
            .unwrap()
            .allow
    );
    assert!(matches!(eval(&bundle, "[]", false), Err(TrialError::Question(_))));
}

#[test]
fn scenarios_are_told_one_by_one_with_what_is_wrong() {
    let text = "
scenarios:
- {name: good, who: {roles: [operator]}, what: {action: run.start}, expect: allow}
- {name: bad, who: {roles: [read_only]}, what: {action: run.start}, expect: allow, why: it is so}
";
    let told = test(&embedded(), &[file(text)]).unwrap();
    assert_eq!((told.scenarios.len(), told.failed), (2, 1));
    let [good, bad] = &told.scenarios[..] else { panic!("two") };
    assert!(good.ok && good.problem.is_empty());
    assert_eq!((bad.ok, bad.expected.as_str(), bad.got.as_str()), (false, "allow", "deny"));
    assert!(bad.problem.contains("expected allow") && bad.why == "it is so", "{bad:?}");
    let wrong = test(&embedded(), &[file("scenarios: 1")]).unwrap_err();
    assert!(wrong.to_string().starts_with("s.yaml: "), "{wrong}");
}

#[test]
fn what_is_too_much_is_refused_before_it_is_asked() {
    let many = (0..=SCENARIO_FILES_MAX).map(|_| file("scenarios: []")).collect::<Vec<_>>();
    assert!(matches!(test(&embedded(), &many), Err(TrialError::Bounds(_))));
    let one = "- {name: x, who: {roles: []}, what: {action: a}, expect: deny}\n";
    let text = format!("scenarios:\n{}", one.repeat(SCENARIOS_MAX / 2 + 1));
    let files = [file(&text), file(&text)];
    assert!(matches!(test(&embedded(), &files), Err(TrialError::Bounds(_))));
    let long = v1::PolicyFile { name: "a.rego".into(), text: "#".repeat(CANDIDATE_BYTES_MAX) };
    let given = v1::PolicyBundle { files: vec![long] };
    assert!(matches!(candidate(given), Err(TrialError::Bounds(_))));
}

#[test]
fn a_candidate_that_does_not_compile_or_fails_its_tests_is_refused() {
    for text in [
        "package conductor.x\nx if {",
        "package conductor.x_test\nimport rego.v1\ntest_x if false\n",
    ] {
        let mut given = sent(&embedded());
        let name = if text.contains("_test") { "x_test.rego" } else { "x.rego" };
        given.files.push(v1::PolicyFile { name: name.into(), text: text.into() });
        assert!(matches!(candidate(given), Err(TrialError::Bundle(_))), "{text}");
    }
    assert_eq!(candidate(sent(&embedded())).unwrap().revision(), embedded().revision());
}

#[test]
fn more_questions_reach_more_lines() {
    let none = coverage(&embedded(), &[], false).unwrap();
    let one = "scenarios:\n- {name: x, who: {roles: [operator]}, what: {action: run.start}, expect: allow}\n";
    let some = coverage(&embedded(), &[file(one)], false).unwrap();
    let tests = coverage(&embedded(), &[file(one)], true).unwrap();
    assert!(
        none.percent < some.percent && some.percent < tests.percent,
        "{} {} {}",
        none.percent,
        some.percent,
        tests.percent
    );
    let missed = some.files.iter().find(|file| !file.missed.is_empty()).unwrap();
    assert!(missed.missed[0].line > 0 && !missed.missed[0].text.is_empty());
}

#[test]
fn only_what_is_answered_otherwise_is_a_difference() {
    let (before, after) = (embedded(), with("authz/authz.rego", NOT_THIS));
    let text = "
scenarios:
- {name: this, who: {roles: [operator]}, what: {action: run.start, id: this}, expect: deny}
- {name: that, who: {roles: [operator]}, what: {action: run.start, id: that}, expect: allow}
";
    let told = diff(&before, &after, (&[file(text)], false)).unwrap();
    assert_eq!((told.asked, told.differ), (2, 1));
    let [found] = &told.differences[..] else { panic!("one") };
    assert_eq!((found.name.as_str(), found.change.as_str()), ("s.yaml: this", "denied"));
    assert!(found.before.as_ref().unwrap().allow && !found.after.as_ref().unwrap().allow);
    assert_eq!(told.files.len(), 1);
    assert_eq!(
        (told.files[0].file.as_str(), told.files[0].change.as_str()),
        ("authz/authz.rego", "changed")
    );
    let matrix = diff(&before, &before, (&[], true)).unwrap();
    assert!(matrix.asked > 1_000 && matrix.differ == 0 && matrix.files.is_empty());
}

#[test]
fn a_replay_lists_exactly_what_would_flip_and_for_whom() {
    let (before, after) = (embedded(), with("authz/authz.rego", NOT_THIS));
    let asked = |role: &str, id: &str, count: u64| {
        let question: Question = serde_json::from_str(&question(role, "run.start", id)).unwrap();
        let verdict: Verdict = before.decide(&question);
        Asked { id: format!("dec_{role}_{id}"), at: None, question, verdict, count }
    };
    let decisions = vec![
        asked("operator", "this", 3),
        asked("operator", "that", 5),
        asked("read_only", "this", 7),
        asked("conductor_admin", "this", 1),
    ];
    let history = History { decisions, since: None, cut: true };
    let (flips, summary) = replay(&after, &history);
    let told: Vec<_> =
        flips.iter().map(|flip| (flip.id.as_str(), flip.count, flip.change.as_str())).collect();
    let expected = [("dec_operator_this", 3, "denied"), ("dec_conductor_admin_this", 1, "denied")];
    assert_eq!(told, expected, "who was denied before is not told of");
    assert_eq!((summary.decisions, summary.flipped, summary.cut), (16, 4, true));
    let whom: Vec<_> =
        summary.principals.iter().map(|each| (each.principal.as_str(), each.count)).collect();
    assert_eq!(whom, [("uid:operator", 3), ("uid:conductor_admin", 1)]);
    assert_eq!(replay(&before, &history).1.flipped, 0, "the same bundle flips nothing");
}

/// What becomes of a job that goes from process to process.
fn run(work: job::Work) -> job::Told {
    let job = job::Job { work: Some(work) }.encode_to_vec();
    job::Answer::decode(&job::run(job).unwrap()[..]).unwrap().told.unwrap()
}

#[test]
fn a_job_tells_what_is_told_without_one() {
    let own = embedded();
    let mut other = sent(&own);
    let authz = other.files.iter_mut().find(|file| file.name == "authz/authz.rego").unwrap();
    authz.text.push_str(NOT_THIS);
    let after = candidate(other.clone()).unwrap();
    let text = "
scenarios:
- {name: this, who: {roles: [operator]}, what: {action: run.start, id: this}, expect: deny}
";
    let (scenarios, question_json) = (vec![file(text)], question("operator", "run.start", "this"));

    let request = v1::EvalPolicyRequest {
        candidate: Some(other.clone()),
        question_json: question_json.clone(),
        ..Default::default()
    };
    let job::Told::Eval(mut told) = run(job::Work::Eval(request)) else { panic!("an eval") };
    let mut expected = eval(&after, &question_json, false).unwrap();
    for told in [&mut told, &mut expected] {
        told.answer.as_mut().unwrap().duration_us = 0;
    }
    assert_eq!(told, expected);

    let request = v1::TestPolicyRequest {
        candidate: Some(other.clone()),
        scenarios: scenarios.clone(),
        ..Default::default()
    };
    let expected = test(&after, &scenarios).unwrap();
    assert_eq!(run(job::Work::Test(request)), job::Told::Test(expected));

    let request = v1::PolicyCoverageRequest {
        candidate: Some(other.clone()),
        scenarios: scenarios.clone(),
        ..Default::default()
    };
    let expected = coverage(&after, &scenarios, false).unwrap();
    assert_eq!(run(job::Work::Coverage(request)), job::Told::Coverage(expected));

    let request = v1::DiffPolicyRequest {
        candidate: Some(other.clone()),
        scenarios: scenarios.clone(),
        ..Default::default()
    };
    let comparison = job::Comparison { own: Some(sent(&own)), request: Some(request) };
    let job::Told::Diff(told) = run(job::Work::Diff(comparison)) else { panic!("a diff") };
    let expected = diff(&own, &after, (&scenarios, false)).unwrap();
    assert_eq!((told.asked, told.differ, &told.files), (1, 1, &expected.files));
    assert_eq!(
        (&told.before_revision, &told.after_revision),
        (&expected.before_revision, &expected.after_revision)
    );

    let question: Question = serde_json::from_str(&question_json).unwrap();
    let verdict = own.decide(&question);
    let asked = Asked { id: "dec_1".into(), at: None, question, verdict, count: 3 };
    let history = History { decisions: vec![asked], since: None, cut: true };
    let (flips, summary) = replay(&after, &history);
    let retrial = job::Retrial::of(other, history).unwrap();
    let job::Told::Replay(told) = run(job::Work::Replay(retrial)) else { panic!("a replay") };
    assert_eq!(told.summary, Some(summary));
    assert_eq!((told.flips.len(), &told.flips[0].before), (1, &flips[0].before));
}

#[test]
fn why_a_job_tells_nothing_is_told() {
    let eval = |candidate, question_json: &str| {
        let question_json = question_json.to_owned();
        job::Work::Eval(v1::EvalPolicyRequest { candidate, question_json, ..Default::default() })
    };
    let scenarios = vec![file("scenarios: 1")];
    let candidate = Some(sent(&embedded()));
    let test =
        v1::TestPolicyRequest { candidate: candidate.clone(), scenarios, ..Default::default() };
    let rules = |name: &str, text: &str| {
        let file = v1::PolicyFile { name: name.into(), text: text.into() };
        Some(v1::PolicyBundle { files: vec![file] })
    };
    let failing =
        rules("x_test.rego", "package conductor.x_test\nimport rego.v1\ntest_x if false\n");
    for (work, wrong) in [
        (eval(candidate, "[]"), job::Wrong::Question),
        (eval(None, "{}"), job::Wrong::Bounds),
        (eval(rules("x.rego", "package conductor.x\nx if {"), "{}"), job::Wrong::Bundle),
        (eval(failing, "{}"), job::Wrong::Tests),
        (job::Work::Test(test), job::Wrong::Scenarios),
        (job::Work::Diff(job::Comparison::default()), job::Wrong::Bounds),
    ] {
        let job::Told::Refused(refused) = run(work) else { panic!("{wrong:?} is refused") };
        assert_eq!(refused.wrong(), wrong, "{refused:?}");
        assert!(!refused.message.is_empty());
    }
    assert!(job::run(b"no job".to_vec()).is_err());
}
