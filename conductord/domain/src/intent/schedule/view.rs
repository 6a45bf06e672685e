//! Every schedule, by its scope and name.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use conductor_protocol::id::RunId;

use super::{
    Active, Cause, Outcome, Pause, Queued, Schedule, Set, Settled, Skipped,
    limits::{RECENT_MAX, VERSIONS_MAX},
};
use crate::{
    event::{Envelope, Event},
    scope::Scope,
    time::Timestamp,
    work::run::ScheduledFor,
};

/// Schedules. Cheap to clone: each is shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedules {
    by_scope: BTreeMap<Scope, BTreeMap<String, Arc<Schedule>>>,
}

impl Schedules {
    /// Takes up a fact; `None` when it is not about a schedule, its name when it is.
    pub fn apply<'e>(&mut self, envelope: &'e Envelope, seq: u64) -> Option<&'e str> {
        let (scope, at) = (&envelope.scope, envelope.at);
        let name = match &envelope.event {
            Event::ScheduleSet(event) => {
                self.set(envelope, event, seq);
                &event.name
            }
            Event::SchedulePaused(event) => {
                let (by, reason) = (envelope.principal.clone(), event.reason.clone());
                let pause = Pause { by, reason, at };
                self.change(scope, &event.name, |schedule| schedule.paused = Some(pause));
                &event.name
            }
            Event::ScheduleResumed(event) => {
                self.change(scope, &event.name, |schedule| {
                    schedule.paused = None;
                    schedule.settled = schedule.settled.max(at);
                });
                &event.name
            }
            Event::ScheduleRemoved(event) => {
                self.remove(scope, &event.name);
                &event.name
            }
            Event::RunStarted(event) => {
                let by = event.schedule.as_ref()?;
                self.change(scope, &by.name, |schedule| schedule.fired(by, event.run, at));
                &by.name
            }
            Event::ScheduleQueued(event) => {
                self.change(scope, &event.name, |schedule| schedule.queued(event));
                &event.name
            }
            Event::ScheduleSkipped(event) => {
                self.change(scope, &event.name, |schedule| schedule.skipped(event, envelope));
                &event.name
            }
            _ => return None,
        };
        Some(name)
    }

    /// A run of a schedule reached its end. Whether the schedule waited for it.
    pub fn run_ended(&mut self, scope: &Scope, name: &str, run: RunId) -> bool {
        let waits = self
            .get(scope, name)
            .is_some_and(|schedule| schedule.active.is_some_and(|active| active.run == run));
        if waits {
            self.change(scope, name, |schedule| schedule.active = None);
        }
        waits
    }

    fn set(&mut self, envelope: &Envelope, event: &Set, seq: u64) {
        let scope = &envelope.scope;
        let fresh = || Schedule {
            scope: envelope.scope.clone(),
            name: event.name.clone(),
            version: 0,
            spec: Arc::new(event.spec.clone()),
            owner: envelope.principal.clone(),
            set_at: envelope.at,
            decision: String::new(),
            paused: None,
            settled: envelope.at,
            active: None,
            waiting: VecDeque::new(),
            backlog: VecDeque::new(),
            recent: VecDeque::new(),
            runs: 0,
            skips: 0,
            versions: Vec::new(),
        };
        let known = self.get(scope, &event.name).map(|known| Schedule::clone(known));
        let mut schedule = known.unwrap_or_else(fresh);
        schedule.version = event.version;
        schedule.spec = Arc::new(event.spec.clone());
        schedule.owner = envelope.principal.clone();
        schedule.set_at = envelope.at;
        schedule.decision.clone_from(&event.decision);
        schedule.settled = schedule.settled.max(envelope.at);
        if schedule.versions.len() >= VERSIONS_MAX {
            schedule.versions.remove(0);
        }
        schedule.versions.push(seq);
        self.insert(Arc::new(schedule));
    }

    /// Puts a schedule in its place.
    pub fn insert(&mut self, schedule: Arc<Schedule>) {
        let named = self.by_scope.entry(schedule.scope.clone()).or_default();
        named.insert(schedule.name.clone(), schedule);
    }

    /// Takes a schedule away.
    pub fn remove(&mut self, scope: &Scope, name: &str) {
        if let Some(schedules) = self.by_scope.get_mut(scope) {
            schedules.remove(name);
        }
    }

    /// The schedule of that name.
    #[must_use]
    pub fn get(&self, scope: &Scope, name: &str) -> Option<&Arc<Schedule>> {
        self.by_scope.get(scope)?.get(name)
    }

    /// All of a scope, by name.
    #[must_use]
    pub fn of_scope(&self, scope: &Scope) -> Vec<Arc<Schedule>> {
        self.by_scope.get(scope).into_iter().flat_map(BTreeMap::values).cloned().collect()
    }

    /// All of them, by scope and then name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Schedule>> {
        self.by_scope.values().flat_map(BTreeMap::values)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_scope.values().map(BTreeMap::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn change(&mut self, scope: &Scope, name: &str, change: impl FnOnce(&mut Schedule)) {
        let found = self.by_scope.get_mut(scope).and_then(|named| named.get_mut(name));
        if let Some(schedule) = found {
            change(Arc::make_mut(schedule));
        }
    }
}

impl Schedule {
    fn fired(&mut self, by: &ScheduledFor, run: RunId, at: Timestamp) {
        self.no_longer_waits(by.due, by.cause);
        self.active = Some(Active { run, cause: by.cause });
        self.runs += 1;
        self.remember(Outcome { at, due: by.due, cause: by.cause, settled: Settled::Run(run) });
    }

    fn queued(&mut self, event: &Queued) {
        if event.cause == Cause::Backfill {
            return self.backlog.extend(&event.due);
        }
        self.waiting.extend(event.due.iter().map(|due| (*due, event.cause)));
        self.settled = event.due.last().copied().unwrap_or_default().max(self.settled);
    }

    fn skipped(&mut self, event: &Skipped, envelope: &Envelope) {
        self.no_longer_waits(event.until, event.cause);
        self.skips = self.skips.saturating_add(event.count);
        let settled =
            Settled::Skipped { why: event.why, note: event.note.clone(), count: event.count };
        self.remember(Outcome { at: envelope.at, due: event.until, cause: event.cause, settled });
    }

    fn no_longer_waits(&mut self, due: Timestamp, cause: Cause) {
        if cause == Cause::Backfill {
            if self.backlog.front() == Some(&due) {
                self.backlog.pop_front();
            }
            return;
        }
        self.waiting.retain(|waits| *waits != (due, cause));
        self.settled = self.settled.max(due);
    }

    fn remember(&mut self, outcome: Outcome) {
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(outcome);
    }
}
