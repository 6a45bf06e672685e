//! The screens. Each is a small state with four verbs: what it is called and where its focus is,
//! what may be done, how it changes, how it is drawn.

mod approvals;
mod ledger;
mod runs;
mod schedules;
mod workflows;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

pub(crate) use self::{
    approvals::{ApprovalsScreen, say_it},
    ledger::LedgerScreen,
    runs::{RunsScreen, release, skip},
    schedules::SchedulesScreen,
    workflows::{WorkflowsScreen, end, read_manifest},
};
use crate::{
    app::{Answer, Effect, Fault, FeedId, FeedNews, Level, Shared, Subject, Ticket},
    input::{Action, Place},
    widget::{Confirm, Form, Target},
};

/// Something that a screen hears of.
#[derive(Debug)]
pub(crate) enum Event {
    /// It comes to the front, or the link came back: subscribe to what is shown.
    Enter,
    /// It goes to the back: drop subscriptions.
    Leave,
    /// The window has another size: keep the cursor in sight.
    Resize,
    /// The moment it asked for has come.
    Tick,
    Act(Action),
    Reply(Ticket, Result<Answer, Fault>),
    Feed(FeedId, FeedNews),
}

/// What a screen or a layer wants to happen.
#[derive(Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "moved once each; boxes would cost more")]
pub(crate) enum Intent {
    Do(Effect),
    /// Ask before a change.
    Confirm(Box<Confirm>),
    /// Ask for more before that.
    Form(Box<Form>),
    Go(Target),
    /// Say something that can be looked at.
    Offer {
        level: Level,
        text: String,
        target: Target,
    },
}

impl From<Effect> for Intent {
    fn from(effect: Effect) -> Self {
        Self::Do(effect)
    }
}

/// A screen.
pub(crate) trait Screen {
    /// Its name on the line of screens.
    fn title(&self) -> &'static str;
    /// Where the focus is, innermost first.
    fn places(&self) -> &'static [Place];
    /// What an action of this place would be done to.
    fn subject(&self, action: Action) -> Subject;
    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent>;
    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared);
    /// The command that gives the same.
    fn twin(&self) -> String;
    /// What `y` copies.
    fn chosen(&self, shared: &Shared) -> Option<String>;
    /// What `e` writes: a file name without its ending, and JSON.
    fn export(&self) -> Option<(String, String)>;
    /// When it wants a tick.
    fn next_wake(&self, shared: &Shared) -> Option<Timestamp>;
}
