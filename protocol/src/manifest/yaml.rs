//! Reads YAML 1.2 into nodes, by the core schema and without what makes YAML dangerous: no
//! anchors and aliases (so no document that grows when it is read), no tags, no merge keys, one
//! document a file.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::{
    json::{number_problem, too_deep},
    limits::DEPTH_MAX,
    node::{Data, Entry, Layout, Node, field_path, insert_unique, item_path, number},
    problem::{Position, Problem, Problems},
};
use crate::error_code::Code;

/// The document, or nothing where it is too broken to be looked at further.
pub(crate) fn read(source: &str, problems: &mut Problems) -> Option<Node> {
    let lines: Vec<&str> = source.lines().collect();
    let mut reader =
        Reader { parser: Parser::new_from_str(source), lines, problems, root: None, documents: 0 };
    match reader.document() {
        Ok(()) => reader.root,
        Err(Stop::Syntax(error)) => {
            let at = reader.clamp(*error.marker());
            problems.add(syntax_problem(at, error.info(), source));
            None
        }
        Err(Stop::Reported) => None,
    }
}

fn syntax_problem(at: Position, info: &str, source: &str) -> Problem {
    let line = source.lines().nth(at.line as usize - 1).unwrap_or_default();
    let before: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    let hint = if before.contains('\t') {
        "indent with spaces: YAML takes no tabs there"
    } else if line.contains(": {{") {
        "put quotes around a value that begins with `{{`"
    } else {
        "check the indentation, the colons and the quotes of this line and the one before"
    };
    Problem::new(Code::ManifestSyntax, at, "", format!("not well-formed YAML: {info}")).mend(hint)
}

enum Stop {
    Syntax(ScanError),
    Reported,
}

impl From<ScanError> for Stop {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

struct Reader<'s, 'p> {
    parser: Parser<'s, StrInput<'s>>,
    lines: Vec<&'s str>,
    problems: &'p mut Problems,
    root: Option<Node>,
    documents: usize,
}

impl<'s> Reader<'s, '_> {
    fn document(&mut self) -> Result<(), Stop> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::DocumentStart(_) => {
                    self.documents += 1;
                    if self.documents > 1 {
                        self.problems.add(second_document(self.clamp(span.start)));
                        return Ok(());
                    }
                }
                Event::StreamEnd => return Ok(()),
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                event => self.root = Some(self.node(event, span, "", 0)?),
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(Event<'s>, Span)>, ScanError> {
        self.parser.next_event().transpose()
    }

    /// The next event; a stream that ends inside a value was reported as a syntax error before.
    fn inside(&mut self) -> Result<(Event<'s>, Span), Stop> {
        self.next()?.ok_or(Stop::Reported)
    }

