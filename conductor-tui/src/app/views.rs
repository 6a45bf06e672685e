//! Named views: a screen with its filter, saved under a name in the console's own files and opened again
//! by it. A name of one letter is opened by `'` and the letter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    arranging,
    effect::Effect,
    kept::Keep,
    messages::Level,
    model::{Layer, Model},
    shared::Availability,
    update::{carry_all, go, say, show, to_screen},
};
use crate::{
    columns::Kept,
    input::Action,
    screen::{Event, Tab},
    widget::{Entry, Prompt, PromptKind, Target, ViewList, ViewListed, ViewRow},
};

/// Views of one place at most.
const VIEWS_MAX: usize = 100;
/// Places (a daemon and a tenant) with views at most.
const PLACES_MAX: usize = 100;
/// Letters of a name at most.
const NAME_CHARS_MAX: usize = 40;
/// Parts of a screen that are gone out of at most.
const PARTS_MAX: usize = 8;
/// Words after `:view` that are no names.
const WORDS: [&str; 2] = ["save", "delete"];

/// What is saved. Everything of it is in the screen's own words, so that a view of today is read by the
/// console of tomorrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct View {
    /// The screen, by the name of the action that brings it to the front.
    pub(crate) screen: String,
    /// Its filter, as it is typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) filter: String,
    /// The command that gave the same when it was saved.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) twin: String,
    /// The order and the columns of its list, where it has one that is arranged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) arranged: Option<Kept>,
    /// Which of its lists that is; empty for the only one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) list: String,
}

impl View {
    /// In a few words: `Runs status:failed by took:desc`.
    fn words(&self) -> String {
        let order = self.arranged.as_ref().map(Kept::order).unwrap_or_default();
        let by = if order.is_empty() { String::new() } else { format!("by {order}") };
        let words = [self.screen.as_str(), &self.filter, &by];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn tab(&self) -> Option<Tab> {
        Tab::named(&self.screen).ok()
    }
}

/// Every view that is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Views {
    /// By where (a daemon and a tenant), then by name.
    places: BTreeMap<String, BTreeMap<String, View>>,
}

impl Views {
    /// Those of a place, by name.
    pub(crate) fn of(&self, place: &str) -> impl Iterator<Item = (&str, &View)> {
        let views = self.places.get(place).into_iter().flatten();
        views.map(|(name, view)| (name.as_str(), view))
    }

    fn get(&self, place: &str, name: &str) -> Option<&View> {
        self.places.get(place)?.get(name)
    }

    /// Only those of a place.
    pub(crate) fn only(&self, place: &str) -> Self {
        let of = self.places.get(place).map(|views| (place.to_owned(), views.clone()));
        Self { places: of.into_iter().collect() }
    }

    /// Saves a view. Gives what was there under its name before.
    ///
    /// # Errors
    ///
    /// There are too many.
    pub(crate) fn save(
        &mut self,
        place: &str,
        name: &str,
        view: View,
    ) -> Result<Option<View>, String> {
        if !self.places.contains_key(place) && self.places.len() >= PLACES_MAX {
            return Err(format!("there are views of {PLACES_MAX} places: delete those of one"));
        }
        let views = self.places.entry(place.to_owned()).or_default();
        if !views.contains_key(name) && views.len() >= VIEWS_MAX {
            return Err(format!(
                "{VIEWS_MAX} views are saved here: delete one, `:views` lists them"
            ));
        }
        Ok(views.insert(name.to_owned(), view))
    }

    /// Deletes a view, where there is one of that name.
    pub(crate) fn delete(&mut self, place: &str, name: &str) -> Option<View> {
        let views = self.places.get_mut(place)?;
        let gone = views.remove(name);
        if views.is_empty() {
            self.places.remove(place);
        }
        gone
    }
}

/// What `:view` was typed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ViewWord {
    Open(String),
    Save(String),
    Delete(String),
}

/// The views of this place.
fn here(model: &Model) -> Vec<(String, View)> {
    let place = model.shared.place();
    let of = model.views.of(&place);
    of.map(|(name, view)| (name.to_owned(), view.clone())).collect()
}

/// Their names, for completing.
pub(super) fn names(model: &Model) -> Vec<String> {
    here(model).into_iter().map(|(name, _)| name).collect()
}

