//! What can be said to an approval, why it can't, and the questions before it is said.

use conductor_protocol::v1::{
    Approval, BreakGlassRequest, CommentApprovalRequest, DelegateApprovalRequest,
    DenyApprovalRequest, WithdrawApprovalRequest,
};
use serde_json::{Map, Value};

use crate::{
    app::{Approve, Mutation, Say, Shared, Subject, key_name},
    input::Action,
    planned::plain,
    signing::{Checked, Choice},
    widget::{Confirm, Form, REASON, Saying, TEXT, TO, Word},
};

/// What an approval is called where one is asked about it: what it would be done to.
pub(crate) fn called(approval: &Approval) -> &str {
    match approval.resource.as_str() {
        "" => &approval.approval_id,
        resource => resource,
    }
}

/// The run that was started by it: its id, where the console looks at the environment that it is in,
/// or else the command that shows it.
pub(crate) fn started(approval: &Approval, shared: &Shared) -> Option<Result<String, String>> {
    let run = approval.ended.as_ref().map(|ended| &ended.run_id).filter(|run| !run.is_empty())?;
    let (there, here) = (approval.scope.clone().unwrap_or_default(), &shared.scope);
    if (&there.environment, &there.region) == (&here.environment, &here.region) {
        return Some(Ok(run.clone()));
    }
    let (tenant, environment, region) = (&there.tenant, &there.environment, &there.region);
    let place = format!("--tenant {tenant} --env {environment} --region {region}");
    Some(Err(format!("conductor {place} runs show {run}")))
}

/// What an action would be done to, as far as the approval itself says.
pub(crate) fn subject(action: Action, approval: &Approval, me: &str) -> Subject {
    let asked = approval.requester == me;
    let over = approval.ended.is_some();
    let signed = approval.stages.iter().flat_map(|stage| &stage.signatures);
    let signed = signed.into_iter().any(|signed| signed.principal == me);
    match action {
        Action::Approve
        | Action::Deny
        | Action::Delegate
        | Action::Withdraw
        | Action::BreakGlass
        | Action::Comment
            if over =>
        {
            let how = approval.ended.as_ref().map(|ended| ended.sentence.as_str());
            Subject::Refused(format!("it {}", plain(how.unwrap_or("has ended"))))
        }
        Action::Approve if !approval.can_sign => {
            Subject::Refused(match approval.cannot_because.as_str() {
                "" => "you can't sign it now".to_owned(),
                why => plain(why),
            })
        }
        // The daemon has asked policy for them: of their own touch, and of a review, it asks
        // something else than of an approval.
        Action::Approve if asked || !approval.reviews.is_empty() => Subject::Allowed,
        Action::BreakGlass if !approval.reviews.is_empty() => {
            Subject::NotNow("it is the review of what was done alone")
        }
        Action::BreakGlass if approval.breaks_glass => {
            Subject::NotNow("it waits for a touch: `approve` asks for it")
        }
        Action::BreakGlass if !asked => {
            let who = plain(&approval.requester);
            Subject::Refused(format!("only {who} goes ahead alone with it, who asked for it"))
        }
        Action::Withdraw if !approval.reviews.is_empty() => {
            Subject::NotNow("a review of what was done alone is not taken back")
        }
        Action::Deny | Action::Delegate if asked => {
            Subject::NotNow("you asked for it; `withdraw` takes it back")
        }
        Action::Delegate if signed => Subject::NotNow("you signed it already"),
        Action::Withdraw if !asked => {
            let who = plain(&approval.requester);
            Subject::Refused(format!("only {who} can withdraw it, who asked for it"))
        }
        _ => Subject::Of(approval.approval_id.clone()),
    }
}

/// The form that asks what is to be said, for the actions that say something.
pub(crate) fn form(action: Action, approval: &Approval) -> Option<Form> {
    let word = match action {
        Action::Deny => Word::Deny,
        Action::Delegate => Word::Delegate,
        Action::Withdraw => Word::Withdraw,
        Action::BreakGlass => Word::BreakGlass,
        Action::Comment => Word::Comment,
        _ => return None,
    };
    let saying = Saying {
        word,
        approval_id: approval.approval_id.clone(),
        environment: approval.scope.clone().unwrap_or_default().environment,
    };
    Some(Form::saying(saying, (called(approval), &approval.version)))
}

