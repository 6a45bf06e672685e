//! Draws the run's tasks on a time axis: a ruler, a bar for each task in sight, and the selected bar in
//! words.

use conductor_protocol::v1::{Run, Task, TaskStatus};
use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    chart::Row,
    layout::{Focus, Seen},
    log_view::rule,
    open::OpenRun,
    spans::{self, Kind, Piece},
};
use crate::{
    app::{Look, Shared, time},
    theme::{Glyphs, Meaning},
    widget::{Axis, ellipsis, pad, select, task_mark},
};

/// Inner width from which a task's row has its bar.
const BAR_FROM: usize = 46;
/// Cells of the longest name that stands whole.
const NAMES: (usize, usize) = (6, 24);
/// Inner width from which names may take more, and how much.
const WIDE_FROM: usize = 110;
const NAMES_WIDE: usize = 36;
const STATE: usize = 10;
const LASTED: usize = 8;
const TRIES: usize = 4;
/// Rows of the whole section from which it has a ruler, the selected bar in words, and a legend.
const RULER_FROM: u16 = 5;
const WORDS_FROM: u16 = 6;
const LEGEND_FROM: u16 = 8;

/// The parts of the section, from top to bottom.
struct Parts {
    head: Rect,
    ruler: Rect,
    rows: Rect,
    words: Rect,
    legend: Rect,
}

fn parts(area: Rect, wide: bool) -> Parts {
    let has_bar = usize::from(area.width) >= BAR_FROM;
    let row = |wanted: bool| u16::from(wanted);
    let head = row(area.height > 0);
    let ruler = row(has_bar && area.height >= RULER_FROM);
    let words = row(area.height >= WORDS_FROM);
    let legend = row(wide && has_bar && area.height >= LEGEND_FROM);
    let mut y = area.y;
    let mut take = |height: u16| {
        let part = Rect { y, height, ..area };
        y += height;
        part
    };
    Parts {
        head: take(head),
        ruler: take(ruler),
        rows: take(area.height - head - ruler - words - legend),
        words: take(words),
        legend: take(legend),
    }
}

/// Rows of tasks that are seen at once.
pub(super) fn height(area: Rect, wide: bool) -> usize {
    usize::from(parts(area, wide).rows.height)
}

/// When it is for the chart: with reduced motion the line of now moves only with news.
pub(super) fn now_of(open: &OpenRun, shared: &Shared) -> Timestamp {
    let now = shared.data_now();
    match open.heard_at.filter(|_| shared.look.reduced_motion) {
        Some(heard) => heard.min(now),
        None => now,
    }
}

