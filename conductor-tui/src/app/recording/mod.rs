//! A session in a file: what happened to the console, in the order and at the times it did. Played
//! again it gives the same screens, without a daemon, for `update` depends on nothing else.
//!
//! The file is JSON, a line each. The first says how the console was started ([`Setting`]); each of
//! the others is something that happened and when, in milliseconds after the start. Answers name
//! the question that they answer by its number, for the console that plays asks the same again.
//!
//! What is typed where a passphrase or an input that may be a secret is asked for is counted and not
//! written down, and of a `:` command that may hold one it is masked. Of keys there is what everybody
//! may know. The folder that whoever recorded is at home in is `~`. Everything else is what the screen showed.
//!
//! A recording that begins in a console that is running begins with everything being read anew, so
//! that it needs nothing of what was before.

mod held;
mod home;
mod keys;
mod noted;
mod player;
mod recorder;
mod setting;
mod tape;

#[cfg(test)]
pub(crate) use self::recorder::Recorder;
pub(crate) use self::{home::Home, player::Player, setting::Setting, tape::Tape};

use super::effect::{Effect, Ticket};

/// The form of the file; another one is refused.
const FORM: u32 = 1;
/// A recording ends when it has this size: a day on call is less.
const RECORDING_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Questions that wait for an answer; older ones are never answered any more.
const ASKED_MAX: usize = 4_096;

/// Why a session can't be recorded or played.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file can't be read or written.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// A line is not of a recording.
    #[error("{path}, line {line}: {reason}")]
    Line {
        /// The file.
        path: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// The ticket that an effect's answer comes back with.
fn ticket(effect: &Effect) -> Option<Ticket> {
    match effect {
        Effect::Ask(ticket, _) => Some(ticket.clone()),
        Effect::Change(change) | Effect::Unlock(change, _) => {
            Some(Ticket::Changed(change.get().clone()))
        }
        _ => None,
    }
}

/// Questions in the order they were asked, those without an answer kept.
#[derive(Debug, Default)]
struct Asked {
    count: u64,
    open: std::collections::VecDeque<(u64, Ticket)>,
}

impl Asked {
    fn take(&mut self, effects: &[Effect]) {
        for ticket in effects.iter().filter_map(ticket) {
            if self.open.len() == ASKED_MAX {
                self.open.pop_front();
            }
            self.open.push_back((self.count, ticket));
            self.count += 1;
        }
    }

    /// The number of the question that a ticket is of: the oldest, where several are alike.
    fn number(&mut self, ticket: &Ticket) -> Option<u64> {
        let at = self.open.iter().position(|(_, open)| open == ticket)?;
        self.open.remove(at).map(|(number, _)| number)
    }

    fn ticket(&mut self, number: u64) -> Option<Ticket> {
        let at = self.open.iter().position(|(open, _)| *open == number)?;
        self.open.remove(at).map(|(_, ticket)| ticket)
    }
}

#[cfg(test)]
mod tests;
