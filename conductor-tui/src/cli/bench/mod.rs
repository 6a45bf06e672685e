//! `conductor bench`: generates load, measures what a caller sees, and in the same run what this
//! machine could do at most: raw synced appends and raw process starts.

mod load;
mod machine;
mod measures;

use std::path::Path;

use clap::{Args, ValueEnum};
use conductor_protocol::{
    manifest::{MediaType, Source},
    v1,
};

use self::{
    load::Load,
    measures::{Measures, Raw},
};
use super::{context::Context, failure::Failure, workflows};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
A caller starts a run, waits for its end, and starts the next; ends are learnt from the \
ledger's tail, not by asking. The clock starts with the first start and stops with the last end. ackMs \
is from a start's request to its durable acknowledgement, endMs to the end as the caller sees it. \
A start that is pushed back is tried again after the time that the daemon asks for, and counted.

rawSyncPerS is how often this disk appends 4 KiB and syncs them, one after the other; rawSpawnPerS \
how often this machine starts `true` and waits for it, with as many threads as it has cores. Both \
are measured before the load, while the daemon is idle.

Examples:
  conductor bench --task noop --runs 20000 --concurrency 64
  conductor bench --task noop --runs 1000 --concurrency 1 -o json | jq .endMs.p50
  conductor bench --task shell --runs 5000 --concurrency 64 -o json")]
pub(crate) struct BenchArgs {
    /// What each run does: nothing, or `true` in a shell
    #[arg(long, value_enum, default_value_t = TaskKind::Noop)]
    task: TaskKind,
    /// Runs in all
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    runs: u64,
    /// Callers at once
    #[arg(long, value_name = "C", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    concurrency: u32,
    /// Callers start the next run as soon as the last is acknowledged, not when it has ended
    #[arg(long)]
    open_loop: bool,
}

/// What each run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskKind {
    /// One task that does nothing.
    Noop,
    /// One task that runs `true` in a shell.
    Shell,
}

impl TaskKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Shell => "shell",
        }
    }

    const fn workflow(self) -> &'static str {
        match self {
            Self::Noop => "bench-noop",
            Self::Shell => "bench-shell",
        }
    }

    fn manifest(self) -> String {
        let name = self.workflow();
        let task = match self {
            Self::Noop => "  - id: noop\n    uses: pkg:builtin/noop@1\n",
            Self::Shell => {
                "  - id: shell\n    uses: pkg:builtin/shell@1\n    with:\n      run: \"true\"\n"
            }
        };
        format!(
            "name: {name}\nversion: 1.0.0\ndescription: Load of `conductor bench`.\ntasks:\n{task}"
        )
    }
}

/// Runs the command.
pub(super) async fn run(args: BenchArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let status = context.connection.status(v1::StatusRequest { scope: context.scope() }).await?;
    let (path, text) = (Path::new("-"), args.task.manifest());
    let written = Source { media_type: MediaType::Yaml, text };
    let source = workflows::Source { path, written, told: false, signatures: Vec::new() };
    workflows::publish(source, "", context).await?;
    context.output.progress("measuring the machine")?;
    let raw = measure_machine(status.data_dir().to_owned()).await?;
    context.output.progress("measuring the daemon")?;
    let load = Load {
        endpoint: context.settings.endpoint.clone(),
        scope: context.settings.scope.clone(),
        workflow: args.task.workflow(),
        runs: args.runs,
        concurrency: args.concurrency,
        closed: !args.open_loop,
        after_seq: status.ledger_seq,
    };
    let measured = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
        measured = load.run() => measured?,
    };
    context.output.progress_done()?;
    let measures = Measures { args: &args, load: measured, raw };
    if context.output.is_table() {
        measures.print(context.output)?;
    } else {
        context.output.document(&measures.document())?;
    }
    match measures.load.errors {
        0 => Ok(()),
        errors => Err(Failure::NotGood(format!("{errors} of {} runs went wrong", args.runs))),
    }
}

/// On a thread of its own: it blocks.
async fn measure_machine(data_dir: String) -> Result<Raw, Failure> {
    let measured = tokio::task::spawn_blocking(move || machine::measure(data_dir.as_ref())).await;
    measured
        .map_err(std::io::Error::other)
        .and_then(|raw| raw)
        .map_err(|error| Failure::local("measure this machine", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflows_are_good() {
        for task in [TaskKind::Noop, TaskKind::Shell] {
            let manifest = conductor_protocol::manifest::parse(&task.manifest()).unwrap();
            assert_eq!(manifest.name, task.workflow());
        }
    }
}
