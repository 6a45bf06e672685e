//! Everything that can have happened, and the envelope that says when, where and who.
//!
//! Events are kept as JSON, so that a stranger can read them years later with stock tools. A
//! field is only ever added, with a default; a kind is never reused for another meaning.

mod about;
mod daemon;
mod envelope;

use serde::{Deserialize, Serialize};

use crate::{
    intent::{freeze, schedule, workflow},
    org::{identity, key, notification, session, tenant, token},
    trust::{
        approval, artifact, bundle, decision, disclosure, forgotten, gate, glass, incident,
        receipt, signing_key, unsigned,
    },
    work::{run, task, tracked},
};

pub use daemon::DaemonStarted;
pub use envelope::{Envelope, IdempotencyMark};

/// A fact. The names are what stands in the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A daemon took over the ledger.
    #[serde(rename = "daemon.started")]
    DaemonStarted(DaemonStarted),
    /// A version of a workflow was published.
    #[serde(rename = "workflow.published")]
    WorkflowPublished(workflow::Published),
    /// Versions of a workflow should not be started any more.
    #[serde(rename = "workflow.deprecated")]
    WorkflowDeprecated(workflow::Deprecated),
    /// That warning was taken back.
    #[serde(rename = "workflow.undeprecated")]
    WorkflowUndeprecated(workflow::Undeprecated),
    /// Nothing starts from versions of a workflow any more.
    #[serde(rename = "workflow.retired")]
    WorkflowRetired(workflow::Retired),
    /// Somebody said what they think of a version.
    #[serde(rename = "workflow.reviewed")]
    WorkflowReviewed(workflow::Reviewed),
    /// Somebody else than its author and publisher signed a version, too.
    #[serde(rename = "workflow.countersigned")]
    WorkflowCountersigned(workflow::Countersigned),
    /// A runbook was refused because nobody who counts has signed it.
    #[serde(rename = "runbook.refused")]
    RunbookRefused(unsigned::Refused),
    /// A run was accepted.
    #[serde(rename = "run.started")]
    RunStarted(run::Started),
    /// A run is to stop before its natural end.
    #[serde(rename = "run.stop_requested")]
    RunStopRequested(run::StopRequested),
    /// A run reached its end; nothing about it changes after this.
    #[serde(rename = "run.ended")]
    RunEnded(run::Ended),
    /// A run that waited for its turn has it.
    #[serde(rename = "run.admitted")]
    RunAdmitted(run::Admitted),
    /// The hosts of a run's tasks were looked up.
    #[serde(rename = "run.hosts_found")]
    RunHostsFound(run::HostsFound),
    /// A run starts no more tasks for now.
    #[serde(rename = "run.paused")]
    RunPaused(run::Paused),
    /// A paused run goes on.
    #[serde(rename = "run.resumed")]
    RunResumed(run::Resumed),
    /// What a run finished is undone.
    #[serde(rename = "run.undo_started")]
    RunUndoStarted(run::UndoStarted),
    /// A task begins: its instances become tasks of the run.
    #[serde(rename = "task.expanded")]
    TaskExpanded(task::Expanded),
    /// A batch of instances has ended: its health is looked at.
    #[serde(rename = "task.health_check")]
    TaskHealthCheck(task::HealthCheck),
    /// A task waits for a person's answer.
    #[serde(rename = "task.held")]
    TaskHeld(task::Held),
    /// A person answered.
    #[serde(rename = "task.released")]
    TaskReleased(task::Released),
    /// A task waits for a time.
    #[serde(rename = "task.deferred")]
    TaskDeferred(task::Deferred),
    /// A task is carried out by a run of its own.
    #[serde(rename = "task.child_started")]
    TaskChildStarted(task::ChildStarted),
    /// A task ended that no worker had.
    #[serde(rename = "task.settled")]
    TaskSettled(task::Settlement),
    /// An attempt was given to a worker.
    #[serde(rename = "task.leased")]
    TaskLeased(task::Leased),
    /// An attempt ended.
    #[serde(rename = "task.completed")]
    TaskCompleted(task::Completed),
    /// An attempt's worker went away; the task is taken up again.
    #[serde(rename = "task.lost")]
    TaskLost(task::Lost),
    /// A task will not run.
    #[serde(rename = "task.skipped")]
    TaskSkipped(task::Skipped),
    /// A task was stopped before an attempt of it ran.
    #[serde(rename = "task.cancelled")]
    TaskCancelled(task::Cancelled),
    /// A task failed without an attempt: its `when` or its parameters could not be evaluated.
    #[serde(rename = "task.failed")]
    TaskFailed(task::Failed),
    /// Policy allowed a change, or denied something.
    #[serde(rename = "decision.recorded")]
    DecisionRecorded(Box<decision::Recorded>),
    /// Something was asked for that others must approve.
    #[serde(rename = "approval.requested")]
    ApprovalRequested(Box<approval::Requested>),
    /// Somebody approved: a stage has one signature more.
    #[serde(rename = "approval.signed")]
    ApprovalSigned(Box<approval::Signed>),
    /// Somebody has another one sign in their place.
    #[serde(rename = "approval.delegated")]
    ApprovalDelegated(approval::Delegated),
    /// Somebody has something to say to what is asked for.
    #[serde(rename = "approval.commented")]
    ApprovalCommented(approval::Commented),
    /// A stage was not answered in its time: others may sign it, too.
    #[serde(rename = "approval.escalated")]
    ApprovalEscalated(approval::Escalated),
    /// All stages were signed, and what was asked for is done.
    #[serde(rename = "approval.granted")]
    ApprovalGranted(approval::Granted),
    /// Somebody denied what was asked for.
    #[serde(rename = "approval.denied")]
    ApprovalDenied(approval::Denied),
    /// Whoever asked wants it no more.
    #[serde(rename = "approval.withdrawn")]
    ApprovalWithdrawn(approval::Withdrawn),
    /// Something changed after it was asked for: no signature counts any more.
    #[serde(rename = "approval.voided")]
    ApprovalVoided(approval::Voided),
    /// Not all had signed in time.
    #[serde(rename = "approval.expired")]
    ApprovalExpired(approval::Expired),
    /// A bundle of policy decides from here on.
    #[serde(rename = "policy.deployed")]
    PolicyDeployed(bundle::Deployed),
    /// A bundle of policy can't be used; the one before it goes on.
    #[serde(rename = "policy.refused")]
    PolicyRefused(bundle::Refused),
    /// What is deployed is not what the configuration wants.
    #[serde(rename = "policy.drifted")]
    PolicyDrifted(bundle::Drifted),
    /// It is as wanted again.
    #[serde(rename = "policy.settled")]
    PolicySettled(bundle::Settled),
    /// A principal was given a role.
    #[serde(rename = "identity.granted")]
    IdentityGranted(identity::Granted),
    /// A role was taken from a principal.
    #[serde(rename = "identity.revoked")]
    IdentityRevoked(identity::Revoked),
    /// What is known of a principal changed.
    #[serde(rename = "identity.described")]
    IdentityDescribed(identity::Described),
    /// A key was enrolled, or its terms were changed.
    #[serde(rename = "key.enrolled")]
    KeyEnrolled(key::Enrolled),
    /// A key was taken back, for good.
    #[serde(rename = "key.revoked")]
    KeyRevoked(key::Revoked),
    /// Somebody logged in.
    #[serde(rename = "session.opened")]
    SessionOpened(Box<session::Opened>),
    /// A session is over.
    #[serde(rename = "session.ended")]
    SessionEnded(session::Ended),
    /// Many logins failed in a short time.
    #[serde(rename = "login.alarmed")]
    LoginAlarmed(session::Alarmed),
    /// A token was issued to a service.
    #[serde(rename = "token.issued")]
    TokenIssued(Box<token::Issued>),
    /// A token was taken back, for good.
    #[serde(rename = "token.revoked")]
    TokenRevoked(token::Revoked),
    /// A tenant was created.
    #[serde(rename = "tenant.created")]
    TenantCreated(tenant::Created),
    /// What is set for a tenant changed.
    #[serde(rename = "tenant.configured")]
    TenantConfigured(tenant::Configured),
    /// Nothing starts in a tenant any more.
    #[serde(rename = "tenant.suspended")]
    TenantSuspended(tenant::Suspended),
    /// A suspended tenant is as it was.
    #[serde(rename = "tenant.resumed")]
    TenantResumed(tenant::Resumed),
    /// Somebody of another tenant was let in, to read.
    #[serde(rename = "tenant.guest_admitted")]
    TenantGuestAdmitted(tenant::GuestAdmitted),
    /// Somebody who was let in is a guest no more.
    #[serde(rename = "tenant.guest_dismissed")]
    TenantGuestDismissed(tenant::GuestDismissed),
    /// A tenant is forgotten: its keys are destroyed.
    #[serde(rename = "tenant.forgotten")]
    TenantForgotten(Box<forgotten::Forgotten>),
    /// A data subject is forgotten: their key is destroyed.
    #[serde(rename = "subject.forgotten")]
    SubjectForgotten(Box<forgotten::Forgotten>),
    /// Somebody looked after a target of notifications.
    #[serde(rename = "notification.tended")]
    NotificationTended(notification::Tended),
    /// A schedule was made or edited.
    #[serde(rename = "schedule.set")]
    ScheduleSet(schedule::Set),
    /// A schedule rests.
    #[serde(rename = "schedule.paused")]
    SchedulePaused(schedule::Paused),
    /// A schedule goes on.
    #[serde(rename = "schedule.resumed")]
    ScheduleResumed(schedule::Resumed),
    /// A schedule is gone.
    #[serde(rename = "schedule.removed")]
    ScheduleRemoved(schedule::Removed),
    /// Due times of a schedule wait for a run's end.
    #[serde(rename = "schedule.queued")]
    ScheduleQueued(schedule::Queued),
    /// Due times of a schedule were settled without a run.
    #[serde(rename = "schedule.skipped")]
    ScheduleSkipped(schedule::Skipped),
    /// Nothing starts in a part of a tenant for a time.
    #[serde(rename = "freeze.set")]
    FreezeSet(freeze::Set),
    /// A freeze is gone before its end.
    #[serde(rename = "freeze.lifted")]
    FreezeLifted(freeze::Lifted),
    /// All that runs in a part of a tenant is stopped, and nothing starts there.
    #[serde(rename = "kill.switched")]
    KillSwitched(freeze::Switched),
    /// Somebody went ahead alone.
    #[serde(rename = "glass.broken")]
    GlassBroken(Box<glass::Broken>),
    /// Others reviewed it.
    #[serde(rename = "glass.reviewed")]
    GlassReviewed(glass::Reviewed),
    /// Something has to be looked into.
    #[serde(rename = "incident.opened")]
    IncidentOpened(incident::Opened),
    /// It was looked into.
    #[serde(rename = "incident.closed")]
    IncidentClosed(incident::Closed),
    /// A record has its receipt.
    #[serde(rename = "receipt.issued")]
    ReceiptIssued(Box<receipt::Issued>),
    /// The next key is to sign the log.
    #[serde(rename = "signing_key.rotation_ordered")]
    SigningKeyRotationOrdered(signing_key::RotationOrdered),
    /// Another key signs the log.
    #[serde(rename = "signing_key.rotated")]
    SigningKeyRotated(Box<signing_key::Rotated>),
    /// The next key did not take over.
    #[serde(rename = "signing_key.rotation_failed")]
    SigningKeyRotationFailed(signing_key::RotationFailed),
    /// It is time for the next key.
    #[serde(rename = "signing_key.due")]
    SigningKeyDue(signing_key::Due),
    /// A run of something else is kept record of.
    #[serde(rename = "tracked.created")]
    TrackedCreated(Box<tracked::Created>),
    /// What is known of it changed.
    #[serde(rename = "tracked.changed")]
    TrackedChanged(Box<tracked::Changed>),
    /// Somebody says something of a run, and what bears it out.
    #[serde(rename = "disclosure.created")]
    DisclosureCreated(Box<disclosure::Created>),
    /// An artifact was added to a run.
    #[serde(rename = "artifact.recorded")]
    ArtifactRecorded(Box<artifact::Recorded>),
    /// The content of an artifact stays, whatever retention says.
    #[serde(rename = "artifact.held")]
    ArtifactHeld(artifact::Held),
    /// An artifact is held no more.
    #[serde(rename = "artifact.released")]
    ArtifactReleased(artifact::Released),
    /// The content of an artifact is removed.
    #[serde(rename = "artifact.expired")]
    ArtifactExpired(artifact::Expired),
    /// The release gate of a run answered something new.
    #[serde(rename = "gate.checked")]
    GateChecked(Box<gate::Checked>),
}

