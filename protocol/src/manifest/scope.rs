//! Which names a template may use at its place in the manifest, and where a wrong one stands.

use std::collections::BTreeSet;

use minijinja::Environment;

use super::{
    check::Place,
    inputs::InputNames,
    node::{Data, Layout, Node},
    problem::{Position, Problem, Problems, listed, quoted, similar},
    secrets,
    template::{Reference, TemplateError, references, template_environment},
};
use crate::error_code::Code;

const RUN_NAMES: &[&str] = &["id", "workflow", "version", "tenant", "environment", "region"];
const TASK_NAMES: &[&str] = &["outputs", "status", "instances"];

/// The tasks that a template may read.
pub(super) enum Readable<'a> {
    /// None: no task has ended where this happens.
    None(&'static str),
    /// Those that have ended, for sure, when the template is filled in.
    Ended(&'a BTreeSet<usize>),
    /// All of them.
    All,
}

/// What surrounds one template.
pub(super) struct Scope<'a> {
    pub(super) readable: Readable<'a>,
    /// Names that only this place has.
    pub(super) locals: &'a [Local<'a>],
}

/// A name that only some places have, such as `result` or `item`.
#[derive(Clone)]
pub(super) struct Local<'a> {
    pub(super) root: &'static str,
    /// What it has; nothing where that is not known.
    pub(super) members: Option<Vec<&'a str>>,
}

/// Checks templates against the whole workflow.
pub(super) struct Templates<'a> {
    environment: Environment<'static>,
    lines: Vec<&'a str>,
    inputs: &'a InputNames,
    tasks: &'a [&'a str],
}

