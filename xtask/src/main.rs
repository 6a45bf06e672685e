//! Chores of the project: `cargo xtask demo`, `test`, `bench`, `man`, `gen`.

#![expect(clippy::disallowed_methods, reason = "chores start programs and wait for them")]

mod bench;
mod daemon;
mod demo;
mod interrupt;
mod machine;
mod man;
mod packages;
mod program;
mod regenerate;
mod say;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the Conductor project.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Start a scratch daemon, run a real triage of this host and open the console on it.
    Demo(demo::Options),
    /// Run every test there is.
    Test(test::Options),
    /// Measure, and print a table and JSON.
    Bench(bench::Options),
    /// Write `man/conductor.1` from the console's own definition of its commands.
    Man(man::Options),
    /// Write the generated code of the wire format from `protocol/proto`.
    Gen,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().chore {
        Chore::Demo(options) => demo::run(&options),
        Chore::Test(options) => test::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::Man(options) => man::run(&options),
        Chore::Gen => regenerate::run(),
    };
    outcome.unwrap_or_else(|error| {
        say::error(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}
