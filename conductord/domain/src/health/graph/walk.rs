//! Going along the edges: from an entity, for a purpose, no further than the bounds.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dependent, Direction, Edge, EdgeKind, EntityKey, EntityKind};

/// What is wanted of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything around it.
    Around,
    /// What depends on it: what is concerned when it is bad.
    Blast,
    /// What it came from.
    Upstream,
    /// What came of it.
    Downstream,
}

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Edges from the beginning to the farthest entity.
    pub depth: u32,
    /// Entities in all.
    pub nodes: usize,
    /// Edges of one kind that are looked at, at one entity.
    pub fan: usize,
}

/// One way to go on from an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which way.
    pub direction: Direction,
    /// Along which edges.
    pub kind: EdgeKind,
}

/// An entity that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Which.
    pub key: EntityKey,
    /// How many edges away.
    pub depth: u32,
    /// Along which of the edges of the walk it was reached first; none for the beginning.
    pub via: Option<usize>,
}

/// What a walk came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// The beginning first, then what was reached, the nearest first.
    pub nodes: Vec<Node>,
    /// The edges that were gone along, between those.
    pub edges: Vec<Edge>,
    /// There is more than the bounds let through.
    pub truncated: bool,
}

/// The edges of an entity, one kind and one way at a time: at most so many.
pub trait Edges {
    /// Why they can't be read.
    type Error;

    /// The edges of an entity along a step, the newest first where their ids have an order; at most
    /// `limit`.
    ///
    /// # Errors
    /// Why they can't be read.
    fn edges(&self, of: &EntityKey, step: Step, limit: usize) -> Result<Vec<Edge>, Self::Error>;

    /// Whether an entity may be seen. What may not be is not gone through either.
    ///
    /// # Errors
    /// Why that can't be told.
    fn shows(&self, key: &EntityKey) -> Result<bool, Self::Error>;
}

impl Purpose {
    /// The ways on from an entity of this kind, at this depth.
    fn steps(self, kind: EntityKind, depth: u32) -> Vec<Step> {
        let step = |direction, kind| Step { direction, kind };
        let into = |kind| step(Direction::In, kind);
        let out = |kind| step(Direction::Out, kind);
        match self {
            Self::Around => {
                EdgeKind::ALL.into_iter().flat_map(|kind| [out(kind), into(kind)]).collect()
            }
            Self::Blast => {
                let mut steps: Vec<Step> = EdgeKind::ALL
                    .into_iter()
                    .filter_map(|kind| match kind.dependent() {
                        Dependent::From => Some(into(kind)),
                        Dependent::To => Some(out(kind)),
                        Dependent::Neither => None,
                    })
                    .collect();
                // A host that is bad concerns what acts on it. Further away that would be everything:
                // what else happens to be done on the hosts of a run does not depend on the run.
                if depth == 0 && kind == EntityKind::Resource {
                    steps.push(into(EdgeKind::Touched));
                }
                steps
            }
            Self::Upstream => vec![
                into(EdgeKind::Produced),
                out(EdgeKind::Consumed),
                out(EdgeKind::PartOf),
                out(EdgeKind::TriggeredBy),
                out(EdgeKind::Repeats),
                out(EdgeKind::OfWorkflow),
            ],
            Self::Downstream => vec![
                out(EdgeKind::Produced),
                into(EdgeKind::Consumed),
                into(EdgeKind::TriggeredBy),
                into(EdgeKind::Repeats),
                into(EdgeKind::OfWorkflow),
            ],
        }
    }
}

/// A walk under way.
struct Walk<'s, S: Edges> {
    source: &'s S,
    bounds: Bounds,
    purpose: Purpose,
    places: BTreeMap<EntityKey, usize>,
    gone: BTreeSet<(EntityKey, EdgeKind, EntityKey)>,
    walked: Walked,
}

/// Goes from an entity, the nearest first. Every entity is reached once, so circles end.
///
/// # Errors
/// Whatever the source of the edges says.
pub fn walk<S: Edges>(
    start: &EntityKey,
    purpose: Purpose,
    bounds: Bounds,
    source: &S,
) -> Result<Walked, S::Error> {
    let first = Node { key: start.clone(), depth: 0, via: None };
    let mut walk = Walk {
        source,
        bounds,
        purpose,
        places: [(start.clone(), 0)].into(),
        gone: BTreeSet::new(),
        walked: Walked { nodes: vec![first], ..Walked::default() },
    };
    let mut next = 0;
    while let Some(node) = walk.walked.nodes.get(next).cloned() {
        if node.depth >= bounds.depth {
            walk.look_beyond(next)?;
            break;
        }
        walk.visit(&node)?;
        next += 1;
    }
    Ok(walk.walked)
}

impl<S: Edges> Walk<'_, S> {
    /// Takes up all that is one step from a node.
    fn visit(&mut self, node: &Node) -> Result<(), S::Error> {
        for step in self.purpose.steps(node.key.kind, node.depth) {
            let mut edges = self.source.edges(&node.key, step, self.bounds.fan + 1)?;
            if edges.len() > self.bounds.fan {
                self.walked.truncated = true;
                edges.truncate(self.bounds.fan);
            }
            for edge in edges {
                self.take(node, edge, step)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, node: &Node, edge: Edge, step: Step) -> Result<(), S::Error> {
        let other = edge.other(step.direction).clone();
        let known = self.places.contains_key(&other);
        if !known && !self.source.shows(&other)? {
            return Ok(());
        }
        if !known && self.walked.nodes.len() >= self.bounds.nodes {
            self.walked.truncated = true;
            return Ok(());
        }
        if self.gone.insert((edge.from.clone(), edge.kind, edge.to.clone())) {
            self.walked.edges.push(edge);
        }
        if !known {
            let via = self.walked.edges.len().checked_sub(1);
            self.places.insert(other.clone(), self.walked.nodes.len());
            self.walked.nodes.push(Node { key: other, depth: node.depth + 1, via });
        }
        Ok(())
    }

    /// Whether anything lies beyond the farthest nodes, of which this is the first.
    fn look_beyond(&mut self, from: usize) -> Result<(), S::Error> {
        for place in from..self.walked.nodes.len() {
            if self.walked.truncated {
                return Ok(());
            }
            let Node { key, depth, .. } = self.walked.nodes[place].clone();
            for step in self.purpose.steps(key.kind, depth) {
                for edge in self.source.edges(&key, step, self.bounds.fan)? {
                    let other = edge.other(step.direction);
                    if !self.places.contains_key(other) && self.source.shows(other)? {
                        self.walked.truncated = true;
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}
