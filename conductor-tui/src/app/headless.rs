//! The console's log without a terminal and without a daemon: lines and keys go in, frames come out.
//! Benchmarks measure with it what a person at the console waits for.

use std::{collections::BTreeMap, io, sync::LazyLock, time::Duration};

use conductor_protocol::v1::{LogChunk, Scope};
use crossterm::event::KeyCode;
use jiff::{Timestamp, tz::TimeZone};

use super::{
    effect::{Effect, Feed, FeedId},
    model::{Model, Start},
    msg::{FeedNews, LinkNews, Msg, What},
    paint::Painter,
    shared::Look,
    update::{go, update},
    used::Used,
};
use crate::{
    input::{Grammar, Keymap},
    screen::Tab,
    terminal::Notifier,
    theme::{Choice, Depth, GlyphSet, ThemeStore},
    widget::Target,
};

/// See the module.
pub struct Headless {
    model: Model,
    painter: Painter,
    feed: FeedId,
}

impl Headless {
    /// A console that shows the log of a run, with nothing in it, in so many columns and rows.
    ///
    /// # Errors
    ///
    /// What the shipped theme or keymap is wrong with.
    pub fn of_log(size: (u16, u16)) -> io::Result<Self> {
        let theme = ThemeStore::shipped().theme("dark").map_err(io::Error::other)?;
        let start = Start {
            now: Timestamp::UNIX_EPOCH,
            size,
            look: Look {
                palette: theme.at(Depth::True),
                choice: Choice::default(),
                glyphs: GlyphSet::Unicode.glyphs(),
                reduced_motion: false,
                zone: TimeZone::UTC,
            },
            scope: Scope::default(),
            read_only: (false, false),
            notifier: Notifier::Off,
            endpoint: String::new(),
            contexts: <_>::default(),
            keymap: Keymap::new(&BTreeMap::new()).map_err(io::Error::other)?,
            themes: Vec::new(),
            told: super::told::Told::default(),
            mouse: false,
            grammar: LazyLock::new(Grammar::default),
            commands: Vec::new(),
            used: Used::default(),
            arrangements: <_>::default(),
            views: <_>::default(),
        };
        let mut model = Model::new(start);
        let up = LinkNews::Up {
            principal: String::new(),
            named: false,
            scope: Scope::default(),
            latency: Duration::ZERO,
            approvals: (0, 0),
            freezes: Vec::new(),
            alerts: (0, 0),
        };
        update(&mut model, Msg { at: Timestamp::UNIX_EPOCH, what: What::Link(up) });
        let effects = go(&mut model, Target::At(Tab::Logs, "run".to_owned()));
        let feed = effects.into_iter().find_map(|effect| match effect {
            Effect::Watch(id, Feed::Logs(_)) => Some(id),
            _ => None,
        });
        let feed = feed.ok_or_else(|| io::Error::other("the log was not asked for"))?;
        Ok(Self { model, painter: Painter::new(size)?, feed })
    }

    /// Output of a task has come.
    pub fn take(&mut self, chunk: LogChunk) {
        self.happens(What::Feed(self.feed, FeedNews::Log(chunk)));
    }

    /// A key was pressed.
    pub fn press(&mut self, key: char) {
        let code = if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) };
        self.happens(What::Key(code.into()));
    }

    /// The moment has come that it asked to be woken at; says whether there was one.
    pub fn tick(&mut self) -> bool {
        let due = self.model.next_wake() <= self.model.shared.now;
        if due {
            self.happens(What::Tick);
        }
        due
    }

    /// The bytes that the next frame sends to a terminal.
    ///
    /// # Errors
    ///
    /// None that a terminal in memory has.
    pub fn frame(&mut self) -> io::Result<Vec<u8>> {
        self.painter.frame(&self.model)
    }

    fn happens(&mut self, what: What) {
        let at = self.model.shared.now;
        drop(update(&mut self.model, Msg { at, what }));
    }
}
