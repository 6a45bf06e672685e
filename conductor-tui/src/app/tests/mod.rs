//! The console without a terminal: keys in, effects and pictures out, a made-up daemon behind.

mod approvals;
mod approving;
mod arranged;
mod attention;
mod beside;
mod chords;
mod columns;
mod contexts;
mod countersign;
mod daemon;
mod filters;
mod graph;
mod keys;
mod ledger;
mod linear;
mod logs;
mod looks;
mod marks;
mod matrix;
mod mouse;
mod palette;
mod paused;
mod pictures;
mod plans;
mod policy;
mod pulse;
mod queues;
mod robust;
mod rollout;
mod run;
mod runbooks;
mod schedules;
mod secrets;
mod settings;
mod tenants;
mod tour;
mod undo;
mod views;
mod words;

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use conductor_protocol::v1::Scope;
use crossterm::event::KeyCode;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use self::daemon::Daemon;
pub(crate) use self::{
    contexts::{answers, arrived},
    daemon::{key, summary},
    pictures::compare,
};
use super::{
    Effect, Look,
    kept::Keep,
    model::{Model, Start},
    msg::{LinkNews, Msg, What},
    recording::{Recorder, Setting},
    update::update,
    view::view,
};
use crate::{
    input::Keymap,
    terminal::Notifier,
    theme::{ASCII, Choice, Depth, ThemeStore, UNICODE},
};

pub(super) const NOW: &str = "2026-11-21T14:03:22Z";

/// A look for tests of single widgets.
pub(crate) fn look() -> Look {
    looks("dark", false)
}

pub(crate) fn looks(theme: &str, ascii: bool) -> Look {
    let depth = if theme == "mono" { Depth::Mono } else { Depth::True };
    Look {
        palette: ThemeStore::shipped().theme(theme).unwrap().at(depth),
        choice: Choice { by_hand: Some(theme.to_owned()), ..Choice::default() },
        glyphs: if ascii { &ASCII } else { &UNICODE },
        reduced_motion: false,
        zone: TimeZone::UTC,
    }
}

/// A console under test.
pub(crate) struct Console {
    pub(super) model: Model,
    /// How it was started, and what writes down what happens to it.
    pub(crate) setting: Setting,
    pub(crate) recorder: Option<Recorder<Vec<u8>>>,
    pub(super) daemon: Daemon,
    now: Timestamp,
}

impl Console {
    /// Just started: nothing is known of a daemon.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self::with(size, looks("dark", false), "dev")
    }

    pub(crate) fn with(size: (u16, u16), look: Look, environment: &str) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        Self::of(Self::start(size, look, environment), now)
    }

    fn of(start: Start, now: Timestamp) -> Self {
        let setting = Setting::of(&start, &BTreeMap::new());
        Self { model: Model::new(start), setting, recorder: None, daemon: Daemon::new(now), now }
    }

    /// Everything that happens is written down.
    pub(crate) fn recorded(size: (u16, u16)) -> Self {
        let mut console = Self::new(size);
        console.recorder = Some(Recorder::for_tests(&console.setting));
        console
    }

    fn start(size: (u16, u16), look: Look, environment: &str) -> Start {
        Start {
            now: NOW.parse().unwrap(),
            size,
            look,
            scope: Scope {
                tenant: "acme".into(),
                environment: environment.into(),
                region: "eu-west-1".into(),
            },
            read_only: (false, false),
            notifier: Notifier::Bell,
            endpoint: "unix:///run/user/1000/conductor/conductord.sock".into(),
            contexts: <_>::default(),
            keymap: Keymap::new(&BTreeMap::new()).unwrap(),
            themes: ["dark", "light", "mono"].map(str::to_owned).to_vec(),
            told: settings::told(),
            mouse: false,
            grammar: LazyLock::new(crate::input::grammar::tests::grammar),
            commands: Vec::new(),
            used: <_>::default(),
            arrangements: <_>::default(),
            views: <_>::default(),
        }
    }

    /// Connected, with everything answered.
    pub(crate) fn live(size: (u16, u16)) -> Self {
        let mut console = Self::new(size);
        console.connect();
        console
    }

    pub(crate) fn connect(&mut self) {
        let scope = self.model.shared.scope.clone();
        let latency = Duration::from_millis(12);
        let news = LinkNews::Up {
            principal: "uid:1000".into(),
            named: false,
            scope,
            latency,
            approvals: self.daemon.desk.counted(),
            freezes: Vec::new(),
            alerts: (0, 0),
        };
        let effects = self.send(What::Link(news));
        self.answer(effects);
    }

    pub(crate) fn disconnect(&mut self) -> Vec<Effect> {
        self.send(What::Link(LinkNews::Down { problem: "connection refused".into() }))
    }

    pub(crate) fn send(&mut self, what: What) -> Vec<Effect> {
        if let Some(recorder) = &mut self.recorder {
            recorder.note(self.now, &what, &self.model).unwrap();
        }
        let effects = update(&mut self.model, Msg { at: self.now, what });
        if let Some(recorder) = &mut self.recorder {
            recorder.asked(&effects);
        }
        effects
    }

    /// Lets time pass, with the ticks that the model asks for.
    pub(crate) fn pass(&mut self, span: SignedDuration) -> Vec<Effect> {
        let end = self.now + span;
        let mut effects = Vec::new();
        while self.model.next_wake() <= end {
            self.now = self.model.next_wake().max(self.now);
            effects.extend(self.send(What::Tick));
            if self.now == end {
                break;
            }
        }
        self.now = end;
        effects
    }

    /// Presses keys, written as in the keymap and divided by spaces; the daemon answers what they
    /// ask. Gives the effects of the last key.
    pub(crate) fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut last = Vec::new();
        for key in keys.split(' ') {
            last = self.send(What::Key(daemon::key(key)));
            self.answer(last.clone());
        }
        last
    }

    /// Types text.
    pub(crate) fn write(&mut self, text: &str) -> Vec<Effect> {
        let mut last = Vec::new();
        for c in text.chars() {
            last = self.send(What::Key(KeyCode::Char(c).into()));
            self.answer(last.clone());
        }
        last
    }

    /// Types a line after `:`. Gives what it brings about, besides that it is kept.
    pub(crate) fn command(&mut self, line: &str) -> Vec<Effect> {
        self.press(":");
        self.write(line);
        let mut effects = self.press("Enter");
        effects.retain(|effect| !matches!(effect, Effect::Keep(Keep::Command(_))));
        effects
    }

    /// Lets the daemon answer, until it has nothing more to say.
    pub(crate) fn answer(&mut self, mut effects: Vec<Effect>) {
        while !effects.is_empty() {
            let said: Vec<What> =
                effects.drain(..).flat_map(|effect| self.daemon.answer(effect)).collect();
            for what in said {
                effects.extend(self.send(what));
            }
        }
    }

    pub(super) fn draw(&self) -> Buffer {
        drawn(&self.model)
    }

    /// The screen as text, without blanks at the ends of lines.
    pub(crate) fn text(&self) -> String {
        text(&self.draw())
    }
}

fn drawn(model: &Model) -> Buffer {
    let (columns, rows) = model.shared.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// What a model draws, as text.
pub(crate) fn text_of(model: &Model) -> String {
    text(&drawn(model))
}

pub(crate) fn text(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width.max(1)));
    let line = |cells: &[ratatui::buffer::Cell]| {
        let mut text = String::new();
        let mut skip = 0;
        for cell in cells {
            if skip == 0 {
                text.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        format!("{}\n", text.trim_end())
    };
    rows.map(line).collect()
}
