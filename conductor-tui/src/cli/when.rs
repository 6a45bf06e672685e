//! Points in time as people write them: `2h` ago, or RFC 3339.

#![expect(clippy::disallowed_methods, reason = "`1h` on a command line counts from now")]

use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};

/// Reads `90s`, `15m`, `2h`, `3d`, `1w` (so long ago), or a date and time: RFC 3339, or without
/// an offset in the zone of this machine.
pub(crate) fn parse(text: &str) -> Result<pbjson_types::Timestamp, String> {
    let at = relative(text, Timestamp::now())
        .or_else(|| text.parse::<Timestamp>().ok())
        .or_else(|| local(text, &TimeZone::system()))
        .ok_or("write a span like `2h` or `3d`, or a time like `2026-11-21T08:00:00Z`")?;
    Ok(pbjson_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() })
}

/// The time of this machine, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default()
}

fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    let unit = text.chars().next_back()?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let span = Span::new().try_seconds(count.checked_mul(seconds)?).ok()?;
    (count >= 0).then(|| now.checked_sub(span).ok()).flatten()
}

fn local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at: DateTime = text.parse().ok()?;
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let found = relative(text, now).or_else(|| local(text, &TimeZone::UTC));
        assert_eq!(found.map(|at| at.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn spans_and_times_are_read() {
        check("90s", Some("2026-11-21T09:58:30Z"));
        check("2h", Some("2026-11-21T08:00:00Z"));
        check("1w", Some("2026-11-14T10:00:00Z"));
        check("2026-11-20", Some("2026-11-20T00:00:00Z"));
        check("2026-11-20T07:30:00", Some("2026-11-20T07:30:00Z"));
        check("-2h", None);
        check("99999999999999999999h", None);
        check("h", None);
        check("", None);
        check("2 hours", None);
    }
}
