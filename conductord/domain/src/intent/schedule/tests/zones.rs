//! Fire times where clocks jump: a table of cases, and every minute of years against an oracle that
//! shares nothing with the real mathematics but the zones' offsets.

use proptest::prelude::*;

use super::*;

/// The due times after a point, as the zone's clock shows them.
fn due(pattern: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let plan = Plan::of(&cron(pattern, zone)).unwrap();
    let mut last = at(after);
    (0..count)
        .map_while(|_| {
            last = plan.next_after(last)?;
            Some(shown(last, zone))
        })
        .collect()
}

/// Fire times at the changes of clocks: expression, zone, after when, and what is due then.
const CASES: [(&str, &str, &str, &[&str]); 21] = [
    // Berlin, 2027-03-28: 02:00 to 03:00 does not exist.
    (
        "30 2 * * *",
        "Europe/Berlin",
        "2027-03-27T00:00:00Z",
        &["2027-03-27 02:30 +01:00", "2027-03-28 03:00 +02:00", "2027-03-29 02:30 +02:00"],
    ),
    (
        "0 2 * * *",
        "Europe/Berlin",
        "2027-03-27T12:00:00Z",
        &["2027-03-28 03:00 +02:00", "2027-03-29 02:00 +02:00"],
    ),
    // Due in the gap and at its end is due once.
    (
        "0 2,3 * * *",
        "Europe/Berlin",
        "2027-03-27T12:00:00Z",
        &["2027-03-28 03:00 +02:00", "2027-03-29 02:00 +02:00", "2027-03-29 03:00 +02:00"],
    ),
    (
        "*/20 2 * * *",
        "Europe/Berlin",
        "2027-03-27T12:00:00Z",
        &["2027-03-28 03:00 +02:00", "2027-03-29 02:00 +02:00"],
    ),
    // Every hour means the passing of an hour.
    (
        "30 * * * *",
        "Europe/Berlin",
        "2027-03-28T00:00:00Z",
        &["2027-03-28 01:30 +01:00", "2027-03-28 03:30 +02:00", "2027-03-28 04:30 +02:00"],
    ),
    (
        "*/30 * * * *",
        "Europe/Berlin",
        "2027-03-28T00:29:59Z",
        &["2027-03-28 01:30 +01:00", "2027-03-28 03:00 +02:00", "2027-03-28 03:30 +02:00"],
    ),
    // Berlin, 2027-10-31: 02:00 to 03:00 is shown twice.
    (
        "30 2 * * *",
        "Europe/Berlin",
        "2027-10-30T12:00:00Z",
        &["2027-10-31 02:30 +02:00", "2027-11-01 02:30 +01:00"],
    ),
    (
        "0 3 * * *",
        "Europe/Berlin",
        "2027-10-30T12:00:00Z",
        &["2027-10-31 03:00 +01:00", "2027-11-01 03:00 +01:00"],
    ),
    (
        "0 1-3 * * *",
        "Europe/Berlin",
        "2027-10-30T12:00:00Z",
        &["2027-10-31 01:00 +02:00", "2027-10-31 02:00 +02:00", "2027-10-31 03:00 +01:00"],
    ),
    (
        "*/30 * * * *",
        "Europe/Berlin",
        "2027-10-31T00:29:59Z",
        &[
            "2027-10-31 02:30 +02:00",
            "2027-10-31 02:00 +01:00",
            "2027-10-31 02:30 +01:00",
            "2027-10-31 03:00 +01:00",
        ],
    ),
    // New York, 2027-03-14 and 2027-11-07.
    (
        "15 2 * * *",
        "America/New_York",
        "2027-03-13T12:00:00Z",
        &["2027-03-14 03:00 -04:00", "2027-03-15 02:15 -04:00"],
    ),
    (
        "15 1 * * *",
        "America/New_York",
        "2027-11-06T12:00:00Z",
        &["2027-11-07 01:15 -04:00", "2027-11-08 01:15 -05:00"],
    ),
    // Lord Howe jumps by half an hour: 2027-10-03 forward, 2027-04-04 backward.
    (
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2027-10-02T00:00:00Z",
        &["2027-10-03 02:30 +11:00", "2027-10-04 02:15 +11:00"],
    ),
    (
        "45 1 * * *",
        "Australia/Lord_Howe",
        "2027-04-03T00:00:00Z",
        &["2027-04-04 01:45 +11:00", "2027-04-05 01:45 +10:30"],
    ),
    (
        "0 2 * * *",
        "Australia/Lord_Howe",
        "2027-04-03T00:00:00Z",
        &["2027-04-04 02:00 +10:30", "2027-04-05 02:00 +10:30"],
    ),
    // No change at all, and an offset that is no whole hour.
    (
        "30 2 * * *",
        "Asia/Tokyo",
        "2027-03-27T00:00:00Z",
        &["2027-03-28 02:30 +09:00", "2027-03-29 02:30 +09:00"],
    ),
    (
        "0 9 * * mon",
        "Asia/Kathmandu",
        "2027-03-27T00:00:00Z",
        &["2027-03-29 09:00 +05:45", "2027-04-05 09:00 +05:45"],
    ),
    // Apia had no 2011-12-30: the clock jumped from its eve to the 31st.
    (
        "0 9 * * *",
        "Pacific/Apia",
        "2011-12-29T12:00:00Z",
        &["2011-12-29 09:00 -10:00", "2011-12-31 00:00 +14:00", "2011-12-31 09:00 +14:00"],
    ),
    (
        "0 9 30 12 *",
        "Pacific/Apia",
        "2011-01-01T00:00:00Z",
        &["2011-12-31 00:00 +14:00", "2012-12-30 09:00 +14:00"],
    ),
    // A gap at midnight, where the day begins at one.
    (
        "0 0 * * *",
        "Africa/Cairo",
        "2027-04-29T00:00:00Z",
        &["2027-04-30 01:00 +03:00", "2027-05-01 00:00 +03:00"],
    ),
    // A clock that goes back over midnight shows the end of a day twice.
    (
        "30 23 * * *",
        "America/Havana",
        "2027-11-06T12:00:00Z",
        &["2027-11-06 23:30 -04:00", "2027-11-07 23:30 -05:00"],
    ),
];

