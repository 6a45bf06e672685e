//! Draws one run: what it is, what happened, when each task ran, and the chosen task's output.

use std::borrow::Cow;

use conductor_protocol::v1::{Attempt, Run, RunSummary, Task, TaskRole, TaskStatus, TimelineEntry};
use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    layout::{Focus, below_rule, sections},
    log_view::{log_view, rule},
    open::OpenRun,
};
use crate::{
    app::{Shared, time},
    theme::Meaning,
    widget::{
        BarSpan, Notice, Pane, bar, ellipsis, notice, pad, run_mark, select, task_mark, width,
    },
};

/// Inner width from which a task's row has its bar.
const BAR_FROM: usize = 46;
/// Cells of the longest name that stands whole.
const NAMES_MAX: usize = 24;
const STATE: usize = 10;
const LASTED: usize = 8;
const TRIES: usize = 4;
/// Inner widths from which the timeline says of what kind a thing was, and who did it.
const KIND_FROM: usize = 90;
const ACTOR_FROM: usize = 72;
const KIND: usize = 16;
/// Longest name of somebody that stands whole in the timeline, and what is left of a longer one.
const ACTOR_CELLS: usize = 16;
const ACTOR_END: usize = 6;

/// Draws the pane.
pub(crate) fn run_view(
    open: Option<&OpenRun>,
    frame: &mut Frame<'_>,
    area: Rect,
    focus: Focus,
    shared: &Shared,
) {
    let look = &shared.look;
    let focused = matches!(focus, Focus::Tasks | Focus::Log);
    let summary = open.and_then(|open| open.run.as_ref()?.summary.as_ref());
    let title = summary.map_or("Run", |summary| summary.workflow.as_str());
    let detail = summary.map(|summary| summary.version.clone()).unwrap_or_default();
    let note = open.map(|open| open.run_id.clone()).unwrap_or_default();
    let inner = Pane { title, detail, note, focused }.draw(frame, area, look);
    let Some(open) = open else {
        let words = ["Enter opens the run under the cursor"];
        notice(frame, inner, &Notice::empty(look, "no run is open", &words), look);
        return;
    };
    if let (Some(fault), None) = (&open.fault, &open.run) {
        notice(frame, inner, &Notice::fault(look, fault), look);
        return;
    }
    let Some((run, summary)) = open.run.as_ref().zip(summary) else {
        notice(frame, inner, &Notice::loading(look, "the run"), look);
        return;
    };
    let parts = sections(inner, run.tasks.len(), focus);
    frame.render_widget(Paragraph::new(head(run, summary, inner.width, shared)), parts.head);
    timeline(open, frame, parts.timeline, shared);
    tasks(open, run, frame, (parts.tasks, focus == Focus::Tasks), shared);
    log_view(&open.log, open.task(), frame, (parts.log, focus == Focus::Log), shared);
}

/// Two lines: how it is, and why.
fn head<'a>(run: &Run, summary: &RunSummary, cells: u16, shared: &Shared) -> Vec<Line<'a>> {
    let look = &shared.look;
    let mark = run_mark(summary.status(), look.glyphs);
    let style = look.style(mark.meaning);
    let dim = look.style(Meaning::Dim);
    let lasted =
        time::between(summary.started_at.as_ref(), summary.ended_at.as_ref(), shared.data_now());
    let mut lasted = lasted.map(time::long).unwrap_or_default();
    if look.reduced_motion && summary.ended_at.is_none() {
        let started = summary.started_at.as_ref().map(time::from_wire);
        lasted =
            started.map(|at| format!("since {}", time::clock(at, &look.zone))).unwrap_or_default();
    }
    let dot = look.glyphs.separator;
    let mut first = vec![
        Span::styled(format!("{} {}", mark.glyph, mark.word), style),
        Span::styled(format!("  {lasted}"), look.style(Meaning::Text)),
        Span::styled(
            format!("  {dot} {} of {} tasks done", summary.tasks_done, summary.tasks_total),
            dim,
        ),
    ];
    if summary.tasks_failed > 0 {
        let failed = format!(", {} failed", summary.tasks_failed);
        first.push(Span::styled(failed, look.style(Meaning::Danger)));
    }
    first.push(Span::styled(format!("  {dot} {}", summary.owner), dim));
    let receipt = crate::words::receipt(run);
    if !receipt.is_empty() {
        first.push(Span::styled(format!("  {dot} receipt: {receipt}"), dim));
    }
    let why = match (summary.note.as_str(), run.reason.as_str()) {
        ("", "") if run.inputs_json.len() > 2 => format!("inputs {}", run.inputs_json),
        ("", "") => String::new(),
        ("", reason) => format!("because {reason}"),
        (note, _) => note.to_owned(),
    };
    let why = ellipsis(&why, usize::from(cells), look.glyphs.ellipsis).into_owned();
    vec![Line::from(first), Line::styled(why, dim)]
}

