//! A source of an inventory as a text: which format it is of, and the YAML and JSON ones.

use serde_json::Value;

use super::{
    HostDraft, LabelRules,
    group_tree::{ALL, Tree, UNGROUPED, Vars, problem},
    ini,
    limits::SOURCE_BYTES_MAX,
    range,
};
use crate::{
    error_code::Code,
    manifest::{
        json,
        node::{Data, Entry, Node, field_path, item_path},
        problem::{Position, Problem, Problems, listed, quoted, similar},
        yaml,
    },
};

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Ansible's INI.
    Ini,
    /// Ansible's YAML, or our own.
    Yaml,
    /// What Ansible's dynamic inventory scripts print, or our own.
    Json,
}

impl Format {
    /// By the name of its file, or by its first character where that says nothing.
    #[must_use]
    pub fn of(file: &str, text: &str) -> Self {
        let file = file.to_ascii_lowercase();
        let first = text.trim_start().chars().next();
        match file.rsplit_once('.').map(|(_, extension)| extension) {
            Some("ini" | "cfg") => Self::Ini,
            Some("yaml" | "yml") => Self::Yaml,
            Some("json") => Self::Json,
            _ if first == Some('{') => Self::Json,
            _ if text.trim_start().starts_with("---") || has_yaml_top(text) => Self::Yaml,
            _ => Self::Ini,
        }
    }
}

/// Whether the first line that says something is `name:`, which no line of INI is.
fn has_yaml_top(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !line.trim().is_empty() && !line.starts_with(['#', ';']));
    first.is_some_and(|line| line.ends_with(':') && !line.contains([' ', '[']))
}

/// Reads one source.
///
/// # Errors
/// `INVENTORY_INVALID`, each problem with its line and column.
pub fn parse(
    format: Format,
    source: &str,
    rules: &LabelRules,
) -> Result<Vec<HostDraft>, Vec<Problem>> {
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("{} bytes, and {SOURCE_BYTES_MAX} are taken", source.len());
        return Err(vec![problem(Position::START, message, "split the inventory")]);
    }
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let tree = match format {
        Format::Ini => ini::read(source).map_err(|problem| vec![problem])?,
        Format::Yaml | Format::Json => read_document(format, source)?,
    };
    tree.resolve(rules).map_err(|problem| vec![problem])
}

fn read_document(format: Format, source: &str) -> Result<Tree, Vec<Problem>> {
    let mut problems = Problems::default();
    let node = match format {
        Format::Json => json::read(source, &mut problems),
        _ => yaml::read(source, &mut problems),
    };
    if !problems.is_empty() {
        return Err(problems.into_sorted().into_iter().map(as_ours).collect());
    }
    let mut tree = Tree::default();
    let read = node.map_or(Ok(()), |node| root(&node, &mut tree));
    read.map_err(|problem| vec![problem]).map(|()| tree)
}

/// A problem that the readers of manifests found.
fn as_ours(problem: Problem) -> Problem {
    let message = problem.message.replace(" in a manifest", " in an inventory");
    let message = message.replace("a file holds one workflow", "a source is one document");
    let hint = match problem.code {
        Code::ManifestDocuments => "give every inventory its own file".to_owned(),
        _ => problem.hint,
    };
    Problem { code: Code::InventoryInvalid, message, hint, ..problem }
}

fn root(node: &Node, tree: &mut Tree) -> Result<(), Problem> {
    let entries = match &node.data {
        Data::Null => return Ok(()),
        Data::Map(entries) => entries,
        _ => {
            let message = format!("an inventory is a mapping, not {}", node.kind());
            return Err(problem(node.at, message, "begin with `hosts:`"));
        }
    };
    tree.group(ALL, node.at)?;
    tree.group(UNGROUPED, node.at)?;
    if node.entry("hosts").is_some() {
        only(entries, &["hosts"], "")?;
        return entries.iter().try_for_each(|entry| own_hosts(&entry.value, tree));
    }
    for entry in entries.iter().filter(|entry| entry.key != "_meta") {
        group(&entry.key, &entry.value, &field_path("", &entry.key), tree)?;
    }
    if let Some(meta) = node.entry("_meta").and_then(|meta| meta.value.entry("hostvars")) {
        for entry in mapping(&meta.value, "_meta.hostvars")? {
            tree.host_vars(&entry.key, vars(&entry.value, "_meta.hostvars")?);
        }
    }
    Ok(())
}

/// A group, as Ansible has it in YAML (mappings) or in JSON (lists).
fn group(name: &str, node: &Node, path: &str, tree: &mut Tree) -> Result<(), Problem> {
    tree.group(name, node.at)?;
    let entries = match &node.data {
        Data::Null => return Ok(()),
        Data::List(_) => return group_hosts(name, node, path, tree),
        _ => mapping(node, path)?,
    };
    only(entries, &["hosts", "children", "vars"], path)?;
    for entry in entries {
        let path = field_path(path, &entry.key);
        match entry.key.as_str() {
            "hosts" => group_hosts(name, &entry.value, &path, tree)?,
            "vars" => tree.group_vars(name, vars(&entry.value, &path)?),
            _ => children(name, &entry.value, &path, tree)?,
        }
    }
    Ok(())
}

