//! What was measured, as a document and as a page.

use std::{path::PathBuf, time::Duration};

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::{
    super::{output::Output, status::field},
    BenchArgs,
};

/// What the machine can do.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) sync_per_s: f64,
    /// Folder whose disk was measured.
    pub(super) sync_place: PathBuf,
    pub(super) spawn_per_s: f64,
}

/// What the daemon did.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) finished: u64,
    /// Starts that were refused and runs that did not succeed or whose end was not seen.
    pub(super) errors: u64,
    /// Starts that were pushed back and tried again.
    pub(super) pushed_back: u64,
    /// From the first start to the last end.
    pub(super) elapsed: Duration,
    /// Processor time of this program meanwhile.
    pub(super) cpu: Duration,
    /// In microseconds.
    pub(super) ack: Histogram<u64>,
    /// In microseconds.
    pub(super) end: Histogram<u64>,
}

/// Everything together.
pub(super) struct Measures<'a> {
    pub(super) args: &'a BenchArgs,
    pub(super) load: Measured,
    pub(super) raw: Raw,
}

impl Measures<'_> {
    fn runs_per_s(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 runs")]
        let finished = self.load.finished as f64;
        finished / self.load.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    /// As scripts get it.
    pub(super) fn document(&self) -> Value {
        let load = &self.load;
        json!({
            "task": self.args.task.name(),
            "runs": self.args.runs,
            "concurrency": self.args.concurrency,
            "openLoop": self.args.open_loop,
            "finished": load.finished,
            "errors": load.errors,
            "pushedBack": load.pushed_back,
            "elapsedS": rounded(load.elapsed.as_secs_f64(), 3),
            "runsPerS": rounded(self.runs_per_s(), 1),
            "ackMs": percentiles(&load.ack),
            "endMs": percentiles(&load.end),
            "rawSyncPerS": rounded(self.raw.sync_per_s, 1),
            "rawSyncPlace": self.raw.sync_place.display().to_string(),
            "rawSpawnPerS": rounded(self.raw.spawn_per_s, 1),
            "benchCpuS": rounded(load.cpu.as_secs_f64(), 3),
        })
    }

    /// For people.
    pub(super) fn print(&self, output: &mut Output) -> std::io::Result<()> {
        let load = &self.load;
        let what = format!(
            "{} runs of `{}`, {} callers",
            self.args.runs,
            self.args.task.name(),
            self.args.concurrency
        );
        field("load", what, output)?;
        let rate =
            format!("{:.0} runs/s over {:.2} s", self.runs_per_s(), load.elapsed.as_secs_f64());
        field("rate", rate, output)?;
        field("ack", shown(&load.ack), output)?;
        field("end", shown(&load.end), output)?;
        field("errors", format!("{}, pushed back {}", load.errors, load.pushed_back), output)?;
        let sync = format!("{:.0}/s in {}", self.raw.sync_per_s, self.raw.sync_place.display());
        field("raw sync", sync, output)?;
        let share = 100.0 * self.runs_per_s() / self.raw.spawn_per_s.max(f64::EPSILON);
        let spawn = format!("{:.0}/s; runs are {share:.0} % of it", self.raw.spawn_per_s);
        field("raw spawn", spawn, output)?;
        field("own cpu", format!("{:.2} s", load.cpu.as_secs_f64()), output)
    }
}

fn milliseconds(micros: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 microseconds")]
    let micros = micros as f64;
    rounded(micros / 1e3, 3)
}

fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

fn percentiles(of: &Histogram<u64>) -> Value {
    let at = |quantile| milliseconds(of.value_at_quantile(quantile));
    json!({ "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": milliseconds(of.max()) })
}

fn shown(of: &Histogram<u64>) -> String {
    let at = |quantile| milliseconds(of.value_at_quantile(quantile));
    format!("p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.95), at(0.99))
}

#[cfg(test)]
mod tests {
    use super::{super::TaskKind, *};

    #[test]
    fn the_document_is_what_scripts_rely_on() {
        let mut ack = Histogram::new(3).unwrap();
        for micros in 1..=100 {
            ack.record(micros * 10).unwrap();
        }
        let load = Measured {
            finished: 100,
            errors: 0,
            pushed_back: 2,
            elapsed: Duration::from_millis(250),
            cpu: Duration::from_millis(31),
            end: ack.clone(),
            ack,
        };
        let raw = Raw { sync_per_s: 8123.456, sync_place: "/data".into(), spawn_per_s: 1000.0 };
        let args = BenchArgs { task: TaskKind::Shell, runs: 100, concurrency: 4, open_loop: false };
        let measures = Measures { args: &args, load, raw };
        insta::assert_snapshot!(serde_json::to_string_pretty(&measures.document()).unwrap());
    }
}
