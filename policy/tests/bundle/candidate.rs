//! What is told of a candidate before it is taken into use: differences, flips, explanations.

use conductor_policy::{
    Bundle,
    diff::{Change, change, diff},
    explain::explain,
    matrix::cells,
    replay::{FLIPS_MAX, Past, replay},
};
use conductor_protocol::verdict::{Obligation, Question, Verdict};

use super::{BUILT_IN, changed, question};

/// Operators may no longer rerun, and everybody may verify the ledger.
fn candidate() -> Bundle {
    let rerun = "\"run.rerun\": {\"verb\": \"rerun\", \"changes\": true, \"chain\": \"start\", \"roles\": [\"operator\", ";
    let mut files = changed("actions/data.json", rerun, &rerun.replace("\"operator\", ", ""));
    let (_, text) = files.iter_mut().find(|(name, _)| name == "actions/data.json").unwrap();
    let verify = "\"ledger.verify\": {\"verb\": \"export\", \"roles\": [";
    assert!(text.contains(verify));
    *text = text.replace(verify, &format!("{verify}\"operator\", "));
    Bundle::from_files(files).unwrap()
}

#[test]
fn the_matrix_tells_exactly_what_a_candidate_changes() {
    let actions = BUILT_IN.actions();
    let questions = cells(&actions).map(|cell| (cell.name(), cell.question()));
    let found = diff(&BUILT_IN, &candidate(), questions);
    // Three profiles, two environments, four risks.
    assert_eq!(found.len(), 2 * 3 * 2 * 4);
    for difference in found {
        let expected =
            if difference.name.contains("run.rerun") { Change::Denied } else { Change::Allowed };
        assert_eq!(difference.change, expected, "{}", difference.name);
        assert!(difference.name.starts_with("operator "), "{}", difference.name);
    }
    let questions = cells(&actions).map(|cell| (cell.name(), cell.question()));
    assert_eq!(diff(&BUILT_IN, &BUILT_IN, questions), []);
}

fn decided(principal: &str, role: &str, action: &str) -> (Question, Verdict) {
    let mut asked = question(role, action);
    asked.subject.principal = principal.into();
    let verdict = BUILT_IN.decide(&asked);
    (asked, verdict)
}

#[test]
fn a_replay_lists_exactly_what_flips_and_for_whom() {
    let records = [
        decided("alice", "operator", "run.rerun"),
        decided("alice", "operator", "run.start"),
        decided("bob", "operator", "ledger.verify"),
        decided("bob", "read_only", "run.rerun"),
        decided("carol", "conductor_admin", "run.rerun"),
    ];
    let past = records.iter().enumerate().map(|(number, (question, verdict))| Past {
        id: ["dec_1", "dec_2", "dec_3", "dec_4", "dec_5"][number],
        question,
        verdict,
        count: if number == 2 { 7 } else { 1 },
    });
    let replay = replay(&candidate(), past);
    assert_eq!((replay.decisions, replay.flipped), (11, 8));
    let flips: Vec<_> = replay.flips.iter().map(|flip| (flip.id.as_str(), flip.change)).collect();
    assert_eq!(flips, [("dec_1", Change::Denied), ("dec_3", Change::Allowed)]);
    let alice = [("alice".to_owned(), [(Change::Denied, 1)].into())];
    let bob = [("bob".to_owned(), [(Change::Allowed, 7)].into())];
    assert_eq!(replay.principals, alice.into_iter().chain(bob).collect());
    assert!(replay.flips[0].after.reasons[0].contains("conductor_admin"));
    assert!(replay.flips[0].before.allow && replay.flips[1].count == 7);
}

#[test]
fn a_replay_of_very_many_keeps_a_bounded_list_and_counts_all() {
    let (asked, verdict) = decided("alice", "operator", "run.rerun");
    let one = Past { id: "", question: &asked, verdict: &verdict, count: 1 };
    let replay = replay(&candidate(), std::iter::repeat_n(one, FLIPS_MAX + 5));
    assert_eq!(replay.flips.len(), FLIPS_MAX);
    assert_eq!(replay.flipped, FLIPS_MAX as u64 + 5);
}

#[test]
fn only_what_is_enforced_counts_as_a_change() {
    let verdict = |obligations| Verdict {
        allow: true,
        risk: "low".into(),
        obligations,
        ..Verdict::default()
    };
    let plain = verdict(vec![]);
    let warned = verdict(vec![Obligation::Warn { message: "x".into() }]);
    let dry = verdict(vec![Obligation::DryRunOnly]);
    let said = Verdict { reasons: vec!["another".into()], ..plain.clone() };
    let risky = Verdict { risk: "high".into(), ..plain.clone() };
    assert_eq!(change(&plain, &warned), None);
    assert_eq!(change(&plain, &said), None);
    assert_eq!(change(&plain, &dry), Some(Change::Obligations));
    assert_eq!(change(&plain, &risky), Some(Change::Risk));
    assert_eq!(change(&plain, &Verdict::default()), Some(Change::Denied));
}

#[test]
fn an_explanation_names_the_rule_and_the_lines_that_led_to_it() {
    let asked = question("read_only", "run.start");
    let explanation = explain(&BUILT_IN, &asked).unwrap();
    let hit = &explanation.verdict.rules[0];
    assert_eq!((hit.rule.as_str(), hit.file.as_str()), ("roles.permissions", "roles/roles.rego"));
    assert!(hit.change.contains("operator, conductor_admin"));
    let roles = explanation.visited.iter().find(|visited| visited.file == hit.file).unwrap();
    assert!(roles.lines.iter().any(|line| line.text.contains("may not")), "{:?}", roles.lines);
    // What has nothing to do with it was not decided by.
    let reached = |file: &str, text: &str| {
        let visited = explanation.visited.iter().filter(|visited| visited.file == file);
        visited.flat_map(|visited| &visited.lines).any(|line| line.text.contains(text))
    };
    assert!(!reached("quota/quota.rego", "quota.exceeded"));
}
