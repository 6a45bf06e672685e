//! Draws what waits and who works: beside each other, above each other, or one behind `Tab`.

use conductor_protocol::v1::Worker;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    columns::{BAR, health, queue_value, state, worker_value},
    screen::{Focus, QueuesScreen, Seen},
};
use crate::{
    app::{Look, Shared},
    columns::{Arrangement, Fitted, fit},
    theme::Meaning,
    widget::{BarSpan, Notice, Pane, bar, count, heads, notice, placed, plain, select, titled},
};

/// Columns from which the panes stand beside each other.
const BESIDE_FROM: u16 = 120;
/// Rows from which they stand above each other.
const ABOVE_FROM: u16 = 16;
/// Frame and the columns' names.
const FRAME_ROWS: u16 = 3;

/// Cells before the columns: the cursor, the state by shape.
const BEFORE: usize = 4;

/// The panes' places; one that has none is behind `Tab`. A list that is wide has all of it.
fn panes(area: Rect, seen: Seen) -> (Option<Rect>, Option<Rect>) {
    if !seen.wide && area.width >= BESIDE_FROM {
        let left = Rect { width: area.width * 55 / 100, ..area };
        let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
        return (Some(left), Some(right));
    }
    if !seen.wide && area.height >= ABOVE_FROM {
        let top = Rect { height: area.height * 55 / 100, ..area };
        let low = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        return (Some(top), Some(low));
    }
    match seen.focus {
        Focus::Queues => (Some(area), None),
        Focus::Workers => (None, Some(area)),
    }
}

/// Rows of either list.
pub(super) fn heights(area: Rect, seen: Seen) -> (usize, usize) {
    let (high, low) = panes(area, seen);
    let rows =
        |pane: Option<Rect>| usize::from(pane.unwrap_or(area).height.saturating_sub(FRAME_ROWS));
    (rows(high), rows(low))
}

/// Draws the screen.
pub(super) fn queues_view(
    screen: &QueuesScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (high, low) = panes(area, screen.seen());
    if let Some(area) = high {
        queue_list(screen, frame, area, shared);
    }
    if let Some(area) = low {
        worker_list(screen, frame, area, shared);
    }
}

fn queue_list(screen: &QueuesScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let lines = screen.queues(shared);
    let depth = screen.workers.as_ref().map(|heard| heard.queue_depth);
    let cut = if screen.is_cut() { ", only the newest runs" } else { "" };
    let note = depth.map(|depth| format!("{} tasks wait{cut}", count(depth))).unwrap_or_default();
    let focused = screen.focus == Focus::Queues;
    let (title, detail) = titled("What waits", &screen.columns.queues, &screen.filter, look);
    let inner = Pane { title: &title, detail, note, focused }.draw(frame, area, look);
    let instead = match (&screen.faults.0, &lines) {
        (Some(fault), _) => Some(Notice::fault(look, fault)),
        (None, None) => Some(Notice::loading(look, "what waits")),
        (None, Some(lines)) if lines.is_empty() && screen.filter.is_empty() => {
            let body = ["runs that wait or go on are told here, by workflow"];
            Some(Notice::empty(look, "nothing waits and nothing runs", &body))
        }
        (None, Some(lines)) if lines.is_empty() => {
            Some(Notice::empty(look, "no workflow matches", &["Esc shows all"]))
        }
        _ => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let lines = lines.unwrap_or_default();
    let arrangement = &screen.columns.queues;
    let (columns, rows) = below(frame, inner, arrangement, shared);
    let window = screen.queue_at.window(lines.len(), usize::from(rows.height));
    let drawn = window.map(|at| {
        let (line, chosen) = (&lines[at], focused && at == screen.queue_at.cursor);
        let glyph = match state(line) {
            Meaning::Warn => look.glyphs.alert,
            Meaning::Running => look.glyphs.running,
            _ => look.glyphs.queued,
        };
        let mut drawn = before(chosen, (glyph, state(line)), look);
        for fitted in &columns {
            let (text, meaning) = queue_value(line, fitted.column.name, shared);
            let text = placed(&plain(&text), fitted, look);
            drawn.push_span(Span::styled(text, look.style(meaning)));
        }
        whole(drawn, chosen, look)
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), rows);
}

/// Draws the columns' heads; gives those that have room, and what is below.
fn below(
    frame: &mut Frame<'_>,
    inner: Rect,
    arrangement: &Arrangement,
    shared: &Shared,
) -> (Vec<Fitted>, Rect) {
    let top = Rect { height: 1.min(inner.height), ..inner };
    let columns = fit(arrangement, usize::from(inner.width).saturating_sub(BEFORE));
    let head = heads(arrangement, &columns, BEFORE, &shared.look);
    frame.render_widget(Paragraph::new(head), top);
    (columns, Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner })
}

