//! The queue by workflow: made of the runs that are under way, those that ended lately, and what
//! stands in the way.

use std::collections::BTreeMap;

use conductor_protocol::v1::{Freeze, ListRunsResponse, RunStatus, Worker, freeze_reach::Reach};
use jiff::{SignedDuration, Timestamp};

use crate::app::time;

/// Runs that ended so long ago count for the rate.
pub(super) const RATE_OVER: SignedDuration = SignedDuration::from_hours(1);

/// What is known of one workflow's runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Queue {
    pub(super) workflow: String,
    /// Runs of which no task has begun.
    pub(super) queued: usize,
    pub(super) running: usize,
    /// Paused, or waiting for a person.
    pub(super) resting: usize,
    /// Tasks of its runs that have not begun.
    pub(super) tasks: u64,
    /// Since when the oldest waits that has not begun.
    pub(super) oldest: Option<Timestamp>,
    /// Runs that ended in the last hour.
    pub(super) ended: usize,
    /// What holds it up, the hardest first; empty for nothing.
    pub(super) held_by: Vec<String>,
}

impl Queue {
    pub(super) fn is_held(&self) -> bool {
        !self.held_by.is_empty()
    }
}

/// What the lines are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) active: &'a ListRunsResponse,
    pub(super) ended: Option<&'a ListRunsResponse>,
    pub(super) workers: &'a [Worker],
    pub(super) freezes: &'a [Freeze],
    pub(super) environment: &'a str,
    pub(super) now: Timestamp,
}

/// A line for each workflow with runs under way; what is held up first, then what waits longest.
pub(super) fn queues(from: Sources<'_>) -> Vec<Queue> {
    let mut lines: BTreeMap<&str, Queue> = BTreeMap::new();
    for run in &from.active.runs {
        let line = lines.entry(run.workflow.as_str()).or_default();
        match run.status() {
            RunStatus::Queued => {
                line.queued += 1;
                let since = run.started_at.as_ref().map(time::from_wire);
                line.oldest = [line.oldest, since].into_iter().flatten().min();
            }
            RunStatus::Paused | RunStatus::Held => line.resting += 1,
            _ => line.running += 1,
        }
        let begun = run.tasks_done.saturating_add(run.tasks_running);
        line.tasks += u64::from(run.tasks_total.saturating_sub(begun));
    }
    let since = from.now - RATE_OVER;
    for run in from.ended.iter().flat_map(|page| &page.runs) {
        let lately = run.ended_at.as_ref().is_some_and(|at| time::from_wire(at) >= since);
        if let Some(line) = lines.get_mut(run.workflow.as_str()).filter(|_| lately) {
            line.ended += 1;
        }
    }
    let mut lines: Vec<Queue> = lines
        .into_iter()
        .map(|(workflow, line)| {
            let held_by = held_by(workflow, &line, from);
            Queue { workflow: workflow.to_owned(), held_by, ..line }
        })
        .collect();
    lines.sort_by_key(|line| (!line.is_held(), line.oldest.is_none(), line.oldest));
    lines
}

/// What stands in the way of a workflow's runs.
fn held_by(workflow: &str, line: &Queue, from: Sources<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    let there: Vec<&Worker> = from.workers.iter().filter(|worker| worker.connected).collect();
    let room = there.iter().any(|worker| worker.leases < worker.capacity);
    if there.is_empty() && line.tasks > 0 {
        reasons.push("no worker".to_owned());
    }
    for freeze in from.freezes {
        let reach = freeze.reach.as_ref().and_then(|reach| reach.reach.as_ref());
        let holds = match reach {
            Some(Reach::Workflow(name)) => name == workflow,
            Some(Reach::Environment(name)) => name == from.environment,
            Some(Reach::Tenant(_)) | None => true,
        };
        if holds {
            let word = if freeze.stops.is_empty() { "frozen" } else { "kill switch" };
            reasons.push(format!("{word} ({})", freeze.name));
        }
    }
    if !there.is_empty() && !room && line.queued > 0 {
        reasons.push("workers are full".to_owned());
    }
    if line.resting > 0 {
        reasons.push(format!("{} paused or asked", line.resting));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::{FreezeReach, RunSummary};

    use super::*;

    fn run(workflow: &str, status: RunStatus, age_s: i64, now: Timestamp) -> RunSummary {
        RunSummary {
            workflow: workflow.into(),
            status: status.into(),
            started_at: Some(time::to_wire(now - SignedDuration::from_secs(age_s))),
            tasks_total: 3,
            ..RunSummary::default()
        }
    }

    #[test]
    fn what_holds_a_workflow_up_is_named_and_comes_first() {
        let now: Timestamp = "2026-11-21T14:03:22Z".parse().unwrap();
        let runs = vec![
            run("clean", RunStatus::Running, 5, now),
            run("drain", RunStatus::Queued, 60, now),
            run("drain", RunStatus::Queued, 90, now),
        ];
        let active = ListRunsResponse { runs, ..<_>::default() };
        let reach = FreezeReach { reach: Some(Reach::Workflow("drain".into())) };
        let freeze = Freeze { name: "storm".into(), reach: Some(reach), ..Freeze::default() };
        let worker = Worker { connected: true, capacity: 1, leases: 1, ..Worker::default() };
        let made = |workers: &[Worker], freezes: &[Freeze]| {
            let (ended, environment) = (None, "dev");
            queues(Sources { active: &active, ended, workers, freezes, environment, now })
        };
        let lines = made(std::slice::from_ref(&worker), std::slice::from_ref(&freeze));
        let first = &lines[0];
        assert_eq!((first.workflow.as_str(), first.queued, first.tasks), ("drain", 2, 6));
        assert_eq!(first.oldest, Some(now - SignedDuration::from_secs(90)));
        assert_eq!(first.held_by, ["frozen (storm)", "workers are full"]);
        assert_eq!(lines[1].held_by, Vec::<String>::new());
        assert_eq!(made(&[], &[])[1].held_by, ["no worker"]);
    }
}
