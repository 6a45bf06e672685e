//! How the instances of a task go on: batches, health checks, a canary, failures put up with.

use conductor_protocol::manifest::{Canary, Rollout, TaskSpec};

use super::Run;
use crate::{
    event::Event,
    work::task::{
        Answer, HealthCheck, Held, Hold, Outcome, Role, Settlement, SkipCause, Skipped, Task,
        TaskStatus,
    },
};

/// What the instances of one task come to.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// What follows from their state.
    pub(super) facts: Vec<Event>,
    /// The batch whose instances may start.
    pub(super) open: Option<u32>,
    /// How many more of them.
    pub(super) room: usize,
}

/// Looks at a task that was expanded.
pub(super) fn look(run: &Run, spec: &TaskSpec, group: &Task) -> Group {
    let instances: Vec<&Task> = run.instances_of(group.place).collect();
    let of_group = |task: &&Task| task.role == Role::Health && task.place == group.place;
    let checks: Vec<&Task> = run.tasks.iter().filter(of_group).collect();
    let look = Look { run, spec, group, instances, checks };
    if look.instances.iter().chain(&look.checks).all(|task| task.status.is_terminal())
        && let Some(end) = look.end()
    {
        return Group { facts: vec![Event::TaskSettled(end)], ..Group::default() };
    }
    look.next()
}

struct Look<'a> {
    run: &'a Run,
    spec: &'a TaskSpec,
    group: &'a Task,
    instances: Vec<&'a Task>,
    checks: Vec<&'a Task>,
}

impl Look<'_> {
    fn rollout(&self) -> Option<&Rollout> {
        self.spec.rollout.as_ref()
    }

    fn failures(&self) -> usize {
        self.instances.iter().filter(|task| task.has_failed()).count()
    }

    fn tolerated(&self) -> usize {
        self.rollout().map_or(0, |rollout| rollout.max_failures.of(self.instances.len()))
    }

    /// Why no further instance starts, if none does.
    fn halt(&self) -> Option<String> {
        let rollout = self.rollout()?;
        if self.failures() > self.tolerated() {
            return Some(format!(
                "{} of {} failed, and {} are put up with",
                self.failures(),
                self.instances.len(),
                self.tolerated()
            ));
        }
        if let Some(check) = self.checks.iter().find(|check| check.has_failed()) {
            return Some(format!("the health check after batch {} failed", check.batch + 1));
        }
        if self.group.answer == Some(Answer::GiveUp) {
            return Some(self.group.message.clone());
        }
        let canary_failed =
            || self.instances.iter().any(|task| task.batch == 0 && task.has_failed());
        if rollout.canary == Some(Canary::Automatic) && canary_failed() {
            return Some("the canary failed".into());
        }
        None
    }

    /// How the group ends when all of it has. `None` while a batch is yet to be checked.
    fn end(&self) -> Option<Settlement> {
        let settled = |outcome, message: String| Settlement {
            run: self.run.id,
            task: self.group.id.clone(),
            outcome,
            message,
            outputs: serde_json::Map::new(),
        };
        if let Some(stop) = &self.run.stop {
            return Some(settled(stop.cause.outcome(), String::new()));
        }
        if let Some(why) = self.halt() {
            return Some(settled(Outcome::Failed, why));
        }
        let last = self.instances.last().map(|task| task.batch);
        if last.is_some_and(|last| self.wants_check(last)) {
            return None;
        }
        let failures = self.failures();
        let total = self.instances.len();
        let outcome =
            if failures > self.tolerated() { Outcome::Failed } else { Outcome::Succeeded };
        let message = match failures {
            0 if total == 0 => "there was nothing to do it for".to_owned(),
            0 => String::new(),
            failures => format!("{failures} of {total} failed"),
        };
        Some(settled(outcome, message))
    }

    /// Whether the health of a batch that has ended is yet to be looked at. A batch of nothing but
    /// kept results was looked at in the run before.
    fn wants_check(&self, batch: u32) -> bool {
        let wanted = self.rollout().is_some_and(|rollout| rollout.health.is_some());
        let done_here = |task: &&&Task| task.batch == batch && !task.attempts.is_empty();
        wanted
            && self.instances.iter().any(|task| done_here(&task))
            && !self.checks.iter().any(|check| check.batch == batch)
    }

    /// What follows while the group is under way.
    fn next(&self) -> Group {
        if self.run.stop.is_some() {
            return Group::default();
        }
        if let Some(why) = self.halt() {
            return Group { facts: self.skip_the_rest(&why), ..Group::default() };
        }
        let open = self.instances.iter().find(|task| !task.status.is_terminal());
        let batch = open.map(|task| task.batch);
        let last = self.instances.last().map_or(0, |task| task.batch);
        let before = batch.map_or(Some(last), |batch| batch.checked_sub(1));
        if let Some(before) = before
            && let Some(wait) = self.between(before, batch.is_some())
        {
            return wait;
        }
        let at_work = |task: &&&Task| Some(task.batch) == batch && is_at_work(task);
        let busy = self.instances.iter().filter(at_work).count();
        let parallel = self.rollout().and_then(|rollout| rollout.parallel);
        let room = parallel.map_or(usize::MAX, |most| (most as usize).saturating_sub(busy));
        Group { facts: Vec::new(), open: batch, room }
    }

    /// What has to be awaited after a batch, before the next one starts.
    fn between(&self, before: u32, more: bool) -> Option<Group> {
        if self.wants_check(before) {
            let check =
                HealthCheck { run: self.run.id, task: self.group.id.clone(), batch: before };
            return Some(Group { facts: vec![Event::TaskHealthCheck(check)], ..Group::default() });
        }
        if self.checks.iter().any(|check| !check.status.is_terminal()) {
            return Some(Group::default());
        }
        let manual = self.rollout().is_some_and(|rollout| rollout.canary == Some(Canary::Manual));
        // What was kept from an earlier run passed its canary there.
        let canary_ran = || self.instances.iter().any(|t| t.batch == 0 && !t.attempts.is_empty());
        if !(manual && more && before == 0 && self.group.answer.is_none() && canary_ran()) {
            return None;
        }
        if matches!(self.group.status, TaskStatus::Held { .. }) {
            return Some(Group::default());
        }
        let left = self.instances.iter().filter(|task| !task.status.is_terminal()).count();
        let held = Held {
            run: self.run.id,
            task: self.group.id.clone(),
            cause: Hold::Canary,
            message: format!("the canary has ended; {left} more are to follow"),
            until: None,
        };
        Some(Group { facts: vec![Event::TaskHeld(held)], ..Group::default() })
    }

    fn skip_the_rest(&self, why: &str) -> Vec<Event> {
        let fresh = self.instances.iter().filter(|task| task.is_fresh());
        fresh
            .map(|task| {
                Event::TaskSkipped(Skipped {
                    run: self.run.id,
                    task: task.id.clone(),
                    cause: SkipCause::Rollout,
                    message: why.to_owned(),
                    decision: None,
                })
            })
            .collect()
    }
}

fn is_at_work(task: &Task) -> bool {
    !task.status.is_terminal() && !task.is_fresh()
}
