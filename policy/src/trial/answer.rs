//! A verdict as the wire has it.

use conductor_protocol::{
    v1,
    verdict::{RuleHit, Verdict},
};

/// What policy answered.
#[must_use]
pub fn answer(verdict: &Verdict) -> v1::PolicyAnswer {
    let rule = |hit: &RuleHit| v1::PolicyRule {
        rule: hit.rule.clone(),
        file: hit.file.clone(),
        line: hit.line,
        change: hit.change.clone(),
    };
    v1::PolicyAnswer {
        allow: verdict.allow,
        reasons: verdict.reasons.clone(),
        risk: verdict.risk.clone(),
        // A list of obligations always serialises.
        obligations_json: serde_json::to_string(&verdict.obligations).unwrap_or_default(),
        rules: verdict.rules.iter().map(rule).collect(),
        bundle_revision: verdict.bundle_revision.clone(),
        duration_us: verdict.duration_us,
    }
}
