//! The run's tasks on a time axis, as state: which rows there are, what is folded, which part of the
//! time is seen.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use conductor_protocol::v1::{Run, Task, TaskRole, TaskStatus, TimelineEntry};
use jiff::{SignedDuration, Timestamp};

use super::spans::{self, Known, Piece};
use crate::{
    app::time,
    input::Action,
    widget::{Axis, Scroll, plain, width},
};

/// Instances from which on a group is folded unless it was unfolded by hand.
const FOLDED_FROM: usize = 13;
/// The shortest time that is seen at once.
const NEAREST: SignedDuration = SignedDuration::from_millis(100);

/// A row of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The task's place in the run.
    pub(super) task: usize,
    /// One try of it; nothing for the task itself.
    pub(super) attempt: Option<u32>,
    pub(super) label: String,
    /// There is something below it: whether that is hidden.
    pub(super) folded: Option<bool>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Chart {
    rows: Vec<Row>,
    known: Vec<Known>,
    /// What was folded or unfolded by hand, by task.
    by_hand: BTreeMap<String, bool>,
    pub(super) scroll: Scroll,
    /// Cells of the longest label.
    pub(super) names: usize,
    /// The part of the time that is seen; nothing for all of it.
    window: Option<(Timestamp, SignedDuration)>,
}

/// From when until when a run went, or goes on until now.
pub(super) fn extent(run: &Run, now: Timestamp) -> (Timestamp, SignedDuration) {
    let summary = run.summary.as_ref();
    let start = summary.and_then(|s| s.started_at.as_ref()).map_or(now, time::from_wire);
    let end = summary.and_then(|s| s.ended_at.as_ref()).map_or(now, time::from_wire);
    (start, end.duration_since(start).max(SignedDuration::ZERO))
}

impl Chart {
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(super) fn row(&self) -> Option<&Row> {
        self.rows.get(self.scroll.cursor)
    }

    /// The task under the cursor, by its place in the run.
    pub(super) fn task(&self) -> Option<usize> {
        self.row().map(|row| row.task)
    }

    /// What a row's task did with its time.
    pub(super) fn pieces(&self, run: &Run, row: &Row) -> Vec<Piece> {
        let Some(task) = run.tasks.get(row.task) else { return Vec::new() };
        if let Some(number) = row.attempt {
            let attempt = task.attempts.iter().find(|attempt| attempt.number == number);
            return attempt.and_then(spans::of_attempt).into_iter().collect();
        }
        let nothing = Known::default();
        spans::pieces(task, self.known.get(row.task).unwrap_or(&nothing))
    }

    /// Takes a run as it is now; the cursor stays where it was.
    pub(super) fn take(&mut self, before: Option<&Run>, run: &Run, timeline: &[&TimelineEntry]) {
        self.known = spans::known(run, timeline);
        let chosen = before.and_then(|before| {
            let row = self.row()?;
            Some((before.tasks.get(row.task)?.id.clone(), row.attempt))
        });
        self.lay(run);
        if let Some((id, attempt)) = chosen
            && let Some(task) = run.tasks.iter().position(|task| task.id == id)
        {
            self.choose(run, task, attempt);
        }
    }

    /// Lays out the rows.
    fn lay(&mut self, run: &Run) {
        let counts = counts(run);
        self.rows.clear();
        let mut hidden: HashMap<&str, bool> = HashMap::new();
        for (at, task) in run.tasks.iter().enumerate() {
            let group = counts.get(task.id.as_str()).copied();
            if is_below(task) && hidden.get(task.group_id.as_str()) == Some(&true) {
                continue;
            }
            let by_hand = self.by_hand.get(&task.id).copied();
            let folded = match group {
                Some((_, total)) => Some(by_hand.unwrap_or(total >= FOLDED_FROM)),
                None => (!task.attempts.is_empty()).then(|| by_hand.unwrap_or(true)),
            };
            if group.is_some() {
                hidden.insert(task.id.as_str(), folded == Some(true));
            }
            let label = label(task, group).into_owned();
            self.rows.push(Row { task: at, attempt: None, label, folded });
            if group.is_none() && folded == Some(false) {
                let indent = if is_below(task) { "    " } else { "  " };
                self.rows.extend(task.attempts.iter().map(|attempt| Row {
                    task: at,
                    attempt: Some(attempt.number),
                    label: format!("{indent}attempt {}", attempt.number),
                    folded: None,
                }));
            }
        }
        self.names = self.rows.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    }

