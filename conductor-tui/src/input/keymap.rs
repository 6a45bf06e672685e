//! The keymap: the action table's keys with the user's changes over them. A conflict is an error.

use std::collections::BTreeMap;

use super::{ACTIONS, Action, Chord, Key, Place};

/// What a key means, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Found(Action),
    /// The first key of a chord.
    Partial,
    Nothing,
}

/// Keys of every action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keymap {
    chords: Vec<(Action, Vec<Chord>)>,
}

impl Keymap {
    /// The table's keys, replaced for the actions that the user names.
    pub(crate) fn new(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        if let Some(unknown) = changes.keys().find(|n| ACTIONS.iter().all(|s| s.name != **n)) {
            return Err(format!("`{unknown}` in the keymap is not an action"));
        }
        let mut chords = Vec::with_capacity(ACTIONS.len());
        for spec in ACTIONS {
            let keys: Vec<&str> = match changes.get(spec.name) {
                Some(keys) => keys.iter().map(String::as_str).collect(),
                None => spec.keys.to_vec(),
            };
            let keys = keys.into_iter().map(str::parse).collect::<Result<Vec<Chord>, _>>();
            chords.push((spec.action, keys.map_err(|e| format!("{e}, for `{}`", spec.name))?));
        }
        let keymap = Self { chords };
        keymap.conflict().map_or(Ok(keymap), Err)
    }

    /// Keys of an action, for the footer and the help.
    pub(crate) fn keys(&self, action: Action) -> &[Chord] {
        self.chords
            .iter()
            .find(|(known, _)| *known == action)
            .map_or(&[], |(_, chords)| chords.as_slice())
    }

    /// What the keys typed so far mean where the focus is.
    pub(crate) fn lookup(&self, typed: &[Key], places: &[Place]) -> Lookup {
        let mut partial = false;
        for (action, chords) in &self.chords {
            if !works_in(*action, places) {
                continue;
            }
            for Chord(keys) in chords {
                if keys == typed {
                    return Lookup::Found(*action);
                }
                partial |= keys.starts_with(typed);
            }
        }
        if partial { Lookup::Partial } else { Lookup::Nothing }
    }

    /// Two actions of one place on one key, or a key that begins another's chord.
    fn conflict(&self) -> Option<String> {
        let all = || self.chords.iter().flat_map(|(a, chords)| chords.iter().map(move |c| (*a, c)));
        let clash = |((a, x), (b, y)): &((Action, &Chord), (Action, &Chord))| {
            a < b && (x.0.starts_with(&y.0) || y.0.starts_with(&x.0)) && share_a_place(*a, *b)
        };
        let mut pairs = all().flat_map(|first| all().map(move |second| (first, second)));
        pairs.find(clash).map(|((a, key), (b, _))| {
            let (a, b) = (a.spec().name, b.spec().name);
            format!("`{key}` means both `{a}` and `{b}` in the keymap")
        })
    }
}

/// Whether an action works where the focus is.
fn works_in(action: Action, places: &[Place]) -> bool {
    let works = |place: &Place| *place == Place::Global || places.contains(place);
    action.spec().places.iter().any(works)
}

fn share_a_place(a: Action, b: Action) -> bool {
    let everywhere = |action: Action| action.spec().places.contains(&Place::Global);
    everywhere(a) || everywhere(b) || a.spec().places.iter().any(|p| b.spec().places.contains(p))
}

#[cfg(test)]
mod tests {

    use super::*;

    fn changed(action: &str, keys: &[&str]) -> Result<Keymap, String> {
        let keys = keys.iter().map(|k| (*k).to_owned()).collect();
        Keymap::new(&BTreeMap::from([(action.to_owned(), keys)]))
    }

    #[test]
    fn the_shipped_keys_have_no_conflict() {
        assert_eq!(Keymap::new(&BTreeMap::new()).map(|_| ()), Ok(()));
    }

    #[test]
    fn a_chord_is_looked_up_key_by_key() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        let g: Key = "g".parse().unwrap();
        assert_eq!(keymap.lookup(&[g], &[Place::RunList]), Lookup::Partial);
        assert_eq!(keymap.lookup(&[g, g], &[Place::RunList]), Lookup::Found(Action::Top));
    }

    #[test]
    fn one_key_may_mean_two_things_in_two_places() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        let p: Key = "p".parse().unwrap();
        let of = |place| keymap.lookup(&[p], &[place]);
        assert_eq!(of(Place::Schedules), Lookup::Found(Action::PauseSchedule));
        assert_eq!(of(Place::Workflows), Lookup::Found(Action::Plan));
    }

    #[test]
    fn a_remapped_key_replaces_the_old_ones() {
        let keymap = changed("cancel", &["X"]).unwrap();
        let of = |key: &str| keymap.lookup(&[key.parse().unwrap()], &[Place::RunList]);
        assert_eq!(of("X"), Lookup::Found(Action::Cancel));
        assert_eq!(of("c"), Lookup::Nothing);
    }

    #[test]
    fn conflicts_and_unknown_names_are_refused() {
        let refused = |action: &str, key: &str| changed(action, &[key]).unwrap_err();
        assert!(refused("cancel", "r").contains("`cancel` and `rerun`"));
        assert!(refused("cancel", "g").contains("`g`"));
        assert!(refused("cansel", "x").contains("`cansel`"));
        assert!(refused("cancel", "Hyper").contains("`Hyper`"));
    }
}
