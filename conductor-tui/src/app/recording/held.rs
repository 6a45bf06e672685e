//! Lines that are held back while a command is typed: whether it holds a secret is known at its end.
//!
//! A command that is harmless is written down key by key. One that may hold a secret, or leads to
//! somebody's home, is written down as one piece at its end, with stars in place of what may be one.

use crossterm::event::KeyCode;

use super::{
    Home,
    noted::{Line, Noted},
};
use crate::{
    app::{
        model::{Layer, Model},
        msg::What,
    },
    input::{is_harmless, without_secrets},
    widget::PromptKind,
};

/// Lines that are held back at most; the oldest are let go as what is surely no secret.
const HELD_MAX: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Held {
    lines: Vec<Line>,
    /// The command could hold a secret at some time.
    spoilt: bool,
    home: Home,
}

impl Held {
    pub(super) fn new(home: &Home) -> Self {
        Self { home: home.clone(), ..Self::default() }
    }

    /// Takes what is about to happen, and gives what may be written down by now.
    pub(super) fn take(&mut self, line: Line, what: &What, model: &Model) -> Vec<Line> {
        let text = match model.layers.last() {
            Some(Layer::Prompt(prompt)) if prompt.kind == PromptKind::Command => prompt.text(),
            _ => {
                let mut lines = self.rest();
                lines.push(line);
                return lines;
            }
        };
        self.spoilt |= !is_harmless(&text) || self.home.is_in(&text);
        if matches!(what, What::Key(key) if key.code == KeyCode::Enter) {
            let ms = line.ms;
            let spoilt = self.spoilt;
            let mut lines = self.without_typing();
            if spoilt {
                let masked = Noted::Paste(without_secrets(&text));
                let key = Noted::Key("^u".to_owned());
                lines.extend([key, masked].map(|what| Line { ms, what }));
            }
            lines.push(line);
            return lines;
        }
        self.lines.push(line);
        if self.lines.len() > HELD_MAX {
            self.spoilt = true;
            return self.without_typing();
        }
        Vec::new()
    }

    /// Everything that is held back, the command being over.
    pub(super) fn rest(&mut self) -> Vec<Line> {
        let (spoilt, last) = (self.spoilt, self.lines.last().map(|line| line.ms));
        let mut lines = self.without_typing();
        self.spoilt = false;
        if let Some(ms) = last.filter(|_| spoilt) {
            lines.push(Line { ms, what: Noted::Key("Esc".to_owned()) });
        }
        lines
    }

    /// What is held back, without what was typed where that could be a secret.
    fn without_typing(&mut self) -> Vec<Line> {
        let mut lines = std::mem::take(&mut self.lines);
        if self.spoilt {
            lines.retain(|line| !matches!(line.what, Noted::Key(_) | Noted::Paste(_)));
        }
        lines
    }
}
