//! The console for somebody who listens: the same model, told in lines from top to bottom. Nothing is
//! painted over and the cursor is moved nowhere; what is told is what has changed.
//!
//! What a key did is told at once. What the daemon says by itself interrupts nobody, unless it is
//! the answer to a key, or wants attention: a message, a lost link, a run of the list that failed.

mod drawn;
mod output;
mod place;
mod summary;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

pub(crate) use self::output::Output;
use self::place::Place;
#[cfg(test)]
pub(crate) use self::summary::header;
use super::{
    chord,
    effect::Effect,
    messages::Message,
    model::Model,
    shared::{LinkState, Shared},
};
use crate::{input::Action, widget::level_word};

/// The size of the screen that nobody sees: one pane at a time, and long pages whole.
pub(crate) const LINEAR_SIZE: (u16, u16) = (86, 60);
/// How long what comes counts as the answer to a key.
const EXPECTED_FOR: SignedDuration = SignedDuration::from_secs(10);
/// Failed runs that are named one by one; more are counted.
const TROUBLES_NAMED: usize = 3;

/// What was told so far, and what has happened since.
#[derive(Debug, Default)]
pub(crate) struct Linear {
    before: Option<Place>,
    /// Messages that were told.
    said: u64,
    link: Option<LinkState>,
    quits: bool,
    /// Ids of what is known to have gone wrong.
    troubles: BTreeSet<String>,
    /// What may follow the keys of a chord, as it was told.
    chord: Vec<String>,
    /// The view stands still.
    paused: bool,
    /// A key was pressed since.
    keyed: bool,
    /// A key asked the daemon something: what changes until then is told.
    expects: Option<Timestamp>,
}

impl Linear {
    /// Takes notice of what happened: whether it was a key, and what came of it.
    pub(crate) fn noticed(&mut self, keyed: bool, effects: &[Effect], now: Timestamp) {
        if !keyed {
            return;
        }
        self.keyed = true;
        let asks = |effect: &Effect| {
            matches!(effect, Effect::Ask(..) | Effect::Watch(..) | Effect::Change(_))
        };
        self.expects = effects.iter().any(asks).then(|| now + EXPECTED_FOR).or(self.expects);
    }

    /// Everything is told again the next time.
    pub(crate) fn forget(&mut self) {
        self.before = None;
    }

    /// What has to be told now, and the line that is typed into.
    pub(crate) fn tell(&mut self, model: &Model) -> (Vec<String>, String) {
        let here = Place::of(model);
        let before = self.before.take();
        let mut lines = Vec::new();
        if before.is_none() {
            lines.push(summary::header(&model.shared));
        }
        self.attention(model, before.as_ref(), &mut lines);
        match &before {
            None => {
                here.arrive(0, &mut lines);
                lines.push(summary::keys(model));
            }
            Some(before) => self.changes(before, &here, model.shared.now, &mut lines),
        }
        let input = here
            .input
            .clone()
            .unwrap_or_else(|| model.typed.iter().map(|key| format!("{key} ")).collect::<String>());
        self.keyed = false;
        self.before = Some(here);
        (lines, input)
    }

    /// What is another since the last time, as far as it is to be told.
    fn changes(&mut self, before: &Place, here: &Place, now: Timestamp, lines: &mut Vec<String>) {
        let same = here.same_levels(before);
        if same < here.levels.len() {
            return here.arrive(same, lines);
        }
        if same < before.levels.len() {
            lines.push(format!("back in {}", here.name()));
            // A row; a page was heard before.
            if let [(_, words)] = here.now.as_slice() {
                lines.push(words.clone());
            }
            return;
        }
        let expected = self.expects.is_some_and(|until| now < until);
        if !(self.keyed || expected || before.waits || here.over_the_screen()) {
            return;
        }
        let is_new = |(of, _): &&(String, String)| !before.now.iter().any(|(known, _)| known == of);
        let mut new: Vec<String> =
            here.now.iter().filter(is_new).map(|(_, words)| words.clone()).collect();
        let longer = expected && here.extent != before.extent;
        if new.is_empty() && longer {
            new = here.now.iter().map(|(_, words)| words.clone()).collect();
        }
        if !self.keyed && !new.is_empty() && !here.waits {
            self.expects = None;
        }
        lines.extend(new);
        if self.keyed && !is_typing(before, here) {
            lines.extend(here.problem.iter().map(|problem| format!("wrong: {problem}")));
        }
    }

