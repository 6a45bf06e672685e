//! What the gate says, and whether that is news.

use conductor_protocol::id::{ArtifactId, DecisionId};

use super::{Checked, Facts};

/// Reasons of one answer.
const REASONS_MAX: usize = 100;
/// Characters of one reason.
const REASON_CHARS_MAX: usize = 500;
/// What no artifact is enough for.
const NONE_COMPLIANT: &str = "No artifacts meet compliance requirements";

/// The answer of the gate.
#[must_use]
pub fn judge(facts: &Facts, decision: DecisionId) -> Checked {
    let usable = |seen: &&super::Seen| seen.flags.all() && !seen.gone;
    let good = facts.artifacts.iter().filter(usable).filter(|seen| seen.unverifiable.is_none());
    let compliant: Vec<ArtifactId> = good.map(|seen| seen.id).collect();
    let mut reasons = Vec::new();
    if !facts.succeeded {
        reasons.push(format!("Run status is '{}', and must be 'succeeded'", facts.status));
    }
    if compliant.is_empty() {
        reasons.push(format!(
            "{NONE_COMPLIANT}: one needs sbom_present, slsa_provenance_present and \
             risk_assessment_present"
        ));
    }
    for seen in &facts.artifacts {
        if let Some(problem) = &seen.unverifiable {
            let (id, name) = (seen.id, &seen.name);
            reasons
                .push(format!("The signature of artifact {id} ({name}) proves nothing: {problem}"));
        } else if seen.flags.all() && seen.gone {
            reasons
                .push(format!("The content of artifact {} ({}) was removed", seen.id, seen.name));
        }
    }
    if facts.receipted == Some(false) && facts.succeeded {
        reasons.push("The run's receipt is not there yet".to_owned());
    }
    reasons.extend(facts.blocks.iter().cloned());
    let passed = reasons.is_empty();
    let message = match reasons.first() {
        None => format!("Release gate passed: {} compliant artifact(s) found", compliant.len()),
        Some(reason) if facts.succeeded && compliant.is_empty() && reasons.len() == 1 => {
            debug_assert!(reason.starts_with(NONE_COMPLIANT), "nothing else stands in the way");
            NONE_COMPLIANT.to_owned()
        }
        Some(reason) => reason.chars().take(REASON_CHARS_MAX).collect(),
    };
    reasons.truncate(REASONS_MAX);
    for reason in &mut reasons {
        *reason = reason.chars().take(REASON_CHARS_MAX).collect();
    }
    Checked {
        run: facts.run,
        passed,
        message,
        total_artifacts: u32::try_from(facts.artifacts.len()).unwrap_or(u32::MAX),
        compliant_artifact_ids: compliant,
        reasons,
        decision,
    }
}

/// The answer as it goes on record: only where it is not what was answered last, so that whoever
/// asks again and again fills no ledger.
#[must_use]
pub fn news(last: Option<&Checked>, answer: Checked) -> Option<Checked> {
    let same =
        last.is_some_and(|last| Checked { decision: answer.decision, ..last.clone() } == answer);
    (!same).then_some(answer)
}
