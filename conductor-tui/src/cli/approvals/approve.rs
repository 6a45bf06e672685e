//! `conductor approvals approve`: shown, asked about, signed here, and sent.

use conductor_keys::sshsig::SignError;
use conductor_protocol::v1;
use conductor_tui::signing::{Checked, Key, NAMESPACE};

use super::{
    answered,
    args::{ApproveArgs, KeyArgs},
    checked, get, shown, signer,
};
use crate::cli::{context::Context, failure::Failure};

/// Runs the command.
pub(super) async fn run(args: ApproveArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ApproveArgs { approval: id, comment, key, yes, repeat } = args;
    if !yes && !context.output.interactive {
        let hint = "read it with `conductor approvals show`, and sign it with --yes";
        return Err(Failure::usage("nobody is there to be asked", hint));
    }
    let approval = get(&id, context).await?;
    let checked = checked(&approval, &id, context)?;
    for line in shown::page(&approval, &checked, context.output) {
        // Beside the answer: that is what came of it.
        context.output.note(line)?;
    }
    if !approval.can_sign {
        let why = format!("you can't sign it: {}", approval.cannot_because);
        return Err(Failure::Denied(why));
    }
    let key = signer::choose(key.as_deref(), NAMESPACE, context).await?;
    if !yes {
        let question = format!("sign this with {}?", key.name());
        if !context.output.confirm(&question)? {
            return Err(Failure::Interrupted);
        }
    }
    let signature = made(key, &checked, context).await?;
    send((id, signature, comment), repeat, context).await
}

/// A signature over the statement. A security key waits for a touch: the connection goes on
/// meanwhile.
async fn made(key: Key, checked: &Checked, context: &mut Context<'_>) -> Result<String, Failure> {
    if key.wants_touch() {
        context.output.note("touch your security key")?;
    }
    let text = checked.text.clone();
    let failed = |error: &dyn std::fmt::Display| {
        let hint = "`ssh-add -l` shows the keys that ssh-agent holds";
        Failure::usage(format!("failed to {error}"), hint)
    };
    let signed = tokio::task::spawn_blocking(move || key.sign(text.as_bytes())).await;
    let signed: Result<String, SignError> =
        signed.map_err(|_| failed(&"sign: it was cut short"))?;
    signed.map_err(|error| failed(&error))
}

/// Sends a signature, and says what came of it.
pub(super) async fn send(
    (approval_id, signature, comment): (String, String, String),
    KeyArgs { idempotency_key }: KeyArgs,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let scope = context.scope();
    let request =
        v1::SignApprovalRequest { scope, approval_id, signature, comment, idempotency_key };
    let approval = context.connection.sign_approval(request).await?.approval.unwrap_or_default();
    if context.output.is_table()
        && let Some(ended) = approval.ended.as_ref().filter(|ended| !ended.run_id.is_empty())
    {
        return Ok(context.output.line(format!("carried out: run {} started", ended.run_id))?);
    }
    answered(&approval, context)?;
    match approval.status() {
        // The signature was good, and too late to count.
        v1::ApprovalStatus::Void => Err(Failure::Over(approval.ended.map_or_else(
            || "the approval is void".to_owned(),
            |ended| format!("the approval {}", ended.sentence),
        ))),
        _ => Ok(()),
    }
}
