//! Laws of the graph: what facts add, that nothing crosses tenants, that walks end.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fs,
    path::Path,
};

use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::*;
use crate::event::Envelope;

/// A graph in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    entities: BTreeMap<(String, EntityKey), Entity>,
    edges: BTreeMap<(String, EntityKey, EdgeKind, EntityKey), Edge>,
}

impl Model {
    fn take(&mut self, recorded: &Recorded) {
        let tenant = &recorded.tenant;
        for change in &recorded.changes {
            match change {
                Change::Entity(change) => {
                    let place = (tenant.clone(), change.key.clone());
                    let at = (recorded.seq, recorded.at);
                    let entity = Entity::after(self.entities.remove(&place), change, at);
                    self.entities.insert(place, entity);
                }
                Change::Edge(edge) => {
                    let (from, to) = (edge.from.clone(), edge.to.clone());
                    self.edges.insert((tenant.clone(), from, edge.kind, to), edge.clone());
                }
            }
        }
    }

    fn of(records: &[(u64, Envelope)]) -> Self {
        let mut model = Self::default();
        records.iter().for_each(|(seq, envelope)| model.take(&changes(*seq, envelope)));
        model
    }

    fn state(&self, key: &EntityKey) -> (&str, Life) {
        let found = self.entities.iter().find(|((_, known), _)| known == key);
        let (_, found) = found.unwrap_or_else(|| panic!("there is no {key}"));
        (&found.state, found.life)
    }

    fn has(&self, from: &EntityKey, kind: EdgeKind, to: &EntityKey) -> bool {
        self.edges.values().any(|edge| edge.from == *from && edge.kind == kind && edge.to == *to)
    }
}

/// One event of every kind there is, as the ledger keeps it.
fn golden() -> Vec<Envelope> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/events");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    files.into_iter().map(read).collect()
}