/// Whether a name is opened by a key and a letter.
fn is_letter(name: &str) -> bool {
    name.len() == 1 && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Those that a letter opens: the letter, and what it opens.
pub(super) fn of_letters(model: &Model) -> Vec<(String, String)> {
    let here = here(model).into_iter().filter(|(name, _)| is_letter(name));
    here.map(|(name, view)| (name, view.words())).collect()
}

/// What the palette finds.
pub(super) fn entries(model: &Model) -> Vec<Entry> {
    let entry = |(name, view): (String, View)| {
        let tab = view.tab()?;
        Some(Entry {
            kind: "view",
            title: name.clone(),
            detail: view.words(),
            availability: Availability::Ready,
            target: Target::View(tab, name),
        })
    };
    here(model).into_iter().filter_map(entry).collect()
}

/// Does what was typed after `:view`.
pub(super) fn obey(model: &mut Model, word: ViewWord) -> Vec<Effect> {
    match word {
        ViewWord::Open(name) => find(model, &name),
        ViewWord::Save(name) => save(model, &name),
        ViewWord::Delete(name) => delete(model, &name),
    }
}

/// Does what a key and a letter mean.
pub(super) fn by_letter(model: &mut Model, action: Action, letter: char) -> Vec<Effect> {
    match action {
        Action::KeepView => save(model, &letter.to_string()),
        _ => find(model, &letter.to_string()),
    }
}

/// Goes to a view.
fn find(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(view) = model.views.get(&model.shared.place(), name).cloned() else {
        let near = here(model).into_iter().map(|(known, _)| known);
        let near = near.min_by_key(|known| strsim::levenshtein(known, name));
        let near = near.filter(|known| name.len() > 1 && strsim::levenshtein(known, name) <= 2);
        let text = match near {
            Some(near) => format!("no view is called {name}, did you want {near}?"),
            None => format!("no view is called {name} here"),
        };
        let how = format!(":view save {name} saves this screen under it");
        return say(model, Level::Warn, &text, &how);
    };
    match view.tab() {
        Some(tab) => go(model, Target::View(tab, name.to_owned())),
        None => {
            let text =
                format!("the view {name} is of a screen `{}`, which is not here", view.screen);
            say(model, Level::Warn, &text, "")
        }
    }
}

/// Shows a view: its screen, as it is outermost, with its filter.
pub(super) fn open(model: &mut Model, tab: Tab, name: &str) -> Vec<Effect> {
    let Some(view) = model.views.get(&model.shared.place(), name).cloned() else {
        return say(model, Level::Warn, &format!("the view {name} was deleted"), "");
    };
    let mut effects = show(model, tab);
    for _ in 0..PARTS_MAX {
        if model.screen().outermost() {
            break;
        }
        effects.extend(to_screen(model, Event::Act(Action::Back)));
    }
    if let Some(arranged) = &view.arranged {
        effects.extend(arranging::as_kept(model, arranged, &view.list));
    }
    let (screen, shared) = model.screen_mut(tab);
    if screen.filter_text() == view.filter {
        return effects;
    }
    match screen.filter(&view.filter, shared) {
        Ok(intents) => effects.extend(carry_all(model, intents)),
        Err(problem) => {
            let text = format!("the filter of the view {name}: {problem}");
            effects.extend(say(model, Level::Error, &text, "the filter stays as it was"));
        }
    }
    effects
}

fn save(model: &mut Model, name: &str) -> Vec<Effect> {
    if let Some(problem) = wrong(name) {
        return say(model, Level::Warn, &problem, "");
    }
    let screen = model.screen();
    let view = View {
        screen: model.tab.action().spec().name.to_owned(),
        filter: screen.filter_text(),
        twin: screen.twin(),
        arranged: screen.arrangement().map(Kept::of),
        list: match screen.arrangements().as_slice() {
            [front, _, ..] => front.table().name.to_owned(),
            _ => String::new(),
        },
    };
    let (place, words) = (model.shared.place(), view.words());
    match model.views.save(&place, name, view.clone()) {
        Err(problem) => return say(model, Level::Warn, &problem, "nothing was saved"),
        Ok(before) => {
            let before = before.filter(|before| *before != view);
            let more = match before {
                Some(before) => format!("in place of {}", before.words()),
                None => open_by(model, name),
            };
            say(model, Level::Info, &format!("saved the view {name}: {words}"), &more);
        }
    }
    vec![Effect::Keep(Keep::View { place, name: name.to_owned(), view })]
}

/// How a view is opened.
fn open_by(model: &Model, name: &str) -> String {
    let key = model.keymap.keys(Action::JumpView).first();
    match key.filter(|_| is_letter(name)) {
        Some(key) => format!("{key} {name} opens it"),
        None => format!(":view {name} opens it"),
    }
}

/// Lists views, or asks on the command line what one is to be called: an action without its letter.
pub(super) fn by_name(model: &mut Model, action: Action) -> Vec<Effect> {
    if action != Action::KeepView {
        return list(model);
    }
    super::obey::refresh_names(model);
    model.layers.push(Layer::Prompt(Prompt::new(PromptKind::Command, "view save ")));
    Vec::new()
}

fn delete(model: &mut Model, name: &str) -> Vec<Effect> {
    let place = model.shared.place();
    let Some(gone) = model.views.delete(&place, name) else {
        return say(model, Level::Warn, &format!("no view is called {name} here"), ":views");
    };
    let text = format!("deleted the view {name}: {}", gone.words());
    say(model, Level::Info, &text, "");
    vec![Effect::Keep(Keep::NoView { place, name: name.to_owned() })]
}

/// What is wrong with a name.
fn wrong(name: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = name.chars().next().is_some_and(char::is_alphanumeric);
    let short = name.chars().count() <= NAME_CHARS_MAX;
    if WORDS.contains(&name) {
        return Some(format!("`{name}` is a word of the command, not a name"));
    }
    (!begins || !short || !name.chars().all(plain)).then(|| {
        format!("a view's name has {NAME_CHARS_MAX} letters, digits, - _ . at most, not `{name}`")
    })
}

/// Opens the list of views.
fn list(model: &mut Model) -> Vec<Effect> {
    let rows = rows(model);
    model.layers.push(Layer::Views(ViewList::new(rows)));
    Vec::new()
}

fn rows(model: &Model) -> Vec<ViewRow> {
    let row = |(name, view): (String, View)| {
        let title = view.tab().map(|tab| model.screens.get(tab).title());
        ViewRow {
            key: if is_letter(&name) { open_key(model, &name) } else { String::new() },
            screen: title.map_or_else(|| view.screen.clone(), str::to_owned),
            name,
            filter: view.filter,
            twin: view.twin,
        }
    };
    here(model).into_iter().map(row).collect()
}

fn open_key(model: &Model, letter: &str) -> String {
    let key = model.keymap.keys(Action::JumpView).first();
    key.map(|key| format!("{key} {letter}")).unwrap_or_default()
}

/// Does what came of a key in the list of views, which lies on top still.
pub(super) fn listed(model: &mut Model, mut list: ViewList, came: ViewListed) -> Vec<Effect> {
    match came {
        ViewListed::Closed => Vec::new(),
        ViewListed::Open => {
            model.layers.push(Layer::Views(list));
            Vec::new()
        }
        ViewListed::Chosen(name) => find(model, &name),
        ViewListed::Copy(twin) => {
            model.layers.push(Layer::Views(list));
            vec![Effect::Copy(super::place::for_shell(model, &twin))]
        }
        ViewListed::Deleted(name) => {
            let effects = delete(model, &name);
            list.renew(rows(model));
            model.layers.push(Layer::Views(list));
            effects
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(filter: &str) -> View {
        View { screen: "runs".into(), filter: filter.into(), ..View::default() }
    }

    #[test]
    fn views_are_of_a_place_and_there_are_not_too_many() {
        let mut views = Views::default();
        assert_eq!(views.save("p", "a", view("x")), Ok(None));
        assert_eq!(views.save("p", "a", view("y")), Ok(Some(view("x"))));
        assert_eq!(views.get("q", "a"), None);
        for n in 1..VIEWS_MAX {
            views.save("p", &format!("v{n}"), view("")).unwrap();
        }
        assert!(views.save("p", "more", view("")).unwrap_err().contains("delete one"));
        assert_eq!(
            views.save("p", "a", view("z")),
            Ok(Some(view("y"))),
            "what is there is renewed"
        );
        for n in 1..PLACES_MAX {
            views.save(&format!("p{n}"), "a", view("")).unwrap();
        }
        assert!(views.save("one more", "a", view("")).is_err());
        assert_eq!(views.delete("p1", "a"), Some(view("")));
        assert_eq!(views.save("one more", "a", view("")), Ok(None));
        assert_eq!(views.only("p2").places.len(), 1);
    }

    #[test]
    fn a_view_of_another_console_is_read() {
        let old = r#"{"places":{"p":{"a":{"screen":"runs"},"b":{"screen":"x","later":["word"]}}}}"#;
        let views: Views = serde_json::from_str(old).unwrap();
        assert_eq!(views.get("p", "a"), Some(&view("")));
        assert_eq!(views.of("p").count(), 2);
        assert_eq!(views.get("p", "b").unwrap().tab(), None);
    }

    #[test]
    fn names_are_plain() {
        for name in ["a", "failed-prod", "v1.2", "Ä"] {
            assert_eq!(wrong(name), None, "{name}");
        }
        for name in ["", "save", "delete", "-a", "two words", "a/b", &"x".repeat(41)] {
            assert!(wrong(name).is_some(), "{name}");
        }
    }
}
