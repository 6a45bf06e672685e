//! The keys as they followed one another, and what is to be done about the one in force.

use serde::{Deserialize, Serialize};

use super::{Due, Rotated};
use crate::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
};

/// An order that waits to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its record.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub by: Principal,
    /// Why.
    pub reason: String,
}

/// A key that took over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The record that says so.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub event: Rotated,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    /// When the log, and with it the first key, began.
    began: Option<Timestamp>,
    rotations: Vec<Rotation>,
    ordered: Option<Order>,
    /// Why the last order came to nothing; none once one did.
    failed: Option<(Timestamp, String)>,
    /// The last due time that is on record.
    due_told: Option<Timestamp>,
}

impl SigningKeys {
    /// Takes up a fact. Gives whether anything changed by it.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) -> bool {
        match &envelope.event {
            Event::DaemonStarted(_) if self.began.is_none() => self.began = Some(envelope.at),
            Event::SigningKeyRotationOrdered(event) => {
                self.ordered = Some(Order {
                    seq,
                    at: envelope.at,
                    by: envelope.principal.clone(),
                    reason: event.reason.clone(),
                });
            }
            Event::SigningKeyRotated(event) => {
                let event = (**event).clone();
                self.rotations.push(Rotation { seq, at: envelope.at, event });
                self.ordered = None;
                self.failed = None;
            }
            Event::SigningKeyRotationFailed(event) => {
                self.ordered = None;
                self.failed = Some((envelope.at, event.problem.clone()));
            }
            Event::SigningKeyDue(Due { due_at, .. }) => self.due_told = Some(*due_at),
            _ => return false,
        }
        true
    }

    /// The handovers there were, in order.
    #[must_use]
    pub fn rotations(&self) -> &[Rotation] {
        &self.rotations
    }

    /// The number of the handover that comes next, from 1.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        self.rotations.len() as u64 + 1
    }

    /// What waits to be carried out.
    #[must_use]
    pub const fn ordered(&self) -> Option<&Order> {
        self.ordered.as_ref()
    }

    /// Why the last order came to nothing, and when.
    #[must_use]
    pub const fn failed(&self) -> Option<&(Timestamp, String)> {
        self.failed.as_ref()
    }

    /// When the log began.
    #[must_use]
    pub const fn began(&self) -> Option<Timestamp> {
        self.began
    }

    /// Since when the key in force is.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.rotations.last().map(|last| last.at).or(self.began)
    }

    /// When the key in force has been so for that many milliseconds.
    #[must_use]
    pub fn due_at(&self, every_ms: u64) -> Option<Timestamp> {
        self.since().map(|since| since + every_ms)
    }

    /// The same, while it is not on record.
    #[must_use]
    pub fn due_untold(&self, every_ms: u64) -> Option<Timestamp> {
        self.due_at(every_ms).filter(|due| self.due_told != Some(*due))
    }
}
