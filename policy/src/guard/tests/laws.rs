//! Laws that hold for every question: the compiled program and the interpreter agree, another deny
//! rule never permits, what is held elsewhere never helps, and nothing that can be sent panics.

use std::{fs, sync::LazyLock};

use conductor_protocol::{
    token::{TokenScope, is_within},
    verdict::{Load, Obligation, RuleHit, Spend, TenantFacts, Verdict},
};
use serde_json::json;

use super::*;
use crate::{
    bundle::{QUESTION_BYTES_MAX, input},
    scenario,
    tokens::IN_PERSON,
};

pub(super) static BUILT_IN: LazyLock<Bundle> = LazyLock::new(|| Bundle::embedded().unwrap());

/// Whether a rule fires.
type Fires = fn(&Question) -> bool;

/// The built-in bundle with a rule that denies more, and whether the rule fires.
struct Stricter {
    bundle: Bundle,
    fires: Fires,
}

static STRICTER: LazyLock<Vec<Stricter>> = LazyLock::new(|| {
    let rules: [(&str, Fires); 5] = [
        ("true", |_| true),
        ("input.action == \"run.start\"", |asked| asked.action == "run.start"),
        ("not \"operator\" in input.subject.roles", |asked| {
            !asked.subject.roles.contains(&"operator".to_owned())
        }),
        ("input.context.environment == \"prod\"", |asked| asked.context.environment == "prod"),
        ("input.resource.risk == \"high\"", |asked| asked.resource.risk == "high"),
    ];
    let bundle = |condition: &str| {
        let mut files = BUILT_IN.files().to_vec();
        files.retain(|(name, _)| !name.ends_with("_test.rego"));
        let (_, text) = files.iter_mut().find(|(name, _)| name == "authz/authz.rego").unwrap();
        let rule = "\"rule\": \"authz.more\", \"what\": \"no\", \"change\": \"never\"";
        for part in ["\nproblems contains {", rule, "} if {\n\t", condition, "\n}\n"] {
            text.push_str(part);
        }
        Bundle::from_files(files).unwrap()
    };
    rules.map(|(condition, fires)| Stricter { bundle: bundle(condition), fires }).into()
});

fn one_of(texts: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    prop::sample::select(texts.to_vec()).prop_map(str::to_owned)
}

