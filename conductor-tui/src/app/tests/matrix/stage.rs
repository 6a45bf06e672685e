//! A screen or layer to be looked at, and the messages that bring it into each of its states.

use std::time::Duration;

use conductor_protocol::v1::{Freeze, FreezeReach, freeze_reach::Reach};
use jiff::SignedDuration;

use super::super::{Console, approvals::Desk, daemon, pulse::Ward};
use crate::{
    app::{
        Fault, FaultKind, Look,
        msg::{LinkNews, What},
    },
    screen::Tab,
};

/// What a screen can be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Full,
    Empty,
    Loading,
    Stale,
    Denied,
    Error,
}

/// The states of a screen.
pub(super) const WHOLE: &[State] =
    &[State::Full, State::Empty, State::Loading, State::Stale, State::Denied, State::Error];
/// Those of a part of one that can't be empty.
pub(super) const FEW: &[State] = &[State::Full, State::Loading, State::Stale, State::Denied];

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Empty => "empty",
            Self::Loading => "loading",
            Self::Stale => "stale",
            Self::Denied => "denied",
            Self::Error => "error",
        }
    }

    /// Words that tell it; one of them is on the screen.
    pub(super) const fn told(self) -> &'static [&'static str] {
        match self {
            Self::Full => &[],
            Self::Empty => &["no ", "nothing", "nobody", "none"],
            Self::Loading => &["reading", "making", "trying"],
            Self::Stale => &["stale "],
            Self::Denied => &["denied", "may not", "not allowed"],
            Self::Error => &["wrong", "failed", "VIEWS_REBUILDING"],
        }
    }
}

/// See the module.
pub(super) struct Stage {
    /// What its files are called.
    pub(super) name: &'static str,
    /// The screen that this is the first sight of.
    pub(super) tab: Option<Tab>,
    /// Keys from a console that has just connected, divided by spaces, with a rest after each; `+`
    /// joins those that come without one, and `=` types the rest of the word, where `_` is a blank.
    /// The last asks for what is shown, except on a screen, which asks when it comes to the front.
    pub(super) way: &'static str,
    /// Another way for a state that other keys lead to.
    pub(super) instead: &'static [(State, &'static str)],
    pub(super) states: &'static [State],
    /// What tells a state here, where it is not one of its usual words.
    pub(super) told: &'static [(State, &'static str)],
    pub(super) environment: &'static str,
    /// What else the daemon has.
    pub(super) prepare: fn(&mut Console),
    /// What it is for, in a sentence; without one it is not in `docs/console/`.
    pub(super) says: &'static str,
    /// It lies over a screen and takes the keys.
    pub(super) is_layer: bool,
}

impl Stage {
    /// A screen, in every state.
    pub(super) const fn screen(name: &'static str, way: &'static str) -> Self {
        Self::part(name, way, WHOLE)
    }

    /// A part of a screen.
    pub(super) const fn part(
        name: &'static str,
        way: &'static str,
        states: &'static [State],
    ) -> Self {
        Self {
            name,
            tab: None,
            way,
            instead: &[],
            states,
            told: &[],
            environment: "dev",
            prepare: |_| {},
            says: "",
            is_layer: false,
        }
    }

    /// Something that lies over a screen.
    pub(super) const fn layer(
        name: &'static str,
        way: &'static str,
        states: &'static [State],
    ) -> Self {
        Self { is_layer: true, ..Self::part(name, way, states) }
    }

