//! Fire times: from a specification to points in time, whatever the zone's clocks do.
//!
//! A zone's time is a row of stretches with one offset each. Within a stretch the clock runs evenly
//! and a pattern is matched against what it shows. Between two stretches the clock jumps:
//!
//! - **forward**, over times that it never shows. A pattern that names hours and would have matched
//!   one of them is due once, at the first instant after the jump.
//! - **backward**, to times that it shows twice. A pattern that names hours is due the first time.
//!
//! A pattern that matches in every hour of the day means the passing of time and not an hour: it is
//! matched against what the clock shows, neither made up for nor held back, so that "every ten
//! minutes" stays every ten minutes. Intervals don't look at clocks at all.

use conductor_protocol::error_code::Code;
use croner::{
    CronComponent, CronPattern,
    parser::{CronParser, Seconds, Year},
};
use jiff::{
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase},
};
use sha2::{Digest as _, Sha256};

use super::{Spec, Trigger, limits};
use crate::{Refusal, time::Timestamp};

const DAY: i64 = 86_400;
const MINUTES_OF_DAY: i64 = 1_440;
const EVERY_HOUR: u32 = (1 << 24) - 1;

/// A specification, ready to tell fire times.
#[derive(Debug, Clone)]
pub struct Plan {
    when: When,
    zone: TimeZone,
    jitter_ms: u64,
}

#[derive(Debug, Clone)]
enum When {
    Cron(Box<Cron>),
    Every { interval_ms: u64, from: Timestamp },
    At(Timestamp),
}

/// A pattern and the clock that it is compared with.
#[derive(Debug, Clone)]
struct Cron {
    minutes: u64,
    hours: u32,
    months: u16,
    /// Knows the days: of the month or of the week, the last, the second Friday.
    pattern: CronPattern,
    zone: TimeZone,
}

/// A zone by its name in the compiled-in database, never the system's: the same specification gives
/// the same times on every machine.
///
/// # Errors
/// `SCHEDULE_INVALID`
pub(super) fn zone(name: &str) -> Result<TimeZone, Refusal> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| {
        invalid(
            format!("there is no time zone `{name}`"),
            "name it as the IANA database does, like `Europe/Berlin` or `UTC`",
        )
    })
}

pub(super) fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Refusal {
    Refusal::new(Code::ScheduleInvalid, message, hint)
}

/// A point in time from its written form: with an offset as it stands, without one as the zone's
/// clock shows it, by the rules of this module.
///
/// # Errors
/// `SCHEDULE_INVALID`
pub(super) fn point(text: &str, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    let found = match text.parse::<jiff::Timestamp>() {
        Ok(instant) => Some(instant.as_second()),
        Err(_) => text.parse::<DateTime>().ok().and_then(|shown| first_instant(shown, zone)),
    };
    found.and_then(from_seconds).ok_or_else(|| {
        invalid(
            format!("`{text}` is not a point in time"),
            "write it like `2027-03-28T02:30` (by the schedule's zone) or `2027-03-28T02:30:00Z`",
        )
    })
}

/// When the zone's clock first shows this, or, when it jumps over it, the first instant after.
fn first_instant(shown: DateTime, zone: &TimeZone) -> Option<i64> {
    match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => seconds(offset, shown),
        AmbiguousOffset::Fold { before, .. } => seconds(before, shown),
        AmbiguousOffset::Gap { before, .. } => {
            let inside = jiff::Timestamp::from_second(seconds(before, shown)? + 1).ok()?;
            zone.preceding(inside).next().map(|jump| jump.timestamp().as_second())
        }
    }
}

fn seconds(offset: Offset, shown: DateTime) -> Option<i64> {
    offset.to_timestamp(shown).ok().map(jiff::Timestamp::as_second)
}

fn from_seconds(seconds: i64) -> Option<Timestamp> {
    let ms = u64::try_from(seconds).ok()?.checked_mul(1_000)?;
    Some(Timestamp::from_unix_ms(ms))
}

/// The same by a zone's name.
///
/// # Errors
/// `SCHEDULE_INVALID`
pub(crate) fn point_in(text: &str, name: &str) -> Result<Timestamp, Refusal> {
    point(text, &zone(name)?)
}

