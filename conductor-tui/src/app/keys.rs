//! Keys while nothing lies over the screen.

use crossterm::event::KeyEvent;

use super::{effect::Effect, layers, model::Model, update::act, views};
use crate::input::{Action, Key, Lookup};

/// `waits_to_be_drawn`: something has changed before that no frame has shown so far.
pub(super) fn pressed(model: &mut Model, key: KeyEvent, waits_to_be_drawn: bool) -> Vec<Effect> {
    let as_key = Key::from(key);
    // These two work whatever takes the keys.
    for action in [Action::Suspend, Action::Redraw] {
        if model.keymap.keys(action).iter().any(|chord| chord.0 == [as_key]) {
            return act(model, action);
        }
    }
    if !model.layers.is_empty() {
        return layers::on_key(model, key);
    }
    let begun = !model.typed.is_empty();
    model.typed.push(as_key);
    let places = model.screen().places();
    let lookup = model.keymap.lookup(&model.typed, places);
    if lookup != Lookup::Partial {
        model.typed.clear();
    }
    match lookup {
        Lookup::Partial => Vec::new(),
        Lookup::Nothing => {
            // The keys of a chord that was dropped are shown no more.
            model.changed = waits_to_be_drawn || begun;
            Vec::new()
        }
        Lookup::Letter(action, letter) => views::by_letter(model, action, letter),
        Lookup::Found(action) => act(model, action),
    }
}
