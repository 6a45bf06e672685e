//! The graph behind the kernel: what it has of a run, that it goes on where it was, and that it is made
//! again identically.

use conductor_domain::health::graph::{Direction, EdgeKind, EntityKey, EntityKind, Step};

use super::bench::{Bench, MapViews, started};
use crate::{
    limits,
    ports::{Outcome, ViewStore},
    views::{
        self,
        graph::{Graph, RunSpan, catch_up},
    },
};

const TENANT: &str = "default";

fn follow(store: &dyn ViewStore, bench: &Bench) -> u64 {
    catch_up(store, &bench.ledger, &mut |_| true).unwrap()
}

fn graph(bench: &Bench) -> Graph {
    Graph::new(bench.store.clone())
}

/// The names at the other ends.
fn ends(graph: &Graph, of: &EntityKey, direction: Direction, kind: EdgeKind) -> Vec<String> {
    let found = graph.edges(TENANT, of, Step { direction, kind }, 100).unwrap();
    found.iter().map(|edge| edge.other(direction).to_string()).collect()
}

/// A run that ended.
fn finished(bench: &mut Bench) -> EntityKey {
    let run = started(bench.start(None));
    for lease in bench.leases() {
        bench.complete(&lease, Outcome::Succeeded).unwrap();
    }
    EntityKey::run(run)
}

#[test]
fn what_the_kernel_did_is_found_from_either_end() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    let run = finished(&mut bench);
    follow(&*bench.store, &bench);
    let graph = graph(&bench);
    let entity = graph.entity(TENANT, &run).unwrap().unwrap();
    assert_eq!((entity.state.as_str(), entity.attribute("workflow")), ("succeeded", "laws"));
    assert_eq!(ends(&graph, &run, Direction::Out, EdgeKind::OfWorkflow), ["workflow:laws@1.0.0"]);
    let task = format!("task:{}/a", run.id);
    assert_eq!(ends(&graph, &run, Direction::In, EdgeKind::PartOf), std::slice::from_ref(&task));
    let task = task.parse().unwrap();
    assert_eq!(ends(&graph, &task, Direction::Out, EdgeKind::PartOf), [run.to_string()]);
    assert_eq!(ends(&graph, &task, Direction::Out, EdgeKind::RanOn).len(), 1);
    // Nobody else's scan gets there.
    assert!(graph.entity("defaul", &run).unwrap().is_none());
    assert!(graph.runs("default2", RunSpan::default(), 10).unwrap().is_empty());
}

#[test]
fn runs_are_listed_by_the_time_that_they_began() {
    let mut bench = Bench::with_workflow();
    let mut runs = Vec::new();
    for _ in 0..3 {
        bench.now += 1_000;
        runs.push(started(bench.start(None)));
    }
    follow(&*bench.store, &bench);
    let graph = graph(&bench);
    let ids = |span: RunSpan, limit: usize| -> Vec<String> {
        let found = graph.runs(TENANT, span, limit).unwrap();
        found.into_iter().map(|run| run.key.id).collect()
    };
    let newest: Vec<String> = runs.iter().rev().map(ToString::to_string).collect();
    assert_eq!(ids(RunSpan::default(), 10), newest);
    assert_eq!(ids(RunSpan::default(), 2), newest[..2]);
    assert_eq!(ids(RunSpan { before: Some(runs[2]), ..RunSpan::default() }, 10), newest[1..]);
    let since = Some(bench.time(0));
    assert_eq!(ids(RunSpan { since, ..RunSpan::default() }, 10), newest[..1]);
    assert_eq!(ids(RunSpan { until: since, ..RunSpan::default() }, 10), newest[1..]);
}

#[test]
fn it_goes_on_after_a_restart_and_is_made_again_identically() {
    let mut bench = Bench::with_workflow();
    bench.open_worker(true);
    finished(&mut bench);
    let first = follow(&*bench.store, &bench);
    bench.restart();
    bench.open_worker(true);
    finished(&mut bench);
    let second = follow(&*bench.store, &bench);
    assert!(second > first);
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();

    // From nothing, in one go.
    let fresh = MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(follow(&fresh, &bench), second);
    assert_eq!(views::digest(&fresh).unwrap(), kept);

    // One that has come further than the ledger, or that nobody can read, is removed whole.
    for bytes in [&b"\x01\xff\xff\xff\x7f"[..], b"", b"garbage"] {
        let stray = (b"Edefault\0run\0stray\0".to_vec(), Some(b"stray".to_vec()));
        bench.store.apply(vec![(b"!graph".to_vec(), Some(bytes.to_vec())), stray]).unwrap();
        assert_eq!(follow(&*bench.store, &bench), second);
        assert_eq!(views::digest(&*bench.store).unwrap(), kept);
    }
}

#[test]
fn a_stop_in_the_middle_loses_nothing() {
    let mut bench = Bench::with_workflow();
    for _ in 0..limits::GRAPH_CHUNK_RECORDS / 2 {
        bench.now += 1;
        started(bench.start(None));
    }
    let whole = MapViews::default();
    let end = follow(&whole, &bench);
    let stopped = MapViews::default();
    let reached = catch_up(&stopped, &bench.ledger, &mut |_| false).unwrap();
    assert_eq!(reached, limits::GRAPH_CHUNK_RECORDS as u64);
    assert!(reached < end, "there is more than one chunk");
    assert_eq!(follow(&stopped, &bench), end);
    assert_eq!(views::digest(&stopped).unwrap(), views::digest(&whole).unwrap());
}

#[test]
fn names_are_known_by_kind_id_and_uuid_in_their_tenant_alone() {
    let mut bench = Bench::with_workflow();
    let run = started(bench.start(None));
    follow(&*bench.store, &bench);
    let graph = graph(&bench);
    let hex = format!("{:032x}", run.bits());
    let uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    let run = run.to_string();
    for name in [run.as_str(), &uuid, "laws@1.0.0", "workflow:laws", "uid:1000"] {
        assert!(graph.knows(TENANT, name).unwrap(), "{name}");
        assert!(!graph.knows("other", name).unwrap(), "{name}");
    }
    for name in ["", "run_01jdzzzzzzfffffffffffffff0", "laws@2.0.0", "host:web-1", &uuid[1..]] {
        assert!(!graph.knows(TENANT, name).unwrap(), "{name}");
    }
    assert!(EntityKind::ALL.iter().all(|kind| EntityKind::named(kind.word()) == Some(*kind)));
}
