//! Every action with its keys, a line for each place where it works.

use crate::input::{KeyChanges, key_rows};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyLine {
    /// Where it works; `everywhere` for everywhere.
    pub(super) place: String,
    pub(super) action: &'static str,
    /// As they are written, with blanks between; empty where it is only found by name.
    pub(super) keys: String,
    pub(super) help: &'static str,
    /// The file and the line that changed its keys; empty where nothing did.
    pub(super) changed: String,
}

/// All of them: first what works everywhere, then place by place in the order of the table.
pub(super) fn key_lines(changes: &KeyChanges) -> Vec<KeyLine> {
    // A keymap that can't be is no console's: it did not start.
    let rows = key_rows(changes).unwrap_or_default();
    let mut places = vec!["everywhere".to_owned()];
    let mut lines = Vec::new();
    for row in rows {
        let changed = changes.get(row.name).map(|change| change.place.clone());
        let (changed, keys) = (changed.unwrap_or_default(), row.keys.join("  "));
        let here = match row.places.is_empty() {
            true => vec![places[0].clone()],
            false => row.places,
        };
        for place in here {
            if !places.contains(&place) {
                places.push(place.clone());
            }
            let (keys, changed) = (keys.clone(), changed.clone());
            lines.push(KeyLine { place, action: row.name, keys, help: row.help, changed });
        }
    }
    let rank = |line: &KeyLine| places.iter().position(|place| *place == line.place);
    lines.sort_by_key(rank);
    lines
}
