//! `conductord`, found and called: the only place of the command line that makes processes of it.

#![expect(clippy::disallowed_methods, reason = "the owner of the daemon's start")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::failure::Failure;

const NAME: &str = "conductord";

/// The daemon's program: beside this one, or in `PATH`.
pub(super) fn find() -> Result<PathBuf, Failure> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| std::fs::canonicalize(program).ok())
        .and_then(|program| program.parent().map(|folder| folder.join(NAME)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = beside
        .into_iter()
        .chain(std::env::split_paths(&path).map(|folder| folder.join(NAME)))
        .find(|program| program.is_file());
    found.ok_or_else(|| {
        Failure::NotFound(format!("{NAME} is neither beside this program nor in PATH"))
    })
}

/// A call of it that is not started yet.
pub(super) fn command(program: &Path) -> Command {
    Command::new(program)
}