/// The golden event of a kind, with parts of its data replaced.
fn event(kind: &str, data: &[(&str, Value)]) -> Envelope {
    let found = golden().into_iter().find(|envelope| envelope.event.kind() == kind).unwrap();
    let mut json = serde_json::to_value(found).unwrap();
    for (name, value) in data {
        json["event"]["data"][name] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

fn records(events: impl IntoIterator<Item = Envelope>) -> Vec<(u64, Envelope)> {
    (1..).zip(events).collect()
}

const RUN: &str = "run_01kah6t4s0e9bsz7m2tqk0x3q5";
const DIGEST: &str = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

fn run() -> EntityKey {
    RUN.parse().unwrap()
}

#[test]
fn a_run_has_its_workflow_starter_decision_tasks_hosts_and_files() {
    let started = event(
        "run.started",
        &[
            ("run", RUN.into()),
            ("tasks", serde_json::json!(["disk"])),
            ("hosts", serde_json::json!({"disk": [{"name": "web-1"}], "below/a": [{"name": "x"}]})),
            ("inputs", serde_json::json!({"deep": {"image": [format!("registry/app@{DIGEST}")]}})),
        ],
    );
    let artifact = serde_json::json!([{"name": "report", "digest": "sha256:bb", "sizeBytes": 7}]);
    let completed = event(
        "task.completed",
        &[("run", RUN.into()), ("task", "disk".into()), ("artifacts", artifact)],
    );
    let leased = event("task.leased", &[("run", RUN.into()), ("task", "disk".into())]);
    let ended = event("run.ended", &[("run", RUN.into()), ("status", "succeeded".into())]);
    let model = Model::of(&records([started, leased, completed, ended]));
    let task = EntityKey::task(RUN, "disk");
    let host = EntityKey::host("web-1");
    let made = EntityKey::artifact("sha256:bb");
    assert_eq!(model.state(&run()), ("succeeded", Life::Live));
    assert!(model.has(&run(), EdgeKind::OfWorkflow, &"workflow:disk-check@1.0.0".parse().unwrap()));
    assert!(model.has(&run(), EdgeKind::StartedBy, &"user:uid:1000".parse().unwrap()));
    let decision = "dec_01kah6t4s0e9bsz7m2tqk0x3q5".parse().unwrap();
    assert!(model.has(&run(), EdgeKind::DecidedBy, &decision));
    assert!(model.has(&task, EdgeKind::PartOf, &run()));
    assert!(
        model.has(&run(), EdgeKind::Touched, &host) && model.has(&task, EdgeKind::Touched, &host)
    );
    assert!(!model.has(&run(), EdgeKind::Touched, &EntityKey::host("x")), "a run below did");
    assert!(model.has(&run(), EdgeKind::Consumed, &EntityKey::artifact(DIGEST)));
    assert!(model.has(&run(), EdgeKind::Produced, &made));
    assert!(model.has(&task, EdgeKind::Produced, &made));
}

#[test]
fn what_is_removed_or_retired_stays_and_says_so() {
    let version: EntityKey = "workflow:gone@1.0.0".parse().unwrap();
    let named = |kind: &str| {
        let versions = serde_json::json!(["1.0.0"]);
        event(kind, &[("name", "gone".into()), ("versions", versions)])
    };
    let mut events = vec![named("workflow.deprecated")];
    assert_eq!(Model::of(&records(events.clone())).state(&version), ("deprecated", Life::Live));
    events.push(named("workflow.retired"));
    assert_eq!(Model::of(&records(events)).state(&version), ("retired", Life::Archived));
    let schedule: EntityKey = "schedule:dev/local/nightly".parse().unwrap();
    let of = |kind: &str| event(kind, &[("name", "nightly".into())]);
    let model = Model::of(&records([of("schedule.set"), of("schedule.removed")]));
    assert_eq!(model.state(&schedule), ("removed", Life::Deleted));
    assert!(model.edges.values().any(|edge| edge.kind == EdgeKind::Starts), "what it was stays");
}

#[test]
fn an_approval_has_who_asked_who_signed_and_what_came_of_it() {
    let approval = "apr_01kah6t4s0e9bsz7m2tqk0x3q5";
    let about = |kind: &str, more: &[(&str, Value)]| {
        let mut data = vec![("approval", Value::from(approval))];
        data.extend(more.iter().cloned());
        event(kind, &data)
    };
    let signed = |who: &str| about("approval.signed", &[("principal", who.into())]);
    let model = Model::of(&records([
        about("approval.requested", &[]),
        signed("uid:3001"),
        signed("uid:3002"),
        about("approval.granted", &[("run", RUN.into())]),
    ]));
    let key: EntityKey = approval.parse().unwrap();
    assert_eq!(model.state(&key), ("granted", Life::Live));
    for who in ["user:uid:3001", "user:uid:3002"] {
        assert!(model.has(&key, EdgeKind::SignedBy, &who.parse().unwrap()), "{who}");
    }
    assert!(model.has(&run(), EdgeKind::ApprovedBy, &key));
}

#[test]
fn receipts_and_files_that_are_brought_have_one_arm_each() {
    let mut model = Model::default();
    let issued = [("run", RUN.into()), ("receipt", "rcpt_01kah6t4s0e9bsz7m2tqk0x3q5".into())];
    model.take(&changes(7, &event("receipt.issued", &issued)));
    let location = serde_json::json!({"at": "stored", "digest": DIGEST, "sizeBytes": 12});
    let brought = [("run", RUN.into()), ("location", location)];
    model.take(&changes(8, &event("artifact.recorded", &brought)));
    let receipt = "rcpt_01kah6t4s0e9bsz7m2tqk0x3q5".parse().unwrap();
    assert!(model.has(&run(), EdgeKind::Received, &receipt));
    assert!(model.has(&run(), EdgeKind::Produced, &EntityKey::artifact(DIGEST)));
}

#[test]
fn names_are_read_as_they_are_written() {
    let names = [
        "workflow:deploy@1.0.0",
        "run:run_1",
        "task:run_1/build[web-1]",
        "user:uid:1000",
        "system:service:ci",
        "resource:host:web-1",
        "artifact:sha256:aa",
        "schedule:prod/eu/nightly",
    ];
    for name in names {
        let key: EntityKey = name.parse().unwrap();
        assert_eq!(key.to_string(), name);
    }
    for (short, whole) in [
        ("run_1/a", "task:run_1/a"),
        ("host:web-1", "resource:host:web-1"),
        ("uid:1000", "user:uid:1000"),
        ("system", "system:system"),
        ("service:ci", "system:service:ci"),
    ] {
        assert_eq!(short.parse::<EntityKey>().unwrap().to_string(), whole);
    }
    for nothing in ["", "workflow:", "deploy", "a\nb", &"x".repeat(300)] {
        assert!(nothing.parse::<EntityKey>().is_err(), "{nothing}");
    }
}

#[test]
fn a_digraph_names_every_node_and_edge_and_escapes_what_it_must() {
    let (from, to) = (EntityKey::host("a\"b\\"), run());
    let edge = Edge {
        from: to.clone(),
        kind: EdgeKind::Touched,
        to: from.clone(),
        seq: 1,
        at: Timestamp::default(),
        note: String::new(),
    };
    let node = |key: &EntityKey, depth| Node { key: key.clone(), depth, via: None };
    let nodes = vec![node(&from, 0), node(&to, 1)];
    let walked = Walked { nodes, edges: vec![edge], truncated: false };
    let text = dot(&walked, |_| None);
    assert!(text.starts_with("digraph conductor {\n") && text.ends_with("}\n"), "{text}");
    assert!(text.contains(r#""resource:host:a\"b\\" [label="resource\nhost:a\"b\\""#), "{text}");
    assert!(text.contains(r#" -> "resource:host:a\"b\\" [label="touched"]"#), "{text}");
}

/// Edges between numbered hosts, so that circles are easily made.
struct Ring(BTreeSet<(u8, u8)>);

fn host(number: u8) -> EntityKey {
    EntityKey::host(&number.to_string())
}

impl Edges for Ring {
    type Error = Infallible;

    fn edges(&self, of: &EntityKey, step: Step, limit: usize) -> Result<Vec<Edge>, Infallible> {
        let edge = |(from, to): &(u8, u8)| Edge {
            from: host(*from),
            kind: EdgeKind::Calls,
            to: host(*to),
            seq: 1,
            at: Timestamp::default(),
            note: String::new(),
        };
        let end = |edge: &Edge| match step.direction {
            Direction::Out => edge.from == *of,
            Direction::In => edge.to == *of,
        };
        let all = self.0.iter().map(edge);
        Ok(all.filter(|edge| step.kind == edge.kind && end(edge)).take(limit).collect())
    }

    fn shows(&self, key: &EntityKey) -> Result<bool, Infallible> {
        Ok(*key != host(7))
    }
}

/// All that can be reached against the direction of the edges, without what is hidden.
fn reachable(ring: &Ring, start: u8) -> BTreeSet<EntityKey> {
    let mut found = BTreeSet::from([start]);
    loop {
        let next: BTreeSet<u8> = ring
            .0
            .iter()
            .filter(|(from, to)| found.contains(to) && *from != 7)
            .map(|(from, _)| *from)
            .collect();
        let before = found.len();
        found.extend(next);
        if found.len() == before {
            return found.into_iter().map(host).collect();
        }
    }
}

/// Records of two tenants, in any order of the kinds.
fn any_records() -> impl Strategy<Value = Vec<(u64, Envelope)>> {
    let golden = golden();
    let one = (0..golden.len(), any::<bool>()).prop_map(move |(place, other)| {
        let mut envelope = golden[place].clone();
        envelope.scope.tenant = if other { "other" } else { "default" }.to_owned();
        envelope
    });
    vec(one, 0..24).prop_map(records)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_record_that_is_folded_twice_is_folded_once(records in any_records()) {
        let once = Model::of(&records);
        let mut twice = Model::default();
        for (seq, envelope) in &records {
            twice.take(&changes(*seq, envelope));
            twice.take(&changes(*seq, envelope));
        }
        prop_assert_eq!(&once, &twice);
        // What entities have come to, older records don't take back.
        let mut again = once.clone();
        records.iter().for_each(|(seq, envelope)| again.take(&changes(*seq, envelope)));
        for (place, entity) in &once.entities {
            let found = &again.entities[place];
            prop_assert_eq!((&entity.state, entity.life), (&found.state, found.life));
        }
    }

    #[test]
    fn no_tenant_has_anything_of_another_and_every_edge_has_both_ends(records in any_records()) {
        let both = Model::of(&records);
        for tenant in ["default", "other"] {
            let own: Vec<_> =
                records.iter().filter(|(_, known)| known.scope.tenant == tenant).cloned().collect();
            let alone = Model::of(&own);
            let mut part = both.clone();
            part.entities.retain(|(owner, _), _| owner == tenant);
            part.edges.retain(|(owner, ..), _| owner == tenant);
            prop_assert_eq!(&part, &alone);
            for (_, from, _, to) in part.edges.keys() {
                for end in [from, to] {
                    let place = (tenant.to_owned(), end.clone());
                    prop_assert!(part.entities.contains_key(&place), "{} of {}", end, tenant);
                }
            }
        }
    }

    #[test]
    fn a_walk_ends_on_circles_and_says_when_there_is_more(
        edges in proptest::collection::btree_set((0_u8..12, 0_u8..12), 0..50),
        (depth, nodes, fan) in (0_u32..14, 1_usize..14, 1_usize..14),
    ) {
        let ring = Ring(edges);
        let bounds = Bounds { depth, nodes, fan };
        let walked = walk(&host(0), Purpose::Blast, bounds, &ring).unwrap();
        prop_assert!(walked.nodes.len() <= nodes);
        let keys: BTreeSet<_> = walked.nodes.iter().map(|node| node.key.clone()).collect();
        prop_assert_eq!(keys.len(), walked.nodes.len(), "each once");
        for node in &walked.nodes[1..] {
            prop_assert!(node.depth <= depth);
            let via = &walked.edges[node.via.unwrap()];
            prop_assert!(via.from == node.key && keys.contains(&via.to));
        }
        let all = reachable(&ring, 0);
        prop_assert!(keys.is_subset(&all), "nothing hidden, and nothing behind it");
        if !walked.truncated {
            prop_assert_eq!(keys, all);
        }
    }
}
