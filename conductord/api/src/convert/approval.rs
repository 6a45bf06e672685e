//! Approvals, and their facts as sentences.

use conductor_domain::{
    event::Event,
    trust::approval::{
        Approval, Comment, Delegation, Ended, Ending, Signature, Statement, open_stage_of,
    },
};
use conductor_engine::obligations;
use conductor_protocol::v1::{self, ApprovalStatus};

use super::{scope, time};

/// An approval as lists show it: without the command and the manifest.
pub(crate) fn listed(approval: &Approval, may_sign: Result<(), String>) -> v1::Approval {
    let statement = serde_json::from_str::<Statement>(&approval.statement).ok();
    let (version, risk) =
        statement.map(|statement| (statement.version, statement.risk)).unwrap_or_default();
    let question = &approval.question;
    v1::Approval {
        approval_id: approval.id.to_string(),
        scope: Some(scope(&approval.scope)),
        requester: approval.requester.to_string(),
        requested_at: Some(time(approval.requested_at)),
        expires_at: Some(time(approval.expires_at)),
        action: question.action.clone(),
        resource_kind: question.resource.kind.clone(),
        resource: question.resource.id.clone(),
        version,
        risk,
        reason: approval.reason.clone(),
        status: approval.ended.as_ref().map_or(ApprovalStatus::Pending, status).into(),
        stages: stages(approval),
        delegations: delegations(approval),
        comments: comments(approval),
        statement: approval.statement.clone(),
        digest: approval.digest.clone(),
        command_json: String::new(),
        manifest_json: String::new(),
        decision_id: approval.decision.to_string(),
        ended: approval.ended.as_ref().map(ended),
        can_sign: may_sign.is_ok(),
        cannot_because: may_sign.err().unwrap_or_default(),
        answered_after_ms: answered_after_ms(approval),
        breaks_glass: approval.glass.is_some(),
        reviews: approval.happened.as_ref().map(|it| it.approval.to_string()).unwrap_or_default(),
    }
}

const fn status(ended: &Ended) -> ApprovalStatus {
    match ended.how {
        Ending::Granted { .. } => ApprovalStatus::Granted,
        Ending::Denied { .. } => ApprovalStatus::Denied,
        Ending::Withdrawn { .. } => ApprovalStatus::Withdrawn,
        Ending::Voided { .. } => ApprovalStatus::Void,
        Ending::Expired => ApprovalStatus::Expired,
    }
}

fn answered_after_ms(approval: &Approval) -> Option<u64> {
    let ended = approval.ended.as_ref()?;
    let granted = matches!(ended.how, Ending::Granted { .. });
    granted.then(|| ended.at.ms_since(approval.requested_at))
}

fn stages(approval: &Approval) -> Vec<v1::ApprovalStage> {
    let open = open_stage_of(approval).filter(|_| approval.ended.is_none());
    let stage = |(place, number): (usize, u32)| {
        let (stage, is_open) = (&approval.stages[place], open == Some(place));
        let signed = approval.signatures.iter().filter(|signed| signed.stage == number);
        let escalated_to = approval.escalated.get(&number).cloned().unwrap_or_default();
        let escalates_at = approval.escalates_at().filter(|_| is_open);
        v1::ApprovalStage {
            roles: stage.roles.clone(),
            quorum: stage.quorum,
            signatures: signed.map(signature).collect(),
            open: is_open,
            escalated_to,
            escalate_to: escalates_at.map(|_| stage.escalate_to.clone()).unwrap_or_default(),
            escalates_at: escalates_at.map(time),
            requester: stage.requester,
            touch: stage.touch,
        }
    };
    (0..approval.stages.len()).zip(0..).map(stage).collect()
}

