//! What somebody chose in the palette, how often and how lately, in one number: "frecency".
//!
//! Each choice counts one, and what it counts halves with every [`HALF_LIFE_S`]: exponential decay, as
//! Jesse Ruderman proposed it for the address bar of Firefox (<https://wiki.mozilla.org/User:Jesse/NewFrecency>).
//! The sum can be kept as one number with the time it was true at, and the order of two things does
//! not change while nobody chooses anything.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A choice counts half after a week: a rotation on call.
const HALF_LIFE_S: f64 = 7.0 * 86_400.0;
/// Things remembered in one place; what counts least makes room.
const USES_MAX: usize = 200;
/// Places (a daemon and a tenant) remembered; the one that was used longest ago makes room.
const PLACES_MAX: usize = 32;

/// One thing, how much it counted, and when, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Use {
    score: f64,
    at: i64,
}

impl Use {
    fn score(&self, now: i64) -> f64 {
        // A clock that was put back must not make it count for more.
        let age = (now - self.at).max(0) as f64;
        self.score * (-age / HALF_LIFE_S).exp2()
    }
}

/// See the module. Names and ids alone: never what was typed into a form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Used {
    /// By where, then by what.
    places: BTreeMap<String, BTreeMap<String, Use>>,
}

impl Used {
    /// A daemon and a tenant: what is used in one says nothing of another.
    pub(crate) fn place(endpoint: &str, tenant: &str) -> String {
        format!("{endpoint} {tenant}")
    }

    /// How much something counts now; 0 for what was never chosen.
    pub(crate) fn score(&self, place: &str, what: &str, now: Timestamp) -> f64 {
        let known = self.places.get(place).and_then(|uses| uses.get(what));
        known.map_or(0.0, |known| known.score(now.as_second()))
    }

    /// It was chosen.
    pub(crate) fn choose(&mut self, place: &str, what: &str, now: Timestamp) {
        let now = now.as_second();
        let uses = self.places.entry(place.to_owned()).or_default();
        let score = uses.get(what).map_or(0.0, |known| known.score(now)) + 1.0;
        uses.insert(what.to_owned(), Use { score, at: now });
        while uses.len() > USES_MAX {
            let least = uses.iter().min_by(|a, b| a.1.score(now).total_cmp(&b.1.score(now)));
            let Some(least) = least.map(|(what, _)| what.clone()) else { break };
            uses.remove(&least);
        }
        while self.places.len() > PLACES_MAX {
            let last = |uses: &BTreeMap<String, Use>| uses.values().map(|one| one.at).max();
            let oldest = self.places.iter().min_by_key(|(_, uses)| last(uses));
            let Some(oldest) = oldest.map(|(place, _)| place.clone()) else { break };
            self.places.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const PLACE: &str = "unix:///run/c.sock acme";

    fn now() -> Timestamp {
        "2026-11-21T14:03:22Z".parse().unwrap()
    }

    fn later(days: i64) -> Timestamp {
        now() + SignedDuration::from_hours(24 * days)
    }

    #[test]
    fn a_choice_counts_half_after_a_week() {
        let mut used = Used::default();
        used.choose(PLACE, "workflow a", now());
        assert!((used.score(PLACE, "workflow a", now()) - 1.0).abs() < 1e-9);
        assert!((used.score(PLACE, "workflow a", later(7)) - 0.5).abs() < 1e-9);
        used.choose(PLACE, "workflow a", later(7));
        assert!((used.score(PLACE, "workflow a", later(7)) - 1.5).abs() < 1e-9);
        assert!((used.score(PLACE, "workflow a", later(-7)) - 1.5).abs() < 1e-9, "clock put back");
    }

    #[test]
    fn often_beats_lately_until_it_is_long_ago() {
        let mut used = Used::default();
        (0..4).for_each(|_| used.choose(PLACE, "often", now()));
        used.choose(PLACE, "lately", later(7));
        let scores = |at| [used.score(PLACE, "often", at), used.score(PLACE, "lately", at)];
        let [often, lately] = scores(later(7));
        assert!(often > lately);
        let [often, lately] = scores(later(70));
        assert!(often > lately, "time alone changes no order");
        (0..2).for_each(|_| used.choose(PLACE, "lately", later(14)));
        assert!(used.score(PLACE, "lately", later(14)) > used.score(PLACE, "often", later(14)));
    }

    #[test]
    fn places_know_nothing_of_each_other_and_all_is_bounded() {
        let mut used = Used::default();
        used.choose(PLACE, "workflow a", now());
        assert_eq!(used.score("unix:///run/c.sock globex", "workflow a", now()), 0.0);
        (0..500).for_each(|n| used.choose(PLACE, &format!("run {n}"), later(1)));
        assert_eq!(used.places[PLACE].len(), USES_MAX);
        (0..100).for_each(|n| used.choose(&format!("place {n}"), "run 1", later(2)));
        assert_eq!(used.places.len(), PLACES_MAX);
        assert!(!used.places.contains_key(PLACE));
    }
}
