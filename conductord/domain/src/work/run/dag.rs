//! How a run goes on: which tasks may start, which never will, when it has ended.

use std::collections::BTreeMap;

use conductor_protocol::manifest::{
    GATE, Manifest, OnFailure, TIMEOUT_MS_MAX, TaskSpec, WAIT, parse_duration_ms, parse_time_ms,
};
use serde_json::Value;

use super::{
    Ended, Run, RunStatus, StopCause, StopRequested,
    call::spec_at,
    expand::expand,
    group::{self, Group},
    spec_of, undo,
};
use crate::{
    event::Event,
    secret::Placeholders,
    time::Timestamp,
    work::task::{
        Cancelled, Completed, Deferred, Failed, Held, Hold, Outcome, Role, Settlement, SkipCause,
        Skipped, Task, TaskStatus,
    },
};

/// What a run's state calls for next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// These facts follow; fold them, then ask again.
    Facts(Vec<Event>),
    /// Nothing more follows; these tasks may be leased, by their place among the run's.
    Ready(Vec<usize>),
}

/// What follows from the state of a run. Asked again after its facts were folded, until it gives
/// `Ready`; every task is decided a bounded number of times, so that ends.
#[must_use]
pub fn advance(run: &Run, manifest: &Manifest, now: Timestamp) -> Step {
    let open = || run.tasks.iter().any(|task| !task.status.is_terminal());
    let rests = run.waits || run.awaits_hosts || run.pause.is_some() && open();
    if run.status.is_terminal() || run.stop.is_none() && rests {
        return Step::Ready(Vec::new());
    }
    if run.stop.is_none()
        && run.undoing.is_none()
        && let Some(stop) = stop_by_failure(run, manifest)
    {
        return Step::Facts(vec![Event::RunStopRequested(stop)]);
    }
    let look = Look { run, manifest, now, groups: groups(run, manifest) };
    let mut facts = Vec::new();
    let mut ready = Vec::new();
    let mut rooms: BTreeMap<u32, usize> =
        look.groups.iter().map(|(place, group)| (*place, group.room)).collect();
    for (index, task) in run.tasks.iter().enumerate() {
        match look.next_of(task) {
            Next::Facts(next) => facts.extend(next),
            // One that began before has its place already, and goes on whatever waits for one.
            Next::Ready if task.role == Role::Instance && task.is_fresh() => {
                let room = rooms.entry(task.place).or_default();
                if *room > 0 {
                    *room -= 1;
                    match look.begin(task) {
                        Next::Facts(next) => facts.extend(next),
                        Next::Ready => ready.push(index),
                        Next::Nothing => {}
                    }
                }
            }
            Next::Ready => ready.push(index),
            Next::Nothing => {}
        }
    }
    if !facts.is_empty() {
        return Step::Facts(facts);
    }
    if !open() {
        return Step::Facts(vec![last_fact(run, manifest, now)]);
    }
    Step::Ready(ready)
}

/// What ends a run whose tasks have all ended, or begins its undoing.
fn last_fact(run: &Run, manifest: &Manifest, now: Timestamp) -> Event {
    if let Some(undoing) = &run.undoing {
        return Event::RunEnded(undo::end(run, undoing.status, &undoing.note));
    }
    let end = end(run, manifest);
    match undo::begin(run, manifest, &end, now) {
        Some(undo) => Event::RunUndoStarted(undo),
        None => Event::RunEnded(end),
    }
}

/// The groups that are under way, by their place in the manifest.
fn groups(run: &Run, manifest: &Manifest) -> BTreeMap<u32, Group> {
    let under_way = |task: &&Task| task.expanded && !task.status.is_terminal();
    run.tasks
        .iter()
        .filter(under_way)
        .filter_map(|task| Some((task.place, group::look(run, spec_at(manifest, task)?, task))))
        .collect()
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
    Facts(Vec<Event>),
    Ready,
    Nothing,
}

impl Next {
    fn fact(event: Event) -> Self {
        Self::Facts(vec![event])
    }
}

struct Look<'a> {
    run: &'a Run,
    manifest: &'a Manifest,
    now: Timestamp,
    groups: BTreeMap<u32, Group>,
}