/// Draws the section.
pub(super) fn chart_view(
    open: &OpenRun,
    run: &Run,
    frame: &mut Frame<'_>,
    (area, seen): (Rect, Seen),
    shared: &Shared,
) {
    let look = &shared.look;
    let focused = seen.focus == Focus::Tasks;
    let chart = &open.chart;
    let cells = usize::from(area.width);
    let parts = parts(area, seen.wide);
    let height = usize::from(parts.rows.height);
    let rows = chart.rows();
    let mut scroll = chart.scroll;
    scroll.settle(rows.len(), height);
    let now = now_of(open, shared);
    let hidden = rows.len().saturating_sub(height);
    let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
    let notes = [chart.seen(run, now), more];
    let notes: Vec<&str> = notes.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
    let note = notes.join(&format!(" {} ", look.glyphs.separator));
    frame.render_widget(Paragraph::new(rule("tasks", &note, cells, focused, look)), parts.head);
    let longest = if cells >= WIDE_FROM { NAMES_WIDE } else { NAMES.1 };
    let names = chart.names.clamp(NAMES.0, longest);
    let left = 4 + names + 3;
    let bar = cells.saturating_sub(left + 2 + STATE + LASTED + TRIES);
    let axis = (cells >= BAR_FROM).then(|| chart.axis(run, now, bar));
    if let Some(axis) = axis.as_ref().filter(|_| parts.ruler.height > 0) {
        let mut line = axis.labels(look);
        line.spans.insert(0, Span::raw(" ".repeat(left)));
        frame.render_widget(Paragraph::new(line), parts.ruler);
    }
    let lines: Vec<Line<'_>> = scroll
        .window(rows.len(), height)
        .map(|at| {
            let row = &rows[at];
            let pieces = chart.pieces(run, row);
            let mut line = row_line((run, row, &pieces), names, axis.as_ref(), (now, shared));
            if at == chart.scroll.cursor {
                line.spans[0] = Span::styled(look.glyphs.cursor, look.style(Meaning::Accent));
                if focused {
                    select(&mut line, look);
                }
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), parts.rows);
    if parts.words.height > 0 {
        let words = selected(open, run, now, look);
        let words = ellipsis(&words, cells, look.glyphs.ellipsis).into_owned();
        let line = Line::styled(words, look.style(Meaning::Dim));
        frame.render_widget(Paragraph::new(line), parts.words);
    }
    if parts.legend.height > 0 {
        frame.render_widget(Paragraph::new(legend(look, axis.as_ref(), cells)), parts.legend);
    }
}

/// The selected bar in words.
fn selected(open: &OpenRun, run: &Run, now: Timestamp, look: &Look) -> String {
    let Some((row, task)) = open.chart.row().zip(open.task()) else { return String::new() };
    let words = spans::in_words(&open.chart.pieces(run, row), now, look);
    let name = match row.attempt {
        Some(number) => format!("{}, attempt {number}", task.id),
        None => task.id.clone(),
    };
    let name = crate::widget::plain(&name);
    if !words.is_empty() {
        return format!("{name}  {words}");
    }
    let after = match task.needs.as_slice() {
        [] => String::new(),
        needs => crate::widget::plain(&format!(" after {}", needs.join(", "))),
    };
    match task.status() {
        TaskStatus::Skipped => format!("{name}  left out: it never ran"),
        TaskStatus::Waiting => format!("{name}  has not started: it comes{after}"),
        TaskStatus::Succeeded | TaskStatus::Failed | TaskStatus::Cancelled => {
            format!("{name}  has ended without running")
        }
        _ => format!("{name}  has not started"),
    }
}

fn row_line<'a>(
    (run, row, pieces): (&Run, &Row, &[Piece]),
    names: usize,
    axis: Option<&Axis>,
    (now, shared): (Timestamp, &Shared),
) -> Line<'a> {
    let look = &shared.look;
    let g = look.glyphs;
    let nothing = Task::default();
    let task = run.tasks.get(row.task).unwrap_or(&nothing);
    let attempt = row.attempt.and_then(|n| task.attempts.iter().find(|a| a.number == n));
    let last = pieces.last().map(|piece| piece.kind);
    let (glyph, word, meaning) = match (attempt, last) {
        (Some(attempt), Some(kind)) => {
            // A lost try has failed, and why it did is said.
            let word = if attempt.outcome == "lost" { "lost" } else { kind.word() };
            (kind.glyph(g), word, kind.meaning())
        }
        _ => {
            let mark = task_mark(task.status(), g);
            (mark.glyph, mark.word, mark.meaning)
        }
    };
    let style = look.style(meaning);
    let name = if pieces.is_empty() { Meaning::Dim } else { Meaning::Text };
    let mut spans = vec![
        Span::raw(" "),
        Span::styled(format!(" {glyph} "), style),
        Span::styled(pad(&row.label, names, g.ellipsis), look.style(name)),
        Span::styled(fold_mark(row, task), look.style(Meaning::Dim)),
    ];
    if let Some(axis) = axis {
        spans.extend(track(pieces, axis, now, look));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::styled(pad(word, STATE, g.ellipsis), style));
    let lasted = match attempt {
        Some(_) => pieces.first().map(|piece| length(piece, now, look)).unwrap_or_default(),
        None => lasted(task, pieces, now, look),
    };
    spans.push(Span::styled(format!("{lasted:>LASTED$}"), look.style(Meaning::Dim)));
    let tries = if attempt.is_some() { 0 } else { task.attempts.len() };
    let tries = if tries > 1 { format!("{tries}x") } else { String::new() };
    spans.push(Span::styled(format!("{tries:>TRIES$}"), look.style(Meaning::Warn)));
    Line::from(spans)
}