    /// The words that tell a state here.
    pub(super) fn told(&self, state: State) -> Vec<&'static str> {
        let own: Vec<&str> =
            self.told.iter().filter(|(of, _)| *of == state).map(|(_, word)| *word).collect();
        if own.is_empty() { state.told().to_vec() } else { own }
    }

    /// A console that shows it in a state.
    pub(super) fn open(&self, state: State, size: (u16, u16), look: Look) -> Console {
        let mut console = Console::with(size, look, self.environment);
        furnish(&mut console);
        (self.prepare)(&mut console);
        let own = self.instead.iter().find(|(of, _)| *of == state).map(|(_, way)| *way);
        let way = own.unwrap_or(self.way);
        let mut keys: Vec<&str> = way.split(' ').filter(|key| !key.is_empty()).collect();
        let whole = self.tab.is_some();
        if state == State::Empty && whole {
            console.daemon.bare = true;
            console.daemon.calm = true;
            console.daemon.ward = Ward::well(console.model.shared.now);
        }
        // A screen is refused from the first word on, a part of one when it is asked for.
        let last = if whole { None } else { keys.pop() };
        if whole {
            arrange(&mut console, state);
        }
        let mut up = up(&console);
        // It would say so.
        if let LinkNews::Up { freezes, .. } = &mut up
            && self.name == "messages"
        {
            freezes.clear();
        }
        let effects = console.send(What::Link(up));
        let unheard = state == State::Loading;
        if !(whole && unheard) {
            console.answer(effects);
            rest(&mut console, 8);
        }
        for key in keys {
            play(&mut console, key, whole && unheard);
        }
        if let Some(last) = last {
            arrange(&mut console, state);
            play(&mut console, last, unheard);
        }
        if !unheard {
            rest(&mut console, 8);
        }
        if state == State::Stale {
            console.disconnect();
            console.pass(SignedDuration::from_secs(14));
        }
        read_all(&mut console, self.is_layer);
        console
    }
}

/// Everything there can be.
fn furnish(console: &mut Console) {
    let now = console.model.shared.now;
    console.daemon.desk = Desk::full(now);
    console.daemon.ward = Ward::ill(now);
}

/// What the daemon says from now on.
fn arrange(console: &mut Console, state: State) {
    console.daemon.refusal = match state {
        State::Denied => Some(daemon::fault(FaultKind::Denied)),
        State::Error => Some(Fault {
            kind: FaultKind::Other,
            code: "VIEWS_REBUILDING".into(),
            message: "the views are being rebuilt, 40 % done".into(),
            hint: "try again in a minute".into(),
            approval: String::new(),
        }),
        _ => None,
    };
}

/// The daemon answers, and something is frozen.
fn up(console: &Console) -> LinkNews {
    let reach = Some(FreezeReach { reach: Some(Reach::Workflow("drain-node".into())) });
    let freeze = Freeze {
        name: "storm".into(),
        reach,
        set_by: "carol".into(),
        reason: "storage is being moved".into(),
        ..Freeze::default()
    };
    let bare = console.daemon.bare;
    LinkNews::Up {
        principal: "uid:1000".into(),
        named: false,
        scope: console.model.shared.scope.clone(),
        latency: Duration::from_millis(12),
        approvals: if bare { (0, 0) } else { console.daemon.desk.counted() },
        freezes: if bare { Vec::new() } else { vec![freeze] },
        alerts: (0, 0),
    }
}

/// Presses keys or types a text; where nothing is heard of the daemon it answers nothing.
fn play(console: &mut Console, keys: &str, unheard: bool) {
    match keys.strip_prefix('=') {
        Some(text) if !text.is_empty() => drop(console.write(&text.replace('_', " "))),
        _ if unheard => {
            for key in keys.split('+').filter(|key| !key.is_empty()) {
                console.send(What::Key(daemon::key(key)));
            }
        }
        _ => {
            for key in keys.split('+').filter(|key| !key.is_empty()) {
                console.press(key);
            }
            rest(console, 2);
        }
    }
}

/// Lets the cursor rest, so that what depends on it is asked for.
fn rest(console: &mut Console, times: usize) {
    for _ in 0..times {
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
}

/// Puts away what was said, so that nothing lies over the screen.
fn read_all(console: &mut Console, is_layer: bool) {
    // With a layer on top the key would close that instead.
    if is_layer {
        console.pass(SignedDuration::from_secs(6));
        return;
    }
    while !console.model.shared.messages.toasts(console.model.shared.now).is_empty() {
        console.press("Esc");
    }
}
