//! The line that `/` and `:` open in place of the footer, with history, completion and what is
//! wrong with what was typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::ellipsis;
use crate::{
    app::Look,
    input::{History, Known, Line, complete},
    theme::Meaning,
};

/// What the line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromptKind {
    /// Narrows the list at every key.
    Filter,
    /// Shows only some of the lines, at every key.
    Lines,
    /// Looks for a text, at every key.
    Search,
    /// A command, done on Enter.
    Command,
}

impl PromptKind {
    /// Whether every key changes what is shown.
    pub(crate) fn narrows(self) -> bool {
        self != Self::Command
    }
}

/// The open line.
#[derive(Debug, Clone)]
pub(crate) struct Prompt {
    pub(crate) kind: PromptKind,
    line: Line,
    /// What the line was before, for Esc.
    before: String,
    /// Steps back in the history.
    steps: usize,
    /// Completions being gone through, and which is shown.
    offers: Vec<String>,
    offer: usize,
    pub(crate) problem: Option<String>,
}

/// What came of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Nothing,
    /// The line is another.
    Changed,
    Done,
    /// Put back what was before.
    Undone,
}

impl Prompt {
    pub(crate) fn new(kind: PromptKind, text: &str) -> Self {
        Self {
            kind,
            line: Line::new(text),
            before: text.to_owned(),
            steps: 0,
            offers: Vec::new(),
            offer: 0,
            problem: None,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.line.text()
    }

    pub(crate) fn before(&self) -> &str {
        &self.before
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.line.insert(text);
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, history: &History, known: Known<'_>) -> Typed {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => return Typed::Undone,
            KeyCode::Char('c') if control => return Typed::Undone,
            KeyCode::Enter => return Typed::Done,
            KeyCode::Backspace if self.line.is_empty() => return Typed::Undone,
            KeyCode::Tab => return self.next_offer(known),
            KeyCode::Up => return self.recall(history, self.steps + 1),
            KeyCode::Down => return self.recall(history, self.steps.saturating_sub(1)),
            _ => {}
        }
        self.offers.clear();
        if self.line.on_key(key) { Typed::Changed } else { Typed::Nothing }
    }

    fn recall(&mut self, history: &History, steps: usize) -> Typed {
        let text = if steps == 0 { Some(self.before.as_str()) } else { history.back(steps) };
        let Some(text) = text else { return Typed::Nothing };
        self.line = Line::new(text);
        self.steps = steps;
        Typed::Changed
    }

    fn next_offer(&mut self, known: Known<'_>) -> Typed {
        if self.offers.is_empty() {
            self.offers = match self.kind {
                PromptKind::Command => complete(&self.text(), known),
                PromptKind::Lines | PromptKind::Search => Vec::new(),
                PromptKind::Filter => {
                    let lines = complete(&format!("runs {}", self.text()), known);
                    lines.iter().map(|line| line["runs ".len()..].to_owned()).collect()
                }
            };
            self.offer = 0;
        } else {
            self.offer = (self.offer + 1) % self.offers.len();
        }
        match self.offers.get(self.offer) {
            Some(text) => {
                self.line = Line::new(text);
                Typed::Changed
            }
            None => Typed::Nothing,
        }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, history: &History, look: &Look) {
        let sign = match self.kind {
            PromptKind::Filter | PromptKind::Search => "/",
            PromptKind::Lines => "&",
            PromptKind::Command => ":",
        };
        let (before, after) = self.line.split();
        let mut rest = after.chars();
        let under = rest.next().unwrap_or(' ').to_string();
        let dim = look.style(Meaning::Dim);
        let mut spans = vec![
            Span::styled(format!(" {sign}"), look.style(Meaning::Accent)),
            Span::raw(before),
            Span::styled(under, look.style(Meaning::Button)),
            Span::raw(rest.collect::<String>()),
        ];
        if after.is_empty() && self.kind == PromptKind::Command {
            let start = self.text();
            let more = history.suggest(&start).map_or("", |line| &line[start.len()..]);
            spans.push(Span::styled(more.to_owned(), dim));
        }
        let used = TextLine::from(spans.clone()).width() + 3;
        let room = usize::from(area.width).saturating_sub(used);
        let (words, style) = match (&self.problem, self.kind) {
            (Some(problem), _) => (problem.as_str(), look.style(Meaning::Warn)),
            (None, PromptKind::Filter) => {
                ("status: workflow: owner: since: until: or any text   Tab completes", dim)
            }
            (None, PromptKind::Search) => {
                ("small letters find capitals too   Enter goes there, n N from there", dim)
            }
            (None, PromptKind::Lines) => {
                ("only lines with it   !TEXT without   A & !B both   empty shows all", dim)
            }
            (None, PromptKind::Command) => ("Tab completes   Up recalls   Esc closes", dim),
        };
        let words = ellipsis(words, room, look.glyphs.ellipsis);
        let fill = room.saturating_sub(super::width(&words));
        spans.push(Span::raw(" ".repeat(fill + 2)));
        spans.push(Span::styled(words.into_owned(), style));
        frame.render_widget(Paragraph::new(TextLine::from(spans)), area);
    }
}