/// The last things that happened.
fn timeline(open: &OpenRun, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    if area.height == 0 {
        return;
    }
    let look = &shared.look;
    let cells = usize::from(area.width);
    let room = usize::from(area.height - 1);
    let earlier = open.timeline.len().saturating_sub(room);
    let note = if earlier > 0 { format!("{earlier} earlier") } else { String::new() };
    let mut lines = vec![rule("timeline", &note, cells, false, look)];
    let rows = open.timeline.iter().skip(earlier);
    lines.extend(rows.map(|entry| happened(entry, cells, shared)));
    frame.render_widget(Paragraph::new(lines), area);
}

/// One thing that happened. Where there is little room the kind and the actor give way: the text
/// says how it ended, and that is what somebody looks for.
fn happened<'a>(entry: &TimelineEntry, cells: usize, shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let dim = look.style(Meaning::Dim);
    let meaning = look.style(kind_meaning(&entry.kind));
    let at = entry.at.as_ref().map(time::from_wire);
    let at = at.map(|at| time::clock(at, &look.zone)).unwrap_or_default();
    let actor =
        if cells >= ACTOR_FROM { brief(&entry.actor, look.glyphs.ellipsis) } else { "".into() };
    let room = cells.saturating_sub(8 + 2 + width(&actor) + 1);
    let mut line = vec![Span::styled(format!("{at:8}  "), dim)];
    if cells >= KIND_FROM {
        let kind = pad(&entry.kind, KIND, look.glyphs.ellipsis);
        line.push(Span::styled(format!("{kind}  "), meaning));
        line.push(Span::raw(pad(&entry.text, room.saturating_sub(KIND + 2), look.glyphs.ellipsis)));
    } else {
        line.push(Span::styled(pad(&entry.text, room, look.glyphs.ellipsis), meaning));
    }
    line.push(Span::styled(format!(" {actor}"), dim));
    Line::from(line)
}

/// Somebody in a few cells: of a long name what kind it is and its end, which tells one id from
/// another. What happened matters more in a row than who did it.
fn brief(actor: &str, mark: char) -> Cow<'_, str> {
    let cells = width(actor);
    if cells <= ACTOR_CELLS {
        return actor.into();
    }
    let (kind, name) = actor.split_once(':').unwrap_or(("", actor));
    let end = name.char_indices().rev().nth(ACTOR_END - 1).map_or(name, |(at, _)| &name[at..]);
    format!("{kind} {mark}{end}").trim_start().to_owned().into()
}

fn kind_meaning(kind: &str) -> Meaning {
    match kind {
        "task.completed" => Meaning::Ok,
        "task.failed" | "task.lost" => Meaning::Danger,
        "task.leased" => Meaning::Running,
        "task.cancelled" | "run.cancel_requested" => Meaning::Warn,
        "run.started" | "run.ended" => Meaning::Title,
        _ => Meaning::Dim,
    }
}

