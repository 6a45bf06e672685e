//! The file `$CONDUCTOR_OUTPUT`, in which a program leaves values for later tasks.
//!
//! ```text
//! name=value               a string, as it stands after the first `=`
//! name<<END                a string of the lines up to one that is exactly `END`
//! …
//! END
//! name:json=[1, 2]         any JSON value
//! name:json<<END           the same, over lines
//! ```
//!
//! The last line of a name counts. Empty lines between are nothing. Anything else is an error.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use conductor_engine::limits::OUTPUTS_BYTES_MAX;
use rustix::fs::{Mode, OFlags};
use serde_json::{Map, Value};

use crate::{limits::NAME_CHARS_MAX, redact::Redactor};

/// Characters of a wrong line that its error quotes.
const QUOTED_CHARS_MAX: usize = 60;

/// Bytes of the file: the names and the marks of the format come on top of the values' own bound.
pub(crate) const BYTES_MAX: usize = 2 * OUTPUTS_BYTES_MAX;

/// Reads the values that the program left, if any.
///
/// # Errors
/// A sentence that says what is wrong with the file, with the number of the wrong line. What it
/// quotes of the line is without secrets.
pub(super) fn read(path: &Path, redactor: Option<&Redactor>) -> Result<Map<String, Value>, String> {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => return Err(format!("can't read its file of outputs: {error}")),
    };
    let mut bytes = Vec::new();
    file.take(BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("can't read its file of outputs: {error}"))?;
    of_bytes(&bytes, redactor)
}

/// Reads the values in what the file holds.
///
/// # Errors
/// As [`read`].
pub(crate) fn of_bytes(
    bytes: &[u8],
    redactor: Option<&Redactor>,
) -> Result<Map<String, Value>, String> {
    if bytes.len() > BYTES_MAX {
        return Err(format!(
            "its file of outputs is larger than {BYTES_MAX} bytes; keep large data as an artifact"
        ));
    }
    parse(bytes).map_err(|problem| match redactor {
        None => problem,
        // A quote is cut, so a secret must be gone before.
        Some(redactor) => match parse(&redactor.bytes(bytes.to_vec(), false).0) {
            Ok(_) => "its file of outputs is wrong in a line that holds a secret".to_owned(),
            Err(problem) => problem,
        },
    })
}

/// Opens it only when it is a plain file: the program may have put anything there, such as a link
/// to an endless device or a pipe that nobody writes to.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a plain file"))
    }
}

fn parse(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let mut outputs = Map::new();
    let mut lines = Lines { bytes, number: 0 };
    while let Some(line) = lines.next()? {
        if line.is_empty() {
            continue;
        }
        let (number, entry) = (lines.number, Entry::of(line));
        let Some(entry) = entry else {
            let quoted: String = line.chars().take(QUOTED_CHARS_MAX).collect();
            return Err(format!(
                "line {number} of its outputs, {quoted:?}, is neither `name=value` nor `name<<END`"
            ));
        };
        let text = match entry.form {
            Form::Inline(text) => text.to_owned(),
            Form::Block(end) => block(&mut lines, end, number)?,
        };
        let value = if entry.json {
            serde_json::from_str(&text).map_err(|error| {
                format!("the output `{}` in line {number} is not JSON: {error}", entry.name)
            })?
        } else {
            Value::String(text)
        };
        outputs.insert(entry.name.to_owned(), value);
    }
    Ok(outputs)
}

fn block(lines: &mut Lines<'_>, end: &str, number: usize) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match lines.next()? {
            Some(line) if line == end => {
                // The last line's end belongs to the mark.
                text.pop();
                return Ok(text);
            }
            Some(line) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {
                return Err(format!(
                    "the block that begins in line {number} of its outputs has no end: no line is \
                     exactly {end:?}"
                ));
            }
        }
    }
}

struct Entry<'a> {
    name: &'a str,
    json: bool,
    form: Form<'a>,
}

enum Form<'a> {
    Inline(&'a str),
    Block(&'a str),
}

impl<'a> Entry<'a> {
    /// Whichever of `=` and `<<` comes first decides the form.
    fn of(line: &'a str) -> Option<Self> {
        let at = line.find(['=', '<'])?;
        let (head, rest) = line.split_at(at);
        let form = match rest.strip_prefix("<<") {
            Some(end) if !end.trim().is_empty() => Form::Block(end.trim()),
            Some(_) => return None,
            None => Form::Inline(rest.strip_prefix('=')?),
        };
        let (name, json) = match head.strip_suffix(":json") {
            Some(name) => (name, true),
            None => (head, false),
        };
        is_name(name).then_some(Self { name, json, form })
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_CHARS_MAX
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

struct Lines<'a> {
    bytes: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<Option<&'a str>, String> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let len = self.bytes.iter().position(|b| *b == b'\n').unwrap_or(self.bytes.len());
        let (line, rest) = self.bytes.split_at(len);
        self.bytes = rest.get(1..).unwrap_or_default();
        self.number += 1;
        std::str::from_utf8(line)
            .map(Some)
            .map_err(|_| format!("line {} of its outputs is not UTF-8", self.number))
    }
}

#[cfg(test)]
mod tests {

    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Value, &str>) {
        match (parse(text.as_bytes()).map(Value::Object), expected) {
            (Ok(outputs), Ok(expected)) => assert_eq!(outputs, expected, "{text:?}"),
            (Err(error), Err(part)) => assert!(error.contains(part), "{error:?}"),
            (got, expected) => panic!("{text:?} gave {got:?}, not {expected:?}"),
        }
    }

    #[test]
    fn forms_that_are_read() {
        check("", Ok(json!({})));
        check("\n\n", Ok(json!({})));
        check("a=1\n", Ok(json!({"a": "1"})));
        check("a=1", Ok(json!({"a": "1"})));
        check("a=", Ok(json!({"a": ""})));
        check("a= x = y <<z ", Ok(json!({"a": " x = y <<z "})));
        check("a=1\na=2\n", Ok(json!({"a": "2"})));
        check("a<<E\nE\n", Ok(json!({"a": ""})));
        check("a<<E\none\nE\n", Ok(json!({"a": "one"})));
        check("a<<E\none\n\n\nE\nb=2", Ok(json!({"a": "one\n\n", "b": "2"})));
        check("a<<E\n\nE", Ok(json!({"a": ""})));
        check("a << E", Err("line 1"));
        check("a:json=[1, {\"b\": null}]", Ok(json!({"a": [1, {"b": null}]})));
        check("a:json<<E\n[1,\n2]\nE", Ok(json!({"a": [1, 2]})));
        check("grüße=1", Err("line 1"));
        check("größe-in-name", Err("neither"));
    }

    #[test]
    fn errors_name_the_line() {
        check("a=1\nwhat\n", Err("line 2 of its outputs, \"what\", is neither"));
        check("=1", Err("line 1"));
        check("1a=1", Err("line 1"));
        check("a b=1", Err("line 1"));
        check("x=1\na<<E\nnever", Err("begins in line 2"));
        check("a<<\nx", Err("line 1"));
        check("a:json={", Err("the output `a` in line 1 is not JSON"));
        assert!(
            parse(b"a=1\nb=\xff\n").unwrap_err().contains("line 2 of its outputs is not UTF-8")
        );
        check(&format!("{}=1", "n".repeat(65)), Err("line 1"));
    }
}
