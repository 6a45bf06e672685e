//! The action table: keymap, footer, help, palette and command line are made from it.

use super::{
    action::{Action, Spec},
    doing::DOING,
    going::GOING,
};

/// The table, in the order of the footer and the help.
pub(crate) const ACTIONS: &[Spec] = &joined::<{ DOING.len() + GOING.len() }>(DOING, GOING);

/// Where in the table the row of each action is, by the action's number. What has no row, or two, is
/// not compiled.
const ROWS: &[usize; ACTIONS.len()] = &rows();

/// The row of an action.
pub(super) const fn row(action: Action) -> &'static Spec {
    &ACTIONS[ROWS[action as usize]]
}

const fn rows() -> [usize; ACTIONS.len()] {
    const NONE: usize = usize::MAX;
    assert!(ACTIONS.len() == Action::Quit as usize + 1, "`Quit` is the last action");
    let mut rows = [NONE; ACTIONS.len()];
    let mut at = 0;
    while at < rows.len() {
        let action = ACTIONS[at].action as usize;
        assert!(rows[action] == NONE, "an action has two rows");
        rows[action] = at;
        at += 1;
    }
    rows
}

const fn joined<const ROWS: usize>(first: &[Spec], second: &[Spec]) -> [Spec; ROWS] {
    let mut all = [first[0]; ROWS];
    let mut at = 0;
    while at < ROWS {
        all[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ACTIONS;

    #[test]
    fn names_are_unique_and_moving_never_changes_anything() {
        let names: BTreeSet<&str> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        let moves = ["up", "down", "left", "right", "top", "bottom", "next-pane", "back"];
        assert!(ACTIONS.iter().filter(|s| moves.contains(&s.name)).all(|s| s.policy.is_none()));
    }
}