/// What stands before the columns of a row: the cursor, and its state by shape.
fn before<'a>(chosen: bool, (glyph, meaning): (&'a str, Meaning), look: &Look) -> Line<'a> {
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(meaning)),
    ])
}

/// A row, on the ground of the selection where it is chosen.
fn whole<'a>(mut line: Line<'a>, chosen: bool, look: &Look) -> Line<'a> {
    if chosen {
        select(&mut line, look);
    }
    line
}

fn worker_list(screen: &QueuesScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let workers = screen.workers();
    let gone = workers.iter().filter(|worker| !worker.connected).count();
    let note = match (screen.workers.is_some(), gone) {
        (false, _) => String::new(),
        (true, 0) => format!("{} there", workers.len()),
        (true, gone) => format!("{} there, {gone} gone", workers.len() - gone),
    };
    let focused = screen.focus == Focus::Workers;
    let (title, detail) = titled("Workers", &screen.columns.workers, "", look);
    let inner = Pane { title: &title, detail, note, focused }.draw(frame, area, look);
    let instead = match &screen.faults.1 {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if screen.workers.is_none() => Some(Notice::loading(look, "workers")),
        None if workers.is_empty() && screen.filter.is_empty() => {
            let body = ["tasks wait until one comes", "conductor doctor says more"];
            Some(Notice::empty(look, "no worker is there", &body))
        }
        None if workers.is_empty() => Some(Notice::empty(look, "no worker matches", &[])),
        None => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let arrangement = &screen.columns.workers;
    let (columns, rows) = below(frame, inner, arrangement, shared);
    let window = screen.worker_at.window(workers.len(), usize::from(rows.height));
    let drawn = window.map(|at| {
        let (worker, chosen) = (workers[at], focused && at == screen.worker_at.cursor);
        let glyph = if worker.connected { look.glyphs.live } else { look.glyphs.stale };
        let mut drawn = before(chosen, (glyph, health(worker)), look);
        for fitted in &columns {
            let (text, meaning) = worker_value(worker, fitted.column.name, shared);
            let (mut rest, mut bar) = (*fitted, Vec::new());
            if fitted.column.name == "leases" {
                bar = leases(worker, look);
                drawn.push_span(Span::raw(" ".repeat(fitted.gap)));
                (rest.gap, rest.cells) = (0, fitted.cells.saturating_sub(BAR));
            }
            drawn.spans.extend(bar);
            let text = placed(&plain(&text), &rest, look);
            drawn.push_span(Span::styled(text, look.style(meaning)));
        }
        whole(drawn, chosen, look)
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), rows);
}

/// How full a worker is.
fn leases<'a>(worker: &Worker, look: &Look) -> Vec<Span<'a>> {
    let part = f64::from(worker.leases) / f64::from(worker.capacity.max(1));
    let used = BarSpan { from: 0.0, to: part, meaning: health(worker) };
    let used = if worker.leases == 0 { Vec::new() } else { vec![used] };
    bar(&used, BAR, look)
}
