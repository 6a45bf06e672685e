//! What a receipt states: in-toto Statement v1, SLSA provenance v1, and what we add to it.

use conductor_domain::event::{Envelope, Event};
use conductor_keys::receipt::{PREDICATE_TYPE, STATEMENT_TYPE};
use conductor_protocol::id::ReceiptId;
use serde_json::{Map, Value, json};

use super::{change, look::Look, maker::MakeError, names, run};

/// How much of a run its receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// Everything.
    Whole,
    /// No list of logs besides the steps.
    Steps,
    /// Steps by task, in numbers.
    Tasks,
    /// Inputs, artifacts and texts that were signed by their digests alone.
    Numbers,
}

/// A record, and what is known of it.
pub(super) struct Found<'f> {
    pub(super) record: u64,
    pub(super) receipt: ReceiptId,
    /// The record's hash as a leaf of the log's tree, in hexadecimal.
    pub(super) leaf: String,
    /// The log's name.
    pub(super) log: &'f str,
    /// Of the daemon's program.
    pub(super) version: &'f str,
    /// Where in the log it is, with the proof.
    pub(super) ledger: Value,
    pub(super) envelope: &'f Envelope,
}

/// What of a predicate depends on what happened.
pub(super) struct Said {
    /// Besides the record itself.
    pub(super) subjects: Vec<Value>,
    pub(super) build_type: String,
    pub(super) external: Value,
    pub(super) internal: Value,
    pub(super) dependencies: Vec<Value>,
    pub(super) invocation: String,
    pub(super) started: String,
    pub(super) byproducts: Vec<Value>,
    /// Ours, by names that begin with `conductor_`.
    pub(super) more: Map<String, Value>,
}

pub(super) fn statement(
    look: &Look<'_>,
    found: &Found<'_>,
    detail: Detail,
) -> Result<Value, MakeError> {
    let envelope = found.envelope;
    let said = match &envelope.event {
        Event::RunEnded(ended) => run::said(look, found, (ended, detail))?,
        _ => change::said(look, found, detail)?,
    };
    let name = match envelope.event.run() {
        Some(run) => run.to_string(),
        None => format!("{}:{}", envelope.event.kind(), envelope.event.subject()),
    };
    let mut subjects = vec![json!({"name": name, "digest": {"sha256": found.leaf}})];
    subjects.extend(said.subjects);
    let mut predicate = json!({
        "buildDefinition": {
            "buildType": said.build_type,
            "externalParameters": said.external,
            "internalParameters": said.internal,
            "resolvedDependencies": said.dependencies,
        },
        "runDetails": {
            "builder": {"id": names::builder(found.log), "version": {"conductord": found.version}},
            "metadata": {
                "invocationId": said.invocation,
                "startedOn": said.started,
                "finishedOn": envelope.at.rfc3339(),
            },
            "byproducts": said.byproducts,
        },
        "conductor_receipt": {
            "id": found.receipt,
            "kind": envelope.event.kind(),
            "recordedAtUnixMs": envelope.at.unix_ms,
            "principal": envelope.principal,
        },
    });
    if let Some(predicate) = predicate.as_object_mut() {
        predicate.extend(said.more);
        predicate.insert("conductor_ledger".to_owned(), found.ledger.clone());
    }
    Ok(json!({
        "_type": STATEMENT_TYPE,
        "subject": subjects,
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }))
}

/// A digest as in-toto has it, of one that begins with `sha256:`.
pub(super) fn digest(text: &str) -> Value {
    json!({"sha256": text.strip_prefix("sha256:").unwrap_or(text)})
}
