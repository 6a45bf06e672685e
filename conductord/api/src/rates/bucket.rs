//! Buckets of tokens: one instant each, the one at which the bucket is full again.
//!
//! A bucket holds a minute's tokens and fills evenly. Instead of how many are in it, it is kept when
//! it will be full: each request puts that off by the time that one token takes, and is refused when
//! that would be more than a minute away. Nothing ticks, and a bucket that is full need not be kept.

use std::{collections::HashMap, time::Duration};

use conductor_domain::time::Timestamp;

use super::kind::Kind;
use crate::limits::RATE_BUCKETS_MAX;

const MINUTE_US: u64 = 60_000_000;

/// Whose a bucket is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Principal(String),
    /// All who come from there and don't say who they are.
    Place(String),
    Tenant(String),
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// When each is full again, in microseconds since 1970.
    full_at: HashMap<(Who, Kind), u64>,
    /// When those that are full were removed last.
    swept_at: u64,
    /// When the one is full again that all share who find no room.
    others: HashMap<Kind, u64>,
}

impl Buckets {
    /// Takes a token, or says how long to wait for one. `per_minute` is not 0.
    pub(super) fn take(
        &mut self,
        key: (Who, Kind),
        per_minute: u32,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let now = micros(now);
        if !self.full_at.contains_key(&key) && !self.has_room(now) {
            return take(self.others.entry(key.1).or_insert(now), per_minute, now);
        }
        take(self.full_at.entry(key).or_insert(now), per_minute, now)
    }

    /// How many tokens are in a bucket. `per_minute` is not 0.
    pub(super) fn left(&self, key: &(Who, Kind), per_minute: u32, now: Timestamp) -> u32 {
        let now = micros(now);
        let known = self.full_at.get(key).or_else(|| {
            let crowded = self.full_at.len() >= RATE_BUCKETS_MAX;
            self.others.get(&key.1).filter(|_| crowded)
        });
        let (token, most) = sizes(per_minute);
        let full_at = known.copied().unwrap_or(now).clamp(now, now.saturating_add(most));
        u32::try_from((most - (full_at - now)) / token).unwrap_or(per_minute)
    }

