//! Keys that sign the log, in lines of a timeline.

use conductor_domain::event::Event;

use super::timeline::because;

/// The decision behind an order.
pub(super) fn decision(event: &Event) -> Option<String> {
    match event {
        Event::SigningKeyRotationOrdered(event) => Some(event.decision.clone()),
        _ => None,
    }
}

/// What happened to the key in force.
pub(super) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::SigningKeyRotationOrdered(event) => {
            format!("{by} ordered that another key signs the log{}", because(&event.reason))
        }
        Event::SigningKeyRotated(event) => format!(
            "{} signs the log from {} records on, in {}; {} ordered it{}",
            event.new_key,
            event.from,
            event.place,
            event.ordered_by,
            because(&event.reason)
        ),
        Event::SigningKeyRotationFailed(event) => {
            format!("the key that signs the log was not replaced: {}", event.problem)
        }
        Event::SigningKeyDue(event) => format!(
            "the key that signs the log has done so since {}, and is to be replaced",
            event.since.rfc3339()
        ),
        _ => return None,
    })
}
