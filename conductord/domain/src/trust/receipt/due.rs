//! Which records have a receipt coming: the ends of runs, and everything by which somebody changed what
//! may happen or what is happening. The daemon's own bookkeeping has none.

use conductor_protocol::id::RunId;

use crate::event::Event;

/// Whether a record of this has a receipt coming.
#[must_use]
pub const fn is_due(event: &Event) -> bool {
    match event {
        // What somebody asked for; the daemon does some of it by itself, too.
        Event::RunStopRequested(event) => event.decision.is_some(),
        Event::TaskSkipped(event) => event.decision.is_some(),
        Event::RunEnded(_)
        | Event::RunPaused(_)
        | Event::RunResumed(_)
        | Event::TaskReleased(_)
        | Event::WorkflowPublished(_)
        | Event::WorkflowDeprecated(_)
        | Event::WorkflowUndeprecated(_)
        | Event::WorkflowRetired(_)
        | Event::WorkflowReviewed(_)
        | Event::WorkflowCountersigned(_)
        | Event::ScheduleSet(_)
        | Event::SchedulePaused(_)
        | Event::ScheduleResumed(_)
        | Event::ScheduleRemoved(_)
        | Event::ApprovalDelegated(_)
        | Event::ApprovalGranted(_)
        | Event::ApprovalDenied(_)
        | Event::ApprovalWithdrawn(_)
        | Event::GlassBroken(_)
        | Event::GlassReviewed(_)
        | Event::IncidentClosed(_)
        | Event::FreezeSet(_)
        | Event::FreezeLifted(_)
        | Event::KillSwitched(_)
        | Event::PolicyDeployed(_)
        | Event::IdentityGranted(_)
        | Event::IdentityRevoked(_)
        | Event::IdentityDescribed(_)
        | Event::KeyEnrolled(_)
        | Event::KeyRevoked(_)
        | Event::TokenIssued(_)
        | Event::TokenRevoked(_)
        | Event::TenantCreated(_)
        | Event::TenantConfigured(_)
        | Event::TenantSuspended(_)
        | Event::TenantResumed(_)
        | Event::TenantGuestAdmitted(_)
        | Event::TenantGuestDismissed(_)
        | Event::SigningKeyRotationOrdered(_)
        | Event::SigningKeyRotated(_)
        | Event::TenantForgotten(_)
        | Event::SubjectForgotten(_)
        | Event::TrackedCreated(_)
        | Event::TrackedChanged(_)
        | Event::DisclosureCreated(_)
        | Event::ArtifactRecorded(_)
        | Event::ArtifactHeld(_)
        | Event::ArtifactReleased(_)
        | Event::ArtifactExpired(_) => true,
        _ => false,
    }
}

/// The run that a receipt of this is about, whoever carries it out.
#[must_use]
pub const fn run_of(event: &Event) -> Option<RunId> {
    match event {
        Event::TrackedCreated(event) => Some(event.run),
        Event::TrackedChanged(event) => Some(event.run),
        other => other.run(),
    }
}
