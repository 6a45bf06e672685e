//! `cargo xtask test`: every test there is, on a machine that has nothing but Rust.

use std::process::ExitCode;

use anyhow::Result;

use crate::{man, packages, program};

/// How much to test.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seeds that the kernel's simulator runs through.
    #[arg(long, default_value_t = 5_000)]
    seeds: u32,
}

/// Provides what tests need, builds what they start, runs them.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    packages::provide()?;
    let binaries = program::build(false)?;
    let mut tests = program::cargo(&["test", "--workspace", "--locked"]);
    tests
        .env("CONDUCTOR_TEST_BINARIES", binaries.conductord.parent().unwrap_or(&program::root()))
        .env("SIMULATION_SEEDS", options.seeds.to_string());
    program::check(&mut tests)?;
    man::run(&man::Options::comparing())?;
    Ok(ExitCode::SUCCESS)
}
