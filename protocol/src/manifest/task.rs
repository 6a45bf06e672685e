//! Reads one task. What needs the other tasks is checked once all are read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    OnFailure, OutputType, TaskSpec, Uses,
    check::{
        choice, flag, is_identifier, is_word, list, mapping, required, text, unknown_fields,
        wrong_type,
    },
    confine,
    duration::timeout,
    executor::{GATE, WAIT, check_with, refuse_unknown},
    limits::{ENV_MAX, RETRIES_MAX, USES_CHARS_MAX},
    node::{Data, Node, field_path, item_path, to_map},
    problem::{Problem, Problems, quoted, similar},
    retry, scopes, secrets, side, spread,
};
use crate::error_code::Code;

const FIELDS: &[&str] = &[
    "id",
    "uses",
    "with",
    "needs",
    "foreach",
    "matrix",
    "hosts",
    "rollout",
    "retries",
    "retry",
    "at_most_once",
    "timeout",
    "resources",
    "sandbox",
    "when",
    "env",
    "secrets",
    "scopes",
    "outputs",
    "output_types",
    "on_failure",
    "compensate",
];

/// The task, as far as it could be read, or nothing where it has no id or nothing to run it.
pub(super) fn read(node: &Node, path: &str, problems: &mut Problems) -> Option<TaskSpec> {
    let entries = mapping(node, path, "a mapping: a task", problems)?;
    unknown_fields(entries, FIELDS, path, problems);
    let hint = "add `id:` and a name that no other task has";
    let id = required(node, "id", path, hint, problems)
        .and_then(|entry| task_id(&entry.value, &field_path(path, "id"), problems));
    let hint = "add `uses: pkg:builtin/shell@1` or another executor";
    let uses = required(node, "uses", path, hint, problems)
        .and_then(|entry| read_uses(&entry.value, &field_path(path, "uses"), problems));
    let mut field = Field { node, path };
    let with = field.get("with");
    if let Some((with, path)) = &with {
        mapping(with, path, "a mapping: the executor's parameters", problems);
    }
    if let Some(uses) = &uses {
        check_with(
            uses.as_str(),
            with.as_ref().map(|w| w.0),
            node,
            &field_path(path, "with"),
            problems,
        );
    }
    let resources = confine::resources((node, uses.as_ref()), path, problems);
    let sandbox = confine::sandbox((node, uses.as_ref()), path, problems);
    let scopes = scopes::read((node, uses.as_ref()), path, problems);
    let task = TaskSpec {
        id: id.unwrap_or_default(),
        uses: uses?,
        with: match with.map(|(with, _)| &with.data) {
            Some(Data::Map(entries)) => to_map(entries),
            _ => serde_json::Map::new(),
        },
        needs_any: field.get("needs").is_some_and(|(n, _)| n.entry("any").is_some()),
        needs: field.get("needs").map(|(n, p)| needs(n, &p, problems)).unwrap_or_default(),
        spread: spread::read(node, path, problems),
        rollout: field.get("rollout").and_then(|(n, p)| spread::rollout((node, n), &p, problems)),
        retries: field.get("retries").map_or(0, |(n, p)| retries(n, &p, problems)),
        retry: field.get("retry").and_then(|(n, p)| retry::read((node, n), &p, problems)),
        at_most_once: field
            .get("at_most_once")
            .and_then(|(n, p)| flag(n, &p, problems))
            .unwrap_or_default(),
        timeout_ms: field.get("timeout").and_then(|(n, p)| timeout(n, &p, problems)),
        resources,
        sandbox,
        when: field.get("when").and_then(|(n, p)| text(n, &p, problems)).map(str::to_owned),
        env: field.get("env").map(|(n, p)| env(n, &p, problems)).unwrap_or_default(),
        secrets: field
            .get("secrets")
            .map(|(n, p)| secrets::read(n, &p, problems))
            .unwrap_or_default(),
        scopes,
        outputs: field.get("outputs").map(|(n, p)| outputs(n, &p, problems)).unwrap_or_default(),
        output_types: field
            .get("output_types")
            .map(|(n, p)| output_types(n, &p, problems))
            .unwrap_or_default(),
        on_failure: field
            .get("on_failure")
            .map(|(n, p)| on_failure(n, &p, problems))
            .unwrap_or_default(),
        compensate: field
            .get("compensate")
            .and_then(|(n, p)| side::read((n, node.entry("hosts").is_some()), &p, problems))
            .map(Box::new),
    };
    refuse_idle_retries(&task, node, path, problems);
    Some(task)
}

