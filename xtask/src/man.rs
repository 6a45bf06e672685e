//! `cargo xtask man`: the console's manual pages, written by the console itself.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{program, program::Binaries, say};

/// The pages that the console writes.
const PAGES: [&str; 3] = ["conductor.1", "conductor-keymap.5", "conductor-theme.5"];

/// Whether to write or to compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Change nothing; fail when a committed page is not what the console says of itself.
    #[arg(long)]
    check: bool,
}

/// Writes or compares the pages, then has every page linted.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let binaries = program::build(false)?;
    if options.check {
        check(&binaries)?;
        return Ok(ExitCode::SUCCESS);
    }
    for name in PAGES {
        let path = committed(name);
        fs::write(&path, told(&binaries, name)?)
            .with_context(|| format!("write {}", path.display()))?;
    }
    lint()?;
    Ok(ExitCode::SUCCESS)
}

/// Compares the pages with what these programs say of themselves, then has every page linted.
pub(crate) fn check(binaries: &Binaries) -> Result<()> {
    for name in PAGES {
        let path = committed(name);
        if fs::read_to_string(&path).unwrap_or_default() != told(binaries, name)? {
            bail!("{} is out of date: `cargo xtask man` writes it anew", path.display());
        }
    }
    lint()
}

fn told(binaries: &Binaries, name: &str) -> Result<String> {
    program::output(program::command(&binaries.conductor).args(["man", name]))
}

fn committed(name: &str) -> PathBuf {
    program::root().join("man").join(name)
}

/// Has mandoc look at every page, where it is installed.
pub(crate) fn lint() -> Result<()> {
    if !program::installed("mandoc") {
        say::step("mandoc is not installed: the manual pages were not linted");
        return Ok(());
    }
    program::check(program::command("mandoc").args(["-T", "lint", "-W", "warning"]).args(pages()?))
}

fn pages() -> Result<Vec<PathBuf>> {
    let folder = program::root().join("man");
    let mut pages = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
        pages.push(entry?.path());
    }
    // A second name is only a line that leads to the page, where pages are installed.
    pages.retain(|page| !fs::read_to_string(page).unwrap_or_default().starts_with(".so "));
    pages.sort();
    Ok(pages)
}
