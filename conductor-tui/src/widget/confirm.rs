//! The question before a change. Only its answer makes a [`Confirmed`], and only a confirmed
//! mutation can be carried out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span, Text},
    widgets::{Paragraph, Wrap},
};

use super::{Aloud, Pane, caret, popup, wrapped_rows};
use crate::{
    app::{Mutation, Shared, is_production},
    input::Line,
    theme::Meaning,
};

/// Columns of the text at least, and at most.
const TEXT_COLUMNS: (u16, u16) = (64, 84);

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
}

/// What came of a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Decided {
    Open,
    Kept,
    Confirmed(Box<Confirmed<Mutation>>),
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
        }
        .in_environment(&shared.scope.environment, name)
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
            KeyCode::Enter if !self.go => {
                // With the word typed Enter moves to the button, so that it never acts at once.
                if self.word.is_none() || !self.is_typed() {
                    return Decided::Kept;
                }
                self.go = true;
            }
            KeyCode::Enter if self.is_typed() => {
                return Decided::Confirmed(Box::new(Confirmed((*self.mutation).clone())));
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

    /// The question, for somebody who sees no box: what it touches, and what has to be done for it.
    pub(crate) fn told(&self) -> Aloud {
        let mut head = vec![self.title.clone()];
        if is_production(&self.environment) {
            head.push(format!("{}: this is production", self.environment.to_uppercase()));
        }
        head.extend(self.lines.iter().filter(|line| !line.trim().is_empty()).cloned());
        head.push(format!("the same in a shell: {}", self.mutation.twin()));
        let verb = self.verb;
        head.push(match &self.word {
            Some(word) => format!(
                "type {word} to go on, then Enter, and Enter again to {verb}; Esc keeps it as it is"
            ),
            None => format!("Tab and Enter to {verb}; Enter alone or Esc keeps it as it is"),
        });
        let now = match self.go {
            true => format!("on: {verb}; Enter does it"),
            false => "on: keep as it is".to_owned(),
        };
        let input = self.word.as_ref().map(|word| format!("type {word}: {}", self.typed.text()));
        Aloud { head, now: vec![now], input, problem: None }
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
        let twin = Span::styled(self.mutation.twin(), look.style(Meaning::Dim));
        lines.push(TextLine::from(twin));
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
        let pane = Pane { title: &self.title, focused: true, ..Pane::default() };
        let widest = lines.iter().map(TextLine::width).max().and_then(|w| u16::try_from(w).ok());
        let text_columns = widest.unwrap_or(TEXT_COLUMNS.1).clamp(TEXT_COLUMNS.0, TEXT_COLUMNS.1);
        let columns = (text_columns + 4).min(area.width);
        let room = usize::from(columns.saturating_sub(4));
        let text_rows: usize =
            lines.iter().map(|line| wrapped_rows(&line.to_string(), 0, room)).sum();
        let rows = u16::try_from(text_rows).unwrap_or(u16::MAX - 5).saturating_add(4);
        let inner = popup(frame, area, (columns, rows), &pane, look);
        let buttons =
            Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
        let text = Rect { height: inner.height.saturating_sub(2), ..inner };
        let paragraph = Paragraph::new(Text::from(lines)).wrap(Wrap { trim: true });
        frame.render_widget(paragraph, text);
        frame.render_widget(Paragraph::new(self.buttons(shared)).right_aligned(), buttons);
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
