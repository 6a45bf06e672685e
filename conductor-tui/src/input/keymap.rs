//! The keymap: the action table's keys with the user's changes over them. A conflict is an error.

use std::collections::BTreeMap;

use super::{ACTIONS, Action, Chord, Key, Place, Spec, table::row};

/// Names that are suggested differ by so many letters at most, and by less than half of them.
const SLIPS_MAX: usize = 3;

/// Keys that somebody chose for an action, instead of the table's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyChange {
    /// As they are written: `X`, `^x`, `g g`; none take the action off the keyboard.
    pub keys: Vec<String>,
    /// Where it says so, such as a file and its line; empty where nobody can look.
    pub place: String,
}

/// By the action's name.
pub type KeyChanges = BTreeMap<String, KeyChange>;

impl KeyChange {
    fn say(&self, what: &str) -> String {
        if self.place.is_empty() { what.to_owned() } else { format!("{}: {what}", self.place) }
    }
}

/// Everything that is wrong with a keymap, a line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct KeymapError(pub Vec<String>);

/// What a key means, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Found(Action),
    /// An action that takes a letter, and the letter.
    Letter(Action, char),
    /// The first key of a chord.
    Partial,
    Nothing,
}

impl Action {
    /// Its row.
    pub(crate) const fn spec(self) -> &'static Spec {
        row(self)
    }
}

/// Keys of every action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keymap {
    chords: Vec<(Action, Vec<Chord>)>,
}

impl Keymap {
    /// The table's keys, replaced for the actions that the user names.
    pub(crate) fn new(changes: &KeyChanges) -> Result<Self, KeymapError> {
        let mut wrong = Vec::new();
        for (name, change) in changes {
            if ACTIONS.iter().all(|spec| spec.name != *name) {
                wrong.push(change.say(&unknown(name)));
            }
        }
        let mut chords = Vec::with_capacity(ACTIONS.len());
        for spec in ACTIONS {
            let change = changes.get(spec.name);
            let keys: Vec<&str> = match change {
                Some(change) => change.keys.iter().map(String::as_str).collect(),
                None => spec.keys.to_vec(),
            };
            let mut read = Vec::with_capacity(keys.len());
            for key in keys {
                match key.parse() {
                    Ok(chord) => read.push(chord),
                    Err(problem) => {
                        let problem: String = problem;
                        let text = format!("{problem}, for `{}`", spec.name);
                        wrong.push(change.map_or(text.clone(), |change| change.say(&text)));
                    }
                }
            }
            chords.push((spec.action, read));
        }
        let keymap = Self { chords };
        wrong.extend(keymap.conflicts(changes));
        if wrong.is_empty() { Ok(keymap) } else { Err(KeymapError(wrong)) }
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
                if action.takes_letter() {
                    let letter = typed.strip_prefix(keys.as_slice());
                    match letter.map(|rest| (rest, rest.first().and_then(|key| key.letter()))) {
                        Some(([_], Some(letter))) => return Lookup::Letter(*action, letter),
                        Some(([], _)) => partial = true,
                        _ => partial |= keys.starts_with(typed),
                    }
                    continue;
                }
                if keys == typed {
                    return Lookup::Found(*action);
                }
                partial |= keys.starts_with(typed);
            }
        }
        if partial { Lookup::Partial } else { Lookup::Nothing }
    }

    /// What may follow the keys typed so far where the focus is: what is left of each chord, and what it
    /// means. Nothing is left of the chord of an action that a letter follows.
    pub(crate) fn follows(&self, typed: &[Key], places: &[Place]) -> Vec<(Chord, Action)> {
        let here = self.chords.iter().filter(|(action, _)| works_in(*action, places));
        let all = here.flat_map(|(action, chords)| chords.iter().map(move |it| (it, *action)));
        all.filter_map(|(Chord(keys), action)| {
            let rest = keys.strip_prefix(typed)?;
            (!rest.is_empty() || action.takes_letter()).then(|| (Chord(rest.to_vec()), action))
        })
        .collect()
    }

    /// Two actions of one place on one key, or a key that begins another's chord; each pair of
    /// actions once, with the lines that say so.
    fn conflicts(&self, changes: &KeyChanges) -> Vec<String> {
        let mut found = Vec::new();
        for (at, (a, chords)) in self.chords.iter().enumerate() {
            for (b, others) in &self.chords[at + 1..] {
                if !share_a_place(*a, *b) {
                    continue;
                }
                let clash = chords.iter().find_map(|x| {
                    let begins = |y: &&Chord| x.0.starts_with(&y.0) || y.0.starts_with(&x.0);
                    others.iter().find(begins).map(|y| (x, y))
                });
                found.extend(clash.map(|(x, y)| conflict((*a, x), (*b, y), changes)));
            }
        }
        found
    }
}

/// Says what two actions have in common, where, and what would mend it.
fn conflict((a, x): (Action, &Chord), (b, y): (Action, &Chord), changes: &KeyChanges) -> String {
    let (a, b) = (a.spec().name, b.spec().name);
    let what = if x == y {
        format!("`{x}` means both `{a}` and `{b}`")
    } else {
        format!("`{x}` of `{a}` and `{y}` of `{b}` begin alike")
    };
    let change = |name: &str| changes.get(name);
    let mend = match (change(a), change(b)) {
        (Some(_), None) => {
            format!(": give `{b}` another key, too, as `{b} = [\"…\"]`, or none: `[]`")
        }
        (None, Some(_)) => {
            format!(": give `{a}` another key, too, as `{a} = [\"…\"]`, or none: `[]`")
        }
        _ => ": one of them needs another key".to_owned(),
    };
    let places: Vec<&str> = [a, b]
        .into_iter()
        .filter_map(change)
        .map(|change| change.place.as_str())
        .filter(|place| !place.is_empty())
        .collect();
    match places.as_slice() {
        [] => format!("{what}{mend}"),
        places => format!("{}: {what}{mend}", places.join(" and ")),
    }
}

