//! What runs are told as to others: held against the OpenLineage specification's own schemas.

use conductor_domain::{
    health::graph::{Dataset, Entity, EntityKey, LineageRun, run_events},
    time::Timestamp,
};
use conductor_protocol::id::RunId;
use serde_json::{Map, Value, json};

use super::bench::{Bench, started};
use crate::views::graph::{Graph, catch_up};

macro_rules! schema {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/schemas/openlineage/", $name, ".json"))
    };
}

const SPECIFICATION: &str = schema!("OpenLineage");
/// Facets by where they stand, with the name of their definition.
const FACETS: [(&str, &str, &str); 6] = [
    ("/run/facets/parent", "ParentRunFacet", schema!("ParentRunFacet")),
    ("/run/facets/nominalTime", "NominalTimeRunFacet", schema!("NominalTimeRunFacet")),
    ("/run/facets/errorMessage", "ErrorMessageRunFacet", schema!("ErrorMessageRunFacet")),
    ("/job/facets/jobType", "JobTypeJobFacet", schema!("JobTypeJobFacet")),
    (
        "/outputs/0/facets/version",
        "DatasetVersionDatasetFacet",
        schema!("DatasetVersionDatasetFacet"),
    ),
    (
        "/inputs/0/facets/documentation",
        "DocumentationDatasetFacet",
        schema!("DocumentationDatasetFacet"),
    ),
];

fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let checker = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    checker.iter_errors(value).map(|error| error.to_string()).collect()
}

fn definitions(text: &str) -> Map<String, Value> {
    // The facets refer to the specification by its address; here they stand beside one another.
    let text = text.replace("https://openlineage.io/spec/2-0-2/OpenLineage.json#", "#");
    let schema: Value = serde_json::from_str(&text).unwrap();
    schema["$defs"].as_object().unwrap().clone()
}

/// The event is a run event, and each of its facets one of the specification's.
fn holds(event: &Value) -> usize {
    let known = definitions(SPECIFICATION);
    let whole = json!({"$defs": known, "$ref": "#/$defs/RunEvent"});
    assert_eq!(problems(&whole, event), Vec::<String>::new(), "{event:#}");
    let mut found = 0;
    for (place, name, text) in FACETS {
        let Some(facet) = event.pointer(place) else { continue };
        let mut all = known.clone();
        all.extend(definitions(text));
        let schema = json!({"$defs": all, "$ref": format!("#/$defs/{name}")});
        assert_eq!(problems(&schema, facet), Vec::<String>::new(), "{facet:#}");
        let version = facet["_schemaURL"].as_str().unwrap().to_owned();
        let schema: Value = serde_json::from_str(text).unwrap();
        assert!(version.starts_with(schema["$id"].as_str().unwrap()), "{version}");
        found += 1;
    }
    found
}

fn file(digest: &str) -> Dataset {
    Dataset { digest: digest.to_owned(), name: "report.txt".to_owned() }
}

/// A run as the graph has it, with everything that can be told of one.
fn told(entity: Entity, run: RunId) -> LineageRun {
    LineageRun {
        tenant: "default".to_owned(),
        run,
        parent: Some((RunId::from_bits(7 << 76), "above".to_owned())),
        inputs: vec![file("sha256:aa")],
        outputs: vec![file("sha256:bb")],
        entity,
    }
}

#[test]
fn runs_are_told_as_the_specification_has_it() {
    let mut bench = Bench::with_workflow();
    let run = started(bench.start(None));
    catch_up(&*bench.store, &bench.ledger, &mut |_| true).unwrap();
    let graph = Graph::new(bench.store.clone());
    let mut entity = graph.entity("default", &EntityKey::run(run)).unwrap().unwrap();
    let began = run_events(&told(entity.clone(), run));
    assert_eq!(began.len(), 1, "it has not ended");
    holds(&began[0]);
    assert_eq!(began[0]["job"]["name"], "laws");
    assert_eq!(began[0]["outputs"], json!([]));

    let due = Timestamp::from_unix_ms(1_763_719_200_000).rfc3339();
    entity.attributes.insert("due".to_owned(), due);
    for (state, kind) in [
        ("succeeded", "COMPLETE"),
        ("failed", "FAIL"),
        ("timed_out", "FAIL"),
        ("cancelled", "ABORT"),
    ] {
        entity.state = state.to_owned();
        let events = run_events(&told(entity.clone(), run));
        assert_eq!(events.len(), 2);
        assert_eq!(
            (&events[0]["eventType"], &events[1]["eventType"]),
            (&json!("START"), &json!(kind))
        );
        assert_eq!(events[0]["run"]["runId"], events[1]["run"]["runId"]);
        let facets = holds(&events[1]);
        assert_eq!(facets, if kind == "FAIL" { 6 } else { 5 }, "{state}");
        assert_eq!(events[1]["outputs"][0]["name"], "sha256:bb");
    }
}

#[test]
fn what_is_no_event_is_told_from_one() {
    let known = definitions(SPECIFICATION);
    let whole = json!({"$defs": known, "$ref": "#/$defs/RunEvent"});
    let event = json!({"eventType": "ENDED", "eventTime": "soon", "run": {"runId": "run_1"}});
    assert!(problems(&whole, &event).len() >= 3, "the schema and its formats are looked at");
}
