//! What the loop holds besides its model: the terminal, which it takes back, and the recording that it
//! makes of itself.

use std::path::Path;

use jiff::Timestamp;

use super::{Console, Error};
use crate::{
    app::{
        contexts::Reached,
        doer::Todo,
        msg::{Taped, What},
        place,
        recording::Setting,
    },
    terminal::Session,
};

impl Console {
    /// Begins a recording with everything read anew, or ends the one there is.
    pub(super) fn record(&mut self, path: Option<&Path>) -> Result<(), Error> {
        let Some(path) = path else {
            return self.tape.end().map_or(Ok(()), |ended| self.tell(ended));
        };
        let mut setting = Setting::now(&self.model, Timestamp::now(), self.tape.keys());
        // Of the place that is moved to below.
        setting.counts.0 += 1;
        let begun = match self.tape.begin(path, &setting) {
            Ok(begun) => begun,
            Err(problem) => {
                return self.tell(What::Recording(Taped::Refused(problem.to_string())));
            }
        };
        for effect in place::afresh(&mut self.model) {
            if let Some(Todo::Link(scope)) = self.doer.carry_out(effect) {
                self.keep_link(scope);
            }
        }
        self.tell(begun)
    }

    /// Goes to the daemon of a context. Nothing else happens between the old one and the new one: what is asked or changed
    /// goes to the daemon that is shown.
    pub(super) fn go_to(&mut self, name: &str) -> Result<(), Error> {
        let arrived = match self.reach.find(name) {
            Ok(Reached { arrived, connection, ready }) => {
                self.doer.connection = connection;
                self.ready = Some(ready);
                Ok(Box::new(arrived))
            }
            Err(problem) => Err(problem),
        };
        for effect in self.update(What::Reached(arrived))? {
            if let Some(Todo::Link(scope)) = self.doer.carry_out(effect) {
                self.keep_link(scope);
            }
        }
        Ok(())
    }

    /// Something of which nothing comes that only the loop could do.
    pub(super) fn tell(&mut self, what: What) -> Result<(), Error> {
        for effect in self.update(what)? {
            self.doer.carry_out(effect);
        }
        Ok(())
    }

    /// The terminal is ours again: switch everything on and draw the whole screen.
    pub(super) fn take_back(&mut self, session: &Session) -> Result<(), Error> {
        session.pause()?;
        session.resume()?;
        self.display.taken_back();
        let (columns, rows) = crossterm::terminal::size()?;
        self.tell(What::Resize(columns, rows))?;
        self.model.changed = true;
        Ok(())
    }
}
