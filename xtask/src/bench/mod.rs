//! `cargo xtask bench`: the published measurements, each a ratio against this machine's own limit
//! taken in the same run.

mod console;
mod evidence;
mod report;

use std::{fs, path::PathBuf, process::ExitCode, thread, time::Duration, time::Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    daemon::Scratch,
    interrupt,
    machine::{self, Machine},
    program, say,
};
use report::{Behind, Idle, Load, Report, number, quantiles};

/// How much to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// No-op runs with 64 callers.
    #[arg(long, default_value_t = 30_000)]
    noop_runs: u32,
    /// Runs of a shell step with 64 callers.
    #[arg(long, default_value_t = 3_000)]
    shell_runs: u32,
    /// No-op runs one after the other.
    #[arg(long, default_value_t = 500)]
    alone_runs: u32,
    /// Seconds to watch the idle daemon for.
    #[arg(long, default_value_t = 10)]
    idle_seconds: u64,
    /// Also measure a daemon with a million runs behind it (takes minutes).
    #[arg(long)]
    million: bool,
    /// Also measure what the console is like to use, with and, if it is asked for, behind a million runs.
    #[arg(long)]
    console: bool,
    /// Also measure what receipts cost, and packs: no-op runs for each of three rounds.
    #[arg(long, value_name = "RUNS", num_args = 0..=1, default_missing_value = "20000")]
    evidence: Option<u32>,
    /// Write the measurements to this file, as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Runs behind the daemon in the long measurement.
const MANY_RUNS: u32 = 1_000_000;
/// Callers at once in the measurements under load.
const CALLERS: u32 = 64;

/// Starts a scratch daemon, measures, prints.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    interrupt::note()?;
    let binaries = program::build(true)?;
    let evidence = options.evidence.map(|runs| evidence::measure(&binaries, runs)).transpose()?;
    let mut scratch = Scratch::start(binaries)?;
    let machine = Machine::look(scratch.folder());
    let idle = idle(&scratch, options.idle_seconds)?;
    let loads = vec![
        load(&scratch, "noop", options.noop_runs, CALLERS)?,
        load(&scratch, "noop", options.alone_runs, 1)?,
        load(&scratch, "shell", options.shell_runs, CALLERS)?,
    ];
    let latency = latency(&scratch)?;
    let console = options.console.then(|| console::measure(&scratch)).transpose()?;
    let behind = options.million.then(|| behind(&mut scratch, options)).transpose()?;
    scratch.stop()?;
    let report = Report { machine, idle, loads, latency, console, behind, evidence };
    say::line(&report.table());
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report).context("write the measurements")?;
        fs::write(path, json).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn load(scratch: &Scratch, task: &str, runs: u32, callers: u32) -> Result<Load> {
    say::step(&format!("{runs} runs of `{task}` with {callers} callers"));
    let (runs, callers) = (runs.to_string(), callers.to_string());
    let arguments = ["bench", "--task", task, "--runs", &runs, "--concurrency", &callers];
    let figures: Value = scratch.json(&arguments)?;
    Ok(Load { command: format!("conductor {}", arguments.join(" ")), figures })
}

fn idle(scratch: &Scratch, seconds: u64) -> Result<Idle> {
    say::step(&format!("the idle daemon for {seconds} s"));
    let pid = scratch.pid()?;
    let (ticks, started) = (machine::processor_ticks(pid), Instant::now());
    // Idleness is what is measured: there is no event to wait for.
    thread::sleep(Duration::from_secs(seconds));
    let ticks = machine::processor_ticks(pid).saturating_sub(ticks);
    #[expect(clippy::cast_precision_loss, reason = "a number of ticks is far below 2^52")]
    let processor_percent = ticks as f64 / started.elapsed().as_secs_f64();
    Ok(Idle { resident_mib: machine::resident_mib(pid), processor_percent })
}

fn behind(scratch: &mut Scratch, options: &Options) -> Result<Behind> {
    load(scratch, "noop", MANY_RUNS, CALLERS)?;
    scratch.stop()?;
    let ready_ms = scratch.launch()?.as_secs_f64() * 1e3;
    let latency = latency(scratch)?;
    let idle = idle(scratch, options.idle_seconds)?;
    let console = options.console.then(|| console::measure(scratch)).transpose()?;
    Ok(Behind { runs: MANY_RUNS, ready_ms, latency, console, idle })
}

/// What a person at the console waits for.
fn latency(scratch: &Scratch) -> Result<Value> {
    say::step("the console's frames, and pages of runs");
    measured(scratch, "latency")
}

/// What a benchmark of the console's says of this daemon.
fn measured(scratch: &Scratch, name: &str) -> Result<Value> {
    let mut bench = program::cargo(&["bench", "-p", "conductor-tui", "--bench", name]);
    bench.env("CONDUCTOR_HOST", scratch.host());
    let answer = program::output(&mut bench)?;
    serde_json::from_str(answer.trim()).with_context(|| format!("read the answer: {answer}"))
}
