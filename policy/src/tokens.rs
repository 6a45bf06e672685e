//! What holds of programs whatever a bundle says: nobody goes beyond what their token is for, and
//! what people do in person no program does.
//!
//! The built-in bundle says the same, so that an explanation finds it. A bundle that is deployed in
//! its place may have been written by somebody who knew of no tokens.

use conductor_protocol::{
    token::{SCOPE_RULE, SERVICE, TASK, is_within},
    verdict::{Question, RuleHit, Verdict},
};

/// The rule of what only people do.
const PEOPLE_RULE: &str = "tokens.people";
/// What only people do, sorted: whoever did it for them would be a second person.
pub(crate) const IN_PERSON: [&str; 12] = [
    "approval.break_glass",
    "approval.confirm",
    "approval.give",
    "artifact.release",
    "glass.review",
    "incident.close",
    "key.enroll",
    "ledger.rotate_key",
    "subject.forget",
    "tenant.forget",
    "token.issue",
    "workflow.review",
];

/// Takes a permission back that reaches beyond a token, or is for people. A denial stays what it is.
pub(crate) fn hold(asked: &Question, verdict: &mut Verdict) {
    if !verdict.allow {
        return;
    }
    let (who, action) = (&asked.subject.principal, &asked.action);
    let (rule, what, change) = if !is_within(asked) {
        let what = format!("token_scope: the token of `{who}` is not for {action} here");
        (SCOPE_RULE, what, "come with a token that is")
    } else if is_program(asked) && IN_PERSON.contains(&action.as_str()) {
        let what = format!("`{who}` is a program, and only people may {action}");
        (PEOPLE_RULE, what, "ask somebody who proves who they are with a key of their own")
    } else {
        return;
    };
    verdict.allow = false;
    verdict.obligations.clear();
    verdict.reasons = vec![format!("{what}; {change} ({rule})")];
    let hit = RuleHit { rule: rule.into(), change: change.into(), ..RuleHit::default() };
    verdict.rules = vec![hit];
}

/// Whether a program acts, by its name, because it came with a token, or because nobody had to prove
/// anything where it came.
fn is_program(asked: &Question) -> bool {
    let kind = asked.subject.principal.split_once(':').map_or("", |(kind, _)| kind);
    let unproven = asked.context.channel == "open";
    matches!(kind, SERVICE | TASK) || asked.subject.has_token() || unproven
}
