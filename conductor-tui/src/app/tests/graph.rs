//! The graph, walked by keys.

use conductor_protocol::v1::{
    GetEntityResponse, GraphEdge, GraphEntity, GraphNode, GraphReach, GraphRunsResponse,
    WalkGraphRequest, WalkGraphResponse,
};
use jiff::{SignedDuration, Timestamp};

use super::{Console, daemon, looks};
use crate::{
    app::{Answer, Effect, FaultKind, Query, msg::What, time::to_wire},
    screen::Tab,
};

const RUN: &str = "run:run_01jd0000000000009999999999";

fn known(name: &str, now: Timestamp) -> GraphEntity {
    let (kind, id) = match name.split_once(':') {
        Some(("host", _)) => ("resource", name),
        Some((kind, id)) => (kind, id),
        None => ("run", name),
    };
    let (state, life) = match kind {
        "run" => ("succeeded", "live"),
        "workflow" => ("retired", "archived"),
        "schedule" => ("", "deleted"),
        "approval" => ("approved", "live"),
        _ => ("", "live"),
    };
    let attributes = match kind {
        "run" => vec![("workflow", "restart-payments"), ("version", "1.4.0"), ("owner", "alice")],
        _ => vec![],
    };
    let attributes = attributes.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned()));
    GraphEntity {
        name: if name.contains(':') { name.to_owned() } else { format!("{kind}:{id}") },
        kind: kind.into(),
        id: id.into(),
        environment: "prod".into(),
        region: "eu-west-1".into(),
        state: state.into(),
        life: life.into(),
        attributes: attributes.collect(),
        first_at: Some(to_wire(now - SignedDuration::from_hours(3))),
        first_seq: 40,
        last_at: Some(to_wire(now - SignedDuration::from_hours(2))),
        last_seq: 88,
    }
}

fn edge(from: &str, kind: &str, to: &str, note: &str) -> GraphEdge {
    GraphEdge {
        from: from.into(),
        kind: kind.into(),
        to: to.into(),
        note: note.into(),
        ..<_>::default()
    }
}

fn reach() -> Option<GraphReach> {
    Some(GraphReach { seq: 88, behind: 2 })
}

pub(super) fn entity(name: &str, now: Timestamp) -> Answer {
    let known = known(name, now);
    let name = known.name.clone();
    let edges = match known.kind.as_str() {
        "run" => vec![
            edge(&name, "of_workflow", "workflow:restart-payments@1.4.0", ""),
            edge(&name, "started_by", "user:uid:1000", "by hand"),
            edge(&name, "touched", "host:pay-1", ""),
            edge(&name, "touched", "host:pay-2", ""),
            edge(&name, "approved_by", "approval:apr_01jd1", ""),
            edge(&name, "triggered_by", "schedule:prod/eu-west-1/nightly", ""),
            edge("task:run_01jd0000000000009999999999/drain", "part_of", &name, ""),
            edge("task:run_01jd0000000000009999999999/verify", "part_of", &name, ""),
        ],
        "resource" => vec![edge(RUN, "touched", &name, "")],
        _ => vec![],
    };
    Answer::Entity(Box::new(GetEntityResponse {
        entity: Some(known),
        edges,
        truncated: false,
        reach: reach(),
    }))
}

pub(super) fn walk(request: &WalkGraphRequest, now: Timestamp) -> Answer {
    let node = |name: &str, depth, via| GraphNode { entity: Some(known(name, now)), depth, via };
    let from = &request.entity;
    let workflow = "workflow:restart-payments@1.4.0";
    Answer::Walk(Box::new(WalkGraphResponse {
        nodes: vec![
            node(from, 0, None),
            node("run:run_01jd7", 1, Some(0)),
            node("run:run_01jd8", 1, Some(1)),
            node(workflow, 2, Some(2)),
        ],
        edges: vec![
            edge("run:run_01jd7", "touched", from, ""),
            edge("run:run_01jd8", "touched", from, ""),
            edge("run:run_01jd7", "of_workflow", workflow, ""),
        ],
        truncated: true,
        reach: reach(),
    }))
}

pub(super) fn runs(now: Timestamp) -> Answer {
    let run = |n: u64| known(&format!("run:run_01jd{:022}", 9_999_999_999 - n), now);
    let runs = (0..40).map(run).collect();
    Answer::GraphRuns(Box::new(GraphRunsResponse { runs, reach: reach(), ..<_>::default() }))
}

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn compare(name: &str, console: &Console) {
    let (columns, rows) = console.model.shared.size;
    super::pictures::compare(&format!("graph-{name}-{columns}x{rows}"), &console.text());
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("8");
    console
}

fn at(console: &Console) -> Option<&str> {
    console.model.screens.graph.at.as_deref()
}

