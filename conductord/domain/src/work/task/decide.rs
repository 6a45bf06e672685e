//! May this attempt end so, and what follows from it?

use conductor_protocol::{error_code::Code, manifest::TaskSpec};
use serde_json::{Map, Value};

use super::{
    ArtifactRef, Attempt, AttemptEnd, Completed, Confinement, FailureKind, Lost, Outcome, Task,
    TaskStatus,
};
use crate::{Refusal, time::Timestamp, work::run::Run};

/// Bounds that the engine sets.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// First wait before a retry, in milliseconds.
    pub backoff_first_ms: u64,
    /// Longest wait before a retry, in milliseconds.
    pub backoff_max_ms: u64,
    /// Times a task may lose its worker.
    pub losses_max: u32,
    /// Outputs of a task as JSON.
    pub outputs_bytes_max: usize,
}

/// A worker's report of an attempt's end.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The task.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
    /// Fencing token of its lease.
    pub token: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub message: String,
    /// Of its program.
    pub exit_code: Option<i32>,
    /// What kind of failure it was, where its executor can tell.
    pub failure: Option<FailureKind>,
    /// What the executor gave.
    pub outputs: Map<String, Value>,
    /// `sha256:…` of its output.
    pub log_digest: String,
    /// Length of its output file.
    pub log_bytes: u64,
    /// Files it left behind.
    pub artifacts: Vec<ArtifactRef>,
    /// What bounded its program, where something was to.
    pub confinement: Option<Confinement>,
}

/// What a report comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// The attempt ended.
    Completed(Completed),
    /// The worker gave it back: another takes it up.
    Lost(Lost),
    /// It was reported before.
    Known,
}

/// Takes a report. `chance` spreads the retries.
///
/// # Errors
/// `LEASE_LOST` when the token is not that of the task's running attempt.
pub fn complete(
    run: &Run,
    spec: &TaskSpec,
    report: Completion,
    (at, chance): (Timestamp, u64),
    limits: &Limits,
) -> Result<Settled, Refusal> {
    let task = run.task(&report.task).ok_or_else(lease_lost)?;
    match task.attempts.iter().find(|attempt| attempt.token == report.token) {
        Some(Attempt { end: None, .. }) if task.status == TaskStatus::Running => {}
        Some(Attempt { end: Some((_, AttemptEnd::Reported(known))), .. })
            if *known == report.outcome =>
        {
            return Ok(Settled::Known);
        }
        _ => return Err(lease_lost()),
    }
    let stopping = run.stop.is_some();
    if report.outcome == Outcome::Cancelled && !stopping {
        return lose(run, task, "its worker gave it back".into(), limits).ok_or_else(lease_lost);
    }
    let mut event = Completed {
        run: run.id,
        task: report.task,
        attempt: report.attempt,
        token: report.token,
        outcome: report.outcome,
        message: report.message,
        exit_code: report.exit_code,
        failure: report.failure,
        outputs: Map::new(),
        log_digest: report.log_digest,
        log_bytes: report.log_bytes,
        artifacts: report.artifacts,
        confinement: report.confinement,
        retry_at: None,
    };
    if event.outcome == Outcome::Succeeded {
        match run.outputs_of(spec, report.outputs, limits.outputs_bytes_max) {
            Ok(outputs) => event.outputs = outputs,
            Err(message) => {
                event.outcome = Outcome::Failed;
                event.message = message;
            }
        }
    }
    let failed = matches!(event.outcome, Outcome::Failed | Outcome::TimedOut);
    // What the worker can't enforce now it can't enforce at the next try either.
    let refused = event.confinement.as_ref().is_some_and(|found| !found.refused.is_empty());
    if failed && !refused && !stopping && task.failures() < spec.retries {
        event.retry_at = Some(at + backoff_ms(task.failures(), chance, limits));
    }
    Ok(Settled::Completed(event))
}

/// Ends a running attempt whose worker went away or gave it back: the task is taken up again,
/// unless that happened too often or the run is stopping. `None` when none is running.
#[must_use]
pub fn lose(run: &Run, task: &Task, message: String, limits: &Limits) -> Option<Settled> {
    let attempt = task.running()?;
    let (outcome, message) = match &run.stop {
        Some(stop) => (stop.cause.outcome(), message),
        None if task.losses() + 1 >= limits.losses_max => {
            (Outcome::Failed, format!("{message}; that happened {} times", task.losses() + 1))
        }
        None => {
            return Some(Settled::Lost(Lost {
                run: run.id,
                task: task.id.clone(),
                attempt: attempt.number,
                token: attempt.token,
                message,
            }));
        }
    };
    Some(Settled::Completed(end_without_report(run, task, attempt, (outcome, message))))
}

/// The end of an attempt that no worker reported.
pub(crate) fn end_without_report(
    run: &Run,
    task: &Task,
    attempt: &Attempt,
    (outcome, message): (Outcome, String),
) -> Completed {
    Completed {
        run: run.id,
        task: task.id.clone(),
        attempt: attempt.number,
        token: attempt.token,
        outcome,
        message,
        exit_code: None,
        failure: None,
        outputs: Map::new(),
        log_digest: String::new(),
        log_bytes: 0,
        artifacts: Vec::new(),
        confinement: None,
        retry_at: None,
    }
}

/// Exponential backoff, half of it by chance, so that what failed together is not tried together.
pub(super) fn backoff_ms(failures: u32, chance: u64, limits: &Limits) -> u64 {
    let doubled = limits.backoff_first_ms.saturating_mul(1 << failures.min(20));
    let full = doubled.min(limits.backoff_max_ms);
    full / 2 + chance % (full / 2 + 1)
}

fn lease_lost() -> Refusal {
    Refusal::new(
        Code::LeaseLost,
        "the lease is no longer this worker's",
        "stop the attempt; another one counts",
    )
}
