//! Time to approve: how long what was asked for waited, and how it ended.

use super::{Approval, Ending};

/// Approvals that were asked for in a span of time, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times {
    /// All of them.
    pub asked: u64,
    /// How many still wait.
    pub waiting: u64,
    /// How many somebody said no to.
    pub denied: u64,
    /// How many whoever asked took back.
    pub withdrawn: u64,
    /// How many something changed under.
    pub voided: u64,
    /// How many nobody answered in time.
    pub expired: u64,
    /// Of each that was granted, the milliseconds from when it was asked for; in order once
    /// [`Self::in_order`] was called.
    waits: Vec<u64>,
}

impl Times {
    /// Counts one. What whoever asked confirms alone waits for nobody else, and is not counted.
    pub fn count(&mut self, approval: &Approval) {
        if approval.stages.iter().all(|stage| stage.requester) {
            return;
        }
        self.asked += 1;
        let Some(ended) = &approval.ended else {
            self.waiting += 1;
            return;
        };
        match ended.how {
            Ending::Granted { .. } => self.waits.push(ended.at.ms_since(approval.requested_at)),
            Ending::Denied { .. } => self.denied += 1,
            Ending::Withdrawn { .. } => self.withdrawn += 1,
            Ending::Voided { .. } => self.voided += 1,
            Ending::Expired => self.expired += 1,
        }
    }

    /// Puts the waits in order, for [`Self::quantile_ms`].
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.waits.sort_unstable();
        self
    }

    /// How many were granted.
    #[must_use]
    pub const fn granted(&self) -> usize {
        self.waits.len()
    }

    /// The wait, in milliseconds, that so many percent of those that were granted did not exceed,
    /// by the nearest rank; none where none was granted.
    #[must_use]
    pub fn quantile_ms(&self, percent: usize) -> Option<u64> {
        let rank = (self.waits.len() * percent).div_ceil(100).max(1);
        self.waits.get(rank - 1).copied()
    }
}