fn some_of(texts: &[&'static str]) -> impl Strategy<Value = Vec<String>> + use<> {
    let most = texts.len();
    prop::sample::subsequence(texts.to_vec(), 0..=most)
        .prop_map(|texts| texts.into_iter().map(str::to_owned).collect())
}

fn number() -> impl Strategy<Value = u64> {
    prop::sample::select(vec![0, 1, 79, 80, 100, 110, 1 << 40, 1 << 53, u64::MAX])
}

fn facts() -> impl Strategy<Value = TenantFacts> {
    let names = (
        one_of(&["active", "suspended", "", "odd"]),
        one_of(&["", "internal", "white-label", "saas", "odd"]),
        one_of(&["", "low", "high"]),
        one_of(&["", "payments", "games"]),
    );
    let places = (
        one_of(&["", "eu-1"]),
        some_of(&["eu-1", "us-1"]),
        some_of(&["billing", "care"]),
        one_of(&["", "public", "restricted", "odd"]),
    );
    (names, places).prop_map(|(names, places)| TenantFacts {
        status: names.0,
        profile: names.1,
        risk_profile: names.2,
        business_unit: names.3,
        region: places.0,
        regions: places.1,
        purposes: places.2,
        data_sensitivity: places.3,
    })
}

fn subject() -> impl Strategy<Value = Subject> {
    let attribute =
        prop::option::of(one_of(&["dev", "eu-1", "payments", "low", "high", "restricted", ""]));
    let attributes = prop::collection::vec(attribute, 5);
    let roles = prop::sample::subsequence(ROLES.to_vec(), 0..4);
    let known = (some_of(&["globex", "initech"]), any::<bool>());
    (one_of(&["uid:1", "system", "", "uid:2"]), roles, known, attributes).prop_map(
        |(principal, roles, (elsewhere, guest), values)| {
            let names =
                ["environment", "region", "business_unit", "risk_profile", "data_sensitivity"];
            let pairs = names.into_iter().zip(values);
            Subject {
                principal,
                roles: roles.into_iter().map(str::to_owned).collect(),
                elsewhere,
                attributes: pairs.filter_map(|(name, value)| Some((name.into(), value?))).collect(),
                guest,
                ..Subject::default()
            }
        },
    )
}

/// A scope of a token, of the kinds that there are.
fn token_scope() -> impl Strategy<Value = TokenScope> {
    let mut actions = BUILT_IN.actions();
    actions.extend(["run.*", "token.*", "workflow.*", "*", ""].map(str::to_owned));
    let action = prop::sample::select(actions);
    let places = (one_of(&["", "dev", "prod"]), one_of(&["", "w", "v"]), one_of(&["", "x"]));
    (action, places).prop_map(|(action, (environment, workflow, run))| TokenScope {
        action,
        environment,
        workflow,
        run,
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let weights = (
        one_of(&["", "low", "medium", "high", "odd"]),
        one_of(&["", "public", "confidential", "restricted", "odd"]),
    );
    let places = (some_of(&["eu-1", "us-1"]), some_of(&["billing", "ads"]));
    let id = one_of(&["", "x", "uid:3/conductor_admin"]);
    (id, one_of(&["", "uid:1"]), weights, places).prop_map(|(id, owner, weights, places)| {
        Resource {
            kind: "run".into(),
            id,
            owner,
            risk: weights.0,
            data_sensitivity: weights.1,
            regions: places.0,
            purpose: places.1,
            ..Resource::default()
        }
    })
}

fn situation() -> impl Strategy<Value = Situation> {
    let place = (
        one_of(&["acme", ""]),
        one_of(&["dev", "prod", "production", "Prod", "live", ""]),
        one_of(&["local", "eu-1", "us-1", "ru-1", "RU", ""]),
        one_of(&["unix", "internal", "schedule"]),
    );
    let load = (number(), number()).prop_map(|(asked, in_use)| {
        let class =
            |number: u64| [("large".to_owned(), u32::try_from(number).unwrap_or(u32::MAX))].into();
        Load { asked: class(asked), in_use: class(in_use), ..Load::default() }
    });
    let spend = (number(), number(), number()).prop_map(|(asked, spent, limit)| Spend {
        asked,
        spent,
        limit,
        window: "day".into(),
    });
    let known = (prop::option::of(facts()), prop::option::of(load), prop::option::of(spend));
    (place, known).prop_map(|(place, known)| Situation {
        tenant_id: place.0,
        environment: place.1,
        region: place.2,
        channel: place.3,
        tenant: known.0,
        load: known.1,
        spend: known.2,
    })
}

fn any_question() -> impl Strategy<Value = Question> {
    let mut actions = BUILT_IN.actions();
    actions.extend(["run.explode".to_owned(), String::new()]);
    (subject(), prop::sample::select(actions), resource(), situation()).prop_map(
        |(subject, action, resource, context)| Question { subject, action, resource, context },
    )
}

/// What the interpreter gives: all that a verdict has but where its rules stand.
fn by_interpreter(question: &Question) -> Given {
    let mut engine = BUILT_IN.interpreter().clone();
    engine.set_input(input(question).unwrap());
    read(&engine.eval_rule(ENTRY_POINT.into()).unwrap()).unwrap()
}

pub(super) fn enforced(verdict: &Verdict) -> Vec<&Obligation> {
    verdict.obligations.iter().filter(|obligation| !obligation.is_advice()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_machine_and_the_interpreter_agree_in_everything(asked in any_question()) {
        let (ours, theirs) = (BUILT_IN.decide(&asked), by_interpreter(&asked));
        prop_assert_eq!(ours.allow, theirs.allow);
        prop_assert_eq!(&ours.reasons, &theirs.reasons);
        prop_assert_eq!(&ours.obligations, &theirs.obligations);
        prop_assert_eq!(&ours.risk, &theirs.risk);
        prop_assert!(!ours.reasons.is_empty());
        prop_assert_eq!(ours.rules.len(), ours.reasons.len());
        for (hit, other) in ours.rules.iter().zip(&theirs.rules) {
            prop_assert_eq!((&hit.rule, &hit.change), (&other.rule, &other.change));
            prop_assert!(hit.line > 0, "{:?}", hit);
        }
    }

    #[test]
    fn another_rule_that_denies_never_permits(asked in any_question()) {
        let before = BUILT_IN.decide(&asked);
        for Stricter { bundle, fires } in STRICTER.iter() {
            let after = bundle.decide(&asked);
            prop_assert!(before.allow || !after.allow, "{:?}", after.reasons);
            prop_assert!(!fires(&asked) || !after.allow);
            if before.allow && !fires(&asked) {
                prop_assert!(after.allow);
                prop_assert_eq!(&after.obligations, &before.obligations);
            }
        }
    }

    #[test]
    fn what_is_held_or_said_elsewhere_never_helps(asked in any_question(), more in some_of(&["acme", "hooli"])) {
        let mut alone = asked.clone();
        alone.subject.elsewhere.clear();
        let mut known = asked;
        known.subject.elsewhere.extend(more);
        let (without, with) = (BUILT_IN.decide(&alone), BUILT_IN.decide(&known));
        prop_assert_eq!(without.allow, with.allow);
        prop_assert_eq!(enforced(&without), enforced(&with));
        // Without a role here nothing but the daemon's own work is permitted, a guest's reading, and
        // to see and to give up one's own keys and sessions, and to open one's own.
        let internal = known.action == "worker.work" && known.subject.principal == "system";
        let reads = known.subject.guest && matches!(known.action.split_once('.'), Some((_, "read" | "plan")));
        let owns = known.resource.owner == known.subject.principal
            && ["key.read", "key.revoke", "session.open", "session.read", "session.end"]
                .contains(&known.action.as_str());
        prop_assert!(!with.allow || internal || reads || owns || !known.subject.roles.is_empty());
        prop_assert!(!with.allow || known.action != "run.explode");
    }

    /// Attributes of a person narrow. The one that is a clearance opens what is closed to everybody
    /// who is not cleared, and so it is left out here.
    #[test]
    fn an_attribute_takes_away_and_never_gives(asked in any_question()) {
        let mut bare = asked.clone();
        bare.subject.attributes.retain(|name, _| name == "data_sensitivity");
        let (without, with) = (BUILT_IN.decide(&bare), BUILT_IN.decide(&asked));
        prop_assert!(without.allow || !with.allow);
        if with.allow {
            let with = enforced(&with);
            prop_assert!(enforced(&without).iter().all(|obligation| with.contains(obligation)));
        }
    }

    /// A token takes away and never gives, exactly what it is not for; the rules and the daemon agree
    /// on what that is.
    #[test]
    fn with_a_token_no_more_is_permitted_than_what_it_is_for(
        asked in any_question(),
        workflow in one_of(&["", "w"]),
        scopes in prop::collection::vec(token_scope(), 0..4),
    ) {
        let mut asked = asked;
        asked.resource.workflow = workflow;
        let without = BUILT_IN.decide(&asked);
        asked.subject.token = "tok_x".into();
        asked.subject.scopes = scopes;
        let with = by_interpreter(&asked);
        let in_person = IN_PERSON.contains(&asked.action.as_str());
        prop_assert_eq!(with.allow, without.allow && is_within(&asked) && !in_person);
        let scope = with.rules.iter().any(|hit| hit.rule == "tokens.scope");
        prop_assert_eq!(scope, !is_within(&asked), "{:?}", with.rules);
        if with.allow {
            prop_assert_eq!(&with.obligations, &without.obligations);
        }
    }

    #[test]
    fn any_bytes_are_denied_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(!BUILT_IN.decide_json(&bytes).allow);
    }

    #[test]
    fn any_text_in_any_place_is_no_way_in(texts in prop::collection::vec("\\PC{0,40}|[\\x00-\\x1f\\u{200b}\\u{202e}\\u{fffd}\\u{10ffff}]{1,9}", 8)) {
        let mut asked = question(&[], "run.read");
        asked.subject.principal.clone_from(&texts[0]);
        asked.subject.roles = vec![texts[1].clone()];
        asked.action.clone_from(&texts[2]);
        asked.resource.id.clone_from(&texts[3]);
        asked.context.tenant_id.clone_from(&texts[4]);
        asked.context.region.clone_from(&texts[5]);
        asked.subject.attributes = [(texts[6].clone(), texts[7].clone())].into();
        let verdict = BUILT_IN.decide(&asked);
        prop_assert!(!verdict.allow && !verdict.reasons.is_empty());
        prop_assert_eq!(verdict.reasons, by_interpreter(&asked).reasons);
    }
}

#[test]
fn what_only_people_do_is_the_same_in_the_rules_and_in_the_daemon() {
    let (_, text) = BUILT_IN.files().iter().find(|(name, _)| name == "actions/data.json").unwrap();
    let rows: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).unwrap();
    let mut marked: Vec<&str> = rows
        .iter()
        .filter(|(_, row)| row["in_person"] == true)
        .map(|(name, _)| name.as_str())
        .collect();
    marked.sort_unstable();
    assert_eq!(marked, IN_PERSON);
}

/// A bundle that knows of no tokens.
#[test]
fn no_bundle_lets_anybody_go_beyond_a_token() {
    let guard = Guard::new(Bundle::from_files(files(ALLOW_ALL)).unwrap());
    let mut asked = question(&[], "run.start");
    assert!(guard.decide(&asked).allow);
    asked.subject.token = "tok_x".into();
    asked.subject.scopes = vec!["run.read".parse().unwrap()];
    let denied = guard.decide(&asked);
    assert!(!denied.allow && denied.reasons[0].starts_with("token_scope"), "{denied:?}");
    asked.subject.scopes = vec!["run.start".parse().unwrap()];
    assert!(guard.decide(&asked).allow);
    let mut service = question(&[], "approval.give");
    assert!(guard.decide(&service).allow);
    service.subject.principal = "service:deploy".into();
    let denied = guard.decide(&service);
    assert!(!denied.allow && denied.rules[0].rule == "tokens.people", "{denied:?}");
}

#[test]
fn every_scenario_has_the_same_answer_by_the_interpreter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut asked = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for scenario in scenario::read(&text).unwrap() {
            let question = scenario.question();
            let (ours, theirs) = (BUILT_IN.decide(&question), by_interpreter(&question));
            let rules = |rules: &[RuleHit]| -> Vec<(String, String)> {
                rules.iter().map(|hit| (hit.rule.clone(), hit.change.clone())).collect()
            };
            assert_eq!(ours.allow, theirs.allow, "{}", scenario.name);
            assert_eq!(ours.reasons, theirs.reasons, "{}", scenario.name);
            assert_eq!(ours.obligations, theirs.obligations, "{}", scenario.name);
            assert_eq!(ours.risk, theirs.risk, "{}", scenario.name);
            assert_eq!(rules(&ours.rules), rules(&theirs.rules), "{}", scenario.name);
            asked += 1;
        }
    }
    assert!(asked >= 60, "{asked}");
}

