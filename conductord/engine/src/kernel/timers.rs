//! What is due at a time.

use std::collections::BTreeSet;

use conductor_domain::time::Timestamp;
use conductor_protocol::id::{ApprovalId, RunId, SessionId};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// The run's time is over.
    RunDeadline(RunId),
    /// A task of the run may be tried again, or has waited long enough.
    Retry(RunId),
    /// The approval may be over, or is to be handed to more people, or carried out once more.
    Approval(ApprovalId),
    /// The session may be over.
    Session(SessionId),
    /// What was done alone by this approval has to be reviewed by now.
    Review(ApprovalId),
    /// A freeze that schedules wait for has ended.
    Thaw,
}

/// Timers in order. One per run that has not ended, one per open session, and one per task that
/// waits for a time.
#[derive(Debug, Default)]
pub(super) struct Timers {
    due: BTreeSet<(Timestamp, Timer)>,
}

impl Timers {
    pub(super) fn add(&mut self, at: Timestamp, timer: Timer) {
        self.due.insert((at, timer));
    }

    pub(super) fn remove(&mut self, at: Timestamp, timer: Timer) {
        self.due.remove(&(at, timer));
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        self.due.pop_first().map(|(_, timer)| timer)
    }
}
