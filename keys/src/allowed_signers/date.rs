//! Times of `valid-after` and `valid-before`: `YYYYMMDD`, with `HHMM` or `HHMMSS`, and `Z`.

use jiff::{Timestamp, civil, tz::TimeZone};

/// Reads a time as `valid-after` and `valid-before` have it: seconds since 1970, or nothing when it
/// is no time or one before that. Without a `Z` it is in this zone.
#[must_use]
pub fn parse(text: &str, zone: &TimeZone) -> Option<u64> {
    let (digits, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(digits) => (digits, &TimeZone::UTC),
        None => (text, zone),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hour, minute, second) = match digits.len() {
        8 => (0, 0, 0),
        12 => (number(digits, 8, 2)?, number(digits, 10, 2)?, 0),
        14 => (number(digits, 8, 2)?, number(digits, 10, 2)?, number(digits, 12, 2)?),
        _ => return None,
    };
    let (year, month, day) =
        (digits[..4].parse().ok()?, number(digits, 4, 2)?, number(digits, 6, 2)?);
    let local = civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    // A time that a change of the clocks left out is an hour later, one that it made twice the first.
    let at = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    u64::try_from(at.as_second()).ok()
}

fn number(digits: &str, start: usize, length: usize) -> Option<i8> {
    digits.get(start..start + length)?.parse().ok()
}

/// A time as [`parse`] reads it in any zone. What lies beyond the calendar is its end.
pub(super) fn written(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.unwrap_or(Timestamp::MAX).strftime("%Y%m%d%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_zones() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        for (text, expected) in [
            ("19700102Z", Some(86_400)),
            ("19700102z", Some(86_400)),
            ("19700102", Some(86_400 - 7_200)),
            ("197001020130Z", Some(86_400 + 5_400)),
            ("19700102013007Z", Some(86_400 + 5_407)),
            ("197001020230", Some(86_400 + 1_800)),
            ("20240229Z", Some(1_709_164_800)),
            ("20230229Z", None),
            ("20231301Z", None),
            ("202301012460Z", None),
            ("202301012500Z", None),
            ("2023010112Z", None),
            ("2023-01-01", None),
            ("+2230101", None),
            ("19691231Z", None),
            ("Z", None),
            ("", None),
            ("２０２３", None),
        ] {
            assert_eq!(parse(text, &zone), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_second() {
        for seconds in [0, 86_399, 1_709_164_800, 253_402_207_199] {
            let text = written(seconds);
            assert_eq!(
                parse(&text, &TimeZone::fixed(jiff::tz::offset(2))),
                Some(seconds),
                "{text}"
            );
        }
    }
}
