//! What is due: the times that passed since the schedule was last looked at, and what is to become
//! of each.

use std::collections::VecDeque;

use super::{
    Cause, Missed, Overlap, Plan, Queued, Schedule, Skipped, Why,
    limits::{LATE_MS, MISSED_RUNS_MAX, OWED_LOOK_MAX, WAITING_MAX},
};
use crate::{event::Event, time::Timestamp};

/// What the passing of time comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrivals {
    /// To be recorded first.
    pub facts: Vec<Event>,
    /// A due time that is to be run at once.
    pub fire: Option<Timestamp>,
    /// Whether the run that has not ended is to be stopped.
    pub stops: bool,
}

/// Due times that were not settled yet, and whose fire time has come.
struct Owed {
    /// How many; not counted beyond [`OWED_LOOK_MAX`].
    count: u64,
    first: Timestamp,
    /// The newest of them, oldest first.
    newest: VecDeque<Timestamp>,
}

/// Looks what became due up to `now`.
#[must_use]
pub fn arrivals(schedule: &Schedule, plan: &Plan, now: Timestamp) -> Arrivals {
    let mut arrivals = Arrivals::default();
    let Some(mut owed) = Owed::of(schedule, plan, now) else { return arrivals };
    let punctual = |due: &Timestamp| now.ms_since(plan.fires_at(&schedule.name, *due)) <= LATE_MS;
    let on_time = owed.newest.back().copied().filter(punctual);
    if on_time.is_some() {
        owed.newest.pop_back();
        owed.count -= 1;
    }
    let made_up = made_up(schedule, &owed, on_time.is_some(), now);
    if let Some(skipped) = passed_over(schedule, &owed, made_up.len()) {
        arrivals.facts.push(Event::ScheduleSkipped(skipped));
    }
    let busy = schedule.active.is_some() || !schedule.waiting.is_empty() || !made_up.is_empty();
    let regular = schedule.active.is_some_and(|active| active.cause == Cause::Due);
    if !made_up.is_empty() {
        arrivals.facts.push(queued(schedule, made_up, Cause::Missed));
    }
    match on_time {
        Some(due) if busy => arrivals.overlapping(schedule, due, regular),
        fire => arrivals.fire = fire,
    }
    arrivals
}

/// What became due up to `now` under a freeze, where the schedule makes up for nothing: it is settled
/// without a run. What makes up for what it misses waits for the end of the freeze.
#[must_use]
pub fn held_up(schedule: &Schedule, plan: &Plan, now: Timestamp, note: String) -> Option<Skipped> {
    if schedule.spec.missed != Missed::Skip {
        return None;
    }
    let owed = Owed::of(schedule, plan, now)?;
    Some(Skipped {
        name: schedule.name.clone(),
        due: owed.first,
        until: owed.newest.back().copied().unwrap_or(owed.first),
        count: owed.count.max(1),
        cause: Cause::Due,
        why: Why::Frozen,
        note,
    })
}

/// The due time that may be run now.
#[must_use]
pub fn next_waiting(schedule: &Schedule) -> Option<(Timestamp, Cause)> {
    if schedule.paused.is_some() || schedule.active.is_some() {
        return None;
    }
    let waits = schedule.waiting.front().copied();
    waits.or_else(|| schedule.backlog.front().map(|due| (*due, Cause::Backfill)))
}

/// Whether it starts something by itself, now or later.
#[must_use]
pub fn goes_on(schedule: &Schedule) -> bool {
    let waits = !schedule.waiting.is_empty() || !schedule.backlog.is_empty();
    let is_due = |plan: Plan| plan.next_after(schedule.settled).is_some();
    schedule.paused.is_none() && (waits || Plan::of(&schedule.spec).is_ok_and(is_due))
}

