//! Which records wait for their receipts.

use std::collections::BTreeMap;

use super::is_due;
use crate::{
    event::{Envelope, Event},
    time::Timestamp,
};

/// The records that have a receipt coming and none so far: number and time, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipts {
    due: BTreeMap<u64, Timestamp>,
}

impl Receipts {
    /// Takes up a record; whether that changed anything.
    pub fn apply(&mut self, seq: u64, envelope: &Envelope) -> bool {
        if let Event::ReceiptIssued(issued) = &envelope.event {
            self.settle(issued.record);
            return true;
        }
        let due = is_due(&envelope.event);
        if due {
            self.expect(seq, envelope.at);
        }
        due
    }

    /// A record waits for its receipt.
    pub fn expect(&mut self, record: u64, at: Timestamp) {
        self.due.insert(record, at);
    }

    /// It has one.
    pub fn settle(&mut self, record: u64) {
        self.due.remove(&record);
    }

    /// Whether a record waits for its receipt.
    #[must_use]
    pub fn is_due(&self, record: u64) -> bool {
        self.due.contains_key(&record)
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// The one that waits for longest: its number and its time.
    #[must_use]
    pub fn oldest(&self) -> Option<(u64, Timestamp)> {
        self.due.first_key_value().map(|(seq, at)| (*seq, *at))
    }

    /// Those that wait for longest, up to a record: so many of them.
    #[must_use]
    pub fn first(&self, up_to: u64, count: usize) -> Vec<u64> {
        self.due.range(..=up_to).take(count).map(|(seq, _)| *seq).collect()
    }
}
