//! May this attempt end so, and what follows from it?

use conductor_protocol::{
    error_code::Code,
    id::DecisionId,
    manifest::{Manifest, RetryRule, SSH},
};
use serde_json::{Map, Value};

use super::{
    Answer, ArtifactRef, Attempt, AttemptEnd, Completed, Confinement, FailureKind, Lost, Outcome,
    Released, SkipCause, Skipped, Task, TaskStatus,
};
use crate::{
    Refusal,
    time::Timestamp,
    work::run::{Call, Run},
};

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
    /// Of the answer that it got.
    pub status_code: Option<u16>,
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
    Completed(Box<Completed>),
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
    manifest: &Manifest,
    report: Completion,
    (at, chance): (Timestamp, u64),
    limits: &Limits,
) -> Result<Settled, Refusal> {
    let task = run.task(&report.task).ok_or_else(lease_lost)?;
    let call = run.call_of(manifest, task).ok_or_else(lease_lost)?;
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
        status_code: report.status_code,
        failure: report.failure,
        outputs: Map::new(),
        log_digest: report.log_digest,
        log_bytes: report.log_bytes,
        artifacts: report.artifacts,
        confinement: report.confinement,
        retry_at: None,
    };
    if event.outcome == Outcome::Succeeded {
        match run.outputs_of((manifest, task), report.outputs, limits.outputs_bytes_max) {
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
    let again = !refused && !stopping && task.failures() < call.retries;
    if failed && again && is_worth_it(&call, &event) {
        event.retry_at = Some(at + backoff_ms(task.failures(), chance, (call.retry, limits)));
    }
    Ok(Settled::Completed(Box::new(event)))
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
    let ended = end_without_report(run, task, attempt, (outcome, message));
    Some(Settled::Completed(Box::new(ended)))
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
        status_code: None,
        failure: None,
        outputs: Map::new(),
        log_digest: String::new(),
        log_bytes: 0,
        artifacts: Vec::new(),
        confinement: None,
        retry_at: None,
    }
}

/// When a task is tried again whose own run failed or could not be started; never, when there is no time.
#[must_use]
pub fn retry_of_run(
    run: &Run,
    (manifest, task): (&Manifest, &Task),
    (at, chance): (Timestamp, u64),
    limits: &Limits,
) -> Option<Timestamp> {
    let call = run.call_of(manifest, task)?;
    let again = run.stop.is_none() && task.runs_failed < call.retries;
    again.then(|| at + backoff_ms(task.runs_failed, chance, (call.retry, limits)))
}

/// Whether such a failure is worth another try: what was refused never is; of the exit codes and the
/// statuses those that the task lists, all of them where it lists none. What a host said is final unless the task
/// says otherwise: there only a connection that failed is tried again.
fn is_worth_it(call: &Call<'_>, event: &Completed) -> bool {
    if matches!(event.failure, Some(FailureKind::Refused | FailureKind::Invalid)) {
        return false;
    }
    let codes = call.retry.map_or(&[][..], |rule| &rule.on_exit);
    let statuses = call.retry.map_or(&[][..], |rule| &rule.on_status);
    match (event.exit_code, event.status_code, event.failure) {
        (Some(code), _, _) if !codes.is_empty() => codes.contains(&code),
        (_, Some(status), _) if !statuses.is_empty() => {
            statuses.iter().any(|listed| listed.holds(status))
        }
        (_, _, Some(FailureKind::Program)) if call.uses == SSH => false,
        _ => true,
    }
}

/// Exponential backoff, a part of it by chance, so that what failed together is not tried
/// together.
pub(super) fn backoff_ms(
    failures: u32,
    chance: u64,
    (rule, limits): (Option<&RetryRule>, &Limits),
) -> u64 {
    let first = rule.and_then(|rule| rule.backoff_ms).unwrap_or(limits.backoff_first_ms);
    let max = rule.and_then(|rule| rule.max_ms).unwrap_or(limits.backoff_max_ms.max(first));
    let factor = u64::from(rule.and_then(|rule| rule.factor_percent).unwrap_or(200));
    let mut full = first.min(max);
    for _ in 0..failures {
        full = (full.saturating_mul(factor) / 100).min(max);
    }
    let jitter = u64::from(rule.and_then(|rule| rule.jitter_percent).unwrap_or(50));
    let by_chance = full.saturating_mul(jitter) / 100;
    full - by_chance + chance % (by_chance + 1)
}

/// A person's answer to a task that is held.
///
/// # Errors
/// `TASK_NOT_FOUND`; `TASK_NOT_HELD` when it waits for no answer, or for another kind.
pub fn release(
    run: &Run,
    id: &str,
    (answer, reason): (Answer, String),
    decision: DecisionId,
) -> Result<Released, Refusal> {
    let task = run.task(id).ok_or_else(|| not_found(run, id))?;
    let TaskStatus::Held { cause, .. } = task.status else {
        return Err(Refusal::new(
            Code::TaskNotHeld,
            format!("task `{id}` waits for no answer: it is {}", task.status.word()),
            "`conductor runs show` lists the tasks that are held",
        ));
    };
    if !cause.answers().contains(&answer) {
        let taken: Vec<&str> = cause.answers().iter().map(|answer| answer.word()).collect();
        return Err(Refusal::new(
            Code::TaskNotHeld,
            format!(
                "task `{id}` is held as {}, and does not take `{}`",
                cause.word(),
                answer.word()
            ),
            format!("answer with one of: {}", taken.join(", ")),
        ));
    }
    Ok(Released { run: run.id, task: id.to_owned(), answer, reason, decision })
}

/// Leaves a task out that has not started; of a group, every instance that has not.
///
/// # Errors
/// `TASK_NOT_FOUND`; `TASK_STARTED` when nothing of it can be left out any more.
pub fn skip(
    run: &Run,
    id: &str,
    reason: &str,
    decision: DecisionId,
) -> Result<Vec<Skipped>, Refusal> {
    let task = run.task(id).ok_or_else(|| not_found(run, id))?;
    let can_be =
        |task: &&Task| !matches!(task.status, TaskStatus::Running) && !task.status.is_terminal();
    let found: Vec<&Task> = if task.expanded {
        run.tasks.iter().filter(|other| other.place == task.place && other.id != task.id).collect()
    } else {
        vec![task]
    };
    let left_out: Vec<Skipped> = found
        .into_iter()
        .filter(can_be)
        .map(|task| Skipped {
            run: run.id,
            task: task.id.clone(),
            cause: SkipCause::Operator,
            message: reason.to_owned(),
            decision: Some(decision),
        })
        .collect();
    if left_out.is_empty() {
        return Err(Refusal::new(
            Code::TaskStarted,
            format!("task `{id}` can't be left out any more: it is {}", task.status.word()),
            "cancel the run, or leave the task out of a rerun: `conductor runs rerun --skip`",
        ));
    }
    Ok(left_out)
}

fn not_found(run: &Run, id: &str) -> Refusal {
    Refusal::new(
        Code::TaskNotFound,
        format!("run {} has no task `{id}` in it", run.id),
        "`conductor runs show` lists its tasks",
    )
}

fn lease_lost() -> Refusal {
    Refusal::new(
        Code::LeaseLost,
        "the lease is no longer this worker's",
        "stop the attempt; another one counts",
    )
}
