//! `conductor runs release|rerun`: what a run's changes take, and asking for them.

use clap::Args;
use conductor_protocol::v1;
use conductor_tui::words;
use serde_json::{Map, Value};

use super::{
    context::Context,
    failure::Failure,
    follow::Follow,
    inputs::{self, Assignment},
    output::to_value,
    run::answer,
};

/// A change of one run.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    pub(super) run_id: String,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
}

/// What is said to a task that is held.
#[derive(Debug, Args)]
#[command(after_help = "\
What a task takes depends on why it is held; `conductor runs show` says it:
  gate, canary               go_on, give_up
  at_most_once, undo_failed  retry, done, give_up")]
pub(crate) struct ReleaseArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    run_id: String,
    /// The task's id; may be left out where only one is held
    #[arg(value_name = "TASK")]
    task_id: Option<String>,
    /// What you say
    #[arg(long, value_name = "ANSWER", default_value = "go_on", value_parser = ANSWERS)]
    answer: String,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

const ANSWERS: [&str; 4] = ["go_on", "retry", "done", "give_up"];

/// What is run again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  conductor runs rerun run_01… --from-failed            keep what succeeded
  conductor runs rerun run_01… --from-failed --skip 'restart[web-7]=mended by hand'
  conductor runs rerun run_01… -i region=eu-west-2      the same with another input")]
pub(crate) struct RerunArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    run_id: String,
    /// Keep what succeeded; take up what failed, was killed or did not start
    #[arg(long)]
    from_failed: bool,
    /// Leave a task or an instance out, with the reason
    #[arg(long, value_name = "TASK=REASON", requires = "from_failed")]
    skip: Vec<Assignment>,
    /// An input that differs from the old run's
    #[arg(short = 'i', long = "input", value_name = "NAME=VALUE")]
    assignments: Vec<Assignment>,
    /// Another version of the workflow
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Repeat safely: the same key with the same request gives the same run
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Go ahead alone, as `conductor run --break-glass` does. Needs --reason
    #[arg(long, requires = "reason")]
    break_glass: bool,
    /// Show the new run's timeline until it ends
    #[arg(short, long)]
    follow: bool,
    /// With --follow: show the tasks' output, too
    #[arg(long, requires = "follow")]
    logs: bool,
}

pub(super) async fn rerun(args: RerunArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut inputs = Map::new();
    if !args.assignments.is_empty() {
        let schema = schema_of(&args, context).await?;
        inputs = inputs::assign(inputs, &args.assignments, &schema).map_err(Failure::Invalid)?;
    }
    let skipped = |task: Assignment| {
        let (task_id, reason) = task.into_parts();
        v1::SkippedTask { task_id, reason }
    };
    let request = v1::RerunRunRequest {
        scope: context.scope(),
        run_id: args.run_id,
        idempotency_key: args.idempotency_key.unwrap_or_default(),
        reason: args.reason.unwrap_or_default(),
        from_failed: args.from_failed,
        skip: args.skip.into_iter().map(skipped).collect(),
        undo: false,
        inputs_json: Value::Object(inputs).to_string(),
        version: args.version.unwrap_or_default(),
        break_glass: args.break_glass,
    };
    let started = context.connection.rerun_run(request).await?;
    answer(&started, args.follow.then_some(Follow { logs: args.logs }), context).await
}

/// The schema of the inputs that the new run takes.
async fn schema_of(args: &RerunArgs, context: &mut Context<'_>) -> Result<Value, Failure> {
    let request = v1::GetRunRequest { scope: context.scope(), run_id: args.run_id.clone() };
    let run = context.connection.get_run(request).await?.run.unwrap_or_default();
    let summary = run.summary.unwrap_or_default();
    let request = v1::GetWorkflowRequest {
        scope: context.scope(),
        name: summary.workflow,
        version: args.version.clone().unwrap_or(summary.version),
    };
    let workflow = context.connection.get_workflow(request).await?.workflow.unwrap_or_default();
    let manifest: Value = serde_json::from_str(&workflow.manifest_json).unwrap_or_default();
    Ok(manifest.get("inputs").cloned().unwrap_or_default())
}

pub(super) async fn release(args: ReleaseArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let task_id = match args.task_id {
        Some(task_id) => task_id,
        None => only_held(&args.run_id, context).await?,
    };
    let request = v1::ReleaseTaskRequest {
        scope: context.scope(),
        run_id: args.run_id.clone(),
        task_id,
        answer: args.answer,
        reason: args.reason.unwrap_or_default(),
        idempotency_key: String::new(),
    };
    let answer = context.connection.release_task(request).await?;
    changed(&args.run_id, &answer, context)
}

/// The one task of the run that waits for an answer.
async fn only_held(run_id: &str, context: &mut Context<'_>) -> Result<String, Failure> {
    let request = v1::GetRunRequest { scope: context.scope(), run_id: run_id.to_owned() };
    let run = context.connection.get_run(request).await?.run.unwrap_or_default();
    let held: Vec<&v1::Task> =
        run.tasks.iter().filter(|task| task.status() == v1::TaskStatus::Held).collect();
    match held.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(Failure::Usage {
            message: format!("no task of run {run_id} is held"),
            hint: "`conductor runs show` says where it stands".into(),
        }),
        several => {
            let ids: Vec<&str> = several.iter().map(|task| task.id.as_str()).collect();
            Err(Failure::Usage {
                message: format!("{} tasks are held: {}", ids.len(), ids.join(", ")),
                hint: "name the one that you answer".into(),
            })
        }
    }
}

/// Where the run stands after a change.
pub(super) fn changed(
    run_id: &str,
    answer: &v1::ChangeRunResponse,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if context.output.is_table() {
        let status = words::run_status(answer.status());
        context.output.line(format!("run {run_id} is {status}"))?;
        return Ok(());
    }
    let mut value = to_value(answer);
    value["runId"] = run_id.into();
    Ok(context.output.document(&value)?)
}
