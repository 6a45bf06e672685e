//! `conductor runbooks review`.

use clap::{ArgGroup, Args};
use conductor_protocol::v1;

use super::super::{
    context::Context, failure::Failure, output::to_value, workflows::name_and_version,
};

/// See the module.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("opinion").required(true).args(["accept", "reject"]),
    after_help = "\
What you say is on record and shown with the version; the newest of each person counts. Nobody reviews \
what they published themselves. A review is no signature: it says that somebody read it.

Examples:
  conductor runbooks review drain-and-patch@1.0.0 --accept
  conductor runbooks review drain-and-patch@1.0.0 --reject --reason 'the check comes after the restart'"
)]
pub(crate) struct ReviewArgs {
    /// Name and version
    #[arg(value_name = "NAME@VERSION")]
    runbook: String,
    /// It may be used, as far as you are concerned
    #[arg(long)]
    accept: bool,
    /// It should not be used
    #[arg(long, requires = "reason")]
    reject: bool,
    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    idempotency_key: String,
}

/// Says it.
pub(super) async fn run(args: ReviewArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (name, version) = name_and_version(&args.runbook);
    if version.is_empty() {
        let message = format!("which version of {name} did you read?");
        return Err(Failure::usage(&message, "write NAME@VERSION"));
    }
    let request = v1::ReviewWorkflowRequest {
        scope: context.scope(),
        name,
        version,
        accepted: args.accept,
        reason: args.reason.unwrap_or_default(),
        idempotency_key: args.idempotency_key,
    };
    let answer = context.connection.review_workflow(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let word = if args.accept { "accepted" } else { "rejected" };
    let before = if answer.changed { "" } else { ", as before" };
    for workflow in &answer.workflows {
        context.output.line(format!("{} {}: {word}{before}", workflow.name, workflow.version))?;
    }
    Ok(())
}