    /// Puts the cursor on a task, or on the row that it is folded into.
    pub(super) fn choose(&mut self, run: &Run, task: usize, attempt: Option<u32>) {
        let of = |at: usize, attempt: Option<u32>| {
            self.rows.iter().position(|row| row.task == at && row.attempt == attempt)
        };
        let group = || {
            let group = &run.tasks.get(task)?.group_id;
            let at = run.tasks.iter().position(|task| task.id == *group)?;
            of(at, None)
        };
        let found = of(task, attempt).or_else(|| of(task, None)).or_else(group);
        self.scroll.cursor = found.unwrap_or(self.scroll.cursor);
    }

    /// Whether an action of the chart has something to do.
    pub(super) fn not_now(&self, run: &Run, action: Action) -> Option<&'static str> {
        match action {
            Action::Fold if self.fold_of(run).is_none() => Some("there is nothing below it"),
            Action::FitTime if self.window.is_none() => Some("all of the time is seen already"),
            Action::EarlierTime | Action::LaterTime if self.window.is_none() => {
                Some("all of the time is seen: `+` goes nearer")
            }
            Action::ZoomOut if self.window.is_none() => Some("all of the time is seen already"),
            _ => None,
        }
    }

    /// The task whose rows are folded from the cursor, and whether they are hidden.
    fn fold_of(&self, run: &Run) -> Option<(usize, bool)> {
        let row = self.row()?;
        if let (Some(folded), None) = (row.folded, row.attempt) {
            return Some((row.task, folded));
        }
        let group = &run.tasks.get(row.task)?.group_id;
        let above = self.rows[..self.scroll.cursor].iter().rev();
        let mut above = above.filter(|above| above.attempt.is_none() && above.folded.is_some());
        let holds = |above: &&Row| {
            above.task == row.task || run.tasks.get(above.task).is_some_and(|t| t.id == *group)
        };
        above.find(holds).map(|above| (above.task, false))
    }

    /// Hides or shows what is below the row under the cursor, or below all rows.
    pub(super) fn fold(&mut self, run: &Run, all: bool) {
        let chosen = self.row().map(|row| (row.task, row.attempt));
        if all {
            let hides = !self.rows.iter().any(|row| row.folded == Some(true));
            self.by_hand = run.tasks.iter().map(|task| (task.id.clone(), hides)).collect();
        } else {
            let Some((task, folded)) = self.fold_of(run) else { return };
            self.by_hand.insert(run.tasks[task].id.clone(), !folded);
        }
        self.lay(run);
        if let Some((task, attempt)) = chosen {
            self.choose(run, task, attempt);
        }
    }

    /// The time that is seen, in so many columns.
    pub(super) fn axis(&self, run: &Run, now: Timestamp, cells: usize) -> Axis {
        let over = run.summary.as_ref().is_some_and(|summary| summary.ended_at.is_some());
        let (from, length) = self.window.unwrap_or_else(|| extent(run, now));
        Axis::from(from, length, cells, (!over).then_some(now))
    }

    /// Which part of the time is seen, in words; empty for all of it.
    pub(super) fn seen(&self, run: &Run, now: Timestamp) -> String {
        let Some((_, length)) = self.window else { return String::new() };
        format!("{} of {}", time::long(length), time::long(extent(run, now).1))
    }

    /// Sees less time around the chosen bar, or more.
    pub(super) fn zoom(&mut self, run: &Run, now: Timestamp, nearer: bool) {
        let whole = extent(run, now);
        let (from, length) = self.window.unwrap_or(whole);
        if !nearer && length * 2 >= whole.1 {
            self.window = None;
            return;
        }
        if nearer && length / 2 < NEAREST {
            return;
        }
        let length_new = if nearer { length / 2 } else { length * 2 };
        let pieces = self.row().map(|row| self.pieces(run, row)).unwrap_or_default();
        let (seen_from, seen_to) = (from, from + length);
        let starts = pieces.iter().map(|piece| piece.from.max(seen_from)).min();
        let ends = pieces.iter().map(|piece| piece.to.unwrap_or(now).min(seen_to)).max();
        // Around what is seen of the chosen bar, else around the middle.
        let middle = match starts.zip(ends) {
            Some((start, end)) if start <= end => start + end.duration_since(start) / 2,
            _ => from + length / 2,
        };
        self.window = Some(within(whole, middle - length_new / 2, length_new));
    }

    /// Sees all of the time.
    pub(super) fn fit(&mut self) {
        self.window = None;
    }

    /// Moves along the time by a third of what is seen; says whether there was any more.
    pub(super) fn pan(&mut self, run: &Run, now: Timestamp, later: bool) -> bool {
        let Some((from, length)) = self.window else { return false };
        let step = length / 3;
        let to = if later { from + step } else { from - step };
        let moved = within(extent(run, now), to, length);
        let goes = moved != (from, length);
        self.window = Some(moved);
        goes
    }
}

