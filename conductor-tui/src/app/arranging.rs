//! How the list in front is arranged: what it is sorted by, which columns it shows and in which order. It
//! holds at once, and is kept for this daemon and tenant.

use crossterm::event::KeyEvent;

use super::{
    effect::Effect,
    kept::Keep,
    messages::Level,
    model::{Layer, Model},
    update::{carry_all, say},
};
use crate::{
    columns::{Arrangement, Kept, Sort},
    widget::{Chooser, Chosen},
};

/// Opens what the columns are chosen in.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(arrangement) = arrangement(model) else { return none(model) };
    model.layers.push(Layer::Columns(Chooser::new(&arrangement)));
    Vec::new()
}

/// A key while it is open.
pub(super) fn on_key(model: &mut Model, mut chooser: Chooser, key: KeyEvent) -> Vec<Effect> {
    let Some(arrangement) = arrangement(model) else { return Vec::new() };
    let height = model.shared.size.1;
    let chosen = chooser.on_key(key, &arrangement, height);
    if chosen != Chosen::Closed {
        model.layers.push(Layer::Columns(chooser));
    }
    match chosen {
        Chosen::Arranged(arrangement) => arrange(model, *arrangement),
        Chosen::Refused(why) => say(model, Level::Warn, why, ""),
        Chosen::Closed | Chosen::Nothing => Vec::new(),
    }
}

/// Gives the list the whole window, or gives it back.
pub(super) fn widen(model: &mut Model) -> Vec<Effect> {
    let Some(mut arrangement) = arrangement(model) else { return none(model) };
    arrangement.widen(!arrangement.is_wide());
    arrange(model, arrangement)
}

/// Sorts by a column, named `took` or `took:asc`.
pub(super) fn sort(model: &mut Model, column: &str, direction: &str) -> Vec<Effect> {
    let Some(mut arrangement) = arrangement(model) else { return none(model) };
    let text =
        if direction.is_empty() { column.to_owned() } else { format!("{column}:{direction}") };
    match Sort::read(arrangement.table(), &text) {
        Ok(sort) => {
            arrangement.sort_by(sort);
            arrange(model, arrangement)
        }
        Err(problem) => say(model, Level::Warn, &problem, "the order stays as it was"),
    }
}

/// Chooses columns by their names.
pub(super) fn columns(model: &mut Model, names: &str) -> Vec<Effect> {
    let Some(mut arrangement) = arrangement(model) else { return none(model) };
    if names.is_empty() {
        return open(model);
    }
    let chosen = match names {
        "reset" => {
            arrangement = as_it_comes(&arrangement);
            Ok(())
        }
        names => arrangement.choose(names),
    };
    match chosen {
        Ok(()) => {
            arrangement.keep_main();
            arrange(model, arrangement)
        }
        Err(problem) => say(model, Level::Warn, &problem, "the columns stay as they were"),
    }
}

/// The list of that name as it once was, or the one in front.
pub(super) fn as_kept(model: &mut Model, kept: &Kept, list: &str) -> Vec<Effect> {
    let all = model.screen().arrangements();
    let named = all.iter().find(|now| now.table().name == list).or_else(|| all.first());
    let Some(now) = named.map(|now| (*now).clone()) else { return Vec::new() };
    let then = kept.arrangement(now.table());
    if then == now { Vec::new() } else { arrange(model, then) }
}

/// The columns as they come, sorted as before.
fn as_it_comes(arrangement: &Arrangement) -> Arrangement {
    let mut new = Arrangement::new(arrangement.table());
    new.sort_by(arrangement.sort());
    new
}

/// The columns of the list in front, for completing, each with what it shows.
pub(super) fn names(model: &Model) -> Vec<(&'static str, &'static str)> {
    let columns = model.screen().arrangement().map(|arrangement| arrangement.table().columns);
    columns.into_iter().flatten().map(|column| (column.name, column.about)).collect()
}

fn arrangement(model: &Model) -> Option<Arrangement> {
    model.screen().arrangement().cloned()
}

fn none(model: &mut Model) -> Vec<Effect> {
    let text = format!("{} has no columns to arrange", model.screen().title());
    say(model, Level::Warn, &text, "")
}

/// Arranges the list in front, and keeps that.
fn arrange(model: &mut Model, arrangement: Arrangement) -> Vec<Effect> {
    let screen = arrangement.table().name;
    let (kept, at, place) = (Kept::of(&arrangement), model.shared.now, model.shared.place());
    model.shared.arrangements.keep((&place, screen), kept.clone(), at);
    let (front, shared) = model.screen_mut(model.tab);
    let intents = front.arrange(arrangement, shared);
    let mut effects = vec![Effect::Keep(Keep::Columns { place, screen, kept, at })];
    effects.extend(carry_all(model, intents));
    effects
}
