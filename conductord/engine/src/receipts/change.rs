//! What the receipt of anything but a run's end says: who changed what, and by which decision.

use conductor_domain::event::Event;
use serde_json::{Map, Value, json};

use super::{
    evidence,
    look::Look,
    maker::MakeError,
    names,
    statement::{Detail, Found, Said},
};

/// Records before a change among which its decision is looked for first.
const DECISIONS_NEAR: usize = 4;
/// Characters of a fact that is given as it is.
const FACT_CHARS_MAX: usize = 256;
/// What has a place of its own, or is of no use to anybody but who holds it.
const LEFT_OUT: [&str; 5] = ["signature", "statement", "digest", "secret", "decision"];

pub(super) fn said(look: &Look<'_>, found: &Found<'_>, detail: Detail) -> Result<Said, MakeError> {
    let envelope = found.envelope;
    let (event, scope) = (&envelope.event, &envelope.scope);
    let data = data_of(event);
    let decision = data.get("decision").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let decisions = match decision {
        Some(id) => evidence::decisions(look, (&scope.tenant, id), (found.record, DECISIONS_NEAR))?,
        None => Vec::new(),
    };
    let approvals = match event.approval() {
        Some(id) => evidence::approval(look, &scope.tenant, (id, detail))?,
        None => Vec::new(),
    };
    let mut more = Map::new();
    more.insert("conductor_decisions".to_owned(), Value::Array(decisions));
    more.insert("conductor_approvals".to_owned(), Value::Array(approvals));
    Ok(Said {
        subjects: Vec::new(),
        build_type: names::build_type_of(event.kind()),
        external: json!({
            "action": event.kind(),
            "about": event.subject(),
            "tenant": scope.tenant,
            "environment": scope.environment,
            "region": scope.region,
            "facts": facts(data),
        }),
        internal: json!({}),
        dependencies: Vec::new(),
        invocation: found.receipt.to_string(),
        started: envelope.at.rfc3339(),
        byproducts: Vec::new(),
        more,
    })
}

/// What is recorded of an event besides its kind.
fn data_of(event: &Event) -> Map<String, Value> {
    let written = serde_json::to_value(event).unwrap_or_default();
    match written {
        Value::Object(mut parts) => match parts.remove("data") {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// The short facts of it. The rest is in the record, by its hash.
fn facts(data: Map<String, Value>) -> Map<String, Value> {
    let short = |value: &Value| match value {
        Value::String(text) => text.chars().count() <= FACT_CHARS_MAX,
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    };
    data.into_iter()
        .filter(|(name, value)| !LEFT_OUT.contains(&name.as_str()) && short(value))
        .collect()
}
