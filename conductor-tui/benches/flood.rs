//! From a key to its answer on the screen while 10,000 lines a second come in: the real console in a
//! pseudo-terminal, following the log of a run of the daemon that `CONDUCTOR_HOST` names.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench flood` prints one line of JSON. It
//! publishes the workflow `bench-flood` there, and a run of it streams for two minutes at most.
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod measured;
mod seat;
mod seen;

use std::{env, fs, process::Command, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use measured::quantiles;
use seen::Seen;

const SIZE: (u16, u16) = (200, 60);
/// Letters that are typed into the search line: each is seen there when it is answered.
const KEYS: usize = 300;
/// Letters of one line, that no word of the log or the screen has in a row.
const LINE: &str = "qzxjkzqjxk";
/// 500 lines every 50 ms.
const MANIFEST: &str = "
name: bench-flood
version: 1.0.0
tasks:
  - id: speak
    uses: pkg:builtin/shell@1
    timeout: 2m
    with:
      run: |
        n=0
        while :; do
          seq -f 'line %.0f of the flood, as long as lines of a service are' $n $((n + 499))
          n=$((n + 500)); sleep 0.05
        done
";

fn main() -> Result<()> {
    let host = env::var("CONDUCTOR_HOST").context("CONDUCTOR_HOST names the daemon")?;
    let file = env::temp_dir().join(format!("bench-flood-{}.yaml", std::process::id()));
    fs::write(&file, MANIFEST)?;
    let published = call(&host, &["workflows", "publish", &file.to_string_lossy()]);
    fs::remove_file(&file)?;
    published?;
    let started: Value =
        serde_json::from_str(&call(&host, &["run", "bench-flood", "-o", "json"])?)?;
    let run = started["runId"].as_str().context("a run was started")?.to_owned();
    let spans = keys(&host, &run);
    call(&host, &["runs", "cancel", &run, "--kill", "--yes"])?;
    println!("{}", json!({ "linesPerSecond": 10_000, "keyToAnswerMs": quantiles(spans?) }));
    Ok(())
}

/// What the command line answers.
fn call(host: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conductor"));
    let output = command.args(arguments).env("CONDUCTOR_HOST", host).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "conductor {}: {said}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// How long after each letter it is seen in the search line, while the log goes on below it.
fn keys(host: &str, run: &str) -> Result<Vec<Duration>> {
    let mut seen = Seen::open(host, SIZE)?;
    seen.press(&format!(":runs logs {run}\r"), &["of the flood", "following"])?;
    seen.console.press("/")?;
    let mut spans = Vec::with_capacity(KEYS);
    while spans.len() < KEYS {
        let mut typed = "/".to_owned();
        for letter in LINE.chars() {
            seen.catch_up()?;
            typed.push(letter);
            spans.push(seen.press(&letter.to_string(), &[&typed])?);
        }
        // The line is begun anew.
        seen.console.press("\x15")?;
        seen.until_gone(&typed)?;
    }
    seen.console.close()?;
    Ok(spans)
}
