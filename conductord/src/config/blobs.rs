//! `[blobs]`: how long contents of artifacts stay whatever somebody wants.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A hundred years.
const DAYS_MAX: i64 = 36_600;
/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// `[blobs]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    retain_days: Days,
}

impl File {
    /// How long contents stay at least, in milliseconds.
    pub(super) const fn retain_ms(&self) -> u64 {
        self.retain_days.0 * DAY_MS
    }
}

/// Days; 0 for none.
#[derive(Debug, Clone, Copy, Default)]
struct Days(u64);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        let fits = u64::try_from(given).ok().filter(|_| given <= DAYS_MAX);
        fits.map(Self).ok_or_else(|| {
            D::Error::custom(format!("{given} is no number of days from 0 to {DAYS_MAX}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_bounded_and_none_by_default() {
        let read = |text: &str| toml::from_str::<File>(text).map(|file| file.retain_ms());
        assert_eq!(read("").unwrap(), 0);
        assert_eq!(read("retain_days = 2").unwrap(), 2 * DAY_MS);
        for bad in ["retain_days = -1", "retain_days = 36601", "retain_days = '1d'", "days = 1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
