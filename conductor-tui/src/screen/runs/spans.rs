//! What a task did with its time: waited for a worker, for a person, for its next try, or ran.

use std::collections::HashMap;

use conductor_protocol::v1::{Attempt, Run, Task, TaskStatus, TimelineEntry};
use jiff::{SignedDuration, Timestamp};

use crate::{
    app::{Look, time},
    theme::{Glyphs, Meaning},
    widget::Axis,
};

/// What a piece of time was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It could have started: no worker had room.
    Queued,
    /// A try had failed, and the next one was to come.
    Backoff,
    /// It waited for a time.
    Deferred,
    /// It waited for a person's answer.
    Held,
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
}

impl Kind {
    const fn of_attempt(outcome: &str) -> Self {
        match outcome.as_bytes() {
            b"" => Self::Running,
            b"succeeded" => Self::Succeeded,
            b"timed_out" => Self::TimedOut,
            b"cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    pub(super) const fn is_wait(self) -> bool {
        matches!(self, Self::Queued | Self::Backoff | Self::Deferred | Self::Held)
    }

    pub(super) const fn meaning(self) -> Meaning {
        match self {
            Self::Queued | Self::Backoff | Self::Deferred => Meaning::Waiting,
            Self::Held => Meaning::Accent,
            Self::Running => Meaning::Running,
            Self::Succeeded => Meaning::Ok,
            Self::Failed | Self::TimedOut => Meaning::Danger,
            Self::Cancelled => Meaning::Warn,
        }
    }

    /// The word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Queued => "waits for a worker",
            Self::Backoff => "waits for its next try",
            Self::Deferred => "waits for its time",
            Self::Held => "waits for a person",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Cancelled => "cancelled",
        }
    }

    /// Its mark.
    pub(super) fn glyph(self, g: &Glyphs) -> &'static str {
        let end = self.end(g);
        end.unwrap_or(if self == Self::Succeeded { g.succeeded } else { g.running })
    }

    /// What stands at the end of a piece that did not go well: seen without colour, too.
    pub(super) const fn end(self, g: &Glyphs) -> Option<&'static str> {
        match self {
            Self::Failed => Some(g.failed),
            Self::TimedOut => Some(g.timed_out),
            Self::Cancelled => Some(g.cancelled),
            _ => None,
        }
    }
}

/// A piece of time; without an end it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) from: Timestamp,
    pub(super) to: Option<Timestamp>,
}

/// Where a task's time began to count, and what its instances did together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// When what it needs had ended.
    pub(super) ready: Option<Timestamp>,
    /// From when until when it waited for a person or for a time.
    pub(super) stays: Vec<Piece>,
    /// Of a group: its instances, from the first start to the last end.
    pub(super) together: Option<Piece>,
}

/// What is known of each task of a run, in their order: looked up once for each news of it.
pub(super) fn known(run: &Run, timeline: &[&TimelineEntry]) -> Vec<Known> {
    let began = run.summary.as_ref().and_then(|summary| summary.started_at.as_ref());
    let began = began.map(time::from_wire);
    let ends: HashMap<&str, Timestamp> = run
        .tasks
        .iter()
        .filter_map(|task| {
            Some((task.id.as_str(), time::from_wire(task.attempts.last()?.ended_at.as_ref()?)))
        })
        .collect();
    let mut together: HashMap<&str, Piece> = HashMap::new();
    for task in run.tasks.iter().filter(|task| !task.group_id.is_empty()) {
        if let Some(piece) = whole(&task.attempts) {
            let all = together.entry(task.group_id.as_str()).or_insert(piece);
            *all = joined(*all, piece);
        }
    }
    let mut stays = stays(timeline);
    let of_task = |task: &Task| {
        let needed = task.needs.iter().filter_map(|id| {
            let of_group = || together.get(id.as_str()).and_then(|piece| piece.to);
            ends.get(id.as_str()).copied().or_else(of_group)
        });
        // An instance is ready with its group.
        let first = if task.group_id.is_empty() && task.needs.is_empty() { began } else { None };
        Known {
            ready: needed.max().or(first),
            stays: stays.remove(task.id.as_str()).unwrap_or_default(),
            together: together.get(task.id.as_str()).copied(),
        }
    };
    run.tasks.iter().map(of_task).collect()
}

