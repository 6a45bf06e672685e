//! Tasks that may start, oldest first, by the executor that they want.

use std::collections::{HashMap, HashSet, VecDeque};

use conductor_protocol::id::RunId;

/// A task by its run and its place in the manifest.
pub(super) type Place = (RunId, usize);

/// See the module. Bounded by the tasks of the runs that have not ended.
#[derive(Debug, Default)]
pub(super) struct Queue {
    by_executor: HashMap<String, VecDeque<Place>>,
    queued: HashSet<Place>,
}

impl Queue {
    /// Puts a task at the end, unless it waits already.
    pub(super) fn push(&mut self, executor: &str, place: Place) {
        if !self.queued.insert(place) {
            return;
        }
        match self.by_executor.get_mut(executor) {
            Some(line) => line.push_back(place),
            None => {
                self.by_executor.insert(executor.to_owned(), VecDeque::from([place]));
            }
        }
    }

    /// Takes the task that waited longest.
    pub(super) fn pop(&mut self, executor: &str) -> Option<Place> {
        let place = self.by_executor.get_mut(executor)?.pop_front()?;
        self.queued.remove(&place);
        Some(place)
    }

    /// Executors that tasks wait for, in a stable order.
    pub(super) fn wanted(&self) -> Vec<String> {
        let waiting = self.by_executor.iter().filter(|(_, line)| !line.is_empty());
        let mut names: Vec<String> = waiting.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// The run of each task that waits, in no order.
    pub(super) fn runs(&self) -> impl Iterator<Item = RunId> {
        self.queued.iter().map(|(run, _)| *run)
    }

    /// Tasks that wait.
    pub(super) fn len(&self) -> usize {
        self.queued.len()
    }
}
