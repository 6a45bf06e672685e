//! Where in the console somebody is, in words: the screen, its pane, what lies over it, and what is
//! chosen there.

use super::{drawn, drawn::Drawn};
use crate::{
    app::{
        model::{Layer, Model},
        shared::LinkState,
    },
    widget::Aloud,
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
    /// An answer is on its way.
    pub(super) waits: bool,
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
            place.input = aloud.input;
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
            waits: false,
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
        let words = if name == model.screen().title() { Vec::new() } else { vec![name.to_owned()] };
        let key = format!("{:?} {name}", model.screen().places());
        self.levels.push(Level { key, name: name.to_owned(), words });
        self.waits = drawn.waits;
        let told = model.screen().told(&model.shared).filter(|_| !drawn.waits);
        self.now = match (told, &drawn.row) {
            (Some(told), _) => {
                self.extent.clone_from(&told.place);
                vec![(told.of.clone(), told.sentence())]
            }
            (None, Some(row)) => vec![(row.clone(), row.clone())],
            (None, None) => drawn.lines.iter().map(|line| (line.clone(), line.clone())).collect(),
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

/// What a layer is called, and what is told of it.
fn aloud(layer: &Layer, model: &Model) -> (&'static str, Aloud) {
    match layer {
        Layer::Prompt(prompt) => ("the line", prompt.told(model.screen().title())),
        Layer::Finder(finder) => ("the palette", finder.told()),
        Layer::Form(form) => ("the form", form.told()),
        Layer::Confirm(confirm) => ("the question", confirm.told()),
        Layer::Help(help) => ("the help", help.told()),
        Layer::Journal(journal) => ("messages", journal.told(&model.shared)),
        Layer::Plan(plan) => {
            let drawn = drawn::plan(plan, model);
            let head = vec![drawn.title.clone()];
            ("the plan", Aloud { head, now: drawn.lines, input: None })
        }
        Layer::Unlock(unlock) => ("the passphrase", unlock.told()),
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
