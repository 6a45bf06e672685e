//! The tasks of a run beside those of its plan.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::v1::{self, PlannedFate, TaskRole, TaskStatus};

use super::{Against, Difference, Kind, Told, is_over, times};
use crate::words::task_status;

/// Hosts, or what else a task is done for, that are named.
const NAMED_MAX: usize = 8;

/// What is known of a run's tasks, by the task of the manifest that they belong to.
pub(super) struct Tasks<'a> {
    run: &'a v1::Run,
    /// What each is done for, by the task.
    pub(super) instances: BTreeMap<&'a str, Vec<&'a v1::Task>>,
}

impl<'a> Tasks<'a> {
    pub(super) fn of(run: &'a v1::Run) -> Self {
        let mut instances: BTreeMap<&str, Vec<&v1::Task>> = BTreeMap::new();
        for task in run.tasks.iter().filter(|task| task.role() == TaskRole::Instance) {
            instances.entry(&task.group_id).or_default().push(task);
        }
        Self { run, instances }
    }

    /// The tasks of the manifest.
    fn own(&self) -> impl Iterator<Item = &'a v1::Task> {
        let own = |task: &&v1::Task| matches!(task.role(), TaskRole::Plain | TaskRole::Unspecified);
        self.run.tasks.iter().filter(own)
    }

    /// What was worked on: its instances, or else the task itself.
    pub(super) fn units(&self, task: &'a v1::Task) -> Vec<&'a v1::Task> {
        self.instances.get(task.id.as_str()).cloned().unwrap_or_else(|| vec![task])
    }
}

/// Compares them; what ends in another way than planned is a difference, and what has not ended is told
/// apart.
pub(super) fn compare(run: &v1::Run, plan: &v1::Plan, against: &mut Against) {
    let tasks = Tasks::of(run);
    let known: BTreeMap<&str, &v1::Task> =
        tasks.own().map(|task| (task.id.as_str(), task)).collect();
    for planned in &plan.tasks {
        match known.get(planned.id.as_str()) {
            Some(task) => one(planned, task, &tasks, against),
            None => against.differences.push(Difference {
                task: planned.id.clone(),
                kind: Kind::Missing,
                planned: wanted(planned),
                came: "the run has no such task".to_owned(),
            }),
        }
    }
    let planned: BTreeSet<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
    for task in &run.tasks {
        beside(task, &planned, &mut against.differences);
    }
}

/// What is in the run besides the tasks that were planned.
fn beside(task: &v1::Task, planned: &BTreeSet<&str>, differences: &mut Vec<Difference>) {
    let word = task_status(task.status());
    let bad = matches!(task.status(), TaskStatus::Failed | TaskStatus::TimedOut);
    let (kind, wanted) = match task.role() {
        TaskRole::Plain | TaskRole::Unspecified if !planned.contains(task.id.as_str()) => {
            (Kind::Added, "no such task")
        }
        TaskRole::Undo => (Kind::Added, "to be undone only if the run has to be"),
        TaskRole::Health if bad => (Kind::Outcome, "the check after a batch to hold"),
        _ => return,
    };
    differences.push(Difference {
        task: task.id.clone(),
        kind,
        planned: wanted.to_owned(),
        came: with_message(word, &task.message),
    });
}

/// What a plan says that becomes of a task.
fn wanted(planned: &v1::PlannedTask) -> String {
    match planned.fate() {
        PlannedFate::Skipped => "to be skipped: its condition is false".to_owned(),
        PlannedFate::Later => format!("decided after {}", planned.fate_after.join(", ")),
        PlannedFate::Runs | PlannedFate::Unspecified => match on(planned) {
            Some(on) => format!("to run {on}"),
            None => "to run".to_owned(),
        },
    }
}

/// What it is done for.
fn on(planned: &v1::PlannedTask) -> Option<String> {
    if planned.spread.is_empty() {
        return None;
    }
    if !planned.instances_after.is_empty() {
        return Some(format!("for what is known after {}", planned.instances_after.join(", ")));
    }
    Some(format!("on {} {}", planned.instances_total, things(planned)))
}

fn things(planned: &v1::PlannedTask) -> &'static str {
    match (planned.spread == "hosts", planned.instances_total) {
        (true, 1) => "host",
        (true, _) => "hosts",
        (false, 1) => "instance",
        (false, _) => "instances",
    }
}

