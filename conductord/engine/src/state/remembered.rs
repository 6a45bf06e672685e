//! What commands that came with an idempotency key were answered.

use conductor_domain::{
    event::{Envelope, Event, IdempotencyMark},
    time::Timestamp,
};
use conductor_protocol::id::{ArtifactId, DecisionId, DisclosureId, RunId};
use serde::{Deserialize, Serialize};

/// What a command that came with an idempotency key was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// SHA-256 over the request, in hexadecimal.
    pub body: String,
    /// When.
    pub at: Timestamp,
    /// Sequence number of the first event that it gave.
    pub seq: u64,
    /// What it made.
    pub made: Made,
}

/// What a command made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// A run.
    Run {
        /// Its id.
        run: RunId,
        /// The decision that allowed it.
        decision: DecisionId,
    },
    /// An artifact.
    Artifact(ArtifactId),
    /// Anything else, which is found again by its name.
    Other,
    /// A run that is tracked.
    Tracked(RunId),
    /// A disclosure pack.
    Disclosure(DisclosureId),
}

/// What is remembered of a command by the first fact that it gave.
pub(super) fn remember(mark: &IdempotencyMark, seq: u64, envelope: &Envelope) -> Remembered {
    let made = match &envelope.event {
        Event::RunStarted(event) => Made::Run { run: event.run, decision: event.decision },
        Event::TrackedCreated(event) => Made::Tracked(event.run),
        Event::TrackedChanged(event) => Made::Tracked(event.run),
        Event::DisclosureCreated(event) => Made::Disclosure(event.disclosure),
        Event::ArtifactRecorded(event) => Made::Artifact(event.artifact),
        _ => Made::Other,
    };
    Remembered { body: mark.body.clone(), at: envelope.at, seq, made }
}