impl Look<'_> {
    fn next_of(&self, task: &Task) -> Next {
        let (run, now) = (self.run, self.now);
        let waiting = match task.status {
            TaskStatus::Waiting | TaskStatus::Backoff { .. } | TaskStatus::Deferred { .. } => true,
            TaskStatus::Held { .. } => !task.expanded,
            _ => false,
        };
        if run.stop.is_some() && waiting {
            return Next::fact(Event::TaskCancelled(Cancelled {
                run: run.id,
                task: task.id.clone(),
            }));
        }
        match task.status {
            TaskStatus::Waiting if task.is_fresh() => self.first_start(task),
            TaskStatus::Waiting => self.start_again(task),
            TaskStatus::Backoff { until } if until <= now => Next::Ready,
            TaskStatus::Deferred { until } if until <= now => {
                self.settled(task, Outcome::Succeeded)
            }
            TaskStatus::Held { until: Some(until), .. } if until <= now => {
                self.settled(task, Outcome::TimedOut)
            }
            TaskStatus::Running | TaskStatus::Held { .. } if task.expanded => {
                match self.groups.get(&task.place) {
                    Some(group) if !group.facts.is_empty() => Next::Facts(group.facts.clone()),
                    _ => Next::Nothing,
                }
            }
            _ => Next::Nothing,
        }
    }

    fn settled(&self, task: &Task, outcome: Outcome) -> Next {
        let message = match outcome {
            Outcome::TimedOut => "nobody answered in time".to_owned(),
            _ => String::new(),
        };
        Next::fact(Event::TaskSettled(Settlement {
            run: self.run.id,
            task: task.id.clone(),
            outcome,
            message,
            outputs: serde_json::Map::new(),
        }))
    }

    /// Whether a task that never ran may start.
    fn first_start(&self, task: &Task) -> Next {
        let Some(spec) = spec_at(self.manifest, task) else { return Next::Nothing };
        match task.role {
            Role::Plain => match may_start(self.run, self.manifest, spec) {
                Next::Ready => self.begin(task),
                other => other,
            },
            Role::Instance => {
                let open = self.groups.get(&task.place).and_then(|group| group.open);
                if open == Some(task.batch) { Next::Ready } else { Next::Nothing }
            }
            Role::Health => Next::Ready,
            Role::Undo => match undo::next_of(self.run, task) {
                Some(fact) => Next::fact(fact),
                None if undo::is_next(self.run, task) => Next::Ready,
                None => Next::Nothing,
            },
        }
    }

    /// A task that lost its worker, or that a person said is to be tried again.
    fn start_again(&self, task: &Task) -> Next {
        let once = spec_at(self.manifest, task).is_some_and(|spec| spec.at_most_once)
            && matches!(task.role, Role::Plain | Role::Instance);
        if once && task.answer.is_none() {
            let message = format!(
                "its worker was lost in its middle ({}); say whether it was done",
                task.message
            );
            return self.hold(task, (Hold::AtMostOnce, message), None);
        }
        Next::Ready
    }

    fn hold(&self, task: &Task, why: (Hold, String), until: Option<Timestamp>) -> Next {
        let (cause, message) = why;
        let held = Held { run: self.run.id, task: task.id.clone(), cause, message, until };
        Next::fact(Event::TaskHeld(held))
    }

    /// What the beginning of a task that may start is: for most, that a worker takes it.
    fn begin(&self, task: &Task) -> Next {
        let Some(spec) = spec_at(self.manifest, task) else { return Next::Nothing };
        if let (Role::Plain, Some(spread)) = (task.role, &spec.spread) {
            return match expand(self.run, spec, spread) {
                Ok(expanded) => Next::fact(Event::TaskExpanded(expanded)),
                Err(message) => self.fail(task, message),
            };
        }
        match spec.uses.as_str() {
            GATE => match self.run.render(self.manifest, task, &Placeholders::default()) {
                Ok(rendered) => {
                    let text = rendered.with.get("message").and_then(|text| text.as_str());
                    let until = spec.timeout_ms.map(|timeout| self.now + timeout);
                    self.hold(task, (Hold::Gate, text.unwrap_or_default().to_owned()), until)
                }
                Err(message) => self.fail(task, message),
            },
            WAIT => match self.until(task) {
                Ok(until) => Next::fact(Event::TaskDeferred(Deferred {
                    run: self.run.id,
                    task: task.id.clone(),
                    until,
                })),
                Err(message) => self.fail(task, message),
            },
            _ => Next::Ready,
        }
    }

    /// When a wait ends.
    fn until(&self, task: &Task) -> Result<Timestamp, String> {
        let rendered = self.run.render(self.manifest, task, &Placeholders::default())?;
        match (rendered.with.get("for"), rendered.with.get("until")) {
            (Some(duration), _) => {
                let ms = match duration {
                    Value::String(text) => parse_duration_ms(text),
                    other => other.as_u64().and_then(|seconds| seconds.checked_mul(1_000)),
                };
                let ms = ms.filter(|ms| *ms <= TIMEOUT_MS_MAX);
                let ms = ms.ok_or_else(|| format!("with.for: `{duration}` is no duration"))?;
                Ok(self.now + ms)
            }
            (None, until) => {
                let text = until.and_then(Value::as_str).unwrap_or_default();
                let time = parse_time_ms(text).map(Timestamp::from_unix_ms);
                time.ok_or_else(|| format!("with.until: `{text}` is no time in UTC"))
            }
        }
    }

    fn fail(&self, task: &Task, message: String) -> Next {
        let (run, task) = (self.run.id, task.id.clone());
        let failed = Failed { run, task, message, retry_at: None };
        Next::fact(Event::TaskFailed(failed))
    }
}

