//! `cargo xtask gen`: what follows from the wire format and is committed, written anew: its code,
//! and the HTTP API's description.

use std::process::ExitCode;

use anyhow::Result;

use crate::program;

/// The tests that compare, in the order of what is made of what: the description is made of the
/// code.
const DRIFT_TESTS: [&[&str]; 2] = [
    &["test", "--locked", "-p", "conductor-protocol", "--test", "generated"],
    &["test", "--locked", "-p", "conductor-api", "--lib", "http::openapi"],
];

/// Regeneration is the drift tests, told to write instead of to compare.
pub(crate) fn run() -> Result<ExitCode> {
    for test in DRIFT_TESTS {
        program::check(program::cargo(test).env("CONDUCTOR_REGENERATE", "1"))?;
    }
    Ok(ExitCode::SUCCESS)
}
