//! Freezes and the kill switch: what does not start, and what is stopped.
//!
//! The record of the switch decides; what it stops is stopped in bounded batches after it, found by
//! the kernel's own state. After a crash the record is there, and the rest is stopped.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    Refusal,
    event::Event,
    intent::{
        freeze::{self, Change, Freeze, Reach, Stop},
        schedule::{Missed, held_up},
    },
    scope::Scope,
    time::Timestamp,
    work::run::{self, Run},
};
use conductor_protocol::id::RunId;

use super::{
    alarms::Key,
    timers::Timer,
    turn::{Author, Turn},
};
use crate::{
    command::{Answer, Context, Rejection},
    limits,
};

/// What the kernel keeps of freezes besides its state.
#[derive(Debug, Default)]
pub(super) struct Frost {
    /// Schedules that wait for the end of a freeze.
    resting: BTreeSet<Key>,
    /// Kill switches that may have runs left to stop, by tenant and name.
    switches: BTreeSet<(String, String)>,
}

impl Frost {
    /// When there is more to stop.
    pub(super) fn next(&self) -> Option<Timestamp> {
        (!self.switches.is_empty()).then(Timestamp::default)
    }
}

impl Turn<'_> {
    /// Refuses what a freeze holds up. What is a part of a run that the freeze reaches, too, was
    /// under way before it and goes on.
    pub(super) fn refuse_frozen(
        &self,
        scope: &Scope,
        workflow: &str,
        parent: Option<RunId>,
    ) -> Result<(), Refusal> {
        if self.through_frost {
            return Ok(());
        }
        let above = parent.and_then(|id| self.run(id));
        let within = above.as_ref().map(|run| run.workflow.name.as_str());
        let hold = self.kernel.state.freezes.hold(scope, workflow, within, self.now);
        hold.map_or(Ok(()), |hold| Err(hold.refusal()))
    }

    /// Whether a kill switch is about to stop a run.
    pub(super) fn is_switched_off(&self, run: &Run) -> bool {
        let began = run.seqs.first().copied().unwrap_or_default();
        let freezes = &self.kernel.state.freezes;
        freezes.stopping(&run.scope, &run.workflow.name, began).next().is_some()
    }

    /// Carries out a change of the context's tenant that policy allowed.
    pub(super) fn change_freeze(
        &mut self,
        context: &Context,
        author: &Author,
        (name, change): (String, Change),
    ) -> Result<Answer, Rejection> {
        let tenant = context.scope.tenant.clone();
        let (now, decision) = (self.now, context.ruling.id);
        let freezes = &self.kernel.state.freezes;
        let count = freezes.of_tenant(&tenant, now).len();
        let (name, event) = match change {
            Change::Set(draft) => {
                let known = freezes.get(&tenant, &name).map(|known| &**known);
                let set = freeze::set((known, count), &name, *draft, decision, now)?;
                (name, set.map(Event::FreezeSet))
            }
            Change::Lift { reason, seq, approved_by, .. } => {
                let known = freezes.get(&tenant, &name).map(|known| &**known);
                let agreed = (&context.principal, approved_by.as_slice());
                let plan = freezes.plan(&tenant, &name);
                let asked = (name.as_str(), seq, reason);
                let lifted = freeze::lift((known, plan), asked, agreed, decision, now)?;
                self.rule(context, author);
                self.record(&context.scope, author.clone(), Event::FreezeLifted(lifted));
                return Ok(Answer::Unfrozen);
            }
            Change::Switch { reach, stop, reason } => {
                let name = reach.switch_name();
                let known = freezes.get(&tenant, &name).map(|known| &**known);
                let runs = self.to_stop(&tenant, &reach, (stop, u64::MAX)).len();
                let asked = (reach, stop, reason);
                let switched = freeze::switch((known, count), asked, (runs as u64, decision))?;
                (name, switched.map(Event::KillSwitched))
            }
        };
        let runs = match &event {
            Some(Event::KillSwitched(event)) => event.runs,
            _ => 0,
        };
        let changed = event.is_some();
        if let Some(event) = event {
            self.rule(context, author);
            self.record(&context.scope, author.clone(), event);
        }
        let known = self.kernel.state.freezes.get(&tenant, &name).cloned();
        Ok(Answer::Frozen(known.ok_or_else(|| freeze::not_found(&name))?, changed, runs))
    }

    /// What is signed for where others have to agree: the freeze as it stands.
    pub(super) fn freeze_as_it_stands(
        &self,
        tenant: &str,
        name: &str,
        change: Change,
    ) -> Result<Change, Refusal> {
        let Change::Lift { reason, .. } = change else { return Ok(change) };
        let known = self.kernel.state.freezes.of_tenant(tenant, self.now);
        let known = known.into_iter().find(|(known, _)| known.name == name);
        let (known, _) = known.ok_or_else(|| freeze::not_found(name))?;
        let (seq, freeze) = (Some(known.seq), Some(Box::new(Freeze::clone(&known))));
        Ok(Change::Lift { reason, seq, freeze, approved_by: Vec::new() })
    }

    /// The answer to a change that was made before.
    pub(super) fn frozen_then(
        &self,
        tenant: &str,
        name: &str,
        change: &Change,
    ) -> Result<Answer, Rejection> {
        let name = match change {
            Change::Lift { .. } => return Ok(Answer::Unfrozen),
            Change::Switch { reach, .. } => reach.switch_name(),
            Change::Set(_) => name.to_owned(),
        };
        let known = self.kernel.state.freezes.get(tenant, &name).cloned();
        Ok(Answer::Frozen(known.ok_or_else(|| freeze::not_found(&name))?, false, 0))
    }

    /// What the kernel itself keeps up to date with an event of a freeze.
    pub(super) fn after_freeze(&mut self, scope: &Scope, event: &Event) {
        match event {
            Event::KillSwitched(event) => {
                self.kernel.frost.switches.insert((scope.tenant.clone(), event.name.clone()));
            }
            Event::FreezeLifted(_) => self.thaw(),
            _ => {}
        }
    }

    /// Takes up the kill switches after a restart: some of what they stop may still be at work.
    pub(super) fn resume_switches(&mut self) {
        let all = self.kernel.state.freezes.all().filter(|freeze| freeze.stop.is_some());
        let switches = all.map(|freeze| (freeze.scope.tenant.clone(), freeze.name.clone()));
        self.kernel.frost.switches = switches.collect();
    }
}

