//! Decisions of policy, and grants.

use conductor_domain::org::identity::Grant;
use conductor_engine::{command::Ruling, obligations, service::DecisionRow};
use conductor_protocol::{
    v1,
    verdict::{Obligation, RuleHit, Verdict},
};

use super::{scope, time};
use crate::call::met;

/// A decision that was made and not recorded.
pub(crate) fn asked(ruling: &Ruling) -> v1::Decision {
    let unmet = match met(ruling) {
        Err(refusal) if ruling.verdict.allow => refusal.code.as_str(),
        _ => "",
    };
    // How the answer was come by is of no account where nothing rests on it: the same plan is the
    // same whenever it is made.
    let verdict = Verdict { cached: false, duration_us: 0, ..ruling.verdict.clone() };
    decision(String::new(), &verdict, unmet)
}

fn decision(id: String, verdict: &Verdict, unmet: &str) -> v1::Decision {
    v1::Decision {
        id,
        // What nobody met is as good as denied.
        allow: verdict.allow && unmet.is_empty(),
        reasons: verdict.reasons.clone(),
        bundle_revision: verdict.bundle_revision.clone(),
        risk: verdict.risk.clone(),
        unmet: unmet.to_owned(),
        obligations: verdict.obligations.iter().map(obligation).collect(),
        rules: verdict.rules.iter().map(rule).collect(),
        duration_us: verdict.duration_us,
        cached: verdict.cached,
    }
}

fn obligation(obligation: &Obligation) -> v1::Obligation {
    v1::Obligation {
        kind: obligation.kind().to_owned(),
        text: obligations::sentence(obligation),
        value_json: serde_json::to_string(obligation).unwrap_or_default(),
    }
}

fn rule(hit: &RuleHit) -> v1::RuleHit {
    let RuleHit { rule, file, line, change } = hit.clone();
    v1::RuleHit { rule, file, line, change }
}

/// A recorded decision, or an allowed read of the bounded log (which has no place in the ledger).
pub(crate) fn recorded(row: &DecisionRow) -> v1::RecordedDecision {
    let known = &row.recorded;
    let id = if row.seq == 0 { String::new() } else { known.id.to_string() };
    v1::RecordedDecision {
        decision: Some(decision(id, &known.verdict, &known.unmet)),
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