#[test]
fn no_change_of_a_clock_loses_or_doubles_a_run() {
    for (pattern, zone, after, expected) in CASES {
        assert_eq!(due(pattern, zone, after, expected.len()), expected, "{pattern} in {zone}");
    }
}

#[test]
fn days_are_those_of_crontab() {
    let cases: [(&str, &[&str]); 8] = [
        // The day of the month or the day of the week.
        ("0 0 13 * fri", &["2027-01-01", "2027-01-08", "2027-01-13", "2027-01-15"]),
        ("0 0 31 * *", &["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("0 0 29 2 *", &["2028-02-29", "2032-02-29"]),
        ("0 0 L * *", &["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("0 0 * * fri#2", &["2027-01-08", "2027-02-12"]),
        ("0 0 * * 7", &["2027-01-03", "2027-01-10"]),
        ("@monthly", &["2027-01-01", "2027-02-01"]),
        ("0 0 1 jan-feb *", &["2027-01-01", "2027-02-01", "2028-01-01"]),
    ];
    for (pattern, expected) in cases {
        let found = due(pattern, "UTC", "2026-12-31T23:59:59Z", expected.len());
        let days: Vec<&str> = found.iter().map(|shown| &shown[..10]).collect();
        assert_eq!(days, expected, "{pattern}");
    }
}

#[test]
fn intervals_do_not_look_at_clocks() {
    let from = at("2027-03-28T00:30:00Z");
    let plan = Plan::of(&every(3_600_000, from)).unwrap();
    assert_eq!(plan.next_after(from - 1), Some(from), "the first is where it counts from");
    let mut last = from;
    for _ in 0..10_000 {
        let next = plan.next_after(last).unwrap();
        assert_eq!(next.ms_since(last), 3_600_000);
        last = next;
    }
    let long_after = from + 3_600_000 * 1_000_000 + 5;
    assert_eq!(plan.next_after(long_after), Some(from + 3_600_000 * 1_000_001));
}

#[test]
fn once_is_once() {
    let due = at("2027-03-28T01:00:00Z");
    let plan = Plan::of(&spec(Trigger::At { at: due }, "UTC")).unwrap();
    assert_eq!(plan.next_after(due - 1), Some(due));
    assert_eq!(plan.next_after(due), None);
}

#[test]
fn what_never_comes_is_told_and_not_looked_for_without_end() {
    for pattern in ["0 0 31 2 *", "0 0 31 4,6,9,11 *"] {
        assert_eq!(due(pattern, "Europe/Berlin", "2027-01-01T00:00:00Z", 1), [""; 0], "{pattern}");
    }
}

#[test]
fn jitter_is_bounded_spread_and_the_same_every_time() {
    let mut jittery = every(60_000, at("2027-01-01T00:00:00Z"));
    jittery.jitter_ms = 30_000;
    let plan = Plan::of(&jittery).unwrap();
    let mut buckets = [0; 3];
    for minute in 0..3_000 {
        let due = at("2027-01-01T00:00:00Z") + minute * 60_000;
        let late = plan.fires_at("nightly", due).ms_since(due);
        assert!(late <= 30_000);
        assert_eq!(plan.fires_at("nightly", due).ms_since(due), late);
        buckets[usize::try_from(late / 10_001).unwrap()] += 1;
    }
    assert!(buckets.iter().all(|bucket| *bucket > 800), "{buckets:?}");
    let other = (0..100).filter(|minute| {
        let due = at("2027-01-01T00:00:00Z") + minute * 60_000;
        plan.fires_at("nightly", due) == plan.fires_at("weekly", due)
    });
    assert!(other.count() < 5, "schedules of other names are spread otherwise");
}

/// Due times by brute force: every minute of the year is looked at, and what the zone's clock shows
/// is compared with a pattern whose fields were never text.
struct Oracle {
    minutes: Vec<i8>,
    hours: Vec<i8>,
    days: Vec<i8>,
    weekdays: Vec<i8>,
}

impl Oracle {
    fn pattern(&self) -> String {
        let list = |values: &[i8], all: usize| {
            if values.len() == all {
                return "*".to_owned();
            }
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        format!(
            "{} {} {} * {}",
            list(&self.minutes, 60),
            list(&self.hours, 24),
            list(&self.days, 31),
            list(&self.weekdays, 7)
        )
    }

    fn matches(&self, shown: jiff::civil::DateTime) -> bool {
        let weekday = shown.weekday().to_sunday_zero_offset();
        let day = (self.days.contains(&shown.day()), self.weekdays.contains(&weekday));
        let day = match (self.days.len() == 31, self.weekdays.len() == 7) {
            (true, true) => true,
            (true, false) => day.1,
            (false, true) => day.0,
            (false, false) => day.0 || day.1,
        };
        day && self.minutes.contains(&shown.minute()) && self.hours.contains(&shown.hour())
    }

    fn due(&self, zone: &str, (from, to): (i64, i64)) -> Vec<i64> {
        let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
        let clock =
            |minute: i64| zone.to_datetime(jiff::Timestamp::from_second(minute * 60).unwrap());
        let minute = jiff::Span::new().minutes(1);
        let mut newest = clock(from - 2_000);
        let mut due = Vec::new();
        for now in from - 1_999..=to {
            let shown = clock(now);
            let mut expected = newest.checked_add(minute).unwrap();
            let matches = if self.hours.len() == 24 {
                self.matches(shown)
            } else if shown < expected {
                false
            } else {
                let mut any = self.matches(shown);
                while expected < shown {
                    any |= self.matches(expected);
                    expected = expected.checked_add(minute).unwrap();
                }
                any
            };
            newest = newest.max(shown);
            if matches && now > from {
                due.push(now * 60);
            }
        }
        due
    }
}

/// A sorted choice of values; all of them now and then.
fn some(from: i8, to: i8, most: usize) -> impl Strategy<Value = Vec<i8>> {
    let chosen = prop::collection::btree_set(from..=to, 1..=most);
    prop_oneof![
        1 => Just((from..=to).collect::<Vec<_>>()),
        3 => chosen.prop_map(|values| values.into_iter().collect()),
    ]
}

const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Havana",
    "Africa/Casablanca",
    "America/Santiago",
    "Pacific/Chatham",
    "UTC",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_minute_of_a_year_agrees_with_brute_force(
        minutes in some(0, 59, 3),
        hours in some(0, 23, 5),
        days in some(1, 31, 4),
        weekdays in some(0, 6, 3),
        zone in prop::sample::select(&ZONES[..]),
        year in 2009_i16..2040,
    ) {
        let oracle = Oracle { minutes, hours, days, weekdays };
        let plan = Plan::of(&cron(&oracle.pattern(), zone)).unwrap();
        let begin = |year| {
            let date = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
            jiff::tz::Offset::UTC.to_timestamp(date).unwrap().as_second() / 60
        };
        let (from, to) = (begin(year), begin(year + 1));
        let mut found = Vec::new();
        let mut last = Timestamp::from_unix_ms(u64::try_from(from * 60_000).unwrap());
        while let Some(next) = plan.next_after(last) {
            let seconds = i64::try_from(next.unix_ms / 1_000).unwrap();
            if seconds > to * 60 {
                break;
            }
            found.push(seconds);
            last = next;
        }
        prop_assert_eq!(found, oracle.due(zone, (from, to)), "{} {}", oracle.pattern(), zone);
    }

    /// From wherever one asks, the answer is the same.
    #[test]
    fn the_next_time_does_not_depend_on_where_one_asks_from(
        hours in some(0, 23, 4),
        zone in prop::sample::select(&ZONES[..]),
        after in 1_700_000_000_000_u64..1_900_000_000_000,
        part in 0_u64..1_000,
    ) {
        let oracle = Oracle {
            minutes: vec![0, 30],
            hours,
            days: (1..=31).collect(),
            weekdays: (0..=6).collect(),
        };
        let plan = Plan::of(&cron(&oracle.pattern(), zone)).unwrap();
        let after = Timestamp::from_unix_ms(after);
        let next = plan.next_after(after).unwrap();
        let between = after + next.ms_since(after) * part / 1_000;
        prop_assert!(next > after);
        prop_assert_eq!(plan.next_after(between), Some(next));
        prop_assert_eq!(plan.next_after(next - 1), Some(next));
    }
}