/// When tasks waited for a person or for a time, as the timeline tells it: until the next thing that
/// happened to them.
fn stays<'t>(timeline: &[&'t TimelineEntry]) -> HashMap<&'t str, Vec<Piece>> {
    let mut stays: HashMap<&str, Vec<Piece>> = HashMap::new();
    for entry in timeline {
        let Some(at) = entry.at.as_ref().map(time::from_wire) else { continue };
        let task = entry.task_id.as_str();
        if let Some(open) = stays.get_mut(task).and_then(|of_task| of_task.last_mut())
            && open.to.is_none()
        {
            open.to = Some(at);
        }
        let kind = match entry.kind.as_str() {
            "task.held" => Kind::Held,
            "task.deferred" => Kind::Deferred,
            _ => continue,
        };
        stays.entry(task).or_default().push(Piece { kind, from: at, to: None });
    }
    stays
}

/// All attempts as one piece: from the first start to the last end, as the last one ended.
fn whole(attempts: &[Attempt]) -> Option<Piece> {
    let (first, last) = (attempts.first()?, attempts.last()?);
    let from = first.started_at.as_ref().map(time::from_wire)?;
    let to = last.ended_at.as_ref().map(time::from_wire);
    Some(Piece { kind: Kind::of_attempt(&last.outcome), from, to })
}

/// Two pieces as one: it runs while one runs, and has failed when one has.
fn joined(one: Piece, other: Piece) -> Piece {
    let worst = |kind: Kind| match kind {
        Kind::Running => 4,
        Kind::Failed => 3,
        Kind::TimedOut => 2,
        Kind::Cancelled => 1,
        _ => 0,
    };
    let kind = if worst(other.kind) > worst(one.kind) { other.kind } else { one.kind };
    let to = one.to.zip(other.to).map(|(one, other)| one.max(other));
    Piece { kind, from: one.from.min(other.from), to }
}

/// One attempt.
pub(super) fn of_attempt(attempt: &Attempt) -> Option<Piece> {
    whole(std::slice::from_ref(attempt))
}

/// What a task did, piece by piece in the order in which they are drawn: waits below work.
pub(super) fn pieces(task: &Task, known: &Known) -> Vec<Piece> {
    let ended = |attempt: &Attempt| attempt.ended_at.as_ref().map(time::from_wire);
    let began = |attempt: &Attempt| attempt.started_at.as_ref().map(time::from_wire);
    let status = task.status();
    let mut pieces = Vec::new();
    let mut wait = |kind: Kind, from: Option<Timestamp>, to: Option<Timestamp>| {
        // What took no time is no wait.
        if let Some(from) = from.filter(|from| to.is_none_or(|to| to > *from)) {
            pieces.push(Piece { kind, from, to });
        }
    };
    let first = task.attempts.first();
    if first.is_some() || status == TaskStatus::Ready {
        wait(Kind::Queued, known.ready, first.and_then(began));
    }
    for pair in task.attempts.windows(2) {
        wait(Kind::Backoff, ended(&pair[0]), began(&pair[1]));
    }
    let together = known.together.and_then(|piece| piece.to);
    let last = task.attempts.last().and_then(ended).or(together);
    match status {
        TaskStatus::Backoff => wait(Kind::Backoff, last, None),
        // Told by the timeline where that goes back far enough.
        TaskStatus::Held if known.stays.is_empty() => wait(Kind::Held, last.or(known.ready), None),
        TaskStatus::Deferred if known.stays.is_empty() => {
            wait(Kind::Deferred, last.or(known.ready), None);
        }
        _ => {}
    }
    pieces.extend(&known.stays);
    pieces.extend(known.together.filter(|_| task.attempts.is_empty()));
    pieces.extend(task.attempts.iter().filter_map(of_attempt));
    pieces
}

