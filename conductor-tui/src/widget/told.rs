//! What somebody who sees no rows is told of the chosen one: a sentence, and where in the list it is.

use super::{count, plain};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// Which row it is. While it is the same, nothing has to be said of it again.
    pub(crate) of: String,
    /// Said one after another, with commas between.
    parts: Vec<String>,
    /// `3 of 1,204`, or more.
    pub(crate) place: String,
}

impl Told {
    /// A row, by its place from 0 among so many.
    pub(crate) fn row<T: Into<String>>(
        of: &str,
        parts: impl IntoIterator<Item = T>,
        (at, rows): (usize, usize),
    ) -> Self {
        let place = format!("{} of {}", count(at as u64 + 1), count(rows as u64));
        Self { of: of.to_owned(), parts: parts.into_iter().map(Into::into).collect(), place }
    }

    /// The same with a place that is told in other words.
    pub(crate) fn at(mut self, place: String) -> Self {
        self.place = place;
        self
    }

    /// What is said; empty parts are left out.
    pub(crate) fn sentence(&self) -> String {
        let parts = self.parts.iter().chain([&self.place]).map(|part| plain(part));
        let said: Vec<String> = parts
            .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|part| !part.is_empty())
            .collect();
        said.join(", ")
    }
}

/// What is told of something that lies over the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Aloud {
    /// Once, when it opens.
    pub(crate) head: Vec<String>,
    /// When it opens, and each line that is another than before.
    pub(crate) now: Vec<String>,
    /// The line that is typed into, with its name before it.
    pub(crate) input: Option<String>,
    /// What is wrong with it: told when somebody tries to go on, and not at each letter.
    pub(crate) problem: Option<String>,
}

/// `1 task`, `3 tasks`; empty for none.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => String::new(),
        1 => format!("1 {one}"),
        number => format!("{} {many}", count(number)),
    }
}

/// `1 more line`, `3 more lines`; empty for none.
pub(crate) fn more_lines(more: usize) -> String {
    counted(more as u64, "more line", "more lines")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_sentence_without_what_is_empty() {
        let told = Told::row("run_1", ["run restart", "", " failed  \u{1b}[31m"], (2, 1_204));
        assert_eq!(told.sentence(), "run restart, failed, 3 of 1,204");
        assert_eq!(told.at(String::new()).sentence(), "run restart, failed");
        assert_eq!(counted(0, "task", "tasks"), "");
        assert_eq!(counted(1, "task", "tasks"), "1 task");
        assert_eq!(counted(1_200, "task", "tasks"), "1,200 tasks");
    }
}