/// A part of a whole: never beyond its ends.
fn within(
    (start, whole): (Timestamp, SignedDuration),
    from: Timestamp,
    length: SignedDuration,
) -> (Timestamp, SignedDuration) {
    let last = start + whole.saturating_sub(length).max(SignedDuration::ZERO);
    (from.min(last).max(start), length)
}

/// Of each group how many instances have ended, and how many it has.
fn counts(run: &Run) -> HashMap<&str, (usize, usize)> {
    let mut counts = HashMap::new();
    for task in run.tasks.iter().filter(|task| task.role() == TaskRole::Instance) {
        let (ended, total) = counts.entry(task.group_id.as_str()).or_insert((0, 0));
        *ended += usize::from(has_ended(task.status()));
        *total += 1;
    }
    counts
}

/// Whether a row stands below that of its group.
fn is_below(task: &Task) -> bool {
    matches!(task.role(), TaskRole::Instance | TaskRole::Health)
}

/// What a task is called in its row: an instance by its key, a group with how many of its
/// instances have ended.
fn label(task: &Task, group: Option<(usize, usize)>) -> Cow<'_, str> {
    if let Some((ended, total)) = group {
        return format!("{} {ended}/{total}", plain(&task.id)).into();
    }
    let own = task.id.strip_prefix(task.group_id.as_str()).unwrap_or(&task.id);
    let key = own.strip_prefix('[').and_then(|own| own.strip_suffix(']'));
    match (task.role(), key, own.strip_prefix('.')) {
        (TaskRole::Plain, ..) => plain(&task.id).into(),
        (_, Some(key), _) => format!("  {}", plain(key)).into(),
        (TaskRole::Health, None, Some(side)) => format!("  {}", plain(side)).into(),
        _ => plain(&task.id).into(),
    }
}

