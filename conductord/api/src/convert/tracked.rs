//! Tracked runs and disclosure packs, and facts about them as sentences.

use conductor_domain::{
    event::Event,
    trust::disclosure::Disclosure,
    work::tracked::{Status, Tracked},
};
use conductor_protocol::v1;

use super::{scope, time};

/// A tracked run as it stands.
pub(crate) fn run(known: &Tracked) -> v1::TrackedRun {
    let record = &known.record;
    let status = match record.status {
        Status::Pending => v1::TrackedStatus::Pending,
        Status::Running => v1::TrackedStatus::Running,
        Status::Succeeded => v1::TrackedStatus::Succeeded,
        Status::Failed => v1::TrackedStatus::Failed,
        Status::Cancelled => v1::TrackedStatus::Cancelled,
    };
    v1::TrackedRun {
        run_id: known.id.to_string(),
        scope: Some(scope(&known.scope)),
        name: record.name.clone(),
        owner: record.owner.clone(),
        status: status.into(),
        started_at: Some(time(record.started_at)),
        finished_at: record.finished_at.map(time),
        cost_estimate_micros: record.cost_estimate_micros,
        cost_actual_micros: record.cost_actual_micros,
        related_entity_ids: record.related_entity_ids.clone(),
        related_decision_ids: record.related_decision_ids.clone(),
        metadata_json: serde_json::to_string(&record.metadata).unwrap_or_default(),
        seq: known.seq,
        decision_id: known.decision.to_string(),
    }
}

/// A disclosure pack.
pub(crate) fn disclosure(known: &Disclosure) -> v1::Disclosure {
    let said = &known.said;
    v1::Disclosure {
        disclosure_id: said.disclosure.to_string(),
        scope: Some(scope(&known.scope)),
        run_id: said.run.to_string(),
        summary: said.summary.clone(),
        artifact_ids: said.artifact_ids.clone(),
        created_at: Some(time(known.at)),
        created_by: known.by.clone(),
        metadata_json: serde_json::to_string(&said.metadata).unwrap_or_default(),
        decision_id: said.decision.to_string(),
    }
}

/// The decision that such a fact rests on.
pub(crate) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::TrackedCreated(e) => Some(e.decision.to_string()),
        Event::TrackedChanged(e) => Some(e.decision.to_string()),
        Event::DisclosureCreated(e) => Some(e.decision.to_string()),
        _ => None,
    }
}

/// Such a fact in one line; nothing where it is about something else.
pub(crate) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::TrackedCreated(e) => {
            let (name, owner) = (&e.record.name, &e.record.owner);
            format!("{by} tracks run {} of {owner}: {name}", e.run)
        }
        Event::TrackedChanged(e) if e.from != e.record.status => {
            let (was, is) = (e.from.word(), e.record.status.word());
            format!("{by} says that tracked run {} went from {was} to {is}", e.run)
        }
        Event::TrackedChanged(e) => {
            format!("{by} changed {} of tracked run {}", e.changed.join(", "), e.run)
        }
        Event::DisclosureCreated(e) => {
            format!("{by} made disclosure pack {} of run {}: {}", e.disclosure, e.run, e.summary)
        }
        _ => return None,
    })
}
