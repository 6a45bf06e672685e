//! Where in the console somebody is, in words: the screen, its pane, what lies over it, and what is
//! chosen there.

use super::{drawn, drawn::Drawn};
use crate::{
    app::{
        model::{Layer, Model},
        shared::LinkState,
    },
    widget::{Aloud, Told},
};

/// A screen, a pane or a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    /// As long as it is the same nobody has come anywhere.
    key: String,
    /// What it is called.
    name: String,
    /// Told when somebody comes there.
    words: Vec<String>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Place {
    /// The outermost first.
    pub(super) levels: Vec<Level>,
    /// What is chosen, or every line of a text; each after what makes it another.
    pub(super) now: Vec<(String, String)>,
    /// How much there is of it.
    pub(super) extent: String,
    /// The line that is typed into, with its name before it.
    pub(super) input: Option<String>,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
    /// An answer is on its way.
    pub(super) waits: bool,
    /// What stands above the row that is chosen, where nobody made a sentence of it.
    about: Vec<String>,
    layers: usize,
}

impl Place {
    pub(super) fn of(model: &Model) -> Self {
        let mut place = Self::of_screen(model);
        for (at, layer) in model.layers.iter().enumerate() {
            let (name, aloud) = aloud(layer, model);
            place.layers += 1;
            place.waits = false;
            place.extent = String::new();
            place.now = aloud.now.into_iter().map(|line| (line.clone(), line)).collect();
            (place.input, place.problem) = (aloud.input, aloud.problem);
            place.about.clear();
            let name = name.to_owned();
            place.levels.push(Level { key: format!("{at} {name}"), name, words: aloud.head });
        }
        place
    }

    fn of_screen(model: &Model) -> Self {
        let shared = &model.shared;
        let scope = &shared.scope;
        let title = model.screen().title();
        let parts = [title, &scope.tenant, &scope.environment, &scope.region];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let screen = Level {
            key: format!("{title} {}", model.epoch),
            name: title.to_owned(),
            words: vec![said.join(", ")],
        };
        let mut place = Self {
            levels: vec![screen],
            now: Vec::new(),
            extent: String::new(),
            input: None,
            problem: None,
            waits: false,
            about: Vec::new(),
            layers: 0,
        };
        if !shared.link.was_up() {
            place.waits = true;
            place.now = no_daemon(model).map(|line| (line.clone(), line)).into();
            return place;
        }
        let drawn = drawn::screen(model);
        place.pane(model, &drawn);
        place
    }

    fn pane(&mut self, model: &Model, drawn: &Drawn) {
        let name = drawn.name();
        self.waits = drawn.waits;
        let told = model.screen().told(&model.shared).filter(|_| !drawn.waits);
        let said = told.as_ref().map(Told::sentence).unwrap_or_default();
        let words = match &told {
            // The sentence begins with it, or the screen is called so.
            Some(_) if said.starts_with(name) => Vec::new(),
            _ if name == model.screen().title() => Vec::new(),
            Some(_) => vec![name.to_owned()],
            None => vec![drawn.title.clone()],
        };
        let key = format!("{:?} {name}", model.screen().places());
        self.levels.push(Level { key, name: name.to_owned(), words });
        self.now = match (told, &drawn.row) {
            (Some(told), _) => {
                self.extent.clone_from(&told.place);
                vec![(told.of, said)]
            }
            (None, Some((y, row))) => {
                self.about.clone_from(&drawn.above);
                vec![(format!("{y} {}", timeless(row)), row.clone())]
            }
            (None, None) => drawn.lines.iter().map(|line| (timeless(line), line.clone())).collect(),
        };
    }

    /// How many of the outermost levels are those of another place.
    pub(super) fn same_levels(&self, other: &Self) -> usize {
        let pairs = self.levels.iter().zip(&other.levels);
        pairs.take_while(|(one, other)| one.key == other.key).count()
    }

    /// What is told of coming here, from a level on.
    pub(super) fn arrive(&self, from: usize, lines: &mut Vec<String>) {
        lines.extend(self.levels.iter().skip(from).flat_map(|level| level.words.clone()));
        lines.extend(self.about.iter().cloned());
        lines.extend(self.now.iter().map(|(_, words)| words.clone()));
    }

    /// What the innermost level is called.
    pub(super) fn name(&self) -> &str {
        self.levels.last().map_or("", |level| &level.name)
    }

    pub(super) const fn over_the_screen(&self) -> bool {
        self.layers > 0
    }
}

/// A line without its ages, `56s` and `10 min 56 s`: they grow, and it stays the same.
fn timeless(line: &str) -> String {
    let is_unit = |word: &str| matches!(word, "ms" | "s" | "m" | "min" | "h" | "d");
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let bare = |word: &&str| word.trim_end_matches(',').trim_start_matches(is_digit).to_owned();
    let words: Vec<&str> = line.split(' ').collect();
    let is_age = |at: usize| {
        let (word, next) = (words[at], words.get(at + 1).map(bare).unwrap_or_default());
        let before = at.checked_sub(1).is_some_and(|at| is_number(words[at]));
        let unit = bare(&word);
        let both = is_number(word) && (is_unit(&unit) || (unit.is_empty() && is_unit(&next)));
        both || (before && word.trim_end_matches(',') == unit && is_unit(&unit))
    };
    let kept = (0..words.len()).filter(|at| !is_age(*at)).map(|at| words[at]);
    kept.collect::<Vec<_>>().join(" ")
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// What a layer is called, and what is told of it.
fn aloud(layer: &Layer, model: &Model) -> (&'static str, Aloud) {
    match layer {
        Layer::Prompt(prompt) => ("the line", prompt.told(model.screen().title())),
        Layer::Finder(finder) => ("the palette", finder.told()),
        Layer::Form(form) => ("the form", form.told()),
        Layer::Confirm(confirm) => ("the question", confirm.told()),
        Layer::Help(help) => ("the help", help.told()),
        Layer::Journal(journal) => ("messages", journal.told(&model.shared)),
        Layer::Views(list) => ("views", list.told()),
        Layer::Plan(plan) => {
            let drawn = drawn::plan(plan, model);
            let head = vec![drawn.title.clone()];
            ("the plan", Aloud { head, now: drawn.lines, ..Aloud::default() })
        }
        Layer::Unlock(unlock) => ("the passphrase", unlock.told()),
        Layer::Columns(chooser) => ("the columns", chooser.told(model.screen())),
    }
}

/// Before the daemon has answered for the first time.
fn no_daemon(model: &Model) -> [String; 1] {
    let link = &model.shared.link;
    [match &link.state {
        LinkState::Lost(problem) => format!(
            "no daemon answers at {}: {problem}; conductor up starts one, conductor doctor says \
             what is wrong, and this goes on by itself as soon as one answers",
            link.endpoint
        ),
        _ => format!("connecting to {}", link.endpoint),
    }]
}

#[cfg(test)]
mod tests {
    use super::timeless;

    #[test]
    fn an_age_that_grows_makes_no_other_row() {
        assert_eq!(timeless("restart, running, 56s"), timeless("restart, running, 2m 05s"));
        assert_eq!(
            timeless("left, 10 min 56 s, until 14:03"),
            timeless("left, 9 min 2 s, until 14:03")
        );
        assert_ne!(timeless("pay-1, running"), timeless("pay-2, running"));
        assert_eq!(timeless("3 of 40"), "3 of 40");
    }
}
