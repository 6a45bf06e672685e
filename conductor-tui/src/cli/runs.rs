//! `conductor runs`: list, show, logs, artifact, and every change of a run.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_protocol::v1;
use conductor_tui::words;
use pbjson_types::Timestamp;
use serde_json::{Map, Value};

use super::{
    artifact,
    context::Context,
    failure::{Failure, report},
    follow::{self, Follow},
    inputs::{self, Assignment},
    logs::{self, Wish},
    output::to_value,
    run::answer,
    run_list, run_show, when,
};

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Show one run: its tasks, its timeline, its outputs
    Show {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// Show the timeline until the run ends; exits with its outcome
        #[arg(short, long)]
        follow: bool,
        /// With --follow: show the tasks' output, too
        #[arg(long, requires = "follow")]
        logs: bool,
    },
    /// Output of a run's tasks
    Logs {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// The task's id; without it all tasks, each line with its task
        #[arg(value_name = "TASK")]
        task_id: Option<String>,
        /// Which attempt; without it the newest
        #[arg(long, value_name = "N", requires = "task_id")]
        attempt: Option<u32>,
        /// Stay until the attempt ends
        #[arg(short, long)]
        follow: bool,
        /// Put each line's time before it
        #[arg(long)]
        timestamps: bool,
    },
    /// Ask for the end of runs
    Cancel(CancelArgs),
    /// Let a run start no more tasks for now; those under way go on to their ends
    Pause(ChangeArgs),
    /// Let a paused run go on; the pause does not count against its time
    Resume(ChangeArgs),
    /// Leave a task out that has not started; what needs it runs
    Skip {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// The task's id; of a group, every instance that has not started
        #[arg(value_name = "TASK")]
        task_id: String,
        /// Why, in your words; kept with the run
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Answer a task that is held: a gate, a canary, an undo that failed
    Release(ReleaseArgs),
    /// Run an ended run again, as a new run that is linked to it
    Rerun(RerunArgs),
    /// Undo what a run finished, in the reverse order of its ends, by a new run
    Undo {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// Why, in your words; kept with the run
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Repeat safely: the same key with the same request gives the same run
        #[arg(long, value_name = "KEY")]
        idempotency_key: Option<String>,
        /// Show the new run's timeline until it ends
        #[arg(short, long)]
        follow: bool,
    },
    /// Write an artifact of a run to standard output or to a file; its digest is checked
    Artifact {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// The artifact's name
        name: String,
        /// Write to this file
        #[arg(short = 'O', long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Which runs to list.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  conductor runs list --status failed,timed_out --since 2h
  conductor runs list --all -o jsonl | jq -r 'select(.tasksFailed > 0) | .runId'")]
pub(crate) struct ListArgs {
    /// Only runs in one of these states
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_enum)]
    pub(super) status: Vec<StatusWord>,
    /// Only runs of this workflow
    #[arg(long, value_name = "NAME")]
    pub(super) workflow: Option<String>,
    /// Only runs that this principal started
    #[arg(long, value_name = "PRINCIPAL")]
    pub(super) owner: Option<String>,
    /// Only runs started since: `2h`, `3d`, or a date and time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    pub(super) since: Option<Timestamp>,
    /// Only runs started before: `2h`, `3d`, or a date and time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    pub(super) until: Option<Timestamp>,
    /// Only runs with this in their id, workflow or owner
    #[arg(long, value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) limit: u32,
    /// Go on where an earlier list ended
    #[arg(long, value_name = "TOKEN")]
    pub(super) page_token: Option<String>,
    /// All there are
    #[arg(long, conflicts_with = "limit")]
    pub(super) all: bool,
}

/// A run's state as `--status` takes it; the words of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum StatusWord {
    Queued,
    Running,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
    Paused,
    Held,
    Undoing,
}

impl From<StatusWord> for v1::RunStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Queued => Self::Queued,
            StatusWord::Running => Self::Running,
            StatusWord::Cancelling => Self::Cancelling,
            StatusWord::Succeeded => Self::Succeeded,
            StatusWord::Failed => Self::Failed,
            StatusWord::Cancelled => Self::Cancelled,
            StatusWord::TimedOut => Self::TimedOut,
            StatusWord::Paused => Self::Paused,
            StatusWord::Held => Self::Held,
            StatusWord::Undoing => Self::Undoing,
        }
    }
}

/// Which runs to cancel.
#[derive(Debug, Args)]
#[command(after_help = "\
Answers when the request is durable; the run ends when its tasks have stopped. Several runs are \
asked about first when a person sits at the terminal, unless --yes is given.")]
pub(crate) struct CancelArgs {
    /// Ids of the runs
    #[arg(required = true, value_name = "RUN")]
    run_ids: Vec<String>,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Don't ask
    #[arg(short, long)]
    yes: bool,
}

