//! Draws the log: its lines, what is hidden of them, and below them where the line under the cursor
//! is from and how far the search is.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::{
    draw::{at, dropped, follows, letter, words_of},
    screen::LogsScreen,
};
use crate::{
    app::{Look, Shared},
    log::{Line, Log, Only, Shape, part, parts},
    theme::Meaning,
    widget::{Notice, Pane, count, ellipsis, notice, select, width},
};

/// What is inside of the frame, as the pane draws it.
pub(crate) fn inner(area: Rect) -> Rect {
    let air = if area.width > 4 { 4 } else { 2 };
    Rect {
        x: area.x + air / 2,
        y: area.y + 1,
        width: area.width.saturating_sub(air),
        height: area.height.saturating_sub(2),
    }
}

/// Draws the screen.
pub(crate) fn logs_view(screen: &LogsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let log = &screen.log;
    let note = match (log.is_empty(), shared.link.is_live() || log.ended) {
        (true, _) => String::new(),
        (false, true) => follows(log, look),
        (false, false) => "stale: no new lines come".to_owned(),
    };
    let detail = detail(screen, look);
    let inner = Pane { title: "Logs", detail, note, focused: true }.draw(frame, area, look);
    if let Some(message) = instead_of_lines(screen, look) {
        notice(frame, inner, &message, look);
        return;
    }
    let shape = screen.shape(area);
    let body = Rect { height: inner.height.saturating_sub(1), ..inner };
    let foot = Rect { y: inner.y + body.height, height: inner.height.min(1), ..inner };
    frame
        .render_widget(Paragraph::new(lines(screen, shape, usize::from(body.width), shared)), body);
    frame
        .render_widget(Paragraph::new(below(screen, shape, usize::from(foot.width), shared)), foot);
}

/// Which run it is, and what is not shown of it.
fn detail(screen: &LogsScreen, look: &Look) -> String {
    let sieve = screen.log.sieve();
    let host = match &sieve.host {
        Some(Only::Host(host)) => {
            let mut all = screen.log.sources().all().iter();
            let name = all.find(|source| source.host == *host).map_or("", |source| &source.name);
            format!("only {name}")
        }
        _ => String::new(),
    };
    let stream = match sieve.stderr {
        None => "",
        Some(true) => "only stderr",
        Some(false) => "only stdout",
    };
    let text = if sieve.text().is_empty() { String::new() } else { format!("& {}", sieve.text()) };
    let left = match screen.log.left() {
        0 => String::new(),
        left => format!("column {}", left + 1),
    };
    let window = sieve.window.word();
    let parts = [&screen.task, &host, stream, &window, &text, &left, &screen.run_id];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(&format!(" {} ", look.glyphs.separator))
}

fn instead_of_lines(screen: &LogsScreen, look: &Look) -> Option<Notice> {
    let log = &screen.log;
    if screen.run_id.is_empty() {
        let words = ["L on a run or a task opens its output", ":logs RUN [TASK] does too"];
        return Some(Notice::empty(look, "no run is chosen", &words));
    }
    if log.is_empty() {
        return Some(match &log.fault {
            Some(fault) => Notice::fault(look, fault),
            None if log.ended => Notice::empty(look, "it wrote nothing", &[]),
            None => Notice {
                body: vec!["lines are shown as they come".to_owned()],
                ..Notice::loading(look, "the output")
            },
        });
    }
    if log.rows().len() > 0 {
        return None;
    }
    if screen.looks {
        return Some(Notice::loading(look, "the lines"));
    }
    let lines = format!(
        "{} lines are hidden; Esc shows them",
        count(log.lines_come() - log.lines_dropped())
    );
    Some(Notice::empty(look, "no line is left to show", &[&lines]))
}