/// Retries of what is never tried again.
fn refuse_idle_retries(task: &TaskSpec, node: &Node, path: &str, problems: &mut Problems) {
    let Some(entry) = node.entry("retries").filter(|_| task.retries > 0) else { return };
    let message = if task.at_most_once {
        "a task that is started `at_most_once` is not tried again"
    } else if matches!(task.uses.as_str(), GATE | WAIT) {
        "what waits is not tried again"
    } else {
        return;
    };
    let path = field_path(path, "retries");
    problems.add(
        Problem::new(Code::ManifestRetries, entry.value.at, path, message).mend("remove `retries`"),
    );
}

/// Access to a mapping's fields together with their paths.
struct Field<'n, 'p> {
    node: &'n Node,
    path: &'p str,
}

impl<'n> Field<'n, '_> {
    fn get(&mut self, name: &str) -> Option<(&'n Node, String)> {
        self.node.entry(name).map(|entry| (&entry.value, field_path(self.path, name)))
    }
}

fn task_id(node: &Node, path: &str, problems: &mut Problems) -> Option<String> {
    let id = text(node, path, problems)?;
    if !is_word(id, 1, 64, b"_-") {
        let message = format!("{} is not a name that a task can have", quoted(id));
        let problem = Problem::new(Code::ManifestTaskId, node.at, path, message);
        problems.add(problem.mend("use 1 to 64 letters, digits, `_` and `-`"));
    }
    Some(id.to_owned())
}

pub(super) fn read_uses(node: &Node, path: &str, problems: &mut Problems) -> Option<Uses> {
    let uses = text(node, path, problems)?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    let fits = uses.chars().count() <= USES_CHARS_MAX && uses.chars().all(plain);
    if let Some(parsed) = Uses::try_from(uses.to_owned()).ok().filter(|_| fits) {
        refuse_unknown(uses, node, path, problems);
        return Some(parsed);
    }
    let message = format!("{} is not of the form `pkg:type/name@version`", quoted(uses));
    let hint = match similar(uses, super::BUILTIN_EXECUTORS.iter().copied()) {
        Some(name) => format!("write `{name}`"),
        None => "write, for example, `pkg:builtin/shell@1`".to_owned(),
    };
    problems.add(Problem::new(Code::ManifestUses, node.at, path, message).mend(hint));
    None
}

fn needs(node: &Node, path: &str, problems: &mut Problems) -> Vec<String> {
    let (node, path) = match &node.data {
        Data::Map(entries) => {
            unknown_fields(entries, &["any", "all"], path, problems);
            let Some((word, rest)) = entries.split_first() else {
                problems.add(wrong_type(node, path, "a list of task ids"));
                return Vec::new();
            };
            for second in rest {
                let path = field_path(path, &second.key);
                let message = format!("`{}` beside `{}`", second.key, word.key);
                let problem = Problem::new(Code::ManifestNeedsMode, second.at, path, message);
                problems.add(problem.mend("keep one of them"));
            }
            (&word.value, field_path(path, &word.key))
        }
        _ => (node, path.to_owned()),
    };
    let Some(items) = list(node, &path, "a list of task ids", problems) else { return Vec::new() };
    if items.is_empty() && path.ends_with(".any") {
        let message = "none of nothing can be enough";
        let problem = Problem::new(Code::ManifestNeedsMode, node.at, &path, message);
        problems.add(problem.mend("name at least one task"));
    }
    let texts = items.iter().enumerate();
    let texts = texts.filter_map(|(index, item)| text(item, &item_path(&path, index), problems));
    texts.map(str::to_owned).collect()
}

pub(super) fn retries(node: &Node, path: &str, problems: &mut Problems) -> u32 {
    let given = match &node.data {
        Data::Refused => return 0,
        Data::Number(number, _) => number.as_u64(),
        _ => {
            problems.add(wrong_type(node, path, "a whole number"));
            return 0;
        }
    };
    match given.and_then(|count| u32::try_from(count).ok()).filter(|count| *count <= RETRIES_MAX) {
        Some(count) => count,
        None => {
            let message = format!("not a whole number from 0 to {RETRIES_MAX}");
            let problem = Problem::new(Code::ManifestRetries, node.at, path, message);
            problems.add(problem.mend(format!("write 0 to {RETRIES_MAX}")));
            0
        }
    }
}

