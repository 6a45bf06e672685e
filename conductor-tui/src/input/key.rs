//! Keys as people write them: `c`, `G`, `^d`, `Esc`, `g g`.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers, in a normal form: shift is in the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: KeyCode,
    control: bool,
    alt: bool,
}

impl Key {
    /// The key as a terminal gives it.
    pub(crate) fn event(self) -> KeyEvent {
        let control = if self.control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
        let alt = if self.alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        KeyEvent::new(self.code, control | alt)
    }

    /// The letter that it is, where it is one of a to z and nothing was held down with it.
    pub(crate) fn letter(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.control && !self.alt => {
                Some(c).filter(char::is_ascii_lowercase)
            }
            _ => None,
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self {
            code: event.code,
            control: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

const NAMED: [(&str, KeyCode); 28] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("S-Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("F1", KeyCode::F(1)),
    ("F2", KeyCode::F(2)),
    ("F3", KeyCode::F(3)),
    ("F4", KeyCode::F(4)),
    ("F5", KeyCode::F(5)),
    ("F6", KeyCode::F(6)),
    ("F7", KeyCode::F(7)),
    ("F8", KeyCode::F(8)),
    ("F9", KeyCode::F(9)),
    ("F10", KeyCode::F(10)),
    ("F11", KeyCode::F(11)),
    ("F12", KeyCode::F(12)),
];

/// What terminals send the same bytes for as for a key of its own.
const NEVER_SENT: [(char, &str); 3] = [('i', "Tab"), ('m', "Enter"), ('[', "Esc")];

/// Keys that are written by a name, in the order of the manual.
pub fn named_keys() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|(name, _)| *name)
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (control, rest) = match text.strip_prefix('^') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, text),
        };
        let (alt, rest) = match rest.strip_prefix("A-") {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, rest),
        };
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            // With Ctrl large and small letters are one key.
            (Some(c), None) if control => KeyCode::Char(c.to_ascii_lowercase()),
            (Some(c), None) => KeyCode::Char(c),
            _ => NAMED
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(rest))
                .map(|(_, code)| *code)
                .ok_or_else(|| {
                    format!("`{text}` is not a key: a sign, `^x`, `A-x` or a name such as `PgDn`")
                })?,
        };
        let same = NEVER_SENT.iter().find(|(c, _)| control && code == KeyCode::Char(*c));
        if let Some((_, name)) = same {
            return Err(format!("terminals send `{name}` for `{text}`"));
        }
        Ok(Self { code, control, alt })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let control = if self.control { "^" } else { "" };
        let alt = if self.alt { "A-" } else { "" };
        let named = NAMED.iter().find(|(_, code)| *code == self.code).map(|(name, _)| *name);
        match (named, self.code) {
            (Some(name), _) => write!(f, "{control}{alt}{name}"),
            (None, KeyCode::Char(c)) => write!(f, "{control}{alt}{c}"),
            (None, other) => write!(f, "{control}{alt}{other}"),
        }
    }
}

/// One or two keys in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Chord(pub(crate) Vec<Key>);

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() || keys.len() > 2 {
            return Err(format!("`{text}` is not one or two keys"));
        }
        Ok(Self(keys))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in ["c", "G", "^d", "Esc", "g g", "S-Tab", "?", "^", "A-x", "PgDn", "Space", "F12"]
        {
            assert_eq!(text.parse::<Chord>().map(|c| c.to_string()), Ok(text.to_owned()));
        }
        for name in named_keys() {
            assert_eq!(name.parse::<Chord>().map(|c| c.to_string()), Ok(name.to_owned()));
        }
        assert_eq!("^D".parse::<Chord>(), "^d".parse::<Chord>());
        for text in ["", "Hyper", "a b c", "^i", "^m", "^["] {
            assert!(text.parse::<Chord>().is_err(), "{text}");
        }
    }

    #[test]
    fn shift_is_in_the_character() {
        let event = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!("G".parse(), Ok(Key::from(event)));
    }
}
