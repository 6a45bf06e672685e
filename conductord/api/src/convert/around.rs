//! What happens around runs and workflows as lines for people: people and tenants, schedules, and
//! policy's bundles.

use conductor_domain::{
    event::{Envelope, Event},
    trust::bundle,
};

use super::{schedule, timeline::because};

/// A fact in one line; of one that is told elsewhere its kind.
pub(super) fn describe(envelope: &Envelope) -> String {
    let by = &envelope.principal;
    match &envelope.event {
        Event::IdentityGranted(e) => format!("{by} gave `{}` to {}", e.role, e.principal),
        Event::IdentityRevoked(e) => format!("{by} took `{}` from {}", e.role, e.principal),
        Event::IdentityDescribed(e) => {
            let names: Vec<&str> = e.attributes.keys().map(String::as_str).collect();
            format!("{by} set what is known of {}: {}", e.principal, names.join(", "))
        }
        Event::TenantCreated(e) => format!("{by} created tenant `{}`", e.name),
        Event::TenantConfigured(e) => {
            format!("{by} configured tenant `{}`, version {}", e.name, e.version)
        }
        Event::TenantSuspended(e) => format!("{by} suspended tenant `{}`: {}", e.name, e.reason),
        Event::TenantResumed(e) => {
            format!("{by} resumed tenant `{}`{}", e.name, because(&e.reason))
        }
        Event::ScheduleSet(e) => format!("{by} set schedule `{}`, version {}", e.name, e.version),
        Event::SchedulePaused(e) => {
            format!("{by} paused schedule `{}`{}", e.name, because(&e.reason))
        }
        Event::ScheduleResumed(e) => format!("{by} resumed schedule `{}`", e.name),
        Event::ScheduleRemoved(e) => format!("{by} removed schedule `{}`", e.name),
        Event::ScheduleQueued(e) => schedule::queued(e),
        Event::ScheduleSkipped(e) => schedule::skipped(e),
        Event::PolicyDeployed(e) => deployed(e, by.as_str()),
        Event::PolicyRefused(e) => {
            format!("the policy bundle of {} is refused: {}", e.source, e.problem)
        }
        Event::PolicyDrifted(e) => {
            let bundle::Drift { tenant, what, desired, deployed } = &e.drift;
            format!("the {what} of `{tenant}` is {deployed}, and {desired} is wanted")
        }
        Event::PolicySettled(e) => {
            let bundle::Drift { tenant, what, desired, .. } = &e.drift;
            format!("the {what} of `{tenant}` does not drift from {desired} any more")
        }
        other => other.kind().to_owned(),
    }
}

fn deployed(event: &bundle::Deployed, by: &str) -> String {
    let label = if event.label.is_empty() { String::new() } else { format!(" ({})", event.label) };
    let bundle = format!("policy bundle {}{label}", event.revision);
    match event.cause {
        bundle::Cause::RolledBack => {
            format!("{by} went back to {bundle}{}", because(&event.reason))
        }
        bundle::Cause::Started | bundle::Cause::Source => {
            format!("{bundle} of {} decides from here on", event.source)
        }
    }
}
