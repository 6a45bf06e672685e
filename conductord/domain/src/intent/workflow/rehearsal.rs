//! When a workflow was last seen to work: its runs that succeeded, by environment.
//!
//! A rehearsal is a run that succeeded where nothing depends on it, or that was started as one.
//! Which environments are production is policy's to say and may change: what is kept here is the newest
//! success of each environment, and the question is answered when it is asked.

use std::collections::BTreeMap;

use conductor_protocol::id::RunId;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Places of one workflow that are remembered, the newest.
pub const REHEARSED_PLACES_MAX: usize = 32;

/// A run that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Which.
    pub run: RunId,
    /// Of which version.
    pub version: String,
    /// When it ended.
    pub at: Timestamp,
    /// Where.
    pub environment: String,
    /// It was started as a rehearsal.
    pub declared: bool,
}

/// The newest successes of one workflow, one for each environment, and for rehearsals apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    places: Vec<Rehearsal>,
}

impl Rehearsed {
    /// Takes up a success.
    pub fn add(&mut self, rehearsal: Rehearsal) {
        self.places.retain(|known| {
            (&known.environment, known.declared) != (&rehearsal.environment, rehearsal.declared)
        });
        self.places.push(rehearsal);
        // In the order of their ends: the first is the oldest.
        if self.places.len() > REHEARSED_PLACES_MAX {
            self.places.remove(0);
        }
    }

    /// The newest that counts: it was declared, or its environment is none of production.
    pub fn newest(&self, is_production: impl Fn(&str) -> bool) -> Option<&Rehearsal> {
        let counts = |known: &&Rehearsal| known.declared || !is_production(&known.environment);
        self.places.iter().rev().find(counts)
    }
}

/// Those of all workflows, by tenant and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rehearsals {
    by_name: BTreeMap<(String, String), Rehearsed>,
}

impl Rehearsals {
    /// Takes up a success.
    pub fn add(&mut self, tenant: &str, workflow: &str, rehearsal: Rehearsal) {
        self.by_name.entry((tenant.to_owned(), workflow.to_owned())).or_default().add(rehearsal);
    }

    /// Takes up what is known as it is.
    pub fn insert(&mut self, tenant: String, workflow: String, known: Rehearsed) {
        self.by_name.insert((tenant, workflow), known);
    }

    /// What is known of a workflow.
    #[must_use]
    pub fn of(&self, tenant: &str, workflow: &str) -> Option<&Rehearsed> {
        self.by_name.get(&(tenant.to_owned(), workflow.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn success(at: u64, environment: &str, declared: bool) -> Rehearsal {
        Rehearsal {
            run: RunId::from_bits(u128::from(at)),
            version: "1.0.0".into(),
            at: Timestamp::from_unix_ms(at),
            environment: environment.into(),
            declared,
        }
    }

    #[test]
    fn the_newest_that_counts_is_told() {
        let mut known = Rehearsed::default();
        let newest =
            |known: &Rehearsed| known.newest(|place| place == "prod").map(|found| found.at.unix_ms);
        assert_eq!(newest(&known), None);
        known.add(success(1, "prod", false));
        assert_eq!(newest(&known), None, "what happened in production is no rehearsal");
        known.add(success(2, "prod", true));
        assert_eq!(newest(&known), Some(2), "unless it was meant as one");
        known.add(success(3, "dev", false));
        known.add(success(4, "prod", false));
        assert_eq!(newest(&known), Some(3));
        known.add(success(5, "dev", false));
        assert_eq!(known.places.len(), 3, "one for each place");
        // Another answer to what production is, and no need to fold anything again.
        assert_eq!(known.newest(|_| true).map(|found| found.at.unix_ms), Some(2));
        assert_eq!(known.newest(|_| false).map(|found| found.at.unix_ms), Some(5));
    }

    #[test]
    fn places_have_a_bound_and_the_oldest_goes() {
        let mut known = Rehearsed::default();
        for at in 0..40_u64 {
            known.add(success(at, &format!("env-{at}"), false));
        }
        assert_eq!(known.places.len(), REHEARSED_PLACES_MAX);
        assert_eq!(known.places[0].at.unix_ms, 8);
    }
}
