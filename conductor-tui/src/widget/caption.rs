//! A word on what is seen, in a box at the foot of the screen.

use ratatui::{
    Frame,
    layout::Rect,
    widgets::{Paragraph, Wrap},
};

use super::{Pane, popup, wrapped_rows};
use crate::app::{Caption, Look};

/// Columns of the box at most.
const COLUMNS: u16 = 80;

/// Draws it over the lower part of an area.
pub(crate) fn caption(frame: &mut Frame<'_>, area: Rect, caption: &Caption, look: &Look) {
    let columns = COLUMNS.min(area.width);
    let text = usize::from(columns.saturating_sub(4));
    let rows = u16::try_from(wrapped_rows(&caption.text, 0, text) + 2).unwrap_or(u16::MAX);
    let rows = rows.min(area.height);
    let place = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.bottom() - rows,
        width: columns,
        height: rows,
    };
    let (page, of) = caption.page;
    let note = format!("{page} of {of}");
    let pane = Pane { title: "Tour", note, focused: true, ..Pane::default() };
    let inner = popup(frame, place, (columns, rows), &pane, look);
    frame.render_widget(Paragraph::new(caption.text.as_str()).wrap(Wrap { trim: true }), inner);
}
