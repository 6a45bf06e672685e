//! The digest: golden, the same for the same, another for anything else.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const GOLDEN: &str = include_str!("golden.json");
const GOLDEN_DIGEST: &str =
    "sha256:344f50ba26e1a712425df68a0ffba1bd94f535e7bcd410d9771ad5985be6f914";

/// A bit of everything.
const SOURCE: &str = r"
name: golden
version: 1.2.3
inputs: {properties: {n: {type: integer, default: 2}, path: {type: string}}}
env: {N: '{{ inputs.n }}'}
tasks:
  - {id: disk, uses: 'pkg:builtin/shell@1', secrets: [key], env: {KEY: '{{ secrets.key }}'}, with: {run: 'df {{ inputs.path | sh }}'}}
  - {id: not, uses: 'pkg:builtin/noop@1', when: 'inputs.n > 9'}
  - {id: web, uses: 'pkg:builtin/ssh@1', needs: [disk], hosts: 'role:web', rollout: {batch: 2}, with: {run: 'echo {{ host.name }} {{ tasks.disk.outputs.x }}'}}
  - {id: each, uses: 'pkg:builtin/noop@1', needs: [disk], foreach: '{{ tasks.disk.outputs.l }}', with: {x: '{{ item }}'}}
  - {id: sub, uses: 'pkg:workflow/inner@2.0.0', needs: [web], when: 'tasks.disk.outputs.x', with: {host: h}}
";

fn golden() -> Plan {
    planned_among(SOURCE, &[INNER], &json!({"path": "/var log"}))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a variable asks for a regeneration")]
fn what_is_hashed_is_kept() {
    let binding = golden().binding("sha256:policy").unwrap();
    let pretty = format!("{}\n", serde_json::to_string_pretty(&binding.value).unwrap());
    if std::env::var_os("CONDUCTOR_REGENERATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/work/run/plan/tests/golden.json");
        std::fs::write(path, &pretty).unwrap();
    }
    assert_eq!(pretty, GOLDEN, "digest {}", binding.digest);
    assert_eq!(binding.digest, GOLDEN_DIGEST);
    let again: Value = serde_json::from_str(&binding.json).unwrap();
    assert_eq!(again, binding.value);
}

#[test]
fn estimates_and_times_are_not_in_it() {
    let (mut one, other) = (golden(), golden());
    let history = History {
        runs: 3,
        tasks: BTreeMap::from([("disk".into(), Span { p50_ms: 5, p90_ms: 9, samples: 3 })]),
        ..History::default()
    };
    one.estimate(&BTreeMap::from([("golden".to_owned(), history)]));
    assert!(one != other);
    assert_eq!(one.binding("p").unwrap().digest, other.binding("p").unwrap().digest);
}

#[test]
fn whatever_would_run_otherwise_has_another_digest() {
    let digest = |source: &str, others: &[&str], inputs: Value, policy: &str| {
        planned_among(source, others, &inputs).binding(policy).unwrap().digest
    };
    let inputs = || json!({"path": "/var log"});
    let mut seen = BTreeSet::new();
    let mut new = |digest: String| assert!(seen.insert(digest), "{seen:?}");
    new(digest(SOURCE, &[INNER], inputs(), "p"));
    new(digest(SOURCE, &[INNER], inputs(), "q"));
    new(digest(SOURCE, &[INNER], json!({"path": "/var"}), "p"));
    new(digest(SOURCE, &[INNER], json!({"path": "/var log", "n": 3}), "p"));
    new(digest(&SOURCE.replace("1.2.3", "1.2.4"), &[INNER], inputs(), "p"));
    new(digest(&SOURCE.replace("role:web", "host:web-1"), &[INNER], inputs(), "p"));
    new(digest(&SOURCE.replace("batch: 2", "batch: 1"), &[INNER], inputs(), "p"));
    new(digest(SOURCE, &[&INNER.replace("default: 3", "default: 4")], inputs(), "p"));
    new(digest(SOURCE, &[], inputs(), "p"));
    let mut elsewhere = golden();
    elsewhere.scope.environment = "prod".into();
    new(elsewhere.binding("p").unwrap().digest);
}

#[test]
fn what_changed_is_told() {
    let old = golden().binding("p").unwrap().value;
    let changed = |source: &str, inputs: Value, policy: &str| {
        let new = planned_among(source, &[INNER], &inputs).binding(policy).unwrap().value;
        changes(&old, &new, 4)
    };
    assert_eq!(changed(SOURCE, json!({"path": "/var log"}), "p"), Vec::<String>::new());
    assert_eq!(changed(SOURCE, json!({"path": "/var log"}), "q"), [r#"policy: "p" became "q""#]);
    let fewer =
        changed(&SOURCE.replace("role:web", "host:web-1,web-3"), json!({"path": "/var log"}), "p");
    assert!(fewer.iter().any(|line| line == "hosts.web: now without web-2"), "{fewer:?}");
    let more = changed(SOURCE, json!({"path": "/x", "n": 10}), "q");
    assert_eq!(more.len(), 5, "{more:?}");
    assert!(more[4].starts_with("and "), "{more:?}");
}

proptest! {
    /// The same for the same, whatever it is; and a plan never panics.
    #[test]
    fn planning_twice_gives_the_same(n in any::<i64>(), path in ".{0,20}", extra in ".{0,5}") {
        let inputs = json!({"n": n, "path": path, extra: 1});
        let plan = || planned_among(SOURCE, &[INNER], &inputs);
        prop_assert_eq!(plan().binding("p").unwrap().digest, plan().binding("p").unwrap().digest);
    }
}
