//! What two manifests differ in, told by their normal forms: a path, what stood there and what
//! stands there now. Comments, order of keys and the way a duration is written make no difference.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Manifest;

/// Letters of a value that a line of a difference shows.
const VALUE_CHARS_SHOWN: usize = 160;

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Where, such as `tasks[disk].timeout_ms`: tasks are named by their ids.
    pub path: String,
    /// In a text of several lines: the first line that differs, counted from 1. `old` and `new`
    /// then hold only the lines that differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What stood there; absent for what was added.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    pub old: Option<Value>,
    /// What stands there now; absent for what was removed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    pub new: Option<Value>,
}

/// `null` is a value, and something else than no value.
mod present {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Value>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(from).map(Some)
    }
}

impl Change {
    /// The same with values of at most so many letters: what is cut ends in `…`.
    #[must_use]
    pub fn cut(&self, letters: usize) -> Self {
        let cut = |value: &Option<Value>| match value {
            Some(value) if plain(value).chars().count() > letters => {
                let short: String = plain(value).chars().take(letters).collect();
                Some(Value::String(short + "…"))
            }
            value => value.clone(),
        };
        Self { old: cut(&self.old), new: cut(&self.new), ..self.clone() }
    }
}

impl fmt::Display for Change {
    /// A line for a reader: `tasks[disk].timeout_ms: 30000 → 60000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        let short = self.cut(VALUE_CHARS_SHOWN);
        match (&short.old, &short.new) {
            (Some(old), Some(new)) => write!(f, ": {old} → {new}"),
            (None, Some(new)) => write!(f, ": added {new}"),
            (Some(old), None) => write!(f, ": removed {old}"),
            (None, None) => Ok(()),
        }
    }
}

/// A value as letters: a text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What stands in `new` and not in `old`, and the other way round, in the order of the manifest's
/// fields. Empty exactly when the two have one digest.
#[must_use]
pub fn diff(old: &Manifest, new: &Manifest) -> Vec<Change> {
    let form = |manifest: &Manifest| serde_json::to_value(manifest).unwrap_or_default();
    let mut changes = Vec::new();
    compare(String::new(), Some(&form(old)), Some(&form(new)), &mut changes);
    changes
}

fn compare(path: String, old: Option<&Value>, new: Option<&Value>, into: &mut Vec<Change>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => objects(&path, old, new, into),
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            if let (Some(old), Some(new)) = (by_id(old), by_id(new)) {
                named(&path, &old, &new, into);
            } else if old.iter().chain(new).all(Value::is_object) {
                places(&path, old, new, into);
            } else {
                into.push(change(path, Some(&Value::from(old.clone())), Some(&new.clone().into())));
            }
        }
        (Some(Value::String(old)), Some(Value::String(new)))
            if old.contains('\n') || new.contains('\n') =>
        {
            into.push(lines(path, old, new));
        }
        (old, new) => into.push(change(path, old, new)),
    }
}

fn change(path: String, old: Option<&Value>, new: Option<&Value>) -> Change {
    Change { path, line: None, old: old.cloned(), new: new.cloned() }
}

fn objects(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, into: &mut Vec<Change>) {
    let mut names: Vec<&String> = new.keys().collect();
    names.extend(old.keys().filter(|name| !new.contains_key(*name)));
    for name in names {
        compare(below(path, name), old.get(name), new.get(name), into);
    }
}

