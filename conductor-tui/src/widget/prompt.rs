//! The line that `/` and `:` open in place of the footer, with history, completion and what is
//! wrong with what was typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::{Aloud, caret, ellipsis, pad, rows_of, width};
use crate::{
    app::Look,
    input::{History, Known, Line, Offer, complete, without_values},
    theme::Meaning,
};

/// Completions that are shown above the line.
const OFFERS_SHOWN: usize = 8;
/// Columns of the line that are neither its text nor what is said of it.
const LINE_TAKES: usize = 6;

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
    offers: Vec<Offer>,
    offer: Option<usize>,
    /// The history is searched for what is typed; the line is what was found. How many of what was
    /// found were passed.
    search: Option<(Line, usize)>,
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
            offer: None,
            search: None,
            problem: None,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.line.text()
    }

    /// The line as it may be seen, in as many characters.
    fn seen(&self) -> String {
        match self.kind {
            PromptKind::Command => without_values(&self.text()),
            PromptKind::Filter | PromptKind::Lines | PromptKind::Search => self.text(),
        }
    }

    pub(crate) fn before(&self) -> &str {
        &self.before
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.line.insert(text);
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, history: &History, known: Known<'_>) -> Typed {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if self.search.is_some() {
            return self.on_search_key(key, history);
        }
        match key.code {
            KeyCode::Char('r') if control => {
                self.search = Some((Line::default(), 0));
                return Typed::Changed;
            }
            KeyCode::Esc => return Typed::Undone,
            KeyCode::Char('c') if control => return Typed::Undone,
            KeyCode::Enter => return Typed::Done,
            KeyCode::Backspace if self.line.is_empty() => return Typed::Undone,
            KeyCode::Tab => return self.next_offer(1, known),
            KeyCode::BackTab => return self.next_offer(-1, known),
            KeyCode::Up => return self.recall(history, self.steps + 1),
            KeyCode::Down => return self.recall(history, self.steps.saturating_sub(1)),
            _ => {}
        }
        if !self.line.on_key(key) {
            return Typed::Nothing;
        }
        self.offer_again(known);
        Typed::Changed
    }

    /// What the line could become now.
    pub(crate) fn offer_again(&mut self, known: Known<'_>) {
        self.offer = None;
        self.offers = match self.kind {
            PromptKind::Command => complete(&self.text(), known),
            PromptKind::Filter | PromptKind::Lines | PromptKind::Search => Vec::new(),
        };
    }

    /// Keys while the history is searched. What was found is put into the line, never done at once.
    fn on_search_key(&mut self, key: KeyEvent, history: &History) -> Typed {
        let Some((mut typed, mut passed)) = self.search.take() else { return Typed::Nothing };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => {
                self.line = Line::new(&self.before);
                return Typed::Changed;
            }
            KeyCode::Char('c') if control => return Typed::Undone,
            KeyCode::Enter | KeyCode::Tab | KeyCode::Left | KeyCode::Right => {
                return Typed::Changed;
            }
            KeyCode::Char('r') if control => passed += 1,
            _ => {
                typed.on_key(key);
                passed = 0;
            }
        }
        let found = history.with(&typed.text()).nth(passed);
        match found {
            Some(line) => self.line = Line::new(line),
            None => passed = passed.saturating_sub(1),
        }
        self.search = Some((typed, passed));
        Typed::Changed
    }

    fn recall(&mut self, history: &History, steps: usize) -> Typed {
        let text = if steps == 0 { Some(self.before.as_str()) } else { history.back(steps) };
        let Some(text) = text else { return Typed::Nothing };
        self.line = Line::new(text);
        self.steps = steps;
        Typed::Changed
    }

    fn next_offer(&mut self, step: isize, known: Known<'_>) -> Typed {
        if self.offer.is_none() {
            self.offers = match self.kind {
                PromptKind::Command => complete(&self.text(), known),
                PromptKind::Filter => of_filter(&self.text(), known),
                PromptKind::Lines | PromptKind::Search => Vec::new(),
            };
        }
        let count = self.offers.len();
        let next = match self.offer {
            None if step < 0 => count.saturating_sub(1),
            None => 0,
            Some(now) => {
                now.checked_add_signed(step).unwrap_or(count.saturating_sub(1)) % count.max(1)
            }
        };
        let Some(offer) = self.offers.get(next) else { return Typed::Nothing };
        self.line = Line::new(&offer.line);
        // With one there is nothing to go through: the next word is completed next.
        self.offer = (count > 1).then_some(next);
        if count == 1 {
            self.offers.clear();
        }
        Typed::Changed
    }

    /// What is told of it to somebody who sees no line below the screen.
    pub(crate) fn told(&self, of: &str) -> Aloud {
        let (sign, what) = match self.kind {
            PromptKind::Filter => ("/", format!("filter {of}")),
            PromptKind::Search => ("/", format!("look for a text in {of}")),
            PromptKind::Lines => ("&", "show only lines that have".to_owned()),
            PromptKind::Command => (":", "a command; Tab completes it".to_owned()),
        };
        let mut now = Vec::new();
        if let Some(offer) = self.offer.and_then(|at| self.offers.get(at)) {
            let at = self.offer.unwrap_or_default() + 1;
            let place = format!("completion {at} of {}", self.offers.len());
            now.push(format!("{}, {}, {place}", offer.word, offer.about).replace(", ,", ","));
        }
        let input = match &self.search {
            Some((typed, _)) => format!("found for {}: {}", typed.text(), self.text()),
            None => format!("{sign}{}", self.seen()),
        };
        let head = vec![format!("{what}; Enter takes it, Esc gives up")];
        Aloud { head, now, input: Some(input), problem: self.problem.clone() }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, history: &History, look: &Look) {
        let sign = match self.kind {
            PromptKind::Filter | PromptKind::Search => "/",
            PromptKind::Lines => "&",
            PromptKind::Command => ":",
        };
        if let Some((typed, _)) = &self.search {
            return self.view_search(typed, frame, area, look);
        }
        let seen = self.seen();
        let at = self.line.split().0.chars().count();
        let (before, after): (String, String) =
            (seen.chars().take(at).collect(), seen.chars().skip(at).collect());
        let mut rest = after.chars();
        let under = rest.next().unwrap_or(' ').to_string();
        let dim = look.style(Meaning::Dim);
        let mut spans = vec![
            Span::styled(format!(" {sign}"), look.style(Meaning::Accent)),
            Span::raw(before),
            Span::styled(under, caret(look.style(Meaning::Button))),
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
            (None, PromptKind::Command) => {
                ("Tab completes   Up recalls   ^R finds   Esc closes", dim)
            }
        };
        let words = ellipsis(words, room, look.glyphs.ellipsis);
        let fill = room.saturating_sub(super::width(&words));
        spans.push(Span::raw(" ".repeat(fill + 2)));
        spans.push(Span::styled(words.into_owned(), style));
        frame.render_widget(Paragraph::new(TextLine::from(spans)), area);
    }

    fn view_search(&self, typed: &Line, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let dim = look.style(Meaning::Dim);
        let line = TextLine::from(vec![
            Span::styled(" find ", look.style(Meaning::Accent)),
            Span::raw(typed.text()),
            Span::styled(" ", caret(look.style(Meaning::Button))),
            Span::styled(format!("  {}", self.line.text()), look.style(Meaning::Title)),
            Span::styled("   ^R older   Enter takes it   Esc gives up", dim),
        ]);
        frame.render_widget(Paragraph::new(line), area);
    }

    /// What is wrong with the line, whole, in a box above it: where it is too long to stand behind it.
    /// Says whether it was drawn.
    fn view_problem(&self, frame: &mut Frame<'_>, above: Rect, look: &Look) -> bool {
        let Some(problem) = &self.problem else { return false };
        let room = usize::from(above.width).saturating_sub(width(&self.text()) + LINE_TAKES);
        if width(problem) <= room || above.height == 0 {
            return false;
        }
        let rows = rows_of(problem, usize::from(above.width.saturating_sub(2)));
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(above.height);
        let place = Rect { y: above.bottom() - height, height, ..above };
        let ground = look.style(Meaning::Panel);
        let style = ground.patch(look.style(Meaning::Warn)).bg(ground.bg.unwrap_or_default());
        let line = |row: String| TextLine::styled(format!(" {row}"), style);
        let lines: Vec<TextLine<'_>> = rows.into_iter().map(line).collect();
        frame.render_widget(ratatui::widgets::Clear, place);
        frame.render_widget(Paragraph::new(lines).style(ground), place);
        true
    }

    /// The completions, in a box above the line; nothing where there are none.
    pub(crate) fn view_offers(&self, frame: &mut Frame<'_>, above: Rect, look: &Look) {
        if self.view_problem(frame, above, look) {
            return;
        }
        if self.offers.is_empty() || self.search.is_some() || self.text().is_empty() {
            return;
        }
        let at = self.offer.unwrap_or(0);
        let from = at.saturating_sub(OFFERS_SHOWN - 1);
        let shown = &self.offers[from..self.offers.len().min(from + OFFERS_SHOWN)];
        let words = shown.iter().map(|offer| width(&offer.word)).max().unwrap_or(0);
        let abouts = shown.iter().map(|offer| width(&offer.about)).max().unwrap_or(0);
        let cells = (words + if abouts > 0 { abouts + 4 } else { 2 }).min(usize::from(above.width));
        let size = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let rows = size(shown.len()).min(above.height);
        let place = Rect {
            x: above.x + 1.min(above.width),
            y: above.bottom() - rows,
            width: size(cells).min(above.width.saturating_sub(1)),
            height: rows,
        };
        let mark = look.glyphs.ellipsis;
        let line = |(row, offer): (usize, &Offer)| {
            let chosen = self.offer == Some(from + row);
            let name = if chosen { Meaning::Button } else { Meaning::Panel };
            let ground = look.style(Meaning::Panel);
            let about = pad(&format!(" {}", offer.about), cells.saturating_sub(words + 2), mark);
            TextLine::from(vec![
                Span::styled(format!(" {} ", pad(&offer.word, words, mark)), look.style(name)),
                Span::styled(
                    about,
                    ground.patch(look.style(Meaning::Dim)).bg(ground.bg.unwrap_or_default()),
                ),
            ])
        };
        let lines: Vec<TextLine<'_>> = shown.iter().enumerate().map(line).collect();
        frame.render_widget(ratatui::widgets::Clear, place);
        frame.render_widget(Paragraph::new(lines).style(look.style(Meaning::Panel)), place);
    }
}

/// Words of a filter that the line could end with.
fn of_filter(text: &str, known: Known<'_>) -> Vec<Offer> {
    let lines = complete(&format!("runs {text}"), known);
    let keys = lines.into_iter().filter(|offer| offer.word.contains(':'));
    keys.map(|offer| Offer { line: offer.line["runs ".len()..].to_owned(), ..offer }).collect()
}
