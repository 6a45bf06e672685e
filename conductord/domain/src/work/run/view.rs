//! Folds facts into a run.

use std::collections::BTreeMap;

use conductor_protocol::id::RunId;
use serde_json::{Map, Value};

use super::{KeptResult, Pause, Run, RunStatus, Started, Stop, Undoing, event::Kept};
use crate::{
    event::{Envelope, Event},
    time::Timestamp,
    work::task::{Expanded, Instance, Role, SkipCause, Task, TaskStatus},
};

impl Run {
    /// The run that a start makes.
    #[must_use]
    pub fn from_start(envelope: &Envelope, event: &Started, seq: u64) -> Self {
        let mut run = Self {
            id: event.run,
            scope: envelope.scope.clone(),
            workflow: event.workflow.clone(),
            inputs: object(&event.inputs),
            owner: envelope.principal.clone(),
            reason: event.reason.clone(),
            rerun_of: event.rerun_of,
            schedule: event.schedule.clone(),
            decision: event.decision,
            status: RunStatus::Queued,
            started_at: envelope.at,
            deadline: event.deadline,
            stop: None,
            tasks: event.tasks.iter().enumerate().map(|(place, id)| Task::new(id, place)).collect(),
            turn: event.turn.clone(),
            waits: event.turn.as_ref().is_some_and(|turn| turn.waits),
            pause: None,
            parent: event.parent.clone(),
            kept: event.kept.iter().map(kept_result).collect(),
            hosts: frozen(&event.hosts),
            awaits_hosts: event.hosts_wanted,
            undo_only: event.undo_only,
            plan: event.plan.clone(),
            rehearsal: event.rehearsal,
            subject: event.subject.clone(),
            undoing: None,
            ended_at: None,
            outputs: String::new(),
            note: String::new(),
            seqs: vec![seq],
        };
        run.keep(&event.kept);
        run
    }

    /// Puts the results of the run that it repeats in their places.
    fn keep(&mut self, kept: &[Kept]) {
        let old = self.rerun_of;
        for (order, (result, event)) in self.kept.clone().iter().zip(kept).enumerate() {
            let known = self.tasks.iter().position(|task| task.id == result.task);
            let place = known.or_else(|| self.place_of_kept(result, event));
            if let Some(place) = place {
                keep_in(&mut self.tasks[place], result, (old, order as u64 + 1));
            }
        }
        if self.undo_only {
            for task in self.tasks.iter_mut().filter(|task| !task.status.is_terminal()) {
                task.status = TaskStatus::Skipped(SkipCause::Undo);
            }
        }
    }

    /// Adds the instance that a kept result is of, in a run that only undoes: its task is not
    /// expanded again there.
    fn place_of_kept(&mut self, result: &KeptResult, event: &Kept) -> Option<usize> {
        let group = result.task.split_once('[').map(|(group, _)| group)?;
        let place = self.tasks.iter().position(|task| task.id == group)?;
        if !self.undo_only {
            return None;
        }
        let values = object(&event.values);
        let task = Task { role: Role::Instance, values, ..Task::new(&result.task, place) };
        self.tasks.push(task);
        Some(self.tasks.len() - 1)
    }