/// A change of one run.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// The run's id
    #[arg(value_name = "RUN")]
    run_id: String,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
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
    /// Show the new run's timeline until it ends
    #[arg(short, long)]
    follow: bool,
    /// With --follow: show the tasks' output, too
    #[arg(long, requires = "follow")]
    logs: bool,
}

/// Runs the command.
pub(super) async fn run(command: RunsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        RunsCommand::List(args) => run_list::run(args, context).await,
        RunsCommand::Show { run_id, follow: true, logs } => {
            follow::run(&run_id, Follow { logs }, context).await
        }
        RunsCommand::Show { run_id, .. } => run_show::run(run_id, context).await,
        RunsCommand::Logs { run_id, task_id, attempt, follow, timestamps } => {
            let (task_id, attempt) = (task_id.unwrap_or_default(), attempt.unwrap_or(0));
            logs::run(Wish { run_id, task_id, attempt, follow, timestamps }, context).await
        }
        RunsCommand::Cancel(args) => cancel(args, context).await,
        RunsCommand::Pause(ChangeArgs { run_id, reason }) => {
            let request = v1::PauseRunRequest {
                scope: context.scope(),
                run_id: run_id.clone(),
                reason: reason.unwrap_or_default(),
                idempotency_key: String::new(),
            };
            let answer = context.connection.pause_run(request).await?;
            changed(&run_id, &answer, context)
        }
        RunsCommand::Resume(ChangeArgs { run_id, reason }) => {
            let request = v1::ResumeRunRequest {
                scope: context.scope(),
                run_id: run_id.clone(),
                reason: reason.unwrap_or_default(),
                idempotency_key: String::new(),
            };
            let answer = context.connection.resume_run(request).await?;
            changed(&run_id, &answer, context)
        }
        RunsCommand::Skip { run_id, task_id, reason } => {
            let request = v1::SkipTaskRequest {
                scope: context.scope(),
                run_id: run_id.clone(),
                task_id,
                reason,
                idempotency_key: String::new(),
            };
            let answer = context.connection.skip_task(request).await?;
            changed(&run_id, &answer, context)
        }
        RunsCommand::Release(args) => release(args, context).await,
        RunsCommand::Rerun(args) => rerun(args, context).await,
        RunsCommand::Undo { run_id, reason, idempotency_key, follow } => {
            let request = v1::RerunRunRequest {
                scope: context.scope(),
                run_id,
                idempotency_key: idempotency_key.unwrap_or_default(),
                reason: reason.unwrap_or_default(),
                undo: true,
                ..Default::default()
            };
            let started = context.connection.rerun_run(request).await?;
            answer(&started, follow.then_some(Follow { logs: false }), context).await
        }
        RunsCommand::Artifact { run_id, name, file } => {
            artifact::run(run_id, name, file, context).await
        }
    }
}

async fn rerun(args: RerunArgs, context: &mut Context<'_>) -> Result<(), Failure> {
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

async fn release(args: ReleaseArgs, context: &mut Context<'_>) -> Result<(), Failure> {
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
fn changed(
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

/// Every run is asked for, also after one was refused; the first refusal is the answer.
async fn cancel(args: CancelArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let count = args.run_ids.len();
    if count > 1 && !args.yes && context.output.interactive {
        let question = format!("cancel {count} runs?");
        if !context.output.confirm(&question)? {
            return Err(Failure::Interrupted);
        }
    }
    let mut answers = Vec::new();
    let mut refused: Option<Failure> = None;
    for run_id in args.run_ids {
        match cancel_one(run_id, args.reason.clone().unwrap_or_default(), context).await {
            Ok(answer) => answers.push(answer),
            Err(failure) if refused.is_some() => {
                report(&failure, context.output);
            }
            Err(failure) => refused = Some(failure),
        }
    }
    if !context.output.is_table() {
        context.output.list(&answers)?;
    }
    refused.map_or(Ok(()), Err)
}

async fn cancel_one(
    run_id: String,
    reason: String,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    let request = v1::CancelRunRequest {
        scope: context.scope(),
        run_id: run_id.clone(),
        reason,
        idempotency_key: String::new(),
    };
    let answer = context.connection.cancel_run(request).await?;
    let mut value = to_value(&answer);
    if context.output.is_table() {
        let status = value["status"].as_str().unwrap_or_default();
        context.output.line(format!("run {run_id} is {status}"))?;
    }
    value["runId"] = run_id.into();
    Ok(value)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn a_state_is_asked_for_by_the_word_that_is_shown() {
        for asked in StatusWord::value_variants() {
            let value = asked.to_possible_value().unwrap();
            assert_eq!(value.get_name(), words::run_status((*asked).into()));
        }
    }
}
