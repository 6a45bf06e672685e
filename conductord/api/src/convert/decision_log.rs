//! Recorded decisions as events of OPA's decision log, so that whatever reads those reads ours.
//!
//! The names are OPA's: `labels`, `decision_id`, `bundles`, `path`, `input`, `result`, `timestamp`,
//! `requested_by`, `trace_id`, `metrics`. What OPA has no name for is below `custom`.

use conductor_engine::{
    obligations::{MASKED, Mask},
    service::DecisionRow,
};
use serde_json::{Value, json};

use super::rfc3339;

/// The rule that is asked, as OPA names it.
const PATH: &str = "conductor/authz/decision";
/// What a bundle is called there.
const BUNDLE: &str = "conductor";

/// Who says so.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Origin of the ledger.
    pub(crate) id: String,
    /// Version of the daemon.
    pub(crate) version: String,
}

/// One decision.
///
/// What a mask leaves out is named in `masked`, as OPA does: `/input/subject/principal`.
pub(crate) fn event(row: &DecisionRow, source: &Source, mask: &Mask) -> Value {
    let mut event = whole(row, source);
    if mask.is_empty() {
        return event;
    }
    if let Some(input) = event["input"].as_object_mut() {
        mask.object("input", input);
    }
    if mask.covers("principal") {
        let principal = row.principal.to_string();
        // Its sentences may name them, too.
        let text = event.to_string();
        let hidden = serde_json::from_str(&text.replace(&principal, MASKED));
        event = hidden.unwrap_or(Value::Null);
    }
    let mut masked = Vec::new();
    gather(&event, String::new(), &mut masked);
    event["masked"] = masked.into();
    event
}

/// The places of what was masked, as JSON pointers.
fn gather(value: &Value, place: String, into: &mut Vec<Value>) {
    match value {
        Value::String(text) if text == MASKED => into.push(place.into()),
        Value::Object(fields) => {
            for (name, below) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                gather(below, format!("{place}/{name}"), into);
            }
        }
        Value::Array(elements) => {
            for (number, below) in elements.iter().enumerate() {
                gather(below, format!("{place}/{number}"), into);
            }
        }
        _ => {}
    }
}

fn whole(row: &DecisionRow, source: &Source) -> Value {
    let recorded = &row.recorded;
    let verdict = &recorded.verdict;
    let mut event = json!({
        "labels": {"app": "conductord", "id": source.id, "version": source.version},
        "decision_id": recorded.id.to_string(),
        "bundles": {BUNDLE: {"revision": verdict.bundle_revision}},
        "path": PATH,
        "input": recorded.input,
        "result": {
            "allow": verdict.allow,
            "reasons": verdict.reasons,
            "obligations": verdict.obligations,
            "risk": verdict.risk,
            "rules": verdict.rules,
        },
        "requested_by": row.principal.to_string(),
        "timestamp": rfc3339(row.at).replace("+00:00", "Z"),
        "metrics": {"timer_rego_query_eval_ns": verdict.duration_us.saturating_mul(1_000)},
        "custom": {"seq": row.seq, "count": recorded.count, "cached": verdict.cached},
    });
    if !recorded.unmet.is_empty() {
        event["custom"]["unmet"] = recorded.unmet.clone().into();
    }
    event
}
