//! Draws what waits and who works: beside each other, above each other, or one behind `Tab`.

use conductor_protocol::v1::Worker;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    lines::Queue,
    screen::{Focus, QueuesScreen},
};
use crate::{
    app::{Shared, time},
    theme::Meaning,
    widget::{BarSpan, Notice, Pane, bar, count, ellipsis, notice, pad, plain, select, width},
};

/// Columns from which the panes stand beside each other.
const BESIDE_FROM: u16 = 120;
/// Rows from which they stand above each other.
const ABOVE_FROM: u16 = 16;
/// Frame and the columns' names.
const FRAME_ROWS: u16 = 3;

const NUMBER: usize = 8;
const AGE: usize = 7;
/// Cells of the bar of leases.
const BAR: usize = 8;

/// The panes' places; one that has none is behind `Tab`.
fn panes(area: Rect, focus: Focus) -> (Option<Rect>, Option<Rect>) {
    if area.width >= BESIDE_FROM {
        let left = Rect { width: area.width * 55 / 100, ..area };
        let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
        return (Some(left), Some(right));
    }
    if area.height >= ABOVE_FROM {
        let top = Rect { height: area.height * 55 / 100, ..area };
        let low = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        return (Some(top), Some(low));
    }
    match focus {
        Focus::Queues => (Some(area), None),
        Focus::Workers => (None, Some(area)),
    }
}

/// Rows of either list.
pub(super) fn heights(area: Rect, focus: Focus) -> (usize, usize) {
    let (high, low) = panes(area, focus);
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
    let (high, low) = panes(area, screen.focus);
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
    let detail = screen.filter.clone();
    let inner = Pane { title: "What waits", detail, note, focused }.draw(frame, area, look);
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
    let cells = usize::from(inner.width);
    let wide = cells >= 72;
    let name = if wide { 20 } else { 14 };
    let mark = look.glyphs.ellipsis;
    let rate = if wide { pad("ended/h", NUMBER + 1, mark) } else { String::new() };
    let tasks = if wide { pad("tasks", NUMBER, mark) } else { String::new() };
    let oldest = if wide { pad("oldest", AGE, mark) } else { String::new() };
    let head = format!(
        "    {}{}{}{tasks}{oldest}{rate}held by",
        pad("workflow", name, mark),
        pad("queued", NUMBER, mark),
        if wide { pad("running", NUMBER, mark) } else { String::new() },
    );
    let rows = below(frame, inner, &head, shared);
    let window = screen.queue_at.window(lines.len(), usize::from(rows.height));
    let drawn = window.map(|at| {
        let chosen = focused && at == screen.queue_at.cursor;
        queue_line(&lines[at], chosen, (name, cells, wide), shared)
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), rows);
}

/// Draws the columns' names and gives what is below.
fn below(frame: &mut Frame<'_>, inner: Rect, head: &str, shared: &Shared) -> Rect {
    let top = Rect { height: 1.min(inner.height), ..inner };
    let mark = shared.look.glyphs.ellipsis;
    let head = pad(head, usize::from(inner.width), mark);
    let head = Line::styled(head, shared.look.style(Meaning::Dim));
    frame.render_widget(Paragraph::new(head), top);
    Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner }
}

