//! Times, sizes and foreign text, as people read them.

use std::time::Duration;

use conductor_tui::words;
use jiff::{Timestamp, tz::TimeZone};

/// The user's zone; times on the wire are UTC.
#[derive(Debug, Clone)]
pub(crate) struct Clock(TimeZone);

impl Clock {
    /// The zone of this machine's user.
    pub(crate) fn system() -> Self {
        Self(TimeZone::system())
    }

    /// UTC, for tests.
    #[cfg(test)]
    pub(crate) fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Date and time to the second; empty when there is none.
    pub(crate) fn date_time(&self, at: Option<&pbjson_types::Timestamp>) -> String {
        self.show(at, "%Y-%m-%d %H:%M:%S")
    }

    /// Time of day to the second; empty when there is none.
    pub(crate) fn time(&self, at: Option<&pbjson_types::Timestamp>) -> String {
        self.show(at, "%H:%M:%S")
    }

    fn show(&self, at: Option<&pbjson_types::Timestamp>, form: &str) -> String {
        at.and_then(timestamp)
            .map(|at| at.to_zoned(self.0.clone()).strftime(form).to_string())
            .unwrap_or_default()
    }
}

/// A time of the wire.
pub(crate) fn timestamp(at: &pbjson_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(at.seconds, at.nanos).ok()
}

/// From one time of the wire to another; empty unless both are there and in order.
pub(crate) fn duration(
    from: Option<&pbjson_types::Timestamp>,
    to: Option<&pbjson_types::Timestamp>,
) -> String {
    let times = from.and_then(timestamp).zip(to.and_then(timestamp));
    let span = times.and_then(|(from, to)| Duration::try_from(to.duration_since(from)).ok());
    span.map(words::span).unwrap_or_default()
}

/// A number of bytes.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let mut scaled = count as f64 / 1024.0;
    let mut unit = 0;
    while scaled >= 1024.0 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    format!("{scaled:.1} {}", UNITS[unit])
}

/// Foreign text on one line, without anything that a terminal would obey.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' | '\r' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units_at_most() {
        let shown: Vec<_> = [0.25, 2.31, 61.0, 3_725.0, 200_000.0]
            .into_iter()
            .map(|seconds| words::span(Duration::from_secs_f64(seconds)))
            .collect();
        assert_eq!(shown, ["250 ms", "2.3 s", "1 min 1 s", "1 h 2 min", "2 d 7 h"]);
    }

    #[test]
    fn sizes_have_units() {
        let shown: Vec<_> = [0, 1023, 1024, 1_572_864, u64::MAX].into_iter().map(bytes).collect();
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "16777216.0 TiB"]);
    }

    #[test]
    fn foreign_text_can_t_move_the_cursor() {
        assert_eq!(one_line("a\x1b[2Jb\nc"), "a\u{fffd}[2Jb c");
    }
}
