//! `:views`: the views that are saved, to be opened, copied as a command, or deleted.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Notice, Pane, Scroll, Told, ellipsis, notice, pad, popup, select};
use crate::{app::Look, input::Action, theme::Meaning};

/// Cells of a name, of the keys that open it, and of its screen.
const NAME: usize = 18;
const KEY: usize = 6;
const SCREEN: usize = 12;
/// Below so many cells the keys are left out, and names and screens have so many.
const NARROW: usize = 56;
const NAME_NARROW: usize = 9;
const SCREEN_NARROW: usize = 10;
/// Columns of the list.
const COLUMNS: u16 = 90;

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewRow {
    pub(crate) name: String,
    /// What opens it besides; empty for nothing.
    pub(crate) key: String,
    /// The screen's title.
    pub(crate) screen: String,
    pub(crate) filter: String,
    /// The command that gave the same.
    pub(crate) twin: String,
}

/// The open list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewList {
    rows: Vec<ViewRow>,
    scroll: Scroll,
    /// The next `d` deletes.
    armed: bool,
}

/// What came of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ViewListed {
    /// The list stays.
    Open,
    Closed,
    /// This view is wanted.
    Chosen(String),
    /// A command is to be copied.
    Copy(String),
    Deleted(String),
}

impl ViewList {
    pub(crate) fn new(rows: Vec<ViewRow>) -> Self {
        Self { rows, scroll: Scroll::default(), armed: false }
    }

    /// Other rows, with the cursor where it was.
    pub(crate) fn renew(&mut self, rows: Vec<ViewRow>) {
        self.rows = rows;
        self.scroll.cursor = self.scroll.cursor.min(self.rows.len().saturating_sub(1));
    }

    fn chosen(&self) -> Option<&ViewRow> {
        self.rows.get(self.scroll.cursor)
    }

    /// Takes the keys that are the list's own; the others are for moving about in it.
    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Option<ViewListed> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let armed = std::mem::take(&mut self.armed);
        let name = self.chosen().map(|row| row.name.clone());
        Some(match key.code {
            KeyCode::Esc => ViewListed::Closed,
            KeyCode::Char('c') if control => ViewListed::Closed,
            KeyCode::Enter => name.map_or(ViewListed::Open, ViewListed::Chosen),
            KeyCode::Char('d') | KeyCode::Delete if !control && armed => {
                name.map_or(ViewListed::Open, ViewListed::Deleted)
            }
            KeyCode::Char('d') | KeyCode::Delete if !control => {
                self.armed = name.is_some();
                ViewListed::Open
            }
            _ => return None,
        })
    }

    /// Does what a key means in every list.
    pub(crate) fn act(&mut self, action: Action, height: u16) -> ViewListed {
        match action {
            Action::Back | Action::Quit | Action::Interrupt | Action::Views => {
                return ViewListed::Closed;
            }
            Action::Copy => {
                let twin = self.chosen().map(|row| row.twin.clone());
                return twin.map_or(ViewListed::Open, ViewListed::Copy);
            }
            moving => {
                let height = usize::from(height).saturating_sub(5);
                self.scroll.act(moving, self.rows.len(), height);
            }
        }
        ViewListed::Open
    }

    /// The list, for somebody who sees no rows.
    pub(crate) fn told(&self) -> Aloud {
        let head = vec!["saved views; Enter opens, y copies, d deletes, Esc closes".to_owned()];
        let now = self.chosen().map_or_else(
            || "no view is saved here".to_owned(),
            |row| {
                let at = (self.scroll.cursor, self.rows.len());
                let armed = if self.armed { "d once more deletes it" } else { "" };
                Told::row("", [armed, &row.name, &row.screen, &row.filter, &row.key], at).sentence()
            },
        );
        Aloud { head, now: vec![now], ..Aloud::default() }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let note = match (self.armed, usize::from(area.width) < NARROW) {
            (true, _) => "d once more deletes it",
            _ if self.rows.is_empty() => "Esc closes",
            (false, true) => "Enter opens   d deletes",
            (false, false) => "Enter opens   y copies   d deletes   Esc closes",
        };
        let note = note.to_owned();
        let rows = u16::try_from(self.rows.len() + 2).unwrap_or(u16::MAX).max(9);
        let pane = Pane { title: "Views", note, focused: true, ..Pane::default() };
        let inner = popup(frame, area, (COLUMNS, rows), &pane, look);
        if self.rows.is_empty() {
            let how = [
                ":view save NAME   saves the screen in front with its filter",
                "\" and a letter    the same, and ' with the letter opens it",
            ];
            let nothing = Notice::empty(look, "no view is saved here", &how);
            notice(frame, inner, &nothing, look);
            return;
        }
        let (cells, height) = (usize::from(inner.width), usize::from(inner.height));
        let mut scroll = self.scroll;
        scroll.settle(self.rows.len(), height);
        let shown = self.rows.iter().enumerate().skip(scroll.offset).take(height);
        let lines: Vec<Line<'_>> =
            shown.map(|(at, row)| line(row, at == scroll.cursor, cells, look)).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

fn line<'a>(row: &ViewRow, chosen: bool, cells: usize, look: &Look) -> Line<'a> {
    let mark = look.glyphs.ellipsis;
    let (name, key, screen) = match cells < NARROW {
        true => (NAME_NARROW, 0, SCREEN_NARROW),
        false => (NAME, KEY, SCREEN),
    };
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let room = cells.saturating_sub(2 + name + key + screen);
    let filter = if row.filter.is_empty() { "everything" } else { row.filter.as_str() };
    let filter = ellipsis(filter, room, mark).into_owned();
    let style = if row.filter.is_empty() { look.style(Meaning::Dim) } else { look.plain() };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&row.name, name, mark), look.plain()),
        Span::styled(pad(&row.key, key, mark), look.style(Meaning::Key)),
        Span::styled(pad(&row.screen, screen, mark), look.style(Meaning::Dim)),
        Span::styled(pad(&filter, room, mark), style),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}
