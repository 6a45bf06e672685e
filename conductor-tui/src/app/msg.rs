//! Everything that can happen to the console, on one channel, in one order.

use std::{path::PathBuf, time::Duration};

use conductor_protocol::v1;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, MouseEventKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    contexts::Arrived,
    effect::{FeedId, Ticket},
    fetch::Fetched,
    once::Tried,
    query::Answer,
};
use crate::{input::Action, settings::Written, signing::Found, terminal::Input, theme::Palette};

/// Something that happened, and when. The time is the only clock that `update` sees.
#[derive(Debug)]
pub(crate) struct Msg {
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum What {
    Key(KeyEvent),
    Paste(String),
    /// Something that can be done was chosen otherwise than by its key.
    Act(Action),
    Resize(u16, u16),
    /// Time has passed to the moment that the model asked to be woken at.
    Tick,
    Link(LinkNews),
    Reply(Ticket, Result<Answer, Fault>),
    /// The keys that approvals can be signed with.
    Keys(Result<Found, Fault>),
    /// The keys that runbooks can be signed with.
    BookKeys(Result<Found, Fault>),
    Feed(FeedId, FeedNews),
    Ranked {
        generation: u64,
        order: Vec<u32>,
    },
    /// A theme was loaded, or was wrong.
    Theme(Result<Palette, String>),
    Copied(Result<usize, String>),
    Exported(Result<String, String>),
    /// The editor has ended, or could not be started.
    Edited(Result<PathBuf, String>),
    /// A setting was written into the config file, or could not be.
    Written(Result<Written, String>),
    /// A theme file was saved.
    ThemesChanged,
    /// The terminal's ground is light, or dark.
    Ground {
        light: bool,
    },
    /// The terminal has got the focus, or lost it.
    Focus(bool),
    /// A recording has begun, or is over.
    Recording(Taped),
    /// The daemon said this beside an answer.
    Warned(String),
    /// The daemon of a context can be gone to, or why not.
    Reached(Result<Box<Arrived>, String>),
    /// What it is was asked for in the scope of that number.
    Of(u64, Box<What>),
}

/// What became of a recording, and of which file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Taped {
    Begun(String),
    Ended(String),
    /// It has its size, or could not be written on: why, and what there is of it.
    Broken(String, String),
    /// It could not begin, and why.
    Refused(String),
}

impl What {
    /// Whether somebody did it, with the keyboard or the mouse.
    pub(crate) const fn is_typed(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Paste(_) | Self::Act(_))
    }

    /// What the terminal sends, where it means anything here.
    pub(crate) fn of_terminal(input: Input) -> Option<Self> {
        let event = match input {
            Input::Ground { light } => return Some(Self::Ground { light }),
            // The loop's own business: how fast it may draw.
            Input::Here => return None,
            Input::Event(event) => event,
        };
        Some(match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Self::Key(key),
            Event::Paste(text) => Self::Paste(text),
            Event::Resize(columns, rows) => Self::Resize(columns, rows),
            Event::FocusGained => Self::Focus(true),
            Event::FocusLost => Self::Focus(false),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollUp => Self::Key(KeyEvent::from(KeyCode::Up)),
                MouseEventKind::ScrollDown => Self::Key(KeyEvent::from(KeyCode::Down)),
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// About the connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum LinkNews {
    /// The daemon answered, after this long.
    Up {
        principal: String,
        /// They are somebody else than the local user: they logged in, or came from elsewhere.
        named: bool,
        scope: v1::Scope,
        latency: Duration,
        /// Approvals that wait for whoever uses the console, and those that they asked for.
        approvals: (u32, u32),
        /// What nothing starts in.
        freezes: Vec<v1::Freeze>,
        /// Reviews that fall due, and incidents that are open.
        alerts: (u32, u32),
    },
    /// It did not; tried again after a while.
    Down { problem: String },
}

/// News of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FeedNews {
    Runs(v1::WatchRunsResponse),
    Run(Box<v1::WatchRunResponse>),
    Log(v1::LogChunk),
    Event(v1::Event),
    Verified(v1::VerifyProgress),
    Tried(Tried),
    Fetched(Fetched),
    /// It is over: by itself, or by a fault.
    Ended(Option<Fault>),
}

/// Kinds of faults that screens treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FaultKind {
    /// Policy says no.
    Denied,
    NotFound,
    /// The daemon can't be reached.
    Unreachable,
    /// The connection broke before the answer to a change: it may have been made.
    Unclear,
    Other,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// The stable code, such as `POLICY_DENIED`.
    pub(crate) code: String,
    pub(crate) message: String,
    /// What would mend it.
    pub(crate) hint: String,
    /// The approval that it waits for; empty for none.
    pub(crate) approval: String,
}

impl Fault {
    /// What is said of it where nothing else says what kind it is.
    pub(crate) fn told(&self) -> String {
        match self.kind {
            FaultKind::Unclear => {
                format!("it is not known whether this was done: {}", self.message)
            }
            _ => self.message.clone(),
        }
    }
}
