//! What a log costs: lines that are taken in in a second, the frame after a key while lines come, a
//! search through all of them, and the memory of 100,000 lines.
//!
//! `cargo bench -p conductor-tui --bench logs` prints one line of JSON. It is the console's own update
//! and drawing, without a terminal and without a daemon.
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod measured;

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use conductor_protocol::v1::{LogChunk, LogStream};
use conductor_tui::app::Headless;
use serde_json::json;

use measured::quantiles;

/// Lines that are taken in, those that are kept, and those of one chunk.
const LINES: usize = 1_000_000;
const KEPT: usize = 100_000;
const CHUNK_LINES: usize = 500;
/// Lines that come between two frames at 100,000 lines a second and 30 frames a second.
const FRAME_LINES: usize = 3_500;
const KEYS: usize = 600;
/// Keys that are pressed while lines come: each changes what is shown.
const CYCLE: [char; 6] = ['k', 'k', 'n', 'j', 'N', 'G'];
const SIZE: (u16, u16) = (200, 60);

fn main() -> Result<()> {
    let chunks: Vec<LogChunk> = (0..8).map(chunk).collect();
    let before = resident()?;
    let mut console = Headless::of_log(SIZE)?;
    feed(&mut console, &chunks, KEPT);
    console.frame()?;
    let memory = resident()?.saturating_sub(before);
    let begin = Instant::now();
    feed(&mut console, &chunks, LINES);
    let taken = begin.elapsed();
    let search = search(&mut console)?;
    let keys = keys(&mut console, &chunks)?;
    println!(
        "{}",
        json!({
            "linesPerSecond": (LINES as f64 / taken.as_secs_f64()).round(),
            "keyToFrameMs": quantiles(keys),
            "searchMs": search.as_secs_f64() * 1e3,
            "memoryBytes": memory,
            "linesOpen": KEPT,
        })
    );
    Ok(())
}

/// Lines of two hosts, about a hundred bytes each.
fn chunk(number: usize) -> LogChunk {
    let mut text = String::new();
    for line in 0..CHUNK_LINES {
        let level = if line % 100 == 0 { "ERROR" } else { "INFO" };
        let _ = writeln!(
            text,
            "2026-11-21T14:03:22.{line:03}Z {level} payments: request {number}/{line} to /v1/charges answered in {} ms",
            line * 7 % 400
        );
    }
    LogChunk {
        task_id: format!("restart[pay-{}]", number % 2),
        attempt: 1,
        stream: LogStream::Stdout.into(),
        data: text.into_bytes(),
        ..LogChunk::default()
    }
}

fn feed(console: &mut Headless, chunks: &[LogChunk], lines: usize) {
    for chunk in chunks.iter().cycle().take(lines / CHUNK_LINES) {
        console.take(chunk.clone());
    }
}

/// Looks for a text in every line that is kept.
fn search(console: &mut Headless) -> Result<Duration> {
    let begin = Instant::now();
    for key in "/error\n".chars() {
        console.press(key);
    }
    while console.tick() {}
    console.frame()?;
    Ok(begin.elapsed())
}

/// From a key to the bytes of its frame, while lines come as fast as they may.
fn keys(console: &mut Headless, chunks: &[LogChunk]) -> Result<Vec<Duration>> {
    let mut spans = Vec::with_capacity(KEYS);
    for key in CYCLE.iter().cycle().take(KEYS) {
        feed(console, chunks, FRAME_LINES);
        let begin = Instant::now();
        console.press(*key);
        console.frame()?;
        spans.push(begin.elapsed());
    }
    Ok(spans)
}

/// Bytes of memory that the process has.
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes =
        line.and_then(|line| line.split_whitespace().next()).context("VmRSS is there")?;
    Ok(kilobytes.parse::<u64>()? * 1024)
}