/// The rows of the window.
fn lines<'a>(
    screen: &LogsScreen,
    shape: Shape,
    cells: usize,
    shared: &Shared,
) -> Vec<TextLine<'a>> {
    let (log, look) = (&screen.log, &shared.look);
    let columns = screen.columns(cells);
    let sight = log.sight(shape);
    let first = sight.top == 0 && (sight.cursor == 0 || !shape.wraps);
    let mut rows: Vec<TextLine<'a>> = dropped(log, look).filter(|_| first).into_iter().collect();
    let room = shape.height.saturating_sub(rows.len());
    // Where the mark has a row the cursor keeps its own.
    let short = !shape.wraps && sight.cursor + 1 > sight.top + room;
    let top = sight.top + usize::from(short && !rows.is_empty());
    for row in top..log.rows().len() {
        let Some(line) = log.line(row).filter(|_| rows.len() < shape.height) else { break };
        let chosen = row == sight.cursor;
        let pieces = match shape.wraps {
            true => parts(line.text, shape.cells),
            false => vec![part(line.text, log.left(), shape.cells)],
        };
        for (at, piece) in pieces.into_iter().enumerate() {
            let mut spans = match at {
                0 => columns.before(&line, log, chosen, look),
                _ => vec![Span::raw(" ".repeat(columns.width()))],
            };
            let goes_on = !shape.wraps && piece.end < line.text.trim_end().len();
            spans.extend(words_of(&line, piece, log.needle(), look));
            if goes_on {
                mark_end(&mut spans, look);
            }
            let mut drawn = TextLine::from(spans);
            if chosen && !log.follows() {
                let fill = " ".repeat(cells.saturating_sub(drawn.width()));
                drawn.push_span(Span::styled(fill, look.style(Meaning::Text)));
                select(&mut drawn, look);
            }
            rows.push(drawn);
        }
    }
    rows.truncate(shape.height);
    rows
}

/// The mark in the last cell of a line that goes on to the right.
fn mark_end(spans: &mut Vec<Span<'_>>, look: &Look) {
    let Some(last) = spans.last_mut() else { return };
    let cells = width(&last.content);
    let mark = look.glyphs.ellipsis;
    // One cell less than there is, so that the mark stands in the last.
    let cut = ellipsis(&format!("{}  ", last.content), cells, mark).into_owned();
    *last = Span::styled(cut, last.style);
}

/// Where the line under the cursor is from; what is gone; how far the search is.
fn below<'a>(screen: &LogsScreen, shape: Shape, cells: usize, shared: &Shared) -> TextLine<'a> {
    let (log, look) = (&screen.log, &shared.look);
    let (mut right, mut style) = (found(log, shape, look), look.style(Meaning::Match));
    if right.is_empty() {
        style = look.style(Meaning::Warn);
        right = match (&log.fault, log.lines_dropped()) {
            (Some(fault), _) => format!("{} {}", look.glyphs.failed, fault.message),
            (None, 0) => String::new(),
            (None, gone) => format!("{} {} gone", look.glyphs.ellipsis, count(gone)),
        };
    }
    let right = ellipsis(&right, cells * 2 / 3, look.glyphs.ellipsis).into_owned();
    let room = cells.saturating_sub(width(&right) + 1);
    let from = log.current(shape).map(|line| whence(&line, log, shared)).unwrap_or_default();
    let from = ellipsis(&from, room, look.glyphs.ellipsis).into_owned();
    let fill = " ".repeat(cells.saturating_sub(width(&right) + width(&from)));
    TextLine::from(vec![
        Span::styled(from, look.style(Meaning::Dim)),
        Span::raw(fill),
        Span::styled(right, style),
    ])
}

fn whence(line: &Line<'_>, log: &Log, shared: &Shared) -> String {
    let Some(source) = log.source(line) else { return String::new() };
    let dot = format!(" {} ", shared.look.glyphs.separator);
    let mut parts = vec![format!("{} {}", letter(source), source.name)];
    if source.task != source.name {
        parts.push(source.task.clone());
    }
    parts.push(if line.tag.stderr { "stderr" } else { "stdout" }.to_owned());
    if line.tag.at_ms != 0 {
        parts.push(at(line, &shared.look.zone));
    }
    if source.attempt > 1 {
        parts.push(format!("attempt {}", source.attempt));
    }
    parts.join(&dot)
}

/// `/text 3/120`, with a mark while lines are still looked through.
fn found(log: &Log, shape: Shape, look: &Look) -> String {
    let Some((needle, (at, all, whole))) = log.needle().zip(log.count(shape)) else {
        return String::new();
    };
    let more = if whole { String::new() } else { look.glyphs.ellipsis.to_string() };
    format!("/{} {}/{}{more}", needle.text(), count(at as u64), count(all as u64))
}