fn children(parent: &str, node: &Node, path: &str, tree: &mut Tree) -> Result<(), Problem> {
    if let Data::List(items) = &node.data {
        for (index, item) in items.iter().enumerate() {
            let child = text(item, &item_path(path, index))?;
            tree.group(child, item.at)?;
            tree.child(parent, child);
        }
        return Ok(());
    }
    for entry in mapping(node, path)? {
        // Recursion is bounded by the depth of the document.
        group(&entry.key, &entry.value, &field_path(path, &entry.key), tree)?;
        tree.child(parent, &entry.key);
    }
    Ok(())
}

fn group_hosts(group: &str, node: &Node, path: &str, tree: &mut Tree) -> Result<(), Problem> {
    if let Data::List(items) = &node.data {
        return items.iter().enumerate().try_for_each(|(index, item)| {
            let name = text(item, &item_path(path, index))?;
            add(name, group, &Vars::new(), item.at, tree)
        });
    }
    mapping(node, path)?.iter().try_for_each(|entry| {
        let vars = vars(&entry.value, &field_path(path, &entry.key))?;
        add(&entry.key, group, &vars, entry.at, tree)
    })
}

fn add(
    pattern: &str,
    group: &str,
    vars: &Vars,
    at: Position,
    tree: &mut Tree,
) -> Result<(), Problem> {
    let names = range::expand(pattern).map_err(|why| {
        problem(at, format!("{}: {why}", quoted(pattern)), "write a name, or one with a range")
    })?;
    names.iter().try_for_each(|name| tree.host(name, group, vars.clone(), at))
}

/// Our own form: a list of hosts, or a mapping of their names.
fn own_hosts(node: &Node, tree: &mut Tree) -> Result<(), Problem> {
    match &node.data {
        Data::List(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            let path = item_path("hosts", index);
            if let Some(name) = item.text() {
                return add(name, UNGROUPED, &Vars::new(), item.at, tree);
            }
            mapping(item, &path)?;
            let name = item.entry("name").ok_or_else(|| {
                problem(item.at, format!("{path} has no name"), "add `name:` to it")
            })?;
            own_host(text(&name.value, &path)?, item, &path, tree)
        }),
        _ => mapping(node, "hosts")?.iter().try_for_each(|entry| {
            own_host(&entry.key, &entry.value, &field_path("hosts", &entry.key), tree)
        }),
    }
}

fn own_host(name: &str, node: &Node, path: &str, tree: &mut Tree) -> Result<(), Problem> {
    let entries: &[Entry] =
        if matches!(node.data, Data::Null) { &[] } else { mapping(node, path)? };
    only(entries, &["name", "address", "port", "user", "groups", "labels"], path)?;
    let mut vars = Vars::new();
    let mut groups = vec![UNGROUPED.to_owned()];
    for entry in entries {
        let path = field_path(path, &entry.key);
        let value = &entry.value;
        let variable = match entry.key.as_str() {
            "address" => "ansible_host",
            "port" => "ansible_port",
            "user" => "ansible_user",
            "labels" => "labels",
            "groups" => {
                let Data::List(items) = &value.data else {
                    return Err(wrong_type(value, &path, "a list of names"));
                };
                for item in items {
                    groups.push(text(item, &path)?.to_owned());
                }
                continue;
            }
            _ => continue,
        };
        vars.insert(variable.to_owned(), value.to_value());
    }
    for group in &groups {
        tree.group(group, node.at)?;
        add(name, group, &vars, node.at, tree)?;
    }
    Ok(())
}

fn only(entries: &[Entry], known: &[&str], path: &str) -> Result<(), Problem> {
    let Some(entry) = entries.iter().find(|entry| !known.contains(&entry.key.as_str())) else {
        return Ok(());
    };
    let of = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
    let mend = match similar(&entry.key, known.iter().copied()) {
        Some(name) => format!("write `{name}`"),
        None => format!("there are {}", listed(known.iter().copied())),
    };
    Err(problem(entry.at, format!("{} is not known{of}", quoted(&entry.key)), mend))
}

fn mapping<'n>(node: &'n Node, path: &str) -> Result<&'n [Entry], Problem> {
    match &node.data {
        Data::Map(entries) => Ok(entries),
        Data::Null => Ok(&[]),
        _ => Err(wrong_type(node, path, "a mapping")),
    }
}

fn vars(node: &Node, path: &str) -> Result<Vars, Problem> {
    mapping(node, path)?;
    match node.to_value() {
        Value::Object(vars) => Ok(vars),
        _ => Ok(Vars::new()),
    }
}

fn text<'n>(node: &'n Node, path: &str) -> Result<&'n str, Problem> {
    node.text().ok_or_else(|| wrong_type(node, path, "a name; put quotes around it"))
}

fn wrong_type(node: &Node, path: &str, expected: &str) -> Problem {
    let message = format!("`{path}` is {}", node.kind());
    problem(node.at, message, format!("make it {expected}"))
}
