//! Folds facts into a run.

use super::{Run, RunStatus, Stop};
use crate::{
    event::{Envelope, Event},
    work::{run::Started, task::Task},
};

impl Run {
    /// The run that a start makes.
    #[must_use]
    pub fn from_start(envelope: &Envelope, event: &Started, seq: u64) -> Self {
        let inputs = if event.inputs.is_empty() {
            String::new()
        } else {
            serde_json::Value::Object(event.inputs.clone()).to_string()
        };
        Self {
            id: event.run,
            scope: envelope.scope.clone(),
            workflow: event.workflow.clone(),
            inputs,
            owner: envelope.principal.clone(),
            reason: event.reason.clone(),
            rerun_of: event.rerun_of,
            schedule: event.schedule.clone(),
            decision: event.decision,
            status: RunStatus::Queued,
            started_at: envelope.at,
            deadline: event.deadline,
            stop: None,
            tasks: event.tasks.iter().map(|id| Task::new(id)).collect(),
            ended_at: None,
            outputs: String::new(),
            note: String::new(),
            seqs: vec![seq],
        }
    }

    /// Takes up a fact about it. Facts about an ended run can't be; the fold leaves it as it is.
    pub fn apply(&mut self, envelope: &Envelope, seq: u64) {
        if self.status.is_terminal() {
            return;
        }
        self.seqs.push(seq);
        let at = envelope.at;
        match &envelope.event {
            Event::RunStopRequested(event) => {
                self.status = RunStatus::Cancelling;
                self.stop = Some(Stop {
                    cause: event.cause,
                    by: envelope.principal.clone(),
                    reason: event.reason.clone(),
                    at,
                });
            }
            Event::RunEnded(event) => {
                self.status = event.status;
                self.ended_at = Some(at);
                self.note.clone_from(&event.note);
                if !event.outputs.is_empty() {
                    self.outputs = serde_json::Value::Object(event.outputs.clone()).to_string();
                }
            }
            Event::TaskLeased(event) => {
                if self.status == RunStatus::Queued {
                    self.status = RunStatus::Running;
                }
                self.with_task(&event.task, |task| task.leased(event, at, seq));
            }
            Event::TaskCompleted(event) => {
                self.with_task(&event.task, |task| task.completed(event, at));
            }
            Event::TaskLost(event) => self.with_task(&event.task, |task| task.lost(event, at)),
            Event::TaskSkipped(event) => self.with_task(&event.task, |task| task.skipped(event)),
            Event::TaskCancelled(event) => self.with_task(&event.task, Task::cancelled),
            Event::TaskFailed(event) => self.with_task(&event.task, |task| task.failed(event)),
            Event::DaemonStarted(_)
            | Event::WorkflowPublished(_)
            | Event::WorkflowDeprecated(_)
            | Event::WorkflowUndeprecated(_)
            | Event::WorkflowRetired(_)
            | Event::RunStarted(_)
            | Event::DecisionRecorded(_)
            | Event::IdentityGranted(_)
            | Event::IdentityRevoked(_)
            | Event::ScheduleSet(_)
            | Event::SchedulePaused(_)
            | Event::ScheduleResumed(_)
            | Event::ScheduleRemoved(_)
            | Event::ScheduleQueued(_)
            | Event::ScheduleSkipped(_) => {}
        }
    }

    fn with_task(&mut self, id: &str, change: impl FnOnce(&mut Task)) {
        if let Some(task) = self.task_mut(id) {
            change(task);
        }
    }
}
