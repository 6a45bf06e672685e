//! From a text to a manifest, or to everything that is wrong with it.

use std::collections::BTreeMap;

use super::{
    Manifest, Problem, Risk, Sensitivity, TaskSpec, Undo,
    check::{choice, is_word, list, mapping, required, text, unknown_fields},
    concurrency,
    duration::timeout,
    governed,
    graph::{Needs, ancestors, refuse_cycles},
    inputs::{self, InputNames},
    json,
    limits::{
        DESCRIPTION_CHARS_MAX, MANIFEST_BYTES_MAX, TASKS_MAX, TITLE_CHARS_MAX, VERSION_CHARS_MAX,
    },
    node::{Data, Node, item_path},
    problem::{Position, Problems, quoted, similar},
    references, runbook,
    scope::Templates,
    task, yaml,
};
use crate::error_code::Code;

const FIELDS: &[&str] = &[
    "name",
    "version",
    "title",
    "description",
    "tags",
    "owners",
    "inputs",
    "timeout",
    "env",
    "concurrency",
    "risk",
    "data_sensitivity",
    "regions",
    "purpose",
    "undo",
    "tasks",
    "outputs",
];

/// Reads a manifest from YAML or, where the text begins with `{`, from JSON.
///
/// # Errors
///
/// Everything that is wrong, by position, at most [`PROBLEMS_MAX`](super::PROBLEMS_MAX); each
/// with a line and a column inside the text.
pub fn parse(source: &str) -> Result<Manifest, Vec<Problem>> {
    bounded(source, read)
}

/// Reads a runbook in Markdown into the manifest that it says.
///
/// # Errors
///
/// As [`parse`]: each problem has its line and column in the Markdown file.
pub fn parse_runbook(source: &str) -> Result<Manifest, Vec<Problem>> {
    bounded(source, runbook::read)
}

fn bounded(
    source: &str,
    read: fn(&str, &mut Problems) -> Option<Manifest>,
) -> Result<Manifest, Vec<Problem>> {
    let mut problems = Problems::default();
    let manifest = if source.len() > MANIFEST_BYTES_MAX {
        let message = format!("{} bytes, and {MANIFEST_BYTES_MAX} are taken", source.len());
        let problem = Problem::new(Code::ManifestLimit, Position::START, "", message);
        problems.add(problem.mend("move long scripts into files that the tasks run"));
        None
    } else {
        read(source, &mut problems)
    };
    match manifest {
        Some(manifest) if problems.is_empty() => Ok(manifest),
        _ => Err(problems.into_sorted()),
    }
}

fn read(source: &str, problems: &mut Problems) -> Option<Manifest> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let document = match source.trim_start().starts_with('{') {
        true => json::read(source, problems)?,
        false => yaml::read(source, problems).or_else(|| refuse_empty(problems))?,
    };
    if matches!(document.data, Data::Null) {
        return refuse_empty(problems).and(None);
    }
    workflow(&document, source, problems)
}

fn refuse_empty(problems: &mut Problems) -> Option<Node> {
    if problems.is_empty() {
        let message = "the file holds nothing";
        let problem = Problem::new(Code::ManifestEmpty, Position::START, "", message);
        problems.add(problem.mend("begin with `name:`, `version:` and `tasks:`"));
    }
    None
}

