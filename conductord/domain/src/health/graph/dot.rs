//! A walk as Graphviz reads it.

use std::fmt::Write as _;

use super::{Entity, EntityKey, EntityKind, Walked};

/// Characters of a label's line, at most.
const LABEL_CHARS_MAX: usize = 60;

/// The walk as a digraph in the DOT language. `entity` gives what is known of a node.
#[must_use]
pub fn dot(walked: &Walked, entity: impl Fn(&EntityKey) -> Option<Entity>) -> String {
    let mut text =
        String::from("digraph conductor {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for node in &walked.nodes {
        let found = entity(&node.key);
        let state = found.as_ref().map_or("", |found| found.state.as_str());
        let style = match found.as_ref().map(|found| found.life) {
            None | Some(super::Life::Live) => "solid",
            Some(super::Life::Archived) => "dashed",
            Some(super::Life::Deleted) => "dotted",
        };
        let (name, label) = (quoted(&node.key.to_string()), label(&node.key, state));
        let shape = shape(node.key.kind);
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {name} [label={label}, shape={shape}, style={style}];");
    }
    for edge in &walked.edges {
        let (from, to) = (quoted(&edge.from.to_string()), quoted(&edge.to.to_string()));
        let _ = writeln!(text, "  {from} -> {to} [label={}];", quoted(edge.kind.word()));
    }
    text.push_str("}\n");
    text
}

const fn shape(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Workflow => "component",
        EntityKind::Run => "box",
        EntityKind::Task => "ellipse",
        EntityKind::Schedule => "octagon",
        EntityKind::Tenant => "house",
        EntityKind::User => "oval",
        EntityKind::System => "box3d",
        EntityKind::Resource => "cylinder",
        EntityKind::Decision => "diamond",
        EntityKind::Approval => "hexagon",
        EntityKind::Receipt => "tab",
        EntityKind::Artifact => "note",
    }
}

/// Kind, id and state, a line each.
fn label(key: &EntityKey, state: &str) -> String {
    let cut = |line: &str| match line.char_indices().nth(LABEL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    let mut lines = vec![key.kind.word().to_owned(), cut(&key.id)];
    if !state.is_empty() {
        lines.push(cut(state));
    }
    let inner: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", inner.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A backslash begins an escape in labels, so it is doubled.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
