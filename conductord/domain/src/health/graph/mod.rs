//! The graph: what there is in a tenant, and what has to do with what.
//!
//! Entities and the edges between them follow from the ledger's facts alone: [`changes`] says what a
//! fact adds, [`Entity::after`] folds it in, the walk goes along the edges. Nothing here says anything
//! new, so that nothing is lost when the graph is: it is folded again.
//!
//! Nothing crosses from one tenant to another: a record is of one tenant, and so is all that it adds.

mod dot;
mod entity;
mod fold;
mod key;
mod lineage;
#[cfg(test)]
mod tests;
mod walk;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use dot::dot;
pub use entity::{Entity, EntityChange, Life};
pub use fold::{Recorded, changes};
pub use key::{EntityKey, EntityKind, UnknownEntity};
pub use lineage::{Dataset, LineageRun, PRODUCER, bits_of_uuid, run_events};
pub use walk::{Bounds, Edges, Node, Purpose, Step, Walked, walk};

/// What an edge says: its beginning has so to do with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A run is one of a version of a workflow.
    OfWorkflow,
    /// A version is one of a workflow.
    VersionOf,
    /// A version of a workflow runs another workflow.
    Calls,
    /// A version of a workflow uses a resource, such as a secret.
    Uses,
    /// A task is a part of a run.
    PartOf,
    /// A run was started by somebody.
    StartedBy,
    /// A run was started by a schedule, or by a task of another run.
    TriggeredBy,
    /// A run repeats another one.
    Repeats,
    /// Something was allowed by a decision.
    DecidedBy,
    /// A run was started by what others approved.
    ApprovedBy,
    /// An approval, or a decision, was asked for by somebody.
    AskedBy,
    /// An approval, or a version of a workflow, was signed by somebody.
    SignedBy,
    /// An approval was denied by somebody.
    DeniedBy,
    /// A version of a workflow was published by somebody.
    PublishedBy,
    /// A version of a workflow was reviewed by somebody.
    ReviewedBy,
    /// A schedule was set by somebody.
    SetBy,
    /// A schedule starts a workflow.
    Starts,
    /// A run, or a task, left an artifact behind.
    Produced,
    /// A run was given an artifact.
    Consumed,
    /// A run, or a task, acted on a resource, such as a host.
    Touched,
    /// A task ran on a worker.
    RanOn,
    /// A run has a receipt.
    Received,
}

/// Which of an edge's ends depends on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependent {
    /// Its beginning: a run depends on its workflow.
    From,
    /// Its end: an artifact depends on the run that it came from.
    To,
    /// Neither.
    Neither,
}

impl EdgeKind {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::OfWorkflow,
        Self::VersionOf,
        Self::Calls,
        Self::Uses,
        Self::PartOf,
        Self::StartedBy,
        Self::TriggeredBy,
        Self::Repeats,
        Self::DecidedBy,
        Self::ApprovedBy,
        Self::AskedBy,
        Self::SignedBy,
        Self::DeniedBy,
        Self::PublishedBy,
        Self::ReviewedBy,
        Self::SetBy,
        Self::Starts,
        Self::Produced,
        Self::Consumed,
        Self::Touched,
        Self::RanOn,
        Self::Received,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OfWorkflow => "of_workflow",
            Self::VersionOf => "version_of",
            Self::Calls => "calls",
            Self::Uses => "uses",
            Self::PartOf => "part_of",
            Self::StartedBy => "started_by",
            Self::TriggeredBy => "triggered_by",
            Self::Repeats => "repeats",
            Self::DecidedBy => "decided_by",
            Self::ApprovedBy => "approved_by",
            Self::AskedBy => "asked_by",
            Self::SignedBy => "signed_by",
            Self::DeniedBy => "denied_by",
            Self::PublishedBy => "published_by",
            Self::ReviewedBy => "reviewed_by",
            Self::SetBy => "set_by",
            Self::Starts => "starts",
            Self::Produced => "produced",
            Self::Consumed => "consumed",
            Self::Touched => "touched",
            Self::RanOn => "ran_on",
            Self::Received => "received",
        }
    }

    /// The kind that a word means.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Which end depends on the other: what the blast radius goes by.
    #[must_use]
    pub const fn dependent(self) -> Dependent {
        match self {
            Self::Produced | Self::Touched | Self::Received => Dependent::To,
            // Whoever asked, or said no, changed nothing.
            Self::AskedBy | Self::DeniedBy => Dependent::Neither,
            _ => Dependent::From,
        }
    }
}

/// Which way an edge is gone along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From its beginning to its end.
    Out,
    /// From its end to its beginning.
    In,
}

/// That two entities have to do with one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// Its beginning.
    pub from: EntityKey,
    /// What it says.
    pub kind: EdgeKind,
    /// Its end.
    pub to: EntityKey,
    /// The last record of the ledger that says so.
    pub seq: u64,
    /// When that was.
    pub at: Timestamp,
    /// A few words more, such as the name of a file or the stage of an approval; often none.
    pub note: String,
}

impl Edge {
    /// The end that is reached when it is gone along this way.
    #[must_use]
    pub const fn other(&self, direction: Direction) -> &EntityKey {
        match direction {
            Direction::Out => &self.to,
            Direction::In => &self.from,
        }
    }
}

/// What a fact adds to the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// There is an entity, and so it stands.
    Entity(EntityChange),
    /// Two entities have to do with one another.
    Edge(Edge),
}
