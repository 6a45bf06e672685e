//! Time as people read it. Nothing here looks at a clock: now is always given.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use pbjson_types::Timestamp as WireTimestamp;

/// A moment as the protocol writes it.
pub(crate) fn to_wire(at: Timestamp) -> WireTimestamp {
    WireTimestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// A moment of the protocol; one out of range becomes the nearest that there is.
pub(crate) fn from_wire(at: &WireTimestamp) -> Timestamp {
    let fallback = if at.seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::new(at.seconds, at.nanos).unwrap_or(fallback)
}

/// Time between two moments of the protocol, the second being now where it is missing.
pub(crate) fn between(
    from: Option<&WireTimestamp>,
    to: Option<&WireTimestamp>,
    now: Timestamp,
) -> Option<SignedDuration> {
    let from = from.map(from_wire)?;
    Some(to.map_or(now, from_wire).duration_since(from).max(SignedDuration::ZERO))
}

/// At most three characters where possible: `12s`, `5m`, `3h`, `2d`.
pub(crate) fn short(span: SignedDuration) -> String {
    match span.as_secs() {
        ..1 => format!("{}ms", span.as_millis().max(0)),
        s @ 1..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m", s / 60),
        s @ 3600..86_400 => format!("{}h", s / 3600),
        s => format!("{}d", s / 86_400),
    }
}

/// Two units: `12s`, `2m 05s`, `3h 04m`, `2d 03h`.
pub(crate) fn long(span: SignedDuration) -> String {
    match span.as_secs() {
        ..60 => short(span),
        s @ 60..3600 => format!("{}m {:02}s", s / 60, s % 60),
        s @ 3600..86_400 => format!("{}h {:02}m", s / 3600, s % 3600 / 60),
        s => format!("{}d {:02}h", s / 86_400, s % 86_400 / 3600),
    }
}

/// As it is read aloud, in one unit: `44 seconds`, `1 minute`, `3 hours`.
pub(crate) fn spoken(span: SignedDuration) -> String {
    let (number, unit) = match span.as_secs().max(0) {
        s @ ..60 => (s, "second"),
        s @ 60..3600 => (s / 60, "minute"),
        s @ 3600..86_400 => (s / 3600, "hour"),
        s => (s / 86_400, "day"),
    };
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// A running age, in whole seconds so that it doesn't flicker below one.
pub(crate) fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    if seconds == 0 { "0s".into() } else { short(SignedDuration::from_secs(seconds)) }
}

/// `14:03:22` in the operator's zone.
pub(crate) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// `14:03` in the operator's zone.
pub(crate) fn clock_minutes(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_in_two_units() {
        let table = [
            (340, "340ms", "340ms"),
            (12_400, "12s", "12s"),
            (125_000, "2m", "2m 05s"),
            (11_045_000, "3h", "3h 04m"),
            (183_600_000, "2d", "2d 03h"),
            (-5, "0ms", "0ms"),
        ];
        let spoken = |secs| spoken(SignedDuration::from_secs(secs));
        assert_eq!([spoken(0), spoken(1), spoken(125)], ["0 seconds", "1 second", "2 minutes"]);
        assert_eq!([spoken(3_600), spoken(200_000)], ["1 hour", "2 days"]);
        for (ms, expected_short, expected_long) in table {
            let span = SignedDuration::from_millis(ms);
            assert_eq!(
                (short(span).as_str(), long(span).as_str()),
                (expected_short, expected_long)
            );
        }
    }

    #[test]
    fn a_moment_out_of_range_does_not_panic() {
        let wild = WireTimestamp { seconds: i64::MAX, nanos: -7 };
        assert_eq!(from_wire(&wild), Timestamp::MAX);
        assert_eq!(from_wire(&WireTimestamp { seconds: i64::MIN, nanos: 0 }), Timestamp::MIN);
    }
}
