//! Reads JSON into nodes. `serde_json` decides what is JSON; this walks a text that it accepted
//! once more, for the positions that it doesn't keep.

use serde_json::Value;

use super::{
    limits::DEPTH_MAX,
    node::{Data, Entry, Layout, Node, field_path, insert_unique, item_path, number},
    problem::{Position, Problem, Problems},
};
use crate::error_code::Code;

/// The document, or nothing where it is too broken to be looked at further.
pub(crate) fn read(source: &str, problems: &mut Problems) -> Option<Node> {
    if let Err(error) = serde_json::from_str::<Value>(source) {
        problems.add(syntax_problem(source, &error));
        return None;
    }
    let mut walker = Walker { rest: source, at: Position::START, problems };
    walker.value("", 0)
}

fn syntax_problem(source: &str, error: &serde_json::Error) -> Problem {
    let line = error.line().max(1);
    let text = source.lines().nth(line - 1).unwrap_or_default();
    // serde_json counts bytes and stands after what it read last.
    let bytes = error.column().saturating_sub(1).min(text.len());
    let column = text.char_indices().take_while(|(start, _)| *start < bytes).count() + 1;
    let at = Position::new(line, column);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    if message.contains("recursion limit") {
        return too_deep(at, "");
    }
    let hint = "begin the file with anything but `{` to have it read as YAML, or mend the JSON";
    Problem::new(Code::ManifestSyntax, at, "", format!("not well-formed JSON: {message}"))
        .mend(hint)
}

pub(super) fn too_deep(at: Position, path: &str) -> Problem {
    let message = format!("nested deeper than {DEPTH_MAX} levels");
    Problem::new(Code::ManifestLimit, at, path, message).mend("flatten the value")
}

struct Walker<'s, 'p> {
    rest: &'s str,
    at: Position,
    problems: &'p mut Problems,
}

impl<'s> Walker<'s, '_> {
    fn value(&mut self, path: &str, depth: usize) -> Option<Node> {
        self.skip_space();
        let at = self.at;
        if depth > DEPTH_MAX {
            self.problems.add(too_deep(at, path));
            return None;
        }
        let data = match self.rest.chars().next()? {
            '{' => self.map(path, depth)?,
            '[' => self.list(path, depth)?,
            '"' => {
                let (text, verbatim) = self.string()?;
                Data::Text(text, if verbatim { Layout::Line(1) } else { Layout::Other })
            }
            _ => self.word(at, path),
        };
        Some(Node { at, data })
    }

    fn map(&mut self, path: &str, depth: usize) -> Option<Data> {
        let mut entries = Vec::new();
        self.take('{');
        while !self.take('}') {
            self.skip_space();
            let at = self.at;
            let (key, _) = self.string()?;
            self.take(':');
            let value = self.value(&field_path(path, &key), depth + 1)?;
            insert_unique(&mut entries, Entry { key, at, value }, path, self.problems);
            self.take(',');
        }
        Some(Data::Map(entries))
    }

    fn list(&mut self, path: &str, depth: usize) -> Option<Data> {
        let mut items = Vec::new();
        self.take('[');
        while !self.take(']') {
            items.push(self.value(&item_path(path, items.len()), depth + 1)?);
            self.take(',');
        }
        Some(Data::List(items))
    }

    /// A string, and whether it stands in the source as it is.
    fn string(&mut self) -> Option<(String, bool)> {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find_map(|(index, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(index + 1)
        })?;
        let token = self.advance(end);
        let text: String = serde_json::from_str(token).ok()?;
        let verbatim = text.len() + 2 == token.len();
        Some((text, verbatim))
    }

    fn word(&mut self, at: Position, path: &str) -> Data {
        let ends = |c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace();
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        match self.advance(end) {
            "null" => Data::Null,
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            token => match number(token) {
                Ok(number) => Data::Number(number, token.to_owned()),
                Err(why) => {
                    self.problems.add(number_problem(at, path, why));
                    Data::Refused
                }
            },
        }
    }

    /// Whether `wanted` came next; then it is behind us.
    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.rest.starts_with(wanted);
        if found {
            self.advance(wanted.len_utf8());
        }
        found
    }

    fn skip_space(&mut self) {
        let end = self.rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(self.rest.len());
        self.advance(end);
    }

    fn advance(&mut self, bytes: usize) -> &'s str {
        let (passed, rest) = self.rest.split_at(bytes);
        for c in passed.chars() {
            self.at = match c {
                '\n' => Position { line: self.at.line + 1, column: 1 },
                _ => Position { column: self.at.column + 1, ..self.at },
            };
        }
        self.rest = rest;
        passed
    }
}

pub(super) fn number_problem(at: Position, path: &str, why: &str) -> Problem {
    Problem::new(Code::ManifestLimit, at, path, why).mend("write it in quotes, as text")
}
