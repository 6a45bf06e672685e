//! `conductor runs cancel`: runs by their ids, or every open one that a filter means.

use clap::Args;
use conductor_protocol::v1;
use serde_json::Value;

use super::{
    context::Context,
    failure::{Failure, report},
    output::to_value,
    pages::{self, PAGE_SIZE},
    run_filter::RunFilter,
};

/// Runs that have not ended: the only ones that can be asked to.
const OPEN: [v1::RunStatus; 6] = [
    v1::RunStatus::Queued,
    v1::RunStatus::Running,
    v1::RunStatus::Cancelling,
    v1::RunStatus::Paused,
    v1::RunStatus::Held,
    v1::RunStatus::Undoing,
];

/// Which runs to cancel.
#[derive(Debug, Args)]
#[command(after_help = "\
Answers when the request is durable; the run ends when its tasks have stopped. They get SIGTERM and \
time to clean up before SIGKILL; with --kill, SIGKILL at once, which policy is asked about by itself \
(`run.kill`). Runs are named by \
their ids, or by a filter, which means every open run that it fits, however many they are; --all \
means every open run. Several runs are asked about first when a person sits at the terminal, \
unless --yes is given. Each is asked for, also after one was refused; how many were is said at the \
end, and the first refusal is the exit code.

Examples:
  conductor runs cancel run_01… --reason 'wrong host'
  conductor runs cancel --workflow disk-clean --since 1h
  conductor runs cancel run_01… --kill --reason 'it deletes the wrong volume'
  conductor runs cancel --status queued --owner uid:1000 --yes")]
pub(crate) struct CancelArgs {
    /// Ids of the runs
    #[arg(value_name = "RUN")]
    run_ids: Vec<String>,
    #[command(flatten)]
    filter: RunFilter,
    /// Every open run there is
    #[arg(long)]
    all: bool,
    /// Why, in your words; kept with the run
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Give tasks no time to clean up; also what is being cancelled already can be killed
    #[arg(long)]
    kill: bool,
    /// Don't ask
    #[arg(short, long)]
    yes: bool,
}

/// Every run is asked for, also after one was refused; the first refusal is the answer.
pub(super) async fn cancel(args: CancelArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let CancelArgs { run_ids, filter, all, reason, kill, yes } = args;
    let run_ids = match (run_ids.is_empty(), filter.is_empty() && !all) {
        (false, true) => run_ids,
        (true, false) => meant(filter, context).await?,
        (named, _) => return Err(unclear(named)),
    };
    let count = run_ids.len();
    if count == 0 {
        context.output.note("no open run matches")?;
    }
    if count > 1 && !yes && context.output.interactive {
        let verb = if kill { "kill" } else { "cancel" };
        let question = format!("{verb} {count} runs?");
        if !context.output.confirm(&question)? {
            return Err(Failure::Interrupted);
        }
    }
    let mut answers = Vec::new();
    let mut refused: Option<Failure> = None;
    for run_id in run_ids {
        let request = v1::CancelRunRequest {
            scope: context.scope(),
            run_id,
            reason: reason.clone().unwrap_or_default(),
            kill,
            ..Default::default()
        };
        match cancel_one(request, context).await {
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
    if count > 1 {
        context.output.note(sum(answers.len(), count))?;
    }
    refused.map_or(Ok(()), Err)
}

/// What came of several, in a line beside the answers.
fn sum(asked: usize, of: usize) -> String {
    match of - asked {
        0 => format!("{asked} runs asked to end"),
        refused => format!("{asked} of {of} runs asked to end, {refused} refused"),
    }
}

fn unclear(nothing: bool) -> Failure {
    let (message, hint) = if nothing {
        ("it is not said which runs to cancel", "name their ids, or give a filter, or --all")
    } else {
        ("runs are named, and a filter is given", "give the one or the other")
    };
    Failure::Usage { message: message.into(), hint: hint.into() }
}

/// Ids of the open runs that a filter means, on all of its pages. Runs that start meanwhile are
/// not among them: they were not there when it was asked.
async fn meant(filter: RunFilter, context: &mut Context<'_>) -> Result<Vec<String>, Failure> {
    let mut request = filter.request(context.scope());
    request.page_size = PAGE_SIZE;
    if request.statuses.is_empty() {
        request.statuses = OPEN.map(Into::into).to_vec();
    }
    let connection = &context.connection;
    let runs = pages::all(|page_token| {
        let request = v1::ListRunsRequest { page_token, ..request.clone() };
        async move {
            let page = connection.list_runs(request).await?;
            Ok((page.runs, page.next_page_token))
        }
    })
    .await?;
    let open = runs.into_iter().filter(|run| OPEN.contains(&run.status()));
    Ok(open.map(|run| run.run_id).collect())
}

async fn cancel_one(
    request: v1::CancelRunRequest,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    let run_id = request.run_id.clone();
    let answer = context.connection.cancel_run(request).await?;
    let mut value = to_value(&answer);
    if context.output.is_table() {
        let status = value["status"].as_str().unwrap_or_default();
        context.output.line(format!("run {run_id} is {status}"))?;
    }
    value["runId"] = run_id.into();
    Ok(value)
}
