//! The words of a node filter, with their places.

use super::super::{
    host::check_label,
    limits::{FILTER_BYTES_MAX, LABEL_VALUE_CHARS_MAX},
};
use crate::{
    error_code::Code,
    manifest::problem::{Position, Problem, quoted},
};

/// A word and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: Position,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    All,
    Term { key: String, values: Vec<String> },
}

impl Kind {
    /// As it is written, for a message.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Open => "`(`".into(),
            Self::Close => "`)`".into(),
            Self::And => "`and`".into(),
            Self::Or => "`or`".into(),
            Self::Not => "`not`".into(),
            Self::All => "`all`".into(),
            Self::Term { key, values } => quoted(&format!("{key}:{}", values.join(","))),
        }
    }
}

/// All words of the filter.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Problem> {
    if source.len() > FILTER_BYTES_MAX {
        let message =
            format!("the node filter has {} bytes, {FILTER_BYTES_MAX} are taken", source.len());
        return Err(problem(
            Position::START,
            message,
            "give the hosts a group, and name the group",
        ));
    }
    let mut lexer = Lexer { rest: source, at: Position::START };
    let mut found = Vec::new();
    while let Some(token) = lexer.next()? {
        found.push(token);
    }
    Ok(found)
}

/// Something wrong with a filter.
pub(super) fn problem(
    at: Position,
    message: impl Into<String>,
    mend: impl Into<String>,
) -> Problem {
    Problem::new(Code::HostFilter, at, "", message).mend(mend)
}

struct Lexer<'s> {
    rest: &'s str,
    at: Position,
}

impl<'s> Lexer<'s> {
    fn next(&mut self) -> Result<Option<Token>, Problem> {
        self.take_while(char::is_whitespace);
        let at = self.at;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let kind = match first {
            '(' => self.single(Kind::Open),
            ')' => self.single(Kind::Close),
            c if is_key(c) => self.word(at)?,
            other => return Err(odd(at, other, self.rest)),
        };
        Ok(Some(Token { at, kind }))
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.bump();
        kind
    }

    /// A word of the language, or `label:value`.
    fn word(&mut self, at: Position) -> Result<Kind, Problem> {
        let word = self.take_while(is_key);
        if self.rest.starts_with(':') {
            self.bump();
            return self.term(at, word);
        }
        match word {
            "and" => return Ok(Kind::And),
            "or" => return Ok(Kind::Or),
            "not" => return Ok(Kind::Not),
            "all" => return Ok(Kind::All),
            _ => {}
        }
        if let Some(value) = self.rest.strip_prefix("!=").or(self.rest.strip_prefix('=')) {
            let not = if self.rest.starts_with('!') { "not " } else { "" };
            let value: String =
                value.trim_start_matches('=').chars().take_while(|c| is_bare(*c)).collect();
            let mend = format!("write `{not}{word}:{value}`");
            return Err(problem(self.at, "a label and its value are joined by a colon", mend));
        }
        let lower = word.to_ascii_lowercase();
        if ["and", "or", "not", "all"].contains(&lower.as_str()) {
            let message = format!("{} is no word of the filter", quoted(word));
            return Err(problem(at, message, format!("write `{lower}`")));
        }
        let rest: String = self.rest.chars().take_while(|c| is_bare(*c)).collect();
        let message = format!("{} says no label", quoted(&format!("{word}{rest}")));
        Err(problem(at, message, format!("write `host:{word}{rest}` or `group:{word}{rest}`")))
    }

    /// What comes after the colon: values with commas between.
    fn term(&mut self, at: Position, key: &str) -> Result<Kind, Problem> {
        let named = check_label("label", key);
        named.map_err(|message| {
            problem(at, message, "name a label, `host`, `group` or `address`")
        })?;
        let mut values = vec![self.value(key)?];
        while self.rest.starts_with(',') {
            self.bump();
            values.push(self.value(key)?);
        }
        match self.rest.chars().next() {
            Some(c) if !c.is_whitespace() && c != ')' && c != '(' => {
                Err(odd(self.at, c, self.rest))
            }
            _ => Ok(Kind::Term { key: key.to_owned(), values }),
        }
    }

    fn value(&mut self, key: &str) -> Result<String, Problem> {
        let at = self.at;
        let value = match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.bump();
                let text = self.take_while(|c| c != quote && !c.is_control());
                if !self.rest.starts_with(quote) {
                    let mend = format!("end it with {quote}, on the same line");
                    return Err(problem(at, "a quote that begins here does not end", mend));
                }
                self.bump();
                text
            }
            _ => self.take_while(is_bare),
        };
        if value.is_empty() {
            let mend = format!("write `{key}:VALUE`, or `{key}:*` for any");
            return Err(problem(at, format!("a value of `{key}` is missing"), mend));
        }
        if value.chars().count() > LABEL_VALUE_CHARS_MAX {
            let message = format!("a value of more than {LABEL_VALUE_CHARS_MAX} characters");
            return Err(problem(at, message, "no label is that long: shorten it, or use `*`"));
        }
        Ok(value.to_owned())
    }

    fn take_while(&mut self, takes: impl Fn(char) -> bool) -> &'s str {
        let end = self.rest.find(|c| !takes(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        taken.chars().for_each(|c| self.pass(c));
        self.rest = rest;
        taken
    }

    fn bump(&mut self) {
        let mut chars = self.rest.chars();
        if let Some(c) = chars.next() {
            self.pass(c);
        }
        self.rest = chars.as_str();
    }

    fn pass(&mut self, c: char) {
        if c == '\n' {
            self.at = Position { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
    }
}

/// What a label's name or a word of the language is made of.
fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

/// What a value without quotes is made of.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !matches!(c, '(' | ')' | ',' | '"' | '\'')
}

/// A character that nothing begins with.
fn odd(at: Position, c: char, rest: &str) -> Problem {
    let message = format!("{} does not belong here", quoted(&c.to_string()));
    let mend = match c {
        '!' => "write `not`",
        '&' => "write `and`",
        '|' => "write `or`",
        ',' => "write `or` between conditions; commas stand between values, as in `role:web,db`",
        '"' | '\'' => "put quotes around the value alone, as in `rack:\"r 12\"`",
        '*' if rest.len() == 1 => "write `all`, or `host:*`",
        _ => "write conditions such as `role:web`, with `and`, `or`, `not` and parentheses",
    };
    problem(at, message, mend)
}
