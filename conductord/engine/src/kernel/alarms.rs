//! When which schedule is to be looked at.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use conductor_domain::{
    intent::schedule::{Plan, Schedule},
    scope::Scope,
    time::Timestamp,
};

/// A schedule by its scope and name.
pub(super) type Key = Arc<(Scope, String)>;

#[derive(Debug)]
struct Armed {
    plan: Arc<Plan>,
    at: Option<Timestamp>,
}

/// See the module. One entry a schedule.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    armed: HashMap<Key, Armed>,
    due: BTreeSet<(Timestamp, Key)>,
    /// Something about them changed.
    touched: BTreeSet<Key>,
}

impl Alarms {
    /// Takes up what a schedule says; it is to be looked at.
    pub(super) fn set(&mut self, key: Key, plan: Plan) {
        self.disarm(&key);
        self.armed.insert(Arc::clone(&key), Armed { plan: Arc::new(plan), at: None });
        self.touched.insert(key);
    }

    /// Forgets a schedule.
    pub(super) fn remove(&mut self, key: &Key) {
        self.disarm(key);
        self.armed.remove(key);
        self.touched.remove(key);
    }

    /// Something about a schedule changed: it is to be looked at.
    pub(super) fn touch(&mut self, key: Key) {
        if self.armed.contains_key(&key) {
            self.touched.insert(key);
        }
    }

    /// What a schedule says.
    pub(super) fn plan(&self, key: &Key) -> Option<Arc<Plan>> {
        self.armed.get(key).map(|armed| Arc::clone(&armed.plan))
    }

    /// Sets a schedule's alarm to the next time that is not settled.
    pub(super) fn arm(&mut self, key: &Key, schedule: &Schedule) {
        self.disarm(key);
        let Some(armed) = self.armed.get_mut(key) else { return };
        if schedule.paused.is_none() {
            let next = armed.plan.next_after(schedule.settled);
            armed.at = next.map(|due| armed.plan.fires_at(&schedule.name, due));
            self.due.extend(armed.at.map(|at| (at, Arc::clone(key))));
        }
    }

    /// When the next one is to be looked at.
    pub(super) fn next(&self) -> Option<Timestamp> {
        if self.touched.is_empty() {
            return self.due.first().map(|(at, _)| *at);
        }
        Some(Timestamp::default())
    }

    /// A schedule that is to be looked at now.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<Key> {
        if let Some(key) = self.touched.pop_first() {
            return Some(key);
        }
        let (at, key) = self.due.first().cloned()?;
        (at <= now).then(|| {
            self.disarm(&key);
            key
        })
    }

    fn disarm(&mut self, key: &Key) {
        if let Some(armed) = self.armed.get_mut(key)
            && let Some(at) = armed.at.take()
        {
            self.due.remove(&(at, Arc::clone(key)));
        }
    }
}
