//! Challenges that were given out and wait for a signature: each for one try, for a short time, in
//! memory alone.

use std::collections::BTreeMap;

use conductor_domain::time::Timestamp;

use crate::limits::{CHALLENGES_MAX, CHALLENGES_OF_ORIGIN_MAX};

#[derive(Debug)]
struct Waiting {
    statement: String,
    origin: String,
    expires_at: Timestamp,
}

/// What became of a try to use one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    /// It waited, and is used up now.
    Good,
    /// None waits under this nonce: never given out, or used before.
    Unknown,
    /// Its time is over.
    Expired,
    /// What came back is not what was given out.
    Changed,
}

/// See the module. By nonce.
#[derive(Debug, Default)]
pub(crate) struct Challenges(BTreeMap<String, Waiting>);

impl Challenges {
    /// Keeps one. Of each origin the oldest makes room; `false` where there is none at all.
    pub(crate) fn add(
        &mut self,
        (nonce, origin): (String, &str),
        statement: String,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> bool {
        self.0.retain(|_, waiting| waiting.expires_at > now);
        let theirs = self.0.iter().filter(|(_, waiting)| waiting.origin == origin);
        if theirs.clone().count() >= CHALLENGES_OF_ORIGIN_MAX {
            let oldest = theirs.min_by_key(|(_, waiting)| waiting.expires_at);
            let oldest = oldest.map(|(nonce, _)| nonce.clone());
            if let Some(oldest) = oldest {
                self.0.remove(&oldest);
            }
        }
        if self.0.len() >= CHALLENGES_MAX {
            return false;
        }
        self.0.insert(nonce, Waiting { statement, origin: origin.to_owned(), expires_at });
        true
    }

    /// Uses one up, whatever comes of it.
    pub(crate) fn take(&mut self, nonce: &str, statement: &str, now: Timestamp) -> Used {
        match self.0.remove(nonce) {
            None => Used::Unknown,
            Some(waiting) if waiting.expires_at <= now => Used::Expired,
            Some(waiting) if waiting.statement != statement => Used::Changed,
            Some(_) => Used::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn add(challenges: &mut Challenges, number: usize, origin: &str) -> bool {
        let times = (NOW, NOW + 1_000 + number as u64);
        challenges.add((number.to_string(), origin), format!("statement {number}"), times)
    }

    #[test]
    fn each_is_good_once_and_only_as_it_was_given() {
        let mut challenges = Challenges::default();
        for number in 0..3 {
            assert!(add(&mut challenges, number, "uid:1"));
        }
        assert_eq!(challenges.take("0", "statement 0", NOW), Used::Good);
        assert_eq!(challenges.take("0", "statement 0", NOW), Used::Unknown);
        assert_eq!(challenges.take("1", "statement 0", NOW), Used::Changed);
        assert_eq!(challenges.take("1", "statement 1", NOW), Used::Unknown, "it is used up");
        assert_eq!(challenges.take("2", "statement 2", NOW + 1_002), Used::Expired);
    }

    #[test]
    fn one_origin_takes_no_room_from_another() {
        let mut challenges = Challenges::default();
        for number in 0..=CHALLENGES_OF_ORIGIN_MAX {
            assert!(add(&mut challenges, number, "uid:1"));
        }
        assert_eq!(challenges.take("0", "statement 0", NOW), Used::Unknown, "the oldest");
        assert_eq!(challenges.take("1", "statement 1", NOW), Used::Good);
        for number in 1_000..1_000 + 2 * CHALLENGES_MAX {
            add(&mut challenges, number, &format!("uid:{number}"));
        }
        assert_eq!(challenges.0.len(), CHALLENGES_MAX);
        assert!(!add(&mut challenges, 1, "uid:0"));
        let later = (NOW + 100_000, NOW + 200_000);
        assert!(
            challenges.add(("new".into(), "uid:0"), String::new(), later),
            "all others expired"
        );
    }
}