fn signature(signed: &Signature) -> v1::ApprovalSignature {
    v1::ApprovalSignature {
        principal: signed.principal.to_string(),
        fingerprint: signed.fingerprint.clone(),
        user_present: signed.user_present,
        comment: signed.comment.clone(),
        at: Some(time(signed.at)),
        armored: signed.armored.clone(),
        brought_by: signed.brought_by.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

fn delegations(approval: &Approval) -> Vec<v1::ApprovalDelegation> {
    let delegation = |known: &Delegation| v1::ApprovalDelegation {
        stage: known.stage + 1,
        from: known.from.to_string(),
        to: known.to.to_string(),
        reason: known.reason.clone(),
        at: Some(time(known.at)),
    };
    approval.delegations.iter().map(delegation).collect()
}

fn comments(approval: &Approval) -> Vec<v1::ApprovalComment> {
    let comment = |known: &Comment| v1::ApprovalComment {
        by: known.by.to_string(),
        text: known.text.clone(),
        at: Some(time(known.at)),
    };
    approval.comments.iter().map(comment).collect()
}

fn ended(ended: &Ended) -> v1::ApprovalEnd {
    let (run, decision) = match &ended.how {
        Ending::Granted { run, decision } => (*run, Some(*decision)),
        _ => (None, None),
    };
    v1::ApprovalEnd {
        how: status(ended).into(),
        sentence: ended.how.sentence(),
        by: ended.by.to_string(),
        at: Some(time(ended.at)),
        run_id: run.map(|run| run.to_string()).unwrap_or_default(),
        decision_id: decision.map(|decision| decision.to_string()).unwrap_or_default(),
    }
}

/// The decision that a fact about an approval rests on; nothing where it rests on none, or is
/// about something else.
pub(crate) fn decision(event: &Event) -> Option<String> {
    let decision = match event {
        Event::ApprovalRequested(e) => e.decision,
        Event::ApprovalSigned(e) => e.decision,
        Event::ApprovalDelegated(e) => e.decision,
        Event::ApprovalCommented(e) => e.decision,
        Event::ApprovalGranted(e) => e.decision,
        Event::ApprovalDenied(e) => e.decision,
        Event::ApprovalWithdrawn(e) => e.decision,
        _ => return None,
    };
    Some(decision.to_string())
}

/// A fact about an approval in one line; nothing where it is about something else.
pub(crate) fn told(event: &Event, by: &str) -> Option<String> {
    Some(match event {
        Event::ApprovalRequested(e) => {
            let resource = &e.question.resource.id;
            let of = if resource.is_empty() { String::new() } else { format!(" of `{resource}`") };
            let (action, who) = (&e.question.action, obligations::stages(&e.stages));
            format!("{by} asked for `{action}`{of}, which {who} must approve{}", because(&e.reason))
        }
        Event::ApprovalSigned(e) => {
            let touched = if e.user_present { ", touching it" } else { "" };
            let by = match &e.brought_by {
                Some(other) => format!(", brought by {other}"),
                None => String::new(),
            };
            let (who, stage, key) = (&e.principal, e.stage + 1, &e.fingerprint);
            format!(
                "{who} approved stage {stage} with the key {key}{touched}{by}{}",
                because(&e.comment)
            )
        }
        Event::ApprovalDelegated(e) => {
            let (to, stage) = (&e.to, e.stage + 1);
            format!("{by} has {to} sign stage {stage} instead{}", because(&e.reason))
        }
        Event::ApprovalCommented(e) => format!("{by} said: {}", e.text),
        Event::ApprovalEscalated(e) => {
            let roles: Vec<String> = e.roles.iter().map(|role| format!("`{role}`")).collect();
            let stage = e.stage + 1;
            format!("stage {stage} was not answered in time: {} may sign it, too", roles.join(", "))
        }
        Event::ApprovalGranted(e) => match e.run {
            Some(run) => format!("all have approved, and run {run} was started"),
            None => "all have approved, and it was done".to_owned(),
        },
        Event::ApprovalDenied(e) => format!("{by} denied it{}", because(&e.reason)),
        Event::ApprovalWithdrawn(e) => format!("{by} withdrew it{}", because(&e.reason)),
        Event::ApprovalVoided(e) => format!("no signature counts any more: {}", e.why),
        Event::ApprovalExpired(_) => "it expired before all had signed".to_owned(),
        _ => return None,
    })
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

#[cfg(test)]
mod tests {
    use conductor_domain::{
        scope::Principal,
        trust::approval::{Denied, Escalated, Granted, Signed},
    };
    use conductor_protocol::id::{ApprovalId, DecisionId, RunId};

    use super::*;

    const ID: ApprovalId = ApprovalId::from_bits(1);
    const DECISION: DecisionId = DecisionId::from_bits(2);

    fn check(event: &Event, expected: &str) {
        assert_eq!(told(event, "uid:1").as_deref(), Some(expected));
    }

    #[test]
    fn each_fact_is_a_sentence() {
        let signed = |user_present, brought_by: Option<&str>| {
            Event::ApprovalSigned(Box::new(Signed {
                approval: ID,
                stage: 0,
                principal: Principal::new("uid:2"),
                fingerprint: "SHA256:x".into(),
                signature: String::new(),
                user_present,
                comment: "looks right".into(),
                brought_by: brought_by.map(Principal::new),
                decision: DECISION,
            }))
        };
        check(
            &signed(true, None),
            "uid:2 approved stage 1 with the key SHA256:x, touching it: looks right",
        );
        check(
            &signed(false, Some("uid:1")),
            "uid:2 approved stage 1 with the key SHA256:x, brought by uid:1: looks right",
        );
        let roles = vec!["tenant_admin".into(), "conductor_admin".into()];
        check(
            &Event::ApprovalEscalated(Escalated { approval: ID, stage: 1, roles }),
            "stage 2 was not answered in time: `tenant_admin`, `conductor_admin` may sign it, too",
        );
        check(
            &Event::ApprovalDenied(Denied {
                approval: ID,
                reason: "not today".into(),
                decision: DECISION,
            }),
            "uid:1 denied it: not today",
        );
        let granted =
            Event::ApprovalGranted(Granted { approval: ID, run: None, decision: DECISION });
        assert_eq!(decision(&granted), Some(DECISION.to_string()));
        check(&granted, "all have approved, and it was done");
        let run = RunId::from_bits(3);
        check(
            &Event::ApprovalGranted(Granted { approval: ID, run: Some(run), decision: DECISION }),
            &format!("all have approved, and run {run} was started"),
        );
    }
}