/// The workflow that a document says; `source` is what it stands in.
pub(super) fn workflow(document: &Node, source: &str, problems: &mut Problems) -> Option<Manifest> {
    let entries = mapping(document, "", "a mapping: a workflow", problems)?;
    unknown_fields(entries, FIELDS, "", problems);
    let get = |name: &str| document.entry(name).map(|entry| &entry.value);
    let hint = "add `name:` and a name like `disk-triage`";
    let name = required(document, "name", "", hint, problems).map(|entry| &entry.value);
    let hint = "add `version: 1.0.0`";
    let version = required(document, "version", "", hint, problems).map(|entry| &entry.value);
    let hint = "add `tasks:` and at least one task";
    let task_list = required(document, "tasks", "", hint, problems).map(|entry| &entry.value);
    let mut manifest = Manifest {
        name: name.and_then(|node| read_name(node, problems)).unwrap_or_default(),
        version: version.and_then(|node| read_version(node, problems)).unwrap_or_default(),
        title: get("title").and_then(|node| read_title(node, problems)).unwrap_or_default(),
        description: get("description")
            .and_then(|node| read_description(node, problems))
            .unwrap_or_default(),
        tags: get("tags").map(|node| governed::tags(node, problems)).unwrap_or_default(),
        owners: get("owners").map(|node| governed::owners(node, problems)).unwrap_or_default(),
        inputs: get("inputs").map(|node| inputs::read(node, problems)).unwrap_or_default(),
        timeout_ms: get("timeout").and_then(|node| timeout(node, "timeout", problems)),
        env: get("env").map(|node| task::env(node, "env", problems)).unwrap_or_default(),
        concurrency: get("concurrency").and_then(|node| concurrency::read(node, problems)),
        risk: get("risk").and_then(|node| choice(node, "risk", &Risk::WORDS, problems)),
        data_sensitivity: get("data_sensitivity")
            .and_then(|node| choice(node, "data_sensitivity", &Sensitivity::WORDS, problems)),
        regions: get("regions").map(|node| governed::regions(node, problems)).unwrap_or_default(),
        purpose: get("purpose").map(|node| governed::purpose(node, problems)).unwrap_or_default(),
        undo: get("undo").and_then(|node| undo(node, problems)).unwrap_or_default(),
        tasks: Vec::new(),
        outputs: get("outputs")
            .map(|node| task::outputs(node, "outputs", problems))
            .unwrap_or_default(),
    };
    let nodes = task_list.map(|node| task_nodes(node, problems)).unwrap_or_default();
    manifest.tasks = nodes
        .iter()
        .enumerate()
        .filter_map(|(index, node)| task::read(node, &item_path("tasks", index), problems))
        .collect::<Vec<TaskSpec>>();
    together(document, nodes, (source, &manifest.inputs), problems);
    Some(manifest)
}

fn undo(node: &Node, problems: &mut Problems) -> Option<Undo> {
    let words = [("manual", Undo::Manual), ("on_failure", Undo::OnFailure)];
    choice(node, "undo", &words, problems)
}

fn read_name(node: &Node, problems: &mut Problems) -> Option<String> {
    let name = text(node, "name", problems)?;
    if !is_word(name, 3, 64, b"_-") {
        let message = format!("{} is not a name that a workflow can have", quoted(name));
        let problem = Problem::new(Code::ManifestName, node.at, "name", message);
        problems.add(problem.mend("use 3 to 64 letters, digits, `_` and `-`"));
    }
    Some(name.to_owned())
}

fn read_version(node: &Node, problems: &mut Problems) -> Option<String> {
    let version = text(node, "version", problems)?;
    let lower = !version.bytes().any(|b| b.is_ascii_uppercase());
    let pre = |parsed: &semver::Version| !parsed.pre.as_str().contains('-');
    let fits = version.len() <= VERSION_CHARS_MAX
        && lower
        && semver::Version::parse(version)
            .is_ok_and(|parsed| parsed.build.is_empty() && pre(&parsed));
    if !fits {
        let message = format!("{} is not a version like `1.4.0` or `2.0.0-rc.1`", quoted(version));
        let hint = match version.strip_prefix('v') {
            Some(rest) if semver::Version::parse(rest).is_ok() => format!("write `{rest}`"),
            _ => {
                "write three numbers with dots; a pre-release is lower-case, without build metadata"
                    .to_owned()
            }
        };
        problems.add(Problem::new(Code::ManifestVersion, node.at, "version", message).mend(hint));
    }
    Some(version.to_owned())
}

fn read_title(node: &Node, problems: &mut Problems) -> Option<String> {
    let title = text(node, "title", problems)?;
    let length = title.chars().count();
    if length > TITLE_CHARS_MAX || title.chars().any(char::is_control) {
        let message = format!("a title is one line of at most {TITLE_CHARS_MAX} characters");
        let problem = Problem::new(Code::ManifestLimit, node.at, "title", message);
        problems.add(problem.mend("shorten it; `description` has room for more"));
    }
    Some(title.trim().to_owned())
}

fn read_description(node: &Node, problems: &mut Problems) -> Option<String> {
    let description = text(node, "description", problems)?;
    let length = description.chars().count();
    if length > DESCRIPTION_CHARS_MAX {
        let message = format!("{length} characters, and {DESCRIPTION_CHARS_MAX} are taken");
        let problem = Problem::new(Code::ManifestLimit, node.at, "description", message);
        problems.add(problem.mend("shorten it and link to the rest"));
    }
    Some(description.to_owned())
}

