//! What the token of a task's attempts is for, beside reading its own run.

use super::{
    Uses,
    check::{list, text},
    executor::{SHELL, SSH},
    node::{Node, field_path, item_path},
    problem::{Problem, Problems, quoted},
};
use crate::{
    error_code::Code,
    token::{SCOPES_MAX, TokenScope},
};

/// The scopes that a task lists, sorted.
pub(super) fn read(
    (task, uses): (&Node, Option<&Uses>),
    path: &str,
    problems: &mut Problems,
) -> Vec<TokenScope> {
    let Some(entry) = task.entry("scopes") else { return Vec::new() };
    let (node, path) = (&entry.value, field_path(path, "scopes"));
    let Some(items) = list(node, &path, "a list of scopes", problems) else { return Vec::new() };
    if uses.is_some_and(|uses| uses.as_str() != SHELL && uses.as_str() != SSH) {
        let message = "only a script has a token of its own";
        let hint = format!("remove it, or use `{SHELL}` or `{SSH}`");
        problems.add(Problem::new(Code::ManifestScope, node.at, &path, message).mend(hint));
    }
    // One more is the token's already: to read its own run.
    if items.len() >= SCOPES_MAX {
        let message = format!("{} scopes, and a task lists {}", items.len(), SCOPES_MAX - 1);
        let problem = Problem::new(Code::ManifestLimit, node.at, &path, message);
        problems.add(problem.mend("list what the script calls, and nothing else"));
    }
    let mut scopes: Vec<TokenScope> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = item_path(&path, index);
        let Some(word) = text(item, &path, problems) else { continue };
        let (message, hint) = match word.parse::<TokenScope>() {
            Err(_) => {
                let message = format!("{} is no scope", quoted(word));
                (message, "write an action of policy, as `run.read`, or `run.start@prod/WORKFLOW`")
            }
            Ok(scope) if scopes.contains(&scope) => {
                (format!("{} is listed twice", quoted(word)), "remove one of the two")
            }
            Ok(scope) => {
                scopes.push(scope);
                continue;
            }
        };
        problems.add(Problem::new(Code::ManifestScope, item.at, path, message).mend(hint));
    }
    scopes.sort_unstable();
    scopes
}
