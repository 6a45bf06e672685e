//! The time line: an axis with now near the left, and what stands on it: times that were, times to
//! come, freezes, and where a zone's clock is put forward or back.

use conductor_protocol::v1::{
    FireTime, Freeze, FreezeState, Schedule, ScheduleOutcome, freeze_reach::Reach,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::text::{Line, Span};

use crate::{
    app::{Look, time},
    theme::{Glyphs, Meaning},
    widget::Axis,
};

/// How much time is seen at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Scale {
    Hour,
    Hours,
    #[default]
    Day,
    Days,
    Week,
    Weeks,
    Quarter,
}

impl Scale {
    const ALL: [Self; 7] =
        [Self::Hour, Self::Hours, Self::Day, Self::Days, Self::Week, Self::Weeks, Self::Quarter];

    /// One step nearer, or farther away.
    pub(super) fn step(self, nearer: bool) -> Self {
        let at = Self::ALL.iter().position(|scale| *scale == self).unwrap_or_default();
        let to = if nearer { at.saturating_sub(1) } else { (at + 1).min(Self::ALL.len() - 1) };
        Self::ALL[to]
    }

    const fn hours(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Hours => 6,
            Self::Day => 24,
            Self::Days => 72,
            Self::Week => 168,
            Self::Weeks => 672,
            Self::Quarter => 2_184,
        }
    }

    /// The word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::Hours => "6 hours",
            Self::Day => "1 day",
            Self::Days => "3 days",
            Self::Week => "1 week",
            Self::Weeks => "4 weeks",
            Self::Quarter => "13 weeks",
        }
    }
}

/// The axis of so much time, with now near the left.
pub(super) fn axis(now: Timestamp, scale: Scale, cells: usize) -> Axis {
    Axis::around(now, SignedDuration::from_hours(scale.hours()), cells)
}

/// What a column shows; what stands further down is more telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Empty,
    /// Beyond what the daemon has told.
    Unknown,
    Frozen,
    Now,
    Skipped,
    Fires(u8),
    /// Due, for the first time after the zone's clock was put forward or back.
    Jump,
    Started,
    Late,
    Failed,
}

impl Cell {
    fn drawn(self, glyphs: &Glyphs) -> (String, Meaning) {
        let (text, meaning) = match self {
            Self::Empty => (glyphs.track, Meaning::Border),
            Self::Unknown => return (glyphs.ellipsis.to_string(), Meaning::Dim),
            Self::Frozen => (glyphs.frozen, Meaning::Warn),
            Self::Now => (glyphs.borders.vertical_left, Meaning::Accent),
            Self::Jump => (glyphs.alert, Meaning::Warn),
            Self::Skipped => (glyphs.skipped, Meaning::Warn),
            Self::Fires(1) => (glyphs.running, Meaning::Text),
            Self::Fires(many @ 2..=9) => return (many.to_string(), Meaning::Text),
            Self::Fires(_) => (glyphs.bar, Meaning::Text),
            Self::Started => (glyphs.succeeded, Meaning::Ok),
            Self::Late => (glyphs.timed_out, Meaning::Warn),
            Self::Failed => (glyphs.failed, Meaning::Danger),
        };
        (text.to_owned(), meaning)
    }
}

/// What is known of one schedule's times.
pub(super) struct Known<'k> {
    pub(super) schedule: &'k Schedule,
    /// Those to come; nothing while they have not been told.
    pub(super) times: Option<&'k [FireTime]>,
    /// There may be more behind the last of them.
    pub(super) more: bool,
    pub(super) freezes: &'k [Freeze],
}

