//! No line of the bundle decides anything that no scenario and no test has looked at.

use conductor_policy::{
    Bundle,
    coverage::{Coverage, coverage},
};
use conductor_protocol::verdict::Question;

use super::{BUILT_IN, committed, committed_scenarios, every_question};

/// Lines that the scenarios and the matrix must reach by themselves, in hundredths.
const SCENARIOS_REACH: usize = 97;

fn reached(bundle: &Bundle, with_tests: bool) -> Coverage {
    let scenarios = committed_scenarios().into_iter().map(|(_, scenario)| scenario.question());
    let questions: Vec<Question> = scenarios.chain(every_question()).collect();
    coverage(bundle, &questions, with_tests).unwrap()
}

#[test]
fn every_line_of_the_bundle_is_reached_by_a_scenario_or_a_test() {
    let coverage = reached(&BUILT_IN, true);
    assert_eq!(coverage.percent(), 100, "nothing reaches\n{coverage}");
}

#[test]
fn the_scenarios_alone_reach_nearly_all() {
    let coverage = reached(&BUILT_IN, false);
    assert!(coverage.percent() >= SCENARIOS_REACH, "no scenario reaches\n{coverage}");
}

#[test]
fn a_rule_that_nothing_reaches_is_named() {
    let mut files = committed();
    let (name, text) = files.iter_mut().find(|(name, _)| name == "authz/authz.rego").unwrap();
    text.push_str(
        "\nallow if {\n\tinput.subject.principal == \"uid:0\"\n\tinput.action == \"x\"\n}\n",
    );
    let line = text.lines().count() - 1;
    let expected = format!("{name}:{line}: input.action == \"x\"\n");
    let coverage = reached(&Bundle::from_files(files).unwrap(), true);
    assert_eq!(coverage.to_string(), expected);
    assert_eq!(coverage.percent(), 99);
}