fn denied(json: &[u8], part: &str) {
    let verdict = BUILT_IN.decide_json(json);
    assert!(!verdict.allow, "{:?}", String::from_utf8_lossy(&json[..json.len().min(200)]));
    assert!(verdict.reasons[0].contains(part), "{:?}", verdict.reasons);
    assert_eq!(verdict.risk, "high");
}

#[test]
fn what_is_deep_huge_or_no_question_is_denied_unread() {
    let deep = "[".repeat(10_000);
    denied(deep.as_bytes(), "no question");
    let deep = format!("{}1{}", "{\"subject\":".repeat(5_000), "}".repeat(5_000));
    denied(deep.as_bytes(), "no question");
    denied(&vec![b' '; QUESTION_BYTES_MAX + 1], "bytes");
    denied(b"", "no question");
    denied(b"null", "no question");
    denied(b"{\"action\": \"run.start\"}", "missing field `subject`");
    let good = serde_json::to_value(question(&["operator"], "run.start")).unwrap();
    for number in [json!(-1), json!(1.5), json!(1e300), json!(u64::MAX), json!("1")] {
        let mut odd = good.clone();
        odd["context"]["load"] = json!({"asked": {"large": number}, "in_use": {}, "limit": {}});
        denied(odd.to_string().as_bytes(), "no question");
    }
    let many: Vec<String> = (0..QUESTION_BYTES_MAX).map(|number| number.to_string()).collect();
    let mut asked = question(&["operator"], "run.start");
    asked.subject.elsewhere = many;
    let verdict = BUILT_IN.decide(&asked);
    assert!(!verdict.allow && verdict.reasons[0].contains("bytes"), "{:?}", verdict.reasons[0]);
}

#[test]
fn the_largest_question_that_is_taken_stays_within_the_bound() {
    let mut asked = question(&["operator"], "run.start");
    asked.subject.elsewhere = (0..2_000).map(|number| format!("tenant-{number}")).collect();
    asked.subject.roles.extend((0..2_000).map(|number| format!("role-{number}")));
    let verdict = BUILT_IN.decide(&asked);
    assert!(verdict.allow, "{:?}", verdict.reasons);
}
