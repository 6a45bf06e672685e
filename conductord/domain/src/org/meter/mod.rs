//! What tenants spend: the time that workers hold leases for them.
//!
//! An attempt is counted on the day that it ends on, UTC; while it is under way, its time so far
//! counts as spent now. What a run of a workflow usually takes is kept beside it, so that what a
//! start asks for can be told before it runs.

#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    time::Timestamp,
    window::{Window, day_of},
};

pub use view::Meters;

/// Days that are kept: the longest month.
const DAYS_KEPT: u32 = 31;
/// Runs that weigh in what is usual, about.
const USUAL_RUNS_MAX: u64 = 16;

/// What a tenant has spent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Milliseconds of attempts that ended, by the day of their end in days since 1970.
    days: BTreeMap<u32, u64>,
    /// Attempts under way.
    running: u64,
    /// The sum of their starts, in milliseconds since 1970.
    started_ms: u128,
}

impl Meter {
    fn begin(&mut self, at: Timestamp) {
        self.running += 1;
        self.started_ms += u128::from(at.unix_ms);
    }

    fn end(&mut self, started: Timestamp, ended: Timestamp) {
        self.running = self.running.saturating_sub(1);
        self.started_ms = self.started_ms.saturating_sub(u128::from(started.unix_ms));
        let today = day_of(ended);
        *self.days.entry(today).or_default() += ended.ms_since(started);
        self.days.retain(|day, _| day + DAYS_KEPT > today);
    }

    /// Seconds spent in the window that `now` is in, begun ones included.
    #[must_use]
    pub fn spent(&self, window: Window, now: Timestamp) -> u64 {
        let ended: u64 = self.days.range(window.first_day(now)..).map(|(_, ms)| ms).sum();
        let elapsed =
            (u128::from(self.running) * u128::from(now.unix_ms)).saturating_sub(self.started_ms);
        let all = u128::from(ended).saturating_add(elapsed);
        u64::try_from(all.div_ceil(1_000)).unwrap_or(u64::MAX)
    }
}

/// What a run of a workflow usually takes: a mean in which the newest weigh most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// Runs that were looked at.
    pub runs: u64,
    /// Milliseconds of workers' time.
    pub ms: u64,
}

impl Usual {
    fn add(&mut self, ms: u64) {
        self.runs = self.runs.saturating_add(1);
        let weight = self.runs.min(USUAL_RUNS_MAX);
        let sum = u128::from(self.ms) * u128::from(weight - 1) + u128::from(ms);
        self.ms = u64::try_from(sum / u128::from(weight)).unwrap_or(u64::MAX);
    }

    /// Seconds, begun ones included.
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        self.ms.div_ceil(1_000)
    }
}
