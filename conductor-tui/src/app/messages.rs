//! Everything the console said. Information fades; an error stays until it was seen.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// Messages kept.
const MESSAGES_MAX: usize = 500;
/// How long information is shown.
const TOAST: SignedDuration = SignedDuration::from_secs(5);
/// Toasts on the screen at once.
pub(crate) const TOASTS_MAX: usize = 3;

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Info,
    /// Something new waits to be looked at.
    News,
    /// Something that somebody had better know of; nothing was refused.
    Caution,
    /// What was asked for was not done.
    Warn,
    Error,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) at: Timestamp,
    pub(crate) level: Level,
    pub(crate) text: String,
    /// What would mend it, or the command that does the same.
    pub(crate) more: String,
    seen: bool,
}

/// All of them, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    all: VecDeque<Message>,
    /// How many there ever were.
    said: u64,
}

impl Messages {
    pub(crate) fn say(&mut self, at: Timestamp, level: Level, text: &str, more: &str) {
        if self.all.len() == MESSAGES_MAX {
            self.all.pop_front();
        }
        self.said += 1;
        let (text, more) = (text.to_owned(), more.to_owned());
        self.all.push_back(Message { at, level, text, more, seen: false });
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.all.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many there ever were.
    pub(crate) const fn said(&self) -> u64 {
        self.said
    }

    /// What is to be shown now, newest last.
    pub(crate) fn toasts(&self, now: Timestamp) -> Vec<&Message> {
        let shown = |m: &&Message| !m.seen && (m.level == Level::Error || now < m.at + TOAST);
        let mut toasts: Vec<&Message> =
            self.all.iter().rev().filter(shown).take(TOASTS_MAX).collect();
        toasts.reverse();
        toasts
    }

    /// Puts away what is shown; says whether anything was.
    pub(crate) fn dismiss(&mut self, now: Timestamp) -> bool {
        let any = !self.toasts(now).is_empty();
        self.all.iter_mut().for_each(|message| message.seen = true);
        any
    }

    /// When the next toast fades.
    pub(crate) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let fades = |m: &&Message| !m.seen && m.level != Level::Error && now < m.at + TOAST;
        self.all.iter().filter(fades).map(|m| m.at + TOAST).min()
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn information_fades_and_errors_stay_until_seen() {
        let start: Timestamp = "2026-11-21T14:00:00Z".parse().unwrap();
        let mut messages = Messages::default();
        messages.say(start, Level::Info, "copied", "");
        messages.say(start, Level::Error, "denied", "");
        assert_eq!(messages.toasts(start).len(), 2);
        assert_eq!(messages.next_change(start), Some(start + TOAST));
        let later = start + TOAST;
        assert_eq!(messages.toasts(later)[0].text, "denied");
        assert_eq!(messages.next_change(later), None);
        assert!(messages.dismiss(later));
        assert!(messages.toasts(later).is_empty());
        assert_eq!(messages.len(), 2);
    }

    #[test]
    fn no_more_than_the_bound_is_kept() {
        let mut messages = Messages::default();
        for i in 0..MESSAGES_MAX + 10 {
            messages.say(Timestamp::UNIX_EPOCH, Level::Info, &i.to_string(), "");
        }
        assert_eq!(messages.len(), MESSAGES_MAX);
        assert_eq!(messages.all().next().unwrap().text, "10");
    }
}