    /// What is told whatever somebody does.
    fn attention(&mut self, model: &Model, before: Option<&Place>, lines: &mut Vec<String>) {
        let shared = &model.shared;
        lines.extend(self.link_news(shared));
        let new = shared.messages.said() - self.said;
        let new = usize::try_from(new).unwrap_or(usize::MAX).min(shared.messages.len());
        let messages = shared.messages.all().skip(shared.messages.len() - new);
        lines.extend(messages.map(message));
        self.said = shared.messages.said();
        if before.is_none() {
            // Everything is told again: errors that nobody has seen, too.
            let old = shared.messages.toasts(shared.now);
            lines.extend(old.into_iter().rev().skip(new).map(message));
        }
        let quits = model.quit_until.is_some();
        if quits && !self.quits {
            lines.push("once more leaves the console; runs go on without it".to_owned());
        }
        self.quits = quits;
        self.pausing(model, lines);
        let chord = chord::hints(model).map(|hints| hints.told()).unwrap_or_default();
        if chord != self.chord {
            lines.extend(chord.iter().cloned());
            self.chord = chord;
        }
        self.troubled(model, before, lines);
    }

    /// Whether the view stands still from here on, or goes on.
    fn pausing(&mut self, model: &Model, lines: &mut Vec<String>) {
        let paused = model.shared.paused.is_some();
        if std::mem::replace(&mut self.paused, paused) == paused {
            return;
        }
        let key = model.keymap.keys(Action::PauseView).first().map(ToString::to_string);
        let keys = key.map_or_else(|| "Esc".to_owned(), |key| format!("{key} or Esc"));
        lines.push(match paused {
            true => {
                format!("paused: what is told stands still, the daemon goes on; {keys} goes on")
            }
            false => "the view goes on".to_owned(),
        });
    }

    fn link_news(&mut self, shared: &Shared) -> Option<String> {
        let state = &shared.link.state;
        if self.link.as_ref() == Some(state) {
            return None;
        }
        let before = self.link.replace(state.clone());
        match (before, state) {
            (Some(LinkState::Connecting), LinkState::Live) => {
                Some(format!("connected as {}", shared.principal))
            }
            // Another try that failed is no news.
            (Some(LinkState::Lost(_)), LinkState::Lost(_)) => None,
            (Some(_), LinkState::Lost(problem)) => {
                let old = "what is told from here on is old, and nothing can be changed";
                Some(format!("the connection is lost: {problem}; {old}"))
            }
            _ => None,
        }
    }

    /// What has gone wrong in a list that nobody has just asked for.
    fn troubled(&mut self, model: &Model, before: Option<&Place>, lines: &mut Vec<String>) {
        let all = model.screen().troubles();
        let asked = self.keyed || self.expects.is_some_and(|until| model.shared.now < until);
        let told = before.is_some_and(|before| !before.waits) && !asked;
        let new: Vec<&(String, String)> =
            all.iter().filter(|(id, _)| !self.troubles.contains(id)).collect();
        if told && new.len() > TROUBLES_NAMED {
            lines.push(format!("attention: {} runs failed", new.len()));
        } else if told {
            lines.extend(new.iter().map(|(_, words)| format!("attention: {words}")));
        }
        self.troubles = all.into_iter().map(|(id, _)| id).collect();
    }
}

/// Whether a letter was added or taken away, and nothing else has changed.
fn is_typing(before: &Place, here: &Place) -> bool {
    let (Some(before), Some(here)) = (&before.input, &here.input) else { return false };
    before != here && (before.starts_with(here.as_str()) || here.starts_with(before.as_str()))
}

fn message(message: &Message) -> String {
    let more = if message.more.is_empty() { "" } else { "; " };
    format!("{}: {}{more}{}", level_word(message.level), message.text, message.more)
}
