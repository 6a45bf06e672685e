//! What somebody on call has of the console on a busy day: the frame after a key while 1,000 events a second
//! come in, what the console does while nothing happens, how soon a run is open, and what a long log takes of
//! memory, at the daemon that `CONDUCTOR_HOST` names and with the history that it has.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench on_call` prints one line of JSON. The console
//! is the real program in a pseudo-terminal, and what is waited for is what an emulator shows of it.
#![expect(clippy::disallowed_methods, reason = "a measurement reads what the system says")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;
mod seat;
mod seen;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use conductor_client::Connection;
use conductor_protocol::v1::{GetRunRequest, RunStatus, StatusRequest};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use measured::quantiles;
use seen::Seen;

/// Columns and rows.
const SIZE: (u16, u16) = (200, 60);
/// Runs that are started a second while keys are pressed: each makes six records.
const RUNS_PER_S: u32 = 200;
/// Letters that are typed meanwhile, each a key, and those of one line: no name begins like that.
const KEYS: usize = 600;
const LINE: &str = "qzxjkzqjxk";
/// A person's fingers: ten keys a second.
const KEY_EVERY: Duration = Duration::from_millis(100);
/// What is older is not told in seconds any more.
const AGED_AFTER: Duration = Duration::from_secs(61);
/// How long an idle console is watched.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// Runs that are opened one after the other, and their tasks.
const OPENED: usize = 40;
const TASKS: usize = 50;
/// Lines of the log that is open when memory is looked at.
const LINES: u32 = 100_000;
/// How long a run may take.
const WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The kernel counts processor time in hundredths of a second (`USER_HZ`).
const TICKS_PER_S: f64 = 100.0;

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let _inside = runtime.enter();
    let (host, connection) = daemon::connection()?;
    let told = json!({
        "idle": idle(&host).context("idle")?,
        "busy": busy(&runtime, &host, &connection).context("busy")?,
        "runOpenMs": quantiles(opened(&runtime, &host, &connection).context("open runs")?),
        "log": log(&runtime, &host, &connection).context("a long log")?,
    });
    println!("{told}");
    Ok(())
}

