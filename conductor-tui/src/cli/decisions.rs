//! `conductor decisions`: what policy was asked and what it said.

mod export;
mod show;

use clap::{Args, Subcommand, ValueEnum};
use conductor_protocol::v1;

use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, meaning_of, one_line, with_glyph},
    when,
};

/// Rows asked for at once; the daemon's bound.
const PAGE_SIZE_MAX: u32 = 500;

/// What can be done with decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum DecisionsCommand {
    /// List decisions, newest first
    #[command(
        visible_alias = "ls",
        after_help = "\
Examples:
  conductor decisions list --outcome deny --since 2h
  conductor decisions list --principal uid:1000 --action run.
  conductor decisions list --resource payroll-export -o json"
    )]
    List(ListArgs),
    /// Show one decision: what was asked, why it was answered so, what would change it
    Show {
        /// Its id, `dec_…`
        #[arg(value_name = "DECISION")]
        id: String,
    },
    /// Write recorded decisions in the format of OPA's decision log
    #[command(after_help = "\
A JSON array of events, oldest first, as OPA sends them to a decision log service. What OPA has \
no name for is below `custom`.

Examples:
  conductor decisions export --since 1d -O decisions.json
  conductor decisions export --denied | gzip > denied.json.gz")]
    Export(export::ExportArgs),
}

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outcome {
    /// It was allowed, and nothing stood in the way
    Allow,
    /// It was denied, or something stood in the way
    Deny,
}

/// Which decisions.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only what was denied, or not done for want of something; the same as `--outcome deny`
    #[arg(long, conflicts_with = "outcome")]
    denied: bool,
    /// Only what was done, or only what was not
    #[arg(long, value_enum, value_name = "OUTCOME")]
    outcome: Option<Outcome>,
    /// Only those of this principal
    #[arg(long, value_name = "PRINCIPAL")]
    principal: Option<String>,
    /// Only those about this action; about a group of them when it ends in a dot, such as `run.`
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only those about this resource: a name or an id
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
    /// Only those at or after this time: `2h` ago, or RFC 3339
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<pbjson_types::Timestamp>,
    /// Only those before this time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    until: Option<pbjson_types::Timestamp>,
    /// Only those of which policy wants a role told that you hold
    #[arg(long)]
    told: bool,
    /// The bounded log of allowed reads instead of the recorded decisions
    #[arg(long, conflicts_with = "denied")]
    reads: bool,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl ListArgs {
    fn request(&self, context: &Context<'_>) -> v1::ListDecisionsRequest {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let outcome = match (self.outcome, self.denied) {
            (Some(Outcome::Allow), _) => "allow",
            (Some(Outcome::Deny), _) | (None, true) => "deny",
            (None, false) => "",
        };
        v1::ListDecisionsRequest {
            scope: context.scope(),
            reads: self.reads,
            told: self.told,
            principal: text(&self.principal),
            action: text(&self.action),
            resource: text(&self.resource),
            outcome: outcome.to_owned(),
            since: self.since,
            until: self.until,
            ..Default::default()
        }
    }
}

/// Runs the command.
pub(super) async fn run(
    command: DecisionsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        DecisionsCommand::List(args) => list(&args, context).await,
        DecisionsCommand::Show { id } => show::run(id, context).await,
        DecisionsCommand::Export(args) => export::run(args, context).await,
    }
}

async fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let found = read(args, context).await?;
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
            one_line(&why(&decision)).into(),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// The reasons, or what stood in the way although they allow it.
fn why(decision: &v1::Decision) -> String {
    if decision.unmet.is_empty() {
        return decision.reasons.join("; ");
    }
    let asked: Vec<&str> = decision.obligations.iter().map(|one| one.text.as_str()).collect();
    format!("{}: {}", decision.unmet, asked.join("; "))
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
        let page_size = left.min(PAGE_SIZE_MAX);
        let request = v1::ListDecisionsRequest { page_size, page_token, ..args.request(context) };
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
