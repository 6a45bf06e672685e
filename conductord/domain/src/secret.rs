//! What stands for a secret until its value is filled in, which happens on the worker alone.
//!
//! A template is filled in by the kernel, which knows no secret. In the place of one it puts a
//! placeholder that holds a number drawn for this attempt. Nobody can know that number before, so
//! no input and no output of another task can look like a placeholder and get a secret out.

use serde_json::{Map, Value};

/// How a placeholder begins.
const BEGIN: &str = "{conductor-secret:";

/// The placeholders of one attempt's secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placeholders {
    /// Drawn for the attempt; nothing where they are only shown.
    nonce: Option<u128>,
    names: Vec<String>,
}

impl Placeholders {
    /// Those of an attempt, with a number that was drawn for it.
    #[must_use]
    pub fn new(nonce: u128, names: &[String]) -> Self {
        Self { nonce: Some(nonce), names: names.to_vec() }
    }

    /// Readable ones, for a plan: nothing is ever filled in for them.
    #[must_use]
    pub fn shown(names: &[String]) -> Self {
        Self { nonce: None, names: names.to_vec() }
    }

    /// The secrets' names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The attempt's number, for the wire; 0 where there are no secrets.
    #[must_use]
    pub fn nonce(&self) -> u128 {
        self.nonce.unwrap_or(0)
    }

    /// Whether the attempt has no secrets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What templates see as `secrets`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mark = |name: &String| (name.clone(), Value::String(self.mark(name)));
        Value::Object(self.names.iter().map(mark).collect::<Map<_, _>>())
    }

    /// Puts values in the places of the placeholders in a text; `None` when there are none. What is
    /// filled in is not looked at again.
    pub fn fill<'v>(&self, text: &str, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let begin = format!("{BEGIN}{:032x}:", self.nonce?);
        if !text.contains(&begin) {
            return None;
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&begin) {
            let (before, marked) = rest.split_at(at);
            filled.push_str(before);
            let name = marked[begin.len()..].split_once('}').map(|(name, _)| name);
            match name.and_then(|name| Some((name, value(name)?))) {
                Some((name, value)) => {
                    filled.push_str(value);
                    rest = &marked[begin.len() + name.len() + 1..];
                }
                None => {
                    filled.push_str(&begin);
                    rest = &marked[begin.len()..];
                }
            }
        }
        filled.push_str(rest);
        Some(filled)
    }

    fn mark(&self, name: &str) -> String {
        match self.nonce {
            Some(nonce) => format!("{BEGIN}{nonce:032x}:{name}}}"),
            None => format!("[secret:{name}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<String> {
        let names = ["a".to_owned(), "b".to_owned()];
        let marks = Placeholders::new(7, &names);
        let text = text.replace("<a>", &marks.mark("a")).replace("<b>", &marks.mark("b"));
        let looks_like_b = marks.mark("b");
        marks.fill(&text, |name| match name {
            "a" => Some(looks_like_b.as_str()),
            "b" => Some("BB"),
            _ => None,
        })
    }

    #[test]
    fn values_stand_in_the_places_of_their_placeholders_and_are_not_looked_at_again() {
        let b = Placeholders::new(7, &[]).mark("b");
        assert_eq!(filled("x<b>y<b>"), Some("xBByBB".to_owned()));
        assert_eq!(filled("<a>"), Some(b));
        assert_eq!(filled("nothing {conductor-secret: here}"), None);
    }

    #[test]
    fn a_placeholder_with_another_number_or_name_gets_nothing() {
        let other = Placeholders::new(8, &["b".to_owned()]).mark("b");
        assert_eq!(filled(&other), None);
        let unknown = Placeholders::new(7, &[]).mark("c");
        assert_eq!(filled(&unknown), Some(unknown));
        let open = format!("{BEGIN}{:032x}:b", 7);
        assert_eq!(filled(&open), Some(open));
        let shown = Placeholders::shown(&["b".to_owned()]);
        assert_eq!(shown.to_value(), serde_json::json!({"b": "[secret:b]"}));
        assert_eq!(shown.fill("[secret:b]", |_| Some("BB")), None);
    }
}