    /// The value that `event` begins. Recursion is bounded by `DEPTH_MAX`.
    fn node(
        &mut self,
        event: Event<'s>,
        span: Span,
        path: &str,
        depth: usize,
    ) -> Result<Node, Stop> {
        let at = self.clamp(span.start);
        if depth > DEPTH_MAX {
            self.problems.add(too_deep(at, path));
            return Err(Stop::Reported);
        }
        let data = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_decoration(anchor, tag.is_some(), at, path);
                self.scalar(&text, style, span, path)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_decoration(anchor, tag.is_some(), at, path);
                self.list(path, depth)?
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_decoration(anchor, tag.is_some(), at, path);
                self.map(path, depth)?
            }
            _ => {
                self.problems.add(decoration(at, path, "an alias (`*name`)"));
                Data::Refused
            }
        };
        Ok(Node { at, data })
    }

    fn list(&mut self, path: &str, depth: usize) -> Result<Data, Stop> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.inside()?;
            if event == Event::SequenceEnd {
                return Ok(Data::List(items));
            }
            let item = self.node(event, span, &item_path(path, items.len()), depth + 1)?;
            items.push(item);
        }
    }

    fn map(&mut self, path: &str, depth: usize) -> Result<Data, Stop> {
        let mut entries = Vec::new();
        let mut odd = false;
        loop {
            let (event, span) = self.inside()?;
            let at = self.clamp(span.start);
            let key = match event {
                Event::MappingEnd if odd => return Ok(Data::Refused),
                Event::MappingEnd => return Ok(Data::Map(entries)),
                Event::Scalar(text, _, anchor, tag) => {
                    self.refuse_decoration(anchor, tag.is_some(), at, path);
                    Some(text.into_owned())
                }
                event => {
                    // `{{ … }}` without quotes is a mapping with a mapping for its key.
                    self.problems.add(odd_key(at, path));
                    self.node(event, span, path, depth + 1)?;
                    odd = true;
                    None
                }
            };
            let (event, span) = self.inside()?;
            let key_path = field_path(path, key.as_deref().unwrap_or("?"));
            let mut value = self.node(event, span, &key_path, depth + 1)?;
            if matches!(value.data, Data::Null) {
                // What is not there has no place of its own.
                value.at = at;
            }
            match key {
                Some(key) if key == "<<" => {
                    self.problems.add(decoration(at, path, "a merge key (`<<`)"));
                }
                Some(key) => {
                    insert_unique(&mut entries, Entry { key, at, value }, path, self.problems);
                }
                None => {}
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span, path: &str) -> Data {
        if style == ScalarStyle::Plain {
            return self.plain(text, span, path);
        }
        let layout = match style {
            ScalarStyle::Literal => Layout::Block,
            ScalarStyle::Folded => Layout::Other,
            _ => self.on_one_line(text, span, 1),
        };
        Data::Text(text.to_owned(), layout)
    }

    /// A scalar without quotes, resolved by YAML's core schema.
    fn plain(&mut self, text: &str, span: Span, path: &str) -> Data {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
            "true" | "True" | "TRUE" => return Data::Bool(true),
            "false" | "False" | "FALSE" => return Data::Bool(false),
            _ => {}
        }
        match core_number(text) {
            None => Data::Text(text.to_owned(), self.on_one_line(text, span, 0)),
            Some(decimal) => match number(&decimal) {
                Ok(number) => Data::Number(number, text.to_owned()),
                Err(why) => {
                    let at = self.clamp(span.start);
                    self.problems.add(number_problem(at, path, why));
                    Data::Refused
                }
            },
        }
    }

    fn on_one_line(&self, text: &str, span: Span, quote: u32) -> Layout {
        let start = self.clamp(span.start);
        let line = self.lines.get(start.line as usize - 1).copied().unwrap_or_default();
        let skip = (start.column - 1 + quote) as usize;
        let from = line.char_indices().nth(skip).map_or(line.len(), |(index, _)| index);
        if line[from..].starts_with(text) { Layout::Line(quote) } else { Layout::Other }
    }

    fn refuse_decoration(&mut self, anchor: usize, tagged: bool, at: Position, path: &str) {
        if anchor != 0 {
            self.problems.add(decoration(at, path, "an anchor (`&name`)"));
        }
        if tagged {
            self.problems.add(decoration(at, path, "a tag (`!name`)"));
        }
    }

    /// The marker as a position that exists: the end of the text counts as its last line's end.
    fn clamp(&self, marker: Marker) -> Position {
        let line = marker.line().clamp(1, self.lines.len().max(1));
        let chars = self.lines.get(line - 1).map_or(0, |text| text.chars().count());
        let column = if marker.line() > line { chars } else { marker.col().min(chars) };
        Position::new(line, column + 1)
    }
}

fn second_document(at: Position) -> Problem {
    let message = "a second document begins here, and a file holds one workflow";
    Problem::new(Code::ManifestDocuments, at, "", message).mend("give every workflow its own file")
}

fn odd_key(at: Position, path: &str) -> Problem {
    let message = "a key must be text, not a list, a mapping or an alias";
    Problem::new(Code::ManifestSyntax, at, path, message)
        .mend("put quotes around a value that begins with `{{`, and around a key like this one")
}

fn decoration(at: Position, path: &str, what: &str) -> Problem {
    let message = format!("{what} is not allowed in a manifest");
    Problem::new(Code::ManifestAlias, at, path, message)
        .mend("write the value out, or put quotes around it where text was meant")
}

/// A number of the core schema in decimal notation, or nothing where the text is text.
fn core_number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(tail) = text.strip_prefix(prefix) {
            // `from_str_radix` would take a sign here.
            let plain = !tail.is_empty() && tail.chars().all(|c| c.is_digit(radix));
            let value = plain.then(|| u128::from_str_radix(tail, radix).unwrap_or(u128::MAX));
            return value.map(|value| value.to_string());
        }
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some("nan".to_owned());
    }
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['-', '+']).unwrap_or(part);
        !part.is_empty() && all_digits(part)
    });
    let is_number = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_fits;
    is_number.then(|| format!("{sign}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(core_number(text).as_deref(), expected, "{text}");
        };
        check("12", Some("12"));
        check("+7", Some("7"));
        check("-0.5", Some("-0.5"));
        check("1e3", Some("1e3"));
        check(".5", Some(".5"));
        check("5.", Some("5."));
        check("0x1F", Some("31"));
        check("0o17", Some("15"));
        check("-.inf", Some("nan"));
        for text in ["1.0.0", "1_000", "e3", ".", "0x", "0x+1", "1e", "5m", "-", "+", "0xg"] {
            check(text, None);
        }
    }
}
