//! A time axis: which moment stands in which column, and the names of the times above the rows.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use ratatui::text::{Line, Span};

use crate::{
    app::{Look, time},
    theme::Meaning,
};

/// Columns that a label of the axis takes, with the room behind it.
const LABEL: usize = 14;
/// What of an axis around now lies before it: one part of so many.
const PAST_PART: usize = 5;
const DAY_MS: i64 = 24 * 3_600_000;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    /// When it is; nothing on an axis of what is over.
    pub(crate) now: Option<Timestamp>,
    pub(crate) from: Timestamp,
    /// Milliseconds of one column.
    cell_ms: i64,
    pub(crate) cells: usize,
}

impl Axis {
    /// So much time around now, which stands near the left: what comes is seen before what was.
    pub(crate) fn around(now: Timestamp, length: SignedDuration, cells: usize) -> Self {
        let cells = cells.max(1);
        let cell_ms = (whole_ms(length) / to_i64(cells)).max(1);
        let back = SignedDuration::from_millis(cell_ms.saturating_mul(to_i64(cells / PAST_PART)));
        let from = now.checked_sub(back).unwrap_or(Timestamp::MIN);
        Self { now: Some(now), from, cell_ms, cells }
    }

    /// From one moment on, so that all of so much time is seen.
    pub(crate) fn from(
        from: Timestamp,
        length: SignedDuration,
        cells: usize,
        now: Option<Timestamp>,
    ) -> Self {
        let cells = cells.max(1);
        // Rounded up, and the end itself has its column.
        let cell_ms = whole_ms(length).max(0) / to_i64(cells) + 1;
        Self { now, from, cell_ms, cells }
    }

    /// The column of a moment; nothing where it is not seen.
    pub(crate) fn column(&self, at: Timestamp) -> Option<usize> {
        usize::try_from(self.halves(at).div_euclid(2)).ok().filter(|column| *column < self.cells)
    }

    /// The column's half that a moment is in, counted from the left end; negative before that.
    pub(crate) fn halves(&self, at: Timestamp) -> i128 {
        (at.duration_since(self.from).as_millis() * 2).div_euclid(i128::from(self.cell_ms))
    }

    /// When a column begins.
    pub(crate) fn begins(&self, column: usize) -> Timestamp {
        let ms = self.cell_ms.saturating_mul(i64::try_from(column).unwrap_or(i64::MAX));
        self.from.checked_add(SignedDuration::from_millis(ms)).unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn end(&self) -> Timestamp {
        self.begins(self.cells)
    }

    /// Columns of a span of time, as far as it is seen.
    pub(crate) fn columns(&self, from: Timestamp, until: Timestamp) -> Range<usize> {
        if until <= self.from || from >= self.end() {
            return 0..0;
        }
        let first = self.column(from).unwrap_or(0);
        let last = self.column(until).unwrap_or(self.cells - 1);
        first..last + 1
    }

    /// How a time is written so that two labels side by side differ.
    fn shape(&self) -> &'static str {
        let step_ms = self.cell_ms.saturating_mul(to_i64(LABEL));
        match self.cell_ms.saturating_mul(to_i64(self.cells)) {
            _ if step_ms < 1_000 => "%H:%M:%S%.3f",
            _ if step_ms < 60_000 => "%H:%M:%S",
            ..=DAY_MS => "%H:%M",
            _ => "%a %d %b",
        }
    }

    /// The names of the times above the rows.
    pub(crate) fn labels<'a>(&self, look: &Look) -> Line<'a> {
        let shape = self.shape();
        let named =
            |at: Timestamp, shape: &str| at.to_zoned(look.zone.clone()).strftime(shape).to_string();
        // Days have hours, too: now is a time of day.
        let now_shape = if shape == "%a %d %b" { "%H:%M" } else { shape };
        let now = self.now.filter(|now| self.column(*now).is_some()).map(|now| {
            let label = format!("now {}", named(now, now_shape));
            let at = self.column(now).unwrap_or(0);
            // At the right end it stands before now rather than being cut.
            (at.min(self.cells.saturating_sub(label.len())), label)
        });
        let dim = look.style(Meaning::Dim);
        let (mut text, mut column) = (String::new(), 0);
        let mut spans: Vec<Span<'a>> = Vec::new();
        while column < self.cells {
            // Nothing stands so near to now that the two could be mixed up.
            if let Some((at, label)) =
                now.as_ref().filter(|(at, _)| (column..column + LABEL).contains(at))
            {
                text.push_str(&" ".repeat(at - column));
                spans.push(Span::styled(std::mem::take(&mut text), dim));
                let label: String = label.chars().take(self.cells - at).collect();
                let used = label.len();
                spans.push(Span::styled(label, look.style(Meaning::Accent)));
                let fill = LABEL.saturating_sub(used).min(self.cells.saturating_sub(at + used));
                text.push_str(&" ".repeat(fill));
                column = at + used + fill;
                continue;
            }
            let room = LABEL.min(self.cells - column);
            let label = named(self.begins(column), shape);
            let label = if label.len() < room { label } else { String::new() };
            let label = format!("{label:<room$}");
            text.push_str(&label);
            column += room;
        }
        spans.push(Span::styled(text, dim));
        Line::from(spans)
    }

    /// A moment as the labels write it, to the millisecond.
    pub(crate) fn exactly(at: Timestamp, look: &Look) -> String {
        let whole = time::clock(at, &look.zone);
        format!("{whole}.{:03}", at.subsec_millisecond())
    }
}

fn whole_ms(length: SignedDuration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::look;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn labels(axis: &Axis) -> String {
        axis.labels(&look()).spans.iter().map(|span| span.content.to_string()).collect()
    }

    #[test]
    fn a_whole_span_is_seen_with_its_end() {
        let from = at("2026-11-21T12:00:00Z");
        for (ms, cells) in [(0, 10), (1, 1), (125_000, 34), (125_000, 300), (86_400_000, 61)] {
            let length = SignedDuration::from_millis(ms);
            let axis = Axis::from(from, length, cells, None);
            assert_eq!(axis.column(from), Some(0), "{ms} {cells}");
            assert!(axis.column(from + length).is_some(), "{ms} {cells}");
            assert!(axis.labels(&look()).width() <= axis.cells, "{ms} {cells}");
        }
    }

    #[test]
    fn labels_are_as_exact_as_the_axis_is_long_and_now_is_whole_at_the_right_end() {
        let from = at("2026-11-21T12:00:00Z");
        let axis = |ms: i64, now: Option<Timestamp>| {
            Axis::from(from, SignedDuration::from_millis(ms), 40, now)
        };
        assert!(labels(&axis(400, None)).starts_with("12:00:00.000  12:00:00.154"));
        assert!(labels(&axis(40_000, None)).starts_with("12:00:00      12:00:14"));
        assert!(labels(&axis(7_200_000, None)).starts_with("12:00         12:42"));
        assert!(labels(&axis(900_000_000, None)).starts_with("Sat 21 Nov"));
        let now = from + SignedDuration::from_millis(40_000);
        let drawn = labels(&axis(40_000, Some(now)));
        assert!(drawn.ends_with("now 12:00:40"), "{drawn:?}");
        assert_eq!(drawn.len(), 40);
        let before = from - SignedDuration::from_secs(1);
        assert!(!labels(&axis(40_000, Some(before))).contains("now"));
    }
}
