//! One run as it happens: its state, its timeline, the chosen task and that task's output.

use std::collections::VecDeque;

use conductor_protocol::v1::{
    Run, RunStatus, Task, TaskRole, TaskStatus, TimelineEntry, WatchRunRequest, WatchRunResponse,
};
use jiff::Timestamp;

use super::chart::Chart;
use crate::{
    app::{Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Shared},
    log::{Log, Shape},
    widget::Scroll,
};

/// Entries kept of a timeline; the ledger has all.
const TIMELINE_MAX: usize = 1_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct OpenRun {
    pub(crate) run_id: String,
    pub(super) feed: Option<FeedId>,
    seq: u64,
    pub(crate) run: Option<Run>,
    pub(crate) timeline: VecDeque<TimelineEntry>,
    pub(crate) fault: Option<Fault>,
    /// Nothing more will come.
    last: bool,
    /// The tasks on their time axis; its cursor is on the chosen one.
    pub(super) chart: Chart,
    /// When news of it last came.
    pub(super) heard_at: Option<Timestamp>,
    /// The operator chose the task; until then the console shows the one that matters.
    chose_task: bool,
    pub(crate) log: Log,
    pub(crate) relations: Scroll,
}

/// Whether a run can't change any more.
pub(crate) fn is_ended(status: RunStatus) -> bool {
    use RunStatus::{Cancelled, Failed, Succeeded, TimedOut};
    matches!(status, Succeeded | Failed | Cancelled | TimedOut)
}

impl OpenRun {
    pub(crate) fn new(run_id: &str) -> Self {
        Self { run_id: run_id.to_owned(), ..Self::default() }
    }

    pub(crate) fn task_list(&self) -> &[Task] {
        self.run.as_ref().map_or(&[], |run| &run.tasks)
    }

    pub(crate) fn task(&self) -> Option<&Task> {
        self.task_list().get(self.chart.task()?)
    }

    /// Whether a task stands for its instances, and runs nowhere itself.
    pub(crate) fn is_group(&self, task: &Task) -> bool {
        let of_it = |other: &Task| other.role() == TaskRole::Instance && other.group_id == task.id;
        self.task_list().iter().any(of_it)
    }

    /// The task that waits for an answer: the chosen one, else the first.
    pub(crate) fn held(&self) -> Option<&Task> {
        let waits = |task: &&Task| !task.answers.is_empty();
        self.task().filter(waits).or_else(|| self.task_list().iter().find(waits))
    }

