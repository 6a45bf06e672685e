//! `cargo xtask test`: every test there is, on a machine that has nothing but Rust.

use std::{env, process::ExitCode, thread};

use anyhow::Result;

use crate::{man, packages, program};

/// How many tests of one program run at a time, as the test harness is told.
const TEST_THREADS: &str = "RUST_TEST_THREADS";
/// Most of the time goes to tests that wait for daemons that they started.
const TESTS_PER_CORE: usize = 2;

/// How much to test.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seeds that the kernel's simulator runs through.
    #[arg(long, default_value_t = 5_000)]
    seeds: u32,
}

/// Provides what tests need, builds what they start, runs them: all of them, so that one that fails
/// hides no other.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    packages::provide()?;
    let binaries = program::build_tests()?;
    let mut tests = program::cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
    tests
        .env("CONDUCTOR_TEST_BINARIES", binaries.conductord.parent().unwrap_or(&program::root()))
        .env("SIMULATION_SEEDS", options.seeds.to_string());
    if env::var_os(TEST_THREADS).is_none() {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        tests.env(TEST_THREADS, (cores * TESTS_PER_CORE).to_string());
    }
    program::check(&mut tests)?;
    man::check(&binaries)?;
    Ok(ExitCode::SUCCESS)
}
