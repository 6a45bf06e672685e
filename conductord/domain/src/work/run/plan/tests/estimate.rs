//! Times and costs by what was before, and what is not known said to be so.

use serde_json::json;

use super::*;

const SOURCE: &str = r"
name: timed
version: 1.0.0
tasks:
  - {id: a, uses: 'pkg:builtin/noop@1'}
  - {id: b, uses: 'pkg:builtin/noop@1'}
  - {id: c, uses: 'pkg:builtin/noop@1', needs: [a, b]}
  - {id: d, uses: 'pkg:builtin/noop@1', needs: {any: [a, b]}}
  - {id: not, uses: 'pkg:builtin/noop@1', when: 'false', needs: [c]}
  - {id: pause, uses: 'pkg:builtin/wait@1', needs: [d], with: {for: 2s}}
  - {id: ask, uses: 'pkg:builtin/gate@1', needs: [c], with: {message: well}}
  - id: web
    uses: pkg:builtin/noop@1
    needs: [ask]
    hosts: role:web
    rollout: {batch: [1, 2], parallel: 1, health: {uses: 'pkg:builtin/noop@1'}}
";

fn span(p50_ms: u64, p90_ms: u64) -> Span {
    Span { p50_ms, p90_ms, samples: 7 }
}

fn history(tasks: &[(&str, Span)]) -> BTreeMap<String, History> {
    let tasks = tasks.iter().map(|(id, span)| ((*id).to_owned(), *span)).collect();
    let history = History { runs: 7, succeeded: 7, whole: None, tasks };
    BTreeMap::from([("timed".to_owned(), history)])
}

#[test]
fn the_longest_way_counts_and_every_instance_costs() {
    let histories = history(&[
        ("a", span(10, 20)),
        ("b", span(30, 40)),
        ("c", span(5, 50)),
        ("d", span(1, 1)),
        ("web", span(100, 200)),
        ("web.health", span(7, 8)),
    ]);
    let estimate = planned(SOURCE, &json!({})).estimate(&histories);
    // b, c, three hosts one after another, two checks: 30 + 5 + 300 + 14; the pause ends later
    // than that: a, d, 2000.
    assert_eq!((estimate.p50_ms, estimate.p90_ms), (2_011, 2_021));
    assert_eq!(estimate.unknown, Vec::<String>::new());
    assert!(estimate.waits_for_people);
    let cost = Cost { class: String::new(), p50_ms: 10 + 30 + 5 + 1 + 300 + 14, p90_ms: 727 };
    assert_eq!(estimate.costs, [cost]);
}

#[test]
fn what_has_no_history_is_named() {
    let mut plan = planned(SOURCE, &json!({}));
    let estimate = plan.estimate(&history(&[("a", span(10, 20))]));
    assert_eq!(estimate.unknown, ["b", "c", "d", "web", "web.health"]);
    assert_eq!(plan.top.tasks[0].span, Some(span(10, 20)));
    let none = planned(SOURCE, &json!({})).estimate(&BTreeMap::new());
    assert_eq!((none.history.runs, none.unknown_count, none.costs.len()), (0, 6, 0));
}