impl Owed {
    fn of(schedule: &Schedule, plan: &Plan, now: Timestamp) -> Option<Self> {
        if schedule.paused.is_some() {
            return None;
        }
        let has_come = |due: &Timestamp| plan.fires_at(&schedule.name, *due) <= now;
        let mut newest = VecDeque::new();
        let mut count = 0;
        let mut last = schedule.settled;
        let mut first = None;
        while let Some(due) = plan.next_after(last).filter(has_come) {
            first.get_or_insert(due);
            if count >= OWED_LOOK_MAX {
                newest = newest_before(plan, schedule.settled, now - plan.jitter_ms());
                break;
            }
            count += 1;
            last = due;
            if newest.len() > MISSED_RUNS_MAX {
                newest.pop_front();
            }
            newest.push_back(due);
        }
        Some(Self { count: count as u64, first: first?, newest })
    }
}

/// The newest due times up to `until`, looked for from there backwards in growing stretches.
fn newest_before(plan: &Plan, after: Timestamp, until: Timestamp) -> VecDeque<Timestamp> {
    let mut stretch_ms: u64 = 1_000;
    loop {
        let mut newest = VecDeque::new();
        let from = after.max(until - stretch_ms);
        let mut last = from;
        while let Some(due) = plan.next_after(last).filter(|due| *due <= until) {
            last = due;
            if newest.len() > MISSED_RUNS_MAX {
                newest.pop_front();
            }
            newest.push_back(due);
        }
        if newest.len() > MISSED_RUNS_MAX || from == after {
            return newest;
        }
        stretch_ms = stretch_ms.saturating_mul(2);
    }
}

/// Missed due times that are run after all, oldest first.
fn made_up(schedule: &Schedule, owed: &Owed, on_time: bool, now: Timestamp) -> Vec<Timestamp> {
    let waiting = schedule.waiting.iter().filter(|(_, cause)| *cause == Cause::Missed);
    let room = MISSED_RUNS_MAX.saturating_sub(waiting.count());
    let count = match schedule.spec.missed {
        Missed::Skip => 0,
        Missed::Once => usize::from(!on_time),
        Missed::All => {
            let oldest = now - schedule.spec.missed_window_ms;
            owed.newest.iter().filter(|due| **due >= oldest).count()
        }
    };
    let count = count.min(room).min(owed.newest.len());
    owed.newest.iter().skip(owed.newest.len() - count).copied().collect()
}

/// Missed due times that are not.
fn passed_over(schedule: &Schedule, owed: &Owed, made_up: usize) -> Option<Skipped> {
    let count = owed.count.saturating_sub(made_up as u64);
    let last = owed.newest.len().checked_sub(made_up + 1).and_then(|place| owed.newest.get(place));
    let until = last.copied().or_else(|| (count > 0).then_some(owed.first))?;
    Some(Skipped {
        name: schedule.name.clone(),
        due: owed.first,
        until,
        count: count.max(1),
        cause: Cause::Missed,
        why: Why::Missed,
        note: String::new(),
    })
}

fn queued(schedule: &Schedule, due: Vec<Timestamp>, cause: Cause) -> Event {
    let decision = String::new();
    Event::ScheduleQueued(Queued { name: schedule.name.clone(), due, cause, decision })
}

impl Arrivals {
    /// A due time comes while a run has not ended, or while others wait.
    fn overlapping(&mut self, schedule: &Schedule, due: Timestamp, regular: bool) {
        let skip = |due, why| {
            Event::ScheduleSkipped(Skipped {
                name: schedule.name.clone(),
                due,
                until: due,
                count: 1,
                cause: Cause::Due,
                why,
                note: String::new(),
            })
        };
        // A run that makes up for time gone by costs no regular one: that waits for its end.
        let mut waiting = schedule.waiting.iter().filter(|(_, cause)| *cause == Cause::Due);
        let others = waiting.clone().count();
        match schedule.spec.overlap {
            Overlap::Skip if regular || waiting.next().is_some() => {
                return self.facts.push(skip(due, Why::Overlap));
            }
            Overlap::Replace => {
                self.facts.extend(waiting.map(|(due, _)| skip(*due, Why::Replaced)));
                self.stops = regular;
            }
            _ if others >= WAITING_MAX => return self.facts.push(skip(due, Why::QueueFull)),
            _ => {}
        }
        self.facts.push(queued(schedule, vec![due], Cause::Due));
    }
}