/// An `env` of a task or of the workflow. Numbers stay as they are written.
pub(super) fn env(node: &Node, path: &str, problems: &mut Problems) -> BTreeMap<String, String> {
    let expected = "a mapping of names to text";
    let Some(entries) = mapping(node, path, expected, problems) else { return BTreeMap::new() };
    if entries.len() > ENV_MAX {
        let message = format!("{} variables, and {ENV_MAX} are taken", entries.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("pass them in a file or as one variable"));
    }
    let mut env = BTreeMap::new();
    for entry in entries {
        let path = field_path(path, &entry.key);
        let mut refuse = |at, message: &str, hint: &str| {
            problems.add(Problem::new(Code::ManifestEnv, at, path.clone(), message).mend(hint));
        };
        if !is_identifier(&entry.key, 128) {
            let hint = "use letters, digits and `_`, and no digit first";
            refuse(entry.at, "not a name that a variable can have", hint);
        } else if entry.key.starts_with("CONDUCTOR_") {
            let hint = "choose another name: these are set by the daemon";
            refuse(entry.at, "variables that begin with `CONDUCTOR_` are reserved", hint);
        }
        let value = match &entry.value.data {
            Data::Text(text, _) if text.contains('\0') => {
                refuse(entry.value.at, "the value holds a NUL character", "remove it");
                continue;
            }
            Data::Text(text, _) | Data::Number(_, text) => text.clone(),
            Data::Bool(flag) => flag.to_string(),
            Data::Refused => continue,
            _ => {
                problems.add(wrong_type(&entry.value, &path, "text, a number or a boolean"));
                continue;
            }
        };
        env.insert(entry.key.clone(), value);
    }
    env
}

/// The `outputs` of a task or of the workflow.
pub(super) fn outputs(node: &Node, path: &str, problems: &mut Problems) -> BTreeMap<String, Value> {
    let expected = "a mapping of names to values";
    let Some(entries) = mapping(node, path, expected, problems) else { return BTreeMap::new() };
    for entry in entries.iter().filter(|entry| !is_identifier(&entry.key, 64)) {
        let path = field_path(path, &entry.key);
        let message = "not a name that an output can have";
        let problem = Problem::new(Code::ManifestOutput, entry.at, path, message);
        problems.add(problem.mend("use 1 to 64 letters, digits and `_`, and no digit first"));
    }
    entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value())).collect()
}

fn output_types(node: &Node, path: &str, problems: &mut Problems) -> BTreeMap<String, OutputType> {
    let expected = "a mapping of names to types";
    let Some(entries) = mapping(node, path, expected, problems) else { return BTreeMap::new() };
    let mut types = BTreeMap::new();
    for entry in entries {
        let path = field_path(path, &entry.key);
        if !is_identifier(&entry.key, 64) {
            let message = "not a name that an output can have";
            let problem = Problem::new(Code::ManifestOutput, entry.at, &path, message);
            problems.add(problem.mend("use 1 to 64 letters, digits and `_`, and no digit first"));
        }
        if let Some(kind) = choice(&entry.value, &path, &OutputType::WORDS, problems) {
            types.insert(entry.key.clone(), kind);
        }
    }
    types
}

fn on_failure(node: &Node, path: &str, problems: &mut Problems) -> OnFailure {
    const WORDS: &[(&str, OnFailure)] =
        &[("fail", OnFailure::Fail), ("continue", OnFailure::Continue), ("stop", OnFailure::Stop)];
    let Some(word) = text(node, path, problems) else { return OnFailure::default() };
    if let Some((_, meaning)) = WORDS.iter().find(|(known, _)| *known == word) {
        return *meaning;
    }
    let message = format!("{} is no way to go on", quoted(word));
    let hint = match similar(word, WORDS.iter().map(|(known, _)| *known)) {
        Some(known) => format!("write `{known}`"),
        None => "write `fail`, `continue` or `stop`".to_owned(),
    };
    problems.add(Problem::new(Code::ManifestOnFailure, node.at, path, message).mend(hint));
    OnFailure::default()
}
