//! What a person at the console waits for: its first frame, the frame after a key, and pages of
//! runs, against the daemon that `CONDUCTOR_HOST` names and the history that it has.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench latency` prints one line of JSON.
//! The console is the real program in a pseudo-terminal: a span reaches from the key that is
//! written to the terminal until the end of the frame that is read from it.
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod measured;
mod seat;

use std::{
    env, thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use conductor_client::Connection;
use conductor_protocol::v1::{ListRunsRequest, RunStatus, Scope};
use serde_json::{Map, Value, json};

use measured::quantiles;
use seat::Console;

/// Starts of the console.
const STARTS: usize = 20;
/// Keys that are pressed, and which: each of them changes what is shown.
const KEYS: usize = 1_000;
const CYCLE: [&str; 6] = ["j", "j", "\x1b[6~", "k", "k", "\x1b[5~"];
/// Pages that are read of each kind of list, and runs on each.
const PAGES: usize = 200;
const PAGE_RUNS: u32 = 100;
/// Columns and rows.
const SIZE: (u16, u16) = (200, 60);

fn main() -> Result<()> {
    let host = env::var("CONDUCTOR_HOST").context("CONDUCTOR_HOST names the daemon")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let pages = runtime.block_on(pages(&host))?;
    let first = (0..STARTS)
        .map(|_| Console::open(&host, SIZE)?.close())
        .collect::<Result<Vec<_>>>()
        .context("open the console")?;
    let keys = keys(&host)?;
    println!(
        "{}",
        json!({
            "firstFrameMs": quantiles(first),
            "keyToFrameMs": quantiles(keys),
            "pageMs": pages,
        })
    );
    Ok(())
}

fn keys(host: &str) -> Result<Vec<Duration>> {
    let mut console = Console::open(host, SIZE)?;
    // The list has to be there: only then does a key have something to change.
    thread::sleep(Duration::from_secs(1));
    let mut spans = Vec::with_capacity(KEYS);
    for key in CYCLE.iter().cycle().take(KEYS) {
        console.silent(|_| ())?;
        let begin = Instant::now();
        console.press(key)?;
        spans.push(console.frame(begin)?);
    }
    console.close()?;
    Ok(spans)
}

/// Pages of several kinds, each followed to its end or for [`PAGES`] pages.
async fn pages(host: &str) -> Result<Value> {
    let scope =
        Scope { tenant: "default".into(), environment: "dev".into(), region: "local".into() };
    let connection = Connection::lazy(host.parse()?, scope);
    let page =
        || ListRunsRequest { scope: connection.scope(), page_size: PAGE_RUNS, ..<_>::default() };
    let newest = connection.list_runs(page()).await?;
    let owner = newest.runs.first().map(|run| run.owner.clone()).context("there is a run")?;
    let kinds = [
        ("all", page()),
        ("succeeded", ListRunsRequest { statuses: vec![RunStatus::Succeeded.into()], ..page() }),
        ("failed", ListRunsRequest { statuses: vec![RunStatus::Failed.into()], ..page() }),
        ("workflow", ListRunsRequest { workflow: newest.runs[0].workflow.clone(), ..page() }),
        ("noWorkflow", ListRunsRequest { workflow: "no-such-workflow".into(), ..page() }),
        ("owner", ListRunsRequest { owner, ..page() }),
        ("text", ListRunsRequest { text: newest.runs[0].workflow.clone(), ..page() }),
        ("noText", ListRunsRequest { text: "nothing-has-this".into(), ..page() }),
    ];
    let mut measured = Map::new();
    for (kind, mut request) in kinds {
        let mut spans = Vec::new();
        while spans.len() < PAGES {
            let begin = Instant::now();
            let answer = connection.list_runs(request.clone()).await?;
            spans.push(begin.elapsed());
            if answer.next_page_token.is_empty() {
                break;
            }
            request.page_token = answer.next_page_token;
        }
        measured.insert(kind.to_owned(), quantiles(spans));
    }
    measured.insert("runs".to_owned(), json!(newest.total));
    Ok(Value::Object(measured))
}
