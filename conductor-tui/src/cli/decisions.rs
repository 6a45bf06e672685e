//! `conductor decisions`: what policy was asked and what it said.

use clap::{Args, Subcommand};
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, meaning_of, one_line, with_glyph},
};

/// Rows asked for at once; the daemon's bound.
const PAGE_SIZE_MAX: u32 = 500;

/// What can be done with decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum DecisionsCommand {
    /// List decisions, newest first
    #[command(visible_alias = "ls")]
    List(ListArgs),
}

/// Which decisions.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only denials
    #[arg(long)]
    denied: bool,
    /// The bounded log of allowed reads instead of the recorded decisions
    #[arg(long, conflicts_with = "denied")]
    reads: bool,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// Runs the command.
pub(super) async fn run(
    command: DecisionsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let DecisionsCommand::List(args) = command;
    let found = read(&args, context).await?;
    if context.output.listed(&found)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("at"),
        Column::fixed("verdict"),
        Column::fixed("principal"),
        Column::fixed("action"),
        Column::text("resource"),
        Column::text("reasons"),
    ]);
    for recorded in found {
        let decision = recorded.decision.unwrap_or_default();
        let verdict = if decision.allow { "allow" } else { "deny" };
        let times =
            if recorded.count > 1 { format!(" ×{}", recorded.count) } else { String::new() };
        let shown = with_glyph(verdict, context.output.style) + &times;
        table.row([
            context.output.clock.date_time(recorded.at.as_ref()).into(),
            Cell::of(shown, meaning_of(verdict)),
            recorded.principal.into(),
            Cell::of(recorded.action, Meaning::Strong),
            one_line(&recorded.resource).into(),
            one_line(&decision.reasons.join("; ")).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

async fn read(
    args: &ListArgs,
    context: &Context<'_>,
) -> Result<Vec<v1::RecordedDecision>, Failure> {
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut page_token = String::new();
    while found.len() < limit {
        let left = u32::try_from(limit - found.len()).unwrap_or(u32::MAX);
        let request = v1::ListDecisionsRequest {
            scope: context.scope(),
            page_size: left.min(PAGE_SIZE_MAX),
            page_token,
            denials_only: args.denied,
            reads: args.reads,
        };
        let page = context.connection.list_decisions(request).await?;
        found.extend(page.decisions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}