/// That there is something below a row: of a single try nothing is hidden that the row does not tell.
const fn fold_mark(row: &Row, task: &Task) -> &'static str {
    match (row.folded, task.attempts.len()) {
        (Some(true), 1) | (None, _) => "   ",
        (Some(true), _) => " + ",
        (Some(false), _) => " - ",
    }
}

/// How long it has run, or until the next try starts.
fn lasted(task: &Task, pieces: &[Piece], now: Timestamp, look: &Look) -> String {
    if task.status() == TaskStatus::Backoff {
        let at = task.next_attempt_at.as_ref().map(time::from_wire);
        let left = at.map(|at| at.duration_since(now)).filter(|left| left.is_positive());
        return left.map(|left| format!("in {}", time::short(left))).unwrap_or_default();
    }
    let open = pieces.iter().rfind(|piece| piece.to.is_none());
    let work = || pieces.last().filter(|piece| !piece.kind.is_wait());
    open.or_else(work).map(|piece| length(piece, now, look)).unwrap_or_default()
}

fn length(piece: &Piece, now: Timestamp, look: &Look) -> String {
    let span = piece.to.unwrap_or(now).duration_since(piece.from);
    match span.as_secs() {
        _ if piece.to.is_none() && look.reduced_motion => String::new(),
        // Running ones count whole seconds: they are drawn once a second.
        ..1 if piece.to.is_none() => "0s".into(),
        1..10 if piece.to.is_some() => format!("{:.1}s", span.as_secs_f64()),
        _ => time::long(span),
    }
}

/// A bar on the axis, to half a column. Waiting has another shape than work, a try that failed ends in
/// its mark, and where nothing is the line of now goes through.
fn track<'a>(pieces: &[Piece], axis: &Axis, now: Timestamp, look: &Look) -> Vec<Span<'a>> {
    let g = look.glyphs;
    let count = axis.cells * 2;
    let mut halves: Vec<Option<Kind>> = vec![None; count];
    let mut marks: Vec<Option<Kind>> = vec![None; axis.cells];
    for piece in pieces {
        let to = piece.to.unwrap_or(now);
        if to < axis.from || piece.from >= axis.end() {
            continue;
        }
        let at = |moment: Timestamp| usize::try_from(axis.halves(moment)).unwrap_or(0).min(count);
        let from = at(piece.from).min(count.saturating_sub(1));
        // Whatever happened is seen, however short it was.
        let until = at(to).max(from + 1).min(count);
        if let Some(part) = halves.get_mut(from..until) {
            part.fill(Some(piece.kind));
        }
        if piece.kind.end(g).is_some() && to < axis.end() {
            marks[until.saturating_sub(1) / 2] = Some(piece.kind);
        }
    }
    let line = axis.now.and_then(|now| axis.column(now));
    let cell = |(column, pair): (usize, &[Option<Kind>])| {
        if let Some(kind) = marks[column] {
            return (kind.end(g).unwrap_or(g.bar), kind.meaning());
        }
        match (pair[0], pair[1]) {
            (None, None) if line == Some(column) => (g.borders.vertical_left, Meaning::Accent),
            (None, None) => (g.track, Meaning::Border),
            (_, Some(kind)) | (Some(kind), None) if kind.is_wait() => waits(kind, g),
            (Some(left), None) if left.is_wait() => waits(left, g),
            (Some(left), None) => (g.bar_left, left.meaning()),
            (None, Some(right)) => (g.bar_right, right.meaning()),
            (Some(_), Some(right)) => (g.bar, right.meaning()),
        }
    };
    let mut out: Vec<(String, Meaning)> = Vec::new();
    for (glyph, meaning) in halves.chunks_exact(2).enumerate().map(cell) {
        match out.last_mut() {
            Some((text, same)) if *same == meaning => text.push_str(glyph),
            _ => out.push((glyph.to_owned(), meaning)),
        }
    }
    out.into_iter().map(|(text, meaning)| Span::styled(text, look.style(meaning))).collect()
}

