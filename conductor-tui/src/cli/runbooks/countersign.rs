//! `conductor runbooks countersign`: read, asked about, signed here, and sent.

use conductor_keys::sshsig::RUNBOOK;
use conductor_protocol::v1;
use conductor_tui::signing::{Unsignable, signed_by, signed_text};

use super::{CountersignArgs, files, sign::made};
use crate::cli::{
    approvals::signer,
    context::Context,
    failure::Failure,
    output::{Meaning, one_line, to_value},
    workflows,
};

/// Runs the command.
pub(super) async fn run(args: CountersignArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let CountersignArgs { workflow, key, signature, yes, idempotency_key } = args;
    if !yes && !context.output.interactive {
        let hint = "read it with `conductor workflows show --source`, and sign it with --yes";
        return Err(Failure::usage("nobody is there to be asked", hint));
    }
    let found = workflows::get(&workflow, context).await?;
    let text = checked(&found)?;
    show(&found, &text, context)?;
    let signature = match signature {
        Some(path) => files::read(&path)?,
        None => {
            let key = signer::choose(key.as_deref(), RUNBOOK, context).await?;
            if !yes && !context.output.confirm(&format!("sign this with {}?", key.name()))? {
                return Err(Failure::Interrupted);
            }
            made(key, text, context).await?
        }
    };
    let (scope, name, version) = (context.scope(), found.name, found.version);
    let request =
        v1::CountersignWorkflowRequest { scope, name, version, signature, idempotency_key };
    let answer = context.connection.countersign_workflow(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let done = if answer.changed { "countersigned" } else { "countersigned before" };
    let workflow = answer.workflow.unwrap_or_default();
    Ok(context.output.line(format!("{} {}: {done}", workflow.name, workflow.version))?)
}

/// What is signed, which is what runs.
fn checked(found: &v1::Workflow) -> Result<String, Failure> {
    signed_text(found).map_err(|error| match error {
        Unsignable::Another(_) => Failure::Damaged(error.to_string()),
        Unsignable::NotKept(_) | Unsignable::Unknown(_) => Failure::Invalid(error.to_string()),
    })
}

/// Beside the answer: that is what came of it.
fn show(found: &v1::Workflow, text: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let output = &mut *context.output;
    let title = format!("{} {}", found.name, found.version);
    output.note(output.note_style.paint(Meaning::Strong, &title))?;
    output.note(format!("published by {}, {}", found.published_by, signed_by(found)))?;
    output.note(format!("digest {}", found.digest))?;
    if !found.signature_problem.is_empty() {
        // Of an earlier reviewer's somebody else's makes up; what its author's comes to the daemon says.
        let word = output.note_style.paint(Meaning::Bad, "does not hold:");
        output.note(format!("{word} {}", one_line(&found.signature_problem)))?;
    }
    output.note("")?;
    for line in text.lines() {
        output.note(format!("  {}", one_line(line)))?;
    }
    Ok(output.note("")?)
}
