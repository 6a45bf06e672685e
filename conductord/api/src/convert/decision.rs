//! Decisions of policy, and grants.

use conductor_domain::org::identity::Grant;
use conductor_engine::{command::Ruling, service::DecisionRow};
use conductor_protocol::{v1, verdict::Verdict};

use super::{scope, time};

/// A decision that was made and not recorded.
pub(crate) fn asked(ruling: &Ruling) -> v1::Decision {
    decision(String::new(), &ruling.verdict)
}

fn decision(id: String, verdict: &Verdict) -> v1::Decision {
    v1::Decision {
        id,
        // An obligation that nothing here can meet is a denial.
        allow: verdict.is_unconditional(),
        reasons: verdict.reasons.clone(),
        bundle_revision: verdict.bundle_revision.clone(),
        risk: verdict.risk.clone(),
    }
}

/// A recorded decision, or an allowed read of the bounded log (which has no place in the ledger).
pub(crate) fn recorded(row: &DecisionRow) -> v1::RecordedDecision {
    let known = &row.recorded;
    let id = if row.seq == 0 { String::new() } else { known.id.to_string() };
    v1::RecordedDecision {
        decision: Some(decision(id, &known.verdict)),
        at: Some(time(row.at)),
        principal: row.principal.to_string(),
        action: known.input.action.clone(),
        resource: known.input.resource.id.clone(),
        input_json: serde_json::to_string(&known.input).unwrap_or_default(),
        count: known.count,
        seq: row.seq,
    }
}

/// A role that somebody holds.
pub(crate) fn grant(grant: &Grant) -> v1::Grant {
    v1::Grant {
        principal: grant.principal.to_string(),
        role: grant.role.clone(),
        scope: Some(scope(&grant.scope)),
        granted_by: grant.by.to_string(),
        granted_at: Some(time(grant.at)),
    }
}
