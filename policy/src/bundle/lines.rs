//! Where a rule stands: its file and line, by its name.

use std::collections::HashMap;

use super::source::Source;

/// What every package of a bundle begins with; it is left out of a rule's name.
const ROOT: &str = "conductor.";

/// Rules by package and name, such as `quota.exceeded`.
#[derive(Debug, Default)]
pub(crate) struct Lines(HashMap<String, (String, u32)>);

impl Lines {
    pub(super) fn of(source: &Source) -> Self {
        let mut lines = HashMap::new();
        for (file, text) in source.rules().filter(|(name, _)| !name.ends_with("_test.rego")) {
            let package = package(text);
            let package = package.strip_prefix(ROOT).unwrap_or(package);
            let mut defaults = Vec::new();
            for (line, number) in text.lines().zip(1..) {
                let (head, default) = match line.strip_prefix("default ") {
                    Some(head) => (head, true),
                    None => (line, false),
                };
                let Some(rule) = name(head) else { continue };
                let rule = format!("{package}.{rule}");
                if default {
                    defaults.push((rule, number));
                } else {
                    lines.entry(rule).or_insert_with(|| (file.clone(), number));
                }
            }
            for (rule, number) in defaults {
                lines.entry(rule).or_insert_with(|| (file.clone(), number));
            }
        }
        Self(lines)
    }

    /// The file, and the line counted from 1, at which a rule is first defined.
    pub(crate) fn find(&self, rule: &str) -> Option<(&str, u32)> {
        self.0.get(rule).map(|(file, line)| (file.as_str(), *line))
    }
}

/// The package of a file's text.
pub(crate) fn package(text: &str) -> &str {
    let found = text.lines().find_map(|line| line.strip_prefix("package "));
    found.unwrap_or_default().split('#').next().unwrap_or_default().trim()
}

/// The name that a rule's head begins with; none for what is no rule.
fn name(head: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = head.find(|letter| !is_part(letter)).unwrap_or(head.len());
    let name = &head[..end];
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    (begins && !matches!(name, "package" | "import" | "default" | "else")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_where_it_is_first_defined() {
        let text = "# x\npackage conductor.a\nimport rego.v1\n\ndefault b := 1\n\nb := 2 if {\n\tx\n}\n\
                    b := 3\nc contains 1\nf(x) := x\ndefault d := 4\n";
        let test = "package conductor.a_test\ntest_b if true\n";
        let files = vec![("a.rego".into(), text.into()), ("a_test.rego".into(), test.into())];
        let lines = Lines::of(&Source::new(files).unwrap());
        for (rule, line) in [("a.b", 7), ("a.c", 11), ("a.f", 12), ("a.d", 13)] {
            assert_eq!(lines.find(rule), Some(("a.rego", line)), "{rule}");
        }
        for none in ["a.x", "a.import", "a_test.test_b", "b"] {
            assert_eq!(lines.find(none), None);
        }
    }
}
