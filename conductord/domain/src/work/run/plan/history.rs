//! How long things took before: what finished runs say of a workflow and of its tasks.

use std::{collections::BTreeMap, sync::Arc};

use crate::work::{
    run::{Run, RunStatus},
    task::{Role, Task, TaskStatus},
};

/// How long something takes, by those that have ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Half of them took at most so long, in milliseconds.
    pub p50_ms: u64,
    /// Nine of ten took at most so long, in milliseconds.
    pub p90_ms: u64,
    /// How many there were.
    pub samples: u32,
}

/// What the last finished runs of a workflow were like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// How many were looked at.
    pub runs: u32,
    /// How many of them succeeded.
    pub succeeded: u32,
    /// Whole runs that succeeded, their waits for people included.
    pub whole: Option<Span>,
    /// By the task's id; an instance counts for its task, a health check has `.health` behind it.
    pub tasks: BTreeMap<String, Span>,
}

impl Span {
    fn of(mut samples: Vec<u64>) -> Option<Self> {
        samples.sort_unstable();
        let rank = |percent: usize| {
            let place = (samples.len() * percent).div_ceil(100).saturating_sub(1);
            samples.get(place).copied()
        };
        let (p50_ms, p90_ms) = (rank(50)?, rank(90)?);
        let samples = u32::try_from(samples.len()).unwrap_or(u32::MAX);
        Some(Self { p50_ms, p90_ms, samples })
    }
}

impl History {
    /// What these runs say. Those that have not ended, only undid something or kept what an earlier
    /// run had done say nothing of a whole run.
    #[must_use]
    pub fn of(runs: &[Arc<Run>]) -> Self {
        let mut history = Self::default();
        let mut whole = Vec::new();
        let mut tasks: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for run in runs.iter().filter(|run| run.status.is_terminal() && !run.undo_only) {
            history.runs += 1;
            history.succeeded += u32::from(run.status == RunStatus::Succeeded);
            if run.status == RunStatus::Succeeded
                && run.kept.is_empty()
                && let Some(end) = run.ended_at
            {
                whole.push(end.ms_since(run.started_at));
            }
            for task in &run.tasks {
                let Some(took) = took_ms(task) else { continue };
                let id = task.id.split('[').next().unwrap_or_default();
                match task.role {
                    // Taken: the group's own id holds no attempts.
                    Role::Plain | Role::Instance | Role::Health => {
                        tasks.entry(id.to_owned()).or_default().push(took);
                    }
                    Role::Undo => {}
                }
            }
        }
        history.whole = Span::of(whole);
        history.tasks =
            tasks.into_iter().filter_map(|(id, took)| Some((id, Span::of(took)?))).collect();
        history
    }
}

/// From the beginning of its first attempt to the end of its last, for a task that succeeded.
fn took_ms(task: &Task) -> Option<u64> {
    let (first, last) = (task.attempts.first()?, task.attempts.last()?);
    let (end, _) = last.end.filter(|_| task.status == TaskStatus::Succeeded)?;
    Some(end.ms_since(first.started_at))
}
