//! The columns before the time line: what a schedule has in each, and what it is sorted by there.

use conductor_protocol::v1::{Schedule, ScheduleOutcome};

use super::view::{is_trouble, pattern, until};
use crate::{
    app::{Shared, time},
    columns::{Arrangement, Column, Direction, Key, Table, Width, text},
    theme::Meaning,
};

/// See the module.
pub(super) static SCHEDULES: Table = Table {
    name: "schedules",
    columns: &[
        text("name", "what it is called", Width::Rest(9), 0),
        Column {
            head: "in",
            ends: ("soonest first", "latest first"),
            ..text("next", "how long until it is due", Width::Left(8), 1)
        },
        text("workflow", "the workflow that it runs", Width::Left(18), 2),
        Column {
            ends: ("what is in trouble first", "what has run first"),
            ..text("last", "what became of its last time", Width::Left(10), 3)
        },
        text("owner", "who set it: its runs are theirs", Width::Left(11), 4),
        Column {
            first: Direction::Desc,
            ends: ("fewest first", "most first"),
            ..text("waiting", "times that are due and wait", Width::Right(7), 5)
        },
        text("when", "its pattern, as it is written", Width::Left(18), 6),
        text("zone", "the zone of its clock", Width::Left(14), 7),
        Column {
            first: Direction::Desc,
            ends: ("fewest first", "most first"),
            ..text("runs", "runs that it has started", Width::Right(6), 8)
        },
        Column {
            first: Direction::Desc,
            ends: ("fewest first", "most first"),
            ..text("skips", "times that it has left out", Width::Right(6), 9)
        },
    ],
    usual: &["name", "next"],
    main: "name",
    natural: ("name", Direction::Asc),
};

/// How the list is arranged: at first as it comes.
#[derive(Debug)]
pub(super) struct Columns(pub(super) Arrangement);

impl Default for Columns {
    fn default() -> Self {
        Self(Arrangement::new(&SCHEDULES))
    }
}

/// What a schedule is sorted by in a column.
pub(super) fn key(schedule: &Schedule, column: &str) -> Key {
    let number = |number: u64| Key::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let spec = schedule.spec.as_ref();
    match column {
        "next" => {
            let at = schedule.next.as_ref().and_then(|next| next.fires_at.as_ref());
            at.map_or(Key::Nothing, |at| Key::Number(time::from_wire(at).as_millisecond()))
        }
        "workflow" => Key::text(spec.map_or("", |spec| &spec.workflow)),
        "last" => schedule.recent.first().map_or(Key::Nothing, |last| Key::Number(ease(last))),
        "owner" => Key::text(&schedule.owner),
        "waiting" => number(waiting(schedule)),
        "when" => Key::text(&spec.map(pattern).unwrap_or_default()),
        "zone" => Key::text(spec.map_or("", |spec| &spec.zone)),
        "runs" => number(schedule.runs),
        "skips" => number(schedule.skips),
        _ => Key::text(&schedule.name),
    }
}

/// How little an outcome needs somebody.
fn ease(outcome: &ScheduleOutcome) -> i64 {
    match outcome.skipped.as_str() {
        _ if is_trouble(outcome) => 0,
        "" => 2,
        _ => 1,
    }
}

fn waiting(schedule: &Schedule) -> u64 {
    u64::from(schedule.waiting) + u64::from(schedule.backlog)
}

/// What a schedule has in a column, and how that looks.
pub(super) fn value(schedule: &Schedule, column: &str, shared: &Shared) -> (String, Meaning) {
    let some = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    let spec = schedule.spec.as_ref();
    let last = schedule.recent.first();
    let trouble = last.is_some_and(is_trouble);
    let text = match column {
        "next" => return next(schedule, shared),
        "name" => {
            let meaning = if trouble { Meaning::Danger } else { Meaning::Text };
            return (schedule.name.clone(), meaning);
        }
        "last" => {
            let meaning = if trouble { Meaning::Danger } else { Meaning::Dim };
            let word = last.map(|last| match last.skipped.as_str() {
                "" => "ran".to_owned(),
                why => why.replace('_', " "),
            });
            return (word.unwrap_or_default(), meaning);
        }
        "workflow" => spec.map(|spec| spec.workflow.clone()).unwrap_or_default(),
        "owner" => schedule.owner.clone(),
        "waiting" => some(waiting(schedule)),
        "when" => spec.map(pattern).unwrap_or_default(),
        "zone" => spec.map(|spec| spec.zone.clone()).unwrap_or_default(),
        "runs" => some(schedule.runs),
        _ => some(schedule.skips),
    };
    (text, Meaning::Dim)
}

fn next(schedule: &Schedule, shared: &Shared) -> (String, Meaning) {
    let at = schedule.next.as_ref().and_then(|next| next.fires_at.as_ref());
    match at.map(time::from_wire) {
        Some(at) => (until(at, shared), Meaning::Text),
        None if schedule.paused => (format!("{} paused", shared.look.glyphs.paused), Meaning::Warn),
        None => ("done".to_owned(), Meaning::Dim),
    }
}
