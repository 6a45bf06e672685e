//! The columns of what waits and of who works: what a row has in each, and what it is sorted by there.

use conductor_protocol::v1::Worker;

use super::lines::Queue;
use crate::{
    app::{Shared, time},
    columns::{Arrangement, Column, Direction, Key, Table, Width, text},
    theme::Meaning,
};

const fn number(name: &'static str, about: &'static str, width: Width, rank: u8) -> Column {
    let ends = ("fewest first", "most first");
    Column { first: Direction::Desc, ends, ..text(name, about, width, rank) }
}

/// What waits, by workflow.
pub(super) static QUEUES: Table = Table {
    name: "queues",
    columns: &[
        text("workflow", "the workflow whose runs they are", Width::Rest(8), 0),
        number("queued", "runs of which no task has begun", Width::Left(7), 2),
        number("running", "runs that go on", Width::Left(7), 3),
        number("tasks", "tasks of its runs that have not begun", Width::Left(7), 4),
        Column {
            ends: ("what waits longest first", "what waits least first"),
            mirrored: true,
            ..text("oldest", "how long the oldest has waited", Width::Left(6), 5)
        },
        Column {
            head: "ended/h",
            ..number("ended", "runs ended in the last hour", Width::Left(7), 6)
        },
        Column {
            head: "held by",
            ends: ("what is held up first", "what is held up last"),
            ..text("held", "what stands in the way", Width::Rest(12), 1)
        },
    ],
    usual: &["workflow", "queued", "running", "tasks", "oldest", "ended", "held"],
    main: "workflow",
    natural: ("held", Direction::Asc),
};

/// Who works.
pub(super) static WORKERS: Table = Table {
    name: "workers",
    columns: &[
        text("worker", "what it is called", Width::Rest(8), 0),
        number("leases", "tasks that it has, of those it takes", Width::Left(BAR + 8), 2),
        Column {
            ends: ("silent longest first", "heard of last first"),
            mirrored: true,
            ..text("heard", "when it was last heard of", Width::Left(6), 3)
        },
        Column {
            ends: ("those that are gone first", "those that are there first"),
            ..text("state", "whether it is there", Width::Left(13), 1)
        },
        text("runs", "what it can do", Width::Rest(10), 4),
        text("id", "its id", Width::Left(30), 5),
    ],
    usual: &["worker", "leases", "heard", "state", "runs"],
    main: "worker",
    natural: ("worker", Direction::Asc),
};

/// Cells of the bar of leases.
pub(super) const BAR: usize = 8;

/// How both lists are arranged: at first as they come.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) queues: Arrangement,
    pub(super) workers: Arrangement,
}

impl Default for Columns {
    fn default() -> Self {
        Self { queues: Arrangement::new(&QUEUES), workers: Arrangement::new(&WORKERS) }
    }
}

impl Columns {
    /// As they were arranged here before.
    pub(super) fn kept(shared: &Shared) -> Self {
        Self { queues: shared.arrangement(&QUEUES), workers: shared.arrangement(&WORKERS) }
    }
}

fn counted(count: usize) -> Key {
    Key::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What a workflow is sorted by in a column, which comes at this place by itself.
pub(super) fn queue_key(line: &Queue, at: usize, column: &str) -> Key {
    match column {
        "queued" => counted(line.queued),
        "running" => counted(line.running),
        "tasks" => Key::Number(i64::try_from(line.tasks).unwrap_or(i64::MAX)),
        "oldest" => line.oldest.map_or(Key::Nothing, |at| Key::Number(at.as_millisecond())),
        "ended" => counted(line.ended),
        "held" => counted(at),
        _ => Key::text(&line.workflow),
    }
}

/// What a workflow has in a column, and how that looks.
pub(super) fn queue_value(line: &Queue, column: &str, shared: &Shared) -> (String, Meaning) {
    let g = shared.look.glyphs;
    match column {
        "workflow" => (line.workflow.clone(), Meaning::Text),
        "queued" => (some(line.queued as u64), Meaning::Waiting),
        "running" => (some(line.running as u64), Meaning::Running),
        "tasks" => (some(line.tasks), Meaning::Dim),
        "oldest" => {
            let age = line.oldest.map(|at| time::age(at, shared.data_now()));
            (age.unwrap_or_default(), state(line))
        }
        "ended" => (line.ended.to_string(), Meaning::Dim),
        _ if line.is_held() => (line.held_by.join(", "), Meaning::Warn),
        _ => (g.minus.to_owned(), Meaning::Dim),
    }
}

/// A number; none is not told.
fn some(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// How a workflow looks.
pub(super) fn state(line: &Queue) -> Meaning {
    match (line.is_held(), line.queued) {
        (true, _) => Meaning::Warn,
        (false, 0) => Meaning::Running,
        (false, _) => Meaning::Waiting,
    }
}

/// What a worker is sorted by in a column.
pub(super) fn worker_key(worker: &Worker, column: &str) -> Key {
    match column {
        "leases" => Key::Number(i64::from(worker.leases)),
        "heard" => {
            let heard = worker.last_seen_at.as_ref().map(time::from_wire);
            heard.map_or(Key::Nothing, |at| Key::Number(at.as_millisecond()))
        }
        "state" => Key::Number(i64::from(worker.connected)),
        "runs" => Key::text(&worker.executors.join(" ")),
        "id" => Key::text(&worker.worker_id),
        _ => Key::text(&worker.name),
    }
}

/// What a worker has in a column, and how that looks: of its leases what stands beside their bar.
pub(super) fn worker_value(worker: &Worker, column: &str, shared: &Shared) -> (String, Meaning) {
    match column {
        "worker" => (worker.name.clone(), Meaning::Text),
        "leases" => (format!(" {}/{}", worker.leases, worker.capacity), health(worker)),
        "heard" => {
            let heard = worker.last_seen_at.as_ref().map(time::from_wire);
            let age = heard.map(|at| time::age(at, shared.data_now()));
            (age.unwrap_or_default(), Meaning::Dim)
        }
        "state" => match (worker.connected, worker.in_process) {
            (false, _) => ("gone".to_owned(), Meaning::Danger),
            (true, true) => ("in the daemon".to_owned(), Meaning::Dim),
            (true, false) => ("there".to_owned(), Meaning::Dim),
        },
        "runs" => (worker.executors.join(" "), Meaning::Dim),
        _ => (worker.worker_id.clone(), Meaning::Dim),
    }
}

/// How a worker looks.
pub(super) const fn health(worker: &Worker) -> Meaning {
    match (worker.connected, worker.leases >= worker.capacity) {
        (false, _) => Meaning::Danger,
        (true, true) => Meaning::Warn,
        (true, false) => Meaning::Ok,
    }
}
