//! What is told: one fact, as far as somebody who may not see all of it may know.

use conductor_domain::{
    scope::{Principal, Scope},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What policy is asked about where something else carries a run out.
pub(super) const TRACKED: &str = "tracked_run";

/// What kind of thing is told. The names are what configurations and receivers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// An approval waits for these: it was asked for, or their stage has come.
    #[serde(rename = "approval.requested")]
    ApprovalRequested,
    /// A part of an approval was handed to somebody.
    #[serde(rename = "approval.delegated")]
    ApprovalDelegated,
    /// A stage that nobody answered is open to these, too.
    #[serde(rename = "approval.escalated")]
    ApprovalEscalated,
    /// All signed, and it was done.
    #[serde(rename = "approval.granted")]
    ApprovalGranted,
    /// Somebody said no.
    #[serde(rename = "approval.denied")]
    ApprovalDenied,
    /// Whoever asked took it back.
    #[serde(rename = "approval.withdrawn")]
    ApprovalWithdrawn,
    /// Something changed meanwhile.
    #[serde(rename = "approval.voided")]
    ApprovalVoided,
    /// Nobody answered in time.
    #[serde(rename = "approval.expired")]
    ApprovalExpired,
    /// A run ended well, or was stopped by somebody; here, or where something else carried it out.
    #[serde(rename = "run.ended")]
    RunEnded,
    /// A run failed, or ran out of time.
    #[serde(rename = "run.failed")]
    RunFailed,
    /// Policy wants these told of a decision.
    #[serde(rename = "policy.notify")]
    PolicyNotify,
    /// Somebody went ahead alone, and others have to review it.
    #[serde(rename = "glass.broken")]
    GlassBroken,
    /// What somebody did alone was not reviewed in time, or is disputed.
    #[serde(rename = "incident.opened")]
    IncidentOpened,
    /// A release gate did not let a run pass.
    #[serde(rename = "gate.failed")]
    GateFailed,
    /// The key that signs the log has done so for long enough.
    #[serde(rename = "signing_key.due")]
    SigningKeyDue,
    /// Another key signs the log.
    #[serde(rename = "signing_key.rotated")]
    SigningKeyRotated,
    /// Another key was to sign the log, and does not.
    #[serde(rename = "signing_key.rotation_failed")]
    SigningKeyFailed,
    /// Somebody tries the target out.
    #[serde(rename = "notification.test")]
    Test,
}

impl Kind {
    /// All that facts give rise to.
    pub const ALL: [Self; 17] = [
        Self::ApprovalRequested,
        Self::ApprovalDelegated,
        Self::ApprovalEscalated,
        Self::ApprovalGranted,
        Self::ApprovalDenied,
        Self::ApprovalWithdrawn,
        Self::ApprovalVoided,
        Self::ApprovalExpired,
        Self::RunEnded,
        Self::RunFailed,
        Self::PolicyNotify,
        Self::GlassBroken,
        Self::IncidentOpened,
        Self::GateFailed,
        Self::SigningKeyDue,
        Self::SigningKeyRotated,
        Self::SigningKeyFailed,
    ];

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ApprovalRequested => "approval.requested",
            Self::ApprovalDelegated => "approval.delegated",
            Self::ApprovalEscalated => "approval.escalated",
            Self::ApprovalGranted => "approval.granted",
            Self::ApprovalDenied => "approval.denied",
            Self::ApprovalWithdrawn => "approval.withdrawn",
            Self::ApprovalVoided => "approval.voided",
            Self::ApprovalExpired => "approval.expired",
            Self::RunEnded => "run.ended",
            Self::RunFailed => "run.failed",
            Self::PolicyNotify => "policy.notify",
            Self::GlassBroken => "glass.broken",
            Self::IncidentOpened => "incident.opened",
            Self::GateFailed => "gate.failed",
            Self::SigningKeyDue => "signing_key.due",
            Self::SigningKeyRotated => "signing_key.rotated",
            Self::SigningKeyFailed => "signing_key.rotation_failed",
            Self::Test => "notification.test",
        }
    }
}

/// Whom it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// Who holds one of these roles where it happened.
    pub roles: Vec<String>,
    /// And these.
    pub principals: Vec<Principal>,
    /// But none of these, whatever roles they hold: who can't sign (any more).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Principal>,
}

/// The stage of an approval that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageOf {
    /// From 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// People who must sign it.
    pub quorum: u32,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What kind.
    pub kind: Kind,
    /// Where in the ledger it stands; 0 for a test.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Where.
    pub scope: Scope,
    /// The id of the approval, the run, the decision or the incident.
    pub subject: String,
    /// What is done or asked for, such as `run.start`.
    pub action: String,
    /// What it is done to, such as `workflow`.
    pub resource_kind: String,
    /// Its name or id.
    pub resource: String,
    /// Who wants it, or started it.
    pub requester: Principal,
    /// Who made it happen; the daemon itself where nobody did.
    pub by: Principal,
    /// The stage that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageOf>,
    /// Until when it can be answered, or has to be reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How a run ended.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// What policy wants to be said, or what an incident is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Whom it is for.
    pub audience: Audience,
}

impl Notice {
    /// A command that shows what it is about, and does nothing else. Where nothing is to be shown it is
    /// empty.
    #[must_use]
    pub fn look(&self) -> String {
        let Scope { tenant, environment, .. } = &self.scope;
        let what = match self.kind {
            Kind::Test => return String::new(),
            Kind::SigningKeyDue | Kind::SigningKeyRotated | Kind::SigningKeyFailed => {
                return "conductor ledger keys list".to_owned();
            }
            Kind::GateFailed => {
                let subject = &self.subject;
                return format!(
                    "conductor --tenant {tenant} --env {environment} gate check {subject}"
                );
            }
            Kind::RunEnded | Kind::RunFailed if self.resource_kind == TRACKED => "tracked",
            Kind::RunEnded | Kind::RunFailed => "runs",
            Kind::PolicyNotify => "decisions",
            Kind::IncidentOpened => "incidents",
            _ => "approvals",
        };
        format!("conductor --tenant {tenant} --env {environment} {what} show {}", self.subject)
    }
}
