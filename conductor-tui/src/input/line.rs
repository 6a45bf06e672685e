//! One line of text under the cursor, with a history: what prompts, forms and the palette edit.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A line holds no more characters; a paste beyond is cut.
const CHARS_MAX: usize = 4096;
/// Lines remembered.
pub(crate) const HISTORY_MAX: usize = 500;

/// An edited line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    chars: Vec<char>,
    cursor: usize,
}

impl Line {
    /// A line with the cursor at its end.
    pub(crate) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(CHARS_MAX).collect();
        Self { cursor: chars.len(), chars }
    }

    pub(crate) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The text before and after the cursor.
    pub(crate) fn split(&self) -> (String, String) {
        let (before, after) = self.chars.split_at(self.cursor);
        (before.iter().collect(), after.iter().collect())
    }

    pub(crate) fn insert(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.chars.len() < CHARS_MAX {
                self.chars.insert(self.cursor, c);
                self.cursor += 1;
            }
        }
    }

    /// Edits by a key as shells do; says whether the key was one for editing.
    pub(crate) fn on_key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match (key.code, control) {
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => self.cursor = 0,
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => self.cursor = self.chars.len(),
            (KeyCode::Char('u'), true) => self.delete(0..self.cursor),
            (KeyCode::Char('k'), true) => self.delete(self.cursor..self.chars.len()),
            (KeyCode::Char('w'), true) => self.delete(self.word_start()..self.cursor),
            (KeyCode::Char('h'), true) | (KeyCode::Backspace, _) => {
                self.delete(self.cursor.saturating_sub(1)..self.cursor);
            }
            (KeyCode::Delete, _) => {
                self.delete(self.cursor..(self.cursor + 1).min(self.chars.len()));
            }
            (KeyCode::Left, _) => self.cursor = self.cursor.saturating_sub(1),
            (KeyCode::Right, _) => self.cursor = (self.cursor + 1).min(self.chars.len()),
            (KeyCode::Char(c), false) => self.insert(c.encode_utf8(&mut [0; 4])),
            _ => return false,
        }
        true
    }

    fn delete(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.chars.drain(range);
    }

    fn word_start(&self) -> usize {
        let before = &self.chars[..self.cursor];
        let end = before.iter().rposition(|c| *c != ' ').map_or(0, |at| at + 1);
        before[..end].iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1)
    }
}

/// Lines given before, newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct History {
    lines: Vec<String>,
}

impl History {
    /// With lines of sessions before, oldest first.
    pub(crate) fn of(lines: &[String]) -> Self {
        let mut history = Self::default();
        lines.iter().for_each(|line| history.push(line));
        history
    }

    /// Remembers a line; the same line again moves to the end.
    pub(crate) fn push(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.lines.retain(|known| known != line);
        self.lines.push(line.to_owned());
        if self.lines.len() > HISTORY_MAX {
            self.lines.remove(0);
        }
    }

    /// The line that many steps back; 0 is the one being written.
    pub(crate) fn back(&self, steps: usize) -> Option<&str> {
        let at = self.lines.len().checked_sub(steps)?;
        self.lines.get(at).map(String::as_str)
    }

    /// The lines, newest first, that have a text in them.
    pub(crate) fn with<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let text = text.to_owned();
        self.lines.iter().rev().map(String::as_str).filter(move |line| line.contains(&text))
    }

    /// The newest line that begins so.
    pub(crate) fn suggest(&self, start: &str) -> Option<&str> {
        let begins = |line: &&String| line.starts_with(start) && line.len() > start.len();
        self.lines.iter().rev().find(begins).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(start: &str, keys: &[KeyEvent]) -> (String, String) {
        let mut line = Line::new(start);
        for key in keys {
            line.on_key(*key);
        }
        line.split()
    }

    fn control(c: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
    }

    #[test]
    fn shells_editing_keys_work() {
        let check = |start: &str, keys: &[KeyEvent], before: &str, after: &str| {
            assert_eq!(typed(start, keys), (before.into(), after.into()), "{start} {keys:?}");
        };
        let key = |code: KeyCode| KeyEvent::from(code);
        check("run a", &[control('w')], "run ", "");
        check("run a ", &[control('w')], "run ", "");
        check("run", &[control('a')], "", "run");
        check("run", &[control('a'), control('k')], "", "");
        check("run", &[key(KeyCode::Left), control('u')], "", "n");
        check("run", &[key(KeyCode::Home), key(KeyCode::Delete)], "", "un");
        check("é", &[key(KeyCode::Backspace), key(KeyCode::Backspace)], "", "");
    }

    #[test]
    fn a_paste_is_one_line_and_bounded() {
        let mut line = Line::default();
        line.insert("a\nb\x1b[31m");
        assert_eq!(line.text(), "ab[31m");
        line.insert(&"x".repeat(CHARS_MAX * 2));
        assert_eq!(line.text().chars().count(), CHARS_MAX);
    }

    #[test]
    fn history_goes_back_without_repeats() {
        let mut history = History::default();
        for line in ["a", "b", "a", " "] {
            history.push(line);
        }
        assert_eq!(
            (history.back(1), history.back(2), history.back(3)),
            (Some("a"), Some("b"), None)
        );
        assert_eq!(history.suggest("b"), None);
    }
}
