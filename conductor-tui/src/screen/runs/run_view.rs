//! Draws one run: what it is and what happened; the chart of its tasks and the chosen task's output are
//! drawn between.

use std::borrow::Cow;

use conductor_protocol::v1::{Run, RunSummary, TimelineEntry};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    chart_view::chart_view,
    layout::{Focus, Seen, sections},
    log_view::{log_view, rule},
    open::OpenRun,
};
use crate::{
    app::{Look, Shared, time},
    input::veiled,
    theme::Meaning,
    widget::{Notice, Pane, ellipsis, notice, pad, run_mark, width},
};

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
    seen: Seen,
    shared: &Shared,
) {
    let look = &shared.look;
    let focused = matches!(seen.focus, Focus::Tasks | Focus::Log);
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
    let parts = sections(inner, open.chart.rows().len(), seen);
    frame.render_widget(Paragraph::new(head(run, summary, inner.width, shared)), parts.head);
    timeline(open, frame, parts.timeline, shared);
    chart_view(open, run, frame, (parts.tasks, seen), shared);
    log_view(open, frame, (parts.log, seen.focus == Focus::Log), shared);
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
        ("", "") if run.inputs_json.len() > 2 => {
            format!("inputs {}", veiled(&run.inputs_json, &shared.secret_inputs))
        }
        ("", "") => String::new(),
        ("", reason) => format!("because {reason}"),
        (note, _) => note.to_owned(),
    };
    let why = ellipsis(&why, usize::from(cells), look.glyphs.ellipsis).into_owned();
    vec![fitted(first, usize::from(cells), look), Line::styled(why, dim)]
}

/// As much of a line as there is room for; what is cut says so.
fn fitted<'a>(spans: Vec<Span<'a>>, cells: usize, look: &Look) -> Line<'a> {
    let mut left = cells;
    let mut line = Line::default();
    for span in spans {
        let text = ellipsis(&span.content, left, look.glyphs.ellipsis).into_owned();
        let cut = text != span.content;
        left = left.saturating_sub(width(&text));
        line.push_span(Span::styled(text, span.style));
        if cut {
            break;
        }
    }
    line
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
