//! Everything that the console knows. Two equal models draw the same screen.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::LazyLock,
};

use conductor_protocol::v1::{Plan, Scope};
use jiff::{SignedDuration, Timestamp};

use super::{
    attention::Attention,
    chord,
    contexts::Context,
    offered::Offered,
    pause::Held,
    place::Left,
    shared::{Link, LinkState, Look, Shared},
    told::Told,
    tour::Caption,
    trail::Trail,
    used::Used,
    views::Views,
};
use crate::{
    columns::Arrangements,
    input::{Action, Grammar, History, Key, Keymap, Names},
    screen::{Screen, Screens, Tab},
    terminal::Notifier,
    widget::{
        Chooser, Confirm, Finder, Form, Help, Journal, PlanPage, Prompt, Target, Unlock, ViewList,
    },
};

/// How long the first `q` or `^c` waits for the second.
pub(crate) const QUIT_ARMED: SignedDuration = SignedDuration::from_secs(3);
/// How long the way that was come is shown after a step on it.
pub(crate) const TRAIL_SHOWN: SignedDuration = SignedDuration::from_secs(3);

/// Something that lies over the screen and takes the keys.
#[derive(Debug)]
pub(crate) enum Layer {
    Prompt(Prompt),
    Finder(Finder),
    Form(Form),
    Confirm(Confirm),
    Help(Help),
    Journal(Journal),
    Views(ViewList),
    Plan(Box<PlanPage>),
    /// The columns of a list are arranged.
    Columns(Chooser),
    /// A key's passphrase is asked for.
    Unlock(Box<Unlock>),
}

impl Layer {
    /// Whether something is about to happen by what is answered here.
    pub(crate) const fn is_question(&self) -> bool {
        matches!(self, Self::Confirm(_) | Self::Unlock(_))
    }

    /// The line that is typed.
    pub(crate) const fn prompt(&self) -> Option<&Prompt> {
        match self {
            Self::Prompt(prompt) => Some(prompt),
            _ => None,
        }
    }
}

/// What a console starts from.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) now: Timestamp,
    pub(crate) size: (u16, u16),
    pub(crate) look: Look,
    pub(crate) scope: Scope,
    /// Nothing can be changed: in any context, and in this one.
    pub(crate) read_only: (bool, bool),
    /// By what somebody is told who looks elsewhere, where the settings leave it to the terminal.
    pub(crate) notifier: Notifier,
    pub(crate) endpoint: String,
    /// The named context, and all that there are.
    pub(crate) contexts: (Option<Context>, Vec<String>),
    pub(crate) keymap: Keymap,
    pub(crate) themes: Vec<String>,
    /// What it was told to be, by what.
    pub(crate) told: Told,
    /// Clicks and the wheel are taken.
    pub(crate) mouse: bool,
    /// The command line's tree, made when it is wanted for the first time.
    pub(crate) grammar: LazyLock<Grammar>,
    /// Commands typed in sessions before.
    pub(crate) commands: Vec<String>,
    /// What was chosen in sessions before.
    pub(crate) used: Used,
    /// How lists were arranged in sessions before.
    pub(crate) arrangements: Arrangements,
    /// Views that were saved.
    pub(crate) views: Views,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) shared: Shared,
    pub(crate) screens: Screens,
    pub(crate) tab: Tab,
    /// The top one takes the keys.
    pub(crate) layers: Vec<Layer>,
    pub(crate) keymap: Keymap,
    /// Keys of a chord that is not complete.
    pub(crate) typed: Vec<Key>,
    /// When the last of them was pressed.
    pub(crate) typed_at: Option<Timestamp>,
    /// What the screen in front has not heard of, while its view stands still.
    pub(crate) held: Option<Held>,
    pub(crate) themes: Vec<String>,
    pub(crate) filters: History,
    pub(crate) commands: History,
    /// What the last message with something to open was about.
    pub(crate) offered: Option<Offered>,
    /// The last plan of each workflow, by name.
    pub(crate) plans: BTreeMap<String, Plan>,
    /// Chosen in the palette before.
    pub(crate) used: Used,
    /// Other daemons that can be gone to by name.
    pub(crate) contexts: super::contexts::Known,
    /// Saved under a name.
    pub(crate) views: Views,
    /// What was typed into forms, by workflow; newest last.
    pub(crate) remembered: Vec<(String, Vec<(String, String)>)>,
    /// The way that was come, and until when it is shown.
    pub(crate) trail: Trail,
    pub(crate) trail_until: Option<Timestamp>,
    pub(crate) grammar: LazyLock<Grammar>,
    /// Names that the command line completes, while one is typed.
    pub(crate) names: Names,
    /// A command for a shell, which the key that copies copies next.
    pub(crate) to_copy: Option<String>,
    /// Many changes that are being carried out.
    pub(crate) tallies: Vec<super::many::Tally>,
    /// Clicks and the wheel are taken.
    pub(crate) mouse: bool,
    /// How often another scope was moved to: what was asked before counts no more.
    pub(crate) epoch: u64,
    /// The places that were left last, for what becomes of changes that were asked for there.
    pub(crate) left: VecDeque<Left>,
    /// It is not the scope that the console was started in.
    pub(crate) moved: bool,
    /// A second `q` or `^c` until then quits.
    pub(crate) quit_until: Option<Timestamp>,
    /// A stream broke although the link is up: subscribe again then.
    pub(crate) resume_at: Option<Timestamp>,
    /// It is a recording that plays.
    pub(crate) playing: Option<Playing>,
    /// What is said of it, where it is the tour.
    pub(crate) caption: Option<Caption>,
    /// What somebody who looks elsewhere is told of.
    pub(crate) attention: Attention,
    /// Something visible may be different from what was drawn last.
    pub(crate) changed: bool,
}

