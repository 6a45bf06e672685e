//! What people say to an approval: yes, no, never mind, somebody else, something to think about.

use std::sync::Arc;

use conductor_domain::{Refusal, scope::Principal, trust::approval::Approval};
use conductor_engine::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling, Say},
    obligations::{self, Effect, Proofs},
};
use conductor_protocol::v1;

use super::{BREAK, Named, giving, required, shown, signing};
use crate::{
    call::{Call, idempotency},
    convert,
    failure::{Failure, Outcome},
    limits::{STALE_PAUSE, STALE_TRIES_MAX},
    request,
};

/// Somebody who says something, and how they came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speaker<'a> {
    pub(super) principal: &'a Principal,
    pub(super) channel: &'a str,
}

impl<'a> Speaker<'a> {
    /// Whoever calls.
    pub(super) fn caller(call: &'a Call) -> Self {
        Self { principal: call.peer.principal(), channel: call.peer.channel() }
    }
}

/// What policy is asked about it.
fn action(say: &Say, approval: &Approval) -> &'static str {
    match say {
        Say::Sign { .. } => signing(approval),
        // Who may not sign could not stop it either, nor choose who signs.
        Say::Deny { .. } | Say::Delegate { .. } => giving(approval),
        Say::Break { .. } => BREAK,
        Say::Withdraw { .. } => "approval.withdraw",
        Say::Comment { .. } => "approval.comment",
    }
}

/// Whether it may be said. Whether a signature's key was touched is for the kernel to find.
fn spoken(ruling: &Ruling, say: &Say) -> Result<(), Box<Refusal>> {
    let stepped_up = matches!(say, Say::Sign { .. });
    let alone = matches!(say, Say::Break { .. });
    let proofs = Proofs { stepped_up: stepped_up || alone, reviewed: alone, ..Proofs::default() };
    obligations::meet(ruling, Effect::Change, proofs).map(drop)
}

/// Has the kernel take up what somebody says. Whatever of it is refused is on record.
pub(super) async fn say(
    call: &Call,
    (named, approval): (&Named, &Approval),
    speaker: Speaker<'_>,
    say: &Say,
    key: Option<&IdempotencyKey>,
) -> Outcome<Arc<Approval>> {
    let scope = &named.scope;
    let mut tries = STALE_TRIES_MAX;
    loop {
        tries -= 1;
        let speaks = (speaker.principal, speaker.channel);
        let ruling = call.rule_on(speaks, scope, named.ask(action(say, approval)));
        if let Err(refusal) = spoken(&ruling, say) {
            return Err(call.deny(scope, ruling, *refusal).await);
        }
        let context = Context {
            principal: speaker.principal.clone(),
            idempotency: key.cloned(),
            ..call.context(scope, ruling.clone())
        };
        let command = Command::Approval { approval: approval.id, say: say.clone() };
        match call.engine().submit(context, command).await {
            Ok(Answer::Approval(approval)) => return Ok(approval),
            Ok(_) => {
                return Err(Failure::bug("what was said to an approval was answered otherwise"));
            }
            Err(Rejection::StaleDecision) if tries > 0 => tokio::time::sleep(STALE_PAUSE).await,
            Err(Rejection::Refused(refusal)) => {
                return Err(call.deny(scope, ruling, refusal).await);
            }
            Err(rejection) => return Err(call.rejected(rejection)),
        }
    }
}

/// Says something in the caller's name. `normal` is the request without its idempotency key.
async fn said(
    call: &Call,
    named: &Named,
    words: &Say,
    (key, normal): (String, [&str; 2]),
) -> Outcome<Option<v1::Approval>> {
    let key = idempotency(key, &(convert::scope(&named.scope), &named.id, normal))?;
    let approval = named.read(call).await?;
    let now = say(call, (named, &approval), Speaker::caller(call), words, key.as_ref()).await?;
    Ok(Some(shown(call, &now)?))
}

/// Whoever asked goes ahead alone: their touch is asked for.
pub(super) async fn break_glass(
    call: &Call,
    request: v1::BreakGlassRequest,
) -> Outcome<v1::BreakGlassResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let reason = request::reason(request.reason)?;
    let key = (convert::scope(&named.scope), &named.id, &reason);
    let key = idempotency(request.idempotency_key, &key)?;
    let approval = named.read(call).await?;
    let words = Say::Break { reason };
    let now = say(call, (&named, &approval), Speaker::caller(call), &words, key.as_ref()).await?;
    if now.ended.is_none() {
        return Err(required(&now).into());
    }
    // It can't be done any more, and says why.
    Ok(v1::BreakGlassResponse { approval: Some(shown(call, &now)?) })
}

pub(super) async fn deny(
    call: &Call,
    request: v1::DenyApprovalRequest,
) -> Outcome<v1::DenyApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let reason = request::reason(request.reason)?;
    let words = Say::Deny { reason: reason.clone() };
    let approval = said(call, &named, &words, (request.idempotency_key, [&reason, ""])).await?;
    Ok(v1::DenyApprovalResponse { approval })
}

pub(super) async fn withdraw(
    call: &Call,
    request: v1::WithdrawApprovalRequest,
) -> Outcome<v1::WithdrawApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let reason = request::text("reason", request.reason)?;
    let words = Say::Withdraw { reason: reason.clone() };
    let approval = said(call, &named, &words, (request.idempotency_key, [&reason, ""])).await?;
    Ok(v1::WithdrawApprovalResponse { approval })
}

pub(super) async fn delegate(
    call: &Call,
    request: v1::DelegateApprovalRequest,
) -> Outcome<v1::DelegateApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let to = request::principal(request.to)?;
    let reason = request::reason(request.reason)?;
    let words = Say::Delegate { to: to.clone(), reason: reason.clone() };
    let normal = (request.idempotency_key, [to.as_str(), &reason]);
    let approval = said(call, &named, &words, normal).await?;
    Ok(v1::DelegateApprovalResponse { approval })
}

pub(super) async fn comment(
    call: &Call,
    request: v1::CommentApprovalRequest,
) -> Outcome<v1::CommentApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let text = request::text("comment", request.text)?;
    if text.trim().is_empty() {
        return Err(Failure::invalid("the comment is empty", "say something"));
    }
    let words = Say::Comment { text: text.clone() };
    let approval = said(call, &named, &words, (request.idempotency_key, [&text, ""])).await?;
    Ok(v1::CommentApprovalResponse { approval })
}
