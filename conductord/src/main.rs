//! `conductord`, the daemon: configuration and wiring only.

mod chance;
mod cli;
mod config;
mod confine;
mod data;
mod exit;
mod forgetting;
mod ledger;
mod logging;
mod memory;
mod oidc;
mod policy;
mod rebuild;
mod sealing;
mod serve;
mod service_manager;
mod signing;
mod stdio;
mod worker;

use std::process::ExitCode;

use clap::Parser as _;

use self::{cli::Cli, config::Settings, exit::Ended};

fn main() -> ExitCode {
    // Before anything else: it happens once for each confined task, and needs none of the rest.
    if let Some(program) = confine::asked_for() {
        return ExitCode::from(conductor_executors::confine::enter(program));
    }
    let cli = Cli::parse();
    match carry_out(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(ended) => ended.tell(),
    }
}

fn carry_out(cli: Cli) -> Result<(), Ended> {
    match cli.command {
        None => serve::serve(cli.serve),
        Some(cli::Command::Confine { program }) => confine::confine(program),
        Some(cli::Command::TryBundle) => policy::try_bundle(),
        Some(cli::Command::Stdio) => stdio::connect(&cli.serve),
        Some(cli::Command::Serve) => serve::serve(cli.serve),
        Some(cli::Command::CheckConfig) => check_config(&cli.serve),
        Some(cli::Command::Rebuild) => rebuild::rebuild(&Settings::read(&cli.serve)?),
        Some(cli::Command::Ledger(cli::LedgerCommand::Verify)) => {
            ledger::verify(&Settings::read(&cli.serve)?)
        }
        Some(cli::Command::Ledger(cli::LedgerCommand::Repair)) => {
            ledger::repair(&Settings::read(&cli.serve)?)
        }
        Some(cli::Command::Worker(options)) => worker::work(&cli.serve, options),
    }
}

/// Says what would be used, and that it is sound.
fn check_config(flags: &cli::Flags) -> Result<(), Ended> {
    let settings = Settings::read(flags)?;
    exit::say(&settings.to_string())
}
