//! How long contents of artifacts are kept.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Days of retention at most: a hundred years.
pub const RETENTION_DAYS_MAX: u32 = 36_600;

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// Days that contents are kept for, since they were recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// Where they are asked for.
    pub hot_days: u32,
    /// Where they are asked for now and then.
    pub warm_days: u32,
    /// After which they are removed.
    pub cold_days: u32,
}

/// A part of the time that contents are kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The first days.
    Hot,
    /// Those after them.
    Warm,
    /// All there are.
    Cold,
}

impl Part {
    /// The part of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "hot" => Some(Self::Hot),
            "warm" => Some(Self::Warm),
            "cold" => Some(Self::Cold),
            _ => None,
        }
    }
}

impl Default for Retention {
    /// 30 days, 90 days, and 13 months.
    fn default() -> Self {
        Self { hot_days: 30, warm_days: 90, cold_days: 396 }
    }
}

/// Which part of its time an artifact is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// In its first days.
    Hot,
    /// After these.
    Warm,
    /// Kept, and hardly asked for.
    Cold,
    /// Its time is over.
    Over,
}

impl Tier {
    /// Its name, as it stands in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Warm => "warm",
            Self::Cold => "cold",
            Self::Over => "over",
        }
    }
}

impl Retention {
    /// Sets the days of a part; none for the usual.
    pub fn set(&mut self, part: Part, days: Option<u32>) {
        let usual = Self::default();
        match part {
            Part::Hot => self.hot_days = days.unwrap_or(usual.hot_days),
            Part::Warm => self.warm_days = days.unwrap_or(usual.warm_days),
            Part::Cold => self.cold_days = days.unwrap_or(usual.cold_days),
        }
    }

    /// The days of each part, by name.
    #[must_use]
    pub const fn named(self) -> [(&'static str, u32); 3] {
        [("hot", self.hot_days), ("warm", self.warm_days), ("cold", self.cold_days)]
    }

    /// Whether the parts follow one another and have an end.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        0 < self.hot_days
            && self.hot_days <= self.warm_days
            && self.warm_days <= self.cold_days
            && self.cold_days <= RETENTION_DAYS_MAX
    }

    /// Which part of its time something of then is in.
    #[must_use]
    pub fn tier(self, since: Timestamp, now: Timestamp) -> Tier {
        let days = now.ms_since(since) / DAY_MS;
        let within = |end: u32| days < u64::from(end);
        if within(self.hot_days) {
            Tier::Hot
        } else if within(self.warm_days) {
            Tier::Warm
        } else if within(self.cold_days) {
            Tier::Cold
        } else {
            Tier::Over
        }
    }

    /// What was recorded up to then is over now.
    #[must_use]
    pub fn over_before(self, now: Timestamp) -> Timestamp {
        now - u64::from(self.cold_days) * DAY_MS
    }

    /// The rule in words.
    #[must_use]
    pub fn rule(self) -> String {
        format!("contents are kept for {} days", self.cold_days)
    }
}
