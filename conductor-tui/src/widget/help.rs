//! The help: made from the action table, with the keys as they really are and what forbids them.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Pane, Scroll, ellipsis, pad, popup};
use crate::{
    app::{Availability, Look},
    input::Action,
    theme::Meaning,
};

/// Cells of the keys, and of the action's name.
const COLUMN: usize = 16;
/// Below so many cells the names are left out, and the keys have so many.
const NARROW: usize = 60;
const KEYS_NARROW: usize = 10;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) keys: String,
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) availability: Availability,
}

/// The open help of a screen.
#[derive(Debug, Clone)]
pub(crate) struct Help {
    title: String,
    /// What works here, an empty row, what works everywhere.
    rows: Vec<Option<Row>>,
    twin: String,
    scroll: usize,
}

impl Help {
    pub(crate) fn new(title: &str, here: Vec<Row>, everywhere: Vec<Row>, twin: String) -> Self {
        let gap = (!here.is_empty()).then_some(None);
        let rows = here.into_iter().map(Some).chain(gap).chain(everywhere.into_iter().map(Some));
        Self { title: format!("Help for {title}"), rows: rows.collect(), twin, scroll: 0 }
    }

    pub(crate) fn act(&mut self, action: Action, height: u16) {
        // The frame, the twin and the hint take the rest.
        let height = usize::from(height).saturating_sub(5);
        let mut scroll = Scroll { cursor: self.scroll, offset: self.scroll };
        scroll.act(action, self.rows.len().saturating_sub(height) + 1, height);
        self.scroll = scroll.cursor;
    }

    /// All of it, for somebody who sees no page.
    pub(crate) fn told(&self) -> Aloud {
        let row = |row: &Row| {
            let keys = if row.keys.is_empty() { "no key" } else { &row.keys };
            match &row.availability {
                Availability::Refused(why) => format!("{keys}, {}: {} ({why})", row.name, row.help),
                _ => format!("{keys}, {}: {}", row.name, row.help),
            }
        };
        let mut head = vec![self.title.clone()];
        head.extend(self.rows.iter().flatten().map(row));
        head.push(format!("the same in a script: {}", self.twin));
        head.push("Esc closes the help".to_owned());
        Aloud { head, ..Aloud::default() }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let rows = u16::try_from(self.rows.len() + 4).unwrap_or(u16::MAX);
        let note = "Esc closes".to_owned();
        let pane = Pane { title: &self.title, note, focused: true, ..Pane::default() };
        let inner = popup(frame, area, (86, rows), &pane, look);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let cells = usize::from(inner.width);
        let lines: Vec<Line<'_>> = self
            .rows
            .iter()
            .skip(self.scroll)
            .map(|row| row.as_ref().map_or_else(Line::default, |row| line(row, cells, look)))
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
        let twin =
            Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
        let text = format!("the same in a script: {}", self.twin);
        let text = ellipsis(&text, cells, look.glyphs.ellipsis).into_owned();
        frame.render_widget(Paragraph::new(Span::styled(text, look.style(Meaning::Dim))), twin);
    }
}

fn line<'a>(row: &Row, cells: usize, look: &Look) -> Line<'a> {
    let mark = look.glyphs.ellipsis;
    let (text, style) = match &row.availability {
        Availability::Refused(why) => (format!("{} ({why})", row.help), Meaning::Dim),
        _ => (row.help.to_owned(), Meaning::Panel),
    };
    // The name is for the keymap's file; where there is little room the sentence matters more.
    let (keys, name) = if cells < NARROW { (KEYS_NARROW, 0) } else { (COLUMN, COLUMN) };
    let text = ellipsis(&text, cells.saturating_sub(keys + name), mark).into_owned();
    let mut spans = vec![Span::styled(pad(&row.keys, keys, mark), look.style(Meaning::Key))];
    if name > 0 {
        spans.push(Span::styled(pad(row.name, name, mark), look.style(Meaning::Dim)));
    }
    spans.push(Span::styled(text, look.style(style)));
    Line::from(spans)
}