/// When each task ran, on one scale from the run's start to its end or now.
fn tasks(
    open: &OpenRun,
    run: &Run,
    frame: &mut Frame<'_>,
    (area, focused): (Rect, bool),
    shared: &Shared,
) {
    let look = &shared.look;
    let cells = usize::from(area.width);
    let head = Rect { height: 1.min(area.height), ..area };
    let body = below_rule(area);
    let height = usize::from(body.height);
    let mut scroll = open.tasks;
    scroll.settle(run.tasks.len(), height);
    let hidden = run.tasks.len().saturating_sub(height);
    let note = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    frame.render_widget(Paragraph::new(rule("tasks", &note, cells, focused, look)), head);
    let labels: Vec<Cow<'_, str>> = run.tasks.iter().map(|task| label(task, run)).collect();
    let names = labels.iter().map(|label| width(label)).max().unwrap_or(0).clamp(6, NAMES_MAX);
    let scale = Scale::of(run, shared.data_now());
    let lines: Vec<Line<'_>> = scroll
        .window(run.tasks.len(), height)
        .map(|at| {
            let row = (run, &run.tasks[at], labels[at].as_ref());
            let mut line = task_row(row, (names, cells), scale, shared);
            if at == open.tasks.cursor {
                line.spans[0] = Span::styled(look.glyphs.cursor, look.style(Meaning::Accent));
                if focused {
                    select(&mut line, look);
                }
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
}

/// What a task is called in its row: an instance by its key, a group with how many of its
/// instances have ended.
fn label<'a>(task: &'a Task, run: &Run) -> Cow<'a, str> {
    if task.role() == TaskRole::Plain {
        let instances = || run.tasks.iter().filter(|other| is_instance_of(other, &task.id));
        let ended = instances().filter(|other| has_ended(other.status())).count();
        return match instances().count() {
            0 => task.id.as_str().into(),
            total => format!("{} {ended}/{total}", task.id).into(),
        };
    }
    let own = task.id.strip_prefix(task.group_id.as_str()).unwrap_or(&task.id);
    let key = own.strip_prefix('[').and_then(|own| own.strip_suffix(']'));
    match (key, own.strip_prefix('.')) {
        (Some(key), _) => format!("  {key}").into(),
        (None, Some(side)) if task.role() == TaskRole::Health => format!("  {side}").into(),
        _ => task.id.as_str().into(),
    }
}

fn is_instance_of(task: &Task, group: &str) -> bool {
    task.role() == TaskRole::Instance && task.group_id == group
}

fn has_ended(status: TaskStatus) -> bool {
    use TaskStatus::{Cancelled, Failed, Skipped, Succeeded, TimedOut};
    matches!(status, Succeeded | Failed | Skipped | Cancelled | TimedOut)
}

fn task_row<'a>(
    (run, task, label): (&Run, &Task, &str),
    (names, cells): (usize, usize),
    scale: Scale,
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let g = look.glyphs;
    let mark = task_mark(task.status(), g);
    let style = look.style(mark.meaning);
    let dim = look.style(Meaning::Dim);
    let name = if task.attempts.is_empty() { Meaning::Dim } else { Meaning::Text };
    let mut spans = vec![
        Span::raw(" "),
        Span::styled(format!(" {} ", mark.glyph), style),
        Span::styled(pad(label, names, g.ellipsis), look.style(name)),
        Span::raw("  "),
    ];
    let fixed = 4 + names + 2 + 2 + STATE + LASTED + TRIES;
    if cells >= BAR_FROM {
        let meaning = |attempt: &Attempt| match attempt.outcome.as_str() {
            "" => Meaning::Running,
            "succeeded" => Meaning::Ok,
            "cancelled" => Meaning::Warn,
            _ => Meaning::Danger,
        };
        let span = |attempt: &Attempt| scale.span(attempt, meaning(attempt));
        let mut parts: Vec<BarSpan> =
            waits(task, run).into_iter().filter_map(|wait| scale.wait(wait)).collect();
        parts.extend(task.attempts.iter().filter_map(span));
        spans.extend(bar(&parts, cells.saturating_sub(fixed), look));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::styled(pad(mark.word, STATE, g.ellipsis), style));
    let lasted = lasted(task, shared);
    spans.push(Span::styled(format!("{lasted:>LASTED$}"), dim));
    let tries = task.attempts.len();
    let tries = if tries > 1 { format!("{tries}x") } else { String::new() };
    spans.push(Span::styled(format!("{tries:>TRIES$}"), look.style(Meaning::Warn)));
    Line::from(spans)
}

