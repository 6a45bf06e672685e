//! What a permission obliges to: met, or the reason why nothing is done.
//!
//! This is the one place that says so. The kernel asks here about every command and about what it
//! starts by itself, so that a caller which ignores an obligation gets nothing; whoever shows
//! something asks here for the [`Terms`] that it is shown by.

mod filter;
mod mask;
mod masked_event;
mod words;

use conductor_domain::Refusal;
use conductor_protocol::{
    error_code::Code,
    token::SCOPE_RULE,
    verdict::{Obligation, TOUCH},
};
use serde_json::json;

pub use filter::Filter;
pub use mask::{MASKED, Mask};
pub use words::{sentence, stages};

use crate::{command::Ruling, runbooks::Flaw};

/// What comes of what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Something changes.
    Change,
    /// Something is shown, which [`Terms`] say how.
    Show,
    /// Something is shown that can't be masked or filtered.
    ShowWhole,
}

/// What whoever asks has shown besides their name. Approvals and a second proof of identity are
/// found out where the command is decided; where nothing can show them they are not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proofs {
    /// Every stage of the approval stands, within its window and for exactly this.
    pub approved: bool,
    /// They proved again who they are.
    pub stepped_up: bool,
    /// They go ahead alone, and a review of it falls due.
    pub reviewed: bool,
}

/// How something may be shown, and who is told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "what is shown has to keep to its terms"]
pub struct Terms {
    /// What is left out of it.
    pub mask: Mask,
    /// Which of many things may be seen.
    pub filter: Filter,
    /// It must be on record, even where nothing changes.
    pub on_record: bool,
    /// Sentences for whoever asked.
    pub warnings: Vec<String>,
}

impl Terms {
    /// Whether everything may be seen as it is.
    #[must_use]
    pub fn show_all(&self) -> bool {
        self.mask.is_empty() && self.filter.is_empty()
    }
}

/// What a ruling comes to.
///
/// # Errors
/// `PERMISSION_DENIED`, `APPROVAL_REQUIRED`, `STEP_UP_REQUIRED`, `DRY_RUN_ONLY`
pub fn meet(ruling: &Ruling, effect: Effect, proofs: Proofs) -> Result<Terms, Box<Refusal>> {
    let verdict = &ruling.verdict;
    if !verdict.allow {
        return Err(Box::new(denied(ruling)));
    }
    let mut terms = Terms::default();
    for obligation in &verdict.obligations {
        take(ruling, obligation, (effect, proofs), &mut terms)?;
    }
    Ok(terms)
}

fn take(
    ruling: &Ruling,
    obligation: &Obligation,
    (effect, proofs): (Effect, Proofs),
    terms: &mut Terms,
) -> Result<(), Box<Refusal>> {
    let unmet = |code: Code, hint: &str| {
        let message = format!("{}: {}", subject(ruling), sentence(obligation));
        Box::new(Refusal::new(code, message, hint))
    };
    let whole = "this is not shown in part: ask for a role that may see all of it";
    let not_here = || unmet(Code::PermissionDenied, whole);
    match obligation {
        Obligation::RequireApproval { stages, window_seconds } if !proofs.approved => {
            let hint = "ask those who may approve; `conductor plan` shows them what would be done";
            let needed = json!({"stages": stages, "windowSeconds": window_seconds});
            let refusal = unmet(Code::ApprovalRequired, hint);
            return Err(Box::new(refusal.with("approval", needed.to_string())));
        }
        Obligation::StepUp { method } if !proofs.stepped_up || method != TOUCH => {
            let hint = "this can't be proven from here: an administrator may do it on the daemon's machine";
            let refusal = unmet(Code::StepUpRequired, hint);
            return Err(Box::new(refusal.with("method", json!(method).to_string())));
        }
        Obligation::DryRunOnly if effect == Effect::Change => {
            return Err(unmet(Code::DryRunOnly, "`conductor plan` shows what it would do"));
        }
        Obligation::RequireReview { .. } if !proofs.reviewed => {
            let hint = "an administrator has to mend the policy bundle: only what breaks glass is \
                        reviewed afterwards";
            return Err(unmet(Code::PermissionDenied, hint));
        }
        Obligation::RequireApproval { .. }
        | Obligation::StepUp { .. }
        | Obligation::DryRunOnly
        | Obligation::RequireReview { .. } => {}
        Obligation::Mask { .. } if effect == Effect::ShowWhole => return Err(not_here()),
        Obligation::Filter { .. } if effect != Effect::Show => return Err(not_here()),
        Obligation::Mask { paths } => terms.mask.add(paths),
        Obligation::Filter { field, allowed } => terms.filter.add(field, allowed),
        Obligation::Notify { .. } => {
            terms.on_record = true;
            terms.warnings.push(sentence(obligation));
        }
        Obligation::Warn { message } => terms.warnings.push(message.clone()),
        // Beside a permission there is nothing that could be asked for.
        Obligation::RequestApproval { .. } => {}
        Obligation::Unknown(_) => {
            let hint =
                "an administrator has to mend the policy bundle, or to bring the daemon up to date";
            return Err(unmet(Code::PermissionDenied, hint));
        }
    }
    Ok(())
}