fn has_ended(status: TaskStatus) -> bool {
    use TaskStatus::{Cancelled, Failed, Skipped, Succeeded, TimedOut};
    matches!(status, Succeeded | Failed | Skipped | Cancelled | TimedOut)
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::{Attempt, RunSummary};

    use super::*;
    use crate::app::time::to_wire;

    fn now() -> Timestamp {
        "2026-11-21T14:00:00Z".parse().unwrap()
    }

    /// So many groups of so many hosts, all done in 100 s.
    fn run(groups: usize, hosts: usize) -> Run {
        let at = |s: i64| Some(to_wire(now() - SignedDuration::from_secs(s)));
        let attempts = vec![
            Attempt { number: 1, started_at: at(100), ended_at: at(60), ..<_>::default() },
            Attempt { number: 2, started_at: at(50), ended_at: at(0), ..<_>::default() },
        ];
        let mut tasks = Vec::new();
        for group in 0..groups {
            let id = format!("step-{group}");
            tasks.push(Task { id: id.clone(), role: TaskRole::Plain.into(), ..<_>::default() });
            tasks.extend((0..hosts).map(|host| Task {
                id: format!("{id}[web-{host}]"),
                group_id: id.clone(),
                role: TaskRole::Instance.into(),
                status: TaskStatus::Succeeded.into(),
                attempts: attempts.clone(),
                ..<_>::default()
            }));
        }
        let summary = RunSummary { started_at: at(100), ended_at: at(0), ..<_>::default() };
        Run { summary: Some(summary), tasks, ..<_>::default() }
    }

    fn chart(run: &Run) -> Chart {
        let mut chart = Chart::default();
        chart.take(None, run, &[]);
        chart
    }

    fn labels(chart: &Chart) -> Vec<&str> {
        chart.rows().iter().map(|row| row.label.as_str()).collect()
    }

    #[test]
    fn many_hosts_are_folded_and_unfolded_by_hand_down_to_their_tries() {
        let run = run(2, 50);
        let mut chart = chart(&run);
        assert_eq!(labels(&chart), ["step-0 50/50", "step-1 50/50"]);
        chart.fold(&run, false);
        assert_eq!(chart.rows().len(), 52);
        chart.scroll.cursor = 3;
        chart.fold(&run, false);
        assert_eq!(labels(&chart)[3..6], ["  web-2", "    attempt 1", "    attempt 2"]);
        chart.scroll.cursor = 5;
        // The news keep the cursor on its row.
        let again = run.clone();
        chart.take(Some(&run), &again, &[]);
        assert_eq!(chart.row().unwrap().label, "    attempt 2");
        chart.fold(&run, false);
        assert_eq!(chart.row().unwrap().label, "  web-2", "a try is folded into its task");
        chart.fold(&run, true);
        assert_eq!(chart.rows().len(), 2 + 100 * 3);
        chart.fold(&run, true);
        assert_eq!(labels(&chart), ["step-0 50/50", "step-1 50/50"]);
        assert_eq!(chart.scroll.cursor, 0, "the cursor is where its host went");
    }

    #[test]
    fn zoom_goes_around_the_chosen_bar_and_never_beyond_the_run() {
        let run = run(1, 2);
        let mut chart = chart(&run);
        let window = |chart: &Chart| chart.window.map(|(_, length)| length.as_secs());
        chart.zoom(&run, now(), false);
        assert_eq!(window(&chart), None);
        chart.scroll.cursor = 1;
        chart.fold(&run, false);
        // The second try: the last 50 s.
        chart.scroll.cursor = 3;
        chart.zoom(&run, now(), true);
        let (from, length) = chart.window.unwrap();
        assert_eq!((now().duration_since(from).as_secs(), length.as_secs()), (50, 50));
        assert!(!chart.pan(&run, now(), true), "there is nothing later");
        assert!(chart.pan(&run, now(), false));
        for _ in 0..30 {
            chart.zoom(&run, now(), true);
        }
        assert!(chart.window.unwrap().1 >= NEAREST);
        chart.fit();
        assert_eq!(window(&chart), None);
        assert!(!chart.pan(&run, now(), true));
    }

    #[test]
    fn two_hundred_tasks_on_fifty_hosts_are_rows_and_only_those_in_sight_are_worked_out() {
        let run = run(200, 50);
        let mut chart = chart(&run);
        chart.fold(&run, true);
        assert_eq!(chart.rows().len(), 200 + 200 * 50 * 3);
        chart.scroll.cursor = 20_000;
        chart.scroll.settle(chart.rows().len(), 40);
        let seen = chart.scroll.window(chart.rows().len(), 40);
        assert_eq!(seen.len(), 40);
        let drawn: usize = chart.rows()[seen].iter().map(|row| chart.pieces(&run, row).len()).sum();
        assert!(drawn <= 40 * 3, "{drawn}");
    }
}
