//! What an event is about.

use conductor_protocol::id::{ApprovalId, RunId};

use super::Event;

impl Event {
    /// What it is about: a run id, a workflow's name, a principal.
    #[must_use]
    pub fn subject(&self) -> String {
        if let Some(run) = self.run() {
            return run.to_string();
        }
        if let Some(approval) = self.approval() {
            return approval.to_string();
        }
        match self {
            Self::WorkflowPublished(e) => e.name.clone(),
            Self::WorkflowDeprecated(e) => e.name.clone(),
            Self::WorkflowUndeprecated(e) => e.name.clone(),
            Self::WorkflowRetired(e) => e.name.clone(),
            Self::WorkflowReviewed(e) => e.name.clone(),
            Self::WorkflowCountersigned(e) => e.name.clone(),
            Self::RunbookRefused(e) => e.workflow.clone(),
            Self::DecisionRecorded(e) => e.id.to_string(),
            Self::PolicyDeployed(e) => e.revision.clone(),
            Self::PolicyRefused(e) => e.source.clone(),
            Self::PolicyDrifted(e) => e.drift.tenant.clone(),
            Self::PolicySettled(e) => e.drift.tenant.clone(),
            Self::IdentityGranted(e) => e.principal.to_string(),
            Self::IdentityRevoked(e) => e.principal.to_string(),
            Self::IdentityDescribed(e) => e.principal.to_string(),
            Self::KeyEnrolled(e) => e.principal.to_string(),
            Self::KeyRevoked(e) => e.principal.to_string(),
            Self::SessionOpened(e) => e.principal.to_string(),
            Self::SessionEnded(e) => e.principal.to_string(),
            Self::LoginAlarmed(e) => e.origin.clone(),
            Self::TokenIssued(e) => e.principal.to_string(),
            Self::TokenRevoked(e) => e.principal.to_string(),
            Self::TenantForgotten(e) => e.tenant.clone(),
            Self::SubjectForgotten(e) => format!("sha256:{}", e.subject_digest),
            Self::NotificationTended(e) => e.target.clone(),
            Self::TenantCreated(e) => e.name.clone(),
            Self::TenantConfigured(e) => e.name.clone(),
            Self::TenantSuspended(e) => e.name.clone(),
            Self::TenantResumed(e) => e.name.clone(),
            Self::TenantGuestAdmitted(e) => e.principal.to_string(),
            Self::TenantGuestDismissed(e) => e.principal.to_string(),
            Self::ScheduleSet(e) => e.name.clone(),
            Self::SchedulePaused(e) => e.name.clone(),
            Self::ScheduleResumed(e) => e.name.clone(),
            Self::ScheduleRemoved(e) => e.name.clone(),
            Self::ScheduleQueued(e) => e.name.clone(),
            Self::ScheduleSkipped(e) => e.name.clone(),
            Self::FreezeSet(e) => e.name.clone(),
            Self::FreezeLifted(e) => e.name.clone(),
            Self::KillSwitched(e) => e.name.clone(),
            Self::GlassBroken(e) => e.approval.to_string(),
            Self::GlassReviewed(e) => e.approval.to_string(),
            Self::IncidentOpened(e) => e.incident.to_string(),
            Self::IncidentClosed(e) => e.incident.to_string(),
            Self::ReceiptIssued(e) => e.receipt.to_string(),
            Self::SigningKeyRotated(e) => e.new_key.clone(),
            Self::TrackedCreated(e) => e.run.to_string(),
            Self::TrackedChanged(e) => e.run.to_string(),
            Self::DisclosureCreated(e) => e.disclosure.to_string(),
            _ => String::new(),
        }
    }

    /// The approval that it is about.
    #[must_use]
    pub const fn approval(&self) -> Option<ApprovalId> {
        Some(match self {
            Self::ApprovalRequested(e) => e.approval,
            Self::ApprovalSigned(e) => e.approval,
            Self::ApprovalDelegated(e) => e.approval,
            Self::ApprovalCommented(e) => e.approval,
            Self::ApprovalEscalated(e) => e.approval,
            Self::ApprovalGranted(e) => e.approval,
            Self::ApprovalDenied(e) => e.approval,
            Self::ApprovalWithdrawn(e) => e.approval,
            Self::ApprovalVoided(e) => e.approval,
            Self::ApprovalExpired(e) => e.approval,
            _ => return None,
        })
    }

    /// The run that it is about.
    #[must_use]
    pub const fn run(&self) -> Option<RunId> {
        Some(match self {
            Self::RunStarted(e) => e.run,
            Self::RunStopRequested(e) => e.run,
            Self::RunEnded(e) => e.run,
            Self::RunAdmitted(e) => e.run,
            Self::RunHostsFound(e) => e.run,
            Self::RunPaused(e) => e.run,
            Self::RunResumed(e) => e.run,
            Self::RunUndoStarted(e) => e.run,
            Self::TaskExpanded(e) => e.run,
            Self::TaskHealthCheck(e) => e.run,
            Self::TaskHeld(e) => e.run,
            Self::TaskReleased(e) => e.run,
            Self::TaskDeferred(e) => e.run,
            Self::TaskChildStarted(e) => e.run,
            Self::TaskSettled(e) => e.run,
            Self::TaskLeased(e) => e.run,
            Self::TaskCompleted(e) => e.run,
            Self::TaskLost(e) => e.run,
            Self::TaskSkipped(e) => e.run,
            Self::TaskCancelled(e) => e.run,
            Self::TaskFailed(e) => e.run,
            Self::ArtifactRecorded(e) => e.run,
            Self::ArtifactHeld(e) => e.run,
            Self::ArtifactReleased(e) => e.run,
            Self::ArtifactExpired(e) => e.run,
            Self::GateChecked(e) => e.run,
            _ => return None,
        })
    }
}
