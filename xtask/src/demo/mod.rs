//! The first thing that anybody sees: a scratch daemon, the examples, a real triage of this host and
//! the console on it; then a restart that two people sign.

mod host;
mod people;
mod story;

use std::{
    fs,
    path::PathBuf,
    process::{ExitCode, ExitStatus, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::{daemon::Scratch, interrupt, program, say};

/// The workflow that the demonstration runs.
const WORKFLOW: &str = "triage";
/// What a program that was interrupted exits with.
const INTERRUPTED: u8 = 130;

/// How to demonstrate.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Without a terminal: print the timeline as it happens and the report's digest, and exit by
    /// the run's outcome.
    #[arg(long)]
    headless: bool,
    /// Keep the scratch folder (ledger, views, logs, artifacts) and say where it is.
    #[arg(long)]
    keep: bool,
    /// Use debug builds: quicker to build, slower to run.
    #[arg(long)]
    debug: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    run_id: String,
}

#[derive(Debug, Deserialize)]
struct Shown {
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

#[derive(Debug, Deserialize)]
struct Artifact {
    name: String,
    digest: String,
}

/// Builds, starts, publishes, runs and shows.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    interrupt::note()?;
    let binaries = program::build(!options.debug)?;
    let mut scratch = Scratch::start_with(binaries, options.keep, story::settings)?;
    let outcome = demonstrate(&scratch, options.headless);
    scratch.stop()?;
    let outcome = outcome?;
    Ok(if interrupt::asked() { ExitCode::from(INTERRUPTED) } else { code(outcome) })
}

/// The triage, and the story when that went well.
fn demonstrate(scratch: &Scratch, is_headless: bool) -> Result<ExitStatus> {
    publish_examples(scratch)?;
    let triage = if is_headless { headless(scratch)? } else { on_screen(scratch)? };
    if triage.success() && !interrupt::asked() {
        story::tell(scratch, is_headless)?;
    }
    Ok(triage)
}

fn publish_examples(scratch: &Scratch) -> Result<()> {
    for example in examples()? {
        let path = example.to_str().context("a path that is not UTF-8")?;
        program::output(&mut scratch.conductor(&["workflows", "publish", path]))?;
        say::step(&format!("published {}", example.display()));
    }
    Ok(())
}

fn examples() -> Result<Vec<PathBuf>> {
    let folder = program::root().join("examples");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    ensure!(!found.is_empty(), "{} holds no workflow", folder.display());
    found.sort();
    Ok(found)
}

fn on_screen(scratch: &Scratch) -> Result<ExitStatus> {
    let started: Started = scratch.json(&["run", WORKFLOW])?;
    say::step(&format!("started {WORKFLOW} as {} and opening the console", started.run_id));
    let mut console = scratch.conductor(&["--open", &started.run_id]).spawn()?;
    interrupt::wait(&mut console)
}

fn headless(scratch: &Scratch) -> Result<ExitStatus> {
    let started: Started = scratch.json(&["run", WORKFLOW])?;
    let mut follow = scratch
        .conductor(&["runs", "show", &started.run_id, "--follow"])
        .stdin(Stdio::null())
        .spawn()?;
    let status = interrupt::wait(&mut follow)?;
    if !interrupt::asked() {
        print_report(scratch, &started.run_id)?;
    }
    Ok(status)
}

fn print_report(scratch: &Scratch, run_id: &str) -> Result<()> {
    let shown: Shown = scratch.json(&["runs", "show", run_id])?;
    if shown.artifacts.is_empty() {
        bail!("run {run_id} left no report behind");
    }
    for artifact in shown.artifacts {
        say::line(&format!("{}  {}", artifact.digest, artifact.name));
    }
    Ok(())
}

fn code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
