//! `conductor approvals`: what waits for signatures, shown, signed and answered.

mod approve;
mod args;
mod carry;
mod passphrase;
mod shown;
pub(super) mod signer;
mod times;

use conductor_client::{ClientError, Connection};
use conductor_protocol::{error_code::Code, v1};
use conductor_tui::signing::{Checked, HOME_TENANT, Mismatch, progress};
use serde_json::Value;

pub(crate) use self::args::ApprovalsCommand;
use self::{
    args::{ApproveArgs, KeyArgs, ListArgs, ShowArgs},
    shown::{list, show},
};
use super::{
    context::Context,
    failure::Failure,
    output::{Meaning, to_value},
    pages::{self, PAGE_SIZE},
};

/// Runs the command.
pub(super) async fn run(
    command: ApprovalsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (scope, connection) = (context.scope(), context.connection.clone());
    let answer = match command {
        ApprovalsCommand::List(args) => return every(args, context).await,
        ApprovalsCommand::Show(args) => return look(args, context).await,
        ApprovalsCommand::Times { since, action } => {
            let request = v1::ApprovalTimesRequest { scope, since: Some(since), action };
            return times::run(request, context).await;
        }
        ApprovalsCommand::Approve(args) => return approve::run(args, context).await,
        ApprovalsCommand::Export { approval, file } => {
            return carry::export(approval, file, context).await;
        }
        ApprovalsCommand::Import { approval, signature, comment, key } => {
            return carry::import((approval, signature, comment), key, context).await;
        }
        ApprovalsCommand::Deny {
            approval: approval_id,
            reason,
            key: KeyArgs { idempotency_key },
        } => {
            let request = v1::DenyApprovalRequest { scope, approval_id, reason, idempotency_key };
            connection.deny_approval(request).await?.approval
        }
        ApprovalsCommand::Delegate {
            approval: approval_id,
            principal: to,
            reason,
            key: KeyArgs { idempotency_key },
        } => {
            let request =
                v1::DelegateApprovalRequest { scope, approval_id, to, reason, idempotency_key };
            connection.delegate_approval(request).await?.approval
        }
        ApprovalsCommand::Withdraw {
            approval: approval_id,
            reason,
            key: KeyArgs { idempotency_key },
        } => {
            let request =
                v1::WithdrawApprovalRequest { scope, approval_id, reason, idempotency_key };
            connection.withdraw_approval(request).await?.approval
        }
        ApprovalsCommand::BreakGlass {
            approval: approval_id,
            reason,
            key: KeyArgs { idempotency_key },
        } => {
            let request = v1::BreakGlassRequest { scope, approval_id, reason, idempotency_key };
            connection.break_glass(request).await?.approval
        }
        ApprovalsCommand::Comment {
            approval: approval_id,
            text,
            key: KeyArgs { idempotency_key },
        } => {
            let request = v1::CommentApprovalRequest { scope, approval_id, text, idempotency_key };
            connection.comment_approval(request).await?.approval
        }
    };
    answered(&answer.unwrap_or_default(), context)
}

/// What a command came to, once whoever runs it has proved who they are where policy asks for that
/// and somebody is there to be asked.
pub(super) async fn step_up(
    ended: Result<(), Failure>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match ended.as_ref().err().and_then(waits_for_a_touch) {
        Some(approval) if context.output.interactive => {
            context.output.note("policy asks who you are once more")?;
            approve::run(ApproveArgs { approval, ..ApproveArgs::default() }, context).await
        }
        _ => ended,
    }
}

/// The approval that waits for whoever asked.
fn waits_for_a_touch(failure: &Failure) -> Option<String> {
    let Failure::Client(ClientError::Refused(refusal)) = failure else { return None };
    if refusal.known_code() != Some(Code::StepUpRequired) {
        return None;
    }
    let detail: Value = serde_json::from_str(refusal.details.get("approval")?).ok()?;
    detail.get("id").and_then(Value::as_str).map(str::to_owned)
}

/// What came of it, in a line.
fn answered(approval: &v1::Approval, context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(approval))?);
    }
    let id = context.output.style.paint(Meaning::Strong, &approval.approval_id);
    let said = match &approval.ended {
        Some(ended) => format!("it {}", ended.sentence),
        None => progress(approval),
    };
    Ok(context.output.line(format!("approval {id}: {said}"))?)
}

async fn every(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ListArgs { all, mine: waiting_for_me, requester, action } = args;
    let request = v1::ListApprovalsRequest {
        scope: context.scope(),
        page_size: PAGE_SIZE,
        page_token: String::new(),
        all,
        requester,
        action,
        waiting_for_me,
    };
    let connection: &Connection = &context.connection;
    let found = pages::all(|page_token| {
        let request = v1::ListApprovalsRequest { page_token, ..request.clone() };
        async move {
            let page = connection.list_approvals(request).await?;
            Ok((page.approvals, page.next_page_token))
        }
    })
    .await?;
    list(&found, context)
}

async fn look(args: ShowArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let approval = get(&args.approval, context).await?;
    let checked = checked(&approval, &args.approval, context)?;
    if args.statement {
        return Ok(context.output.raw(checked.text.as_bytes())?);
    }
    show(&approval, &checked, context)
}

async fn get(id: &str, context: &Context<'_>) -> Result<v1::Approval, Failure> {
    let request = v1::GetApprovalRequest { scope: context.scope(), approval_id: id.to_owned() };
    Ok(context.connection.get_approval(request).await?.approval.unwrap_or_default())
}

/// What is signed, once it is clear that it is what was asked for.
fn checked(approval: &v1::Approval, id: &str, context: &Context<'_>) -> Result<Checked, Failure> {
    let scope = context.scope().unwrap_or_default();
    let tenant = if scope.tenant.is_empty() { HOME_TENANT } else { &scope.tenant };
    let wrong = |mismatch: Mismatch| Failure::Damaged(format!("{mismatch}; don't sign it"));
    Checked::new(approval, (id, tenant)).map_err(wrong)
}
