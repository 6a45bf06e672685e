//! Entities, edges and walks of the graph.

use std::collections::HashMap;

use conductor_domain::health::graph::{Edge, Entity, Node};
use conductor_protocol::v1;

use super::{narrow, time};

/// An entity as it stands.
pub(crate) fn entity(known: &Entity) -> v1::GraphEntity {
    v1::GraphEntity {
        name: known.key.to_string(),
        kind: known.key.kind.word().to_owned(),
        id: known.key.id.clone(),
        environment: known.environment.clone(),
        region: known.region.clone(),
        state: known.state.clone(),
        life: known.life.word().to_owned(),
        attributes: known.attributes.clone().into_iter().collect::<HashMap<_, _>>(),
        first_at: Some(time(known.first_at)),
        first_seq: known.first_seq,
        last_at: Some(time(known.last_at)),
        last_seq: known.last_seq,
    }
}

/// An edge, by the names of its ends.
pub(crate) fn edge(known: &Edge) -> v1::GraphEdge {
    v1::GraphEdge {
        from: known.from.to_string(),
        kind: known.kind.word().to_owned(),
        to: known.to.to_string(),
        note: known.note.clone(),
        at: Some(time(known.at)),
        seq: known.seq,
    }
}

/// An entity that a walk reached.
pub(crate) fn node(node: &Node, known: &Entity) -> v1::GraphNode {
    v1::GraphNode { entity: Some(entity(known)), depth: node.depth, via: node.via.map(narrow) }
}
