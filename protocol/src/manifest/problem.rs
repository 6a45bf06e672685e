//! What is wrong with a manifest or with a run's inputs: the place, the trouble and its mend.

use std::fmt;

use super::limits::{PROBLEMS_COLLECTED_MAX, PROBLEMS_MAX};
use crate::error_code::Code;

/// A place in a source text, both counted from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Position {
    /// Where a text starts; also where a problem of the text as a whole stands.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// From counters that a text of bounded size can't overflow.
    pub(crate) fn new(line: usize, column: usize) -> Self {
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { line: narrow(line), column: narrow(column) }
    }
}

/// One thing that is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code; its page tells more.
    pub code: Code,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// Counted from 1; 0 where there is no source text (a run's inputs).
    pub line: u32,
    /// Counted from 1 in characters; 0 where there is no source text.
    pub column: u32,
    /// Path inside the document, such as `tasks[2].needs[0]`; empty for the whole of it.
    pub path: String,
    /// What to do about it, an imperative fragment; empty where nothing useful can be said.
    pub hint: String,
}

impl Problem {
    pub(crate) fn new(
        code: Code,
        at: Position,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            line: at.line,
            column: at.column,
            path: path.into(),
            hint: String::new(),
        }
    }

    /// A problem of a value that stands in no source text.
    pub(crate) fn unplaced(code: Code, path: impl Into<String>, message: String) -> Self {
        Self::new(code, Position { line: 0, column: 0 }, path, message)
    }

    pub(crate) fn mend(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            let comma = if self.line > 0 { ", " } else { "" };
            write!(f, "{comma}{}", self.path)?;
        }
        if self.line > 0 || !self.path.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, "; mend: {}", self.hint)?;
        }
        Ok(())
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.found.len() < PROBLEMS_COLLECTED_MAX {
            self.found.push(problem);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, as they were found.
    pub(super) fn into_found(self) -> Vec<Problem> {
        self.found
    }

    /// The first of them by position, in that order.
    pub(crate) fn into_sorted(mut self) -> Vec<Problem> {
        // Stable: at one place the order of the checks stays.
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        self.found.dedup();
        self.found.truncate(PROBLEMS_MAX);
        self.found
    }
}

/// The known name that `given` was most likely meant to be.
pub(crate) fn similar<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const SIMILARITY_MIN: f64 = 0.75;
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&given, &name.to_lowercase()), name))
        .fold(None, |best: Option<(f64, &str)>, (score, name)| match best {
            Some((top, _)) if top >= score => best,
            _ => Some((score, name)),
        })
        .filter(|(score, name)| *score >= SIMILARITY_MIN || (name.len() <= 5 && *score >= 0.6))
        .map(|(_, name)| name)
}

/// Names for a message: `a, b and c`, cut after a dozen.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN_MAX: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let (shown, rest) = names.split_at(names.len().min(SHOWN_MAX));
    match (shown, rest.len()) {
        ([], _) => "none".to_owned(),
        ([only], 0) => only.clone(),
        ([head @ .., last], 0) => format!("{} and {last}", head.join(", ")),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A text for a message, cut where it is long and without line breaks.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{}`", shown.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