fn unknown(name: &str) -> String {
    let slips = |known: &str| strsim::damerau_levenshtein(known, name);
    let close = |known: &&str| slips(known) <= SLIPS_MAX && slips(known) * 2 < name.chars().count();
    let names = ACTIONS.iter().map(|spec| spec.name);
    match names.min_by_key(|known| slips(known)).filter(close) {
        Some(near) => format!("`{name}` is not an action, did you mean `{near}`?"),
        None => format!("`{name}` is not an action; `conductor keymap` lists them"),
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

    fn changed(changes: &[(&str, &[&str])]) -> Result<Keymap, String> {
        let change = |(at, (action, keys)): (usize, &(&str, &[&str]))| {
            let keys = keys.iter().map(|k| (*k).to_owned()).collect();
            let place = format!("config.toml, line {}", at + 1);
            ((*action).to_owned(), KeyChange { keys, place })
        };
        let changes = changes.iter().enumerate().map(change).collect();
        Keymap::new(&changes).map_err(|error| error.to_string())
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
    fn some_actions_take_a_letter() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        let lookup = |keys: &str| {
            let keys: Vec<Key> = keys.split(' ').map(|key| key.parse().unwrap()).collect();
            keymap.lookup(&keys, &[Place::RunList])
        };
        assert_eq!(lookup("'"), Lookup::Partial);
        assert_eq!(lookup("' g"), Lookup::Letter(Action::JumpView, 'g'));
        assert_eq!(lookup("\" z"), Lookup::Letter(Action::KeepView, 'z'));
        for keys in ["' G", "' ^g", "' 1", "' Esc", "' '", "' g g"] {
            assert_eq!(lookup(keys), Lookup::Nothing, "{keys}");
        }
        let keymap = changed(&[("jump-view", &["q v"]), ("quit", &[])]).unwrap();
        let keys: Vec<Key> = ["q", "v", "a"].iter().map(|key| key.parse().unwrap()).collect();
        assert_eq!(keymap.lookup(&keys[..1], &[]), Lookup::Partial);
        assert_eq!(keymap.lookup(&keys[..2], &[]), Lookup::Partial);
        assert_eq!(keymap.lookup(&keys, &[]), Lookup::Letter(Action::JumpView, 'a'));
        assert!(changed(&[("cancel", &["' c"])]).is_err(), "a letter follows there already");
    }

    #[test]
    fn what_follows_is_what_is_left_of_the_chords_that_work_here() {
        let keymap = changed(&[("cancel", &["g c"])]).unwrap();
        let g: Key = "g".parse().unwrap();
        let follows = |place| -> Vec<(String, Action)> {
            let all = keymap.follows(&[g], &[place]);
            all.into_iter().map(|(rest, action)| (rest.to_string(), action)).collect()
        };
        let top = ("g".to_owned(), Action::Top);
        assert_eq!(follows(Place::RunList), [("c".to_owned(), Action::Cancel), top.clone()]);
        assert_eq!(follows(Place::Settings), [top]);
        let letter = keymap.follows(&["'".parse().unwrap()], &[Place::RunList]);
        assert_eq!(letter, [(Chord(Vec::new()), Action::JumpView)]);
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
        let keymap = changed(&[("cancel", &["X", "F9"])]).unwrap();
        let of = |key: &str| keymap.lookup(&[key.parse().unwrap()], &[Place::RunList]);
        assert_eq!(of("X"), Lookup::Found(Action::Cancel));
        assert_eq!(of("F9"), Lookup::Found(Action::Cancel));
        assert_eq!(of("c"), Lookup::Nothing);
        let keymap = changed(&[("cancel", &[])]).unwrap();
        assert_eq!(keymap.keys(Action::Cancel), []);
    }

    #[test]
    fn two_actions_can_exchange_their_keys() {
        let keymap = changed(&[("cancel", &["r"]), ("rerun", &["c"])]).unwrap();
        let r: Key = "r".parse().unwrap();
        assert_eq!(keymap.lookup(&[r], &[Place::RunList]), Lookup::Found(Action::Cancel));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_mend() {
        let refused = |changes: &[(&str, &[&str])]| changed(changes).unwrap_err();
        insta::assert_snapshot!(refused(&[("cancel", &["r"])]), @r#"config.toml, line 1: `r` means both `cancel` and `rerun`: give `rerun` another key, too, as `rerun = ["…"]`, or none: `[]`"#);
        insta::assert_snapshot!(
            refused(&[("cancel", &["F7"]), ("rerun", &["F7"])]),
            @"config.toml, line 1 and config.toml, line 2: `F7` means both `cancel` and `rerun`: one of them needs another key"
        );
        insta::assert_snapshot!(refused(&[("cancel", &["g"])]), @r#"config.toml, line 1: `g` of `cancel` and `g g` of `top` begin alike: give `top` another key, too, as `top = ["…"]`, or none: `[]`"#);
        insta::assert_snapshot!(refused(&[("cansel", &["X"]), ("quit", &["Hyper"])]), @r"
        config.toml, line 1: `cansel` is not an action, did you mean `cancel`?
        config.toml, line 2: `Hyper` is not a key: a sign, `^x`, `A-x` or a name such as `PgDn`, for `quit`
        ");
        assert!(refused(&[("make-tea", &["X"])]).contains("`conductor keymap` lists them"));
    }
}
