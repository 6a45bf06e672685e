//! Logins that failed: each further one has to wait longer, by where it comes from and by its key.
//!
//! A key counts here only once a good signature showed that whoever calls holds it: nobody else can
//! slow down its owner.

use std::{collections::HashMap, time::Duration};

use conductor_domain::time::Timestamp;

use crate::limits::{
    LOGIN_ALARM_FAILURES, LOGIN_FAILURES_FREE, LOGIN_SLOWED_FIRST, LOGIN_SLOWED_KEPT_MAX,
    LOGIN_SLOWED_LONGEST, LOGIN_SLOWED_WINDOW,
};

#[derive(Debug)]
struct Failures {
    count: u32,
    first: Timestamp,
    last: Timestamp,
    until: Timestamp,
}

/// That so many failed since then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) failures: u32,
    pub(crate) since: Timestamp,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Slowed(HashMap<String, Failures>);

impl Slowed {
    /// How long a login still has to wait; nothing where it may be tried.
    pub(crate) fn wait(&self, who: &str, now: Timestamp) -> Option<Duration> {
        let until = self.0.get(who)?.until;
        (until > now).then(|| Duration::from_millis(until.ms_since(now)))
    }

    /// Counts a failure. Gives an alarm once in a row of failures.
    pub(crate) fn fail(&mut self, who: &str, now: Timestamp) -> Option<Alarm> {
        let over = |known: &Failures| now.ms_since(known.last) >= ms(LOGIN_SLOWED_WINDOW);
        if !self.0.contains_key(who) && self.0.len() >= LOGIN_SLOWED_KEPT_MAX {
            self.0.retain(|_, known| !over(known));
            self.make_room();
        }
        let fresh = || Failures { count: 0, first: now, last: now, until: now };
        let known = self.0.entry(who.to_owned()).or_insert_with(fresh);
        if over(known) {
            *known = fresh();
        }
        known.count = known.count.saturating_add(1);
        known.last = now;
        known.until = now + ms(delay(known.count));
        let alarm = Alarm { failures: known.count, since: known.first };
        (known.count == LOGIN_ALARM_FAILURES).then_some(alarm)
    }

    /// Forgets whoever failed longest ago, where there is no room for one more.
    fn make_room(&mut self) {
        if self.0.len() >= LOGIN_SLOWED_KEPT_MAX {
            let oldest = self.0.iter().min_by_key(|(_, known)| known.last);
            let oldest = oldest.map(|(who, _)| who.clone());
            if let Some(oldest) = oldest {
                self.0.remove(&oldest);
            }
        }
    }
}

/// How long to wait after so many failures.
fn delay(count: u32) -> Duration {
    let beyond = count.saturating_sub(LOGIN_FAILURES_FREE);
    match beyond {
        0 => Duration::ZERO,
        beyond => {
            let factor = 1_u32.checked_shl(beyond - 1).unwrap_or(u32::MAX);
            LOGIN_SLOWED_FIRST.saturating_mul(factor).min(LOGIN_SLOWED_LONGEST)
        }
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    #[test]
    fn each_failure_beyond_the_first_few_doubles_the_wait() {
        let mut slowed = Slowed::default();
        let mut waits = Vec::new();
        for _ in 0..LOGIN_FAILURES_FREE + 12 {
            slowed.fail("uid:1", NOW);
            waits.push(slowed.wait("uid:1", NOW).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(slowed.wait("uid:2", NOW), None, "nobody else");
        assert_eq!(slowed.wait("uid:1", NOW + 300_000), None);
    }

    #[test]
    fn failures_are_forgotten_and_alarm_once_in_a_row() {
        let mut slowed = Slowed::default();
        let row = |slowed: &mut Slowed, at: Timestamp| -> Vec<Alarm> {
            (0..30).filter_map(|_| slowed.fail("uid:1", at)).collect()
        };
        let alarm = |since| Alarm { failures: LOGIN_ALARM_FAILURES, since };
        assert_eq!(row(&mut slowed, NOW), [alarm(NOW)]);
        let later = NOW + ms(LOGIN_SLOWED_WINDOW);
        assert_eq!(row(&mut slowed, later + 1), [alarm(later + 1)]);
    }

    #[test]
    fn only_so_many_are_remembered_and_the_newest_are() {
        let mut slowed = Slowed::default();
        for number in 0..LOGIN_SLOWED_KEPT_MAX + 10 {
            for _ in 0..=LOGIN_FAILURES_FREE {
                slowed.fail(&format!("uid:{number}"), NOW + number as u64);
            }
        }
        assert_eq!(slowed.0.len(), LOGIN_SLOWED_KEPT_MAX);
        assert_eq!(slowed.wait("uid:0", NOW), None);
        let newest = format!("uid:{}", LOGIN_SLOWED_KEPT_MAX + 9);
        assert!(slowed.wait(&newest, NOW).is_some());
    }
}
