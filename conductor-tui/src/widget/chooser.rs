//! The columns of a list: which are shown, in which order, and what the rows are sorted by. What is chosen
//! holds at once and is seen behind it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Pane, Scroll, Told, ellipsis, pad, popup, select, width};
use crate::{
    app::Look,
    columns::{Arrangement, Column},
    input::Action,
    screen::Screen,
    theme::Meaning,
};

/// Cells of the box.
const CELLS: u16 = 62;
/// Cells of a column's name.
const NAME: usize = 10;
/// What the keys do, from the one that matters most on; they take the rows that there are.
const KEYS: [&str; 3] = [
    "Enter sorts, again turns   Space shows or hides",
    "< > move it   w wide list   u all as it comes",
    "Esc closes; it is kept for this tenant",
];
/// The same where there is one row for it.
const KEYS_SHORT: &str = "Enter sorts  Space shows  <> moves";
/// Rows from which on all of what the keys do is told.
const ROWS_FOR_KEYS: u16 = 11;

/// The open chooser.
#[derive(Debug, Clone)]
pub(crate) struct Chooser {
    title: String,
    scroll: Scroll,
}

/// What a key came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    Nothing,
    Closed,
    /// The list is arranged so from now on.
    Arranged(Box<Arrangement>),
    /// It can't be, and why.
    Refused(&'static str),
}

impl Chooser {
    /// At the column that the list is sorted by.
    pub(crate) fn new(arrangement: &Arrangement) -> Self {
        let cursor = arrangement.place(arrangement.sort().column.name).unwrap_or(0);
        let title = format!("Columns of {}", arrangement.table().name);
        Self { title, scroll: Scroll { cursor, offset: 0 } }
    }

    /// Rows of columns in a window of so many rows.
    fn height(columns: usize, window: u16) -> usize {
        let inner = window.saturating_sub(2);
        columns.min(usize::from(inner.saturating_sub(keys(inner))))
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, arrangement: &Arrangement, rows: u16) -> Chosen {
        let columns = arrangement.columns();
        // Two lines above the screen and one below are others'.
        let height = Self::height(columns.len(), rows.saturating_sub(3));
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let mut moved = |action| {
            self.scroll.act(action, columns.len(), height);
            Chosen::Nothing
        };
        match key.code {
            KeyCode::Char('c') if control => return Chosen::Closed,
            KeyCode::Char(_) if control => return Chosen::Nothing,
            KeyCode::Esc | KeyCode::Char('q' | 's') => return Chosen::Closed,
            KeyCode::Up | KeyCode::Char('k') => return moved(Action::Up),
            KeyCode::Down | KeyCode::Char('j') => return moved(Action::Down),
            KeyCode::PageUp => return moved(Action::PageUp),
            KeyCode::PageDown => return moved(Action::PageDown),
            KeyCode::Home | KeyCode::Char('g') => return moved(Action::Top),
            KeyCode::End | KeyCode::Char('G') => return moved(Action::Bottom),
            _ => {}
        }
        let at = self.scroll.cursor.min(columns.len().saturating_sub(1));
        let Some((column, shown)) = columns.get(at).copied() else { return Chosen::Nothing };
        let mut changed = arrangement.clone();
        match key.code {
            KeyCode::Enter => changed.press(column),
            KeyCode::Char(' ') if column.name == arrangement.table().main => {
                return Chosen::Refused("this column says what a row is: it is always shown");
            }
            KeyCode::Char(' ') => changed.show(column.name, !shown),
            KeyCode::Char('<' | 'K') | KeyCode::Left => {
                self.scroll.cursor = changed.shift(at, false);
            }
            KeyCode::Char('>' | 'J') | KeyCode::Right => {
                self.scroll.cursor = changed.shift(at, true);
            }
            KeyCode::Char('w' | 'W') => changed.widen(!arrangement.is_wide()),
            KeyCode::Char('u') => changed = Arrangement::new(arrangement.table()),
            _ => return Chosen::Nothing,
        }
        self.scroll.settle(columns.len(), height);
        if changed == *arrangement { Chosen::Nothing } else { Chosen::Arranged(Box::new(changed)) }
    }

