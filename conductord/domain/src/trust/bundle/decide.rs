//! What is worth a record: what changed. The same again is none, however often it is looked at.

use super::{Deployed, Deployment, Drift, Drifted, Refused, Settled};

/// A bundle decides from here on.
#[must_use]
pub fn deployed(known: &Deployment, event: Deployed) -> Option<Deployed> {
    let same = known.current().is_some_and(|current| current.event.revision == event.revision);
    (!same || known.alarm().is_some()).then_some(event)
}

/// A bundle can't be used.
#[must_use]
pub fn refused(known: &Deployment, event: Refused) -> Option<Refused> {
    let told = known.alarm().is_some_and(|(_, alarm)| *alarm == event);
    (!told).then_some(event)
}

/// All that drifts now: what is new, and what does not any more.
#[must_use]
pub fn drifted(known: &Deployment, now: &[Drift]) -> (Vec<Settled>, Vec<Drifted>) {
    let over = known.open().filter(|item| !now.contains(&item.drift));
    let over = over.map(|item| Settled { drift: item.drift.clone() }).collect();
    let mut fresh: Vec<Drift> = now.to_vec();
    fresh.sort();
    fresh.dedup();
    fresh.retain(|drift| !known.open().any(|item| item.drift == *drift));
    (over, fresh.into_iter().map(|drift| Drifted { drift }).collect())
}
