//! The protocol's messages as the JSON that scripts get: the mapping of `conductor_protocol::json`,
//! which the HTTP API speaks as well, for every command and every format.

use conductor_protocol::{json, v1};
use serde::Serialize;
use serde_json::Value;

pub(crate) use json::time;

/// A message that is shown.
pub(crate) trait Wire: Serialize {
    /// Its full name in the protocol, with the leading dot.
    const NAME: &'static str;
}

macro_rules! wire {
    ($($message:ident)*) => {
        $(impl Wire for v1::$message {
            const NAME: &'static str = concat!(".conductor.v1.", stringify!($message));
        })*

        #[cfg(test)]
        const SHOWN: &[&str] = &[$(<v1::$message as Wire>::NAME),*];
    };
}

wire! {
    Problem Workflow WorkflowSource PublishWorkflowResponse WorkflowLifecycleResponse
    CountersignWorkflowResponse
    Schedule SetScheduleResponse FireTime ScheduleVersion
    StartRunResponse CancelRunResponse ChangeRunResponse RunSummary Run TimelineEntry
    Event CheckpointResponse VerifyProgress InclusionProofResponse WitnessesResponse
    SigningKeysResponse RotateSigningKeyResponse
    StatusResponse WhoAmIResponse Grant RecordedDecision DoctorCheck Worker Host Secret Plan
    ShowBundlesResponse RollBackResponse DriftItem
    PrincipalAttributes Tenant TenantCheck ForgetResponse DataSubject
    Approval ApprovalTimesResponse
    Incident ArtifactRecord RetentionRow ExpireArtifactsResponse CheckGateResponse
    IssuedReceipt GetReceiptResponse
    TrackedRun Disclosure
    GetEntityResponse WalkGraphResponse GraphEntity TouchingResponse ApproversResponse ArtifactUsesResponse
    Freeze SetFreezeResponse LiftFreezeResponse SwitchKillResponse
    EnrolledKey EnrollKeysResponse RevokeKeyResponse
    Session Token RevokeTokenResponse
    NotificationTarget DeadLetter TestNotificationResponse
    RetryNotificationsResponse DropNotificationsResponse
    EvalPolicyResponse PolicyTested PolicyCoverageResponse DiffPolicyResponse PolicyFlip PolicyReplay
}

/// A message as scripts get it.
pub(crate) fn to_value<M: Wire>(message: &M) -> Value {
    // A message that can't be written is a bug of the generated code; it would show as `null`.
    let plain = serde_json::to_value(message).unwrap_or_default();
    json::shown(M::NAME, plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shown_message_is_in_the_protocol() {
        for name in SHOWN {
            assert!(json::is_message(name), "{name}");
        }
    }

    #[test]
    fn a_run_has_its_summary_on_top_and_real_json() {
        let summary = v1::RunSummary {
            run_id: "run_1".into(),
            status: v1::RunStatus::TimedOut.into(),
            started_at: Some(pbjson_types::Timestamp { seconds: 1_800_000_000, nanos: 5_000_000 }),
            tasks_total: 1,
            ..<_>::default()
        };
        let attempt = v1::Attempt { number: 1, log_bytes: 1 << 60, ..<_>::default() };
        let task = v1::Task {
            id: "disk".into(),
            status: v1::TaskStatus::Succeeded.into(),
            attempts: vec![attempt],
            outputs_json: r#"{"percent":91}"#.into(),
            ..<_>::default()
        };
        let run = v1::Run {
            summary: Some(summary),
            tasks: vec![task],
            inputs_json: r#"{"host":"db1"}"#.into(),
            seq: 7,
            ..<_>::default()
        };
        insta::assert_snapshot!(serde_json::to_string_pretty(&to_value(&run)).unwrap());
    }

    #[test]
    fn what_is_not_set_is_there_all_the_same() {
        let value = to_value(&v1::StartRunResponse::default());
        insta::assert_snapshot!(value, @r#"{"runId":"","seq":0,"decisionId":"","replayed":false,"warnings":[]}"#);
        let value = to_value(&v1::RunSummary::default());
        assert_eq!(value["status"], "unspecified");
        assert_eq!(value["endedAt"], Value::Null);
    }
}
