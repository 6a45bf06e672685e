//! `maestro`, the second name of `conductor`: it becomes the program beside it.

#![expect(clippy::disallowed_methods, reason = "becoming the other program is all it does")]
#![expect(clippy::print_stderr, reason = "there is no console to say it when that is missing")]

use std::{
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Command, ExitCode},
};

/// What it becomes.
const PROGRAM: &str = "conductor";
/// What the console exits with when a program of this machine failed.
const LOCAL_FAILURE: u8 = 74;

/// Beside this program, links followed; where it is not, `PATH` is searched.
fn program() -> PathBuf {
    let beside = std::env::current_exe()
        .and_then(std::fs::canonicalize)
        .ok()
        .and_then(|program| Some(program.parent()?.join(PROGRAM)));
    beside.filter(|program| program.is_file()).unwrap_or_else(|| PROGRAM.into())
}

fn main() -> ExitCode {
    let program = program();
    // It returns only when it failed.
    let error = Command::new(&program).arg0("maestro").args(std::env::args_os().skip(1)).exec();
    eprintln!("error: failed to start {}: {error}", program.display());
    ExitCode::from(LOCAL_FAILURE)
}
