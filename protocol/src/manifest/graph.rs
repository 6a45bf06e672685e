//! `needs` as a graph: what must have ended before what, and circles in it.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Position, Problem, Problems};
use crate::error_code::Code;

/// A task's needs as far as they exist: the needed task's index and the place that names it.
pub(super) type Needs = Vec<(usize, Position, String)>;

/// Which tasks have ended, for sure, before each one starts: its `needs`, theirs and so on.
pub(super) fn ancestors(needs: &[Needs]) -> Vec<BTreeSet<usize>> {
    (0..needs.len())
        .map(|task| {
            let mut reached = BTreeSet::new();
            let mut open: Vec<usize> = needs[task].iter().map(|need| need.0).collect();
            while let Some(next) = open.pop() {
                if reached.insert(next) {
                    open.extend(needs[next].iter().map(|need| need.0));
                }
            }
            reached
        })
        .collect()
}

/// Reports every group of tasks that wait for one another, once, by one circle through it.
pub(super) fn refuse_cycles(ids: &[&str], needs: &[Needs], problems: &mut Problems) {
    let before = ancestors(needs);
    let mut reported: BTreeSet<usize> = BTreeSet::new();
    for task in 0..needs.len() {
        if !before[task].contains(&task) || reported.contains(&task) {
            continue;
        }
        // Who waits for this task and is waited for by it forms one group with it.
        let group: BTreeSet<usize> =
            before[task].iter().copied().filter(|other| before[*other].contains(&task)).collect();
        reported.extend(&group);
        let circle = shortest_circle(task, needs, &group);
        let names: Vec<&str> = circle.iter().filter_map(|index| ids.get(*index).copied()).collect();
        let first_step =
            circle.get(1).and_then(|next| needs[task].iter().find(|(needed, ..)| needed == next));
        if let Some((_, at, path)) = first_step {
            let message = format!("tasks need one another in a circle: {}", names.join(" → "));
            let problem = Problem::new(Code::ManifestCycle, *at, path.clone(), message);
            problems.add(problem.mend("remove one of these `needs`"));
        }
    }
}

/// The shortest way from `start` along needs back to it; it begins and ends with `start`.
fn shortest_circle(start: usize, needs: &[Needs], group: &BTreeSet<usize>) -> Vec<usize> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut level = vec![start];
    while !level.is_empty() && !came_from.contains_key(&start) {
        let mut next_level = Vec::new();
        for task in level {
            for (needed, ..) in needs[task].iter().filter(|need| group.contains(&need.0)) {
                if !came_from.contains_key(needed) {
                    came_from.insert(*needed, task);
                    next_level.push(*needed);
                }
            }
        }
        level = next_level;
    }
    let mut circle = vec![start];
    let mut at = start;
    while let Some(previous) = came_from.get(&at) {
        circle.push(*previous);
        at = *previous;
        if at == start {
            break;
        }
    }
    circle.reverse();
    circle
}
