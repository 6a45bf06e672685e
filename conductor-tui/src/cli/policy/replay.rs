//! `conductor policy replay`: what was decided, asked again of a bundle that is to come.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use conductor_protocol::v1;

use super::{
    bundle,
    diff::{meaning, told},
};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
The daemon asks the bundle every question of the tenant that it recorded a decision on in that time, \
as it was asked then, and lists those that would be answered otherwise, the newest first, and how \
many that are for whom. Reads that were allowed are not recorded. Nothing is decided or recorded.

Exits with 1 when something would flip. As JSON it gives one object with `flips` and `summary`.

Examples:
  conductor policy replay ./policy --days 30
  conductor policy replay new.tar.gz -o json | jq '.summary.principals'")]
pub(crate) struct ReplayArgs {
    /// The bundle that is to come, a folder or an archive
    #[arg(value_name = "CANDIDATE", value_hint = ValueHint::AnyPath)]
    candidate: PathBuf,
    /// How far back
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

/// Runs the command.
pub(super) async fn run(args: ReplayArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (scope, candidate) = (context.scope(), Some(bundle::candidate(&args.candidate)?));
    let request = v1::ReplayPolicyRequest { scope, candidate, days: args.days };
    let mut stream = context.connection.replay_policy(request).await?;
    let (mut flips, mut summary) = (Vec::new(), None);
    while let Some(message) = stream.next().await? {
        flips.extend(message.flips);
        summary = message.summary.or(summary);
    }
    let Some(summary) = summary else {
        return Err(Failure::NotServing {
            message: "the daemon stopped before all was replayed".into(),
            hint: "replay it again when it serves".into(),
        });
    };
    if context.output.is_table() {
        show(&flips, &summary, context.output)?;
    } else {
        let flips: Vec<_> = flips.iter().map(to_value).collect();
        let document = serde_json::json!({ "flips": flips, "summary": to_value(&summary) });
        context.output.document(&document)?;
    }
    match summary.flipped {
        0 => Ok(()),
        flipped => {
            let asked = summary.decisions;
            Err(Failure::NotGood(format!("{flipped} of {asked} decisions would flip")))
        }
    }
}

fn show(
    flips: &[v1::PolicyFlip],
    summary: &v1::PolicyReplay,
    output: &mut Output,
) -> std::io::Result<()> {
    if !flips.is_empty() {
        let mut table = Table::new(&[
            Column::fixed("at"),
            Column::fixed("now"),
            Column::fixed("principal"),
            Column::fixed("action"),
            Column::text("resource"),
            Column::text("would be"),
        ]);
        for flip in flips {
            let times = if flip.count > 1 { format!(" ×{}", flip.count) } else { String::new() };
            table.row([
                output.clock.date_time(flip.at.as_ref()).into(),
                Cell::of(format!("{}{times}", flip.change), meaning(&flip.change)),
                Cell::of(flip.principal.clone(), Meaning::Strong),
                flip.action.clone().into(),
                one_line(&flip.resource).into(),
                told(flip.after.as_ref()).into(),
            ]);
        }
        output.table(&table)?;
        output.line("")?;
    }
    for each in &summary.principals {
        let change = output.style.paint(meaning(&each.change), &format!("{:<12}", each.change));
        output.line(format!("{change} {:>6}  {}", each.count, each.principal))?;
    }
    let since = output.clock.date_time(summary.since.as_ref());
    let asked = format!("{} decisions since {since}", summary.decisions);
    output.line(format!("{} of {asked} would flip", summary.flipped))?;
    if summary.cut {
        output
            .note("warning: there were more decisions; the oldest of them were not asked again")?;
    }
    if summary.flips_cut {
        output.note("warning: not every flip is listed; all of them are counted")?;
    }
    Ok(())
}
