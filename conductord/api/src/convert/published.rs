//! What happened to published workflows, in lines of a timeline.

use conductor_domain::{event::Event, intent::workflow::Deprecated, trust::unsigned::Refused};

use super::timeline::because;

/// A fact about a published workflow in one line; `None` of anything else.
pub(super) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::WorkflowPublished(e) => format!("{by} published `{}` {}", e.name, e.version),
        Event::WorkflowDeprecated(e) => deprecated(e, by),
        Event::WorkflowUndeprecated(e) => {
            let why = because(&e.reason);
            format!("{by} took back that `{}` {} is deprecated{why}", e.name, e.versions.join(", "))
        }
        Event::WorkflowRetired(e) => {
            format!("{by} retired `{}` {}{}", e.name, e.versions.join(", "), because(&e.reason))
        }
        Event::WorkflowReviewed(e) => {
            let word = if e.accepted { "accepted" } else { "rejected" };
            format!("{by} {word} `{}` {}{}", e.name, e.version, because(&e.reason))
        }
        Event::WorkflowCountersigned(e) => {
            format!("{} countersigned `{}` {}", e.signature.principal, e.name, e.version)
        }
        Event::RunbookRefused(e) => refused(e),
        _ => return None,
    })
}

fn refused(event: &Refused) -> String {
    let Refused { workflow, version, action, by, why, problem, count } = event;
    let times = if *count > 1 { format!(", {count} times") } else { String::new() };
    let why = if problem.is_empty() { why.word() } else { problem };
    format!("{action} of `{workflow}` {version} by {by} was refused{times}: {why}")
}

fn deprecated(event: &Deprecated, by: &str) -> String {
    let instead = match event.instead.as_str() {
        "" => String::new(),
        instead => format!("; use {instead} instead"),
    };
    let why = because(&event.reason);
    format!("{by} deprecated `{}` {}{why}{instead}", event.name, event.versions.join(", "))
}
