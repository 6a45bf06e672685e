//! Laws of meters.

use super::*;

/// Midnight of the 16th of November 2026, a Monday.
const MONDAY: u64 = 1_794_787_200_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

fn at(unix_ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(unix_ms)
}

#[test]
fn an_attempt_counts_while_it_runs_and_on_the_day_that_it_ends() {
    let mut meters = Meters::default();
    let spent = |meters: &Meters, window, now| meters.of("acme").map(|m| m.spent(window, at(now)));
    assert_eq!(spent(&meters, Window::Day, MONDAY), None);
    meters.begin("acme", at(MONDAY - HOUR));
    assert_eq!(spent(&meters, Window::Day, MONDAY + HOUR), Some(2 * 3_600));
    meters.begin("acme", at(MONDAY + HOUR));
    assert_eq!(spent(&meters, Window::Day, MONDAY + 2 * HOUR), Some(4 * 3_600));
    meters.end("acme", at(MONDAY - HOUR), at(MONDAY + 2 * HOUR));
    meters.end("acme", at(MONDAY + HOUR), at(MONDAY + 2 * HOUR));
    assert_eq!(spent(&meters, Window::Day, MONDAY + 3 * HOUR), Some(4 * 3_600));
    assert_eq!(spent(&meters, Window::Day, MONDAY + DAY), Some(0), "another day");
    assert_eq!(spent(&meters, Window::Week, MONDAY + 6 * DAY), Some(4 * 3_600));
    assert_eq!(spent(&meters, Window::Week, MONDAY + 7 * DAY), Some(0), "another week");
    assert_eq!(spent(&meters, Window::Month, MONDAY + 14 * DAY), Some(4 * 3_600));
    assert_eq!(spent(&meters, Window::Month, MONDAY + 15 * DAY), Some(0), "another month");
    assert_eq!(meters.of("globex"), None, "nobody pays for others");
}

#[test]
fn a_meter_keeps_no_more_than_a_month() {
    let mut meter = Meter::default();
    for day in 0..400 {
        meter.begin(at(MONDAY + day * DAY));
        meter.end(at(MONDAY + day * DAY), at(MONDAY + day * DAY + 1));
    }
    assert_eq!(meter.days.len(), usize::try_from(DAYS_KEPT).unwrap());
    assert_eq!((meter.running, meter.started_ms), (0, 0));
}

#[test]
fn what_is_usual_follows_the_newest_runs() {
    let mut meters = Meters::default();
    assert_eq!(meters.usual("acme", "disk"), None);
    meters.took("acme", "disk", 1_001);
    assert_eq!(meters.usual("acme", "disk").unwrap().seconds(), 2);
    for _ in 0..100 {
        meters.took("acme", "disk", 60_000);
    }
    let usual = meters.usual("acme", "disk").unwrap();
    assert!((58_000..=60_000).contains(&usual.ms), "{usual:?}");
    assert_eq!(meters.usual("acme", "other"), None);
    assert_eq!(meters.usual("globex", "disk"), None);
}
