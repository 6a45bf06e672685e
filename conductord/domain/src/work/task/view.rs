//! Folds facts into a task.

use super::{
    Attempt, AttemptEnd, Completed, Failed, Leased, Lost, Outcome, Skipped, Task, TaskStatus,
};
use crate::time::Timestamp;

impl Task {
    pub(crate) fn leased(&mut self, event: &Leased, at: Timestamp, seq: u64) {
        self.status = TaskStatus::Running;
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
            attempt.failure = event.failure;
            attempt.log_digest.clone_from(&event.log_digest);
            attempt.log_bytes = event.log_bytes;
            attempt.confinement.clone_from(&event.confinement);
        }
        self.message.clone_from(&event.message);
        self.artifacts.extend(event.artifacts.iter().cloned());
        self.status = match (event.retry_at, event.outcome) {
            (Some(until), _) => TaskStatus::Backoff { until },
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
        self.status = TaskStatus::Failed;
        self.message.clone_from(&event.message);
    }
}