/// One schedule on the axis.
pub(super) fn track<'a>(known: &Known<'_>, axis: &Axis, look: &Look) -> Vec<Span<'a>> {
    let mut cells = vec![Cell::Empty; axis.cells];
    let mut put = |column: Option<usize>, cell: Cell| {
        if let Some(known) = column.and_then(|column| cells.get_mut(column)) {
            *known = match (*known, cell) {
                (Cell::Fires(many), Cell::Fires(_)) => Cell::Fires(many.saturating_add(1)),
                (known, cell) => known.max(cell),
            };
        }
    };
    let spec = known.schedule.spec.clone().unwrap_or_default();
    for freeze in known.freezes.iter().filter(|freeze| holds_up(freeze, &spec.workflow)) {
        if let Some((from, until)) = span(freeze, axis) {
            axis.columns(from, until).for_each(|column| put(Some(column), Cell::Frozen));
        }
    }
    put(axis.now.and_then(|now| axis.column(now)), Cell::Now);
    for outcome in &known.schedule.recent {
        let due = outcome.due.as_ref().map(time::from_wire);
        put(due.and_then(|due| axis.column(due)), became(outcome));
    }
    let next = known.schedule.next.as_ref();
    let times = known.times.unwrap_or(next.map(std::slice::from_ref).unwrap_or_default());
    let at = |fire: &FireTime| fire.fires_at.as_ref().map(time::from_wire);
    if !known.schedule.paused {
        for moment in times.iter().filter_map(at) {
            put(axis.column(moment), Cell::Fires(1));
        }
        jumps(times).for_each(|jump| put(axis.column(jump), Cell::Jump));
        if let Some(last) = times.last().and_then(at).filter(|_| known.more) {
            let beyond = axis.columns(last, axis.end()).skip(1);
            beyond.for_each(|column| put(Some(column), Cell::Unknown));
        }
    }
    painted(&cells, look)
}

fn painted<'a>(cells: &[Cell], look: &Look) -> Vec<Span<'a>> {
    let mut out: Vec<(String, Meaning)> = Vec::new();
    for (glyph, meaning) in cells.iter().map(|cell| cell.drawn(look.glyphs)) {
        match out.last_mut() {
            Some((text, same)) if *same == meaning => text.push_str(&glyph),
            _ => out.push((glyph, meaning)),
        }
    }
    out.into_iter().map(|(text, meaning)| Span::styled(text, look.style(meaning))).collect()
}

fn became(outcome: &ScheduleOutcome) -> Cell {
    match (outcome.skipped.as_str(), outcome.cause.as_str()) {
        ("", "missed") => Cell::Late,
        ("", _) => Cell::Started,
        ("denied" | "refused", _) => Cell::Failed,
        _ => Cell::Skipped,
    }
}

/// Whether a freeze is about what a schedule of this environment runs.
fn holds_up(freeze: &Freeze, workflow: &str) -> bool {
    match freeze.reach.as_ref().and_then(|reach| reach.reach.as_ref()) {
        Some(Reach::Workflow(name)) => name == workflow,
        // Those of other environments are left out where the freezes are taken up.
        Some(Reach::Environment(_) | Reach::Tenant(_)) | None => true,
    }
}

/// From when until when a freeze holds, as far as that is known: of one that comes again and again the
/// next time.
fn span(freeze: &Freeze, axis: &Axis) -> Option<(Timestamp, Timestamp)> {
    let window = freeze.window.clone().unwrap_or_default();
    let written = |text: &str| text.parse::<Timestamp>().ok();
    if freeze.state() == FreezeState::Holds {
        let set = freeze.set_at.as_ref().map(time::from_wire);
        let now = axis.now.unwrap_or(axis.from);
        let from = written(&window.from).or(set).unwrap_or(now).min(now);
        let until = freeze.until.as_ref().map(time::from_wire);
        return Some((from, until.unwrap_or(Timestamp::MAX)));
    }
    let from = freeze.comes.as_ref().map(time::from_wire)?;
    let long = SignedDuration::from_millis(i64::try_from(window.for_ms).unwrap_or(i64::MAX));
    let until = match window.for_ms {
        0 => written(&window.until),
        _ => from.checked_add(long).ok(),
    };
    Some((from, until.unwrap_or(Timestamp::MAX)))
}

/// The times that are the first ones after a zone's clock was put forward or back: those before were
/// at another distance from UTC.
fn jumps(times: &[FireTime]) -> impl Iterator<Item = Timestamp> {
    let offset = |fire: &FireTime| fire.shown.rsplit(' ').next().unwrap_or_default().to_owned();
    times
        .windows(2)
        .filter(move |pair| offset(&pair[0]) != offset(&pair[1]))
        .filter_map(|pair| pair[1].fires_at.as_ref().map(time::from_wire))
}

