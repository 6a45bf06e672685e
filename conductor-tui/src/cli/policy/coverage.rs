//! `conductor policy coverage`: which lines of the rules are reached, with a gate.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use conductor_policy::trial;
use conductor_protocol::v1;

use super::{bundle::BundleArgs, scenarios};
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Output, Table, one_line, to_value},
};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 1 when less is reached than --min asks for.

Examples:
  conductor policy coverage policy --min 90
  conductor policy coverage --bundle ./bundle policy --no-tests -o json")]
pub(crate) struct CoverageArgs {
    /// Files of scenarios, or folders of them
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    bundle: BundleArgs,
    /// Leave the bundle's own tests out
    #[arg(long)]
    no_tests: bool,
    /// Fail when fewer of a hundred lines are reached
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    min: Option<u32>,
}

/// Runs the command.
pub(super) async fn run(args: CoverageArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (scenarios, with_tests) = (scenarios::files(&args.paths)?, !args.no_tests);
    let found = if args.bundle.daemon {
        let (scope, candidate) = (context.scope(), args.bundle.candidate()?);
        let request = v1::PolicyCoverageRequest { scope, candidate, scenarios, with_tests };
        context.connection.policy_coverage(request).await?
    } else {
        trial::coverage(&args.bundle.local()?, &scenarios, with_tests)?
    };
    if context.output.is_table() {
        show(&found, context.output)?;
    } else {
        context.output.document(&to_value(&found))?;
    }
    match args.min.filter(|min| found.percent < *min) {
        None => Ok(()),
        Some(min) => {
            let percent = found.percent;
            Err(Failure::NotGood(format!("{percent} of a hundred lines are reached, not {min}")))
        }
    }
}

fn show(found: &v1::PolicyCoverageResponse, output: &mut Output) -> std::io::Result<()> {
    let mut table =
        Table::new(&[Column::fixed("file"), Column::fixed("reached"), Column::fixed("missed")]);
    for file in &found.files {
        let meaning = if file.missed.is_empty() { Meaning::Good } else { Meaning::Warn };
        table.row([
            Cell::of(file.file.clone(), Meaning::Strong),
            file.reached.to_string().into(),
            Cell::of(file.missed.len().to_string(), meaning),
        ]);
    }
    output.table(&table)?;
    for file in &found.files {
        for line in &file.missed {
            let place = output.style.paint(Meaning::Dim, &format!("{}:{}", file.file, line.line));
            output.line(format!("{place}  {}", one_line(&line.text)))?;
        }
    }
    output.line(format!("{} of a hundred lines are reached", found.percent))
}
