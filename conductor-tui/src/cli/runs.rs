//! `conductor runs`: list, show, logs, artifact, and every change of a run.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use conductor_protocol::v1;

use super::{
    artifact,
    context::Context,
    failure::Failure,
    follow::{self, Follow},
    logs::{self, Wish},
    run::answer,
    run_against,
    run_cancel::{self, CancelArgs},
    run_change::{self, ChangeArgs, ReleaseArgs, RerunArgs, changed},
    run_columns::RunColumns,
    run_filter::RunFilter,
    run_list, run_show,
};

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first or as they are sorted
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Show one run: its tasks, its timeline, its outputs
    #[command(after_help = "\
With --against-plan the run is compared with the plan that it was started by. Of that plan the daemon \
keeps the digest: the plan is made again, of the same version with the same inputs, and where its digest \
is another one, or none was recorded, that is said. How long things take is by the runs that have ended \
by now.

Examples:
  conductor runs show run_01jd…
  conductor runs show run_01jd… --against-plan -o json | jq '.differences[] | .task, .kind'")]
    Show {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// Compare it with its plan: what came otherwise, first
        #[arg(long, conflicts_with = "follow")]
        against_plan: bool,
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
    /// Write a run's disclosure pack: its receipt, decisions, approvals, runbook and logs, signed
    #[command(after_help = "\
Examples:
  conductor runs export run_01jd… -O evidence.tgz
  conductor receipts verify evidence.tgz --key daemon.pub")]
    Export {
        /// The run's id
        #[arg(value_name = "RUN")]
        run_id: String,
        /// Write to this file; without it RUN.tgz in the present folder, and to standard output for `-`
        #[arg(short = 'O', long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Which runs to list.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  conductor runs list --status failed,timed_out --since 2h
  conductor runs list --since 1d --all --sort took --columns workflow,took,owner
  conductor runs list --status running --sort started:asc
  conductor runs list --all -o jsonl | jq -r 'select(.tasksFailed > 0) | .runId'")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(super) filter: RunFilter,
    #[command(flatten)]
    pub(super) columns: RunColumns,
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

/// Runs the command.
pub(super) async fn run(command: RunsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        RunsCommand::List(args) => run_list::run(args, context).await,
        RunsCommand::Show { run_id, against_plan: true, .. } => {
            run_against::run(run_id, context).await
        }
        RunsCommand::Show { run_id, follow: true, logs, .. } => {
            follow::run(&run_id, Follow { logs }, context).await
        }
        RunsCommand::Show { run_id, .. } => run_show::run(run_id, context).await,
        RunsCommand::Logs { run_id, task_id, attempt, follow, timestamps } => {
            let (task_id, attempt) = (task_id.unwrap_or_default(), attempt.unwrap_or(0));
            logs::run(Wish { run_id, task_id, attempt, follow, timestamps }, context).await
        }
        RunsCommand::Cancel(args) => run_cancel::cancel(args, context).await,
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
        RunsCommand::Release(args) => run_change::release(args, context).await,
        RunsCommand::Rerun(args) => run_change::rerun(args, context).await,
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
        RunsCommand::Export { run_id, file } => artifact::export(run_id, file, context).await,
    }
}