/// What the console does while nothing happens: bytes it writes, and what it takes of a core.
fn idle(host: &str) -> Result<Value> {
    let mut seen = Seen::open(host, SIZE)?;
    thread::sleep(AGED_AFTER);
    seen.catch_up()?;
    let pid = seen.console.pid;
    let (begin, before) = (Instant::now(), ticks(pid)?);
    let mut bytes = 0;
    while begin.elapsed() < IDLE_FOR {
        bytes += seen.console.chunk(LOOK_EVERY)?.map_or(0, |chunk| chunk.len());
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let busy_s = (ticks(pid)? - before) as f64 / TICKS_PER_S;
    let percent = 100.0 * busy_s / begin.elapsed().as_secs_f64();
    seen.console.close()?;
    Ok(json!({"seconds": IDLE_FOR.as_secs(), "bytes": bytes, "processorPercent": percent}))
}

/// Keys while runs are started, on the list of runs.
fn busy(runtime: &Runtime, host: &str, connection: &Connection) -> Result<Value> {
    let name = format!("busy-bench-{}", std::process::id());
    let tasks = json!([{"id": "t", "uses": "pkg:builtin/noop@1"}]);
    let manifest = json!({"name": name, "version": "1.0.0", "tasks": tasks}).to_string();
    runtime.block_on(daemon::publish(connection, manifest))?;
    let mut seen = Seen::open(host, SIZE)?;
    let over = Arc::new(AtomicBool::new(false));
    let load = runtime.spawn(load(connection.clone(), name.clone(), Arc::clone(&over)));
    seen.until(&[&name])?;
    let (begin, first) = (Instant::now(), runtime.block_on(records(connection))?);
    let mut spans = Vec::with_capacity(KEYS);
    while spans.len() < KEYS {
        seen.press(":", &[":"])?;
        let mut typed = ":".to_owned();
        for letter in LINE.chars() {
            thread::sleep(KEY_EVERY);
            seen.catch_up()?;
            typed.push(letter);
            spans.push(seen.press(&letter.to_string(), &[&typed])?);
        }
        seen.console.press("\x1b")?;
        seen.until_gone(&typed)?;
    }
    let took = begin.elapsed();
    let records = runtime.block_on(records(connection))? - first;
    over.store(true, Ordering::Relaxed);
    runtime.block_on(load)??;
    seen.console.close()?;
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let per_s = (records as f64 / took.as_secs_f64()).round();
    Ok(json!({"eventsPerS": per_s, "keyToFrameMs": quantiles(spans)}))
}

/// Starts runs until it is over.
async fn load(connection: Connection, name: String, over: Arc<AtomicBool>) -> Result<()> {
    let mut due = tokio::time::interval(Duration::from_secs(1) / RUNS_PER_S);
    let mut starting = tokio::task::JoinSet::new();
    while !over.load(Ordering::Relaxed) {
        due.tick().await;
        let (connection, name) = (connection.clone(), name.clone());
        starting.spawn(async move { daemon::start(&connection, &name).await });
        while let Some(started) = starting.try_join_next() {
            started??;
        }
    }
    while let Some(started) = starting.join_next().await {
        started??;
    }
    Ok(())
}

async fn records(connection: &Connection) -> Result<u64> {
    let status = connection.status(StatusRequest { scope: connection.scope() }).await?;
    Ok(status.ledger_seq)
}

/// How long it takes from a run's name to its tasks on the screen. No two runs have a task of the same name, so
/// that what is seen can only be of the one that is opened.
fn opened(runtime: &Runtime, host: &str, connection: &Connection) -> Result<Vec<Duration>> {
    let mut spans = Vec::with_capacity(OPENED);
    let mut seen = Seen::open(host, SIZE)?;
    for turn in 0..OPENED {
        let name = format!("open-bench-{}-{turn}", std::process::id());
        let task = |number| format!("step-{turn}-{number:03}");
        let tasks: Vec<Value> = (0..TASKS)
            .map(|number| json!({"id": task(number), "uses": "pkg:builtin/noop@1"}))
            .collect();
        let manifest = json!({"name": name, "version": "1.0.0", "tasks": tasks}).to_string();
        runtime.block_on(daemon::publish(connection, manifest))?;
        let run = runtime.block_on(ended(connection, &name))?;
        let command = format!(":runs show {run}");
        seen.press(&command, &[&command])?;
        spans.push(seen.press("\r", &[&run, &task(0), &task(20)])?);
        // The screen names its command: the run's, then the list's again.
        seen.until(&[&format!("conductor runs show {run}")])?;
        seen.press("\x1b", &["conductor runs list"])?;
    }
    seen.console.close()?;
    Ok(spans)
}

/// A run that has ended; its id.
async fn ended(connection: &Connection, name: &str) -> Result<String> {
    let run_id = daemon::start(connection, name).await?;
    let begin = Instant::now();
    loop {
        let request = GetRunRequest { scope: connection.scope(), run_id: run_id.clone() };
        let run = connection.get_run(request).await?.run.context("a run")?;
        let status = run.summary.context("its summary")?.status();
        if status == RunStatus::Succeeded {
            return Ok(run_id);
        }
        ensure!(begin.elapsed() < WITHIN, "the run is {status:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What the console holds with a long log open.
fn log(runtime: &Runtime, host: &str, connection: &Connection) -> Result<Value> {
    let name = format!("long-bench-{}", std::process::id());
    let script = format!("seq -f 'line %.0f of what a service says while it starts' {LINES}");
    let task = json!({"id": "t", "uses": "pkg:builtin/shell@1", "with": {"run": script}});
    let manifest = json!({"name": name, "version": "1.0.0", "tasks": [task]}).to_string();
    runtime.block_on(daemon::publish(connection, manifest))?;
    let run = runtime.block_on(ended(connection, &name))?;
    let mut seen = Seen::open(host, SIZE)?;
    let before = resident(seen.console.pid)?;
    let last = format!("line {LINES} of what");
    // The list shows the last lines of it already.
    let shown = format!("conductor runs logs {run}");
    let took = seen.press(&format!(":logs {run}\r"), &[&shown, &last])?;
    seen.settle()?;
    let after = resident(seen.console.pid)?;
    seen.console.close()?;
    Ok(json!({
        "lines": LINES,
        "openMs": (took.as_secs_f64() * 1e3).round(),
        "residentBytes": after,
        "residentBytesBefore": before,
    }))
}

/// Processor time of a process so far, of itself and on its behalf.
fn ticks(pid: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is its name in parentheses, and may hold blanks (proc(5)).
    let (_, fields) = stat.rsplit_once(')').context("the fields of a process")?;
    let field = |index| -> Result<u64> {
        Ok(fields.split_whitespace().nth(index).context("a field of a process")?.parse()?)
    };
    Ok(field(11)? + field(12)?)
}

/// Bytes of a process in memory.
fn resident(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}
