//! The palette: everything that can be opened or done, by fuzzy name, with policy's word.
//! Ranking happens elsewhere; here is what was ranked last.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::{Aloud, Pane, Scroll, Target, Told, caret, ellipsis, pad, popup, select, width};
use crate::{
    app::{Availability, Effect, Look},
    input::{Action, Line},
    theme::Meaning,
};

/// Rows of the palette at most.
const ROWS: u16 = 18;
const COLUMNS: u16 = 84;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) availability: Availability,
    pub(crate) target: Target,
}

/// The open palette.
#[derive(Debug, Clone)]
pub(crate) struct Finder {
    line: Line,
    entries: Vec<Entry>,
    /// What policy asks for besides, for each entry.
    words: Vec<String>,
    texts: Arc<[String]>,
    /// Entries to show, best first.
    order: Vec<u32>,
    generation: u64,
    scroll: Scroll,
}

/// What came of a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    Nothing,
    Closed,
    /// The pattern is another: rank again.
    Rank(Box<Effect>),
    Chosen(Entry),
}

impl Finder {
    /// Entries in the order that they have without a pattern, each with policy's word beside its own.
    pub(crate) fn new(entries: Vec<Entry>, words: Vec<String>) -> Self {
        // Names count; a workflow's description would match nearly everything.
        let text = |entry: &Entry| match entry.target {
            Target::Run(ref id) | Target::Approval(ref id) => format!("{} {id}", entry.title),
            _ => format!("{} {}", entry.title, entry.kind),
        };
        let order = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        Self {
            line: Line::default(),
            texts: entries.iter().map(text).collect(),
            entries,
            words,
            order,
            generation: 0,
            scroll: Scroll::default(),
        }
    }

    /// Takes what has changed about what is shown; nothing moves under the cursor.
    pub(crate) fn refresh(&mut self, fresh: &[Entry], words: &[String]) {
        for (entry, word) in self.entries.iter_mut().zip(&mut self.words) {
            let same = fresh.iter().position(|known| known.target == entry.target);
            if let Some(at) = same {
                entry.availability.clone_from(&fresh[at].availability);
                words[at].clone_into(word);
            }
        }
    }

    pub(crate) fn paste(&mut self, text: &str) -> Effect {
        self.line.insert(text);
        self.rank()
    }

    fn rank(&mut self) -> Effect {
        self.generation += 1;
        let (generation, pattern) = (self.generation, self.line.text());
        Effect::Rank { generation, pattern, texts: Arc::clone(&self.texts) }
    }

    /// Takes a ranking, unless the pattern has changed since.
    pub(crate) fn ranked(&mut self, generation: u64, order: Vec<u32>) {
        if generation == self.generation {
            self.order = order;
            self.scroll = Scroll::default();
        }
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Found {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let action = match (key.code, control) {
            (KeyCode::Esc, _) | (KeyCode::Char('c' | 'p'), true) => return Found::Closed,
            (KeyCode::Enter, _) => return self.chosen().map_or(Found::Nothing, Found::Chosen),
            (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n' | 'j'), true) => Action::Down,
            (KeyCode::Up | KeyCode::BackTab, _) => Action::Up,
            (KeyCode::PageDown, _) => Action::PageDown,
            (KeyCode::PageUp, _) => Action::PageUp,
            _ if self.line.on_key(key) => return Found::Rank(Box::new(self.rank())),
            _ => return Found::Nothing,
        };
        self.scroll.act(action, self.order.len(), usize::from(ROWS) - 4);
        Found::Nothing
    }

    pub(crate) fn chosen(&self) -> Option<Entry> {
        let at = *self.order.get(self.scroll.cursor)?;
        self.entries.get(usize::try_from(at).ok()?).cloned()
    }

    /// What is told of it to somebody who sees no list.
    pub(crate) fn told(&self) -> Aloud {
        let chosen = self.order.get(self.scroll.cursor).and_then(|at| usize::try_from(*at).ok());
        let now = chosen.and_then(|at| {
            let (entry, asks) = (self.entries.get(at)?, self.words.get(at)?.as_str());
            let (detail, ready) = match &entry.availability {
                Availability::Refused(why) => (format!("can't: {why}"), false),
                _ => (entry.detail.clone(), true),
            };
            let parts = [entry.kind, &entry.title, if ready { asks } else { "" }, &detail];
            Some(Told::row(&entry.title, parts, (self.scroll.cursor, self.order.len())).sentence())
        });
        Aloud {
            head: vec!["find anything; type a name, Down goes on, Enter opens".to_owned()],
            now: vec![now.unwrap_or_else(|| "nothing has this name".to_owned())],
            input: Some(format!("find: {}", self.line.text())),
            problem: None,
        }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let note = format!("{} of {}", self.order.len(), self.entries.len());
        let pane = Pane { title: "Find anything", note, focused: true, ..Pane::default() };
        let inner = popup(frame, area, (COLUMNS, ROWS), &pane, look);
        let (before, after) = self.line.split();
        let input = TextLine::from(vec![
            Span::styled(format!("{} ", look.glyphs.cursor), look.style(Meaning::Accent)),
            Span::raw(before),
            Span::styled(" ", caret(look.style(Meaning::Button))),
            Span::raw(after),
        ]);
        let rows = Rect { height: 1.min(inner.height), ..inner };
        frame.render_widget(Paragraph::new(input), rows);
        let list = Rect {
            y: (inner.y + 2).min(inner.bottom()),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        if self.order.is_empty() {
            let nothing = Span::styled("nothing has this name", look.style(Meaning::Dim));
            frame.render_widget(Paragraph::new(TextLine::from(nothing)), list);
        }
        let window = self.scroll.window(self.order.len(), usize::from(list.height));
        let lines: Vec<TextLine<'_>> = window
            .filter_map(|row| {
                let at = usize::try_from(self.order[row]).ok()?;
                let (entry, word) = (self.entries.get(at)?, self.words.get(at)?);
                let chosen = row == self.scroll.cursor;
                Some(line((entry, word), chosen, usize::from(list.width), look))
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), list);
    }
}

fn line<'a>(
    (entry, asks): (&Entry, &str),
    chosen: bool,
    cells: usize,
    look: &Look,
) -> TextLine<'a> {
    const TITLE: usize = 30;
    let mark = look.glyphs.ellipsis;
    let (words, ready) = match &entry.availability {
        Availability::Refused(reason) => (reason.as_str(), false),
        _ => (entry.detail.as_str(), true),
    };
    let title = if ready { look.plain() } else { look.style(Meaning::Dim) };
    let asks = if ready && !asks.is_empty() { format!(" {asks} ") } else { String::new() };
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let room = cells.saturating_sub(2 + 10 + TITLE + 1 + width(&asks));
    let words = ellipsis(words, room, mark).into_owned();
    let fill = " ".repeat(room.saturating_sub(width(&words)));
    let mut line = TextLine::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(entry.kind, 10, mark), look.style(Meaning::Dim)),
        Span::styled(pad(&entry.title, TITLE, mark), title),
        Span::styled(asks, look.style(Meaning::Warn)),
        Span::styled(format!(" {words}{fill}"), look.style(Meaning::Dim)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}
