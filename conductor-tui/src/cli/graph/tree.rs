//! A walk as a tree: each entity below the one that it was reached from, with the edge in words.

use std::collections::HashMap;

use conductor_protocol::v1::{GraphEdge, GraphNode};

use super::shown::state;
use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Style, one_line, with_glyph},
};

/// Columns of a line where nobody says how many there are.
const WIDTH_DEFAULT: usize = 80;

/// The lines that lead to an entity.
struct Lines {
    branch: &'static str,
    last: &'static str,
    through: &'static str,
    to: &'static str,
    from: &'static str,
}

const UNICODE: Lines =
    Lines { branch: "├─ ", last: "└─ ", through: "│  ", to: "→", from: "←" };
const ASCII: Lines = Lines { branch: "|- ", last: "`- ", through: "|  ", to: "->", from: "<-" };

/// Prints a walk.
pub(super) fn print(
    (nodes, edges): (&[GraphNode], &[GraphEdge]),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let style = context.output.style;
    for line in drawn((nodes, edges), style) {
        // Where it does not go to a terminal nothing is cut.
        let width = context.output.width.map(|width| width.max(WIDTH_DEFAULT / 2));
        context.output.line(cut(&line, width, style))?;
    }
    Ok(())
}

fn drawn((nodes, edges): (&[GraphNode], &[GraphEdge]), style: Style) -> Vec<String> {
    let places: HashMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, node)| (name(node), place)).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        let via = node.via.and_then(|via| edges.get(usize::try_from(via).ok()?));
        let above = via.and_then(|edge| {
            let other = if edge.to == name(node) { &edge.from } else { &edge.to };
            places.get(other.as_str()).copied()
        });
        if let Some(above) = above.filter(|above| *above != place) {
            below[above].push(place);
        }
    }
    let lines = if style.unicode { &UNICODE } else { &ASCII };
    let mut drawing = Drawing { nodes, edges, below, style, lines, text: Vec::new() };
    if !nodes.is_empty() {
        drawing.text.push(drawing.label(0, ""));
        drawing.children(0, "");
    }
    drawing.text
}

struct Drawing<'w> {
    nodes: &'w [GraphNode],
    edges: &'w [GraphEdge],
    below: Vec<Vec<usize>>,
    style: Style,
    lines: &'static Lines,
    text: Vec<String>,
}

impl Drawing<'_> {
    /// What hangs below a node. As deep as the daemon walks, which is bounded.
    fn children(&mut self, place: usize, indent: &str) {
        let children = std::mem::take(&mut self.below[place]);
        for (number, child) in children.iter().enumerate() {
            let is_last = number + 1 == children.len();
            let turn = if is_last { self.lines.last } else { self.lines.branch };
            let label = self.label(*child, &format!("{indent}{turn}"));
            self.text.push(label);
            let through = if is_last { "   " } else { self.lines.through };
            self.children(*child, &format!("{indent}{through}"));
        }
    }

    /// A line: how it hangs together with the one above, what it is, and where it stands.
    fn label(&self, place: usize, indent: &str) -> String {
        let node = &self.nodes[place];
        let edge = node.via.and_then(|via| self.edges.get(usize::try_from(via).ok()?));
        let mut line = indent.to_owned();
        if let Some(edge) = edge {
            let arrow = if edge.to == name(node) { self.lines.to } else { self.lines.from };
            line.push_str(&edge.kind);
            line.push(' ');
            line.push_str(arrow);
            line.push(' ');
        }
        line.push_str(&one_line(name(node)));
        let stands = node.entity.as_ref().map(state).unwrap_or_default();
        if !stands.is_empty() {
            line.push_str("  ");
            line.push_str(&with_glyph(&one_line(&stands), self.style));
        }
        line
    }
}

fn name(node: &GraphNode) -> &str {
    node.entity.as_ref().map_or("", |entity| entity.name.as_str())
}

/// A line no longer than the terminal is wide.
fn cut(line: &str, width: Option<usize>, style: Style) -> String {
    match width {
        Some(width) if line.chars().count() > width => {
            let kept: String = line.chars().take(width.saturating_sub(1)).collect();
            format!("{kept}{}", if style.unicode { '…' } else { '~' })
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::GraphEntity;

    use super::*;

    fn node(name: &str, state: &str, depth: u32, via: Option<u32>) -> GraphNode {
        let life = if state == "retired" { "archived" } else { "live" };
        let (name, state, life) = (name.to_owned(), state.to_owned(), life.to_owned());
        let entity = GraphEntity { name, state, life, ..GraphEntity::default() };
        GraphNode { entity: Some(entity), depth, via }
    }

    fn edge(from: &str, kind: &str, to: &str) -> GraphEdge {
        let (from, kind, to) = (from.to_owned(), kind.to_owned(), to.to_owned());
        GraphEdge { from, kind, to, ..GraphEdge::default() }
    }

    #[test]
    fn a_walk_is_a_tree_of_words_and_shapes() {
        let nodes = [
            node("run:run_1", "succeeded", 0, None),
            node("workflow:deploy@1.0.0", "retired", 1, Some(0)),
            node("task:run_1/build", "succeeded", 1, Some(1)),
            node("artifact:sha256:aa", "", 2, Some(2)),
        ];
        let edges = [
            edge("run:run_1", "of_workflow", "workflow:deploy@1.0.0"),
            edge("task:run_1/build", "part_of", "run:run_1"),
            edge("task:run_1/build", "produced", "artifact:sha256:aa"),
        ];
        let text = |unicode| drawn((&nodes, &edges), Style { color: false, unicode }).join("\n");
        insta::assert_snapshot!(text(true), @r"
        run:run_1  ✓ succeeded
        ├─ of_workflow → workflow:deploy@1.0.0  · retired, archived
        └─ part_of ← task:run_1/build  ✓ succeeded
           └─ produced → artifact:sha256:aa
        ");
        assert!(text(false).is_ascii());
    }

    #[test]
    fn a_line_is_as_wide_as_the_terminal() {
        let style = |unicode| Style { color: false, unicode };
        assert_eq!(cut("run:run_1", Some(5), style(true)), "run:…");
        assert_eq!(cut("run:run_1", Some(5), style(false)), "run:~");
        assert_eq!(cut("run:run_1", None, style(true)), "run:run_1");
    }
}
