//! Durations as people write them: `90s`, `1h30m`, `500ms`, or whole seconds.

use super::{
    limits::TIMEOUT_MS_MAX,
    node::{Data, Node},
    problem::{Problem, Problems},
};
use crate::error_code::Code;

/// From the largest down, each at most once and in this order.
const UNITS: &[(&str, u64)] =
    &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration in milliseconds from its written form, or nothing where it is not one. Units are
/// `d`, `h`, `m`, `s` and `ms`, from the largest to the smallest: `1h30m`, `90s`, `500ms`.
#[must_use]
pub fn parse_duration_ms(text: &str) -> Option<u64> {
    const DIGITS_MAX: usize = 9;
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > DIGITS_MAX {
            return None;
        }
        let (count, tail) = rest.split_at(digits);
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at(letters);
        let (_, ms) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(count.parse::<u64>().ok()?.checked_mul(*ms)?)?;
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

/// A time in UTC as RFC 3339 writes it, `2026-12-24T18:00:00Z`, in milliseconds since 1970; nothing
/// where it is none, or lies before that.
#[must_use]
pub fn parse_time_ms(text: &str) -> Option<u64> {
    let time = text.ends_with('Z').then(|| text.parse::<jiff::Timestamp>().ok())??;
    u64::try_from(time.as_millisecond()).ok()
}

/// A timeout's milliseconds.
pub(super) fn timeout(node: &Node, path: &str, problems: &mut Problems) -> Option<u64> {
    let parsed = match &node.data {
        Data::Refused => return None,
        Data::Text(text, _) => parse_duration_ms(text),
        Data::Number(number, _) => number.as_u64().and_then(|seconds| seconds.checked_mul(1_000)),
        _ => None,
    };
    let message = match parsed {
        Some(ms) if (1..=TIMEOUT_MS_MAX).contains(&ms) => return Some(ms),
        Some(0) => "a timeout of nothing would end it before it starts",
        Some(_) => "longer than seven days",
        None => "not a duration",
    };
    let hint = "write it like `90s`, `5m` or `1h30m`, or as whole seconds, up to `7d`";
    problems.add(Problem::new(Code::ManifestTimeout, node.at, path, message).mend(hint));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_written() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(parse_duration_ms(text), expected, "{text}");
        };
        check("90s", Some(90_000));
        check("5m", Some(300_000));
        check("1h30m", Some(5_400_000));
        check("500ms", Some(500));
        check("1d2h3m4s5ms", Some(93_784_005));
        check("0s", Some(0));
        for text in
            ["", "5", "m", "5 m", "-5m", "1.5h", "30m1h", "5m5m", "5M", "1h30", "9999999999s"]
        {
            check(text, None);
        }
    }
}
