//! The action table: keymap, footer, help, palette and command line are made from it.

use super::{action::Spec, doing::DOING, going::GOING};

/// The table, in the order of the footer and the help.
pub(crate) const ACTIONS: &[Spec] = &joined::<{ DOING.len() + GOING.len() }>(DOING, GOING);

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

    use super::{super::action::*, ACTIONS};

    #[test]
    fn every_action_has_exactly_one_row() {
        let rows: BTreeSet<Action> = ACTIONS.iter().map(|spec| spec.action).collect();
        assert_eq!(rows.len(), ACTIONS.len());
        // `Quit` is the last variant, so this counts the enum.
        assert_eq!(rows.len(), Action::Quit as usize + 1);
    }

    #[test]
    fn names_are_unique_and_moving_never_changes_anything() {
        let names: BTreeSet<&str> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        let moves = ["up", "down", "left", "right", "top", "bottom", "next-pane", "back"];
        assert!(ACTIONS.iter().filter(|s| moves.contains(&s.name)).all(|s| s.policy.is_none()));
    }
}
