//! Spans of the calendar, in UTC: what a budget is counted over.

use std::fmt;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Milliseconds of a day without leap seconds, as timestamps count them.
const DAY_MS: u64 = 86_400_000;
/// The first of January 1970 was a Thursday: three days after a Monday.
const WEEKDAY_OF_DAY_ZERO: u32 = 3;

/// A span of the calendar. It begins again at midnight UTC: every day, on Mondays, on the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// Since midnight.
    Day,
    /// Since Monday.
    Week,
    /// Since the first of the month.
    Month,
}

impl Window {
    /// From the shortest to the longest.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name, as it stands in events and requests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The window of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.word() == word)
    }

    /// The day that the window which holds `now` began with, in days since 1970.
    #[must_use]
    pub fn first_day(self, now: Timestamp) -> u32 {
        let today = day_of(now);
        match self {
            Self::Day => today,
            Self::Week => today.saturating_sub((today + WEEKDAY_OF_DAY_ZERO) % 7),
            Self::Month => today.saturating_sub(day_of_month(now) - 1),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The day of a point in time, in days since 1970.
#[must_use]
pub fn day_of(at: Timestamp) -> u32 {
    u32::try_from(at.unix_ms / DAY_MS).unwrap_or(u32::MAX)
}

/// Counted from 1. A time beyond the calendar is taken for the first of its month.
fn day_of_month(at: Timestamp) -> u32 {
    let known = i64::try_from(at.unix_ms).ok();
    let known = known.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let day = known.map_or(1, |known| known.to_zoned(TimeZone::UTC).date().day());
    u32::try_from(day).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: &str, window: Window, first: &str) {
        let day = |text: &str| {
            let at: jiff::Timestamp = text.parse().unwrap();
            day_of(Timestamp::from_unix_ms(at.as_millisecond().try_into().unwrap()))
        };
        let now: jiff::Timestamp = at.parse().unwrap();
        let now = Timestamp::from_unix_ms(now.as_millisecond().try_into().unwrap());
        assert_eq!(window.first_day(now), day(&format!("{first}T00:00:00Z")), "{at} {window}");
    }

    #[test]
    fn windows_begin_at_midnight_on_mondays_and_on_the_first() {
        // The 21st of November 2026 is a Saturday.
        check("2026-11-21T17:00:00Z", Window::Day, "2026-11-21");
        check("2026-11-21T17:00:00Z", Window::Week, "2026-11-16");
        check("2026-11-21T17:00:00Z", Window::Month, "2026-11-01");
        check("2026-11-16T00:00:00Z", Window::Week, "2026-11-16");
        check("2026-11-15T23:59:59.999Z", Window::Week, "2026-11-09");
        check("2026-12-01T00:00:00Z", Window::Month, "2026-12-01");
        check("2028-02-29T23:59:59Z", Window::Month, "2028-02-01");
        check("1970-01-02T00:00:00Z", Window::Week, "1970-01-01");
        check("1970-01-01T00:00:00Z", Window::Month, "1970-01-01");
    }

    #[test]
    fn every_window_has_its_word() {
        for window in Window::ALL {
            assert_eq!(Window::of_word(window.word()), Some(window));
            assert_eq!(serde_json::to_value(window).unwrap(), window.word());
        }
        assert_eq!(Window::of_word("year"), None);
    }
}
