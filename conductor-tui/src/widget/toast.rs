//! Messages over the lower right corner: information fades, errors stay until they were seen.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};

use super::{Pane, popup};
use crate::{
    app::{Level, Message, Shared},
    theme::Meaning,
};

/// Columns of a toast at most.
const COLUMNS: u16 = 64;

/// Draws what is to be seen now, the newest lowest.
pub(crate) fn toasts(frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let mut bottom = area.bottom();
    for message in shared.messages.toasts(shared.now).into_iter().rev() {
        let columns = COLUMNS.min(area.width);
        let text = lines(message, shared);
        let paragraph = Paragraph::new(text).wrap(Wrap { trim: true });
        let rows = wrapped_rows(message, columns.saturating_sub(4)) + 2;
        let Some(top) = bottom.checked_sub(rows).filter(|top| *top >= area.y) else { return };
        let place = Rect { x: area.right() - columns, y: top, width: columns, height: rows };
        let pane = Pane { title: word(message.level), focused: false, ..Pane::default() };
        let inner = popup(frame, place, (columns, rows), &pane, &shared.look);
        frame.render_widget(paragraph, inner);
        bottom = top;
    }
}

/// What a message is, in a word or two.
pub(crate) const fn word(level: Level) -> &'static str {
    match level {
        Level::Info => "done",
        Level::News => "new",
        Level::Caution => "warning",
        Level::Warn => "not done",
        Level::Error => "error",
    }
}

fn lines(message: &Message, shared: &Shared) -> Text<'static> {
    let look = &shared.look;
    let (glyph, meaning) = match message.level {
        Level::Info => (look.glyphs.succeeded, Meaning::Ok),
        Level::News => (look.glyphs.flag, Meaning::Accent),
        Level::Caution => (look.glyphs.flag, Meaning::Warn),
        Level::Warn => (look.glyphs.cancelled, Meaning::Warn),
        Level::Error => (look.glyphs.failed, Meaning::Danger),
    };
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("{glyph} "), look.style(meaning)),
        Span::raw(message.text.clone()),
    ])];
    if !message.more.is_empty() {
        lines.push(Line::styled(message.more.clone(), look.style(Meaning::Dim)));
    }
    Text::from(lines)
}

/// Rows that a message takes.
fn wrapped_rows(message: &Message, columns: u16) -> u16 {
    let columns = usize::from(columns);
    let more =
        if message.more.is_empty() { 0 } else { super::wrapped_rows(&message.more, 0, columns) };
    let rows = super::wrapped_rows(&message.text, 2, columns) + more;
    u16::try_from(rows).unwrap_or(u16::MAX - 2)
}
