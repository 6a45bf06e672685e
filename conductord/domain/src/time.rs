//! Points and spans of time. They always come from outside: nothing here reads a clock.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01 UTC.
    pub unix_ms: u64,
}

impl Timestamp {
    /// The point that many milliseconds after 1970-01-01 UTC.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: u64) -> Self {
        Self { unix_ms }
    }

    /// As RFC 3339 writes it, in UTC; what lies beyond its years as the last of them.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let ms = i64::try_from(self.unix_ms).unwrap_or(i64::MAX);
        jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX).to_string()
    }

    /// Milliseconds from `earlier` to here; zero when it is later.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> u64 {
        self.unix_ms.saturating_sub(earlier.unix_ms)
    }
}

impl Add<u64> for Timestamp {
    type Output = Self;

    /// That many milliseconds later.
    fn add(self, ms: u64) -> Self {
        Self { unix_ms: self.unix_ms.saturating_add(ms) }
    }
}

impl Sub<u64> for Timestamp {
    type Output = Self;

    /// That many milliseconds earlier.
    fn sub(self, ms: u64) -> Self {
        Self { unix_ms: self.unix_ms.saturating_sub(ms) }
    }
}
