//! The program itself, as whoever types it sees it.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

/// How long `conductor` takes from its start to its end.
pub(crate) fn took(arguments: &[&str], host: &str) -> Result<Duration> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conductor"));
    command.args(arguments).env("CONDUCTOR_HOST", host).stdout(Stdio::null());
    let begin = Instant::now();
    let status = command.status()?;
    let took = begin.elapsed();
    ensure!(status.success(), "`conductor {}` ended with {status}", arguments.join(" "));
    Ok(took)
}