impl Turn<'_> {
    /// Stops a bounded number of the runs that kill switches found.
    pub(super) fn stop_switched(&mut self) {
        let mut room = limits::SWITCHED_RUNS_MAX;
        while let Some(key) = self.kernel.frost.switches.first().cloned() {
            let known = self.kernel.state.freezes.get(&key.0, &key.1).cloned();
            let found = known.and_then(|freeze| Some((freeze.stop?, freeze)));
            let Some((stop, freeze)) = found else {
                self.kernel.frost.switches.remove(&key);
                continue;
            };
            let mut left = self.to_stop(&key.0, &freeze.reach, (stop, freeze.seq));
            if left.len() <= room {
                self.kernel.frost.switches.remove(&key);
            }
            left.truncate(room);
            room -= left.len();
            for id in left {
                self.stop_by(&freeze, stop, id);
            }
            if room == 0 {
                return;
            }
        }
    }

    /// The open runs that a kill switch stops and has not stopped in its way, in the order of their
    /// ids: those that began before this place of the ledger.
    fn to_stop(&self, tenant: &str, reach: &Reach, (stop, before): (Stop, u64)) -> Vec<RunId> {
        let goes_on = |run: &Run| match stop {
            Stop::Cancel => run.stop.is_none(),
            Stop::Kill => !run.is_killed(),
        };
        let reached = |run: &&Arc<Run>| {
            run.scope.tenant == tenant
                && reach.covers(&run.scope.environment, &run.workflow.name)
                && !run.status.is_terminal()
                && run.seqs.first().is_none_or(|began| *began < before)
                && goes_on(run)
        };
        let runs = self.kernel.state.runs.values().filter(reached);
        let mut found: Vec<RunId> = runs.map(|run| run.id).collect();
        found.sort_unstable();
        found
    }

    fn stop_by(&mut self, freeze: &Freeze, stop: Stop, id: RunId) {
        // The one before it may have taken it along.
        let Some(run) = self.run(id) else { return };
        let (reason, decision) = (format!("kill switch: {}", freeze.reason), freeze.decision);
        let wanted = match stop {
            Stop::Cancel => run::cancel(&run, reason, decision),
            Stop::Kill => run::kill(&run, reason, decision),
        };
        drop(run);
        if let Ok(Some(event)) = wanted {
            let author = Author { principal: freeze.by.clone(), ..Author::system() };
            self.record_of_run(id, author, Event::RunStopRequested(event));
            self.settle(id);
        }
    }

    /// Whether a schedule rests while a freeze holds up its runs. Its due times are settled at once
    /// where it makes up for nothing, and at the end of the freeze where it does.
    pub(super) fn rests_in_frost(&mut self, key: &Key) -> bool {
        let Some(schedule) = self.schedule(key) else { return false };
        let freezes = &self.kernel.state.freezes;
        let hold = freezes.hold(&key.0, &schedule.spec.workflow, None, self.now);
        let Some(hold) = hold else { return false };
        if let Some(until) = hold.until {
            self.kernel.timers.add(until, Timer::Thaw);
        }
        self.kernel.frost.resting.insert(Arc::clone(key));
        let Some(plan) = self.kernel.alarms.plan(key) else { return true };
        let note = format!("`{}`: {}", hold.freeze.name, hold.freeze.reason);
        let note = note.chars().take(limits::NOTE_CHARS_MAX).collect();
        if let Some(skipped) = held_up(&schedule, &plan, self.now, note) {
            self.record(&schedule.scope, Author::system(), Event::ScheduleSkipped(skipped));
        }
        // What makes up for nothing is looked at each time it is due, the others when it is over.
        if let Some(schedule) = self.schedule(key)
            && schedule.spec.missed == Missed::Skip
        {
            self.kernel.alarms.arm(key, &schedule);
        }
        true
    }

    /// Has the schedules looked at that waited for the end of a freeze.
    pub(super) fn thaw(&mut self) {
        for key in std::mem::take(&mut self.kernel.frost.resting) {
            self.kernel.alarms.touch(key);
        }
    }
}
