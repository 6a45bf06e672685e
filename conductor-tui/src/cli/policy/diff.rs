//! `conductor policy diff`: what another bundle answers differently.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use conductor_policy::trial;
use conductor_protocol::v1;

use super::{
    bundle::{self, BundleArgs},
    scenarios,
};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Both bundles are asked every role, action, profile, environment and risk, and the scenarios that are \
named. Exits with 1 when an answer is another: other reasons alone are none.

Examples:
  conductor policy diff ./policy                      the built-in bundle and that one
  conductor policy diff ./policy --daemon             the daemon's bundle and that one
  conductor policy diff new.tar.gz --bundle old.tar.gz scenarios -o json")]
pub(crate) struct DiffArgs {
    /// The other bundle, a folder or an archive
    #[arg(value_name = "CANDIDATE", value_hint = ValueHint::AnyPath)]
    candidate: PathBuf,
    /// Files of scenarios, or folders of them
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    before: BundleArgs,
    /// Ask the scenarios alone
    #[arg(long, requires = "paths")]
    no_matrix: bool,
}

/// Runs the command.
pub(super) async fn run(args: DiffArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (scenarios, matrix) = (scenarios::files(&args.paths)?, !args.no_matrix);
    let found = if args.before.daemon {
        if args.before.candidate()?.is_some() {
            let message = "--daemon compares with the daemon's bundle, --bundle with another one";
            return Err(Failure::usage(message, "leave one of the two out"));
        }
        let (scope, candidate) = (context.scope(), Some(bundle::candidate(&args.candidate)?));
        let request = v1::DiffPolicyRequest { scope, candidate, scenarios, matrix };
        context.connection.diff_policy(request).await?
    } else {
        let (before, after) = (args.before.local()?, bundle::load(&args.candidate)?);
        trial::diff(&before, &after, (&scenarios, matrix))?
    };
    if context.output.is_table() {
        show(&found, context.output)?;
    } else {
        context.output.document(&to_value(&found))?;
    }
    match found.differ {
        0 => Ok(()),
        differ => Err(Failure::NotGood(format!("{differ} of {} answers are others", found.asked))),
    }
}

fn show(found: &v1::DiffPolicyResponse, output: &mut Output) -> std::io::Result<()> {
    for file in &found.files {
        let change = output.style.paint(Meaning::Warn, &format!("{:<8}", file.change));
        output.line(format!("{change} {}", file.file))?;
    }
    if found.differences.is_empty() {
        return output.line(format!("none of {} answers is another", found.asked));
    }
    let mut table = Table::new(&[
        Column::fixed("now"),
        Column::text("question"),
        Column::text("before"),
        Column::text("after"),
    ]);
    for difference in &found.differences {
        table.row([
            Cell::of(difference.change.clone(), meaning(&difference.change)),
            Cell::of(one_line(&difference.name), Meaning::Strong),
            told(difference.before.as_ref()).into(),
            told(difference.after.as_ref()).into(),
        ]);
    }
    output.table(&table)?;
    let more = (found.differ as usize).saturating_sub(found.differences.len());
    if more > 0 {
        output.note(format!("{more} more"))?;
    }
    Ok(())
}

/// How much a change matters.
pub(super) fn meaning(change: &str) -> Meaning {
    match change {
        "denied" => Meaning::Bad,
        "allowed" => Meaning::Warn,
        _ => Meaning::Plain,
    }
}

/// An answer in one line.
pub(super) fn told(answer: Option<&v1::PolicyAnswer>) -> String {
    let Some(answer) = answer else { return String::new() };
    let word = if answer.allow { "allow" } else { "deny" };
    let obliged = super::eval::obligations(answer);
    let why = if answer.allow { obliged } else { answer.reasons.clone() };
    match why.as_slice() {
        [] => format!("{word}, {} risk", answer.risk),
        why => one_line(&format!("{word}, {} risk: {}", answer.risk, why.join("; "))),
    }
}
