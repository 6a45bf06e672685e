//! Chord hints: what may follow is shown to whoever hesitates, and only to them.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    Console, looks,
    pictures::{compare, styles},
};
use crate::{
    app::{chord::HINT_AFTER, chord::hints},
    input::{KeyChange, Keymap},
};

fn remapped(console: &mut Console, action: &str, keys: &[&str]) {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let change = KeyChange { keys, ..KeyChange::default() };
    let changes = BTreeMap::from([(action.to_owned(), change)]);
    console.model.keymap = Keymap::new(&changes).unwrap();
}

fn rows(console: &Console) -> Vec<(String, String)> {
    let rows = hints(&console.model).map(|hints| hints.rows).unwrap_or_default();
    rows.into_iter().map(|row| (row.key, row.help)).collect()
}

#[test]
fn hints_come_after_a_while_and_wake_nobody_otherwise() {
    let mut console = Console::live((80, 24));
    let idle = console.model.next_wake();
    console.press("g");
    assert!(hints(&console.model).is_none());
    let due = console.model.shared.now + HINT_AFTER;
    assert_eq!(console.model.next_wake(), due.min(idle));
    console.pass(HINT_AFTER - SignedDuration::from_millis(1));
    assert!(hints(&console.model).is_none());
    console.pass(SignedDuration::from_millis(1));
    assert_eq!(rows(&console), [("g".to_owned(), "To the first".to_owned())]);
    assert_eq!(console.model.next_wake(), idle, "once shown it wants no more");
    console.press("g");
    assert!(hints(&console.model).is_none());
    assert!(console.model.typed.is_empty());
}

#[test]
fn escape_drops_the_chord_and_goes_nowhere() {
    let mut console = Console::live((80, 24));
    console.press("Enter g");
    console.pass(HINT_AFTER);
    assert!(console.text().contains("Esc drops it"), "{}", console.text());
    let places = console.model.screen().places();
    console.press("Esc");
    assert!(!console.text().contains("Esc drops it"));
    assert_eq!(console.model.screen().places(), places);
    // A key that continues nothing drops it, too, and is nothing else meanwhile.
    console.press("g c");
    assert!(console.model.layers.is_empty() && console.model.typed.is_empty());
    assert!(console.model.changed, "what was typed is to be seen no more");
}

#[test]
fn escape_in_the_help_drops_the_chord_before_it_closes_the_help() {
    let mut console = Console::live((80, 24));
    console.press("? g");
    console.pass(HINT_AFTER);
    assert_eq!(rows(&console).len(), 1);
    console.press("Esc");
    assert_eq!(console.model.layers.len(), 1);
    console.press("Esc");
    assert!(console.model.layers.is_empty());
}

#[test]
fn only_what_works_here_is_named_with_its_real_keys() {
    let mut console = Console::live((80, 24));
    console.press("s");
    console.pass(HINT_AFTER);
    assert_eq!(rows(&console), [], "it is no chord in the list of runs");
    console.press("Esc L s");
    console.pass(HINT_AFTER);
    let keys: Vec<String> = rows(&console).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["0", "1", "2", "3", "4"]);
}

#[test]
fn a_remapped_chord_appears_with_the_keys_that_it_has() {
    let mut console = Console::live((80, 24));
    remapped(&mut console, "quit", &["Q q"]);
    console.press("Q");
    console.pass(HINT_AFTER);
    assert_eq!(rows(&console), [("q".to_owned(), "Leave the console".to_owned())]);
    assert!(console.text().contains("after Q"), "{}", console.text());
}

#[test]
fn what_is_refused_says_why() {
    let mut console = Console::live((80, 24));
    remapped(&mut console, "cancel", &["Q c"]);
    console.disconnect();
    console.press("Q");
    console.pass(HINT_AFTER);
    let hints = hints(&console.model).unwrap();
    let why = hints.rows[0].refused.as_deref().unwrap_or_default();
    assert!(why.contains("not connected"), "{hints:?}");
    assert!(hints.told()[1].contains("(not connected"), "{:?}", hints.told());
}

#[test]
fn it_is_the_same_with_reduced_motion() {
    let mut look = looks("dark", false);
    look.reduced_motion = true;
    let mut console = Console::with((80, 24), look, "dev");
    console.connect();
    console.press("g");
    console.pass(HINT_AFTER);
    assert_eq!(rows(&console).len(), 1);
}

#[test]
fn hints_in_every_size_and_look() {
    for (size, ascii) in
        [((40, 12), false), ((80, 24), false), ((120, 40), false), ((80, 24), true)]
    {
        let mut console = Console::with(size, looks("dark", ascii), "prod");
        console.connect();
        console.press("L s");
        console.pass(HINT_AFTER);
        let set = if ascii { "-ascii" } else { "" };
        compare(&format!("chord-{}x{}{set}", size.0, size.1), &console.text());
    }
    let mut console = Console::with((80, 24), looks("mono", false), "prod");
    console.connect();
    console.press("\"");
    console.pass(HINT_AFTER);
    compare("chord-mono", &format!("{}\n{}", console.text(), styles(&console)));
}
