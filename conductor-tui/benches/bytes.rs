//! What a key costs on a bad link: the bytes that the console writes for each, on the list of runs of
//! the daemon that `CONDUCTOR_HOST` names.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench bytes` prints one line of JSON. The
//! daemon should have more runs than a page; bytes don't depend on how the console was built.
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod seat;

use std::{env, thread, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use seat::Console;

/// Columns and rows: one pane, and two.
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];
/// Keys by the names that they are told under.
const KEYS: [(&str, &[&str]); 6] = [
    ("j", &["j"; 40]),
    ("k", &["k"; 30]),
    ("page", &["\x1b[6~", "\x1b[6~", "\x1b[5~", "\x1b[5~"]),
    ("filter", &["/"]),
    ("letter", &["s", "t", "a", "t", "u", "s", ":", "f"]),
    ("Esc", &["\x1b"]),
];

fn main() -> Result<()> {
    let host = env::var("CONDUCTOR_HOST").context("CONDUCTOR_HOST names the daemon")?;
    let mut told = Map::new();
    for size in SIZES {
        told.insert(format!("{}x{}", size.0, size.1), of_size(&host, size)?);
    }
    println!("{}", json!({ "bytesPerKey": told }));
    Ok(())
}

fn of_size(host: &str, size: (u16, u16)) -> Result<Value> {
    let mut console = Console::open(host, size)?;
    // The list has to be there: only then does a key have something to change.
    thread::sleep(Duration::from_secs(1));
    console.silent(|_| ())?;
    let (mut told, mut all) = (Map::new(), Vec::new());
    for (name, keys) in KEYS {
        let mut bytes = Vec::with_capacity(keys.len());
        for key in keys {
            console.press(key)?;
            let mut sent = 0;
            console.silent(|chunk| sent += chunk.len())?;
            bytes.push(sent);
        }
        all.extend_from_slice(&bytes);
        told.insert(name.to_owned(), spread(bytes));
    }
    told.insert("all".to_owned(), spread(all));
    console.close()?;
    Ok(Value::Object(told))
}

/// The middle, the 99th percentile, and the most.
fn spread(mut bytes: Vec<usize>) -> Value {
    bytes.sort_unstable();
    let at = |percent: usize| bytes.get((bytes.len() * percent / 100).min(bytes.len() - 1));
    json!({"p50": at(50), "p99": at(99), "max": bytes.last()})
}