/// A length, to the millisecond where it is short: `340ms`, `12.400s`, `2m 05.000s`, `3h 04m 05s`.
pub(super) fn exact(length: SignedDuration) -> String {
    let ms = length.as_millis().max(0);
    let (whole_s, part_ms) = (ms / 1_000, ms % 1_000);
    match whole_s {
        0 => format!("{part_ms}ms"),
        1..60 => format!("{whole_s}.{part_ms:03}s"),
        60..3_600 => format!("{}m {:02}.{part_ms:03}s", whole_s / 60, whole_s % 60),
        _ => format!("{}h {:02}m {:02}s", whole_s / 3_600, whole_s % 3_600 / 60, whole_s % 60),
    }
}

/// The selected bar in words: from when, until when, how long, and how much of it was waiting.
pub(super) fn in_words(pieces: &[Piece], now: Timestamp, look: &Look) -> String {
    let end = |piece: &Piece| piece.to.unwrap_or(now).max(piece.from);
    let work: Vec<&Piece> = pieces.iter().filter(|piece| !piece.kind.is_wait()).collect();
    // What it waits for now says more than what it did before.
    let waits = pieces.iter().rfind(|piece| piece.kind.is_wait() && piece.to.is_none());
    let told: Vec<&Piece> = match waits {
        Some(wait) => vec![wait],
        None if work.is_empty() => pieces.iter().collect(),
        None => work,
    };
    let Some(from) = told.iter().map(|piece| piece.from).min() else { return String::new() };
    let until = told.iter().map(|piece| end(piece)).max().unwrap_or(from);
    let open = told.iter().any(|piece| piece.to.is_none());
    let began = Axis::exactly(from, look);
    // A count that nobody asked for is a live timer.
    let mut text = match open {
        true if look.reduced_motion => format!("{began} until now"),
        true => format!("{began} until now, {}", time::long(until.duration_since(from))),
        false => {
            let length = exact(until.duration_since(from));
            format!("{began} to {}, {length}", Axis::exactly(until, look))
        }
    };
    if let Some(last) = told.last() {
        text = format!("{}  {text}", last.kind.word());
    }
    let waited = pieces.iter().filter(|piece| piece.kind.is_wait() && piece.to.is_some());
    let waited: SignedDuration = waited.map(|piece| end(piece).duration_since(piece.from)).sum();
    if told.iter().all(|piece| !piece.kind.is_wait()) && !waited.is_zero() {
        text = format!("{text}, {} waiting", exact(waited));
    }
    text
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::RunSummary;

    use super::*;
    use crate::app::{tests::look, time::to_wire};

    fn at(s: i64) -> Timestamp {
        "2026-11-21T14:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(s)
    }

    fn attempt(from: i64, to: Option<i64>, outcome: &str) -> Attempt {
        Attempt {
            started_at: Some(to_wire(at(from))),
            ended_at: to.map(|to| to_wire(at(to))),
            outcome: outcome.into(),
            ..<_>::default()
        }
    }

    fn task(id: &str, needs: &[&str], attempts: Vec<Attempt>) -> Task {
        let needs = needs.iter().map(|id| (*id).to_owned()).collect();
        Task { id: id.into(), needs, attempts, ..<_>::default() }
    }

    fn told(run: &Run, timeline: &[TimelineEntry], which: usize) -> Vec<(Kind, i64, Option<i64>)> {
        let entries: Vec<&TimelineEntry> = timeline.iter().collect();
        let known = known(run, &entries);
        let since = |moment: Timestamp| moment.duration_since(at(0)).as_secs();
        pieces(&run.tasks[which], &known[which])
            .into_iter()
            .map(|piece| (piece.kind, since(piece.from), piece.to.map(since)))
            .collect()
    }

    #[test]
    fn waiting_is_told_from_work_and_each_try_from_the_next() {
        let summary = RunSummary { started_at: Some(to_wire(at(0))), ..<_>::default() };
        let tries = vec![attempt(12, Some(30), "failed"), attempt(35, Some(70), "succeeded")];
        let run = Run {
            summary: Some(summary),
            tasks: vec![
                task("check", &[], vec![attempt(0, Some(8), "succeeded")]),
                task("drain", &["check"], tries),
            ],
            ..<_>::default()
        };
        assert_eq!(told(&run, &[], 0), [(Kind::Succeeded, 0, Some(8))], "it waited for nothing");
        let expected = [
            (Kind::Queued, 8, Some(12)),
            (Kind::Backoff, 30, Some(35)),
            (Kind::Failed, 12, Some(30)),
            (Kind::Succeeded, 35, Some(70)),
        ];
        assert_eq!(told(&run, &[], 1), expected);
    }

    #[test]
    fn a_person_who_was_waited_for_is_seen_by_the_timeline() {
        let entry = |s: i64, kind: &str| TimelineEntry {
            at: Some(to_wire(at(s))),
            kind: kind.into(),
            task_id: "gate".into(),
            ..<_>::default()
        };
        let mut gate = task("gate", &[], Vec::new());
        gate.status = TaskStatus::Held.into();
        let run = Run { tasks: vec![gate], ..<_>::default() };
        let held = told(&run, &[entry(5, "task.held")], 0);
        assert_eq!(held, [(Kind::Held, 5, None)]);
        let mut run = run;
        run.tasks[0].status = TaskStatus::Succeeded.into();
        let timeline =
            [entry(5, "task.held"), entry(65, "task.released"), entry(70, "task.settled")];
        assert_eq!(told(&run, &timeline, 0), [(Kind::Held, 5, Some(65))]);
    }

    #[test]
    fn a_group_runs_from_its_first_host_to_its_last() {
        let of_group =
            |id: &str, attempts| Task { group_id: "restart".into(), ..task(id, &[], attempts) };
        let run = Run {
            tasks: vec![
                task("restart", &[], Vec::new()),
                of_group("restart[a]", vec![attempt(3, Some(9), "failed")]),
                of_group("restart[b]", vec![attempt(1, Some(5), "succeeded")]),
                task("verify", &["restart"], vec![attempt(11, None, "")]),
            ],
            ..<_>::default()
        };
        assert_eq!(told(&run, &[], 0), [(Kind::Failed, 1, Some(9))]);
        let verify = told(&run, &[], 3);
        assert_eq!(verify, [(Kind::Queued, 9, Some(11)), (Kind::Running, 11, None)]);
    }

    #[test]
    fn the_words_are_exact_and_without_a_live_count_where_motion_is_reduced() {
        let piece = |kind, from, to: Option<i64>| Piece { kind, from: at(from), to: to.map(at) };
        let pieces = [
            piece(Kind::Backoff, 30, Some(35)),
            piece(Kind::Failed, 12, Some(30)),
            piece(Kind::Succeeded, 35, Some(75)),
        ];
        let words = in_words(&pieces, at(100), &look());
        let expected = "succeeded  14:00:12.000 to 14:01:15.000, 1m 03.000s, 5.000s waiting";
        assert_eq!(words, expected);
        let runs = [piece(Kind::Running, 10, None)];
        assert_eq!(in_words(&runs, at(22), &look()), "running  14:00:10.000 until now, 12s");
        let still = Look { reduced_motion: true, ..look() };
        assert_eq!(in_words(&runs, at(22), &still), "running  14:00:10.000 until now");
        let held = [piece(Kind::Held, 10, None)];
        let words = in_words(&held, at(22), &look());
        assert_eq!(words, "waits for a person  14:00:10.000 until now, 12s");
        let lengths =
            [340, 12_400, 125_000, 11_045_000].map(SignedDuration::from_millis).map(exact);
        assert_eq!(lengths, ["340ms", "12.400s", "2m 05.000s", "3h 04m 05s"]);
    }
}
