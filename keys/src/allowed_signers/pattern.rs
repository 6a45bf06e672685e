//! Lists of patterns, as `ssh_config(5)` has them: `*`, `?`, and `!` before what is excluded.

/// Patterns, of which one has to match and none that is excluded may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patterns(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    excludes: bool,
    text: String,
}

impl Patterns {
    /// Reads a list with commas; nothing when there is an empty pattern in it.
    pub(super) fn parse(list: &str) -> Option<Self> {
        let pattern = |text: &str| {
            let (excludes, text) = match text.strip_prefix('!') {
                Some(text) => (true, text),
                None => (false, text),
            };
            (!text.is_empty()).then(|| Pattern { excludes, text: text.to_owned() })
        };
        list.split(',').map(pattern).collect::<Option<_>>().map(Self)
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let hit = |pattern: &&Pattern| matches(&pattern.text, name);
        let mut hits = self.0.iter().filter(hit).peekable();
        hits.peek().is_some() && hits.all(|pattern| !pattern.excludes)
    }

    /// Each as it is written.
    pub(super) fn written(&self) -> Vec<String> {
        let written = |pattern: &Pattern| {
            let mark = if pattern.excludes { "!" } else { "" };
            format!("{mark}{}", pattern.text)
        };
        self.0.iter().map(written).collect()
    }

    /// The patterns that are names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let is_name = |pattern: &&Pattern| !pattern.excludes && !pattern.text.contains(['*', '?']);
        self.0.iter().filter(is_name).map(|pattern| pattern.text.as_str())
    }
}

/// Goes back to the last `*` only, which is enough, so that no pattern takes long.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, name: &str, expected: bool) {
        assert_eq!(Patterns::parse(list).unwrap().matches(name), expected, "{list} {name}");
    }

    #[test]
    fn the_rules_of_ssh_config() {
        for (list, name, expected) in [
            ("alice", "alice", true),
            ("alice", "alic", false),
            ("alice", "alicee", false),
            ("bob,alice", "alice", true),
            ("*", "alice", true),
            ("*@example.com", "alice@example.com", true),
            ("*@example.com", "alice@example.org", false),
            ("*@example.com", "@example.com", true),
            ("a?ice", "alice", true),
            ("a?ice", "aice", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "ab_ab_b", true),
            ("*a*b*c", "aabbab", false),
            ("!bob,*", "alice", true),
            ("!bob,*", "bob", false),
            ("*,!bob", "bob", false),
            ("!bob", "alice", false),
        ] {
            check(list, name, expected);
        }
        for empty in ["", ",", "alice,", "!", "alice,!"] {
            assert_eq!(Patterns::parse(empty), None, "{empty}");
        }
    }

    #[test]
    fn names_are_what_is_no_pattern() {
        let patterns = Patterns::parse("alice,*@example.com,!bob,caro?,dave").unwrap();
        assert_eq!(patterns.names().collect::<Vec<_>>(), ["alice", "dave"]);
    }

    #[test]
    fn a_pattern_of_many_stars_takes_no_time() {
        check(&format!("{}b", "*a".repeat(2000)), &"a".repeat(8000), false);
    }
}
