//! Paths below somebody's home, without it: who they are is nobody else's business, and neither is what
//! their folders are called above it.

use std::path::Path;

use serde_json::Value;

/// What stands for it.
const SIGN: &str = "~";
/// Names of what is only in what was signed, or verified by its digest.
const SIGNED: [&str; 3] = ["statement", "bundle", "signature"];

/// See the module.
#[derive(Debug, Default, Clone)]
pub(crate) struct Home(Option<String>);

impl Home {
    /// Of a console whose user is at home there. A root folder is nobody's home.
    pub(crate) fn of(path: Option<&Path>) -> Self {
        let text = path.and_then(Path::to_str).map(|text| text.trim_end_matches('/'));
        Self(text.filter(|text| text.len() > 1).map(str::to_owned))
    }

    /// Whether some text leads there.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.as_deref().is_some_and(|home| places(text, home).next().is_some())
    }

    /// A line of a recording without it. What was signed stays as it was: it would be another.
    pub(super) fn hidden(&self, line: String) -> String {
        let Some(home) = &self.0 else { return line };
        // Escaped in JSON it may look different; few homes have such names.
        let escaped = serde_json::to_string(home).unwrap_or_default();
        if !line.contains(escaped.trim_matches('"')) {
            return line;
        }
        let Ok(mut value) = serde_json::from_str(&line) else { return line };
        hide(&mut value, home);
        value.to_string()
    }
}

fn hide(value: &mut Value, home: &str) {
    match value {
        Value::String(text) => *text = without(text, home),
        Value::Array(values) => values.iter_mut().for_each(|value| hide(value, home)),
        Value::Object(fields) => {
            let is_signed = |name: &&str| fields.get(*name).is_some_and(Value::is_string);
            if SIGNED.iter().any(is_signed) {
                return;
            }
            fields.values_mut().for_each(|value| hide(value, home));
        }
        _ => {}
    }
}

fn without(text: &str, home: &str) -> String {
    let (mut hidden, mut from) = (String::new(), 0);
    for at in places(text, home) {
        hidden.push_str(&text[from..at]);
        hidden.push_str(SIGN);
        from = at + home.len();
    }
    hidden.push_str(&text[from..]);
    hidden
}

/// Where it stands in a text, and not a part of some other path.
fn places<'t>(text: &'t str, home: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.match_indices(home).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + home.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_a_sign_and_what_only_looks_like_it_stays() {
        let home = Home::of(Some(Path::new("/home/alice/")));
        let hidden = |line: &str| home.hidden(line.to_owned());
        for (line, expected) in [
            (r#"{"a":["unix:///home/alice/x","/home/alice"]}"#, r#"{"a":["unix://~/x","~"]}"#),
            (r#"{"a":"wrote\n/home/alice/b: no"}"#, r#"{"a":"wrote\n~/b: no"}"#),
            (
                r#"{"a":"/home/alices/x /mnt/home/alice"}"#,
                r#"{"a":"/home/alices/x /mnt/home/alice"}"#,
            ),
            (r#"{"statement":"/home/alice","id":"a"}"#, r#"{"statement":"/home/alice","id":"a"}"#),
        ] {
            let expected: Value = serde_json::from_str(expected).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&hidden(line)).unwrap(), expected, "{line}");
        }
        assert!(home.is_in("record /home/alice/a.jsonl") && !home.is_in("record /home/al"));
        let none = Home::of(Some(Path::new("/")));
        assert_eq!(none.hidden("{\"a\": \"/etc\"}".to_owned()), "{\"a\": \"/etc\"}");
    }
}
