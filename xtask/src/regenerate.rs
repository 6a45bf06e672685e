//! `cargo xtask gen`: the committed code of the wire format, written anew.

use std::process::ExitCode;

use anyhow::Result;

use crate::program;

/// Regeneration is the drift test, told to write instead of to compare.
pub(crate) fn run() -> Result<ExitCode> {
    let mut test =
        program::cargo(&["test", "--locked", "-p", "conductor-protocol", "--test", "generated"]);
    program::check(test.env("CONDUCTOR_REGENERATE", "1"))?;
    Ok(ExitCode::SUCCESS)
}
