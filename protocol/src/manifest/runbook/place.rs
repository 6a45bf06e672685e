//! Places: of bytes in a file, and of what is read from a part of it.

use super::super::{
    node::{Data, Node},
    problem::{Position, Problems},
};

/// The lines of a file, for finding places in it.
pub(super) struct Lines<'s> {
    text: &'s str,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    pub(super) fn of(text: &'s str) -> Self {
        let ends = text.match_indices('\n').map(|(index, _)| index + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Where a byte stands.
    pub(super) fn at(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        Position::new(line, before.chars().count() + 1)
    }

    /// The bytes of the line that a byte stands in, without its end.
    pub(super) fn line(&self, offset: usize) -> &'s str {
        let rest = self.text.get(offset..).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}

/// Where the lines of a part begin in the whole. What is read from the part alone is put there.
#[derive(Debug)]
pub(super) struct Places(pub(super) Vec<Position>);

impl Places {
    /// The place in the whole of a place in the part.
    pub(super) fn of(&self, at: Position) -> Position {
        let index = (at.line.max(1) as usize - 1).min(self.0.len().saturating_sub(1));
        let line = self.0.get(index).copied().unwrap_or(Position::START);
        Position { line: line.line, column: line.column + at.column.saturating_sub(1) }
    }

    /// Puts a value where it stands in the whole. Recursion is bounded by the reader's depth.
    pub(super) fn put(&self, node: &mut Node) {
        node.at = self.of(node.at);
        match &mut node.data {
            Data::List(items) => items.iter_mut().for_each(|item| self.put(item)),
            Data::Map(entries) => {
                for entry in entries {
                    entry.at = self.of(entry.at);
                    self.put(&mut entry.value);
                }
            }
            _ => {}
        }
    }

    /// Hands on what was found in the part, whose own path is `path`.
    pub(super) fn hand_on(&self, found: Problems, path: &str, problems: &mut Problems) {
        for mut problem in found.into_found() {
            let at = self.of(Position { line: problem.line, column: problem.column });
            (problem.line, problem.column) = (at.line, at.column);
            let joint =
                if path.is_empty() || problem.path.is_empty() || problem.path.starts_with('[') {
                    ""
                } else {
                    "."
                };
            problem.path = format!("{path}{joint}{}", problem.path);
            problems.add(problem);
        }
    }
}
