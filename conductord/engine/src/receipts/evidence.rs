//! Decisions, approvals and signatures, as receipts have them.

use conductor_domain::{
    event::Event,
    intent::workflow::Workflow,
    trust::{approval::Approval, decision::Recorded},
};
use conductor_protocol::id::{ApprovalId, DecisionId};
use serde_json::{Value, json};

use super::{look::Look, maker::MakeError, statement::Detail};
use crate::{limits::RECEIPT_DECISIONS_MAX, record};

/// The decisions that a record rests on: the one that it names, and those of the same question that
/// stand between the two. They come right before what they allowed: so many records are looked at.
pub(super) fn decisions(
    look: &Look<'_>,
    (tenant, id): (&str, DecisionId),
    (record, near): (u64, usize),
) -> Result<Vec<Value>, MakeError> {
    let after = record.saturating_sub(1 + near.min(RECEIPT_DECISIONS_MAX) as u64);
    let before = usize::try_from(record - 1 - after).unwrap_or(RECEIPT_DECISIONS_MAX);
    let mut found = Vec::new();
    if before > 0 {
        for kept in look.read(after, before)?.iter().rev() {
            let Some(envelope) = record::decode(kept)? else { break };
            let Event::DecisionRecorded(decided) = envelope.event else { break };
            if envelope.scope.tenant != tenant {
                continue;
            }
            found.push(decision(kept.seq, &decided));
            if decided.id == id {
                found.reverse();
                return Ok(found);
            }
        }
    }
    let Some(seq) = look.views.decision(tenant, id)? else { return Ok(Vec::new()) };
    let kept = look.read(seq - 1, 1)?;
    let Some(kept) = kept.first() else { return Ok(Vec::new()) };
    match record::decode(kept)?.map(|envelope| envelope.event) {
        Some(Event::DecisionRecorded(decided)) => Ok(vec![decision(seq, &decided)]),
        _ => Ok(Vec::new()),
    }
}

fn decision(seq: u64, decided: &Recorded) -> Value {
    let Recorded { id, input, verdict, .. } = decided;
    json!({
        "id": id,
        "position": seq,
        "action": input.action,
        "resource": {"kind": input.resource.kind, "id": input.resource.id},
        "principal": input.subject.principal,
        "allow": verdict.allow,
        "reasons": verdict.reasons,
        "rules": verdict.rules.iter().map(|hit| &hit.rule).collect::<Vec<_>>(),
        "obligations": verdict.obligations,
        "risk": verdict.risk,
        "bundleRevision": verdict.bundle_revision,
    })
}

/// An approval with the signatures that count.
pub(super) fn approval(
    look: &Look<'_>,
    tenant: &str,
    (id, detail): (ApprovalId, Detail),
) -> Result<Vec<Value>, MakeError> {
    let known = look.views.approval(tenant, id)?;
    Ok(known.map(|known| shown(&known, detail)).into_iter().collect())
}

fn shown(approval: &Approval, detail: Detail) -> Value {
    let outcome = approval.ended.as_ref().map_or("waiting", |ended| ended.how.word());
    let mut shown = json!({
        "id": approval.id,
        "requester": approval.requester,
        "requestedOn": approval.requested_at.rfc3339(),
        "outcome": outcome,
        "decision": approval.decision,
        "statementDigest": approval.digest,
    });
    // What was signed is there whole with the signatures, or neither is.
    if detail < Detail::Numbers {
        let signature = |signed: &conductor_domain::trust::approval::Signature| {
            json!({
                "principal": signed.principal,
                "stage": signed.stage,
                "fingerprint": signed.fingerprint,
                "userPresent": signed.user_present,
                "signedOn": signed.at.rfc3339(),
                "sshsig": signed.armored,
            })
        };
        let signatures: Vec<Value> = approval.signatures.iter().map(signature).collect();
        shown["statement"] = json!(approval.statement);
        shown["signatures"] = Value::Array(signatures);
    } else {
        shown["signatureCount"] = json!(approval.signatures.len());
    }
    shown
}

/// Who signed a runbook, with what and over which text.
pub(super) fn runbook(workflow: &Workflow, detail: Detail) -> Vec<Value> {
    let author = workflow.signature.iter().map(|signed| ("author", signed));
    let reviewers = workflow.countersignatures.iter().map(|signed| ("reviewer", signed));
    let of = |(part, signed): (&str, &conductor_domain::intent::workflow::Signed)| {
        let mut shown = json!({
            "part": part,
            "principal": signed.principal,
            "fingerprint": signed.fingerprint,
            "takenUpOn": signed.at.rfc3339(),
            "textDigest": workflow.provenance.source_digest,
        });
        if detail < Detail::Numbers {
            shown["sshsig"] = json!(signed.signature);
        }
        shown
    };
    author.chain(reviewers).map(of).collect()
}