/// A key below a path; one that is no plain word stands in quotes.
fn below(path: &str, name: &str) -> String {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$');
    let name = if !name.is_empty() && name.bytes().all(word) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// Elements by their `id`, when every one has its own.
fn by_id(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let mut named: Vec<(&str, &Value)> = Vec::with_capacity(list.len());
    for value in list {
        let id = value.get("id")?.as_str()?;
        if named.iter().any(|(known, _)| *known == id) {
            return None;
        }
        named.push((id, value));
    }
    Some(named)
}

fn named(path: &str, old: &[(&str, &Value)], new: &[(&str, &Value)], into: &mut Vec<Change>) {
    let find = |list: &[(&str, &Value)], id: &str| {
        list.iter().find(|(known, _)| *known == id).map(|(_, value)| (*value).clone())
    };
    for (id, value) in new {
        compare(format!("{path}[{id}]"), find(old, id).as_ref(), Some(value), into);
    }
    for (id, value) in old.iter().filter(|(id, _)| find(new, id).is_none()) {
        compare(format!("{path}[{id}]"), Some(value), None, into);
    }
    let order = |list: &[(&str, &Value)], other: &[(&str, &Value)]| {
        let common = list.iter().filter(|(id, _)| find(other, id).is_some());
        common.map(|(id, _)| Value::from(*id)).collect::<Vec<_>>()
    };
    let (before, after) = (order(old, new), order(new, old));
    if before != after {
        let path = format!("order of {path}");
        into.push(change(path, Some(&before.into()), Some(&after.into())));
    }
}

fn places(path: &str, old: &[Value], new: &[Value], into: &mut Vec<Change>) {
    for place in 0..old.len().max(new.len()) {
        compare(format!("{path}[{place}]"), old.get(place), new.get(place), into);
    }
}

/// The lines of two texts that differ, without those that both begin and end with.
fn lines(path: String, old: &str, new: &str) -> Change {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split('\n').collect(), new.split('\n').collect());
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let room = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev());
    let tail = tail.take(room).take_while(|(a, b)| a == b).count();
    let middle = |lines: &[&str]| {
        let found = &lines[head..lines.len() - tail];
        (!found.is_empty()).then(|| Value::from(found.join("\n")))
    };
    Change { path, line: Some(head + 1), old: middle(&before), new: middle(&after) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse;

    const BASE: &str = "\
name: disk
version: 1.0.0
timeout: 5m
tasks:
- id: look
  uses: pkg:builtin/shell@1
  with:
    run: |
      set -e
      df /
      echo done
- id: tell
  uses: pkg:builtin/noop@1
  needs: [look]
";

    fn check(edit: impl Fn(&str) -> String, expected: &[&str]) {
        let (old, new) = (parse(BASE).unwrap(), parse(&edit(BASE)).unwrap());
        let changes = diff(&old, &new);
        let shown: Vec<String> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected);
        assert_eq!(changes.is_empty(), old.digest() == new.digest());
        let json = serde_json::to_string(&changes).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Change>>(&json).unwrap(), changes);
    }

    #[test]
    fn what_means_the_same_is_no_difference() {
        check(|text| format!("# a comment\n{}", text.replace("5m", "300s")), &[]);
    }

    #[test]
    fn a_field_that_changed_came_or_went() {
        check(|text| text.replace("5m", "1m"), &["timeout_ms: 300000 → 60000"]);
        check(|text| text.replace("timeout: 5m\n", ""), &["timeout_ms: removed 300000"]);
        check(
            |text| text.replace("  needs: [look]\n", "  needs: [look]\n  retries: 2\n"),
            &["tasks[tell].retries: added 2"],
        );
        check(
            |text| text.replace("timeout: 5m\n", "timeout: 5m\nenv: {A: x}\n"),
            &[r#"env: added {"A":"x"}"#],
        );
        check(
            |text| format!("{text}  with: {{\"a b\": [1]}}\n"),
            &[r#"tasks[tell].with: added {"a b":[1]}"#],
        );
    }

    #[test]
    fn a_script_s_change_is_told_by_its_lines() {
        check(
            |text| text.replace("df /\n", "df /var\n"),
            &[r#"tasks[look].with.run line 2: "df /" → "df /var""#],
        );
        check(
            |text| text.replace("      df /\n", "      df /\n      df /var\n"),
            &[r#"tasks[look].with.run line 3: added "df /var""#],
        );
    }

    #[test]
    fn tasks_are_followed_by_their_ids() {
        let third = "- id: third\n  uses: pkg:builtin/noop@1\n";
        check(
            |text| text.replace("- id: tell", &format!("{third}- id: tell")),
            &[r#"tasks[third]: added {"id":"third","uses":"pkg:builtin/noop@1"}"#],
        );
        let swapped = |text: &str| {
            let (head, tasks) = text.split_once("tasks:\n").unwrap();
            let (look, tell) = tasks.split_at(tasks.find("- id: tell").unwrap());
            format!("{head}tasks:\n{tell}{look}")
        };
        check(swapped, &[r#"order of tasks: ["look","tell"] → ["tell","look"]"#]);
    }

    #[test]
    fn long_values_are_cut_and_say_so() {
        let long = Change {
            path: "description".into(),
            line: None,
            old: Some("ä".repeat(40).into()),
            new: Some(Value::Null),
        };
        assert_eq!(long.cut(4).to_string(), "description: \"ääää…\" → null");
        let json = serde_json::to_string(&long).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), long);
    }
}
