//! What a walk reached, as a tree: each entity below the one that it was reached from.

use std::collections::HashMap;

use conductor_protocol::{
    needles::Needles,
    v1::{GraphEdge, GraphEntity, GraphNode, GraphPurpose, WalkGraphResponse},
};

use crate::{app::Fault, theme::Glyphs, widget::Scroll};

/// Rows that are drawn below one another at most: what the daemon walks at most.
const ROWS_MAX: usize = 2_000;

/// A walk that is shown.
#[derive(Debug)]
pub(crate) struct Reached {
    pub(crate) from: String,
    pub(crate) purpose: GraphPurpose,
    /// Nothing until the answer.
    pub(crate) found: Option<Result<WalkGraphResponse, Fault>>,
    pub(crate) scroll: Scroll,
}

impl Reached {
    pub(crate) fn new(from: &str, purpose: GraphPurpose) -> Self {
        let scroll = Scroll::default();
        Self { from: from.to_owned(), purpose, found: None, scroll }
    }

    /// What it is called.
    pub(crate) const fn title(&self) -> &'static str {
        match self.purpose {
            GraphPurpose::Blast => "Blast radius",
            GraphPurpose::Upstream => "Came from",
            GraphPurpose::Downstream => "Came of it",
            GraphPurpose::Around | GraphPurpose::Unspecified => "Around",
        }
    }

    /// The command that gives the same.
    pub(crate) fn twin(&self) -> String {
        match self.purpose {
            GraphPurpose::Blast => format!("conductor graph blast {}", self.from),
            GraphPurpose::Upstream => format!("conductor graph lineage {} --up", self.from),
            GraphPurpose::Downstream => format!("conductor graph lineage {} --down", self.from),
            GraphPurpose::Around | GraphPurpose::Unspecified => {
                format!("conductor graph show {} --depth 4", self.from)
            }
        }
    }

    pub(crate) fn answer(&self) -> Option<&WalkGraphResponse> {
        self.found.as_ref()?.as_ref().ok()
    }

    /// Its rows, in the order of the tree.
    pub(crate) fn rows(&self, words: &str) -> Vec<Step<'_>> {
        let needles = Needles::new(words);
        let has = |step: &Step<'_>| {
            needles.matches(&format!("{} {}", step.name(), step.edge.map_or("", |edge| &edge.kind)))
        };
        let all = self.answer().map(|found| tree(&found.nodes, &found.edges)).unwrap_or_default();
        all.into_iter().filter(has).collect()
    }
}

/// A row of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Step<'a> {
    pub(crate) entity: Option<&'a GraphEntity>,
    /// The edge along which it was reached; none for the beginning.
    pub(crate) edge: Option<&'a GraphEdge>,
    /// Whether there is a sibling below, for it and each one above, the outermost first.
    goes_on: Vec<bool>,
}

impl Step<'_> {
    pub(crate) fn name(&self) -> &str {
        self.entity.map_or("", |entity| entity.name.as_str())
    }

    /// How far it is from the beginning.
    pub(crate) fn depth(&self) -> usize {
        self.goes_on.len()
    }

    /// The edge ends at it, so that it is read towards it.
    pub(crate) fn is_ahead(&self) -> bool {
        self.edge.is_some_and(|edge| edge.to == self.name())
    }

    /// The lines that lead to it.
    pub(crate) fn lines(&self, glyphs: &Glyphs) -> String {
        let Some((own, above)) = self.goes_on.split_last() else { return String::new() };
        let mut lines: String =
            above.iter().map(|goes_on| if *goes_on { glyphs.tree_down } else { "  " }).collect();
        lines.push_str(if *own { glyphs.tree_branch } else { glyphs.tree_last });
        lines
    }
}

fn name(node: &GraphNode) -> &str {
    node.entity.as_ref().map_or("", |entity| entity.name.as_str())
}

fn tree<'a>(nodes: &'a [GraphNode], edges: &'a [GraphEdge]) -> Vec<Step<'a>> {
    let places: HashMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, node)| (name(node), place)).collect();
    let via = |node: &GraphNode| edges.get(usize::try_from(node.via?).ok()?);
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut tops = Vec::new();
    for (place, node) in nodes.iter().enumerate() {
        let above = via(node).and_then(|edge| {
            let other = if edge.to == name(node) { &edge.from } else { &edge.to };
            places.get(other.as_str()).copied().filter(|above| *above < place)
        });
        match above {
            Some(above) => below[above].push(place),
            None => tops.push(place),
        }
    }
    let mut steps = Vec::new();
    let mut open: Vec<(usize, Vec<bool>)> =
        tops.into_iter().rev().map(|place| (place, Vec::new())).collect();
    while let Some((place, goes_on)) = open.pop() {
        if steps.len() >= ROWS_MAX {
            break;
        }
        for (number, child) in below[place].iter().rev().enumerate() {
            let mut lines = goes_on.clone();
            lines.push(number > 0);
            open.push((*child, lines));
        }
        let node = &nodes[place];
        steps.push(Step { entity: node.entity.as_ref(), edge: via(node), goes_on });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::ASCII;

    #[test]
    fn a_walk_is_drawn_as_a_tree_and_none_is_lost() {
        let node = |name: &str, depth: u32, via: Option<u32>| GraphNode {
            entity: Some(GraphEntity { name: name.into(), ..<_>::default() }),
            depth,
            via,
        };
        let edge = |from: &str, to: &str| GraphEdge {
            from: from.into(),
            kind: "touched".into(),
            to: to.into(),
            ..<_>::default()
        };
        let found = WalkGraphResponse {
            nodes: vec![
                node("host:a", 0, None),
                node("run:1", 1, Some(0)),
                node("run:2", 1, Some(1)),
                node("task:1/x", 2, Some(2)),
                node("lost", 2, Some(9)),
            ],
            edges: vec![
                edge("run:1", "host:a"),
                edge("run:2", "host:a"),
                edge("task:1/x", "run:1"),
            ],
            ..<_>::default()
        };
        let mut reached = Reached::new("host:a", GraphPurpose::Blast);
        reached.found = Some(Ok(found));
        let drawn: Vec<String> =
            reached.rows("").iter().map(|step| step.lines(&ASCII) + step.name()).collect();
        assert_eq!(drawn, ["host:a", "|-run:1", "| `-task:1/x", "`-run:2", "lost"]);
        assert_eq!(reached.rows("RUN").len(), 2);
    }
}
