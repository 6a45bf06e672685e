//! The question before a change. Only its answer makes a [`Confirmed`], and only a confirmed
//! mutation can be carried out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span, Text},
    widgets::{Paragraph, Wrap},
};

use super::{Pane, caret, ellipsis, popup, wrapped_rows};
use crate::{
    app::{Mutation, Shared, is_production, many},
    input::Line,
    theme::Meaning,
};

/// Columns of the text at least, and at most.
const TEXT_COLUMNS: (u16, u16) = (64, 84);
/// Items that a page of keys goes by.
const PAGE_ITEMS: usize = 8;

/// A change that a person said yes to. There is no other way to make one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Confirmed<T>(T);

impl<T> Confirmed<T> {
    pub(crate) fn get(&self) -> &T {
        &self.0
    }
}

/// The open question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Confirm {
    title: String,
    /// What it will touch.
    lines: Vec<String>,
    /// The word on the button.
    verb: &'static str,
    /// Must be typed before; asked for in production.
    word: Option<String>,
    typed: Line,
    /// The focus is on going, not on keeping things as they are.
    go: bool,
    dangerous: bool,
    /// Where it is done.
    environment: String,
    mutation: Box<Mutation>,
    /// What one yes is said to beside it.
    more: Vec<Mutation>,
    /// What each of many is, a line each, and the first in sight.
    items: Vec<String>,
    first: usize,
}

/// What came of a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Decided {
    Open,
    Kept,
    Confirmed(Box<Confirmed<Mutation>>),
    /// One yes to many, in their order.
    Many(Vec<Confirmed<Mutation>>),
    /// The question stays open; its command is copied.
    Copy(String),
}

