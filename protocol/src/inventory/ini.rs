//! Ansible's INI inventories: sections of hosts, `[group:children]`, `[group:vars]`.

use serde_json::Value;

use super::{
    group_tree::{ALL, Tree, UNGROUPED, Vars, problem},
    range,
};
use crate::manifest::problem::{Position, Problem, quoted};

/// What the lines of a section are.
enum Section {
    Hosts(String),
    Children(String),
    Vars(String),
}

/// The source as a tree.
pub(super) fn read(source: &str) -> Result<Tree, Problem> {
    let mut tree = Tree::default();
    tree.group(ALL, Position::START)?;
    tree.group(UNGROUPED, Position::START)?;
    let mut section = Section::Hosts(UNGROUPED.to_owned());
    // Groups that were named outside of a section of their own.
    let mut named: Vec<(String, Position)> = Vec::new();
    // The section with a group's hosts may come after the one with its variables.
    let mut variables: Vec<(String, Vars)> = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let column = line.chars().take_while(|c| c.is_whitespace()).count() + 1;
        let at = Position::new(index + 1, column);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = header(line) {
            section = begin(header, at, &mut tree, &mut named)?;
            continue;
        }
        match &section {
            Section::Hosts(group) => hosts(line, group, at, &mut tree)?,
            Section::Children(group) => {
                let child = line.split('#').next().unwrap_or_default().trim();
                named.push((child.to_owned(), at));
                tree.child(group, child);
            }
            Section::Vars(group) => {
                let (name, value) = line.split_once('=').ok_or_else(|| {
                    problem(at, format!("{} is no variable", quoted(line)), "write `name=value`")
                })?;
                let value = Value::from(unquoted(value.trim()));
                variables.push((group.clone(), Vars::from_iter([(name.trim().to_owned(), value)])));
            }
        }
    }
    variables.into_iter().for_each(|(group, vars)| tree.group_vars(&group, vars));
    match named.into_iter().find(|(name, _)| !tree.has_group(name)) {
        Some((name, at)) => {
            let message = format!("there is no group {}", quoted(&name));
            Err(problem(at, message, format!("add a section `[{name}]`")))
        }
        None => Ok(tree),
    }
}

/// What stands between the brackets of a line that is nothing but a section's head.
fn header(line: &str) -> Option<&str> {
    let (header, after) = line.strip_prefix('[')?.split_once(']')?;
    let after = after.trim();
    (after.is_empty() || after.starts_with(['#', ';'])).then_some(header.trim())
}

fn begin(
    header: &str,
    at: Position,
    tree: &mut Tree,
    named: &mut Vec<(String, Position)>,
) -> Result<Section, Problem> {
    let (name, kind) = header.split_once(':').unwrap_or((header, "hosts"));
    match kind {
        "hosts" => {
            tree.group(name, at)?;
            Ok(Section::Hosts(name.to_owned()))
        }
        "children" => {
            tree.group(name, at)?;
            Ok(Section::Children(name.to_owned()))
        }
        "vars" => {
            named.push((name.to_owned(), at));
            Ok(Section::Vars(name.to_owned()))
        }
        other => {
            let message = format!("a section of {} is not known", quoted(other));
            Err(problem(
                at,
                message,
                format!("write `[{name}]`, `[{name}:children]` or `[{name}:vars]`"),
            ))
        }
    }
}

/// A line with a host, or a range of them, and their variables.
fn hosts(line: &str, group: &str, at: Position, tree: &mut Tree) -> Result<(), Problem> {
    let wrong = |message: String| problem(at, message, "write `name variable=value …`");
    let words = words(line).map_err(|why| wrong(why.to_owned()))?;
    let Some((name, rest)) = words.split_first() else { return Ok(()) };
    let mut vars = Vars::new();
    let (name, port) = name_and_port(name);
    if let Some(port) = port {
        vars.insert("ansible_port".into(), Value::from(port));
    }
    for word in rest {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| wrong(format!("{} is no variable", quoted(word))))?;
        vars.insert(name.to_owned(), Value::from(value));
    }
    let names = range::expand(name).map_err(|why| wrong(format!("{}: {why}", quoted(name))))?;
    names.iter().try_for_each(|name| tree.host(name, group, vars.clone(), at))
}

/// `name:port`, where there is one colon outside of brackets.
fn name_and_port(word: &str) -> (&str, Option<&str>) {
    match word.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty()
                && port.bytes().all(|b| b.is_ascii_digit())
                && name.matches('[').count() == name.matches(']').count()
                && !outside_brackets(name).contains(':') =>
        {
            (name, Some(port))
        }
        _ => (word, None),
    }
}

fn outside_brackets(name: &str) -> String {
    name.split('[').map(|part| part.rsplit(']').next().unwrap_or_default()).collect()
}

/// Words as a shell would part them, up to a comment.
fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '#' if word.is_none() => break,
            quote @ ('"' | '\'') => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        None => return Err("a quote is not closed"),
                        Some(end) if end == quote => break,
                        Some('\\') if quote == '"' => word.extend(chars.next()),
                        Some(inside) => word.push(inside),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        let inside = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inside) = inside {
            return inside;
        }
    }
    text
}
