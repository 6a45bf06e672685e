//! A framed pane with a title at the left, a note at the right, and a frame that shows the focus;
//! and the same as a popup.

use ratatui::{
    Frame,
    layout::{Margin, Rect},
    text::{Line, Span},
    widgets::{Block, Clear},
};

use super::{ellipsis, width};
use crate::{app::Look, theme::Meaning};

/// What a pane's frame says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pane<'a> {
    pub(crate) title: &'a str,
    /// After the title, dim; cut first when there is no room.
    pub(crate) detail: String,
    /// At the right.
    pub(crate) note: String,
    pub(crate) focused: bool,
}

impl Pane<'_> {
    /// Draws the frame and gives what is inside.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) -> Rect {
        let border = if self.focused { Meaning::Focus } else { Meaning::Border };
        let title_style = if self.focused { Meaning::Accent } else { Meaning::Title };
        let room = usize::from(area.width).saturating_sub(4);
        let mark = look.glyphs.ellipsis;
        let title = ellipsis(self.title, room, mark);
        let left = room.saturating_sub(width(&title) + 3);
        let note = if width(&self.note) <= left { self.note.as_str() } else { "" };
        let left = left.saturating_sub(if note.is_empty() { 0 } else { width(note) + 3 });
        let mut spans = vec![Span::raw(" "), Span::styled(title, look.style(title_style))];
        if !self.detail.is_empty() && left > 3 {
            let detail = format!(" {} {}", look.glyphs.separator, self.detail);
            let detail = ellipsis(&detail, left, mark).into_owned();
            spans.push(Span::styled(detail, look.style(Meaning::Dim)));
        }
        spans.push(Span::raw(" "));
        let mut block = Block::bordered()
            .border_set(look.glyphs.borders)
            .border_style(look.style(border))
            .title_top(Line::from(spans));
        if !note.is_empty() {
            let note = Span::styled(format!(" {note} "), look.style(Meaning::Dim));
            block = block.title_top(Line::from(note).right_aligned());
        }
        let inner = block.inner(area);
        frame.render_widget(block, area);
        if self.focused {
            super::focus(frame.buffer_mut(), area);
        }
        // One column of air between frame and text.
        inner.inner(Margin::new(u16::from(inner.width > 2), 0))
    }
}

/// A framed box over the screen, cleared, in the middle of an area; gives what is inside.
pub(crate) fn popup(
    frame: &mut Frame<'_>,
    area: Rect,
    (columns, rows): (u16, u16),
    pane: &Pane<'_>,
    look: &Look,
) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    let place = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 3,
        width: columns,
        height: rows,
    };
    frame.render_widget(Clear, place);
    frame.render_widget(Block::new().style(look.style(Meaning::Panel)), place);
    pane.draw(frame, place, look)
}

/// Puts a row on the ground of the selection; coloured words keep their colour.
pub(crate) fn select(line: &mut Line<'_>, look: &Look) {
    let ground = look.style(Meaning::Selection);
    let plain = look.style(Meaning::Text).fg;
    for span in &mut line.spans {
        let coloured = span.style.fg.filter(|fg| Some(*fg) != plain);
        span.style = span.style.patch(ground);
        if let Some(fg) = coloured {
            span.style = span.style.fg(fg);
        }
    }
    if let Some(first) = line.spans.first_mut() {
        first.style = super::caret(first.style);
    }
}
