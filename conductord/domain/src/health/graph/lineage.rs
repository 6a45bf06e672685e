//! Runs as OpenLineage tells of them, version 2-0-2 of its model.
//!
//! A run is a run, its workflow the job, and files are datasets, by their digests. What began has a
//! `START` event, what ended one of `COMPLETE`, `FAIL` and `ABORT` besides.

use conductor_protocol::id::RunId;
use serde_json::{Map, Value, json};

use super::Entity;

/// Who says so.
pub const PRODUCER: &str = "urn:conductor:conductord";
const SCHEMA: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const FACETS: &str = "https://openlineage.io/spec/facets";

/// A file that a run was given, or left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// `sha256:…`
    pub digest: String,
    /// What it was called there; empty where nobody said.
    pub name: String,
}

/// What is told of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageRun {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub run: RunId,
    /// What the graph has of it.
    pub entity: Entity,
    /// The run that it carries out a task of, and the workflow of that.
    pub parent: Option<(RunId, String)>,
    /// What it was given.
    pub inputs: Vec<Dataset>,
    /// What it left behind.
    pub outputs: Vec<Dataset>,
}

/// The events of a run, in their order.
#[must_use]
pub fn run_events(run: &LineageRun) -> Vec<Value> {
    let begun = run.entity.first_at.rfc3339();
    let mut events = vec![event(run, "START", &begun, &[])];
    let ending = match run.entity.state.as_str() {
        "succeeded" => "COMPLETE",
        "failed" | "timed_out" => "FAIL",
        "cancelled" => "ABORT",
        _ => return events,
    };
    let ended = match run.entity.attribute("ended_at") {
        "" => run.entity.last_at.rfc3339(),
        at => at.to_owned(),
    };
    events.push(event(run, ending, &ended, &run.outputs));
    events
}

fn event(run: &LineageRun, kind: &str, at: &str, outputs: &[Dataset]) -> Value {
    let datasets = |given: &[Dataset]| -> Vec<Value> {
        given.iter().map(|dataset| shown(&run.tenant, dataset)).collect()
    };
    json!({
        "eventType": kind,
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "run": {"runId": uuid(run.run), "facets": run_facets(run)},
        "job": {
            "namespace": namespace(run),
            "name": run.entity.attribute("workflow"),
            "facets": {"jobType": facet("2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet", json!({
                "processingType": "BATCH", "integration": "CONDUCTOR", "jobType": "WORKFLOW",
            }))},
        },
        "inputs": datasets(&run.inputs),
        "outputs": datasets(outputs),
    })
}

fn run_facets(run: &LineageRun) -> Map<String, Value> {
    let mut facets = Map::new();
    if let Some((parent, workflow)) = &run.parent {
        let above = json!({
            "run": {"runId": uuid(*parent)},
            "job": {"namespace": namespace(run), "name": workflow},
        });
        let kind = "1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet";
        facets.insert("parent".into(), facet(kind, above));
    }
    let due = run.entity.attribute("due");
    if !due.is_empty() {
        let kind = "1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet";
        facets.insert("nominalTime".into(), facet(kind, json!({"nominalStartTime": due})));
    }
    if matches!(run.entity.state.as_str(), "failed" | "timed_out") {
        let kind = "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet";
        let message = format!("the run ended as {}", run.entity.state);
        // The format asks for the language of what failed; a run is no program.
        let said = json!({"message": message, "programmingLanguage": "none"});
        facets.insert("errorMessage".into(), facet(kind, said));
    }
    facets
}

fn shown(tenant: &str, dataset: &Dataset) -> Value {
    let version = "1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet";
    let mut facets = Map::new();
    let digest = json!({"datasetVersion": dataset.digest});
    facets.insert("version".into(), facet(version, digest));
    if !dataset.name.is_empty() {
        let kind = "1-1-0/DocumentationDatasetFacet.json#/$defs/DocumentationDatasetFacet";
        let said = facet(kind, json!({"description": dataset.name}));
        facets.insert("documentation".into(), said);
    }
    json!({"namespace": format!("conductor://{tenant}"), "name": dataset.digest, "facets": facets})
}

fn facet(kind: &str, said: Value) -> Value {
    let mut facet = json!({"_producer": PRODUCER, "_schemaURL": format!("{FACETS}/{kind}")});
    if let (Value::Object(facet), Value::Object(said)) = (&mut facet, said) {
        facet.extend(said);
    }
    facet
}

/// Workflows of the same name in two environments are two jobs.
fn namespace(run: &LineageRun) -> String {
    let Entity { environment, region, .. } = &run.entity;
    format!("conductor://{}/{environment}/{region}", run.tenant)
}

/// The id as a UUID is written: a run's id is one.
fn uuid(run: RunId) -> String {
    let hex = format!("{:032x}", run.bits());
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

/// The bits of a UUID: what ids are made of.
#[must_use]
pub fn bits_of_uuid(text: &str) -> Option<u128> {
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    let whole = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| u128::from_str_radix(&hex, 16).ok()).flatten()
}
