//! Small checks that every part of the manifest needs: types, fields, names.

use super::{
    node::{Data, Entry, Node, field_path},
    problem::{Position, Problem, Problems, listed, similar},
};
use crate::error_code::Code;

/// Where a value stands, for a message about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) at: Position,
    pub(super) path: &'a str,
}

/// What people coming from other tools write, and what it is called here.
const FOREIGN_FIELDS: &[(&str, &str)] = &[
    ("command", "with: {run: …}"),
    ("continue_on_error", "on_failure: continue"),
    ("depends_on", "needs"),
    ("dependsOn", "needs"),
    ("environment", "env"),
    ("if", "when"),
    ("jobs", "tasks"),
    ("params", "inputs"),
    ("retry", "retries"),
    ("run", "with: {run: …}"),
    ("script", "with: {run: …}"),
    ("steps", "tasks"),
    ("timeout_ms", "timeout: 500ms"),
    ("timeout_minutes", "timeout: 5m"),
];

pub(super) fn wrong_type(node: &Node, path: &str, expected: &str) -> Problem {
    let message = format!("expected {expected}, found {}", node.kind());
    let problem = Problem::new(Code::ManifestWrongType, node.at, path, message);
    match node.data {
        Data::Null => problem.mend("give it a value or remove the field"),
        Data::Number(..) | Data::Bool(_) if expected.starts_with("text") => {
            problem.mend("put it in quotes")
        }
        Data::Text(..) if expected.starts_with("a list") => {
            problem.mend("write it in brackets: `[…]`")
        }
        _ => problem.mend(format!("write {expected}")),
    }
}

pub(super) fn mapping<'n>(
    node: &'n Node,
    path: &str,
    expected: &str,
    problems: &mut Problems,
) -> Option<&'n [Entry]> {
    match &node.data {
        Data::Map(entries) => return Some(entries),
        Data::Refused => {}
        _ => problems.add(wrong_type(node, path, expected)),
    }
    None
}

pub(super) fn list<'n>(
    node: &'n Node,
    path: &str,
    expected: &str,
    problems: &mut Problems,
) -> Option<&'n [Node]> {
    match &node.data {
        Data::List(items) => return Some(items),
        Data::Refused => {}
        _ => problems.add(wrong_type(node, path, expected)),
    }
    None
}

pub(super) fn text<'n>(node: &'n Node, path: &str, problems: &mut Problems) -> Option<&'n str> {
    match &node.data {
        Data::Text(text, _) => return Some(text),
        Data::Refused => {}
        _ => problems.add(wrong_type(node, path, "text")),
    }
    None
}

pub(super) fn unknown_fields(
    entries: &[Entry],
    known: &[&str],
    path: &str,
    problems: &mut Problems,
) {
    for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        let message = "no such field here";
        let hint = match FOREIGN_FIELDS.iter().find(|(foreign, _)| *foreign == entry.key) {
            Some((_, ours)) if fits(ours, known) => format!("write `{ours}`"),
            _ => match similar(&entry.key, known.iter().copied()) {
                Some(name) => format!("write `{name}`"),
                None => format!("the fields are {}", listed(known.iter().copied())),
            },
        };
        let path = field_path(path, &entry.key);
        let problem = Problem::new(Code::ManifestUnknownField, entry.at, path, message);
        problems.add(problem.mend(hint));
    }
}

fn fits(ours: &str, known: &[&str]) -> bool {
    let field = ours.split(':').next().unwrap_or(ours);
    known.contains(&field)
}

/// Requires `field`; `mend` says what to write.
pub(super) fn required<'n>(
    node: &'n Node,
    field: &str,
    path: &str,
    mend: &str,
    problems: &mut Problems,
) -> Option<&'n Entry> {
    let found = node.entry(field);
    if found.is_none() {
        let message = format!("the field `{field}` is missing");
        let problem = Problem::new(Code::ManifestMissingField, node.at, path, message);
        problems.add(problem.mend(mend));
    }
    found
}

/// Whether `text` has `min` to `max` characters of ASCII letters, digits and `extra`.
pub(super) fn is_word(text: &str, min: usize, max: usize, extra: &[u8]) -> bool {
    (min..=max).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || extra.contains(&b))
}

/// Whether `text` is a name that programs and templates can both use.
pub(super) fn is_identifier(text: &str, max: usize) -> bool {
    is_word(text, 1, max, b"_") && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// One of a few words.
pub(super) fn choice<T: Copy>(
    node: &Node,
    path: &str,
    words: &[(&str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let word = text(node, path, problems)?;
    let found = words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let known = || words.iter().map(|(known, _)| *known);
        let hint = match similar(word, known()) {
            Some(known) => format!("write `{known}`"),
            None => format!("the words are {}", listed(known())),
        };
        let message = format!("{} is none of the words it takes", super::problem::quoted(word));
        problems.add(Problem::new(Code::ManifestChoice, node.at, path, message).mend(hint));
    }
    found
}

/// `true` or `false`.
pub(super) fn flag(node: &Node, path: &str, problems: &mut Problems) -> Option<bool> {
    match &node.data {
        Data::Bool(flag) => return Some(*flag),
        Data::Refused => {}
        _ => problems.add(wrong_type(node, path, "`true` or `false`")),
    }
    None
}