/// What was asked for, as a sentence begins with it.
fn subject(ruling: &Ruling) -> String {
    let (action, resource) = (&ruling.question.action, &ruling.question.resource);
    match (&resource.task, resource.id.as_str()) {
        (Some(_), id) => format!("task `{id}` may not run as it is"),
        (None, "") => format!("`{action}` is not allowed as it is"),
        (None, id) => format!("`{action}` of `{id}` is not allowed as it is"),
    }
}

/// The rules of the bundle that speak of a runbook's signatures, and what they come to.
const RUNBOOK_RULES: [(&str, Code); 3] = [
    ("runbooks.signature", Code::RunbookSignature),
    ("runbooks.unsigned", Code::RunbookUnsigned),
    ("runbooks.unreviewed", Code::RunbookReview),
];

/// The code of a denial for which signatures are the only reason: the gravest of them.
fn unsigned(ruling: &Ruling) -> Option<Code> {
    let Ruling { verdict, question, .. } = ruling;
    let code = |rule: &str| RUNBOOK_RULES.into_iter().find(|known| known.0 == rule);
    if verdict.rules.iter().any(|hit| code(&hit.rule).is_none()) {
        return None;
    }
    let said = |known: &&(&str, Code)| verdict.rules.iter().any(|hit| hit.rule == known.0);
    let (_, code) = RUNBOOK_RULES.iter().find(said)?;
    // What is wrong with a signature may be that it is no review.
    let flaw = Flaw::of_fact(&question.resource.signature_problem);
    Some(match (code, flaw) {
        (Code::RunbookSignature, Some(flaw)) => flaw.why.code(),
        _ => *code,
    })
}

fn denied(ruling: &Ruling) -> Refusal {
    let (verdict, resource) = (&ruling.verdict, &ruling.question.resource);
    let why = match verdict.reasons.as_slice() {
        [] => format!("policy does not allow `{}` here", ruling.question.action),
        reasons => reasons.join("; "),
    };
    let why = match &resource.task {
        Some(_) => format!("task `{}` may not run: {why}", resource.id),
        None => why,
    };
    if verdict.rules.iter().any(|hit| hit.rule == SCOPE_RULE) {
        let hint = "`conductor whoami` shows what the token is for; an administrator issues others";
        return Refusal::new(Code::TokenScope, why, hint);
    }
    let mut roles: Vec<String> = Vec::new();
    for obligation in &verdict.obligations {
        if let Obligation::RequestApproval { roles: could } = obligation {
            roles.extend(
                could.iter().filter(|role| !roles.contains(role)).cloned().collect::<Vec<_>>(),
            );
        }
    }
    if let Some(code) = unsigned(ruling) {
        let hint =
            "`conductor runbooks sign FILE` signs it, `conductor runbooks countersign` reviews it";
        return Refusal::new(code, why, hint);
    }
    if roles.is_empty() {
        let hint =
            "`conductor status` shows your roles; an administrator of the tenant can grant more";
        return Refusal::new(Code::PermissionDenied, why, hint);
    }
    let hint = format!("an approval could allow it: ask {}", words::any_of(&roles));
    Refusal::new(Code::PermissionDenied, why, hint)
        .with("requestApproval", json!({"roles": roles}).to_string())
}

#[cfg(test)]
mod tests;
