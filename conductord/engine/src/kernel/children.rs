//! Tasks that are runs of their own: started for the owner of the run above, by policy's leave.

use std::sync::Arc;

use conductor_domain::{
    event::Event,
    secret::Placeholders,
    work::{
        run::{Parent, Run, RunStatus, StartRequest, StopCause, StopRequested},
        task::{ChildStarted, Failed, Outcome, Settlement, TaskStatus},
    },
};
use conductor_protocol::{id::RunId, manifest::workflow_of};

use super::turn::{Author, Turn};
use crate::limits;

impl Turn<'_> {
    /// Starts the run that a task stands for. What stands in its way is the task's failure.
    pub(super) fn start_child(&mut self, id: RunId, place: usize) {
        let Some(run) = self.run(id).filter(|run| run.stop.is_none()) else { return };
        let Some(manifest) = self.manifest_of(&run) else { return };
        let Some(task) = run.tasks.get(place).filter(|task| task.is_fresh()) else { return };
        let task_id = task.id.clone();
        match self.try_child(&run, &manifest, task) {
            Ok((child, replaced)) => {
                drop(run);
                let event = ChildStarted { run: id, task: task_id, child };
                self.record_of_run(id, Author::system(), Event::TaskChildStarted(event));
                self.go_on(child, replaced);
            }
            Err(message) => {
                drop(run);
                let event = Failed { run: id, task: task_id, message };
                self.record_of_run(id, Author::system(), Event::TaskFailed(event));
                self.settle(id);
            }
        }
    }

    fn try_child(
        &mut self,
        run: &Run,
        manifest: &conductor_protocol::manifest::Manifest,
        task: &conductor_domain::work::task::Task,
    ) -> Result<(RunId, Vec<RunId>), String> {
        let call = run.call_of(manifest, task).ok_or("the manifest has no such task")?;
        let (name, version) = workflow_of(call.uses).ok_or("it names no workflow")?;
        let depth = run.parent.as_ref().map_or(0, |parent| parent.depth) + 1;
        if depth > limits::CHILD_DEPTH_MAX {
            let most = limits::CHILD_DEPTH_MAX;
            return Err(format!("workflows are nested {depth} deep, and {most} are taken"));
        }
        let inputs = run.render(manifest, task, &Placeholders::default())?.with;
        let hosts = run.hosts_below(&task.id);
        let asked = ((name, version), "workflow");
        let leave = self.leave_to_start((&run.scope, &run.owner), asked, (&inputs, &hosts));
        let context = match leave {
            Ok(context) => context,
            Err((denied, refusal)) => {
                self.deny(&denied, Some(refusal.code));
                return Err(format!("policy does not let {} start it: {refusal}", run.owner));
            }
        };
        let child = RunId::new(self.now.unix_ms, self.dice.roll());
        let parent = Parent { run: run.id, task: task.id.clone(), depth };
        let request = StartRequest {
            reason: format!("task `{}` of run {}", task.id, run.id),
            parent: Some(parent),
            hosts: (!hosts.is_empty()).then_some(hosts),
            ..StartRequest::new(child, inputs, context.ruling.id)
        };
        let author =
            Author { principal: run.owner.clone(), trace: Some(context.trace), mark: None };
        let begun = self.begin_run(&context, author, (name, version), request);
        begun.map(|(child, _, replaced)| (child, replaced)).map_err(|problem| problem.to_string())
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
        let succeeded = outcome == Outcome::Succeeded;
        let event = Settlement {
            run: parent.run,
            task: parent.task.clone(),
            outcome,
            message: if succeeded { String::new() } else { format!("run {}: {why}", child.id) },
            outputs: serde_json::from_str(&child.outputs).unwrap_or_default(),
        };
        let above = parent.run;
        self.record_of_run(above, Author::system(), Event::TaskSettled(event));
        self.settle(above);
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
        let under_way =
            |task: &&conductor_domain::work::task::Task| task.status == TaskStatus::Running;
        let children: Vec<RunId> =
            run.tasks.iter().filter(under_way).filter_map(|task| task.child).collect();
        for child in children {
            let open = |run: &Arc<Run>| run.stop.is_none() && !run.status.is_terminal();
            if self.run(child).filter(open).is_none() {
                continue;
            }
            let cause = match stop.cause {
                StopCause::TimedOut => StopCause::TimedOut,
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
