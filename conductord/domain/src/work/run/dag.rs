//! How a run goes on: which tasks may start, which never will, when it has ended.

use conductor_protocol::manifest::{Manifest, OnFailure, TaskSpec};

use super::{Ended, Run, RunStatus, StopCause, StopRequested, spec_of};
use crate::{
    event::Event,
    time::Timestamp,
    work::task::{Cancelled, Completed, Failed, Outcome, SkipCause, Skipped, Task, TaskStatus},
};

/// What a run's state calls for next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// These facts follow; fold them, then ask again.
    Facts(Vec<Event>),
    /// Nothing more follows; these tasks may be leased, by their place in the manifest.
    Ready(Vec<usize>),
}

/// What follows from the state of a run. Asked again after its facts were folded, until it gives
/// `Ready`; every task is decided at most once, so that ends.
#[must_use]
pub fn advance(run: &Run, manifest: &Manifest, now: Timestamp) -> Step {
    if run.status.is_terminal() {
        return Step::Ready(Vec::new());
    }
    if run.stop.is_none()
        && let Some(stop) = stop_by_failure(run, manifest)
    {
        return Step::Facts(vec![Event::RunStopRequested(stop)]);
    }
    let mut facts = Vec::new();
    let mut ready = Vec::new();
    for (place, (task, spec)) in run.tasks.iter().zip(&manifest.tasks).enumerate() {
        match next_of(run, manifest, (task, spec), now) {
            Next::Fact(fact) => facts.push(*fact),
            Next::Ready => ready.push(place),
            Next::Nothing => {}
        }
    }
    if !facts.is_empty() {
        return Step::Facts(facts);
    }
    if run.tasks.iter().all(|task| task.status.is_terminal()) {
        return Step::Facts(vec![Event::RunEnded(end(run, manifest))]);
    }
    Step::Ready(ready)
}

/// Attempts that were told to stop, or whose time is over, and that nobody reported for
/// `grace_ms`: the kernel ends them, so that no run stays open for ever.
#[must_use]
pub fn overdue(run: &Run, now: Timestamp, grace_ms: u64) -> Vec<Completed> {
    let stopped = run.stop.as_ref().map(|stop| (stop.at + grace_ms, stop.cause.outcome()));
    let end_of = |task: &Task| {
        let attempt = task.running()?;
        let timeout = attempt.started_at + attempt.timeout_ms.saturating_add(grace_ms);
        let (due, outcome) = match stopped {
            Some((due, outcome)) if due < timeout => (due, outcome),
            _ => (timeout, Outcome::TimedOut),
        };
        let message = "its worker did not report the end in time".to_owned();
        (due <= now)
            .then(|| crate::work::task::end_without_report(run, task, attempt, (outcome, message)))
    };
    run.tasks.iter().filter_map(end_of).collect()
}

enum Next {
    Fact(Box<Event>),
    Ready,
    Nothing,
}

fn next_of(
    run: &Run,
    manifest: &Manifest,
    (task, spec): (&Task, &TaskSpec),
    now: Timestamp,
) -> Next {
    let waiting = matches!(task.status, TaskStatus::Waiting | TaskStatus::Backoff { .. });
    if run.stop.is_some() && waiting {
        let event = Cancelled { run: run.id, task: task.id.clone() };
        return Next::Fact(Box::new(Event::TaskCancelled(event)));
    }
    match task.status {
        TaskStatus::Waiting if task.attempts.is_empty() => first_start(run, manifest, spec),
        TaskStatus::Waiting => Next::Ready,
        TaskStatus::Backoff { until } if until <= now => Next::Ready,
        _ => Next::Nothing,
    }
}

/// Whether a task that never ran may start.
fn first_start(run: &Run, manifest: &Manifest, spec: &TaskSpec) -> Next {
    if !run.needs_settled(spec) {
        return Next::Nothing;
    }
    let skip = |cause, message: String| {
        let event = Skipped { run: run.id, task: spec.id.clone(), cause, message };
        Next::Fact(Box::new(Event::TaskSkipped(event)))
    };
    let blocker = spec.needs.iter().find(|need| !passes(run, manifest, need));
    match (&spec.when, blocker) {
        // A condition that looks at a status wants to decide about failures itself.
        (Some(when), Some(need)) if !when.contains(".status") => {
            skip(SkipCause::Needs, format!("`{need}`, which it needs, did not succeed"))
        }
        (None, Some(need)) => {
            skip(SkipCause::Needs, format!("`{need}`, which it needs, did not succeed"))
        }
        (Some(when), _) => match run.condition(when) {
            Ok(true) => Next::Ready,
            Ok(false) => skip(SkipCause::When, format!("its condition is false: {when}")),
            Err(message) => {
                let event = Failed { run: run.id, task: spec.id.clone(), message };
                Next::Fact(Box::new(Event::TaskFailed(event)))
            }
        },
        (None, None) => Next::Ready,
    }
}

/// Whether what needs this task may start.
fn passes(run: &Run, manifest: &Manifest, id: &str) -> bool {
    let tolerated =
        || spec_of(manifest, id).is_some_and(|spec| spec.on_failure == OnFailure::Continue);
    match run.task(id).map(|task| task.status) {
        Some(TaskStatus::Succeeded | TaskStatus::Skipped(SkipCause::When)) => true,
        Some(TaskStatus::Failed | TaskStatus::TimedOut) => tolerated(),
        _ => false,
    }
}

fn is_failure(status: TaskStatus) -> bool {
    matches!(status, TaskStatus::Failed | TaskStatus::TimedOut)
}

fn stop_by_failure(run: &Run, manifest: &Manifest) -> Option<StopRequested> {
    let fatal = |(task, spec): &(&Task, &TaskSpec)| {
        is_failure(task.status) && spec.on_failure == OnFailure::Stop
    };
    // When everything has ended there is nothing to stop.
    let open = run.tasks.iter().any(|task| !task.status.is_terminal());
    let (task, _) = run.tasks.iter().zip(&manifest.tasks).find(fatal).filter(|_| open)?;
    Some(StopRequested {
        run: run.id,
        cause: StopCause::TaskFailed,
        reason: format!("task `{}` failed", task.id),
        decision: None,
    })
}

/// How a run ends whose tasks have all ended.
fn end(run: &Run, manifest: &Manifest) -> Ended {
    let failed = run
        .tasks
        .iter()
        .zip(&manifest.tasks)
        .find(|(task, spec)| is_failure(task.status) && spec.on_failure != OnFailure::Continue);
    let ended = |status, note| Ended { run: run.id, status, note, outputs: Default::default() };
    match (&run.stop, failed) {
        (Some(stop), _) if stop.cause == StopCause::Cancelled => {
            ended(RunStatus::Cancelled, stop.reason.clone())
        }
        (Some(stop), _) if stop.cause == StopCause::TimedOut => {
            ended(RunStatus::TimedOut, stop.reason.clone())
        }
        (_, Some((task, _))) => {
            let why = if task.message.is_empty() { "failed" } else { &task.message };
            ended(RunStatus::Failed, format!("{}: {why}", task.id))
        }
        (Some(stop), None) => ended(RunStatus::Failed, stop.reason.clone()),
        (None, None) => match run.outputs_of_run(manifest) {
            Ok(outputs) => Ended { outputs, ..ended(RunStatus::Succeeded, String::new()) },
            Err(message) => ended(RunStatus::Failed, message),
        },
    }
}