impl Plan {
    /// A pattern by a zone's clock, and nothing else.
    ///
    /// # Errors
    /// `SCHEDULE_INVALID`, for a pattern or a zone that is none.
    pub fn recurring(pattern: &str, name: &str) -> Result<Self, Refusal> {
        let zone = zone(name)?;
        let when = When::Cron(Box::new(Cron::parse(pattern, zone.clone())?));
        Ok(Self { when, zone, jitter_ms: 0 })
    }

    /// Reads a specification.
    ///
    /// # Errors
    /// `SCHEDULE_INVALID`, for a pattern or a zone that is none.
    pub fn of(spec: &Spec) -> Result<Self, Refusal> {
        let zone = zone(&spec.zone)?;
        let when = match &spec.trigger {
            Trigger::Cron { pattern } => When::Cron(Box::new(Cron::parse(pattern, zone.clone())?)),
            Trigger::Every { interval_ms, from } => {
                When::Every { interval_ms: (*interval_ms).max(1), from: *from }
            }
            Trigger::At { at } => When::At(*at),
        };
        Ok(Self { when, zone, jitter_ms: spec.jitter_ms })
    }

    /// The first due time after this point.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.when {
            When::Cron(cron) => cron.next_after(after),
            When::Every { interval_ms, from } if after >= *from => {
                let passed = after.ms_since(*from) / interval_ms;
                Some(*from + passed.saturating_add(1).saturating_mul(*interval_ms))
            }
            When::Every { from, .. } => Some(*from),
            When::At(at) => (*at > after).then_some(*at),
        }
    }

    /// When a due time's run starts: the due time and its jitter, the same each time it is asked.
    #[must_use]
    pub fn fires_at(&self, name: &str, due: Timestamp) -> Timestamp {
        if self.jitter_ms == 0 {
            return due;
        }
        let digest =
            Sha256::new().chain_update(name).chain_update(due.unix_ms.to_be_bytes()).finalize();
        let chance = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        due + chance % (self.jitter_ms + 1)
    }

    /// A point in time as the schedule's clock shows it, such as `2027-03-28 03:00:00 +02:00`.
    #[must_use]
    pub fn shown(&self, at: Timestamp) -> String {
        let ms = i64::try_from(at.unix_ms).unwrap_or(i64::MAX);
        let instant = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
        let shown = instant.to_zoned(self.zone.clone());
        shown.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    /// The largest jitter, in milliseconds.
    #[must_use]
    pub const fn jitter_ms(&self) -> u64 {
        self.jitter_ms
    }
}

/// A stretch of a zone's time with one offset, in seconds since 1970.
struct Stretch {
    offset: i64,
    /// When it began, and the offset before that.
    began: Option<(i64, i64)>,
    ends: Option<i64>,
}

impl Stretch {
    fn around(at: i64, zone: &TimeZone) -> Option<Self> {
        let instant = jiff::Timestamp::from_second(at).ok()?;
        let offset_at = |at: i64| {
            let at = jiff::Timestamp::from_second(at).ok()?;
            Some(i64::from(zone.to_offset(at).seconds()))
        };
        let next = jiff::Timestamp::from_second(at + 1).ok()?;
        let began = zone.preceding(next).next().map(|jump| jump.timestamp().as_second());
        Some(Self {
            offset: offset_at(at)?,
            began: began.and_then(|began| Some((began, offset_at(began - 1)?))),
            ends: zone.following(instant).next().map(|jump| jump.timestamp().as_second()),
        })
    }
}

impl Cron {
    fn parse(text: &str, zone: TimeZone) -> Result<Self, Refusal> {
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let mut pattern = parser
            .parse(text)
            .map_err(|error| {
                invalid(
                    format!("the cron pattern `{text}` can't be read: {error}"),
                    "write minute, hour, day of the month, month and day of the week, like \
                     `30 2 * * mon-fri`",
                )
            })?
            .pattern;
        // Without a field for years it holds one flag for each of five thousand.
        pattern.years = CronComponent::new(0, 0, 0, 0);
        let bits = |field: &CronComponent| {
            field.values().into_iter().fold(0_u64, |bits, value| bits | 1 << value.min(63))
        };
        #[expect(clippy::cast_possible_truncation, reason = "24 hours and 12 months fit")]
        let (hours, months) = (bits(&pattern.hours) as u32, bits(&pattern.months) as u16);
        Ok(Self { minutes: bits(&pattern.minutes), hours, months, pattern, zone })
    }

    fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let first = i64::try_from(after.unix_ms / 1_000).ok()? + 1;
        self.next_from(first).and_then(from_seconds)
    }

    /// The first due second at or after `from`.
    fn next_from(&self, mut from: i64) -> Option<i64> {
        let named = self.hours != EVERY_HOUR;
        let end = from + limits::AHEAD_SECONDS_MAX;
        while from < end {
            let stretch = Stretch::around(from, &self.zone)?;
            let offset = stretch.offset;
            let mut shown = from + offset;
            if let Some((began, before)) = stretch.began.filter(|_| named) {
                let jumped_over = from == began && self.shown(began + before, shown).is_some();
                if jumped_over {
                    return Some(began);
                }
                // What it showed before it jumped back is not due again.
                shown = shown.max(began + before);
            }
            let ends = stretch.ends.unwrap_or(end).min(end);
            if let Some(found) = self.shown(shown, ends + offset) {
                return Some(found - offset);
            }
            from = ends;
        }
        None
    }

    /// The first match from `from` on and before `to`, both as a clock shows them, in seconds since
    /// it showed 1970.
    fn shown(&self, from: i64, to: i64) -> Option<i64> {
        let first = (from + 59).div_euclid(60);
        let mut day = first.div_euclid(MINUTES_OF_DAY);
        let mut minute = first.rem_euclid(MINUTES_OF_DAY);
        while day * DAY < to {
            let date = date_of(day)?;
            if self.months & 1 << date.month() == 0 {
                day += i64::from(date.days_in_month() - date.day()) + 1;
                minute = 0;
                continue;
            }
            if let Some(found) = self.matching_day(date).then(|| self.minute_from(minute)).flatten()
            {
                let found = day * DAY + found * 60;
                return (found < to).then_some(found);
            }
            day += 1;
            minute = 0;
        }
        None
    }

    fn matching_day(&self, date: Date) -> bool {
        use croner::Weekday;
        use jiff::civil::Weekday as Day;
        let weekday = match date.weekday() {
            Day::Monday => Weekday::Monday,
            Day::Tuesday => Weekday::Tuesday,
            Day::Wednesday => Weekday::Wednesday,
            Day::Thursday => Weekday::Thursday,
            Day::Friday => Weekday::Friday,
            Day::Saturday => Weekday::Saturday,
            Day::Sunday => Weekday::Sunday,
        };
        let number = |part: i8| u32::from(part.unsigned_abs());
        let (month, day) = (number(date.month()), number(date.day()));
        // It refuses days that don't exist, and there are none among these.
        self.pattern.day_match(i32::from(date.year()), month, day, weekday).unwrap_or(false)
    }

    /// The first matching minute of a day, from this one on.
    fn minute_from(&self, minute: i64) -> Option<i64> {
        let later = |bits: u64, from: i64| {
            let left = bits.checked_shr(u32::try_from(from).ok()?)?;
            (left != 0).then(|| from + i64::from(left.trailing_zeros()))
        };
        let hours = u64::from(self.hours);
        let hour = later(hours, minute / 60)?;
        if hour == minute / 60 {
            if let Some(found) = later(self.minutes, minute % 60) {
                return Some(hour * 60 + found);
            }
            let hour = later(hours, hour + 1)?;
            return Some(hour * 60 + later(self.minutes, 0)?);
        }
        Some(hour * 60 + later(self.minutes, 0)?)
    }
}

/// The date that many days after 1970-01-01.
fn date_of(day: i64) -> Option<Date> {
    let noon = jiff::Timestamp::from_second(day.checked_mul(DAY)?).ok()?;
    Some(Offset::UTC.to_datetime(noon).date())
}
