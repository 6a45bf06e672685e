//! Edges of the entity in the middle as rows: those that end at it above it, those that begin at it below.

use std::collections::BTreeSet;

use conductor_protocol::{
    needles::Needles,
    v1::{GetEntityResponse, GraphEdge},
};

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Row<'a> {
    /// An edge that ends at the entity.
    In(&'a GraphEdge),
    /// The entity itself.
    Middle,
    /// An edge that begins at it.
    Out(&'a GraphEdge),
}

impl<'a> Row<'a> {
    pub(crate) const fn edge(self) -> Option<&'a GraphEdge> {
        match self {
            Self::In(edge) | Self::Out(edge) => Some(edge),
            Self::Middle => None,
        }
    }

    /// The entity at the other end; none for the middle.
    pub(crate) fn other(self) -> Option<&'a str> {
        match self {
            Self::In(edge) => Some(&edge.from),
            Self::Out(edge) => Some(&edge.to),
            Self::Middle => None,
        }
    }
}

/// The rows, by kind of edge, narrowed to a kind and to words.
pub(crate) fn rows<'a>(
    found: &'a GetEntityResponse,
    kind: Option<&str>,
    words: &str,
) -> Vec<Row<'a>> {
    let name = found.entity.as_ref().map_or("", |entity| entity.name.as_str());
    let needles = Needles::new(words);
    let wanted = |edge: &&GraphEdge| {
        let other = if edge.from == name { &edge.to } else { &edge.from };
        let text = format!("{} {other} {}", edge.kind, edge.note);
        kind.is_none_or(|kind| kind == edge.kind) && needles.matches(&text)
    };
    let (mut outs, mut ins): (Vec<_>, Vec<_>) =
        found.edges.iter().filter(wanted).partition(|edge| edge.from == name);
    // The daemon gives the newest of each kind first: that order stays within a kind.
    outs.sort_by(|a, b| a.kind.cmp(&b.kind));
    ins.sort_by(|a, b| a.kind.cmp(&b.kind));
    let ins = ins.into_iter().map(Row::In);
    ins.chain([Row::Middle]).chain(outs.into_iter().map(Row::Out)).collect()
}

/// The kind after this one, of those that there are; none for all.
pub(crate) fn next_kind(found: &GetEntityResponse, kind: Option<&str>) -> Option<String> {
    let kinds: BTreeSet<&str> = found.edges.iter().map(|edge| edge.kind.as_str()).collect();
    let next = match kind {
        None => kinds.first().copied(),
        Some(now) => kinds.into_iter().find(|kind| *kind > now),
    };
    next.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::GraphEntity;

    use super::*;

    fn edge(from: &str, kind: &str, to: &str) -> GraphEdge {
        GraphEdge { from: from.into(), kind: kind.into(), to: to.into(), ..<_>::default() }
    }

    #[test]
    fn the_entity_is_in_the_middle_and_a_kind_narrows() {
        let found = GetEntityResponse {
            entity: Some(GraphEntity { name: "run:r".into(), ..<_>::default() }),
            edges: vec![
                edge("run:r", "started_by", "user:uid:1000"),
                edge("task:r/a", "part_of", "run:r"),
                edge("run:r", "of_workflow", "workflow:w@1"),
            ],
            ..<_>::default()
        };
        let others = |rows: Vec<Row<'_>>| {
            rows.iter().map(|row| row.other().unwrap_or("|").to_owned()).collect::<Vec<_>>()
        };
        let all = others(rows(&found, None, ""));
        assert_eq!(all, ["task:r/a", "|", "workflow:w@1", "user:uid:1000"]);
        assert_eq!(others(rows(&found, Some("part_of"), "")), ["task:r/a", "|"]);
        assert_eq!(others(rows(&found, None, "UID")), ["|", "user:uid:1000"]);
        let mut kind = None;
        let mut seen = Vec::new();
        for _ in 0..4 {
            kind = next_kind(&found, kind.as_deref());
            seen.push(kind.clone().unwrap_or_default());
        }
        assert_eq!(seen, ["of_workflow", "part_of", "started_by", ""]);
    }
}