    /// The chosen column, for somebody who sees no list.
    pub(crate) fn told(&self, screen: &dyn Screen) -> Aloud {
        let mut head = vec![self.title.clone()];
        head.extend(KEYS.map(str::to_owned));
        let Some(arrangement) = screen.arrangement() else { return Aloud::default() };
        let row = arrangement.columns().get(self.scroll.cursor);
        let now = row.map(|(column, shown)| {
            let sorted = sorted(arrangement, column).unwrap_or_default();
            let parts = [
                column.name,
                if *shown { "shown" } else { "hidden" },
                column.about,
                sorted,
                if arrangement.is_wide() { "wide list" } else { "" },
            ];
            let at = (self.scroll.cursor, arrangement.columns().len());
            Told::row(column.name, parts, at).sentence()
        });
        Aloud { head, now: now.into_iter().collect(), ..Aloud::default() }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, screen: &dyn Screen, look: &Look) {
        let Some(arrangement) = screen.arrangement() else { return };
        let columns = arrangement.columns();
        let most = u16::try_from(columns.len() + KEYS.len() + 3).unwrap_or(u16::MAX);
        let note = if arrangement.is_wide() { "wide list" } else { "" }.to_owned();
        let pane = Pane { title: &self.title, note, focused: true, ..Pane::default() };
        let inner = popup(frame, area, (CELLS, most), &pane, look);
        let keys = keys(inner.height);
        let list = Rect { height: inner.height.saturating_sub(keys), ..inner };
        let cells = usize::from(inner.width);
        let window = self.scroll.window(columns.len(), usize::from(list.height));
        let lines: Vec<Line<'_>> = window
            .map(|at| line(arrangement, at, at == self.scroll.cursor, (cells, look)))
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
        let all: &[&str] = if keys == 1 { &[KEYS_SHORT] } else { &KEYS };
        let told = all.iter().map(|keys| {
            let keys = ellipsis(keys, cells, look.glyphs.ellipsis).into_owned();
            Line::styled(keys, look.style(Meaning::Dim))
        });
        // What is left above them keeps them apart from the columns.
        let rows = (all.len() as u16).min(inner.height);
        let below = Rect { y: inner.bottom() - rows, height: rows, ..inner };
        frame.render_widget(Paragraph::new(told.collect::<Vec<_>>()), below);
    }
}

/// Rows that what the keys do takes of so many.
const fn keys(inner: u16) -> u16 {
    if inner >= ROWS_FOR_KEYS { KEYS.len() as u16 + 1 } else { 1 }
}

/// How the rows are sorted by a column, if they are.
fn sorted(arrangement: &Arrangement, column: &Column) -> Option<&'static str> {
    let sort = arrangement.sort();
    (sort.column.name == column.name).then(|| sort.words())
}

fn line<'a>(
    arrangement: &Arrangement,
    at: usize,
    chosen: bool,
    (cells, look): (usize, &Look),
) -> Line<'a> {
    let g = look.glyphs;
    let (column, shown) = arrangement.columns()[at];
    let sorted = sorted(arrangement, column);
    let arrow = match sorted {
        Some(_) if column.falls(arrangement.sort().direction) => g.falling,
        Some(_) => g.rising,
        None => " ",
    };
    let mut spans = vec![
        Span::styled(if chosen { g.cursor } else { " " }, look.style(Meaning::Accent)),
        Span::styled(if shown { " [x] " } else { " [ ] " }, look.style(Meaning::Key)),
        Span::styled(pad(column.name, NAME, g.ellipsis), look.plain()),
        Span::styled(format!(" {arrow} "), look.style(Meaning::Accent)),
    ];
    let (text, meaning) = match sorted {
        Some(words) => (words, Meaning::Accent),
        None => (column.about, Meaning::Dim),
    };
    let used: usize = spans.iter().map(|span| width(&span.content)).sum();
    let text = pad(text, cells.saturating_sub(used), g.ellipsis);
    spans.push(Span::styled(text, look.style(meaning)));
    let mut line = Line::from(spans);
    if chosen {
        select(&mut line, look);
    }
    line
}
