//! Folds facts into a task.

use super::{
    Answer, Attempt, AttemptEnd, ChildStarted, Completed, Deferred, Failed, Held, Hold, Leased,
    Lost, Outcome, Released, Role, Settlement, Skipped, Task, TaskStatus,
};
use crate::time::Timestamp;

impl Task {
    pub(crate) fn leased(&mut self, event: &Leased, at: Timestamp, seq: u64) {
        self.status = TaskStatus::Running;
        self.answer = None;
        self.message.clear();
        self.attempts.push(Attempt {
            number: event.attempt,
            token: seq,
            worker: event.worker,
            in_process: event.in_process,
            started_at: at,
            timeout_ms: event.timeout_ms,
            end: None,
            message: String::new(),
            exit_code: None,
            status_code: None,
            failure: None,
            log_digest: String::new(),
            log_bytes: 0,
            confinement: None,
        });
    }

    pub(crate) fn completed(&mut self, event: &Completed, at: Timestamp) {
        if let Some(attempt) = self.attempts.iter_mut().find(|known| known.token == event.token) {
            attempt.end = Some((at, AttemptEnd::Reported(event.outcome)));
            attempt.message.clone_from(&event.message);
            attempt.exit_code = event.exit_code;
            attempt.status_code = event.status_code;
            attempt.failure = event.failure;
            attempt.log_digest.clone_from(&event.log_digest);
            attempt.log_bytes = event.log_bytes;
            attempt.confinement.clone_from(&event.confinement);
        }
        self.message.clone_from(&event.message);
        self.artifacts.extend(event.artifacts.iter().cloned());
        self.status = match (event.retry_at, event.outcome) {
            (Some(until), _) => TaskStatus::Backoff { until },
            // Half undone is a state that only a person can judge.
            (None, Outcome::Failed | Outcome::TimedOut) if self.role == Role::Undo => {
                TaskStatus::Held { cause: Hold::UndoFailed, until: None }
            }
            (None, Outcome::Succeeded) => TaskStatus::Succeeded,
            (None, Outcome::Failed) => TaskStatus::Failed,
            (None, Outcome::TimedOut) => TaskStatus::TimedOut,
            (None, Outcome::Cancelled) => TaskStatus::Cancelled,
        };
        if event.outcome == Outcome::Succeeded && !event.outputs.is_empty() {
            self.outputs = serde_json::Value::Object(event.outputs.clone()).to_string();
        }
    }

    pub(crate) fn lost(&mut self, event: &Lost, at: Timestamp) {
        if let Some(attempt) = self.attempts.iter_mut().find(|known| known.token == event.token) {
            attempt.end = Some((at, AttemptEnd::Lost));
            attempt.message.clone_from(&event.message);
        }
        self.message.clone_from(&event.message);
        self.status = TaskStatus::Waiting;
    }

    pub(crate) fn skipped(&mut self, event: &Skipped) {
        self.status = TaskStatus::Skipped(event.cause);
        self.message.clone_from(&event.message);
    }

    pub(crate) fn cancelled(&mut self) {
        self.status = TaskStatus::Cancelled;
    }

    pub(crate) fn failed(&mut self, event: &Failed) {
        self.message.clone_from(&event.message);
        self.status = match event.retry_at {
            Some(until) => {
                self.runs_failed += 1;
                TaskStatus::Backoff { until }
            }
            None => TaskStatus::Failed,
        };
    }

    pub(crate) fn held(&mut self, event: &Held) {
        self.status = TaskStatus::Held { cause: event.cause, until: event.until };
        self.message.clone_from(&event.message);
    }

    pub(crate) fn released(&mut self, event: &Released, by: &str) {
        let TaskStatus::Held { cause, .. } = self.status else { return };
        self.answer = Some(event.answer);
        let said = |what: &str| match event.reason.as_str() {
            "" => format!("{what} by {by}"),
            reason => format!("{what} by {by}: {reason}"),
        };
        (self.status, self.message) = match (event.answer, cause) {
            (Answer::GoOn, Hold::Canary) => (TaskStatus::Running, said("let go on")),
            (Answer::GoOn, _) => (TaskStatus::Succeeded, said("let go on")),
            (Answer::Retry, _) => (TaskStatus::Waiting, said("tried again")),
            (Answer::Done, _) => (TaskStatus::Succeeded, said("called done")),
            // The instances that have started go on to their ends.
            (Answer::GiveUp, Hold::Canary) => (TaskStatus::Running, said("given up")),
            (Answer::GiveUp, _) => (TaskStatus::Failed, said("given up")),
        };
    }

    pub(crate) fn deferred(&mut self, event: &Deferred) {
        self.status = TaskStatus::Deferred { until: event.until };
    }

    pub(crate) fn expanded(&mut self) {
        self.status = TaskStatus::Running;
        self.expanded = true;
    }

    pub(crate) fn child_started(&mut self, event: &ChildStarted) {
        self.status = TaskStatus::Running;
        self.child = Some(event.child);
    }

    pub(crate) fn settled(&mut self, event: &Settlement) {
        self.status = match event.outcome {
            Outcome::Succeeded => TaskStatus::Succeeded,
            Outcome::Failed => TaskStatus::Failed,
            Outcome::TimedOut => TaskStatus::TimedOut,
            Outcome::Cancelled => TaskStatus::Cancelled,
        };
        self.message.clone_from(&event.message);
        if !event.outputs.is_empty() {
            self.outputs = serde_json::Value::Object(event.outputs.clone()).to_string();
        }
    }
}