const fn waits(kind: Kind, g: &Glyphs) -> (&'static str, Meaning) {
    match kind {
        Kind::Held => (g.bar_held, Meaning::Accent),
        _ => (g.bar_wait, Meaning::Waiting),
    }
}

/// What the shapes mean, as far as there is room.
fn legend<'a>(look: &Look, axis: Option<&Axis>, cells: usize) -> Line<'a> {
    let g = look.glyphs;
    let now = axis.is_some_and(|axis| axis.now.is_some());
    let said = [
        (g.bar, Meaning::Running, "runs"),
        (g.bar_wait, Meaning::Waiting, "waits for a worker or a time"),
        (g.bar_held, Meaning::Accent, "waits for a person"),
        (g.failed, Meaning::Danger, "failed"),
        (g.cancelled, Meaning::Warn, "cancelled"),
        (g.borders.vertical_left, Meaning::Accent, if now { "now" } else { "" }),
    ];
    let mut spans = Vec::new();
    let mut used = 0;
    for (glyph, meaning, word) in said.into_iter().filter(|(.., word)| !word.is_empty()) {
        let wanted = word.len() + 4;
        if used + wanted > cells {
            break;
        }
        used += wanted;
        spans.push(Span::styled(glyph, look.style(meaning)));
        spans.push(Span::styled(format!(" {word}  "), look.style(Meaning::Dim)));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::app::tests::{look, looks};

    fn at(s: i64) -> Timestamp {
        "2026-11-21T14:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(s)
    }

    fn drawn(pieces: &[(Kind, i64, Option<i64>)], now: Option<i64>, look: &Look) -> String {
        let pieces: Vec<Piece> = pieces
            .iter()
            .map(|&(kind, from, to)| Piece { kind, from: at(from), to: to.map(at) })
            .collect();
        let length = SignedDuration::from_millis(19_999);
        let axis = Axis::from(at(0), length, 20, now.map(at));
        let spans = track(&pieces, &axis, at(now.unwrap_or(20)), look);
        spans.iter().map(|span| span.content.clone()).collect()
    }

    #[test]
    fn every_kind_has_a_shape_of_its_own() {
        use Kind::{Backoff, Failed, Held, Queued, Running, Succeeded};
        let tries = [
            (Queued, 0, Some(2)),
            (Backoff, 8, Some(10)),
            (Failed, 2, Some(8)),
            (Succeeded, 10, Some(15)),
        ];
        assert_eq!(drawn(&tries, None, &look()), "╍╍━━━━━✗╍╍━━━━━┈┈┈┈┈");
        assert_eq!(drawn(&tries, None, &looks("mono", true)), "--=====x--=====.....");
        let held = [(Held, 3, Some(6)), (Running, 6, None)];
        assert_eq!(drawn(&held, Some(12), &look()), "┈┈┈▒▒▒━━━━━━│┈┈┈┈┈┈┈");
        assert_eq!(drawn(&[], Some(12), &look()), "┈┈┈┈┈┈┈┈┈┈┈┈│┈┈┈┈┈┈┈");
        assert_eq!(drawn(&[], Some(12), &looks("dark", true)), "............|.......");
    }

    #[test]
    fn the_shortest_is_seen_and_what_is_outside_is_not() {
        use Kind::{Failed, Succeeded};
        assert_eq!(drawn(&[(Failed, 4, Some(4))], None, &look()), "┈┈┈┈✗┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈");
        assert_eq!(drawn(&[(Succeeded, 4, Some(4))], None, &look()), "┈┈┈┈╸┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈");
        assert_eq!(drawn(&[(Succeeded, -9, Some(-3))], None, &look()), "┈".repeat(20));
        assert_eq!(drawn(&[(Succeeded, -9, Some(90))], None, &look()), "━".repeat(20));
        assert_eq!(drawn(&[(Failed, -9, Some(90))], None, &look()), "━".repeat(20));
    }
}
