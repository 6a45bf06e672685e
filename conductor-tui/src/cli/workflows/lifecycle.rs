//! `conductor workflows deprecate` and `retire`.

use clap::Args;
use conductor_protocol::v1;

use super::{
    super::{context::Context, failure::Failure, output::to_value},
    name_and_version,
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
A deprecated version still starts. Whoever starts it is warned, and told what to use instead; lists \
show the word. --undo takes it back. Without a version all that are published by now are meant; \
what is published later is not.

Examples:
  conductor workflows deprecate disk-clean@1.2.0 --reason 'misses /var' --use disk-clean@1.3.0
  conductor workflows deprecate disk-clean@1.2.0 --undo")]
pub(crate) struct DeprecateArgs {
    /// Name, or name and version
    #[arg(value_name = "NAME[@VERSION]")]
    workflow: String,
    /// Why, in your words; who starts it reads them
    #[arg(
        long,
        value_name = "TEXT",
        required_unless_present = "undo",
        default_value = "",
        hide_default_value = true
    )]
    reason: String,
    /// What to use instead
    #[arg(
        long = "use",
        value_name = "NAME[@VERSION]",
        conflicts_with = "undo",
        default_value = "",
        hide_default_value = true
    )]
    instead: String,
    /// Take the warning back
    #[arg(long)]
    undo: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    idempotency_key: String,
}

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
From then on nothing starts from the version: not by hand, not by a schedule, not as a rerun. Runs \
that have started go on to their end. Nobody can take it back: publish what is right under a higher \
version. Without a version all that are published by now are meant.

Example:
  conductor workflows retire disk-clean@1.2.0 --reason 'deletes the wrong folder'")]
pub(crate) struct RetireArgs {
    /// Name, or name and version
    #[arg(value_name = "NAME[@VERSION]")]
    workflow: String,
    /// Why, in your words; who wants to start it reads them
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Do not ask whether this is meant
    #[arg(short, long)]
    yes: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    idempotency_key: String,
}

/// Warns, or takes it back.
pub(super) async fn deprecate(
    args: DeprecateArgs,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let (name, version) = name_and_version(&args.workflow);
    let request = v1::DeprecateWorkflowRequest {
        scope: context.scope(),
        name,
        version,
        reason: args.reason,
        instead: args.instead,
        undo: args.undo,
        idempotency_key: args.idempotency_key,
    };
    answer(&context.connection.deprecate_workflow(request).await?, context)
}

/// Ends versions.
pub(super) async fn retire(args: RetireArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (name, version) = name_and_version(&args.workflow);
    if context.output.interactive && !args.yes {
        let which = if version.is_empty() { "every version" } else { version.as_str() };
        let question = format!("retire {which} of {name} for good?");
        if !context.output.confirm(&question)? {
            context.output.note("nothing was retired")?;
            return Ok(());
        }
    }
    let request = v1::RetireWorkflowRequest {
        scope: context.scope(),
        name,
        version,
        reason: args.reason,
        idempotency_key: args.idempotency_key,
    };
    answer(&context.connection.retire_workflow(request).await?, context)
}

fn answer(
    answer: &v1::WorkflowLifecycleResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(answer))?);
    }
    let before = if answer.changed { "" } else { ", as before" };
    for workflow in &answer.workflows {
        let word = conductor_tui::words::workflow_state(workflow.state());
        context.output.line(format!("{} {}: {word}{before}", workflow.name, workflow.version))?;
    }
    Ok(())
}