/// How far a recording has played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Playing {
    pub(crate) at: SignedDuration,
    pub(crate) of: SignedDuration,
    pub(crate) paused: bool,
    /// How much faster than it was; negative for slower, as a power of two.
    pub(crate) pace: i8,
}

impl Model {
    pub(crate) fn new(start: Start) -> Self {
        let link = Link {
            state: LinkState::Connecting,
            latency: None,
            heard_at: None,
            endpoint: start.endpoint,
        };
        let shared = Shared {
            now: start.now,
            size: start.size,
            look: start.look,
            told: Told { themes: start.themes.clone(), ..start.told },
            context: start.contexts.0,
            scope: start.scope,
            principal: String::new(),
            named: false,
            read_only: start.read_only.0 || start.read_only.1,
            approvals_waiting: 0,
            alerts: (0, 0),
            freezes: Vec::new(),
            link,
            recording: None,
            messages: <_>::default(),
            verdicts: <_>::default(),
            risks: <_>::default(),
            feeds_made: 0,
            arrangements: start.arrangements,
            secret_inputs: <_>::default(),
            paused: None,
        };
        let mut first = Trail::default();
        first.went(Target::Act(Tab::Runs.action()));
        Self {
            shared,
            screens: Screens::default(),
            tab: Tab::Runs,
            layers: Vec::new(),
            keymap: start.keymap,
            typed: Vec::new(),
            typed_at: None,
            held: None,
            themes: start.themes,
            filters: History::default(),
            commands: History::of(&start.commands),
            offered: None,
            plans: BTreeMap::new(),
            used: start.used,
            contexts: super::contexts::Known::new(start.contexts.1, start.read_only.0),
            views: start.views,
            remembered: Vec::new(),
            trail: first,
            trail_until: None,
            grammar: start.grammar,
            names: Names::default(),
            to_copy: None,
            tallies: Vec::new(),
            mouse: start.mouse,
            epoch: 0,
            left: VecDeque::new(),
            moved: false,
            quit_until: None,
            resume_at: None,
            playing: None,
            caption: None,
            attention: Attention::new(start.notifier),
            changed: true,
        }
    }

    pub(crate) fn screen(&self) -> &dyn Screen {
        self.screens.get(self.tab)
    }

    /// A screen and what it shares with the others, both to be changed.
    pub(crate) fn screen_mut(&mut self, tab: Tab) -> (&mut dyn Screen, &mut Shared) {
        (self.screens.get_mut(tab), &mut self.shared)
    }

    /// Whether an action can be done here now.
    pub(crate) fn availability(&self, action: Action) -> super::Availability {
        if action == Action::Follow && self.offered.is_none() {
            let why = "no message offered anything to open or to undo";
            return super::Availability::Refused(why.to_owned());
        }
        if action == Action::PauseView && self.held.is_none() && !self.moves() {
            let why = "nothing moves here by itself";
            return super::Availability::Refused(why.to_owned());
        }
        // It is about the tenant, whatever the screen shows.
        let subject = match action {
            Action::Freeze | Action::Lift | Action::KillSwitch => super::Subject::Of(String::new()),
            _ => self.screen().subject(action),
        };
        self.shared.availability(action, subject)
    }

    /// Whether what is in front changes without a key.
    fn moves(&self) -> bool {
        self.tab != Tab::Settings && self.shared.link.was_up()
    }

    /// When something will look different although nothing happened.
    pub(crate) fn next_wake(&self) -> Timestamp {
        let now = self.shared.now;
        let step = if self.shared.look.reduced_motion { 60 } else { 1 };
        let past = now.as_second().rem_euclid(step);
        let clock = Timestamp::from_second(now.as_second() - past + step).unwrap_or(now);
        [
            self.shared.messages.next_change(now),
            self.screen().next_wake(&self.shared),
            self.resume_at,
            self.quit_until,
            self.trail_until,
            self.attention.next_wake(),
            chord::due(self),
        ]
        .into_iter()
        .flatten()
        .fold(clock, Timestamp::min)
    }
}