    /// Subscribes to what is shown and not subscribed yet.
    pub(crate) fn watch(&mut self, shared: &mut Shared) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.feed.is_none() && !self.last && self.fault.is_none() && shared.link.is_live() {
            let id = shared.feed_id();
            self.feed = Some(id);
            let request = WatchRunRequest {
                scope: Some(shared.scope.clone()),
                run_id: self.run_id.clone(),
                after_seq: self.seq,
                with_receipt: true,
            };
            effects.push(Effect::Watch(id, Feed::Run(request)));
        }
        effects.extend(self.watch_log(shared));
        effects
    }

    pub(crate) fn unwatch(&mut self) -> Vec<Effect> {
        let feed = self.feed.take().map(Effect::Unwatch);
        feed.into_iter().chain(self.log.unwatch()).collect()
    }

    /// Makes the log that of the chosen task's newest attempt.
    pub(crate) fn watch_log(&mut self, shared: &mut Shared) -> Vec<Effect> {
        let newest = |task: &Task| task.attempts.last().map_or(0, |attempt| attempt.number);
        let Some((id, attempt)) = self.task().map(|task| (task.id.clone(), newest(task))) else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        if !self.log.is_of(&id, attempt) {
            effects.extend(self.log.unwatch());
            self.log = Log::new(&id, attempt);
        }
        if attempt > 0 {
            effects.extend(self.log.watch(&self.run_id, shared));
        }
        effects
    }

    /// The task is the operator's choice from here on.
    pub(crate) const fn chose(&mut self) {
        self.chose_task = true;
    }

    /// Takes news that belongs to it; says whether it did.
    pub(crate) fn take(&mut self, id: FeedId, news: &FeedNews, now: Timestamp) -> bool {
        let of_run = self.feed == Some(id);
        match news {
            FeedNews::Run(news) if of_run => {
                self.heard_at = Some(now);
                self.take_run(news);
            }
            FeedNews::Ended(fault) if of_run => self.feed_ended(fault.as_ref()),
            _ if self.log.hear(id, news) => {
                // Nothing is looked for here: it only lets go of what is gone.
                self.log.settle(now, Shape::default());
            }
            _ => return false,
        }
        true
    }

    fn feed_ended(&mut self, fault: Option<&Fault>) {
        self.feed = None;
        match fault {
            Some(fault) if fault.kind != FaultKind::Unreachable => self.fault = Some(fault.clone()),
            Some(_) => {}
            None => {
                self.last = self.run.as_ref().is_some_and(|run| {
                    run.summary.as_ref().is_some_and(|summary| is_ended(summary.status()))
                })
            }
        }
    }

    fn take_run(&mut self, news: &WatchRunResponse) {
        for entry in &news.entries {
            // After a reconnect the same entries may come again.
            if self.timeline.back().is_none_or(|known| known.seq < entry.seq) {
                self.timeline.push_back(entry.clone());
            }
        }
        while self.timeline.len() > TIMELINE_MAX {
            self.timeline.pop_front();
        }
        if let Some(run) = &news.run {
            // Instances come in between: the cursor stays with its task.
            let entries: Vec<&TimelineEntry> = self.timeline.iter().collect();
            self.chart.take(self.run.as_ref(), run, &entries);
            self.run = Some(run.clone());
        }
        self.seq = self.seq.max(news.seq);
        self.last |= news.last;
        if let Some(run) = self.run.as_ref().filter(|_| !self.chose_task) {
            let now = self.chart.task().unwrap_or(0);
            let matters = task_that_matters(&run.tasks, now);
            if matters != now {
                self.chart.choose(run, matters, None);
            }
        }
    }
}

/// The running task, else the one that waits for an answer, else the one that failed, else the
/// last that ran; stays where it is while that is still running.
fn task_that_matters(tasks: &[Task], now: usize) -> usize {
    let is = |status: TaskStatus| move |task: &Task| task.status() == status;
    // A group runs while its instances do: they have the attempts.
    let works = |task: &Task| task.status() == TaskStatus::Running && !task.attempts.is_empty();
    if tasks.get(now).is_some_and(works) {
        return now;
    }
    let running = tasks.iter().position(works);
    let held = || tasks.iter().position(is(TaskStatus::Held));
    let failed = |task: &Task| matches!(task.status(), TaskStatus::Failed | TaskStatus::TimedOut);
    let ran = || tasks.iter().rposition(|task| !task.attempts.is_empty());
    let failed = || tasks.iter().position(failed);
    running.or_else(held).or_else(failed).or_else(ran).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::Attempt;

    use super::*;

    fn tasks(states: &[TaskStatus]) -> Vec<Task> {
        let task = |status: &TaskStatus| {
            let attempts = match status {
                TaskStatus::Waiting | TaskStatus::Held => Vec::new(),
                _ => vec![Attempt::default()],
            };
            Task { status: *status as i32, attempts, ..Task::default() }
        };
        states.iter().map(task).collect()
    }

    #[test]
    fn the_shown_task_is_the_one_that_matters() {
        use TaskStatus::{Failed, Held, Running, Succeeded, Waiting};
        let table = [
            (&[Succeeded, Running, Waiting][..], 0, 1),
            (&[Succeeded, Running, Running], 2, 2),
            (&[Succeeded, Failed, Waiting], 0, 1),
            (&[Waiting, Waiting], 1, 0),
            (&[Failed, Held, Waiting], 0, 1),
            (&[Held, Running], 0, 1),
            (&[], 4, 0),
        ];
        for (states, now, expected) in table {
            assert_eq!(task_that_matters(&tasks(states), now), expected, "{states:?}");
        }
    }
}