/// When a task waited: for a worker, from when what it needs had ended, and between two attempts. A
/// missing end is now.
fn waits(task: &Task, run: &Run) -> Vec<(Timestamp, Option<Timestamp>)> {
    let ended = |task: &Task| task.attempts.last()?.ended_at.as_ref().map(time::from_wire);
    let began = |attempt: &Attempt| attempt.started_at.as_ref().map(time::from_wire);
    let mut waits = Vec::new();
    let needed = run.tasks.iter().filter(|other| task.needs.contains(&other.id));
    let ready = needed.filter_map(ended).max();
    let first = task.attempts.first();
    if let Some(ready) = ready.filter(|_| first.is_some() || task.status() == TaskStatus::Ready) {
        waits.push((ready, first.and_then(began)));
    }
    for pair in task.attempts.windows(2) {
        let end = pair[0].ended_at.as_ref().map(time::from_wire);
        waits.extend(end.map(|end| (end, began(&pair[1]))));
    }
    if task.status() == TaskStatus::Backoff {
        waits.extend(ended(task).map(|end| (end, None)));
    }
    waits
}

/// How long the newest attempt has run, or until the next one starts.
fn lasted(task: &Task, shared: &Shared) -> String {
    if task.status() == TaskStatus::Backoff {
        let at = task.next_attempt_at.as_ref().map(time::from_wire);
        let left =
            at.map(|at| at.duration_since(shared.data_now())).filter(|left| left.is_positive());
        return left.map(|left| format!("in {}", time::short(left))).unwrap_or_default();
    }
    let Some(attempt) = task.attempts.last() else { return String::new() };
    if attempt.ended_at.is_none() && shared.look.reduced_motion {
        return String::new();
    }
    let span =
        time::between(attempt.started_at.as_ref(), attempt.ended_at.as_ref(), shared.data_now());
    match span {
        // Running ones count whole seconds: they are drawn once a second.
        Some(span) if attempt.ended_at.is_none() && span.as_secs() == 0 => "0s".into(),
        Some(span) if span.as_secs() < 10 && attempt.ended_at.is_some() && span.as_secs() > 0 => {
            format!("{:.1}s", span.as_secs_f64())
        }
        Some(span) => time::long(span),
        None => String::new(),
    }
}

/// The run's time as a line from 0 to 1.
#[derive(Debug, Clone, Copy)]
struct Scale {
    start: Timestamp,
    length_s: f64,
    now: Timestamp,
}

impl Scale {
    fn of(run: &Run, now: Timestamp) -> Self {
        let summary = run.summary.as_ref();
        let start = summary.and_then(|s| s.started_at.as_ref()).map_or(now, time::from_wire);
        let end = summary.and_then(|s| s.ended_at.as_ref()).map_or(now, time::from_wire);
        Self { start, length_s: end.duration_since(start).as_secs_f64().max(0.001), now }
    }

    fn part(self, at: Timestamp) -> f64 {
        at.duration_since(self.start).as_secs_f64() / self.length_s
    }

    /// A wait; nothing where it took no time.
    fn wait(self, (from, to): (Timestamp, Option<Timestamp>)) -> Option<BarSpan> {
        let to = to.unwrap_or(self.now);
        (to > from).then(|| BarSpan {
            from: self.part(from),
            to: self.part(to),
            meaning: Meaning::Waiting,
        })
    }

    fn span(self, attempt: &Attempt, meaning: Meaning) -> Option<BarSpan> {
        let at = |at: Timestamp| self.part(at);
        let from = attempt.started_at.as_ref().map(time::from_wire)?;
        let to = attempt.ended_at.as_ref().map_or(self.now, time::from_wire);
        Some(BarSpan { from: at(from), to: at(to), meaning })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_leaves_room_for_what_happened() {
        assert_eq!(brief("uid:1000", '…'), "uid:1000");
        assert_eq!(brief("worker:wrk_01m7yphxenfbprvsaxf2g39kfy", '…'), "worker …g39kfy");
        assert_eq!(brief("somebody-without-a-kind", '~'), "~a-kind");
    }
}
