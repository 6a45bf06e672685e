//! A page that is read from top to bottom: which line is the first, and how it is drawn.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Scroll, more_lines, painted};
use crate::{app::Look, input::Action, planned, theme::Meaning};

/// Columns of the text at most: longer lines are hard to read.
const COLUMNS_MAX: usize = 110;

/// Where the reader is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    from: usize,
}

impl Sheet {
    /// Columns that lines may take inside of a frame.
    pub(crate) fn columns(inner: Rect) -> usize {
        usize::from(inner.width).min(COLUMNS_MAX)
    }

    /// Moves by an action in a window of so many rows; says whether it was one that moves.
    pub(crate) fn act(&mut self, action: Action, lines: usize, height: usize) -> bool {
        let mut scroll = Scroll { cursor: self.from, offset: 0 };
        // The last row is the one that says how much follows.
        let height = height.saturating_sub(1);
        let moved = scroll.act(action, (lines + 1).saturating_sub(height), height);
        if moved {
            self.from = scroll.cursor;
        }
        moved
    }

    /// Draws the lines that are in the window, and in its last row how many follow.
    pub(crate) fn view(
        self,
        frame: &mut Frame<'_>,
        inner: Rect,
        lines: Vec<planned::Line>,
        look: &Look,
    ) {
        let all = usize::from(inner.height);
        let cut = lines.len() > all;
        let rows = if cut { all.saturating_sub(1) } else { all };
        // What was read in a larger window may end earlier in this one.
        let from = self.from.min(lines.len().saturating_sub(rows));
        let more = lines.len().saturating_sub(from + rows);
        let mut text: Vec<Line<'_>> =
            lines.into_iter().skip(from).take(rows).map(|line| painted(line, look)).collect();
        if cut {
            let words = if more > 0 { more_lines(more) } else { "the end".to_owned() };
            text.push(Line::from(Span::styled(words, look.style(Meaning::Dim))));
        }
        frame.render_widget(Paragraph::new(text), inner);
    }
}
