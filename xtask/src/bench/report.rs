//! What was measured, as a table for people and as JSON.

use serde::Serialize;
use serde_json::Value;

use super::{console::Console, evidence::Evidence};
use crate::machine::Machine;

/// Everything that was measured in one go.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Where.
    pub(crate) machine: Machine,
    /// The daemon with nothing to do, before the loads.
    pub(crate) idle: Idle,
    /// The load generator's runs.
    pub(crate) loads: Vec<Load>,
    /// What a person at the console waits for.
    pub(crate) latency: Value,
    /// What the console is like to use, when that was asked for.
    pub(crate) console: Option<Console>,
    /// The daemon with many runs behind it, when that was asked for.
    pub(crate) behind: Option<Behind>,
    /// What evidence costs, when that was asked for.
    pub(crate) evidence: Option<Evidence>,
}

/// What a daemon costs that does nothing.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Idle {
    /// Resident memory.
    pub(crate) resident_mib: f64,
    /// Of one core.
    pub(crate) processor_percent: f64,
}

/// One run of the load generator.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Load {
    /// What was run.
    pub(crate) command: String,
    /// What it answered, as it answered.
    pub(crate) figures: Value,
}

/// A daemon with many runs behind it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Behind {
    /// How many.
    pub(crate) runs: u32,
    /// From its start to its first answer, after a clean stop.
    pub(crate) ready_ms: f64,
    /// What a person at the console waits for then.
    pub(crate) latency: Value,
    /// What the console is like to use then, when that was asked for.
    pub(crate) console: Option<Console>,
    /// What it costs then.
    pub(crate) idle: Idle,
}

impl Report {
    /// Markdown, as it goes into `docs/BENCHMARKS.md`.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec![
            self.machine.text(),
            String::new(),
            "| load | runs/s | ack p50 / p95 / p99 ms | end p50 / p95 / p99 ms | of the raw rate | errors |"
                .to_owned(),
            "| --- | --- | --- | --- | --- | --- |".to_owned(),
        ];
        lines.extend(self.loads.iter().map(Load::row));
        lines.push(String::new());
        lines.push(self.idle.text("idle"));
        if let Some(behind) = &self.behind {
            lines.push(behind.idle.text(&format!("with {} runs behind it", behind.runs)));
            lines.push(format!(
                "with {} runs behind it: ready in {:.0} ms",
                behind.runs, behind.ready_ms
            ));
        }
        lines.push(String::new());
        lines.extend(self.evidence.iter().flat_map(Evidence::lines));
        lines.extend(waits("", &self.latency));
        lines.extend(self.console.iter().flat_map(|console| console.lines("")));
        if let Some(behind) = &self.behind {
            let when = format!(", {} runs", behind.runs);
            lines.extend(waits(&when, &behind.latency));
            lines.extend(behind.console.iter().flat_map(|console| console.lines(&when)));
        }
        lines.join("\n")
    }
}

impl Load {
    fn row(&self) -> String {
        format!(
            "| `{}` | {:.0} | {} | {} | {} | {} |",
            self.command,
            number(&self.figures["runsPerS"]),
            quantiles(&self.figures["ackMs"]),
            quantiles(&self.figures["endMs"]),
            self.ratio(),
            self.figures["errors"],
        )
    }

    /// Against what this machine can do at most in the same run: spawning `true` for shell
    /// steps, appending and syncing for everything else.
    fn ratio(&self) -> String {
        let (name, raw) = if self.command.contains("shell") {
            ("spawns", number(&self.figures["rawSpawnPerS"]))
        } else {
            ("syncs", number(&self.figures["rawSyncPerS"]))
        };
        format!("{:.0} % of {raw:.0} {name}/s", 100.0 * number(&self.figures["runsPerS"]) / raw)
    }
}

impl Idle {
    fn text(&self, when: &str) -> String {
        let Self { resident_mib, processor_percent } = self;
        format!("{when}: {resident_mib:.1} MiB resident, {processor_percent:.2} % of a core")
    }
}

/// Rows about frames and pages, headed.
fn waits(when: &str, latency: &Value) -> Vec<String> {
    let mut rows = vec![format!("| wait{when} | p50 / p99 / max ms |"), "| --- | --- |".to_owned()];
    let mut row = |name: &str, figures: &Value| {
        let figure = |name: &str| format!("{:.2}", number(&figures[name]));
        let figures = [figure("p50"), figure("p99"), figure("max")].join(" / ");
        rows.push(format!("| {name} | {figures} |"));
    };
    row("first frame", &latency["firstFrameMs"]);
    row("key to frame", &latency["keyToFrameMs"]);
    for (kind, figures) in latency["pageMs"].as_object().into_iter().flatten() {
        if figures.is_object() {
            row(&format!("page of runs: {kind}"), figures);
        }
    }
    rows.push(String::new());
    rows
}

pub(super) fn quantiles(figures: &Value) -> String {
    let figure = |name: &str| format!("{:.2}", number(&figures[name]));
    [figure("p50"), figure("p95"), figure("p99")].join(" / ")
}

pub(super) fn number(figure: &Value) -> f64 {
    figure.as_f64().unwrap_or(f64::NAN)
}
