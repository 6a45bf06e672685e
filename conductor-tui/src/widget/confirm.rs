//! The question before a change. Only its answer makes a [`Confirmed`], and only a confirmed
//! mutation can be carried out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::{Aloud, Pane, badge, caret, ellipsis, kept_rows, more_lines, popup, rows_of, width};
use crate::{
    app::{Context, Look, Mutation, Shared, is_production, many},
    input::Line,
    theme::Meaning,
};

/// Columns of the text at least, and at most.
const TEXT_COLUMNS: (u16, u16) = (64, 84);
/// Rows that are gone down at most, besides those of items.
const ROWS_MAX: usize = 200;
/// Rows that a page of keys goes by.
const PAGE_ROWS: usize = 8;

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
    /// The same as a name of somebody's own.
    context: Option<Context>,
    /// Rows of the text above the window, where it is too small for all of them.
    from: usize,
    mutation: Box<Mutation>,
    /// What one yes is said to beside it.
    more: Vec<Mutation>,
    /// What each of many is, a line each.
    items: Vec<String>,
    /// Items are never cut: what stands in them is signed.
    whole: bool,
    /// One yes is said to more than one, or could have been.
    many: bool,
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
            context: shared.context.clone(),
            from: 0,
            mutation: Box::new(mutation),
            more: Vec::new(),
            items: Vec::new(),
            whole: false,
            many: false,
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
        (confirm.more, confirm.items, confirm.many) = (mutations.collect(), items, true);
        Some(confirm)
    }

    /// The command, or commands, that do the same.
    fn twin(&self) -> String {
        let all: Vec<&Mutation> = std::iter::once(&*self.mutation).chain(&self.more).collect();
        let twin = many::twin(&all);
        self.context.as_ref().map_or_else(|| twin.clone(), |context| context.in_command(&twin))
    }

    /// What is confirmed: this is where yes becomes more than a word.
    fn decided(&self) -> Decided {
        let first = Confirmed((*self.mutation).clone());
        if !self.many {
            return Decided::Confirmed(Box::new(first));
        }
        let more = self.more.iter().cloned().map(Confirmed);
        Decided::Many(std::iter::once(first).chain(more).collect())
    }

    /// Goes through the text. Says whether the key was for that.
    fn scroll(&mut self, key: KeyEvent) -> bool {
        let letters = self.word.is_none() && key.modifiers.is_empty();
        let from = match key.code {
            KeyCode::Down => self.from + 1,
            KeyCode::Up => self.from.saturating_sub(1),
            KeyCode::PageDown => self.from + PAGE_ROWS,
            KeyCode::PageUp => self.from.saturating_sub(PAGE_ROWS),
            KeyCode::Char('j') if letters => self.from + 1,
            KeyCode::Char('k') if letters => self.from.saturating_sub(1),
            _ => return false,
        };
        self.from = from.min(ROWS_MAX + self.items.len());
        true
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

    /// The same with items that go on in the next row where they are too long for one.
    pub(crate) fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// The same with what stands below the question, whole: all that is signed.
    pub(crate) fn showing(mut self, items: Vec<String>) -> Self {
        self.items = items;
        self.whole()
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

    /// The question, for somebody who sees no box: what it touches, and what has to be done for it.
    pub(crate) fn told(&self) -> Aloud {
        let mut head = vec![self.title.clone()];
        let word = self.context.as_ref().map(|context| context.word.as_str());
        match (is_production(&self.environment), word) {
            (true, None) => {
                head.push(format!("{}: this is production", self.environment.to_uppercase()));
            }
            (true, Some(word)) => head.push(format!("{word}: this is production")),
            (false, Some(word)) => head.push(format!("in {word}")),
            (false, None) => {}
        }
        head.extend(self.lines.iter().filter(|line| !line.trim().is_empty()).cloned());
        head.extend(self.items.iter().cloned());
        head.push(format!("the same in a shell: {}", self.twin()));
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

    /// Draws the question. What is typed and the buttons are always seen; where there is no room for
    /// the text above them it is gone through by the arrows.
    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let look = &shared.look;
        let pane = Pane { title: &self.title, focused: true, ..Pane::default() };
        let twin = self.twin();
        let widest =
            self.lines.iter().chain(&self.items).chain([&twin]).map(|line| width(line)).max();
        let widest = widest.and_then(|cells| u16::try_from(cells).ok()).unwrap_or(TEXT_COLUMNS.1);
        let columns = (widest.clamp(TEXT_COLUMNS.0, TEXT_COLUMNS.1) + 4).min(area.width);
        let room = usize::from(columns.saturating_sub(4));
        let mut text = self.text(&twin, room, shared);
        let mut typed = self.typed_lines(room, look);
        let wanted = text.len() + typed.len() + 3;
        let rows = u16::try_from(wanted).unwrap_or(u16::MAX);
        let inner = popup(frame, area, (columns, rows), &pane, look);
        let buttons =
            Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
        let room = usize::from(inner.height.saturating_sub(1));
        if text.len() + typed.len() > room {
            text.retain(|line| line.width() > 0);
            typed.retain(|line| line.width() > 0);
        }
        let below = u16::try_from(typed.len().min(room)).unwrap_or(0);
        let mut high = room.saturating_sub(typed.len());
        if text.len() > high && high > 1 {
            high -= 1;
            let from = self.from.min(text.len() - high);
            let left = text.len() - from - high;
            let words = match left {
                0 => "Up goes back to what is above".to_owned(),
                left => format!("{}: Down", more_lines(left)),
            };
            text = text.into_iter().skip(from).take(high).collect();
            text.push(TextLine::styled(words, look.style(Meaning::Warn)));
        }
        frame.render_widget(Paragraph::new(text), inner);
        let place = Rect { y: buttons.y.saturating_sub(below), height: below, ..inner };
        frame.render_widget(Paragraph::new(typed), place);
        frame.render_widget(Paragraph::new(self.buttons(shared)).right_aligned(), buttons);
    }

    /// What would be done, where, and the command that does the same.
    fn text(&self, twin: &str, room: usize, shared: &Shared) -> Vec<TextLine<'static>> {
        let look = &shared.look;
        let mut text = Vec::new();
        let production = is_production(&self.environment);
        let mark = match &self.context {
            Some(context) => Some(badge(context, Meaning::Panel, shared)),
            None if production => {
                let word = format!(" {} ", self.environment.to_uppercase());
                Some(Span::styled(word, look.style(Meaning::Production)))
            }
            None => None,
        };
        if let Some(mark) = mark {
            let scope = &shared.scope;
            let words = match production {
                true => " this is production".to_owned(),
                false => format!(" {} {}", scope.tenant, scope.environment),
            };
            text.push(TextLine::from(vec![mark, Span::raw(words)]));
            text.push(TextLine::default());
        }
        text.extend(self.lines.iter().flat_map(|line| rows_of(line, room)).map(TextLine::raw));
        text.push(TextLine::default());
        let dim = look.style(Meaning::Dim);
        let mark = look.glyphs.ellipsis;
        let cut = |line: &str| ellipsis(line, room, mark).into_owned();
        if !self.items.is_empty() {
            for item in &self.items {
                match self.whole {
                    true => text.extend(kept_rows(item, room).into_iter().map(TextLine::raw)),
                    false => text.push(TextLine::raw(cut(item))),
                }
            }
            text.push(TextLine::default());
            let first = twin.lines().next().unwrap_or_default();
            text.push(TextLine::styled(cut(first), dim));
            if self.many {
                text.push(TextLine::styled("^y copies all of it", dim));
            }
            return text;
        }
        text.extend(rows_of(twin, room).into_iter().map(|row| TextLine::styled(row, dim)));
        text
    }

    /// The word that has to be typed, and what was typed of it, between blank lines.
    fn typed_lines(&self, room: usize, look: &Look) -> Vec<TextLine<'static>> {
        let Some(word) = &self.word else { return vec![TextLine::default()] };
        let asked = vec![
            Span::raw("type "),
            Span::styled(word.clone(), look.style(Meaning::Title)),
            Span::raw(" to go on: "),
        ];
        // The end of what was typed is seen, where the cursor is.
        let typed = self.typed.text();
        let over = width(&typed).saturating_sub(room.saturating_sub(1));
        let typed: String = typed.chars().skip(over).collect();
        let typed = vec![
            Span::styled(typed, look.style(Meaning::Accent)),
            Span::styled(" ", caret(look.style(Meaning::Button))),
        ];
        let cells = 16 + 2 * width(word) + 1;
        let lines = match cells <= room {
            true => vec![TextLine::from(asked.into_iter().chain(typed).collect::<Vec<_>>())],
            false if 16 + width(word) <= room => vec![TextLine::from(asked), TextLine::from(typed)],
            // All that has to be typed is seen, in as many rows as it takes.
            false => {
                let asked = rows_of(&format!("type {word} to go on:"), room);
                let asked = asked.into_iter().map(TextLine::raw);
                asked.chain([TextLine::from(typed)]).collect()
            }
        };
        let air = TextLine::default;
        [air()].into_iter().chain(lines).chain([air()]).collect()
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
