//! Concurrency groups: which of the runs that exclude one another have their turn.

use std::collections::HashMap;

use conductor_domain::work::run::Run;
use conductor_protocol::id::RunId;

/// Runs of each group that have not ended, in the order of their starts.
#[derive(Debug, Default)]
pub(super) struct Turns {
    runs: HashMap<Group, Vec<RunId>>,
}

/// A tenant, and a group's name in it.
pub(super) type Group = (String, String);

/// The group that a run belongs to.
pub(super) fn group_of(run: &Run) -> Option<Group> {
    let turn = run.turn.as_ref()?;
    Some((run.scope.tenant.clone(), turn.group.clone()))
}

impl Turns {
    /// Those of runs that were folded from the ledger.
    pub(super) fn of<'r>(runs: impl Iterator<Item = &'r Run>) -> Self {
        let mut runs: Vec<&Run> =
            runs.filter(|run| run.turn.is_some() && !run.status.is_terminal()).collect();
        runs.sort_by_key(|run| run.seqs.first().copied());
        let mut turns = Self::default();
        runs.into_iter().for_each(|run| turns.add(run));
        turns
    }

    pub(super) fn add(&mut self, run: &Run) {
        if let Some(group) = group_of(run) {
            self.runs.entry(group).or_default().push(run.id);
        }
    }

    pub(super) fn remove(&mut self, run: &Run) {
        let Some(group) = group_of(run) else { return };
        let Some(runs) = self.runs.get_mut(&group) else { return };
        runs.retain(|id| *id != run.id);
        if runs.is_empty() {
            self.runs.remove(&group);
        }
    }

    /// The runs of a group, the oldest first.
    pub(super) fn in_group(&self, group: &Group) -> &[RunId] {
        self.runs.get(group).map_or(&[], Vec::as_slice)
    }
}
