//! The words that a list is narrowed by: `pay !canary ~rsp`. A list shows what has all of them. Daemon and console
//! read them here, so that both show the same.

/// What turns a needle round.
const NOT: char = '!';
/// What lets a needle match loosely.
const FUZZY: char = '~';

/// Needles of a filter, all of which a row has to match. A sign without a word behind it is none: somebody
/// is still typing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needles(Vec<Needle>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Needle {
    /// Rows that match it are hidden.
    not: bool,
    /// Its letters have to come in this order in a word, with others between them or not.
    fuzzy: bool,
    /// In small letters.
    word: String,
}

impl Needles {
    /// Reads needles, with blanks between them: `word` is a part of the text, `~word` has its letters in this order in one
    /// word of the text, and `!` before either hides what matches it. Capitals and small letters are the same.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase().split_whitespace().filter_map(Needle::new).collect())
    }

    /// Whether there are none: every text has them.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text has all of them.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let text = text.to_lowercase();
        self.0.iter().all(|needle| needle.matches(&text))
    }
}

impl Needle {
    fn new(text: &str) -> Option<Self> {
        let (not, rest) = signed(text, NOT);
        let (fuzzy, word) = signed(rest, FUZZY);
        (!word.is_empty()).then(|| Self { not, fuzzy, word: word.to_owned() })
    }

    fn matches(&self, text: &str) -> bool {
        let found = match self.fuzzy {
            true => text.split_whitespace().any(|word| in_order(&self.word, word)),
            false => text.contains(&self.word),
        };
        found != self.not
    }
}

fn signed(text: &str, sign: char) -> (bool, &str) {
    text.strip_prefix(sign).map_or((false, text), |rest| (true, rest))
}

/// Whether the letters come in this order in the word.
fn in_order(letters: &str, word: &str) -> bool {
    let mut rest = word.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(needles: &str, text: &str) -> bool {
        Needles::new(needles).matches(text)
    }

    #[test]
    fn a_row_has_every_word_in_any_case() {
        assert!(matches("", "anything"));
        assert!(matches("PAY alice", "restart-payments uid:alice"));
        assert!(!matches("pay bob", "restart-payments uid:alice"));
    }

    #[test]
    fn a_needle_that_is_turned_round_hides_what_matches() {
        assert!(!matches("!canary", "deploy-canary alice"));
        assert!(matches("!canary", "deploy alice"));
        assert!(matches("deploy !canary !bob", "deploy alice"));
        assert!(!matches("deploy !canary !bob", "deploy bob"));
    }

    #[test]
    fn letters_in_order_match_within_one_word() {
        assert!(matches("~rspay", "restart-payments"));
        assert!(matches("~RP", "Restart-Payments alice"));
        assert!(!matches("~pr", "restart-pay"));
        assert!(!matches("~ra", "run alice"), "not across two words");
        assert!(!matches("!~rspay", "restart-payments"));
        assert!(matches("!~rspay", "drain-node"));
    }

    #[test]
    fn a_sign_alone_hides_nothing() {
        for sign in ["!", "~", "!~", " ! ~ "] {
            assert!(matches(sign, "anything"), "{sign}");
            assert!(matches(sign, ""), "{sign}");
        }
    }
}
