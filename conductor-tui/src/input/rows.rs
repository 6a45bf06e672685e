//! The action table with the keys as they really are, for whoever lists it: `conductor keymap` and
//! conductor-keymap(5).

use super::{ACTIONS, KeyChanges, KeymapError, Place, keymap::Keymap};

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its name in the configuration and after `:`.
    pub name: &'static str,
    /// Its keys as they are written; none where it is only found by name.
    pub keys: Vec<String>,
    /// The keys that it has by itself.
    pub keys_shipped: &'static [&'static str],
    /// What it does, in a sentence without its point.
    pub help: &'static str,
    /// Names of the places where it works; empty for everywhere.
    pub places: Vec<String>,
    /// The policy action that the daemon asks about it, if it changes something.
    pub policy: Option<&'static str>,
}

/// Every action in the order of the footer and the help.
///
/// # Errors
///
/// Keys that can't be, or are two actions' at once.
pub fn key_rows(changes: &KeyChanges) -> Result<Vec<KeyRow>, KeymapError> {
    let keymap = Keymap::new(changes)?;
    let row = |spec: &super::Spec| KeyRow {
        name: spec.name,
        keys: keymap.keys(spec.action).iter().map(ToString::to_string).collect(),
        keys_shipped: spec.keys,
        help: spec.help,
        places: match spec.places.contains(&Place::Global) {
            true => Vec::new(),
            false => spec.places.iter().map(name).collect(),
        },
        policy: spec.policy,
    };
    Ok(ACTIONS.iter().map(row).collect())
}

/// A place's name: that of its variant, in words.
fn name(place: &Place) -> String {
    let mut name = String::new();
    for c in format!("{place:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.extend(c.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_table_with_the_keys_of_now() {
        let change = super::super::KeyChange { keys: vec!["X".into()], place: String::new() };
        let rows = key_rows(&KeyChanges::from([("cancel".to_owned(), change)])).unwrap();
        assert_eq!(rows.len(), ACTIONS.len());
        let cancel = rows.iter().find(|row| row.name == "cancel").unwrap();
        assert_eq!((cancel.keys.join(" "), cancel.keys_shipped), ("X".into(), &["c"][..]));
        assert_eq!(cancel.places[0], "run list");
        assert_eq!(cancel.policy, Some("run.cancel"));
        let quit = rows.iter().find(|row| row.name == "quit").unwrap();
        assert!(quit.places.is_empty());
    }
}
