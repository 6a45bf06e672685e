//! Lines within a width: labels to the left, long texts wrapped below themselves.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Line, Tone};

/// Columns of the labels of a page.
const LABEL: usize = 10;
/// Columns of the text that a label leaves at least.
const TEXT_MIN: usize = 20;

/// The lines so far.
pub(crate) struct Page {
    width: usize,
    pub(crate) lines: Vec<Line>,
}

impl Page {
    pub(crate) const fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    pub(crate) fn line(&mut self, line: Line) {
        self.wrap(line, 4);
    }

    pub(crate) fn gap(&mut self) {
        self.lines.push(Line::new());
    }

    /// A heading with a gap above it.
    pub(crate) fn heading(&mut self, text: &str) {
        self.gap();
        self.wrap(vec![(Tone::Plain, String::new()), (Tone::Strong, text.to_owned())], 4);
    }

    /// A label, and what it says.
    pub(crate) fn field(&mut self, label: &str, text: &[(Tone, String)]) {
        self.labelled(0, label, text);
    }

    /// A label with a word that is broken only where there is no line that it fits on: below the
    /// label where there is no room beside it.
    pub(crate) fn whole(&mut self, label: &str, word: &str) {
        let word = (Tone::Strong, word.to_owned());
        let cells = word.1.width();
        if LABEL + 1 + cells <= self.width || 2 + cells > self.width {
            return self.field(label, &[word]);
        }
        self.lines.push(vec![(Tone::Dim, label.to_owned())]);
        self.lines.push(vec![(Tone::Plain, "  ".to_owned()), word]);
    }

    /// The same, further to the right.
    pub(crate) fn labelled(&mut self, indent: usize, label: &str, text: &[(Tone, String)]) {
        let label = format!("{}{label:<width$}", " ".repeat(indent), width = LABEL);
        let hang = indent + LABEL + 1;
        let mut line = vec![(Tone::Dim, format!("{label} "))];
        line.extend(text.iter().cloned());
        self.wrap(line, hang);
    }

    /// Breaks a line at spaces; what goes on is indented by `hang`. A word that is longer than a
    /// line is broken, too: nothing is hidden.
    fn wrap(&mut self, line: Line, hang: usize) {
        let hang = if hang + TEXT_MIN > self.width { 4 } else { hang };
        let room = self.width.saturating_sub(hang).max(TEXT_MIN);
        let mut current = Line::new();
        let mut used = 0;
        let alone = line.len() == 1;
        for (place, (tone, text)) in line.into_iter().enumerate() {
            // A label is never broken; what stands alone is none.
            let words: Vec<&str> = match place {
                0 if !alone => vec![text.as_str()],
                _ => text.split_inclusive(' ').flat_map(|word| parts(word, room)).collect(),
            };
            for word in words {
                let long = word.trim_end().width();
                if used + long > self.width && used > hang {
                    trim(&mut current);
                    self.lines.push(std::mem::take(&mut current));
                    current.push((Tone::Plain, " ".repeat(hang)));
                    used = hang;
                }
                used += word.width();
                match current.last_mut() {
                    Some((last, text)) if *last == tone => text.push_str(word),
                    _ => current.push((tone, word.to_owned())),
                }
            }
        }
        trim(&mut current);
        self.lines.push(current);
    }
}

/// A word in parts of at most `room` columns.
fn parts(word: &str, room: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (at, letter) in word.char_indices() {
        let columns = letter.width().unwrap_or(0);
        if used + columns > room && letter != ' ' {
            parts.push(&word[from..at]);
            (from, used) = (at, 0);
        }
        used += columns;
    }
    parts.push(&word[from..]);
    parts
}

/// Takes spaces off the end.
fn trim(line: &mut Line) {
    while let Some((_, text)) = line.last_mut() {
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            return;
        }
        line.pop();
    }
}
