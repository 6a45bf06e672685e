//! Freezes: a tenant, a workflow or an environment in which nothing starts for a time. The kill
//! switch is a freeze without an end that also stops what runs there.
//!
//! Whether a freeze holds follows from what was set and the time alone: nothing is recorded when one
//! of its windows begins or ends. One that holds, or will, is lifted before its end by two people
//! other than whoever asks for it, whatever policy says.

mod decide;
mod event;
pub mod limits;
mod reach;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use conductor_protocol::id::DecisionId;
use serde::{Deserialize, Serialize};

use crate::{
    intent::schedule::Plan,
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use decide::{Change, Draft, DraftWindow, check_two, lift, not_found, set, switch};
pub use event::{Lifted, Set, Switched};
pub use reach::Reach;
pub use view::{Freezes, Hold};

/// When a freeze holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Window {
    /// Once.
    Once {
        /// From then on.
        from: Timestamp,
        /// Until then; without it until it is lifted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Again and again, from each due time of a pattern on.
    Recurring {
        /// As in `crontab(5)`: minute, hour, day of the month, month, day of the week.
        pattern: String,
        /// By which clock, as in the IANA time zone database.
        zone: String,
        /// How long each time, in milliseconds.
        for_ms: u64,
    },
}

/// What becomes of the runs that a kill switch found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// They are cancelled: their tasks have time to clean up.
    Cancel,
    /// They are killed.
    Kill,
}

/// A freeze as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Where it was set. The tenant counts; what else it reaches, `reach` says.
    pub scope: Scope,
    /// Unique in its tenant.
    pub name: String,
    /// What it holds up.
    pub reach: Reach,
    /// When.
    pub window: Window,
    /// Why, in the words of whoever set it.
    pub reason: String,
    /// Who set it.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// Where in the ledger.
    pub seq: u64,
    /// The decision that allowed it.
    pub decision: DecisionId,
    /// What it stopped besides; nothing, for one that only lets nothing start.
    pub stop: Option<Stop>,
}

/// How a freeze stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds, until then where that is known.
    Holds(Option<Timestamp>),
    /// It holds from then on.
    Comes(Timestamp),
    /// It holds no more and never will.
    Over,
}

impl Freeze {
    /// What policy knows it by, such as `environment/prod/release`.
    #[must_use]
    pub fn path(&self) -> String {
        path(&self.reach, &self.name)
    }

    /// How it stands; `plan` is that of its pattern, where it has one.
    #[must_use]
    pub fn state(&self, plan: Option<&Plan>, now: Timestamp) -> State {
        match (&self.window, plan) {
            (Window::Once { until: Some(until), .. }, _) if now >= *until => State::Over,
            (Window::Once { from, .. }, _) if now < *from => State::Comes(*from),
            (Window::Once { until, .. }, _) => State::Holds(*until),
            (Window::Recurring { for_ms, .. }, Some(plan)) => recurring(plan, *for_ms, now),
            // A pattern that can't be read any more holds rather than not.
            (Window::Recurring { .. }, None) => State::Holds(None),
        }
    }

    /// Whether it stops a run that began at this place of the ledger.
    #[must_use]
    pub fn stops(&self, began: u64) -> bool {
        self.stop.is_some() && began < self.seq
    }
}

/// What policy knows a freeze by.
#[must_use]
pub fn path(reach: &Reach, name: &str) -> String {
    if name.is_empty() { reach.path() } else { format!("{}/{name}", reach.path()) }
}

/// Windows may follow one another without a gap: together they are one.
fn recurring(plan: &Plan, for_ms: u64, now: Timestamp) -> State {
    let Some(first) = plan.next_after(now - for_ms) else { return State::Over };
    if first > now {
        return State::Comes(first);
    }
    let mut last = first;
    for _ in 0..limits::WINDOWS_LOOK_MAX {
        match plan.next_after(last).filter(|next| *next <= last + for_ms) {
            Some(next) => last = next,
            None => return State::Holds(Some(last + for_ms)),
        }
    }
    State::Holds(None)
}

/// The plan of a freeze with a pattern.
fn plan_of(window: &Window) -> Option<Arc<Plan>> {
    let Window::Recurring { pattern, zone, .. } = window else { return None };
    Plan::recurring(pattern, zone).ok().map(Arc::new)
}
