//! The causal history as a graph of lanes: newest at the top, each operation above those that it
//! knew, one lane for each line of work that did not know of the others.

use super::data::{Conflict, Operation};

/// Lanes at most; what is beyond is drawn in the last.
const LANES_MAX: usize = 6;

/// One row: an operation, its lane, and what goes through the others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) lane: usize,
    /// For each lane: whether a line goes through it here.
    pub(crate) through: Vec<bool>,
    /// Lanes that end here: their operations knew this one.
    pub(crate) joins: Vec<usize>,
}

/// The rows, newest first. An operation comes only after every one that knew it; where that leaves
/// a choice, the one with the later time comes first, and the id decides at last.
pub(crate) fn rows(conflict: &Conflict) -> Vec<Row<'_>> {
    let mut left: Vec<&Operation> = conflict.history.iter().collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let known = |one: &Operation| left.iter().any(|other| other.parents.contains(&one.id));
        let free = left.iter().enumerate().filter(|(_, one)| !known(one));
        let next = free.max_by(|(_, a), (_, b)| (a.at, &a.id).cmp(&(b.at, &b.id)));
        // A circle can't come of operations that name what was there before them; a record that
        // has one is drawn as far as it goes.
        let Some((at, _)) = next else { break };
        order.push(left.remove(at));
    }
    lanes(order)
}

fn lanes(order: Vec<&Operation>) -> Vec<Row<'_>> {
    // What each lane waits for.
    let mut waits: Vec<Option<&str>> = Vec::new();
    let mut rows = Vec::with_capacity(order.len());
    for operation in order {
        let mut mine: Vec<usize> =
            (0..waits.len()).filter(|lane| waits[*lane] == Some(operation.id.as_str())).collect();
        if mine.is_empty() {
            let lane = waits.iter().position(Option::is_none).unwrap_or(waits.len());
            let lane = lane.min(LANES_MAX - 1);
            if lane == waits.len() {
                waits.push(None);
            }
            mine.push(lane);
        }
        let lane = mine[0];
        let joins = mine[1..].to_vec();
        for lane in &joins {
            waits[*lane] = None;
        }
        let mut parents = operation.parents.iter();
        waits[lane] = parents.next().map(String::as_str);
        let through = waits.iter().map(Option::is_some).collect();
        rows.push(Row { operation, lane, through, joins });
        for parent in parents {
            if waits.contains(&Some(parent)) {
                continue;
            }
            match waits.iter().position(Option::is_none) {
                Some(free) => waits[free] = Some(parent),
                None if waits.len() < LANES_MAX => waits.push(Some(parent)),
                None => {}
            }
        }
    }
    rows
}