fn queue_line<'a>(
    line: &Queue,
    chosen: bool,
    (name, cells, wide): (usize, usize, bool),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let (g, mark) = (look.glyphs, look.glyphs.ellipsis);
    let oldest = line.oldest.map(|at| time::age(at, shared.data_now())).unwrap_or_default();
    let (glyph, meaning) = match (line.is_held(), line.queued) {
        (true, _) => (g.alert, Meaning::Warn),
        (false, 0) => (g.running, Meaning::Running),
        (false, _) => (g.queued, Meaning::Waiting),
    };
    let dim = look.style(Meaning::Dim);
    let number =
        |count: u64| pad(&if count == 0 { String::new() } else { count.to_string() }, NUMBER, mark);
    let cursor = if chosen { g.cursor } else { " " };
    let mut spans = vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(meaning)),
        Span::raw(pad(&plain(&line.workflow), name - 1, mark)),
        Span::raw(" "),
        Span::styled(number(line.queued as u64), look.style(Meaning::Waiting)),
    ];
    if wide {
        spans.push(Span::styled(number(line.running as u64), look.style(Meaning::Running)));
        spans.push(Span::styled(number(line.tasks), dim));
    }
    if wide {
        spans.push(Span::styled(pad(&oldest, AGE, mark), look.style(meaning)));
        spans.push(Span::styled(pad(&line.ended.to_string(), NUMBER + 1, mark), dim));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let why = if line.is_held() { line.held_by.join(", ") } else { g.minus.to_owned() };
    let style = if line.is_held() { look.style(Meaning::Warn) } else { dim };
    spans.push(Span::styled(pad(&why, cells.saturating_sub(used), mark), style));
    let mut drawn = Line::from(spans);
    if chosen {
        select(&mut drawn, look);
    }
    drawn
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
    let inner = Pane { title: "Workers", note, focused, ..Pane::default() }.draw(frame, area, look);
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
    let mark = look.glyphs.ellipsis;
    let cells = usize::from(inner.width);
    let name = if cells >= 60 { 22 } else { 12 };
    let heard = pad("heard", AGE, mark);
    let head =
        format!("    {}{}{heard}runs", pad("worker", name, mark), pad("leases", BAR + 8, mark));
    let rows = below(frame, inner, &head, shared);
    let window = screen.worker_at.window(workers.len(), usize::from(rows.height));
    let drawn = window.map(|at| {
        let chosen = focused && at == screen.worker_at.cursor;
        worker_line(workers[at], chosen, (name, cells), shared)
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), rows);
}

fn worker_line<'a>(
    worker: &Worker,
    chosen: bool,
    (name, cells): (usize, usize),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let (g, mark) = (look.glyphs, look.glyphs.ellipsis);
    let full = worker.leases >= worker.capacity;
    let (glyph, meaning) = match (worker.connected, full) {
        (false, _) => (g.stale, Meaning::Danger),
        (true, true) => (g.live, Meaning::Warn),
        (true, false) => (g.live, Meaning::Ok),
    };
    let part = f64::from(worker.leases) / f64::from(worker.capacity.max(1));
    let used = BarSpan { from: 0.0, to: part, meaning };
    let used = if worker.leases == 0 { Vec::new() } else { vec![used] };
    let heard = worker.last_seen_at.as_ref().map(time::from_wire);
    let heard = heard.map(|at| time::age(at, shared.data_now())).unwrap_or_default();
    let dim = look.style(Meaning::Dim);
    let state = match (worker.connected, worker.in_process) {
        (false, _) => "gone ",
        (true, true) => "in the daemon ",
        (true, false) => "",
    };
    let cursor = if chosen { g.cursor } else { " " };
    let mut spans = vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(meaning)),
        Span::raw(pad(&plain(&worker.name), name - 1, mark)),
        Span::raw(" "),
    ];
    spans.extend(bar(&used, BAR, look));
    let leases = format!(" {}/{}", worker.leases, worker.capacity);
    spans.push(Span::styled(pad(&leases, 8, mark), look.style(meaning)));
    spans.push(Span::styled(pad(&heard, AGE, mark), dim));
    let taken: usize = spans.iter().map(Span::width).sum();
    let state_style = if worker.connected { dim } else { look.style(Meaning::Danger) };
    let runs = plain(&worker.executors.join(" "));
    let state = ellipsis(state, cells.saturating_sub(taken), mark).into_owned();
    let room = cells.saturating_sub(taken + width(&state));
    spans.push(Span::styled(state, state_style));
    spans.push(Span::styled(pad(&runs, room, mark), dim));
    let mut drawn = Line::from(spans);
    if chosen {
        select(&mut drawn, look);
    }
    drawn
}
