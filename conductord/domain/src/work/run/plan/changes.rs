//! What is different between two plans, in sentences.

use std::collections::BTreeSet;

use serde_json::Value;

/// Characters of a value that a sentence shows.
const SHOWN_CHARS_MAX: usize = 60;

/// The parts of a plan, causes before what follows from them.
const CAUSES: [&str; 7] = ["scope", "workflow", "policy", "inputs", "hosts", "tasks", "format"];

/// What changed from the binding part of one plan to that of another, `most` sentences of it.
#[must_use]
pub fn changes(old: &Value, new: &Value, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    // What the tasks are made from comes first: they differ because of it.
    for cause in CAUSES {
        let part = |value: &Value| value.get(cause).cloned().unwrap_or_default();
        compare(cause, (&part(old), &part(new)), &mut found);
    }
    let more = found.len().saturating_sub(most);
    found.truncate(most);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found
}

fn compare(path: &str, (old, new): (&Value, &Value), found: &mut Vec<String>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(was), Value::Object(is)) => {
            let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match (was.get(name), is.get(name)) {
                    (Some(was), Some(is)) => compare(&path, (was, is), found),
                    (Some(was), None) => found.push(format!("{path} is gone: {}", shown(was))),
                    (None, Some(is)) => found.push(format!("{path} is new: {}", shown(is))),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(was), Value::Array(is)) => lists(path, (was, is), found),
        (was, is) => found.push(format!("{path}: {} became {}", shown(was), shown(is))),
    }
}

/// Members that have a name are told apart by it: hosts, tasks, instances.
fn lists(path: &str, (was, is): (&[Value], &[Value]), found: &mut Vec<String>) {
    let names = |list: &[Value]| -> Option<Vec<String>> { list.iter().map(name_of).collect() };
    let (Some(before), Some(after)) = (names(was), names(is)) else {
        let (was, is) = (Value::from(was.to_vec()), Value::from(is.to_vec()));
        return found.push(format!("{path}: {} became {}", shown(&was), shown(&is)));
    };
    let gone: Vec<&str> = before.iter().filter(|n| !after.contains(n)).map(|n| &**n).collect();
    let new: Vec<&str> = after.iter().filter(|n| !before.contains(n)).map(|n| &**n).collect();
    for (names, word) in [(gone, "without"), (new, "with")] {
        if !names.is_empty() {
            found.push(format!("{path}: now {word} {}", cut(&names.join(", "))));
        }
    }
    for (name, was) in before.iter().zip(was) {
        if let Some(place) = after.iter().position(|other| other == name) {
            compare(&format!("{path}[{name}]"), (was, &is[place]), found);
        }
    }
}

fn name_of(member: &Value) -> Option<String> {
    let name = ["name", "id", "key"].into_iter().find_map(|field| member.get(field)?.as_str());
    name.map(str::to_owned)
}

fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
