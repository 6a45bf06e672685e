//! The secrets that a task names, and where a template may use them.
//!
//! A manifest says names only. What is filled in for a secret is known to the worker alone, so a
//! template can pass it on and nothing else; and where a filled-in text is kept or shown (a script
//! is seen by everybody who lists processes) no secret may stand.

use super::{
    check::{Place, is_identifier, list, text},
    limits::{SECRET_NAME_CHARS_MAX, SECRETS_MAX},
    node::{Node, item_path},
    problem::{Problem, Problems, listed, quoted, similar},
    template::Reference,
};
use crate::error_code::Code;

/// How templates call them.
pub(super) const ROOT: &str = "secrets";

/// Whether a name is one that a secret can have.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    is_identifier(name, SECRET_NAME_CHARS_MAX)
}

/// Whether a parameter of an executor may hold a secret. The manifest's parser and the worker that
/// fills secrets in both ask here.
#[must_use]
pub fn may_hold_secret(uses: &str, key: &str) -> bool {
    match uses {
        "pkg:builtin/http@1" => !matches!(key, "method" | "expect" | "timeout"),
        // Its parameters become its outputs, from which secrets are taken out again.
        "pkg:builtin/noop@1" => true,
        // Scripts, paths, hosts, times: what is kept, shown, or an argument of a program.
        uses if uses.starts_with("pkg:builtin/") => false,
        // Its inputs are kept with its run.
        uses => !uses.starts_with("pkg:workflow/"),
    }
}

/// The names that a task lists.
pub(super) fn read(node: &Node, path: &str, problems: &mut Problems) -> Vec<String> {
    let Some(items) = list(node, path, "a list of names of secrets", problems) else {
        return Vec::new();
    };
    if items.len() > SECRETS_MAX {
        let message = format!("{} secrets, and a task names {SECRETS_MAX}", items.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("split the task, or keep them together in one secret"));
    }
    let mut names: Vec<String> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = item_path(path, index);
        let Some(name) = text(item, &path, problems) else { continue };
        let (message, hint) = if !is_secret_name(name) {
            let message = format!("{} is not a name that a secret can have", quoted(name));
            (message, "use 1 to 64 letters, digits and `_`, and no digit first")
        } else if names.iter().any(|known| known == name) {
            (format!("{} is named twice", quoted(name)), "remove one of the two")
        } else {
            names.push(name.to_owned());
            continue;
        };
        problems.add(Problem::new(Code::ManifestSecret, item.at, path, message).mend(hint));
    }
    names
}

/// The names that a task lists, as they are written.
pub(super) fn names(task: &Node) -> Vec<&str> {
    match task.entry(ROOT).map(|entry| &entry.value.data) {
        Some(super::node::Data::List(items)) => items.iter().filter_map(Node::text).collect(),
        _ => Vec::new(),
    }
}

/// What is wrong with a use of a secret, where secrets may be used.
pub(super) fn refuse(found: &Reference, known: &[&str], place: Place<'_>) -> Option<Problem> {
    let wrong = |message: &str, hint: String| {
        Some(Problem::new(Code::ManifestSecret, place.at, place.path, message).mend(hint))
    };
    let name = match found.names.as_slice() {
        [_, name] => name,
        [_, name, ..] => {
            return wrong("a secret is one text", format!("write `{{{{ secrets.{name} }}}}`"));
        }
        _ => return wrong("a secret is used by its name", "write `{{ secrets.NAME }}`".to_owned()),
    };
    if !known.contains(&name.as_str()) {
        let message = format!("the task names no secret {}", quoted(name));
        let hint = match similar(name, known.iter().copied()) {
            Some(known) => format!("write `secrets.{known}`"),
            None if known.is_empty() => format!("add `secrets: [{name}]` to the task"),
            None => {
                let known = listed(known.iter().copied());
                format!("add it to the task's `secrets`, which are {known}")
            }
        };
        let code = Code::ManifestReferenceUnknown;
        return Some(Problem::new(code, place.at, place.path, message).mend(hint));
    }
    if !found.alone {
        let message = "a secret's value is not known where templates are filled in";
        let hint = format!("write `{{{{ secrets.{name} }}}}` and nothing else in the braces");
        return wrong(message, hint);
    }
    None
}

/// What is wrong with a secret where none may be used.
pub(super) fn refuse_here(place: Place<'_>) -> Problem {
    let script = [".run", ".script", ".command"].iter().any(|end| place.path.ends_with(end));
    let (message, hint) = if script {
        (
            "a secret would stand in the script's text, which everybody on its host can read",
            "pass it through `env`: `env: {PASSWORD: \"{{ secrets.NAME }}\"}` and `$PASSWORD`",
        )
    } else {
        (
            "a secret would be kept or shown here",
            "use it in a task's `env`, or in what its executor sends, such as `with.headers`",
        )
    };
    Problem::new(Code::ManifestSecret, place.at, place.path, message).mend(hint)
}