    /// Whether one more is kept. Full ones make room, looked for once a second at most.
    fn has_room(&mut self, now: u64) -> bool {
        if self.full_at.len() >= RATE_BUCKETS_MAX && now.abs_diff(self.swept_at) >= 1_000_000 {
            self.swept_at = now;
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        self.full_at.len() < RATE_BUCKETS_MAX
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.full_at.len()
    }
}

const fn micros(now: Timestamp) -> u64 {
    now.unix_ms.saturating_mul(1_000)
}

/// How long a token takes to come, and how long a bucket takes to fill.
fn sizes(per_minute: u32) -> (u64, u64) {
    // At least a microsecond: more than a million a second are as good as no limit.
    let token = (MINUTE_US / u64::from(per_minute.max(1))).max(1);
    (token, token * u64::from(per_minute))
}

fn take(full_at: &mut u64, per_minute: u32, now: u64) -> Result<(), Duration> {
    let (token, most) = sizes(per_minute);
    // A clock that was put back must not keep anybody out for longer than the bucket takes to fill.
    let begins = (*full_at).clamp(now, now.saturating_add(most));
    let after = begins + token;
    if after > now.saturating_add(most) {
        *full_at = begins;
        return Err(Duration::from_micros(after - now - most));
    }
    *full_at = after;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_700_000_000_000 + ms)
    }

    fn whose(name: &str) -> (Who, Kind) {
        (Who::Principal(name.into()), Kind::Read)
    }

    #[test]
    fn a_minutes_worth_at_once_then_evenly() {
        let mut buckets = Buckets::default();
        for _ in 0..120 {
            assert_eq!(buckets.take(whose("alice"), 120, at(0)), Ok(()));
        }
        assert_eq!(buckets.take(whose("alice"), 120, at(0)), Err(Duration::from_millis(500)));
        assert_eq!(buckets.take(whose("bob"), 120, at(0)), Ok(()));
        assert_eq!(buckets.take(whose("alice"), 120, at(499)), Err(Duration::from_millis(1)));
        assert_eq!(buckets.take(whose("alice"), 120, at(500)), Ok(()));
        assert!(buckets.take(whose("alice"), 120, at(500)).is_err());
    }

    #[test]
    fn what_is_left_is_what_would_be_taken() {
        let mut buckets = Buckets::default();
        let left = |buckets: &Buckets, ms| buckets.left(&whose("alice"), 60, at(ms));
        assert_eq!(left(&buckets, 0), 60);
        for taken in 1..=60 {
            assert_eq!(buckets.take(whose("alice"), 60, at(0)), Ok(()));
            assert_eq!(left(&buckets, 0), 60 - taken);
        }
        assert_eq!((left(&buckets, 999), left(&buckets, 1_000)), (0, 1));
        assert_eq!((left(&buckets, 60_000), left(&buckets, 600_000)), (60, 60));
        assert_eq!(buckets.left(&whose("bob"), 60, at(0)), 60);
    }

    #[test]
    fn there_are_only_so_many_and_full_ones_make_room() {
        let mut buckets = Buckets::default();
        for number in 0..RATE_BUCKETS_MAX {
            assert_eq!(buckets.take(whose(&number.to_string()), 60, at(0)), Ok(()));
        }
        // The rest share one, so that nobody gets more by being many.
        let shared = (0..100).filter(|n| buckets.take(whose(&format!("x{n}")), 60, at(0)).is_ok());
        assert_eq!(shared.count(), 60);
        assert_eq!(buckets.len(), RATE_BUCKETS_MAX);
        // Who has one keeps it.
        assert_eq!(buckets.take(whose("7"), 60, at(0)), Ok(()));
        assert_eq!(buckets.take(whose("late"), 60, at(1_500)), Ok(()));
        assert_eq!(buckets.len(), 2);
    }

    #[test]
    fn a_clock_that_is_put_back_keeps_nobody_out_for_long() {
        let mut buckets = Buckets::default();
        for _ in 0..60 {
            buckets.take(whose("alice"), 60, at(3_600_000)).unwrap();
        }
        let wait = buckets.take(whose("alice"), 60, at(0)).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
    }

    proptest! {
        /// Whatever comes when, no window gives more than a bucket and what flows in meanwhile, and
        /// nobody takes from another.
        #[test]
        fn no_window_gives_more_than_its_share(
            per_minute in 1_u32..2_000,
            steps in prop::collection::vec((0_u64..5_000, 0_u8..3), 1..400),
        ) {
            let mut buckets = Buckets::default();
            let mut alone: Vec<Buckets> = (0..3).map(|_| Buckets::default()).collect();
            let mut taken: Vec<Vec<u64>> = vec![Vec::new(); 3];
            let mut now = 0;
            for (wait, who) in steps {
                now += wait;
                let index = usize::from(who);
                let together = buckets.take(whose(&who.to_string()), per_minute, at(now));
                let by_itself = alone[index].take(whose(&who.to_string()), per_minute, at(now));
                prop_assert_eq!(&together, &by_itself);
                match together {
                    Ok(()) => taken[index].push(now),
                    // Who waits as long as they are told is let in.
                    Err(wait) => {
                        let later = u64::try_from(wait.as_micros().div_ceil(1_000)).unwrap();
                        let mut copy = std::mem::take(&mut alone[index]);
                        prop_assert_eq!(
                            copy.take(whose(&who.to_string()), per_minute, at(now + later)),
                            Ok(())
                        );
                        alone[index] = replay(&taken[index], (&who.to_string(), per_minute));
                    }
                }
            }
            for times in taken {
                for (from, first) in times.iter().enumerate() {
                    for (count, last) in times[from..].iter().enumerate() {
                        let flown = (last - first) * u64::from(per_minute) / 60_000;
                        // One token may have been cut short by whole microseconds.
                        let most = u64::from(per_minute) + flown + 1 + flown / 1_000;
                        prop_assert!(u64::try_from(count).unwrap() < most);
                    }
                }
            }
        }
    }

    /// The buckets of one who was let in at these times.
    fn replay(taken: &[u64], (who, per_minute): (&str, u32)) -> Buckets {
        let mut buckets = Buckets::default();
        for time in taken {
            buckets.take(whose(who), per_minute, at(*time)).unwrap();
        }
        buckets
    }
}
