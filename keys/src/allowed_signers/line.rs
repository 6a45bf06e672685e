//! One line: principals, options, and a key.

use jiff::tz::TimeZone;

use super::{date, pattern::Patterns};
use crate::ssh_key::{KeyError, PublicKey};

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
    /// It does not begin with principals, or has an empty one.
    #[error("name the principals first, with commas between them and none of them empty")]
    Principals,
    /// A quotation mark that stands alone.
    #[error("close the quotation mark")]
    Quotes,
    /// An option that is not known, or without its value.
    #[error(
        "use the option {0:?}: take cert-authority, namespaces=\"…\", valid-after=\"…\" or valid-before=\"…\""
    )]
    Option(String),
    /// An option that is there twice.
    #[error("give the option {0:?} once")]
    Repeated(&'static str),
    /// Not a time.
    #[error("read the time {0:?}: take YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, and Z for UTC")]
    Time(String),
    /// A time between two that nothing lies between.
    #[error("set valid-before to a time after valid-after")]
    Window,
    /// Not a key that we take.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A key, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) principals: Patterns,
    pub(super) is_authority: bool,
    pub(super) namespaces: Option<Patterns>,
    /// First and last second, since 1970.
    pub(super) valid_after: Option<u64>,
    pub(super) valid_before: Option<u64>,
    pub(super) key: PublicKey,
    pub(super) comment: String,
}

impl Entry {
    /// Reads a line; nothing when it is empty or a comment.
    pub(super) fn parse(line: &str, zone: &TimeZone) -> Result<Option<Self>, LineProblem> {
        let line = line.trim_matches(BLANK);
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let (word, rest) = split_word(line)?;
        let principals = Patterns::parse(&unquoted(word)).ok_or(LineProblem::Principals)?;
        let (word, after) = split_word(rest)?;
        let (options, key) = if is_options(word) { (word, after) } else { ("", rest) };
        let mut entry = Self {
            principals,
            is_authority: false,
            namespaces: None,
            valid_after: None,
            valid_before: None,
            key: PublicKey::from_openssh(key)?,
            comment: key.split_ascii_whitespace().skip(2).collect::<Vec<_>>().join(" "),
        };
        for option in split_options(options) {
            entry.set(option, zone)?;
        }
        match (entry.valid_after, entry.valid_before) {
            (Some(after), Some(before)) if before <= after => Err(LineProblem::Window),
            _ => Ok(Some(entry)),
        }
    }

    fn set(&mut self, option: &str, zone: &TimeZone) -> Result<(), LineProblem> {
        let unknown = || LineProblem::Option(option.chars().take(64).collect());
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(unquoted(value))),
            None => (option, None),
        };
        let time = |text: String| date::parse(&text, zone).ok_or(LineProblem::Time(text));
        match (name.to_ascii_lowercase().as_str(), value) {
            ("cert-authority", None) => {
                let again = std::mem::replace(&mut self.is_authority, true);
                if again { Err(LineProblem::Repeated("cert-authority")) } else { Ok(()) }
            }
            ("namespaces", Some(list)) => {
                once("namespaces", &mut self.namespaces, Patterns::parse(&list).ok_or_else(unknown))
            }
            ("valid-after", Some(text)) => once("valid-after", &mut self.valid_after, time(text)),
            ("valid-before", Some(text)) => {
                once("valid-before", &mut self.valid_before, time(text))
            }
            _ => Err(unknown()),
        }
    }
}

pub(super) const BLANK: [char; 3] = [' ', '\t', '\r'];

fn once<T>(
    name: &'static str,
    slot: &mut Option<T>,
    value: Result<T, LineProblem>,
) -> Result<(), LineProblem> {
    if slot.replace(value?).is_some() { Err(LineProblem::Repeated(name)) } else { Ok(()) }
}

/// The first word and what comes after it. Blanks between quotation marks don't end a word.
fn split_word(text: &str) -> Result<(&str, &str), LineProblem> {
    let is_end = outside_quotes(|character| BLANK.contains(&character));
    let end = text.find(is_end).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if count_quotes(word) % 2 == 1 {
        return Err(LineProblem::Quotes);
    }
    Ok((word, rest.trim_start_matches(BLANK)))
}

/// Options and keys are told apart by what no type of a key has.
fn is_options(word: &str) -> bool {
    let first = split_options(word).next().unwrap_or_default();
    word.contains(['=', ',', '"']) || first.eq_ignore_ascii_case("cert-authority")
}

fn split_options(word: &str) -> impl Iterator<Item = &str> {
    word.split(outside_quotes(|character| character == ',')).filter(|option| !option.is_empty())
}

/// A predicate over successive characters, which holds outside of quotation marks only.
fn outside_quotes(wanted: impl Fn(char) -> bool) -> impl FnMut(char) -> bool {
    let (mut inside, mut escaped) = (false, false);
    move |character| {
        match character {
            '"' if !escaped => inside = !inside,
            _ if !inside && wanted(character) => return true,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        false
    }
}

fn count_quotes(word: &str) -> usize {
    let mut marks = 0;
    let mut escaped = false;
    for character in word.chars() {
        marks += usize::from(character == '"' && !escaped);
        escaped = character == '\\' && !escaped;
    }
    marks
}

/// The value without the quotation marks around it and the backslashes before those in it.
fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\""))
}
