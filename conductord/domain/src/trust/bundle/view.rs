//! What is deployed, what was before, and what is to be looked after.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Deployed, Drift, Refused};
use crate::{
    event::{Envelope, Event},
    scope::Principal,
    time::Timestamp,
};

/// Deployments that are remembered, the present one included.
const HISTORY_MAX: usize = 64;
/// Settled items that are remembered.
const SETTLED_MAX: usize = 256;
/// Open items. There is one for each tenant and what can drift of it.
const OPEN_MAX: usize = 4_096;

/// A deployment with its circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Principal,
    /// What.
    pub event: Deployed,
}

/// Something to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What drifts.
    pub drift: Drift,
    /// Since when.
    pub opened: Timestamp,
    /// When it was settled; none while it is open.
    pub settled: Option<Timestamp>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Newest last.
    history: VecDeque<Kept>,
    alarm: Option<(Timestamp, Refused)>,
    open: Vec<Item>,
    /// Newest last.
    settled: VecDeque<Item>,
}

impl Deployment {
    /// Takes up a fact. Gives whether it was one of these.
    pub fn apply(&mut self, envelope: &Envelope) -> bool {
        match &envelope.event {
            Event::PolicyDeployed(event) => {
                let by = envelope.principal.clone();
                self.history.push_back(Kept { at: envelope.at, by, event: event.clone() });
                while self.history.len() > HISTORY_MAX {
                    self.history.pop_front();
                }
                self.alarm = None;
            }
            Event::PolicyRefused(event) => self.alarm = Some((envelope.at, event.clone())),
            Event::PolicyDrifted(event) if self.open.len() < OPEN_MAX => {
                let drift = event.drift.clone();
                self.open.push(Item { drift, opened: envelope.at, settled: None });
            }
            Event::PolicyDrifted(_) => {}
            Event::PolicySettled(event) => self.settle(&event.drift, envelope.at),
            _ => return false,
        }
        true
    }

    fn settle(&mut self, drift: &Drift, at: Timestamp) {
        let Some(place) = self.open.iter().position(|item| item.drift == *drift) else { return };
        let item = self.open.remove(place);
        self.settled.push_back(Item { settled: Some(at), ..item });
        while self.settled.len() > SETTLED_MAX {
            self.settled.pop_front();
        }
    }

    /// The one that decides.
    #[must_use]
    pub fn current(&self) -> Option<&Kept> {
        self.history.back()
    }

    /// What decided, newest first.
    pub fn history(&self) -> impl Iterator<Item = &Kept> {
        self.history.iter().rev()
    }

    /// A bundle that was refused after the present one was deployed, and when.
    #[must_use]
    pub const fn alarm(&self) -> Option<&(Timestamp, Refused)> {
        self.alarm.as_ref()
    }

    /// What is to be looked after, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Item> {
        self.open.iter()
    }

    /// What was, newest first.
    pub fn settled(&self) -> impl Iterator<Item = &Item> {
        self.settled.iter().rev()
    }
}
