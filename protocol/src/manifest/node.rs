//! A document as a tree of values that know where they stand. YAML and JSON both become this.

use serde_json::{Map, Number, Value};

use super::{
    limits::{INTEGER_MAX, MAP_ENTRIES_MAX},
    problem::{Position, Problem, Problems},
};
use crate::error_code::Code;

/// A value and where it starts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) data: Data,
}

#[derive(Debug)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Number(Number, String),
    Text(String, Layout),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Something that was refused while reading; checks pass over it, so that one mistake is
    /// reported once.
    Refused,
}

/// A key and its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: Position,
    pub(crate) value: Node,
}

/// How a text stands in the source, which is what a position inside it is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// On one line, as it is, beginning so many characters after the node's start.
    Line(u32),
    /// A literal block (`|`): line for line as it is, from the node's start.
    Block,
    /// Folded or with escapes: only the start is known.
    Other,
}

impl Node {
    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a boolean",
            Data::Number(..) => "a number",
            Data::Text(..) => "text",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
            Data::Refused => "something refused",
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text, _) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.data, Data::Refused)
    }

    /// Whether it is a text that the template engine will fill in.
    pub(crate) fn is_template(&self) -> bool {
        self.text().is_some_and(|text| text.contains("{{") || text.contains("{%"))
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The node at a JSON pointer's segments, or the deepest one on the way there.
    pub(crate) fn descend<'n, 'p>(&'n self, segments: impl Iterator<Item = &'p str>) -> &'n Self {
        let mut node = self;
        for segment in segments {
            let next = match &node.data {
                Data::List(items) => segment.parse().ok().and_then(|i: usize| items.get(i)),
                _ => node.entry(segment).map(|entry| &entry.value),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// The value without its positions.
    pub(crate) fn to_value(&self) -> Value {
        match &self.data {
            Data::Null | Data::Refused => Value::Null,
            Data::Bool(flag) => Value::Bool(*flag),
            Data::Number(number, _) => Value::Number(number.clone()),
            Data::Text(text, _) => Value::String(text.clone()),
            Data::List(items) => items.iter().map(Self::to_value).collect(),
            Data::Map(entries) => Value::Object(to_map(entries)),
        }
    }

    /// Every text in it, with its path.
    pub(crate) fn each_text<'n>(&'n self, path: &str, visit: &mut dyn FnMut(&'n Self, &str)) {
        match &self.data {
            Data::Text(..) => visit(self, path),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.each_text(&item_path(path, index), visit);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    entry.value.each_text(&field_path(path, &entry.key), visit);
                }
            }
            _ => {}
        }
    }
}

pub(crate) fn to_map(entries: &[Entry]) -> Map<String, Value> {
    entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value())).collect()
}

/// `path.field`, or `path["odd field"]`.
pub(crate) fn field_path(path: &str, field: &str) -> String {
    let plain = !field.is_empty()
        && field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
    match (path.is_empty(), plain) {
        (true, true) => field.to_owned(),
        (false, true) => format!("{path}.{field}"),
        (_, false) => format!("{path}[{}]", Value::from(field)),
    }
}

/// `path[index]`.
pub(crate) fn item_path(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

/// Puts `entry` into a mapping; a key that is there already is a problem and stays as it was.
pub(crate) fn insert_unique(
    entries: &mut Vec<Entry>,
    entry: Entry,
    path: &str,
    problems: &mut Problems,
) {
    if entries.len() >= MAP_ENTRIES_MAX {
        let message = format!("a mapping with more than {MAP_ENTRIES_MAX} keys");
        let problem = Problem::new(Code::ManifestLimit, entry.at, path, message);
        return problems.add(problem.mend("split it"));
    }
    match entries.iter().find(|known| known.key == entry.key) {
        None => entries.push(entry),
        Some(first) => problems.add(
            Problem::new(
                Code::ManifestDuplicateKey,
                entry.at,
                field_path(path, &entry.key),
                format!("the key is given twice, first in line {}", first.at.line),
            )
            .mend("remove one of the two"),
        ),
    }
}

/// A number as JSON has it, or why it can't be one.
pub(crate) fn number(text: &str) -> Result<Number, &'static str> {
    const TOO_LARGE: &str = "a whole number beyond 2^53 - 1 would lose digits";
    if let Ok(integer) = text.parse::<i128>() {
        let exact = i64::try_from(integer).ok().filter(|i| i.unsigned_abs() <= INTEGER_MAX);
        return exact.map(Number::from).ok_or(TOO_LARGE);
    }
    if text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()) {
        return Err(TOO_LARGE);
    }
    let float = text.parse::<f64>().ok().and_then(Number::from_f64);
    float.ok_or("not a number that JSON can hold")
}