fn one(planned: &v1::PlannedTask, task: &v1::Task, tasks: &Tasks<'_>, against: &mut Against) {
    let before = against.differences.len();
    let status = task.status();
    let over = is_over(tasks.run);
    let mut differ = |kind, came: String| {
        against.differences.push(Difference {
            task: planned.id.clone(),
            kind,
            planned: wanted(planned),
            came,
        });
    };
    match (planned.fate(), status) {
        (PlannedFate::Skipped, TaskStatus::Skipped) => {}
        (PlannedFate::Runs | PlannedFate::Unspecified, TaskStatus::Skipped) => {
            differ(Kind::Skipped, with_message("skipped", &task.message));
        }
        (_, TaskStatus::Failed | TaskStatus::TimedOut | TaskStatus::Cancelled) => {
            differ(Kind::Outcome, outcome(task, tasks));
        }
        (_, TaskStatus::Succeeded | TaskStatus::Skipped) => {}
        (_, _) if over => {
            differ(Kind::NotReached, format!("{}, and the run is over", task_status(status)));
        }
        _ => {
            let came = with_message(task_status(status), &task.message);
            against.open.push(Told { task: planned.id.clone(), came });
        }
    }
    let ended_well = status == TaskStatus::Succeeded;
    if planned.fate() == PlannedFate::Skipped && ended_well {
        against.differences.push(Difference {
            task: planned.id.clone(),
            kind: Kind::Ran,
            planned: wanted(planned),
            came: "succeeded".to_owned(),
        });
    }
    hosts(planned, task, tasks, &mut against.differences);
    retried(planned, task, tasks, &mut against.differences);
    times::task(planned, &tasks.units(task), &mut against.differences);
    let is_open = against.open.last().is_some_and(|told| told.task == planned.id);
    if against.differences.len() == before && !is_open {
        let came = match (planned.fate(), on(planned).filter(|_| ended_well)) {
            (PlannedFate::Later, _) => {
                format!("{}, {}", task_status(status), wanted(planned))
            }
            (_, Some(on)) => format!("{} {on}", task_status(status)),
            _ => task_status(status).to_owned(),
        };
        against.as_planned.push(Told { task: planned.id.clone(), came });
    }
}

/// How it ended, and where it did.
fn outcome(task: &v1::Task, tasks: &Tasks<'_>) -> String {
    let word = task_status(task.status());
    let Some(units) = tasks.instances.get(task.id.as_str()) else {
        let said = task.attempts.last().map(|attempt| attempt.message.as_str()).unwrap_or_default();
        let message = if task.message.is_empty() { said } else { &task.message };
        return with_message(word, message);
    };
    let bad = |unit: &&&v1::Task| {
        matches!(unit.status(), TaskStatus::Failed | TaskStatus::TimedOut | TaskStatus::Cancelled)
    };
    let bad: Vec<&str> = units.iter().filter(bad).map(|unit| key(&unit.id)).collect();
    let where_ = match bad.len() {
        0 => String::new(),
        n => format!(", {n} of {}: {}", units.len(), named(&bad)),
    };
    with_message(&format!("{word}{where_}"), &task.message)
}

/// Other hosts than were planned, or other things that it was done for.
fn hosts(
    planned: &v1::PlannedTask,
    task: &v1::Task,
    tasks: &Tasks<'_>,
    differences: &mut Vec<Difference>,
) {
    let known = planned.instances_total as usize == planned.instances.len();
    let Some(units) = tasks.instances.get(task.id.as_str()).filter(|_| known) else { return };
    if planned.spread.is_empty() || !planned.instances_after.is_empty() {
        return;
    }
    let wished: BTreeSet<&str> = planned.instances.iter().map(|each| each.key.as_str()).collect();
    let came: BTreeSet<&str> = units.iter().map(|unit| key(&unit.id)).collect();
    let more: Vec<&str> = came.difference(&wished).copied().collect();
    let fewer: Vec<&str> = wished.difference(&came).copied().collect();
    let parts = [("also", more), ("without", fewer)];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, keys)| !keys.is_empty())
        .map(|(word, keys)| format!("{word} {}", named(keys)))
        .collect();
    if !parts.is_empty() {
        let names: Vec<&str> = wished.into_iter().collect();
        differences.push(Difference {
            task: planned.id.clone(),
            kind: Kind::Hosts,
            planned: named(&names),
            came: parts.join("; "),
        });
    }
}

/// More attempts than one, where it ended well all the same.
fn retried(
    planned: &v1::PlannedTask,
    task: &v1::Task,
    tasks: &Tasks<'_>,
    differences: &mut Vec<Difference>,
) {
    let units = tasks.units(task);
    let again =
        |unit: &&&v1::Task| unit.status() == TaskStatus::Succeeded && unit.attempts.len() > 1;
    let again: Vec<&v1::Task> = units.iter().filter(again).copied().collect();
    let Some(most) = again.iter().map(|unit| unit.attempts.len()).max() else { return };
    let came = match units.len() {
        1 => format!("{most} attempts"),
        of => {
            let keys: Vec<&str> = again.iter().map(|unit| key(&unit.id)).collect();
            format!("up to {most} attempts, {} of {of}: {}", keys.len(), named(&keys))
        }
    };
    let allowed = u64::from(planned.retries) + 1;
    differences.push(Difference {
        task: planned.id.clone(),
        kind: Kind::Retried,
        planned: format!("one attempt, {allowed} at most"),
        came,
    });
}

/// What an instance is done for: `web-1` of `rollout[web-1]`.
pub(super) fn key(id: &str) -> &str {
    let inner = id.split_once('[').map_or(id, |(_, key)| key);
    inner.strip_suffix(']').unwrap_or(inner)
}

fn named(keys: &[&str]) -> String {
    let more = keys.len().saturating_sub(NAMED_MAX);
    let names = keys.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

fn with_message(word: &str, message: &str) -> String {
    if message.is_empty() { word.to_owned() } else { format!("{word}: {message}") }
}
