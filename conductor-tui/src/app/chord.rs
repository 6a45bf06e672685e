//! Chord hints: what may follow the keys that were pressed so far, shown to whoever hesitates.

use jiff::{SignedDuration, Timestamp};

use super::{
    model::{Layer, Model},
    shared::Availability,
};
use crate::{
    input::{Action, Place},
    widget::ChordRow,
};

/// How long the second key of a chord may take before what may follow is shown.
pub(crate) const HINT_AFTER: SignedDuration = SignedDuration::from_millis(300);

/// What is shown of a chord under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hints {
    /// The keys that were pressed.
    pub(crate) typed: String,
    pub(crate) rows: Vec<ChordRow>,
}

impl Hints {
    /// What is told to somebody who sees no box.
    pub(crate) fn told(&self) -> Vec<String> {
        let row = |row: &ChordRow| match &row.refused {
            Some(why) => format!("{}: {} ({why})", row.key, row.help),
            None => format!("{}: {}", row.key, row.help),
        };
        let head = format!("after {} comes one of these; Esc drops it", self.typed);
        std::iter::once(head).chain(self.rows.iter().map(row)).collect()
    }
}

/// When the hints of the chord under way are due; nothing where they are shown already, or none is.
pub(super) fn due(model: &Model) -> Option<Timestamp> {
    let at = model.typed_at.filter(|_| !model.typed.is_empty())? + HINT_AFTER;
    (at > model.shared.now).then_some(at)
}

/// The hints, once somebody has hesitated for long enough.
pub(super) fn hints(model: &Model) -> Option<Hints> {
    let pressed = model.typed_at.filter(|_| !model.typed.is_empty())?;
    if model.shared.now < pressed + HINT_AFTER {
        return None;
    }
    let places = match model.layers.last() {
        None => model.screen().places(),
        Some(Layer::Plan(_)) => &[Place::Workflows],
        Some(_) => &[],
    };
    let mut rows = Vec::new();
    for (rest, action) in model.keymap.follows(&model.typed, places) {
        if rest.0.is_empty() {
            rows.extend(letters(model, action));
            continue;
        }
        let refused = match model.availability(action) {
            Availability::Ready => None,
            Availability::Refused(why) => Some(why),
            Availability::Absent => continue,
        };
        let help = action.spec().help.to_owned();
        rows.push(ChordRow { key: rest.to_string(), help, refused });
    }
    let typed: Vec<String> = model.typed.iter().map(ToString::to_string).collect();
    Some(Hints { typed: typed.join(" "), rows })
}

/// The letters that say what an action is done to.
fn letters(model: &Model, action: Action) -> Vec<ChordRow> {
    let saved = super::views::of_letters(model);
    let row = |key: String, help: String| ChordRow { key, help, refused: None };
    if action == Action::JumpView {
        let none = saved.is_empty().then(|| {
            let keys = model.keymap.keys(Action::KeepView).first().map(ToString::to_string);
            let how = keys.map_or_else(
                || ":view save and a letter saves one".to_owned(),
                |key| format!("{key} and a letter saves one"),
            );
            let refused = Some(how);
            ChordRow { key: "a-z".into(), help: "No view is saved under a letter".into(), refused }
        });
        let rows = saved.into_iter().map(|(letter, words)| row(letter, words));
        return rows.chain(none).collect();
    }
    let title = model.screen().title();
    let fresh = row("a-z".into(), format!("Save {title} with its filter under the letter"));
    let rows = saved.into_iter().map(|(letter, words)| row(letter, format!("In place of {words}")));
    std::iter::once(fresh).chain(rows).collect()
}
