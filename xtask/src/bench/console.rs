//! What somebody at the console has of it: keys while events and lines come in, an idle console, runs that are
//! opened, memory, and bytes for each key.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::{measured, number, quantiles};
use crate::{daemon::Scratch, say};

/// What each benchmark of the console's says, as it says it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Console {
    on_call: Value,
    flood: Value,
    bytes: Value,
}

/// Measures at a daemon, with the history that it has.
pub(super) fn measure(scratch: &Scratch) -> Result<Console> {
    say::step("a console while runs are started, idle, with runs and a long log opened");
    let on_call = measured(scratch, "on_call")?;
    say::step("keys while 10,000 lines a second come in");
    let flood = measured(scratch, "flood")?;
    say::step("bytes for each key");
    Ok(Console { on_call, flood, bytes: measured(scratch, "bytes")? })
}

impl Console {
    /// Rows of the report, headed.
    pub(super) fn lines(&self, when: &str) -> Vec<String> {
        let Self { on_call, flood, bytes } = self;
        let (busy, idle, log) = (&on_call["busy"], &on_call["idle"], &on_call["log"]);
        let mib = |figure: &Value| number(figure) / f64::from(1 << 20);
        let mut lines = vec![
            format!("| console{when} | p50 / p95 / p99 ms, or as said |"),
            "| --- | --- |".to_owned(),
            format!(
                "| key to frame with {:.0} events/s | {} |",
                number(&busy["eventsPerS"]),
                quantiles(&busy["keyToFrameMs"])
            ),
            format!(
                "| key to answer with {:.0} lines/s | {} |",
                number(&flood["linesPerSecond"]),
                quantiles(&flood["keyToAnswerMs"])
            ),
            format!("| a run of 50 tasks opened | {} |", quantiles(&on_call["runOpenMs"])),
            format!(
                "| idle for {:.0} s | {} bytes written, {:.2} % of a core |",
                number(&idle["seconds"]),
                idle["bytes"],
                number(&idle["processorPercent"])
            ),
            format!(
                "| a log of {} lines open | {:.1} MiB resident, {:.1} before |",
                log["lines"],
                mib(&log["residentBytes"]),
                mib(&log["residentBytesBefore"])
            ),
        ];
        let sizes = bytes["bytesPerKey"].as_object().into_iter().flatten();
        lines.extend(sizes.map(|(size, keys)| {
            let keys = &keys["all"];
            format!(
                "| bytes for a key on Runs at {size} | {} median, {} at most |",
                keys["p50"], keys["max"]
            )
        }));
        lines.push(String::new());
        lines
    }
}