impl Confirm {
    /// Asks before a mutation. In production the name must be typed.
    pub(crate) fn new(
        (title, verb): (&str, &'static str),
        lines: Vec<String>,
        name: &str,
        mutation: Mutation,
        shared: &Shared,
    ) -> Self {
        Self {
            title: title.to_owned(),
            lines,
            verb,
            word: None,
            typed: Line::default(),
            go: false,
            dangerous: false,
            environment: String::new(),
            mutation: Box::new(mutation),
            more: Vec::new(),
            items: Vec::new(),
            first: 0,
        }
        .in_environment(&shared.scope.environment, name)
    }

    /// Asks once before many mutations, with a line for each item, also for those left out; nothing
    /// where there is no mutation. In production how many and where must be typed.
    pub(crate) fn many(
        words: (&str, &'static str),
        lines: Vec<String>,
        items: Vec<String>,
        mutations: Vec<Mutation>,
        shared: &Shared,
    ) -> Option<Self> {
        let name = format!("{} {}", mutations.len(), shared.scope.environment);
        let mut mutations = mutations.into_iter();
        let mut confirm = Self::new(words, lines, &name, mutations.next()?, shared);
        (confirm.more, confirm.items) = (mutations.collect(), items);
        Some(confirm)
    }

    /// The command, or commands, that do the same.
    fn twin(&self) -> String {
        let all: Vec<&Mutation> = std::iter::once(&*self.mutation).chain(&self.more).collect();
        many::twin(&all)
    }

    /// What is confirmed: this is where yes becomes more than a word.
    fn decided(&self) -> Decided {
        let first = Confirmed((*self.mutation).clone());
        if self.items.is_empty() {
            return Decided::Confirmed(Box::new(first));
        }
        let more = self.more.iter().cloned().map(Confirmed);
        Decided::Many(std::iter::once(first).chain(more).collect())
    }

    /// Goes through the items. Says whether the key was for that.
    fn scroll(&mut self, key: KeyEvent) -> bool {
        let letters = self.word.is_none() && key.modifiers.is_empty();
        let last = self.items.len().saturating_sub(1);
        self.first = match key.code {
            _ if self.items.is_empty() => return false,
            KeyCode::Down => self.first + 1,
            KeyCode::Up => self.first.saturating_sub(1),
            KeyCode::PageDown => self.first + PAGE_ITEMS,
            KeyCode::PageUp => self.first.saturating_sub(PAGE_ITEMS),
            KeyCode::Char('j') if letters => self.first + 1,
            KeyCode::Char('k') if letters => self.first.saturating_sub(1),
            _ => return false,
        }
        .min(last);
        true
    }

    /// The items that there is room for; where not all are seen the last row says how many more.
    fn items_seen(&self, (columns, rows): (usize, usize), shared: &Shared) -> Vec<TextLine<'_>> {
        let mark = shared.look.glyphs.ellipsis;
        let all = self.items.len();
        let rows = rows.max(1);
        let seen = if all <= rows { all } else { rows.saturating_sub(1) };
        let first = if all <= rows { 0 } else { self.first };
        let window = self.items.iter().skip(first).take(seen);
        let mut lines: Vec<TextLine<'_>> =
            window.map(|item| TextLine::raw(ellipsis(item, columns, mark))).collect();
        if all > rows {
            let below = all.saturating_sub(first + seen);
            let words = match (first, below) {
                (0, below) => format!("and {below} more: Down shows them"),
                (above, 0) => format!("{above} above: Up shows them"),
                (above, below) => format!("{above} above, {below} more below"),
            };
            lines.push(TextLine::styled(words, shared.look.style(Meaning::Dim)));
        }
        lines
    }

    /// The same, done in another environment than the console looks at.
    pub(crate) fn in_environment(mut self, environment: &str, name: &str) -> Self {
        let ends = matches!(*self.mutation, Mutation::Cancel(_) | Mutation::Retire(_));
        let production = is_production(environment);
        self.word = production.then(|| name.to_owned());
        self.dangerous = ends || production;
        environment.clone_into(&mut self.environment);
        self
    }

    /// The same with a word to type wherever it is: everybody feels it.
    pub(crate) fn typed(mut self, word: &str) -> Self {
        (self.word, self.dangerous) = (Some(word.to_owned()), true);
        self
    }

    /// The same without a word to type: nothing comes of it that anybody could regret.
    pub(crate) fn harmless(mut self) -> Self {
        (self.word, self.dangerous) = (None, false);
        self
    }

    fn is_typed(&self) -> bool {
        self.word.as_ref().is_none_or(|word| *word == self.typed.text())
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.typed.insert(text);
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Decided {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return Decided::Kept,
            KeyCode::Char('c') if control => return Decided::Kept,
            KeyCode::Char('y') if control => return Decided::Copy(self.twin()),
            _ if self.scroll(key) => {}
            KeyCode::Enter if !self.go => {
                // With the word typed Enter moves to the button, so that it never acts at once.
                if self.word.is_none() || !self.is_typed() {
                    return Decided::Kept;
                }
                self.go = true;
            }
            KeyCode::Enter if self.is_typed() => {
                return self.decided();
            }
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right => {
                self.go = !self.go && self.is_typed();
            }
            KeyCode::Char('h' | 'l') if self.word.is_none() && !control => self.go = !self.go,
            _ if self.word.is_some() => {
                self.typed.on_key(key);
                self.go = false;
            }
            _ => {}
        }
        Decided::Open
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let look = &shared.look;
        let mut lines: Vec<TextLine<'_>> = Vec::new();
        if is_production(&self.environment) {
            let word = format!(" {} ", self.environment.to_uppercase());
            let mark = Span::styled(word, look.style(Meaning::Production));
            lines.push(TextLine::from(vec![mark, Span::raw(" this is production")]));
            lines.push(TextLine::default());
        }
        lines.extend(self.lines.iter().map(|line| TextLine::raw(line.clone())));
        lines.push(TextLine::default());
        let after = self.after(shared);
        let pane = Pane { title: &self.title, focused: true, ..Pane::default() };
        let widest = lines.iter().chain(&after).map(TextLine::width).max();
        let widest = widest.max(self.items.iter().map(|item| super::width(item)).max());
        let widest = widest.and_then(|w| u16::try_from(w).ok());
        let text_columns = widest.unwrap_or(TEXT_COLUMNS.1).clamp(TEXT_COLUMNS.0, TEXT_COLUMNS.1);
        let columns = (text_columns + 4).min(area.width);
        let room = usize::from(columns.saturating_sub(4));
        let wrapped = |all: &[TextLine<'_>]| -> usize {
            all.iter().map(|line| wrapped_rows(&line.to_string(), 0, room)).sum()
        };
        if !self.items.is_empty() {
            // In a small window the runs and the word to type are worth more than the sums.
            let fits = |lines: &[TextLine<'_>]| {
                wrapped(lines) + wrapped(&after) + 7 <= usize::from(area.height)
            };
            while lines.len() > 1 && !fits(&lines) {
                lines.pop();
            }
            let taken = wrapped(&lines) + wrapped(&after) + 5;
            let left = usize::from(area.height).saturating_sub(taken);
            lines.extend(self.items_seen((room, left), shared));
            lines.push(TextLine::default());
        }
        lines.extend(after);
        let text_rows = wrapped(&lines);
        let rows = u16::try_from(text_rows).unwrap_or(u16::MAX - 5).saturating_add(4);
        let inner = popup(frame, area, (columns, rows), &pane, look);
        let buttons =
            Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
        let text = Rect { height: inner.height.saturating_sub(2), ..inner };
        let paragraph = Paragraph::new(Text::from(lines)).wrap(Wrap { trim: true });
        frame.render_widget(paragraph, text);
        frame.render_widget(Paragraph::new(self.buttons(shared)).right_aligned(), buttons);
    }

    /// What stands below: the command, and the word to type.
    fn after(&self, shared: &Shared) -> Vec<TextLine<'_>> {
        let look = &shared.look;
        let mut lines = Vec::new();
        if self.items.is_empty() {
            lines.push(TextLine::styled(self.mutation.twin(), look.style(Meaning::Dim)));
        } else {
            let mark = look.glyphs.ellipsis;
            let room =
                usize::from(TEXT_COLUMNS.0).min(usize::from(shared.size.0).saturating_sub(4));
            let twin = self.twin();
            let first = twin.lines().next().unwrap_or_default();
            let first = ellipsis(first, room, mark).into_owned();
            lines.push(TextLine::styled(first, look.style(Meaning::Dim)));
            lines.push(TextLine::styled("^y copies all of it", look.style(Meaning::Dim)));
        }
        if let Some(word) = &self.word {
            lines.push(TextLine::default());
            lines.push(TextLine::from(vec![
                Span::raw("type "),
                Span::styled(word.clone(), look.style(Meaning::Title)),
                Span::raw(" to go on: "),
                Span::styled(self.typed.text(), look.style(Meaning::Accent)),
                Span::styled(" ", caret(look.style(Meaning::Button))),
            ]));
        }
        lines
    }

    fn buttons(&self, shared: &Shared) -> TextLine<'static> {
        let chosen =
            if self.dangerous && self.go { Meaning::DangerButton } else { Meaning::Button };
        let style = |on: bool, ready: bool| match (on, ready) {
            (true, _) if self.word.is_none() || self.go => caret(shared.look.style(chosen)),
            (true, _) => shared.look.style(chosen),
            (false, true) => shared.look.style(Meaning::Panel),
            (false, false) => shared.look.style(Meaning::Dim),
        };
        let mark = |on: bool| if on { shared.look.glyphs.cursor } else { " " };
        TextLine::from(vec![
            Span::styled(format!(" {} keep as it is ", mark(!self.go)), style(!self.go, true)),
            Span::raw("  "),
            Span::styled(
                format!(" {} {} ", mark(self.go), self.verb),
                style(self.go, self.is_typed()),
            ),
        ])
    }
}