fn task_nodes<'n>(node: &'n Node, problems: &mut Problems) -> &'n [Node] {
    let Some(items) = list(node, "tasks", "a list of tasks", problems) else { return &[] };
    if items.is_empty() {
        let problem = Problem::new(Code::ManifestNoTasks, node.at, "tasks", "there is no task");
        problems.add(problem.mend("add one, like `{id: hello, uses: \"pkg:builtin/noop@1\"}`"));
    }
    if items.len() > TASKS_MAX {
        let message = format!("{} tasks, and {TASKS_MAX} are taken", items.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, "tasks", message);
        problems.add(problem.mend("split the workflow"));
        return &items[..TASKS_MAX];
    }
    items
}

/// What can be checked only when all tasks are known: ids, needs, circles, references.
fn together(
    document: &Node,
    nodes: &[Node],
    (source, schema): (&str, &serde_json::Map<String, serde_json::Value>),
    problems: &mut Problems,
) {
    let ids: Vec<&str> = nodes
        .iter()
        .map(|node| node.entry("id").and_then(|entry| entry.value.text()).unwrap_or_default())
        .collect();
    refuse_duplicate_ids(nodes, &ids, problems);
    let needs: Vec<Needs> =
        (0..nodes.len()).map(|index| task_needs(&nodes[index], index, &ids, problems)).collect();
    refuse_cycles(&ids, &needs, problems);

    let names = InputNames::of(schema);
    let templates = Templates::new(source, &names, &ids);
    references::check(document, (nodes, &ancestors(&needs)), &templates, problems);
}

fn refuse_duplicate_ids(nodes: &[Node], ids: &[&str], problems: &mut Problems) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
        let earlier = *first.entry(id).or_insert(index);
        if earlier == index {
            continue;
        }
        let Some(entry) = nodes[index].entry("id") else { continue };
        let line = nodes[earlier].entry("id").map_or(0, |entry| entry.value.at.line);
        let message = format!("the id {} is taken by the task in line {line}", quoted(id));
        let path = format!("tasks[{index}].id");
        let problem = Problem::new(Code::ManifestTaskDuplicate, entry.value.at, path, message);
        problems.add(problem.mend("give one of the two another id"));
    }
}

/// The items of a `needs`, and what comes before them in their path.
fn needed(node: &Node) -> Option<(&'static str, &[Node])> {
    let word = |word| match node.entry(word).map(|entry| &entry.value.data) {
        Some(Data::List(items)) => Some(items.as_slice()),
        _ => None,
    };
    match &node.data {
        Data::List(items) => Some(("", items)),
        _ => word("any").map(|items| (".any", items)).or(word("all").map(|items| (".all", items))),
    }
}

fn task_needs(node: &Node, index: usize, ids: &[&str], problems: &mut Problems) -> Needs {
    let mut needs = Needs::new();
    let Some((word, items)) = node.entry("needs").and_then(|entry| needed(&entry.value)) else {
        return needs;
    };
    for (position, item) in items.iter().enumerate() {
        let Some(wanted) = item.text() else { continue };
        let path = format!("tasks[{index}].needs{word}[{position}]");
        let found = ids.iter().position(|id| *id == wanted && !id.is_empty());
        let (code, message, hint) = match found {
            None => {
                let hint = match similar(wanted, ids.iter().copied()) {
                    Some(id) => format!("write `{id}`"),
                    None => "name a task of this workflow".to_owned(),
                };
                (Code::ManifestNeedsUnknown, format!("there is no task {}", quoted(wanted)), hint)
            }
            Some(task) if task == index => (
                Code::ManifestNeedsSelf,
                "the task needs itself".to_owned(),
                "remove it".to_owned(),
            ),
            Some(task) if needs.iter().any(|(known, ..)| *known == task) => (
                Code::ManifestNeedsDuplicate,
                format!("{} is named twice", quoted(wanted)),
                "remove one of the two".to_owned(),
            ),
            Some(task) => {
                needs.push((task, item.at, path));
                continue;
            }
        };
        problems.add(Problem::new(code, item.at, path, message).mend(hint));
    }
    needs
}
