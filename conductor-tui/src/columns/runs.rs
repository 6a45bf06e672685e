//! The columns of the list of runs.

use conductor_protocol::v1::{RunStatus, RunSummary};
use jiff::Timestamp;

use super::{
    order::Key,
    table::{Column, Direction, Table, Width, text},
};
use crate::app::time;

/// The list of runs, of the console and of `conductor runs list`.
pub static RUNS: Table = Table {
    name: "runs",
    columns: &[
        text("workflow", "the workflow that runs", Width::Rest(8), 0),
        Column {
            head: "state",
            ends: ("what needs you first", "what has ended well first"),
            ..text("status", "the state it is in", Width::Left(10), 1)
        },
        Column {
            ends: ("least done first", "most done first"),
            ..text("tasks", "tasks done, of all", Width::Left(6), 4)
        },
        Column {
            head: "age",
            first: Direction::Desc,
            ends: ("oldest first", "newest first"),
            mirrored: true,
            ..text("started", "when it was asked for", Width::Right(5), 2)
        },
        text("owner", "who asked for it", Width::Left(11), 3),
        Column {
            first: Direction::Desc,
            ends: ("shortest first", "longest first"),
            ..text("took", "how long it ran, or runs by now", Width::Right(7), 5)
        },
        Column {
            first: Direction::Desc,
            ends: ("lowest first", "highest first"),
            ..text("version", "the version of the workflow", Width::Left(9), 6)
        },
        text("schedule", "the schedule that started it", Width::Left(14), 8),
        text("note", "why it ended so, or what it does", Width::Rest(12), 7),
        Column {
            first: Direction::Desc,
            ends: ("lowest first", "highest first"),
            ..text("run", "its id", Width::Left(30), 9)
        },
    ],
    usual: &["workflow", "status", "tasks", "started", "owner"],
    main: "workflow",
    natural: ("started", Direction::Desc),
};

/// What a run is sorted by in a column. Runs that have not ended have taken the time until now.
#[must_use]
pub fn run_key(run: &RunSummary, column: &str, now: Timestamp) -> Key {
    let ms = |at: Timestamp| Key::Number(at.as_millisecond());
    match column {
        "workflow" => Key::text(&run.workflow),
        "status" => Key::Number(urgency(run.status())),
        "tasks" => match run.tasks_total {
            0 => Key::Nothing,
            total => Key::Number(i64::from(run.tasks_done) * 1_000_000 / i64::from(total)),
        },
        "started" => run.started_at.as_ref().map(time::from_wire).map_or(Key::Nothing, ms),
        "took" => {
            let took = time::between(run.started_at.as_ref(), run.ended_at.as_ref(), now);
            let ms = took.map(|span| i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
            ms.map_or(Key::Nothing, Key::Number)
        }
        "owner" => Key::text(&run.owner),
        "version" => Key::version(&run.version),
        "schedule" => Key::text(&run.schedule),
        "note" => Key::text(&run.note),
        _ => Key::text(&run.run_id),
    }
}

/// How much it waits for somebody to look: the least first.
const fn urgency(status: RunStatus) -> i64 {
    match status {
        RunStatus::Held => 0,
        RunStatus::Failed => 1,
        RunStatus::TimedOut => 2,
        RunStatus::Undoing => 3,
        RunStatus::Cancelling => 4,
        RunStatus::Paused => 5,
        RunStatus::Running => 6,
        RunStatus::Queued => 7,
        RunStatus::Unspecified => 8,
        RunStatus::Cancelled => 9,
        RunStatus::Succeeded => 10,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{app::tests::summary, columns::order};

    #[test]
    fn the_table_names_what_it_has() {
        let names: BTreeSet<&str> = RUNS.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), RUNS.columns.len());
        assert!(
            RUNS.usual.iter().chain([&RUNS.main, &RUNS.natural.0]).all(|it| names.contains(it))
        );
        let ranks: BTreeSet<u8> = RUNS.columns.iter().map(|column| column.rank).collect();
        assert_eq!(ranks.len(), RUNS.columns.len(), "one gives way after the other");
    }

    #[test]
    fn runs_are_sorted_by_what_is_shown() {
        let now: Timestamp = "2026-11-21T14:00:00Z".parse().unwrap();
        let runs: Vec<RunSummary> = (0..8).map(|n| summary(n, now)).collect();
        let sorted = |column: &str, direction| {
            let keys: Vec<Key> = runs.iter().map(|run| run_key(run, column, now)).collect();
            let places = order(&keys, direction);
            places.iter().map(|at| runs[*at].workflow.as_str()).take(3).collect::<Vec<_>>()
        };
        let (up, down) = (Direction::Asc, Direction::Desc);
        assert_eq!(sorted("took", down), ["reindex-search", "rotate-certs", "drain-node"]);
        assert_eq!(sorted("took", up), ["first-response-triage", "warm-caches", "disk-clean"]);
        assert_eq!(sorted("status", up), ["failover-db", "reindex-search", "rotate-certs"]);
        assert_eq!(sorted("owner", up), ["restart-payments", "rotate-certs", "drain-node"]);
        assert_eq!(sorted("started", up)[0], "warm-caches");
        assert_eq!(sorted("note", up)[0], "failover-db", "the others have none");
        assert_eq!(sorted("note", down)[0], "failover-db", "the others have none");
    }
}
