//! What evidence costs: the same load with receipts and without, how fast receipts are signed, and how long a
//! run waits for its own at the load of an ordinary day.
//!
//! A daemon can't be told to make none. What it is measured against has its signing key with a program
//! that never signs: its receipts wait for ever, as do its checkpoints, and all else is as usual.

use std::{thread, time::Duration, time::Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use serde_json::Value;

use super::{CALLERS, measured};
use crate::{daemon::Scratch, program::Binaries, say};

/// How often each of the two is measured, in turns.
const ROUNDS: u32 = 3;
/// A public key whose private half nothing here has: the first test vector of RFC 8032, section 7.1.
const NEVER_SIGNS: &str = "[signing]\ncommand = ['/bin/false']\n\
                           public_key = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='\n";
/// How long all receipts may take after the load.
const RECEIPTS_WITHIN: Duration = Duration::from_secs(300);
/// How often it is looked whether they are there.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What evidence costs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Evidence {
    /// What was run.
    pub(crate) command: String,
    /// Finished runs a second with receipts, a figure for each round.
    pub(crate) with: Vec<f64>,
    /// The same without.
    pub(crate) without: Vec<f64>,
    /// The median of the first by that of the second.
    pub(crate) ratio: f64,
    /// Receipts a second, from the load's start until the last one was in the ledger.
    pub(crate) receipts_per_s: Vec<f64>,
    /// How long the last one was behind the last run's end, in seconds.
    pub(crate) behind_s: Vec<f64>,
    /// From a run's end to its receipt, at loads that leave the daemon room.
    pub(crate) latency: Value,
    /// The pack of a run of 200 tasks.
    pub(crate) pack: Value,
}

/// Measures.
pub(super) fn measure(binaries: &Binaries, runs: u32) -> Result<Evidence> {
    let runs_text = runs.to_string();
    let arguments =
        ["bench", "--task", "noop", "--runs", &runs_text, "--concurrency", &CALLERS.to_string()];
    let mut evidence = Evidence {
        command: format!("conductor {}", arguments.join(" ")),
        with: Vec::new(),
        without: Vec::new(),
        ratio: 0.0,
        receipts_per_s: Vec::new(),
        behind_s: Vec::new(),
        latency: Value::Null,
        pack: Value::Null,
    };
    for round in 1..=ROUNDS {
        say::step(&format!("{runs} runs without receipts and with, {round} of {ROUNDS}"));
        let mut scratch =
            Scratch::start_with(binaries.clone(), false, |_| Ok(NEVER_SIGNS.to_owned()))?;
        evidence.without.push(rate(&scratch.json(&arguments)?)?);
        ensure!(waiting(&scratch)? >= u64::from(runs), "receipts were made without a key");
        scratch.stop()?;
        let mut scratch = Scratch::start(binaries.clone())?;
        let figures: Value = scratch.json(&arguments)?;
        let ended = Instant::now();
        while waiting(&scratch)? > 0 {
            ensure!(ended.elapsed() < RECEIPTS_WITHIN, "the receipts do not come");
            thread::sleep(LOOK_EVERY);
        }
        let behind = ended.elapsed().as_secs_f64();
        let load = figures["elapsedS"].as_f64().context("the load has no length")?;
        evidence.with.push(rate(&figures)?);
        evidence.behind_s.push(behind);
        evidence.receipts_per_s.push(f64::from(runs) / (load + behind));
        if round == ROUNDS {
            say::step("runs on an ordinary day, and their receipts");
            evidence.latency = measured(&scratch, "receipt")?;
            say::step("packs of runs of 200 tasks");
            evidence.pack = measured(&scratch, "pack")?;
        }
        scratch.stop()?;
    }
    evidence.ratio = median(&evidence.with) / median(&evidence.without);
    Ok(evidence)
}

fn rate(figures: &Value) -> Result<f64> {
    ensure!(figures["errors"].as_u64() == Some(0), "runs of the load failed: {figures}");
    figures["runsPerS"].as_f64().context("the load has no rate")
}

/// Records that wait for their receipts.
fn waiting(scratch: &Scratch) -> Result<u64> {
    let status: Value = scratch.json(&["status"])?;
    let waiting = &status["receiptsWaiting"];
    let number = waiting.as_u64().or_else(|| waiting.as_str()?.parse().ok());
    Ok(number.unwrap_or(0))
}

fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Evidence {
    /// Rows of the report.
    pub(super) fn lines(&self) -> Vec<String> {
        let list = |figures: &[f64], digits: usize| {
            let figures: Vec<String> =
                figures.iter().map(|figure| format!("{figure:.digits$}")).collect();
            figures.join(", ")
        };
        let pack = |name: &str, quantile: &str| {
            let figure = self.pack[name][quantile].as_f64().unwrap_or(f64::NAN);
            format!("{figure:.1}")
        };
        let packs = ["firstMs", "againMs", "endToEndMs"]
            .map(|name| [pack(name, "p50"), pack(name, "p99")].join(" / "));
        let [first, again, whole] = packs;
        let mut lines = vec![
            "| evidence | measured |".to_owned(),
            "| --- | --- |".to_owned(),
            format!("| `{}` with receipts | {} runs/s |", self.command, list(&self.with, 0)),
            format!("| the same without | {} runs/s |", list(&self.without, 0)),
            format!("| the one beside the other | {:.0} % |", 100.0 * self.ratio),
            format!("| receipts | {} a second |", list(&self.receipts_per_s, 0)),
            format!("| the last one after the last end | {} s |", list(&self.behind_s, 2)),
        ];
        lines.extend(self.latency["loads"].as_array().into_iter().flatten().map(waits));
        lines.extend([
            format!("| pack of 200 tasks, first / again, p50 / p99 ms | {first}; {again} |"),
            format!("| `conductor runs export`, p50 / p99 ms | {whole} |"),
            format!("| bytes of it | {} |", self.pack["packBytes"]),
            String::new(),
        ]);
        lines
    }
}

/// How long runs of a load waited for their receipts.
fn waits(load: &Value) -> String {
    let at = |quantile: &str| load["endToReceiptMs"][quantile].as_f64().unwrap_or(f64::NAN);
    let [middle, nearly_all, longest] = ["p50", "p99", "max"].map(at);
    format!(
        "| receipt after its run's end, {} runs at {} a second, p50 / p99 / max ms | \
         {middle:.2} / {nearly_all:.2} / {longest:.2} |",
        load["runs"], load["runsPerS"]
    )
}
