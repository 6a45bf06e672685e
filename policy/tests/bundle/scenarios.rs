//! The committed scenarios hold, and there are enough of them.

use std::collections::BTreeSet;

use conductor_policy::Bundle;

use super::{BUILT_IN, changed, committed_scenarios};

/// So many at least.
const SCENARIOS_MIN: usize = 60;

#[test]
fn every_scenario_has_its_answer() {
    let scenarios = committed_scenarios();
    let wrong: Vec<String> = scenarios
        .iter()
        .filter_map(|(file, scenario)| {
            let problem = scenario.problem(&BUILT_IN.decide(&scenario.question()))?;
            Some(format!("{file}: {}: {problem}", scenario.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
    let names: BTreeSet<_> = scenarios.iter().map(|(_, scenario)| &scenario.name).collect();
    assert!(names.len() >= SCENARIOS_MIN && names.len() == scenarios.len());
    assert!(scenarios.iter().all(|(_, scenario)| !scenario.why.is_empty()));
}

fn named(name: &str) -> conductor_policy::scenario::Scenario {
    let mut all = committed_scenarios().into_iter().map(|(_, scenario)| scenario);
    all.find(|scenario| scenario.name == name).unwrap()
}

/// Given user role is tenant-admin of "acme", when they request a resource of tenant "globex", then
/// the answer is `allow=false` with the obligation `request_approval`.
#[test]
fn deny_cross_tenant_read_without_approval() {
    let scenario = named("deny cross-tenant read without approval");
    let question = scenario.question();
    assert_eq!(question.subject.elsewhere, ["acme"]);
    assert!(question.subject.roles.is_empty() && question.context.tenant_id == "globex");
    let verdict = BUILT_IN.decide(&question);
    let kinds: Vec<_> = verdict.obligations.iter().map(|one| one.kind()).collect();
    assert!(!verdict.allow);
    assert_eq!(kinds, ["request_approval"]);
}

#[test]
fn the_question_of_the_compliance_team_has_its_answer() {
    let scenario = named("can workflow_author start a high-risk workflow in SaaS prod?");
    let question = scenario.question();
    let facts = question.context.tenant.as_ref().unwrap();
    assert_eq!(question.subject.roles, ["workflow_author"]);
    assert_eq!((facts.profile.as_str(), question.context.environment.as_str()), ("saas", "prod"));
    assert_eq!(question.resource.risk, "high");
    assert!(!BUILT_IN.decide(&question).allow);
}

#[test]
fn another_policy_fails_some_of_them() {
    let loose = "\"run.start\": {\"verb\": \"start\", \"changes\": true, \"chain\": \"start\", \"roles\": [";
    let mut files = changed("actions/data.json", loose, &format!("{loose}\"read_only\", "));
    files.retain(|(name, _)| !name.ends_with("_test.rego"));
    let bundle = Bundle::from_files(files).unwrap();
    let wrong = committed_scenarios()
        .into_iter()
        .filter(|(_, scenario)| !scenario.is_met(&bundle.decide(&scenario.question())));
    let wrong: Vec<_> = wrong.map(|(_, scenario)| scenario.name).collect();
    assert!(wrong.contains(&"a reader starts nothing".to_owned()), "{wrong:?}");
}