/// Whether what a task needs lets it start, and its condition.
fn may_start(run: &Run, manifest: &Manifest, spec: &TaskSpec) -> Next {
    let passing = spec.needs.iter().filter(|need| passes(run, manifest, need)).count();
    if !(run.needs_settled(spec) || spec.needs_any && passing > 0) {
        return Next::Nothing;
    }
    let skip = |cause, message: String| {
        let (run, task) = (run.id, spec.id.clone());
        Next::fact(Event::TaskSkipped(Skipped { run, task, cause, message, decision: None }))
    };
    let blocked = match spec.needs_any {
        true if passing > 0 || spec.needs.is_empty() => None,
        true => Some("none of those that it needs one of succeeded".to_owned()),
        false => spec
            .needs
            .iter()
            .find(|need| !passes(run, manifest, need))
            .map(|need| format!("`{need}`, which it needs, did not succeed")),
    };
    match (&spec.when, blocked) {
        // A condition that looks at a status wants to decide about failures itself.
        (Some(when), Some(why)) if !when.contains(".status") => skip(SkipCause::Needs, why),
        (None, Some(why)) => skip(SkipCause::Needs, why),
        (Some(when), _) => match run.condition(when) {
            Ok(true) => Next::Ready,
            Ok(false) => skip(SkipCause::When, format!("its condition is false: {when}")),
            Err(message) => {
                let (run, task) = (run.id, spec.id.clone());
                let event = Failed { run, task, message, retry_at: None };
                Next::fact(Event::TaskFailed(event))
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
        Some(
            TaskStatus::Succeeded | TaskStatus::Skipped(SkipCause::When | SkipCause::Operator),
        ) => true,
        Some(TaskStatus::Failed | TaskStatus::TimedOut) => tolerated(),
        _ => false,
    }
}

fn stop_by_failure(run: &Run, manifest: &Manifest) -> Option<StopRequested> {
    let fatal =
        |(task, spec): &(&Task, &TaskSpec)| task.has_failed() && spec.on_failure == OnFailure::Stop;
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
        .find(|(task, spec)| task.has_failed() && spec.on_failure != OnFailure::Continue);
    let ended = |status, note| Ended { run: run.id, status, note, outputs: Default::default() };
    match (&run.stop, failed) {
        (Some(stop), _) if matches!(stop.cause, StopCause::Cancelled | StopCause::Killed) => {
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
