//! What is looked for in lines: a text, and words that speak of an error.

/// A text that is looked for. In small letters it finds capitals too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    text: String,
    /// Capitals of ASCII count as small letters.
    folds: bool,
}

impl Needle {
    /// Nothing for an empty text: it would be everywhere.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let folds = !text.chars().any(char::is_uppercase);
        (!text.is_empty()).then(|| Self { text: text.to_owned(), folds })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where it begins in a text, at or after a byte.
    fn find(&self, text: &str, from: usize) -> Option<usize> {
        if !self.folds {
            return text.get(from..)?.find(&self.text).map(|at| from + at);
        }
        let (hay, needle) = (text.as_bytes(), self.text.as_bytes());
        let (small, big) = (needle[0], needle[0].to_ascii_uppercase());
        let last = hay.len().checked_sub(needle.len())?;
        let fits = |at: &usize| hay[*at..*at + needle.len()].eq_ignore_ascii_case(needle);
        (from..=last).filter(|at| hay[*at] == small || hay[*at] == big).find(fits)
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    /// Bytes where it stands, from left to right.
    pub(crate) fn places(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(at) = self.find(text, from) {
            from = at + self.text.len();
            places.push(at..from);
        }
        places
    }
}

/// Beginnings of words that speak of an error, small.
const ERRORS: [&[u8]; 9] = [
    b"error",
    b"err",
    b"fatal",
    b"fail",
    b"panic",
    b"critical",
    b"exception",
    b"traceback",
    b"emerg",
];

/// Whether a line reads like an error: one of its words is, or begins with, such a word. `err`
/// counts only as a whole word.
pub(crate) fn is_error(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut inside = false;
    for (at, byte) in bytes.iter().enumerate() {
        let letter = byte.is_ascii_alphabetic();
        if letter && !inside && matches!(byte | 0x20, b'e' | b'f' | b'p' | b'c' | b't') {
            let rest = &bytes[at..];
            let begins = |word: &&&[u8]| {
                rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            };
            let whole = |length: usize| rest.get(length).is_none_or(|b| !b.is_ascii_alphabetic());
            if ERRORS.iter().filter(begins).any(|word| word.len() > 3 || whole(3)) {
                return true;
            }
        }
        inside = letter;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_find_capitals_and_capitals_only_themselves() {
        let found = |needle: &str, text: &str| Needle::new(needle).unwrap().places(text);
        assert_eq!(found("err", "ERR or Err"), [0..3, 7..10]);
        assert_eq!(found("Err", "ERR or Err").first(), Some(&(7..10)));
        assert_eq!(found("é", "café é"), [3..5, 6..8]);
        assert_eq!(found("aa", "aaaa"), [0..2, 2..4]);
        assert!(found("long", "no").is_empty());
        assert_eq!(Needle::new(""), None);
    }

    #[test]
    fn errors_are_known_by_their_words() {
        for text in
            ["ERROR: x", "level=error", "2 errors", "it failed", "E: err 5", "[FATAL]", "Panic!"]
        {
            assert!(is_error(text), "{text}");
        }
        for text in ["terror", "erratic", "all good", "errand", "", "default"] {
            assert!(!is_error(text), "{text}");
        }
    }
}
