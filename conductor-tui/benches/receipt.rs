//! How long a run that has ended waits for its receipt, at the load of an ordinary day, at the daemon that
//! `CONDUCTOR_HOST` names.
//!
//! `CONDUCTOR_HOST=unix:///… cargo bench -p conductor-tui --bench receipt` prints one line of JSON. Runs that
//! do nothing are started at random times, so many a second on average, whatever becomes of those before. A
//! span begins when the record of a run's end is durable and ends when that of its receipt is, both as
//! somebody sees them who follows the ledger, which tells each record when it is durable.
#![expect(clippy::disallowed_methods, reason = "its daemon is given by the environment")]
#![expect(clippy::print_stdout, reason = "a benchmark's output")]

mod daemon;
mod measured;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use conductor_client::{Connection, Link, Resuming, Update};
use conductor_protocol::v1::{Event, StatusRequest, TailRequest};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use measured::quantiles;

/// Runs a second, on average.
const RATES_PER_S: [f64; 3] = [10.0, 50.0, 200.0];
/// How long each of these goes on, in seconds.
const SECONDS: f64 = 20.0;
/// Runs before each that are not counted: connections are opened, and pages are read.
const WARM: usize = 20;
/// How long the receipts may take after the last run.
const WITHIN: Duration = Duration::from_secs(60);
const RUN_ENDED: &str = "run.ended";
const RECEIPT_ISSUED: &str = "receipt.issued";

#[tokio::main]
async fn main() -> Result<()> {
    let (_, connection) = daemon::connection()?;
    let name = format!("receipt-bench-{}", std::process::id());
    let tasks = json!([{"id": "t", "uses": "pkg:builtin/noop@1"}]);
    let manifest = json!({"name": name, "version": "1.0.0", "tasks": tasks});
    daemon::publish(&connection, manifest.to_string()).await?;
    let mut loads = Vec::with_capacity(RATES_PER_S.len());
    for per_s in RATES_PER_S {
        loads.push(load(&connection, &name, per_s).await?);
    }
    println!("{}", json!({ "loads": loads }));
    Ok(())
}

/// Starts runs at that rate, and measures the receipts of those that come after the first ones.
async fn load(connection: &Connection, name: &str, per_s: f64) -> Result<Value> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let counted = (per_s * SECONDS) as usize;
    let mut events = follow(connection).await?;
    let mut spans = Spans::default();
    let (mut starting, mut chance) = (JoinSet::new(), Chance(per_s.to_bits()));
    let begin = Instant::now();
    let mut due = begin;
    for _ in 0..WARM + counted {
        due += chance.gap(per_s);
        loop {
            tokio::select! {
                biased;
                event = events.next_item() => spans.take(&event.context("the ledger ended")??)?,
                () = tokio::time::sleep_until(due.into()) => break,
            }
        }
        let (connection, name) = (connection.clone(), name.to_owned());
        starting.spawn(async move { daemon::start(&connection, &name).await });
    }
    let took = begin.elapsed();
    while let Some(started) = starting.join_next().await {
        started??;
    }
    let all = async {
        while spans.measured.len() < WARM + counted {
            spans.take(&events.next_item().await.context("the ledger ended")??)?;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(WITHIN, all).await.context("the receipts do not come")??;
    ensure!(spans.open.is_empty(), "somebody else's runs end at this daemon");
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let rate = (WARM + counted) as f64 / took.as_secs_f64();
    let spans = spans.measured.split_off(WARM);
    Ok(json!({
        "runs": spans.len(),
        "runsPerS": (rate * 10.0).round() / 10.0,
        "endToReceiptMs": quantiles(spans),
    }))
}

/// The ends and receipts from here on.
async fn follow(connection: &Connection) -> Result<Resuming<Event>> {
    let status = connection.status(StatusRequest { scope: connection.scope() }).await?;
    let mut events = connection.tail(TailRequest {
        scope: connection.scope(),
        after_seq: status.ledger_seq,
        follow: true,
        kinds: vec![RUN_ENDED.to_owned(), RECEIPT_ISSUED.to_owned()],
        ..TailRequest::default()
    });
    while let Some(update) = events.next().await {
        match update? {
            Update::Link(Link::Connected) => return Ok(events),
            Update::Link(Link::Stale { error, .. }) => return Err(error.into()),
            Update::Link(Link::Retrying { .. }) | Update::Item(_) => {}
        }
    }
    anyhow::bail!("the ledger can't be followed")
}

/// From ends to receipts.
#[derive(Default)]
struct Spans {
    /// Ends that wait for their receipts, by their records.
    open: HashMap<u64, Instant>,
    measured: Vec<Duration>,
}

impl Spans {
    fn take(&mut self, event: &Event) -> Result<()> {
        let now = Instant::now();
        if event.kind == RUN_ENDED {
            self.open.insert(event.seq, now);
            return Ok(());
        }
        let told: Value = serde_json::from_str(&event.data_json)?;
        let record = told["event"]["data"]["record"].as_u64().context("a receipt of no record")?;
        // Changes have receipts, too.
        self.measured.extend(self.open.remove(&record).map(|ended| now - ended));
        Ok(())
    }
}

/// Equal for every run of the benchmark.
struct Chance(u64);

impl Chance {
    /// The time to the next of things that come by themselves, so many a second.
    fn gap(&mut self, per_s: f64) -> Duration {
        // xorshift64, whose upper 53 bits are a number below 1.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let below_one = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        Duration::from_secs_f64(-(1.0 - below_one).ln() / per_s)
    }
}