/// The question before what a form was filled in for is said.
pub(crate) fn say_it(
    form: &Form,
    saying: &Saying,
    given: &Map<String, Value>,
    shared: &Shared,
) -> Confirm {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (scope, approval_id) = (Some(shared.scope.clone()), saying.approval_id.clone());
    let mut lines = vec![format!("{} {}   {approval_id}", form.workflow, form.version)];
    let reason = text(REASON);
    if !reason.is_empty() {
        lines.push(format!("because: {reason}"));
    }
    let (words, say) = match saying.word {
        Word::Deny => {
            lines.push("it ends, whoever has signed so far; this can't be taken back".to_owned());
            let request = DenyApprovalRequest { scope, approval_id, reason, ..<_>::default() };
            (("Deny this?", "deny it"), Say::Deny(request))
        }
        Word::Delegate => {
            let to = text(TO);
            lines.push(format!("{to} may sign in your place, and you may not any more"));
            let request =
                DelegateApprovalRequest { scope, approval_id, to, reason, ..<_>::default() };
            (("Have somebody else sign?", "hand it on"), Say::Delegate(request))
        }
        Word::Withdraw => {
            lines.push("it ends; this can't be taken back".to_owned());
            let request = WithdrawApprovalRequest { scope, approval_id, reason, ..<_>::default() };
            (("Withdraw this?", "withdraw it"), Say::Withdraw(request))
        }
        Word::BreakGlass => {
            lines.push("it ends, and another one waits for your touch".to_owned());
            lines.push("everybody hears of it, and others review what was done".to_owned());
            let request = BreakGlassRequest { scope, approval_id, reason, ..<_>::default() };
            (("Break glass?", "go ahead alone"), Say::BreakGlass(request))
        }
        Word::Comment => {
            let text = text(TEXT);
            lines.push(text.clone());
            let request = CommentApprovalRequest { scope, approval_id, text, ..<_>::default() };
            (("Say this?", "say it"), Say::Comment(request))
        }
    };
    let name = &form.workflow;
    let confirm = Confirm::new(words, lines, name, Mutation::Approval(say), shared);
    match saying.word {
        Word::Comment => confirm.harmless(),
        _ => confirm.in_environment(&saying.environment, name),
    }
}

/// The question before it is signed: what, where, and with which key.
pub(crate) fn sign_it(checked: &Checked, key: &Choice, shared: &Shared) -> Confirm {
    let statement = &checked.statement;
    let dot = shared.look.glyphs.separator;
    let place = [&statement.scope.tenant, &statement.scope.environment, &statement.scope.region];
    let place = place.map(|part| plain(part)).join(&format!(" {dot} "));
    let what = [&statement.action, &statement.resource, &statement.version];
    let what = what.map(|part| plain(part)).join(" ");
    let reason = match statement.reason.trim() {
        "" => "no reason was given".to_owned(),
        reason => plain(reason),
    };
    let lines = vec![
        format!("{}   in {place}", what.trim_end()),
        format!("asked by {}: {reason}", plain(&statement.requester)),
        format!("digest {}", checked.digest),
        format!("key {}", key_name(key)),
    ];
    let approve = Approve {
        scope: shared.scope.clone(),
        approval_id: statement.approval.clone(),
        statement: checked.text.clone(),
        key: key.clone(),
    };
    let say = Mutation::Approval(Say::Approve(Box::new(approve)));
    // What is typed is what is signed, whatever the daemon calls it.
    let word = match statement.resource.as_str() {
        "" => &statement.approval,
        resource => resource,
    };
    Confirm::new(("Sign this?", "sign it"), lines, word, say, shared)
        .in_environment(&statement.scope.environment, word)
}