/// What the marks mean, as far as there is room.
pub(super) fn legend<'a>(look: &Look, room: usize) -> Line<'a> {
    let said = [
        (Cell::Fires(1), "due"),
        (Cell::Started, "started"),
        (Cell::Late, "made up for"),
        (Cell::Skipped, "skipped"),
        (Cell::Failed, "denied"),
        (Cell::Frozen, "frozen"),
        (Cell::Jump, "due, clock changed"),
        (Cell::Unknown, "not told"),
    ];
    let mut spans = Vec::new();
    let mut used = 0;
    for (cell, word) in said {
        let (glyph, meaning) = cell.drawn(look.glyphs);
        let cells = word.len() + 4;
        if used + cells > room {
            break;
        }
        used += cells;
        spans.push(Span::styled(glyph, look.style(meaning)));
        spans.push(Span::styled(format!(" {word}  "), look.style(Meaning::Dim)));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{tests::look, time::to_wire};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shown(known: &Known<'_>, axis: &Axis) -> String {
        track(known, axis, &look()).iter().map(|span| span.content.to_string()).collect()
    }

    #[test]
    fn now_stands_near_the_left_and_every_column_is_of_the_same_length() {
        let now = at("2026-11-21T12:00:00Z");
        let axis = super::axis(now, Scale::Day, 48);
        assert_eq!(axis.column(now), Some(9));
        assert_eq!(axis.column(now + SignedDuration::from_mins(30)), Some(10));
        assert_eq!(axis.column(now - SignedDuration::from_hours(5)), None);
        assert_eq!(axis.column(now + SignedDuration::from_hours(20)), None);
        assert_eq!(axis.begins(9), now);
        for scale in Scale::ALL {
            for cells in [0, 1, 7, 300] {
                let axis = super::axis(now, scale, cells);
                assert!(axis.column(now).is_some(), "{scale:?} {cells}");
                assert!(axis.labels(&look()).width() <= axis.cells, "{scale:?} {cells}");
            }
        }
        assert_eq!(Scale::Day.step(true).step(false), Scale::Day);
        assert_eq!(
            (Scale::Hour.step(true), Scale::Quarter.step(false)),
            (Scale::Hour, Scale::Quarter)
        );
    }

    #[test]
    fn a_clock_that_changes_a_freeze_and_times_are_seen() {
        let now = at("2027-03-27T12:00:00Z");
        let axis = super::axis(now, Scale::Days, 72);
        let spec =
            conductor_protocol::v1::ScheduleSpec { workflow: "disk".into(), ..<_>::default() };
        let outcome = |hours: i64, skipped: &str| ScheduleOutcome {
            due: Some(to_wire(now - SignedDuration::from_hours(hours))),
            cause: "due".into(),
            skipped: skipped.into(),
            ..<_>::default()
        };
        let schedule = Schedule {
            spec: Some(spec),
            recent: vec![outcome(2, ""), outcome(4, "denied"), outcome(6, "overlap")],
            ..<_>::default()
        };
        let fire = |hours: i64| FireTime {
            fires_at: Some(to_wire(now + SignedDuration::from_hours(hours))),
            shown: format!("2027-03-28 03:00 +0{}:00", if hours > 30 { 2 } else { 1 }),
            ..<_>::default()
        };
        let freeze = Freeze {
            state: FreezeState::Comes.into(),
            comes: Some(to_wire(now + SignedDuration::from_hours(20))),
            window: Some(conductor_protocol::v1::FreezeWindow {
                for_ms: 7_200_000,
                ..<_>::default()
            }),
            ..<_>::default()
        };
        let times = [fire(3), fire(3), fire(30), fire(40)];
        let known = Known {
            schedule: &schedule,
            times: Some(&times),
            more: true,
            freezes: std::slice::from_ref(&freeze),
        };
        let text = shown(&known, &axis);
        assert_eq!(text.chars().count(), 72);
        let letters: Vec<char> = text.chars().collect();
        let now_at = axis.column(now).unwrap();
        assert_eq!(letters[now_at - 2], '✓', "{text}");
        assert_eq!(letters[now_at - 4], '✗', "{text}");
        assert_eq!(letters[now_at - 6], '–', "{text}");
        assert_eq!(letters[now_at + 3], '2', "{text}");
        assert_eq!(letters[now_at + 20], '✻', "{text}");
        assert_eq!(letters[now_at + 30], '●', "{text}");
        assert_eq!(letters[now_at + 40], '▲', "the clock is another: {text}");
        assert_eq!(letters[now_at + 41], '…', "{text}");
        let paused = Schedule { paused: true, ..schedule.clone() };
        let known = Known { schedule: &paused, ..known };
        assert!(!shown(&known, &axis).contains('●'));
    }
}
