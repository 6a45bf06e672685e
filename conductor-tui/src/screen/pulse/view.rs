//! Draws Pulse: one line that says whether anything wants somebody, the tiles, and where there is
//! room what failed and why, and how runs went by the hour.

use conductor_protocol::v1::ListRunsResponse;
use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    grid::{Laid, lay},
    page::{item_line, page_view},
    runs::fresh_failures,
    screen::PulseScreen,
    tile::{Item, Level, Tile, ago, tiles},
};
use crate::{
    app::{Shared, time},
    theme::Meaning,
    widget::{BarSpan, Notice, Pane, bar, caret, ellipsis, notice, pad, plain, select},
};

/// Cells of a tile's name on a line.
const NAME: usize = 11;
/// Hours of the history.
const HOURS: i32 = 12;
/// Cells before a bar of it, and behind.
const HOUR: usize = 7;
const COUNTS: usize = 18;

/// Draws the screen.
pub(super) fn pulse_view(screen: &PulseScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    if let Some((kind, scroll)) = screen.page {
        let items = screen.page_items(kind, shared);
        page_view((kind, &items), scroll, frame, area, shared);
        return;
    }
    let instead = match screen.heard.shut() {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if screen.heard.is_new() => Some(Notice::loading(look, "what wants you")),
        None => None,
    };
    if let Some(message) = instead {
        let inner =
            Pane { title: "Pulse", focused: true, ..Pane::default() }.draw(frame, area, look);
        notice(frame, inner, &message, look);
        return;
    }
    let tiles = tiles(&screen.heard, shared);
    let laid = lay(&tiles, area);
    let chosen = screen.at(&tiles);
    frame.render_widget(Paragraph::new(banner(&tiles, shared)), laid.banner);
    for (at, (tile, (cell, framed))) in tiles.iter().zip(&laid.cells).enumerate() {
        if *framed {
            tile_box(tile, at == chosen, frame, *cell, shared);
        } else {
            tile_lines(tile, at == chosen, frame, *cell, shared);
        }
    }
    below(screen, &laid, frame, shared);
}

/// Whether anything wants somebody.
fn banner<'a>(tiles: &[Tile], shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let words = [
        (Level::Wrong, "wrong"),
        (Level::Waits, "for you"),
        (Level::Look, "to look at"),
        (Level::Unknown, "unknown"),
        (Level::Reading, "being read"),
    ];
    let mut spans = vec![Span::raw(" ")];
    for (level, word) in words {
        let count = tiles.iter().filter(|tile| tile.level == level).count();
        if count > 0 {
            let text = format!("{} {count} {word}  ", level.glyph(look.glyphs));
            spans.push(Span::styled(text, look.style(level.meaning())));
        }
    }
    if !tiles.iter().any(|tile| tile.level.wants() || tile.level == Level::Reading) {
        let text = format!("{} nothing wants you", look.glyphs.succeeded);
        spans.push(Span::styled(text, look.style(Meaning::Ok)));
    }
    if !shared.link.is_live() {
        let at = time::clock(shared.data_now(), &look.zone);
        spans.push(Span::styled(format!("  as of {at}"), look.style(Meaning::Warn)));
    }
    Line::from(spans)
}

