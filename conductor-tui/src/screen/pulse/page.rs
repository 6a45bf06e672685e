//! A tile's own list, in place of the tiles: for what has no screen of its own.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::{Paragraph, Wrap},
};

use super::tile::{Item, Kind};
use crate::{
    app::Shared,
    theme::Meaning,
    widget::{Notice, Pane, Scroll, count, notice, pad, select, width},
};

/// Rows below the list that say the chosen one whole.
const WHOLE_ROWS: u16 = 4;

/// Rows of the list in an area.
pub(super) fn height(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(2 + WHOLE_ROWS))
}

/// Draws the list.
pub(super) fn page_view(
    (kind, items): (Kind, &[Item]),
    scroll: Scroll,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let look = &shared.look;
    let note = count(items.len() as u64);
    let detail = "Esc goes back".to_owned();
    let pane = Pane { title: kind.title(), detail, note, focused: true };
    let inner = pane.draw(frame, area, look);
    if items.is_empty() {
        notice(frame, inner, &Notice::empty(look, "nothing is left of it", &[]), look);
        return;
    }
    let rows = Rect { height: inner.height.saturating_sub(WHOLE_ROWS), ..inner };
    let cells = usize::from(inner.width);
    let lines: Vec<Line<'_>> = scroll
        .window(items.len(), usize::from(rows.height))
        .map(|at| {
            let chosen = at == scroll.cursor;
            let cursor = if chosen { look.glyphs.cursor } else { " " };
            let mut line = item_line(&items[at], cells.saturating_sub(2), shared);
            line.spans.insert(0, Span::styled(format!("{cursor} "), look.style(Meaning::Accent)));
            if chosen {
                select(&mut line, look);
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
    let whole = Rect { y: rows.bottom(), height: inner.height - rows.height, ..inner };
    let text = items.get(scroll.cursor).map(|item| item.text.clone()).unwrap_or_default();
    let lines = vec![
        Line::styled(look.glyphs.rule.repeat(cells), look.style(Meaning::Border)),
        Line::raw(text),
    ];
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), whole);
}

/// One thing in so many cells, with its age at the right.
pub(super) fn item_line<'a>(item: &Item, cells: usize, shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let note = if width(&item.note) + 8 > cells { "" } else { item.note.as_str() };
    let room = cells.saturating_sub(if note.is_empty() { 0 } else { width(note) + 1 });
    let mut spans =
        vec![Span::styled(pad(&item.text, room, look.glyphs.ellipsis), look.style(item.meaning))];
    if !note.is_empty() {
        spans.push(Span::styled(format!(" {note}"), look.style(Meaning::Dim)));
    }
    Line::from(spans)
}