impl Event {
    /// Its name in the ledger, such as `run.started`.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each kind")]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::DaemonStarted(_) => "daemon.started",
            Self::WorkflowPublished(_) => "workflow.published",
            Self::WorkflowDeprecated(_) => "workflow.deprecated",
            Self::WorkflowUndeprecated(_) => "workflow.undeprecated",
            Self::WorkflowRetired(_) => "workflow.retired",
            Self::WorkflowReviewed(_) => "workflow.reviewed",
            Self::WorkflowCountersigned(_) => "workflow.countersigned",
            Self::RunbookRefused(_) => "runbook.refused",
            Self::RunStarted(_) => "run.started",
            Self::RunStopRequested(_) => "run.stop_requested",
            Self::RunEnded(_) => "run.ended",
            Self::RunAdmitted(_) => "run.admitted",
            Self::RunHostsFound(_) => "run.hosts_found",
            Self::RunPaused(_) => "run.paused",
            Self::RunResumed(_) => "run.resumed",
            Self::RunUndoStarted(_) => "run.undo_started",
            Self::TaskExpanded(_) => "task.expanded",
            Self::TaskHealthCheck(_) => "task.health_check",
            Self::TaskHeld(_) => "task.held",
            Self::TaskReleased(_) => "task.released",
            Self::TaskDeferred(_) => "task.deferred",
            Self::TaskChildStarted(_) => "task.child_started",
            Self::TaskSettled(_) => "task.settled",
            Self::TaskLeased(_) => "task.leased",
            Self::TaskCompleted(_) => "task.completed",
            Self::TaskLost(_) => "task.lost",
            Self::TaskSkipped(_) => "task.skipped",
            Self::TaskCancelled(_) => "task.cancelled",
            Self::TaskFailed(_) => "task.failed",
            Self::DecisionRecorded(_) => "decision.recorded",
            Self::ApprovalRequested(_) => "approval.requested",
            Self::ApprovalSigned(_) => "approval.signed",
            Self::ApprovalDelegated(_) => "approval.delegated",
            Self::ApprovalCommented(_) => "approval.commented",
            Self::ApprovalEscalated(_) => "approval.escalated",
            Self::ApprovalGranted(_) => "approval.granted",
            Self::ApprovalDenied(_) => "approval.denied",
            Self::ApprovalWithdrawn(_) => "approval.withdrawn",
            Self::ApprovalVoided(_) => "approval.voided",
            Self::ApprovalExpired(_) => "approval.expired",
            Self::PolicyDeployed(_) => "policy.deployed",
            Self::PolicyRefused(_) => "policy.refused",
            Self::PolicyDrifted(_) => "policy.drifted",
            Self::PolicySettled(_) => "policy.settled",
            Self::IdentityGranted(_) => "identity.granted",
            Self::IdentityRevoked(_) => "identity.revoked",
            Self::IdentityDescribed(_) => "identity.described",
            Self::KeyEnrolled(_) => "key.enrolled",
            Self::KeyRevoked(_) => "key.revoked",
            Self::SessionOpened(_) => "session.opened",
            Self::SessionEnded(_) => "session.ended",
            Self::LoginAlarmed(_) => "login.alarmed",
            Self::TokenIssued(_) => "token.issued",
            Self::TokenRevoked(_) => "token.revoked",
            Self::TenantCreated(_) => "tenant.created",
            Self::TenantConfigured(_) => "tenant.configured",
            Self::TenantSuspended(_) => "tenant.suspended",
            Self::TenantResumed(_) => "tenant.resumed",
            Self::TenantGuestAdmitted(_) => "tenant.guest_admitted",
            Self::TenantGuestDismissed(_) => "tenant.guest_dismissed",
            Self::TenantForgotten(_) => "tenant.forgotten",
            Self::SubjectForgotten(_) => "subject.forgotten",
            Self::NotificationTended(_) => "notification.tended",
            Self::ScheduleSet(_) => "schedule.set",
            Self::SchedulePaused(_) => "schedule.paused",
            Self::ScheduleResumed(_) => "schedule.resumed",
            Self::ScheduleRemoved(_) => "schedule.removed",
            Self::ScheduleQueued(_) => "schedule.queued",
            Self::ScheduleSkipped(_) => "schedule.skipped",
            Self::FreezeSet(_) => "freeze.set",
            Self::FreezeLifted(_) => "freeze.lifted",
            Self::KillSwitched(_) => "kill.switched",
            Self::GlassBroken(_) => "glass.broken",
            Self::GlassReviewed(_) => "glass.reviewed",
            Self::IncidentOpened(_) => "incident.opened",
            Self::IncidentClosed(_) => "incident.closed",
            Self::ReceiptIssued(_) => "receipt.issued",
            Self::SigningKeyRotationOrdered(_) => "signing_key.rotation_ordered",
            Self::SigningKeyRotated(_) => "signing_key.rotated",
            Self::SigningKeyRotationFailed(_) => "signing_key.rotation_failed",
            Self::SigningKeyDue(_) => "signing_key.due",
            Self::TrackedCreated(_) => "tracked.created",
            Self::TrackedChanged(_) => "tracked.changed",
            Self::DisclosureCreated(_) => "disclosure.created",
            Self::ArtifactRecorded(_) => "artifact.recorded",
            Self::ArtifactHeld(_) => "artifact.held",
            Self::ArtifactReleased(_) => "artifact.released",
            Self::ArtifactExpired(_) => "artifact.expired",
            Self::GateChecked(_) => "gate.checked",
        }
    }
}
