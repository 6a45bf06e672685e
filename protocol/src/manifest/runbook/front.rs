//! The front matter: YAML between two lines `---`, at the very beginning.

use super::{
    super::{
        node::{Data, Node},
        problem::{Position, Problem, Problems},
        yaml,
    },
    place::Places,
};
use crate::error_code::Code;

/// What begins and ends it.
const FENCE: &str = "---";

/// The front matter, and the byte that follows it.
pub(super) struct Front {
    pub(super) node: Node,
    pub(super) end: usize,
}

/// Reads it; nothing where it is not there, or is not to be read.
pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Front> {
    let Some((start, end, after)) = bounds(text) else {
        problems.add(missing(text));
        return None;
    };
    let yaml = text.get(start..end).unwrap_or_default();
    let count = yaml.lines().count().max(1);
    let places = Places((0..count).map(|line| Position::new(line + 2, 1)).collect());
    let mut found = Problems::default();
    let node = yaml::read(yaml, &mut found);
    let readable = found.is_empty() || node.is_some();
    places.hand_on(found, "", problems);
    if !readable {
        return None;
    }
    let mut node = node.unwrap_or(Node { at: Position::START, data: Data::Null });
    if matches!(node.data, Data::Null) {
        // Nothing is said: what is missing is told field by field.
        node.data = Data::Map(Vec::new());
    }
    places.put(&mut node);
    Some(Front { node, end: after })
}

/// Where its YAML starts and ends, and where the Markdown begins.
pub(super) fn bounds(text: &str) -> Option<(usize, usize, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == FENCE)?;
    let start = first.len();
    let mut at = start;
    for line in lines {
        if line.trim_end() == FENCE {
            return Some((start, at, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn missing(text: &str) -> Problem {
    let opened = text.lines().next().is_some_and(|line| line.trim_end() == FENCE);
    let (message, hint) = if opened {
        ("the front matter is never closed", "write a line `---` behind it")
    } else {
        (
            "a runbook begins with its front matter",
            "begin the file with a line `---`, then `name:` and `version:`, then a line `---`",
        )
    };
    Problem::new(Code::RunbookFrontMatter, Position::START, "", message).mend(hint)
}
