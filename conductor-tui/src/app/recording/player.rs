//! Plays a recording: the same happens to a console of its own, which asks nobody and changes
//! nothing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Asked, FORM, Problem, Setting, noted::Line};
use crate::{
    app::{
        effect::Effect,
        model::Model,
        msg::{Msg, What},
        update::update,
    },
    input::Grammar,
    theme::{Depth, ThemeStore},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) model: Model,
    started: Timestamp,
    setting: Setting,
    lines: Arc<[Line]>,
    /// The next line.
    at: usize,
    asked: Asked,
    depth: Depth,
    grammar: fn() -> Grammar,
    /// The terminal has a size of its own, and the recorder's does not count.
    own_size: bool,
    /// What came of keys that nobody has taken notice of so far.
    typed: Option<Vec<Effect>>,
}

impl Player {
    /// Reads a whole recording.
    ///
    /// # Errors
    ///
    /// The line that is not of one, and why.
    pub(crate) fn read(
        (path, text): (&str, &str),
        depth: Depth,
        grammar: fn() -> Grammar,
    ) -> Result<Self, Problem> {
        let wrong =
            |line: usize, reason: String| Problem::Line { path: path.to_owned(), line, reason };
        let mut lines = text.lines().enumerate();
        let (_, first) = lines.next().ok_or_else(|| wrong(1, "the file is empty".to_owned()))?;
        let setting: Setting = serde_json::from_str(first)
            .map_err(|error| wrong(1, format!("this is no recording of a session: {error}")))?;
        if setting.conductor_recording != FORM {
            let form = setting.conductor_recording;
            let reason = format!("a recording of form {form}; this console plays form {FORM}");
            return Err(wrong(1, reason));
        }
        let model = setting.model(depth, grammar).map_err(|reason| wrong(1, reason))?;
        let count = text.lines().count();
        let mut read = Vec::with_capacity(count);
        for (at, text) in lines {
            match serde_json::from_str(text) {
                Ok(line) => read.push(line),
                // The console was killed while it wrote: all before it counts.
                Err(error) if at + 1 == count && error.is_eof() => {}
                Err(error) => return Err(wrong(at + 1, error.to_string())),
            }
        }
        Ok(Self {
            model,
            started: setting.at,
            setting,
            lines: read.into(),
            at: 0,
            asked: Asked::default(),
            depth,
            grammar,
            own_size: false,
            typed: None,
        })
    }

    /// How long after the start the last thing happened that was played.
    pub(crate) fn played(&self) -> SignedDuration {
        let last = self.at.checked_sub(1).and_then(|at| self.lines.get(at));
        SignedDuration::from_millis(last.map_or(0, |line| line.ms))
    }

    /// How long the session was.
    pub(crate) fn length(&self) -> SignedDuration {
        SignedDuration::from_millis(self.lines.last().map_or(0, |line| line.ms))
    }

    /// How long after the start the next thing happens; none at the end.
    pub(crate) fn next_at(&self) -> Option<SignedDuration> {
        self.lines.get(self.at).map(|line| SignedDuration::from_millis(line.ms))
    }

    /// Lets the next thing happen; false at the end.
    pub(crate) fn step(&mut self) -> bool {
        let Some(line) = self.lines.get(self.at).cloned() else { return false };
        self.at += 1;
        let at = self.started + SignedDuration::from_millis(line.ms);
        let depth = self.depth;
        let theme = |name: &str| {
            let theme = ThemeStore::shipped().theme(name).ok()?;
            Some(What::Theme(Ok(theme.at(depth))))
        };
        for what in line.what.played(&mut self.asked, &theme) {
            if self.own_size && matches!(what, What::Resize(..)) {
                continue;
            }
            let is_typed = what.is_typed();
            let effects = update(&mut self.model, Msg { at, what });
            self.asked.take(&effects);
            if is_typed {
                self.typed.get_or_insert_default().extend(effects);
            }
        }
        true
    }

    /// What came of the keys that were pressed since the last time; nothing where there was none.
    pub(crate) fn take_typed(&mut self) -> Option<Vec<Effect>> {
        self.typed.take()
    }

    /// Draws in this size from now on, whatever the recorder's was.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.own_size = true;
        let msg = Msg { at: self.model.shared.now, what: What::Resize(columns, rows) };
        let effects = update(&mut self.model, msg);
        self.asked.take(&effects);
    }

    /// From the beginning again, in the size that it has by now.
    pub(crate) fn again(&mut self) {
        // It could be started before, so it can be.
        let Ok(model) = self.setting.model(self.depth, self.grammar) else { return };
        let (columns, rows) = self.model.shared.size;
        self.model = model;
        (self.at, self.asked) = (0, Asked::default());
        if self.own_size {
            self.resize(columns, rows);
        }
    }

    /// Plays to the end.
    pub(crate) fn finish(&mut self) {
        while self.step() {}
    }
}