fn tile_box(tile: &Tile, chosen: bool, frame: &mut Frame<'_>, cell: Rect, shared: &Shared) {
    let look = &shared.look;
    let cursor = if chosen { format!("{} ", look.glyphs.cursor) } else { String::new() };
    let title = format!("{cursor}{}", tile.kind.title());
    let pane = Pane { title: &title, focused: chosen, ..Pane::default() };
    let inner = pane.draw(frame, cell, look);
    let style = look.style(tile.level.meaning());
    let head = format!("{} {}", tile.level.glyph(look.glyphs), tile.head);
    let cells = usize::from(inner.width);
    let head = ellipsis(&head, cells, look.glyphs.ellipsis).into_owned();
    // The cursor stands on what the chosen tile says.
    let style = if chosen { caret(style) } else { style };
    let mut lines = vec![Line::from(Span::styled(head, style))];
    lines.extend(some(&tile.items, usize::from(inner.height).saturating_sub(1), cells, shared));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// As many of the items as there is room for; the last line counts those that are left out.
fn some<'a>(items: &[Item], rows: usize, cells: usize, shared: &Shared) -> Vec<Line<'a>> {
    let whole = items.len() <= rows;
    let shown = if whole || rows < 2 { rows.min(items.len()) } else { rows - 1 };
    let mut lines: Vec<Line<'_>> =
        items[..shown].iter().map(|item| item_line(item, cells, shared)).collect();
    if !whole && rows > 1 {
        let text = format!("and {} more", items.len() - shown);
        lines.push(Line::styled(text, shared.look.style(Meaning::Dim)));
    }
    lines
}

fn tile_lines(tile: &Tile, chosen: bool, frame: &mut Frame<'_>, cell: Rect, shared: &Shared) {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let style = look.style(tile.level.meaning());
    let name =
        if tile.level.wants() { look.style(Meaning::Text) } else { look.style(Meaning::Dim) };
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let glyph = match tile.level {
        Level::Fine => look.style(Meaning::Ok),
        _ => style,
    };
    let cells = usize::from(cell.width);
    let room = cells.saturating_sub(4 + NAME);
    let mut line = Line::from(vec![
        Span::styled(cursor, look.style(Meaning::Accent)),
        Span::styled(format!("{} ", tile.level.glyph(look.glyphs)), glyph),
        Span::styled(pad(tile.kind.title(), NAME, mark), name),
        Span::styled(pad(&tile.head, room, mark), style),
    ]);
    if chosen {
        select(&mut line, look);
    }
    let mut lines = vec![line];
    let rows = usize::from(cell.height).saturating_sub(1);
    let items = some(&tile.items, rows, cells.saturating_sub(5), shared);
    lines.extend(items.into_iter().map(|mut line| {
        line.spans.insert(0, Span::raw("    "));
        line
    }));
    frame.render_widget(Paragraph::new(lines), cell);
}

/// What failed and why, and the hours.
fn below(screen: &PulseScreen, laid: &Laid, frame: &mut Frame<'_>, shared: &Shared) {
    let Some(rest) = laid.rest else { return };
    let look = &shared.look;
    let left = Rect { width: rest.width * 55 / 100, ..rest };
    let right = Rect { x: rest.x + left.width, width: rest.width - left.width, ..rest };
    let inner = Pane { title: "What failed lately", ..Pane::default() }.draw(frame, left, look);
    let failures = fresh_failures(&screen.heard, shared);
    let mut lines: Vec<Line<'_>> = Vec::new();
    for run in &failures {
        let name = pad(&plain(&run.workflow), 26, look.glyphs.ellipsis);
        lines.push(Line::from(vec![
            Span::styled(format!("{} ", look.glyphs.failed), look.style(Meaning::Danger)),
            Span::raw(name),
            Span::styled(
                format!("{:>4} ago, by {}", ago(run.ended_at.as_ref(), shared), run.owner),
                look.style(Meaning::Dim),
            ),
        ]));
        if !run.note.is_empty() {
            let note = format!("  {}", plain(&run.note));
            let note = ellipsis(&note, usize::from(inner.width), look.glyphs.ellipsis).into_owned();
            lines.push(Line::styled(note, look.style(Meaning::Dim)));
        }
    }
    if lines.is_empty() {
        lines.push(Line::styled("nothing", look.style(Meaning::Dim)));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    history(screen, frame, right, shared);
}

/// How many runs ended in each of the last hours, as far as was read.
fn history(screen: &PulseScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let inner = Pane { title: "Ended by the hour", ..Pane::default() }.draw(frame, area, look);
    let (ok, failed) = (&screen.heard.succeeded, &screen.heard.failed);
    let (Some(ok), Some(failed)) = (ok, failed) else {
        frame.render_widget(Line::styled("not read", look.style(Meaning::Dim)), inner);
        return;
    };
    let now = shared.data_now();
    let known_from = read_since(ok).max(read_since(failed));
    let hours: Vec<(Timestamp, usize, usize)> = (0..HOURS)
        .map(|back| {
            let end = now - SignedDuration::from_hours(i64::from(back));
            let from = end - SignedDuration::from_hours(1);
            (from, ended(ok, from, end), ended(failed, from, end))
        })
        .collect();
    let most = hours.iter().map(|(_, ok, failed)| ok + failed).max().unwrap_or(1).max(1);
    let cells = usize::from(inner.width).saturating_sub(HOUR + COUNTS);
    let lines = hours.iter().map(|(from, ok, failed)| {
        let hour = time::clock_minutes(*from, &look.zone);
        let mut spans = vec![Span::styled(format!("{hour:<HOUR$}"), look.style(Meaning::Dim))];
        if known_from.is_some_and(|known| *from < known) {
            spans.push(Span::styled("more than was read", look.style(Meaning::Dim)));
            return Line::from(spans);
        }
        let part = |count: usize| count as f64 / most as f64;
        let mut parts = Vec::new();
        if *ok > 0 {
            parts.push(BarSpan { from: 0.0, to: part(*ok), meaning: Meaning::Ok });
        }
        if *failed > 0 {
            let (from, to) = (part(*ok), part(ok + failed));
            parts.push(BarSpan { from, to, meaning: Meaning::Danger });
        }
        spans.extend(bar(&parts, cells, look));
        let bad = if *failed > 0 { format!(", {failed} failed") } else { String::new() };
        spans.push(Span::styled(format!(" {ok} well{bad}"), look.style(Meaning::Dim)));
        Line::from(spans)
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
}

/// From when on a list is whole; nothing where all of it was read.
fn read_since(page: &ListRunsResponse) -> Option<Timestamp> {
    if page.next_page_token.is_empty() {
        return None;
    }
    page.runs.iter().filter_map(|run| run.started_at.as_ref().map(time::from_wire)).min()
}

fn ended(page: &ListRunsResponse, from: Timestamp, to: Timestamp) -> usize {
    let at = page.runs.iter().filter_map(|run| run.ended_at.as_ref().map(time::from_wire));
    at.filter(|at| from <= *at && *at < to).count()
}
