//! Programs that chores start: cargo, the built binaries, and whatever else is installed.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{interrupt, say};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A program that works in the workspace's folder.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this chore.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// Runs to the end and fails unless the program succeeded.
pub(crate) fn check(command: &mut Command) -> Result<()> {
    say::step(&shown(command));
    let mut child = command.spawn().with_context(|| format!("start {}", shown(command)))?;
    let status = interrupt::wait(&mut child)?;
    ensure!(status.success(), "`{}` ended with {status}", shown(command));
    Ok(())
}

/// Runs to the end and gives what it printed, or fails with what it complained of.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } =
        command.output().with_context(|| format!("start {}", shown(command)))?;
    if !status.success() {
        let complaint = String::from_utf8_lossy(&stderr);
        bail!("`{}` ended with {status}: {}", shown(command), complaint.trim());
    }
    String::from_utf8(stdout).with_context(|| format!("read what {} printed", shown(command)))
}

/// Whether a program is installed.
pub(crate) fn installed(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

/// `conductord` and `conductor`, built.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    /// The daemon.
    pub(crate) conductord: PathBuf,
    /// The console.
    pub(crate) conductor: PathBuf,
}

/// Builds both programs as they are shipped and says where they are.
pub(crate) fn build(release: bool) -> Result<Binaries> {
    let mut build = cargo(&["build", "--locked", "-p", "conductord", "-p", "conductor-tui"]);
    if release {
        build.arg("--release");
    }
    check(&mut build)?;
    Ok(binaries(if release { "release" } else { "debug" }))
}

/// Builds the tests, and the programs that they start with what only tests turn on in the crates
/// below: cargo has one set of such features in a build, and all below would be built once more for
/// another.
pub(crate) fn build_tests() -> Result<Binaries> {
    check(&mut cargo(&["build", "--locked", "--workspace", "--bins", "--tests"]))?;
    Ok(binaries("debug"))
}

fn binaries(profile: &str) -> Binaries {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder));
    let folder = target.join(profile);
    Binaries { conductord: folder.join("conductord"), conductor: folder.join("conductor") }
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let words: Vec<_> = std::iter::once(program.unwrap_or_default())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}