    /// Takes up a fact about it. Facts about an ended run can't be; the fold leaves it as it is.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) {
        if self.status.is_terminal() {
            return;
        }
        self.seqs.push(seq);
        if self.apply_to_run(envelope) {
            return;
        }
        self.apply_to_task(envelope, seq);
        if !self.status.is_terminal() {
            self.status = self.standing();
        }
    }

    /// Takes up a fact about the run as a whole that says itself where it then stands.
    fn apply_to_run(&mut self, envelope: &Envelope) -> bool {
        let at = envelope.at;
        match &envelope.event {
            Event::RunStopRequested(event) => {
                self.stop = Some(Stop {
                    cause: event.cause,
                    by: envelope.principal.clone(),
                    reason: event.reason.clone(),
                    at,
                });
                self.pause = None;
                self.waits = false;
            }
            Event::RunAdmitted(event) => {
                self.waits = false;
                self.deadline = event.deadline;
            }
            Event::RunHostsFound(event) => {
                self.awaits_hosts = false;
                self.hosts = frozen(&event.hosts);
            }
            Event::RunPaused(event) => {
                self.pause = Some(Pause {
                    by: envelope.principal.clone(),
                    reason: event.reason.clone(),
                    at,
                    left_ms: self.deadline.ms_since(at),
                });
                self.deadline = event.deadline;
            }
            Event::RunResumed(event) => {
                self.pause = None;
                self.deadline = event.deadline;
            }
            Event::RunUndoStarted(event) => {
                self.undoing = Some(Undoing { status: event.status, note: event.note.clone() });
                // What stopped the run does not stop its undoing.
                self.stop = None;
                self.deadline = event.deadline;
                self.add_undo_tasks(&event.tasks);
            }
            Event::RunEnded(event) => {
                self.status = event.status;
                self.ended_at = Some(at);
                self.note.clone_from(&event.note);
                self.outputs = object(&event.outputs);
                return true;
            }
            _ => return false,
        }
        self.status = self.standing();
        true
    }

    fn add_undo_tasks(&mut self, tasks: &[String]) {
        for id in tasks {
            let Some(undone) = self.task(id) else { continue };
            let task = Task {
                role: Role::Undo,
                values: undone.values.clone(),
                outputs: undone.outputs.clone(),
                ..Task::new(&format!("{id}.undo"), undone.place as usize)
            };
            self.tasks.push(task);
        }
    }

    fn apply_to_task(&mut self, envelope: &Envelope, seq: u64) {
        let at: Timestamp = envelope.at;
        let by = envelope.principal.as_str();
        match &envelope.event {
            Event::TaskLeased(event) => {
                self.with_task(&event.task, seq, |task| task.leased(event, at, seq));
            }
            Event::TaskCompleted(event) => {
                self.with_task(&event.task, seq, |task| task.completed(event, at));
            }
            Event::TaskLost(event) => {
                self.with_task(&event.task, seq, |task| task.lost(event, at));
            }
            Event::TaskSkipped(event) => {
                self.with_task(&event.task, seq, |task| task.skipped(event));
            }
            Event::TaskCancelled(event) => self.with_task(&event.task, seq, Task::cancelled),
            Event::TaskFailed(event) => {
                self.with_task(&event.task, seq, |task| task.failed(event));
            }
            Event::TaskHeld(event) => self.with_task(&event.task, seq, |task| task.held(event)),
            Event::TaskReleased(event) => {
                self.with_task(&event.task, seq, |task| task.released(event, by));
            }
            Event::TaskDeferred(event) => {
                self.with_task(&event.task, seq, |task| task.deferred(event));
            }
            Event::TaskChildStarted(event) => {
                self.with_task(&event.task, seq, |task| task.child_started(event));
            }
            Event::TaskSettled(event) => {
                self.with_task(&event.task, seq, |task| task.settled(event));
            }
            Event::TaskExpanded(event) => self.expanded(event, seq),
            Event::TaskHealthCheck(event) => {
                let Some(group) = self.task(&event.task) else { return };
                let keys: Vec<Value> = self
                    .instances_of(group.place)
                    .filter(|task| task.batch == event.batch)
                    .map(|task| Value::from(key_of(&task.id)))
                    .collect();
                let batch = serde_json::json!({
                    "batch": {"number": event.batch + 1, "instances": keys},
                });
                let id = format!("{}.health[{}]", event.task, event.batch + 1);
                let task = Task {
                    role: Role::Health,
                    batch: event.batch,
                    values: batch.to_string(),
                    ..Task::new(&id, group.place as usize)
                };
                self.tasks.push(task);
            }
            _ => {}
        }
    }

    fn expanded(&mut self, event: &Expanded, seq: u64) {
        let Some(group) = self.task_mut(&event.task) else { return };
        group.expanded();
        let place = group.place as usize;
        for Instance { key, values, batch } in &event.instances {
            let id = format!("{}[{key}]", event.task);
            let mut task = Task {
                role: Role::Instance,
                batch: *batch,
                values: object(values),
                ..Task::new(&id, place)
            };
            if let Some(result) = self.kept.iter().find(|kept| kept.task == id) {
                keep_in(&mut task, result, (self.rerun_of, seq));
            }
            self.tasks.push(task);
        }
    }

    fn with_task(&mut self, id: &str, seq: u64, change: impl FnOnce(&mut Task)) {
        if let Some(task) = self.task_mut(id) {
            change(task);
            if task.status.is_terminal() {
                task.ended_seq = seq;
            }
        }
    }
}

fn keep_in(task: &mut Task, result: &KeptResult, (old, ended_seq): (Option<RunId>, u64)) {
    task.outputs.clone_from(&result.outputs);
    task.artifacts.clone_from(&result.artifacts);
    task.ended_seq = ended_seq;
    (task.status, task.message) = match (&result.skipped, old) {
        (Some(why), _) => (TaskStatus::Skipped(SkipCause::Operator), why.clone()),
        (None, Some(old)) => (TaskStatus::Succeeded, format!("kept from run {old} as it was")),
        (None, None) => (TaskStatus::Succeeded, "kept".to_owned()),
    };
}

fn kept_result(kept: &Kept) -> KeptResult {
    KeptResult {
        task: kept.task.clone(),
        outputs: object(&kept.outputs),
        artifacts: kept.artifacts.clone(),
        skipped: kept.skipped.clone(),
    }
}

/// Hosts as they are kept: empty for none.
fn frozen(hosts: &BTreeMap<String, Vec<Value>>) -> String {
    if hosts.is_empty() { String::new() } else { serde_json::json!(hosts).to_string() }
}

/// A JSON object as it is kept: empty for nothing.
fn object(fields: &Map<String, Value>) -> String {
    if fields.is_empty() { String::new() } else { Value::Object(fields.clone()).to_string() }
}

/// The key in an instance's id.
fn key_of(id: &str) -> &str {
    id.split_once('[').map_or(id, |(_, key)| key.trim_end_matches(']'))
}
