//! The rows of both lists as they are arranged, and the cursors, which stay on theirs.

use conductor_protocol::{needles::Needles, v1::Worker};

use super::{
    columns::{queue_key, worker_key},
    lines::{Queue, Sources, queues},
    screen::{Focus, QueuesScreen, Seen},
};
use crate::{
    app::Shared,
    columns::{Arrangement, places},
};

impl QueuesScreen {
    /// The workflows with runs under way that match; nothing before they were read.
    pub(super) fn queues(&self, shared: &Shared) -> Option<Vec<Queue>> {
        let active = self.active.as_ref()?;
        let workers = self.workers.as_ref().map(|heard| heard.workers.as_slice());
        let mut lines = queues(Sources {
            active,
            ended: self.ended.as_ref(),
            workers: workers.unwrap_or_default(),
            freezes: &shared.freezes,
            environment: &shared.scope.environment,
            now: shared.data_now(),
        });
        if workers.is_none() {
            // Nothing is said of workers that were not told of.
            lines.iter_mut().for_each(|line| line.held_by.retain(|why| why != "no worker"));
        }
        let key = |at: usize, column: &str| queue_key(&lines[at], at, column);
        let order = places(&self.columns.queues, lines.len(), key);
        let mut lines: Vec<Option<Queue>> = lines.into_iter().map(Some).collect();
        let lines = order.into_iter().filter_map(|at| lines[at].take());
        Some(lines.filter(|line| self.matches(&line.workflow)).collect())
    }

    /// The workers that match.
    pub(super) fn workers(&self) -> Vec<&Worker> {
        let all = self.workers.as_ref().map_or(&[][..], |heard| &heard.workers);
        let text =
            |one: &Worker| format!("{} {} {}", one.worker_id, one.name, one.executors.join(" "));
        let key = |at: usize, column: &str| worker_key(&all[at], column);
        let order = places(&self.columns.workers, all.len(), key);
        order.into_iter().map(|at| &all[at]).filter(|one| self.matches(&text(one))).collect()
    }

    pub(super) fn seen(&self) -> Seen {
        Seen { focus: self.focus, wide: self.front_columns().is_wide() }
    }

    /// How the list with the focus is arranged.
    const fn front_columns(&self) -> &Arrangement {
        match self.focus {
            Focus::Queues => &self.columns.queues,
            Focus::Workers => &self.columns.workers,
        }
    }

    /// Changes the rows: the cursors stay on theirs, and those on their lines.
    pub(super) fn keeping<T>(
        &mut self,
        shared: &mut Shared,
        change: impl FnOnce(&mut Self, &mut Shared) -> T,
    ) -> T {
        let of = |screen: &Self, shared: &Shared| {
            let line = screen.queues(shared).unwrap_or_default();
            let worker =
                screen.workers().get(screen.worker_at.cursor).map(|one| one.worker_id.clone());
            (line.into_iter().nth(screen.queue_at.cursor).map(|line| line.workflow), worker)
        };
        let (line, worker) = of(self, shared);
        let changed = change(self, shared);
        let lines = self.queues(shared).unwrap_or_default();
        if let Some(at) = lines.iter().position(|now| Some(&now.workflow) == line.as_ref()) {
            self.queue_at.follow(at);
        }
        let at = self.workers().iter().position(|now| Some(&now.worker_id) == worker.as_ref());
        if let Some(at) = at {
            self.worker_at.follow(at);
        }
        changed
    }

    fn matches(&self, text: &str) -> bool {
        Needles::new(&self.filter).matches(text)
    }
}
