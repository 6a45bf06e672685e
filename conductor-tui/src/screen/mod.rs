//! The screens. Each is a small state with four verbs: what it is called and where its focus is,
//! what may be done, how it changes, how it is drawn.

mod approvals;
mod graph;
mod ledger;
mod logs;
mod policy;
mod pulse;
mod queues;
mod runs;
mod schedules;
mod settings;
mod tenants;
mod workflows;

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use self::{
    approvals::ApprovalsScreen, graph::GraphScreen, ledger::LedgerScreen, logs::LogsScreen,
    policy::PolicyScreen, pulse::PulseScreen, queues::QueuesScreen, runs::RunsScreen,
    schedules::SchedulesScreen, settings::SettingsScreen, tenants::TenantsScreen,
    workflows::WorkflowsScreen,
};
pub(crate) use self::{
    approvals::say_it,
    policy::{roll_back, short_revision},
    runs::{is_ended, release, skip},
    tenants::tenant_question,
    workflows::{end, read_manifest},
};
use crate::{
    app::{Answer, AttentionKind, Effect, Fault, FeedId, FeedNews, Level, Shared, Subject, Ticket},
    columns::Arrangement,
    input::{Action, Place},
    widget::{Confirm, Entry, Form, Target, Told},
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
    /// Tell somebody who looks elsewhere.
    Tell(AttentionKind, String),
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

/// The table of screens: a line gives a screen its tab, its place in the model, and the action that
/// brings it to the front. The order is that of the tabs; the keys are the actions'.
macro_rules! screens {
    ($($tab:ident => $field:ident: $screen:ty, by $go:ident;)*) => {
        /// Which screen, in the order of the line of screens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Tab { $($tab,)* }

        impl Tab {
            pub(crate) const ALL: &[Self] = &[$(Self::$tab,)*];

            /// The screen that an action brings to the front.
            pub(crate) const fn of(action: Action) -> Option<Self> {
                match action {
                    $(Action::$go => Some(Self::$tab),)*
                    _ => None,
                }
            }

            /// The screen that is called so, by the name of its action.
            ///
            /// # Errors
            ///
            /// What is wrong with it, and the names there are.
            pub(crate) fn named(name: &str) -> Result<Self, String> {
                let named = |tab: &Self| tab.action().spec().name;
                Self::ALL.iter().copied().find(|tab| named(tab) == name).ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.iter().map(named).collect();
                    let names = names.join(", ");
                    format!("`start` in [console]: no screen is called `{name}`, there are {names}")
                })
            }

            /// The action that brings the screen to the front.
            pub(crate) const fn action(self) -> Action {
                match self { $(Self::$tab => Action::$go,)* }
            }
        }

        /// Every screen there is.
        #[derive(Debug, Default)]
        pub(crate) struct Screens { $(pub(crate) $field: $screen,)* }

        impl Screens {
            pub(crate) fn get(&self, tab: Tab) -> &dyn Screen {
                match tab { $(Tab::$tab => &self.$field,)* }
            }

            pub(crate) fn get_mut(&mut self, tab: Tab) -> &mut dyn Screen {
                match tab { $(Tab::$tab => &mut self.$field,)* }
            }
        }
    };
}

screens! {
    Pulse => pulse: PulseScreen, by GoPulse;
    Runs => runs: RunsScreen, by GoRuns;
    Approvals => approvals: ApprovalsScreen, by GoApprovals;
    Workflows => workflows: WorkflowsScreen, by GoWorkflows;
    Queues => queues: QueuesScreen, by GoQueues;
    Schedules => schedules: SchedulesScreen, by GoSchedules;
    Policy => policy: PolicyScreen, by GoPolicy;
    Ledger => ledger: LedgerScreen, by GoLedger;
    Graph => graph: GraphScreen, by GoGraph;
    Tenants => tenants: TenantsScreen, by GoTenants;
    Logs => logs: LogsScreen, by GoLogs;
    Settings => settings: SettingsScreen, by GoSettings;
}

/// The names of the screens, by which `start` in `[console]` has them.
pub fn screens() -> impl Iterator<Item = &'static str> {
    Tab::ALL.iter().map(|tab| tab.action().spec().name)
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
    /// Whether leaving goes to no other part of the screen: `q` there leaves the console.
    fn outermost(&self) -> bool {
        true
    }
    /// Brings something of it to the front, by name or id. The screen is in front already.
    fn open(&mut self, _what: &str, _shared: &mut Shared) -> Vec<Intent> {
        Vec::new()
    }
    /// The filter that is on, as it was typed.
    fn filter_text(&self) -> String {
        String::new()
    }
    /// Shows only what matches.
    ///
    /// # Errors
    ///
    /// What is wrong with the filter; the one that is on stays.
    fn filter(&mut self, _text: &str, _shared: &mut Shared) -> Result<Vec<Intent>, String> {
        Ok(Vec::new())
    }
    /// The text that is looked for.
    fn search_text(&self) -> String {
        String::new()
    }
    /// Looks for another text; with `goes` it goes to where that is.
    fn search(&mut self, _text: &str, _goes: bool, _shared: &mut Shared) {}
    /// What another screen opens when it is gone to from here: by its name or id there.
    fn leads_to(&self, _tab: Tab) -> Option<String> {
        None
    }
    /// What the palette finds in it.
    fn offers(&self, _shared: &Shared) -> Vec<Entry> {
        Vec::new()
    }
    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared);
    /// The chosen row, for somebody who sees none. Where there is nothing, what is drawn in the pane
    /// with the focus is read instead.
    fn told(&self, _shared: &Shared) -> Option<Told> {
        None
    }
    /// What of it has gone wrong, by an id and in a sentence: what comes to it is told at once.
    fn troubles(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    /// The command that gives the same.
    fn twin(&self) -> String;
    /// What `y` copies.
    fn chosen(&self, shared: &Shared) -> Option<String>;
    /// What `e` writes: a file name without its ending, and JSON.
    fn export(&self) -> Option<(String, String)>;
    /// What `e` does instead where something is chosen that is a file itself.
    fn save(&mut self, _shared: &mut Shared) -> Option<Vec<Intent>> {
        None
    }
    /// How its lists are arranged, as far as they have columns: the one with the focus first.
    fn arrangements(&self) -> Vec<&Arrangement> {
        Vec::new()
    }
    /// How the list with the focus is arranged.
    fn arrangement(&self) -> Option<&Arrangement> {
        self.arrangements().first().copied()
    }
    /// Arranges a list of it otherwise: the one of that table.
    fn arrange(&mut self, _arrangement: Arrangement, _shared: &mut Shared) -> Vec<Intent> {
        Vec::new()
    }
    /// When it wants a tick.
    fn next_wake(&self, shared: &Shared) -> Option<Timestamp>;
}
