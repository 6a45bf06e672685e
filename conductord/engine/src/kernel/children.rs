//! Tasks that are runs of their own: started for the owner of the run above, by policy's leave, and
//! again as the task's retries say when the start was refused or the run failed.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    secret::Placeholders,
    time::Timestamp,
    work::{
        run::{Parent, Run, RunStatus, StartRequest, StopCause, StopRequested},
        task::{self, ChildStarted, Failed, Outcome, Settlement, Task, TaskStatus},
    },
};
use conductor_protocol::{
    id::RunId,
    manifest::{Manifest, workflow_of},
};

use super::{
    TASK_LIMITS,
    turn::{Author, Turn},
};
use crate::limits;

/// Why the run of a task did not start.
enum Problem {
    /// It never would.
    Final(String),
    /// It might another time: when others have ended, or policy says something else.
    Passing(String),
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self::Final(message)
    }
}

impl From<&str> for Problem {
    fn from(message: &str) -> Self {
        Self::Final(message.to_owned())
    }
}

impl Turn<'_> {
    /// Starts the run that a task stands for. What stands in its way is the task's failure.
    pub(super) fn start_child(&mut self, id: RunId, place: usize) {
        let Some(run) = self.run(id).filter(|run| run.stop.is_none()) else { return };
        if self.is_switched_off(&run) {
            return;
        }
        let Some(manifest) = self.manifest_of(&run) else { return };
        let due = |task: &&Task| match task.status {
            TaskStatus::Backoff { until } => until <= self.now,
            _ => task.is_fresh(),
        };
        let Some(task) = run.tasks.get(place).filter(due) else { return };
        let task_id = task.id.clone();
        match self.try_child(&run, &manifest, task) {
            Ok((child, replaced)) => {
                drop(run);
                let event = ChildStarted { run: id, task: task_id, child };
                self.record_of_run(id, Author::system(), Event::TaskChildStarted(event));
                self.go_on(child, replaced);
            }
            Err(problem) => {
                let (message, retry_at) = match problem {
                    Problem::Final(message) => (message, None),
                    Problem::Passing(message) => (message, self.retry_at(&run, &manifest, task)),
                };
                drop(run);
                let event = Failed { run: id, task: task_id, message, retry_at };
                self.record_of_run(id, Author::system(), Event::TaskFailed(event));
                self.settle(id);
            }
        }
    }

    /// When a task is tried again whose run failed or could not be started.
    fn retry_at(&self, run: &Run, manifest: &Manifest, task: &Task) -> Option<Timestamp> {
        #[expect(clippy::cast_possible_truncation, reason = "the low half of the dice is enough")]
        let chance = self.dice.roll() as u64;
        task::retry_of_run(run, (manifest, task), (self.now, chance), &TASK_LIMITS)
    }

    fn try_child(
        &mut self,
        run: &Run,
        manifest: &Manifest,
        task: &Task,
    ) -> Result<(RunId, Vec<RunId>), Problem> {
        let call = run.call_of(manifest, task).ok_or("the manifest has no such task")?;
        let (name, version) = workflow_of(call.uses).ok_or("it names no workflow")?;
        let depth = run.parent.as_ref().map_or(0, |parent| parent.depth) + 1;
        if depth > limits::CHILD_DEPTH_MAX {
            let most = limits::CHILD_DEPTH_MAX;
            let message = format!("workflows are nested {depth} deep, and {most} are taken");
            return Err(Problem::Final(message));
        }
        let inputs = run.render(manifest, task, &Placeholders::default())?.with;
        let hosts = run.hosts_below(&task.id);
        let asked = ((name, version), "workflow");
        let leave = self.leave_to_start((&run.scope, &run.owner), asked, (&inputs, &hosts));
        let context = match leave {
            Ok(context) => context,
            Err(refused) => {
                let (denied, refusal) = *refused;
                self.deny(&denied, Some(refusal.code));
                let message = format!("policy does not let {} start it: {refusal}", run.owner);
                return Err(Problem::Passing(message));
            }
        };
        let child = RunId::new(self.now.unix_ms, self.dice.roll());
        let parent = Parent { run: run.id, task: task.id.clone(), depth };
        let request = StartRequest {
            reason: format!("task `{}` of run {}", task.id, run.id),
            parent: Some(parent),
            subject: run.subject.clone(),
            hosts: (!hosts.is_empty()).then_some(hosts),
            ..StartRequest::new(child, inputs, context.ruling.id)
        };
        let author =
            Author { principal: run.owner.clone(), trace: Some(context.trace), mark: None };
        let begun = self.begin_run(&context, author, (name, version), request);
        let begun = begun.map(|(child, _, replaced)| (child, replaced));
        begun.map_err(|problem| Problem::Passing(problem.to_string()))
    }

    /// Ends the task that a run stood for.
    pub(super) fn end_parents_task(&mut self, child: &Run) {
        let Some(parent) = &child.parent else { return };
        let stands = self.run(parent.run).is_some_and(|run| {
            run.task(&parent.task).is_some_and(|task| {
                task.child == Some(child.id) && task.status == TaskStatus::Running
            })
        });
        if !stands {
            return;
        }
        let outcome = match child.status {
            RunStatus::Succeeded => Outcome::Succeeded,
            RunStatus::TimedOut => Outcome::TimedOut,
            RunStatus::Cancelled => Outcome::Cancelled,
            _ => Outcome::Failed,
        };
        // Cancelled by itself it failed its parent, which nobody cancelled.
        let parent_stops = self.run(parent.run).is_some_and(|run| run.stop.is_some());
        let outcome = match outcome {
            Outcome::Cancelled if !parent_stops => Outcome::Failed,
            outcome => outcome,
        };
        let why = if child.note.is_empty() { child.status.word() } else { &child.note };
        let message = match outcome {
            Outcome::Succeeded => String::new(),
            _ => format!("run {}: {why}", child.id),
        };
        let (run, task) = (parent.run, parent.task.clone());
        let failed = matches!(outcome, Outcome::Failed | Outcome::TimedOut);
        let event = match self.retry_of_child(parent).filter(|_| failed) {
            Some(at) => Event::TaskFailed(Failed { run, task, message, retry_at: Some(at) }),
            None => {
                let outputs = serde_json::from_str(&child.outputs).unwrap_or_default();
                Event::TaskSettled(Settlement { run, task, outcome, message, outputs })
            }
        };
        self.record_of_run(run, Author::system(), event);
        self.settle(run);
    }

    fn retry_of_child(&self, parent: &Parent) -> Option<Timestamp> {
        let above = self.run(parent.run)?;
        let manifest = self.manifest_of(&above)?;
        self.retry_at(&above, &manifest, above.task(&parent.task)?)
    }

    /// A run and the runs under way that its tasks stand for, from the top down.
    pub(super) fn with_children(&self, top: &Arc<Run>) -> Vec<Arc<Run>> {
        let mut found = vec![Arc::clone(top)];
        let mut next = 0;
        while let Some(run) = found.get(next).cloned() {
            let at_work = run.tasks.iter().filter(|task| task.status == TaskStatus::Running);
            let children = at_work.filter_map(|task| self.run(task.child?));
            found.extend(children.filter(|run| run.stop.is_none() && !run.status.is_terminal()));
            next += 1;
        }
        found
    }

    /// Stops the runs that the tasks of a run stand for.
    pub(super) fn stop_children(&mut self, run: &Run) {
        let Some(stop) = &run.stop else { return };
        let under_way = |task: &&Task| task.status == TaskStatus::Running;
        let children: Vec<RunId> =
            run.tasks.iter().filter(under_way).filter_map(|task| task.child).collect();
        for child in children {
            let killed = stop.cause == StopCause::Killed;
            let goes_on = |run: &Run| run.stop.is_none() || (killed && !run.is_killed());
            let open = |run: &Arc<Run>| goes_on(run) && !run.status.is_terminal();
            if self.run(child).filter(open).is_none() {
                continue;
            }
            let cause = match stop.cause {
                StopCause::TimedOut => StopCause::TimedOut,
                StopCause::Killed => StopCause::Killed,
                StopCause::Cancelled | StopCause::TaskFailed | StopCause::HostsUnknown => {
                    StopCause::Cancelled
                }
            };
            let event = StopRequested {
                run: child,
                cause,
                reason: format!("run {}, which it is a part of, is being stopped", run.id),
                decision: None,
            };
            self.record_of_run(child, Author::system(), Event::RunStopRequested(event));
            self.settle(child);
        }
    }
}
