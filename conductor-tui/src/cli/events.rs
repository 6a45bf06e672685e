//! `conductor events`: the ledger, read.

use clap::{Args, Subcommand};
use conductor_client::{Link, Update};
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Meaning, Output, one_line, to_value},
};

/// What can be done with events.
#[derive(Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// Print events in order
    Tail(TailArgs),
}

/// Which events.
#[derive(Debug, Args)]
#[command(after_help = "\
A kind that ends in a dot stands for all that begin so: `--kind task.`.

Examples:
  conductor events tail --last 20 --follow
  conductor events tail --kind decision.recorded -o jsonl | jq .data
  conductor events tail --run run_01jd6p5c7se9bs0w1h3m5n7p9q")]
pub(crate) struct TailArgs {
    /// Only what comes after this sequence number
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// Begin so many events before the newest
    #[arg(long, value_name = "N", conflicts_with = "after")]
    last: Option<u64>,
    /// Stay and print new events as they become durable
    #[arg(short, long)]
    follow: bool,
    /// Only events of this kind; may be given again
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only events about this run
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Stop after this many
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    limit: u64,
}

/// Runs the command.
pub(super) async fn run(command: EventsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let EventsCommand::Tail(args) = command;
    let after_seq = match args.last {
        None => args.after,
        Some(last) => {
            let request = v1::StatusRequest { scope: context.scope() };
            context.connection.status(request).await?.ledger_seq.saturating_sub(last)
        }
    };
    let request = v1::TailRequest {
        scope: context.scope(),
        after_seq,
        follow: args.follow,
        kinds: args.kinds,
        subject: args.run.unwrap_or_default(),
        limit: args.limit,
    };
    context.output.list_begin();
    let ended = tokio::select! {
        biased;
        // Whoever follows ends it so; that is no failure.
        _ = tokio::signal::ctrl_c() => if args.follow { Ok(()) } else { Err(Failure::Interrupted) },
        done = print(request, context) => done,
    };
    if !context.output.is_table() {
        context.output.list_end()?;
    }
    ended
}

async fn print(request: v1::TailRequest, context: &mut Context<'_>) -> Result<(), Failure> {
    let follow = request.follow;
    let mut events = context.connection.tail(request);
    while let Some(update) = events.next().await {
        match update? {
            Update::Item(event) => show(&event, context.output)?,
            // Without --follow there is nobody who would wait for a daemon to come back.
            Update::Link(Link::Stale { error, .. }) if !follow => return Err(error.into()),
            Update::Link(Link::Stale { error, attempts: 1, .. }) => {
                context.output.note(format!("note: failed to {error}; trying again"))?;
            }
            Update::Link(_) => {}
        }
    }
    Ok(())
}

fn show(event: &v1::Event, output: &mut Output) -> std::io::Result<()> {
    if !output.is_table() {
        return output.list_item(&to_value(event));
    }
    let time = output.clock.date_time(event.at.as_ref());
    let line = format!(
        "{:>8}  {}  {}  {}  {}",
        event.seq,
        output.style.paint(Meaning::Dim, &time),
        output.style.paint(Meaning::Strong, &format!("{:<20}", event.kind)),
        one_line(&event.subject),
        output.style.paint(Meaning::Dim, &format!("by {}", event.principal)),
    );
    output.line(line)
}
