//! A schedule: when a workflow runs by itself, for whom, and what happens when that can't be.
//!
//! A *due time* is what the specification gives; the fire time is the due time with its jitter.
//! A due time is the run's identity: each is settled once, by a run or by a reason why not.

mod decide;
mod due;
mod event;
mod fire;
pub mod limits;
#[cfg(test)]
mod tests;
mod view;

use std::{collections::VecDeque, sync::Arc};

use conductor_protocol::id::RunId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use decide::{
    Change, Draft, DraftTrigger, backfill, not_found, pause, remove, resume, set, specify,
};
pub use due::{Arrivals, arrivals, goes_on, held_up, next_waiting};
pub use event::{Paused, Queued, Removed, Resumed, Set, Skipped};
pub use fire::Plan;
pub(crate) use fire::point_in;
pub use view::Schedules;

/// When it fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trigger {
    /// When the clock in the zone shows what a pattern of five fields says.
    Cron {
        /// As in `crontab(5)`: minute, hour, day of the month, month, day of the week.
        pattern: String,
    },
    /// At fixed distances, whatever clocks show.
    Every {
        /// The distance, in milliseconds.
        interval_ms: u64,
        /// One of the fire times; the first, when it is to come.
        from: Timestamp,
    },
    /// Once.
    At {
        /// When.
        at: Timestamp,
    },
}

/// What happens when it is due while a run of it has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Nothing: that time is skipped.
    #[default]
    Skip,
    /// It waits for the run's end.
    Queue,
    /// The run is stopped, and the new one starts when it has ended.
    Replace,
}

/// What happens with due times that passed while no daemon was there to see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// Nothing.
    #[default]
    Skip,
    /// One run stands for all of them.
    Once,
    /// Every one within the window is run, one after the other, oldest first.
    All,
}

/// What a schedule says. An edit gives it whole, as a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// Name of the workflow.
    pub workflow: String,
    /// Its version; empty for the newest at the time of the run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workflow_version: String,
    /// As the caller gave them.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub inputs: Map<String, Value>,
    /// When.
    pub trigger: Trigger,
    /// By which clock, as in the IANA time zone database.
    pub zone: String,
    /// What happens when a run of it has not ended.
    #[serde(default)]
    pub overlap: Overlap,
    /// What happens with times that nobody saw.
    #[serde(default)]
    pub missed: Missed,
    /// How far back [`Missed::All`] goes, in milliseconds.
    pub missed_window_ms: u64,
    /// By how much a run may come later than its due time, in milliseconds.
    #[serde(default)]
    pub jitter_ms: u64,
    /// What it is for, in the caller's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The data subject that its runs are about; empty for none. It stays for as long as the schedule is
    /// there: all that is recorded of it is sealed with one key, and goes with that as a whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
}

/// Why a due time is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its time had come.
    Due,
    /// Its time had passed unseen.
    Missed,
    /// Somebody asked for times gone by.
    Backfill,
}

impl Cause {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Missed => "missed",
            Self::Backfill => "backfill",
        }
    }
}

/// Why a due time was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The run before had not ended.
    Overlap,
    /// A later one took its place while it waited.
    Replaced,
    /// Too many waited already.
    QueueFull,
    /// It passed unseen, and the schedule does not make up for it.
    Missed,
    /// Policy did not allow its owner the run.
    Denied,
    /// The run could not be started: no such workflow any more, or inputs that don't fit it.
    Refused,
    /// A freeze held it up, and the schedule does not make up for it.
    Frozen,
}

impl Why {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Replaced => "replaced",
            Self::QueueFull => "queue_full",
            Self::Missed => "missed",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Frozen => "frozen",
        }
    }
}

/// What became of due times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// When it was settled.
    pub at: Timestamp,
    /// The due time; the newest where it stands for several.
    pub due: Timestamp,
    /// Why it was to be run.
    pub cause: Cause,
    /// The run, or why there is none.
    pub settled: Settled,
}

/// How a due time was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settled {
    /// By a run.
    Run(RunId),
    /// By a reason.
    Skipped {
        /// Which.
        why: Why,
        /// In words, where there are more.
        note: String,
        /// Due times that it stands for.
        count: u64,
    },
}

/// That a schedule rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Who said so.
    pub by: Principal,
    /// Why, in their words.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

/// A run of the schedule that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// The run.
    pub run: RunId,
    /// Why it was started.
    pub cause: Cause,
}

/// A schedule's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Where it lives, and where its runs do.
    pub scope: Scope,
    /// Unique in its scope.
    pub name: String,
    /// Counts its edits from 1.
    pub version: u32,
    /// What it says.
    pub spec: Arc<Spec>,
    /// Who set it last: its runs are theirs.
    pub owner: Principal,
    /// When.
    pub set_at: Timestamp,
    /// The decision that allowed it.
    pub decision: String,
    /// That it rests.
    pub paused: Option<Pause>,
    /// Every due time up to here is settled or waits.
    pub settled: Timestamp,
    /// Its run that has not ended.
    pub active: Option<Active>,
    /// Due times that wait for that run's end, oldest first.
    pub waiting: VecDeque<(Timestamp, Cause)>,
    /// Times gone by that somebody asked for, oldest first.
    pub backlog: VecDeque<Timestamp>,
    /// What became of the last due times, oldest first.
    pub recent: VecDeque<Outcome>,
    /// Runs that it started.
    pub runs: u64,
    /// Due times that it skipped.
    pub skips: u64,
    /// Where in the ledger its versions are, oldest first.
    pub versions: Vec<u64>,
}
