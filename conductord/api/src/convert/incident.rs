//! Incidents, and facts about them and about glass as sentences.

use conductor_domain::{
    event::Event,
    scope::Principal,
    trust::incident::{Ended, Incident},
};
use conductor_protocol::v1;

use super::{scope, time};

/// An incident as it stands.
pub(crate) fn incident(known: &Incident) -> v1::Incident {
    let Incident { id, kind, at, approval, run, principal, reason, ended, .. } = known;
    let Ended { by, at: closed, reason: came } = match ended {
        Some(ended) => ended.clone(),
        None => Ended { by: Principal::new(""), at: *at, reason: String::new() },
    };
    v1::Incident {
        incident_id: id.to_string(),
        scope: Some(scope(&known.scope)),
        kind: kind.word().to_owned(),
        sentence: kind.sentence().to_owned(),
        opened_at: Some(time(*at)),
        approval_id: approval.to_string(),
        run_id: run.map(|run| run.to_string()).unwrap_or_default(),
        principal: principal.to_string(),
        reason: reason.clone(),
        closed_by: by.to_string(),
        closed_at: ended.as_ref().map(|_| time(closed)),
        closed_reason: came,
    }
}

/// The decision that a fact about glass or an incident rests on.
pub(crate) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::GlassBroken(e) => Some(e.decision.to_string()),
        Event::IncidentClosed(e) => Some(e.decision.to_string()),
        _ => None,
    }
}

/// A fact about glass or an incident in one line; nothing where it is about something else.
pub(crate) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::GlassBroken(e) => {
            let run = e.run.map(|run| format!(", run {run} was started")).unwrap_or_default();
            let through = match e.terms.through.as_slice() {
                [] => String::new(),
                names => format!(" through the freeze {}", names.join(", ")),
            };
            let (who, due) = (&e.principal, e.due.rfc3339());
            format!(
                "{who} broke glass{through}{run}: {}; {} others have to review it until {due}",
                e.reason, e.terms.review.quorum
            )
        }
        Event::GlassReviewed(e) => {
            let people: Vec<&str> = e.by.iter().map(Principal::as_str).collect();
            format!("{} reviewed what was done alone by {}", people.join(" and "), e.approval)
        }
        Event::IncidentOpened(e) => {
            let why = if e.reason.is_empty() { String::new() } else { format!(": {}", e.reason) };
            format!("incident {}: {} ({}){why}", e.incident, e.kind.sentence(), e.principal)
        }
        Event::IncidentClosed(e) => format!("{by} closed incident {}: {}", e.incident, e.reason),
        _ => return None,
    })
}
