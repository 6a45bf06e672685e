//! Patterns with `*` (any characters) and `?` (one character).

/// Whether the whole text is what the pattern says. Takes at most pattern × text steps.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stood, and how much of the text it takes so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "web-1.example", true),
            ("web-*", "web-1", true),
            ("web-*", "web", false),
            ("web-?", "web-1", true),
            ("web-?", "web-12", false),
            ("*.eu.*", "a.eu.b", true),
            ("*.eu.*", "a.eu", false),
            ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("w?b*", "wäb", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_without_wildcards_matches_itself_alone(a in "[a-c.-]{0,6}", b in "[a-c.-]{0,6}") {
            prop_assert_eq!(matches(&a, &b), a == b);
        }

        #[test]
        fn a_star_between_takes_anything(a in "[a-b]{0,4}", b in "[a-b]{0,4}", c in "[a-b]{0,4}") {
            let (pattern, text) = (format!("{a}*{c}"), format!("{a}{b}{c}"));
            prop_assert!(matches(&pattern, &text));
        }
    }
}
