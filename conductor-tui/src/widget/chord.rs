//! The box of chord hints: in the lower right corner, over whatever is there.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Pane, ellipsis, pad, popup, width};
use crate::{app::Look, theme::Meaning};

/// Columns of the box at most.
const COLUMNS_MAX: u16 = 72;
/// Cells of a key at least, with the air after it.
const KEY_CELLS: usize = 5;

/// A key that may come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChordRow {
    pub(crate) key: String,
    /// What it does, in a sentence.
    pub(crate) help: String,
    /// Why it can't be done now.
    pub(crate) refused: Option<String>,
}

/// Draws what may follow the keys that were pressed, as much of it as there is room for.
pub(crate) fn chord_box(
    frame: &mut Frame<'_>,
    area: Rect,
    (typed, rows): (&str, &[ChordRow]),
    look: &Look,
) {
    let text = |row: &ChordRow| match &row.refused {
        Some(why) => format!("{} ({why})", row.help),
        None => row.help.clone(),
    };
    let keys = rows.iter().map(|row| width(&row.key) + 2).max().unwrap_or(0).max(KEY_CELLS);
    let title = format!("after {typed}");
    let note = "Esc drops it".to_owned();
    let widest = rows.iter().map(|row| keys + width(&text(row))).max().unwrap_or(0);
    let widest = widest.max(width(&title) + width(&note) + 5);
    let columns = u16::try_from(widest + 4).unwrap_or(COLUMNS_MAX).min(COLUMNS_MAX).min(area.width);
    let high = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let place =
        Rect { x: area.right() - columns, y: area.bottom() - high, width: columns, height: high };
    let pane = Pane { title: &title, note, focused: true, ..Pane::default() };
    let inner = popup(frame, place, (columns, high), &pane, look);
    let (cells, mark) = (usize::from(inner.width), look.glyphs.ellipsis);
    let line = |row: &ChordRow| {
        let (key, help) = match row.refused {
            Some(_) => (look.style(Meaning::Dim), look.style(Meaning::Dim)),
            None => (look.style(Meaning::Key), look.plain()),
        };
        let text = ellipsis(&text(row), cells.saturating_sub(keys), mark).into_owned();
        Line::from(vec![Span::styled(pad(&row.key, keys, mark), key), Span::styled(text, help)])
    };
    let room = usize::from(inner.height);
    let cut = rows.len() > room;
    let shown = if cut { room.saturating_sub(1) } else { rows.len() };
    let mut lines: Vec<Line<'_>> = rows.iter().take(shown).map(line).collect();
    if cut {
        let words = format!("and {} more", rows.len() - shown);
        lines.push(Line::styled(words, look.style(Meaning::Dim)));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}