#[test]
fn it_begins_at_the_newest_runs_and_an_entity_is_in_the_middle_of_its_edges() {
    for size in SIZES {
        let mut console = shown(size);
        compare("runs", &console);
        console.press("Enter");
        assert_eq!(at(&console), Some(RUN));
        compare("entity", &console);
    }
    let mut console = Console::with((80, 24), looks("mono", true), "prod");
    console.connect();
    console.press("8 Enter");
    compare("entity-ascii", &console);
    console.press("Enter");
    compare("known", &console);
}

#[test]
fn enter_walks_and_backspace_goes_back_along_the_crumbs() {
    let mut console = shown((120, 40));
    console.press("Enter");
    // Those that begin at it are below: by kind, so that the approval is first.
    console.press("j j j j j");
    let chosen = console.model.screen().chosen(&console.model.shared).unwrap();
    console.press("Enter");
    assert_eq!(at(&console), Some(chosen.as_str()));
    assert_eq!(console.model.screens.graph.crumbs, [RUN]);
    console.press("Backspace");
    assert_eq!(at(&console), Some(RUN));
    console.press("Backspace");
    assert_eq!(at(&console), None);
}

#[test]
fn a_kind_of_edges_alone_and_then_all_again() {
    let mut console = shown((80, 24));
    console.press("Enter f");
    compare("kind", &console);
    assert_eq!(console.model.screens.graph.edges().len(), 2);
    for _ in 0..6 {
        console.press("f");
    }
    assert_eq!(console.model.screens.graph.edges().len(), 9, "eight, and the middle");
}

#[test]
fn what_depends_on_it_and_where_it_came_from_are_lists() {
    for size in SIZES {
        let mut console = shown(size);
        console.press("Enter b");
        compare("blast", &console);
    }
    let mut console = shown((120, 40));
    console.press("Enter u");
    assert_eq!(console.model.screen().twin(), format!("conductor graph lineage {RUN} --up"));
    console.press("d");
    assert_eq!(console.model.screen().twin(), format!("conductor graph lineage {RUN} --down"));
    console.press("j Enter");
    assert_eq!(at(&console), Some("run:run_01jd7"));
    console.press("Backspace");
    assert_eq!(at(&console), Some(RUN));
}

#[test]
fn an_id_is_looked_for_when_typing_rests() {
    let mut console = shown((80, 24));
    console.press("/");
    console.write("host:pay-1");
    console.press("Enter");
    assert_eq!(at(&console), None, "not before it rests");
    let asked = console.pass(SignedDuration::from_secs(1));
    assert!(
        asked.iter().any(|effect| matches!(effect, Effect::Ask(_, Query::Entity(_)))),
        "{asked:?}"
    );
    console.answer(asked);
    assert_eq!(at(&console), Some("host:pay-1"));
    console.press("Esc");
    console.press("/");
    console.write("9999999990");
    console.press("Enter");
    console.pass(SignedDuration::from_secs(1));
    assert_eq!(console.model.screens.graph.beginnings().len(), 1, "words narrow");
}

#[test]
fn an_entity_is_opened_on_the_screen_of_its_kind() {
    let mut console = shown((120, 40));
    console.press("s");
    assert_eq!(console.model.tab, Tab::Runs);
    let mut console = shown((120, 40));
    console.press("/");
    console.write("host:pay-1");
    console.press("Enter");
    let asked = console.pass(SignedDuration::from_secs(1));
    console.answer(asked);
    console.press("s");
    assert_eq!(console.model.tab, Tab::Graph);
    assert!(console.text().contains("its kind has no screen"), "{}", console.text());
}

#[test]
fn what_there_is_instead_of_rows() {
    let mut console = Console::live((80, 24));
    console.send(What::Key(daemon::key("8")));
    compare("loading", &console);
    let mut console = Console::live((80, 24));
    console.daemon.faults = true;
    console.press("8");
    compare("denied", &console);
    let mut console = shown((80, 24));
    let asked = console.send(What::Key(daemon::key("Enter")));
    for effect in asked {
        let Effect::Ask(ticket, _) = effect else { continue };
        console.send(What::Reply(ticket, Err(daemon::fault(FaultKind::NotFound))));
    }
    compare("not-found", &console);
    let mut console = shown((80, 24));
    console.press("Enter");
    console.disconnect();
    console.pass(SignedDuration::from_secs(14));
    compare("stale", &console);
    let mut console = Console::live((80, 24));
    for effect in console.send(What::Key(daemon::key("8"))) {
        let Effect::Ask(ticket, Query::GraphRuns(_)) = effect else { continue };
        console.send(What::Reply(ticket, Ok(Answer::GraphRuns(Box::default()))));
    }
    compare("empty", &console);
}