impl<'a> Templates<'a> {
    pub(super) fn new(source: &'a str, inputs: &'a InputNames, tasks: &'a [&'a str]) -> Self {
        let environment = template_environment();
        Self { environment, lines: source.lines().collect(), inputs, tasks }
    }

    /// Checks every text in `node`.
    pub(super) fn check(&self, node: &Node, path: &str, scope: &Scope<'_>, out: &mut Problems) {
        node.each_text(path, &mut |text, path| {
            // A text without braces is itself.
            if text.text().is_some_and(|text| {
                text.contains("{{") || text.contains("{%") || text.contains("{#")
            }) {
                self.check_text(text, path, (false, scope), out);
            }
        });
    }

    /// Checks an expression without braces.
    pub(super) fn check_bare(
        &self,
        node: &Node,
        path: &str,
        scope: &Scope<'_>,
        out: &mut Problems,
    ) {
        self.check_text(node, path, (true, scope), out);
    }

    fn check_text(&self, node: &Node, path: &str, how: (bool, &Scope<'_>), out: &mut Problems) {
        let (bare, scope) = how;
        let Some(source) = node.text() else { return };
        match references(&self.environment, source, bare) {
            Ok(found) => {
                for reference in found {
                    let at = self.position(node, source, reference.offset);
                    if let Some(problem) = self.refuse(&reference, Place { at, path }, scope) {
                        out.add(problem);
                    }
                }
            }
            Err(TemplateError { offset, message, hint }) => {
                let at = self.position(node, source, offset);
                out.add(Problem::new(Code::ManifestTemplate, at, path, message).mend(hint));
            }
        }
    }

    fn refuse(&self, found: &Reference, place: Place<'_>, scope: &Scope<'_>) -> Option<Problem> {
        let name = |index: usize| found.names.get(index).map(String::as_str);
        let second = name(1);
        let root = name(0)?;
        if let Some(local) = scope.locals.iter().find(|local| local.root == root) {
            let members = local.members.as_deref()?;
            if root == secrets::ROOT {
                return secrets::refuse(found, members, place);
            }
            return unknown(second?, members, &format!("`{root}`"), place);
        }
        match (root, second) {
            ("inputs", Some(input)) => self.refuse_input(input, place),
            ("tasks", Some(task)) => self
                .refuse_task(task, place, scope)
                .or_else(|| name(2).and_then(|part| unknown(part, TASK_NAMES, "a task", place))),
            ("run", Some(part)) => unknown(part, RUN_NAMES, "`run`", place),
            ("inputs" | "tasks" | "run", None) => None,
            (secrets::ROOT, _) => Some(secrets::refuse_here(place)),
            (root, _) => Some(unknown_root(root, scope, place)),
        }
    }

    fn refuse_input(&self, input: &str, place: Place<'_>) -> Option<Problem> {
        let names = self.inputs.closed()?;
        if names.contains(input) {
            return None;
        }
        let message = format!("the workflow has no input {}", quoted(input));
        let known = || names.iter().map(String::as_str);
        let hint = match similar(input, known()) {
            Some(name) => format!("write `inputs.{name}`"),
            None if names.is_empty() => "declare it under `inputs: {properties: …}`".to_owned(),
            None => format!("declare it; the inputs are {}", listed(known())),
        };
        Some(reference_unknown(place, message, hint))
    }

    fn refuse_task(&self, task: &str, place: Place<'_>, scope: &Scope<'_>) -> Option<Problem> {
        let Some(index) = self.tasks.iter().position(|id| *id == task) else {
            let message = format!("there is no task {}", quoted(task));
            let known = || self.tasks.iter().copied();
            let with_hyphen = format!("{task}-");
            let hint = match known().find(|id| id.starts_with(&with_hyphen)) {
                // `tasks.a-b` is a subtraction.
                Some(id) => format!("write `tasks[\"{id}\"]`, as its id holds a hyphen"),
                None => match similar(task, known()) {
                    Some(id) => format!("write `tasks.{id}`"),
                    None => format!("the tasks are {}", listed(known())),
                },
            };
            return Some(reference_unknown(place, message, hint));
        };
        let (message, hint) = match &scope.readable {
            Readable::All => return None,
            Readable::Ended(ended) if ended.contains(&index) => return None,
            Readable::Ended(_) => (
                format!("the task {} need not have ended before this one", quoted(task)),
                format!("add `{task}` to this task's `needs`"),
            ),
            Readable::None(when) => (
                format!("no task has ended where {when}"),
                "use `inputs` and `run` here; a task's own fields can read other tasks".to_owned(),
            ),
        };
        let code = Code::ManifestReferenceUnordered;
        Some(Problem::new(code, place.at, place.path, message).mend(hint))
    }

    /// Where byte `offset` of the node's text stands in the source, as exactly as its layout
    /// lets us tell.
    fn position(&self, node: &Node, text: &str, offset: usize) -> Position {
        let Data::Text(_, layout) = &node.data else { return node.at };
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before[line_start..].chars().count();
        match layout {
            Layout::Other => node.at,
            Layout::Line(skipped) => {
                let column = node.at.column as usize + *skipped as usize + column;
                Position::new(node.at.line as usize, column)
            }
            Layout::Block => {
                // The node starts at its first line that is not empty.
                let empty = text.bytes().take_while(|byte| *byte == b'\n').count();
                let line = node.at.line as usize + before.matches('\n').count();
                let line = line.saturating_sub(empty);
                let wanted = text[line_start..].lines().next().unwrap_or_default();
                let written = line.checked_sub(1).and_then(|index| self.lines.get(index));
                match written.and_then(|written| written.strip_suffix(wanted)) {
                    Some(indent) => Position::new(line, indent.chars().count() + column + 1),
                    None => node.at,
                }
            }
        }
    }
}

fn unknown(part: &str, known: &[&str], of: &str, place: Place<'_>) -> Option<Problem> {
    if known.contains(&part) {
        return None;
    }
    let message = format!("{of} has nothing called {}", quoted(part));
    let hint = match similar(part, known.iter().copied()) {
        Some(name) => format!("write `{name}`"),
        None => format!("it has {}", listed(known.iter().copied())),
    };
    Some(reference_unknown(place, message, hint))
}

fn unknown_root(root: &str, scope: &Scope<'_>, place: Place<'_>) -> Problem {
    let message = format!("nothing is called {} here", quoted(root));
    let mut known = vec!["inputs", "tasks", "run"];
    known.extend(scope.locals.iter().map(|local| local.root));
    let hint = match similar(root, known.iter().copied()) {
        Some(name) => format!("write `{name}`"),
        None if root == "result" => "use `result` only in a task's `outputs`".to_owned(),
        None if matches!(root, "item" | "index" | "matrix" | "host") => {
            format!("`{root}` is there where the task has `foreach`, `matrix` or `hosts`")
        }
        None => format!("the names are {}", listed(known)),
    };
    reference_unknown(place, message, hint)
}

fn reference_unknown(place: Place<'_>, message: String, hint: String) -> Problem {
    Problem::new(Code::ManifestReferenceUnknown, place.at, place.path, message).mend(hint)
}
