//! No change without a question: every key on every screen and layer, and long walks of keys.
//!
//! By type: the daemon is changed only by [`Effect::Change`] and [`Effect::Unlock`], both hold a
//! [`Confirmed`], and its only field is private to the widget that asks. What is left for a test is that
//! no other message than a key on an open question makes one.
//!
//! [`Confirmed`]: crate::widget::Confirmed

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

use super::{STAGES, dress::colour, stage::State};
use crate::{
    app::{Effect, Query, Ticket, model::Layer, msg::What, tests::Console},
    input::{ACTIONS, Key},
};

/// Every key there is: those of the table, and all that a keyboard has without them.
fn keys() -> Vec<KeyEvent> {
    let mut keys: Vec<KeyEvent> = (' '..='~').map(|c| KeyCode::Char(c).into()).collect();
    let control = |c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
    keys.extend(('a'..='z').map(control));
    let named = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Insert,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
    ];
    keys.extend(named.map(KeyEvent::from));
    keys.extend((1..=12).map(|n| KeyEvent::from(KeyCode::F(n))));
    keys
}

/// Keys of the table are among those that are pressed: none has a key that no walk knows.
#[test]
fn every_key_of_the_table_is_walked() {
    let all: Vec<Key> = keys().into_iter().map(Key::from).collect();
    for spec in ACTIONS {
        for keys in spec.keys {
            for key in keys.split(' ') {
                let key: Key = key.parse().unwrap();
                assert!(all.contains(&key), "{}: {key}", spec.name);
            }
        }
    }
}

const fn changes(effect: &Effect) -> bool {
    matches!(effect, Effect::Change(_) | Effect::Unlock(..))
}

/// Something happens; a change comes of it only where it is a key on an open question, or where many were
/// confirmed at once and the answer to one lets the next go.
fn happens(console: &mut Console, what: What) -> Vec<Effect> {
    let asked = matches!(console.model.layers.last(), Some(Layer::Confirm(_) | Layer::Unlock(_)));
    // Terminals send ^j and ^m for Enter, too.
    let enter = |key: &KeyEvent| {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        key.code == KeyCode::Enter || (control && matches!(key.code, KeyCode::Char('j' | 'm')))
    };
    let answer = matches!(&what, What::Key(key) if enter(key));
    let of_many = !console.model.tallies.is_empty();
    let goes_on = of_many && matches!(&what, What::Reply(Ticket::Changed(_), _));
    let told = format!("{what:?}");
    let effects = console.send(what);
    let changed = effects.iter().any(changes);
    assert!(
        !changed || (asked && answer) || goes_on,
        "{told} made a change that nobody was asked about"
    );
    effects
}

/// A key, and everything that the daemon answers to what comes of it. Gives how many changes were made.
fn press(console: &mut Console, key: KeyEvent) -> usize {
    let mut effects = happens(console, What::Key(key));
    let count = |effects: &[Effect]| effects.iter().filter(|effect| changes(effect)).count();
    let mut changed = count(&effects);
    while !effects.is_empty() {
        let said: Vec<What> =
            effects.drain(..).flat_map(|effect| console.daemon.answer(effect)).collect();
        for what in said {
            let more = happens(console, what);
            changed += count(&more);
            effects.extend(more);
        }
    }
    changed
}

/// On a screen no single key changes anything, whatever it is: at most it asks. On a question it is
/// the button alone that does.
#[test]
fn no_key_on_any_screen_changes_anything_by_itself() {
    let keys = keys();
    // A passphrase is asked for when the question was answered.
    for stage in STAGES.iter().filter(|stage| stage.name != "unlock") {
        let mut asks = 0;
        for key in &keys {
            let mut console = stage.open(State::Full, (120, 40), colour());
            let changed = press(&mut console, *key);
            assert_eq!(changed, 0, "{}: {key:?}: the focus is on keeping", stage.name);
            assert_eq!(console.daemon.changes, [], "{}: {key:?}", stage.name);
            asks += usize::from(matches!(console.model.layers.last(), Some(Layer::Confirm(_))));
            // Whatever opened, Enter does not go on: it keeps, or moves to the button.
            let enter = KeyEvent::from(KeyCode::Enter);
            let question = matches!(console.model.layers.last(), Some(Layer::Confirm(_)));
            let changed = if question { press(&mut console, enter) } else { 0 };
            assert_eq!(changed, 0, "{}: {key:?} and Enter: the focus is on keeping", stage.name);
        }
        assert!(asks < keys.len(), "{}", stage.name);
    }
}

/// Every call that a question makes reads; those that change are carried out for a confirmed change
/// alone, in one place.
#[test]
fn questions_only_read() {
    let reads = ["list_", "get_", "show_", "next_", "walk_", "graph_", "approval_", "plan_"];
    let words = [
        "authorize",
        "status",
        "doctor",
        "checkpoint",
        "consistency_proof",
        "inclusion_proof",
        "signing_keys",
        "witnesses",
        "check_tenant",
        // It always asks what would go.
        "would_forget_tenant",
    ];
    for call in Query::CALLS {
        let reading = reads.iter().any(|start| call.starts_with(start)) || words.contains(call);
        assert!(reading, "`{call}`: if it changes nothing name it here, else it is a `Mutation`");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Long walks, with the answers that are needed to get anywhere: a change is made only by Enter
    /// on a question, and the daemon hears of no other.
    #[test]
    fn no_walk_changes_anything_without_a_question(
        stage in 0..STAGES.len(),
        steps in prop::collection::vec((0..1000_usize, any::<bool>()), 1..50),
    ) {
        let keys = keys();
        let often: Vec<KeyEvent> = ["Enter", "Tab", "Right", "j", "Esc", "s", "c", "p", "a", "d"]
            .map(crate::app::tests::key).to_vec();
        let mut console = STAGES[stage].open(State::Full, (120, 40), colour());
        let mut made = 0;
        for (at, usual) in steps {
            let key = if usual { often[at % often.len()] } else { keys[at % keys.len()] };
            made += press(&mut console, key);
        }
        prop_assert_eq!(console.daemon.changes.len(), made);
    }
}
