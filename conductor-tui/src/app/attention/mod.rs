//! What wants somebody who looks elsewhere: an approval, the end of a run, an incident, a daemon that is
//! gone. The terminal tells it, of the kinds that were asked for, while it has not the focus and once a
//! minute at most. In the console the same is a message, whoever looks.

mod runs;

use jiff::{SignedDuration, Timestamp};

use self::runs::RunsHeard;
use super::{effect::Effect, model::Model};
use crate::{settings::AUTO, terminal::Notifier};

pub(super) use self::runs::{news, owns, settle};

/// Somebody is told no more often than this.
const TELL_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Where a terminal says nothing of its focus, somebody is there for so long after a key.
const THERE_FOR: SignedDuration = SignedDuration::from_secs(60);

/// What somebody can ask to be told of; a setting each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An approval waits for whoever uses the console, or one that they asked for has ended.
    Approvals,
    /// A run that they asked for has ended.
    Runs,
    /// A run of this environment has failed.
    Failures,
    /// An incident is open, or a review falls due.
    Incidents,
    /// The daemon does not answer any more.
    Link,
}

impl Kind {
    const fn setting(self) -> &'static str {
        match self {
            Self::Approvals => "console.notify_approvals",
            Self::Runs => "console.notify_runs",
            Self::Failures => "console.notify_failures",
            Self::Incidents => "console.notify_incidents",
            Self::Link => "console.notify_link",
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Attention {
    /// What fits the terminal, where the setting is `auto`.
    fits: Notifier,
    /// Whether the terminal has the focus, once it has said so.
    focused: Option<bool>,
    typed_at: Option<Timestamp>,
    told_at: Option<Timestamp>,
    /// What came before somebody could be told again: the newest, and how many more.
    waits: Option<(String, usize)>,
    runs: RunsHeard,
}

impl Attention {
    pub(crate) fn new(fits: Notifier) -> Self {
        Self {
            fits,
            focused: None,
            typed_at: None,
            told_at: None,
            waits: None,
            runs: RunsHeard::default(),
        }
    }

    /// A key was pressed.
    pub(super) fn typed(&mut self, now: Timestamp) {
        self.typed_at = Some(now);
        self.waits = None;
    }

    /// The terminal has got the focus, or lost it.
    pub(super) fn focus(&mut self, focused: bool) {
        self.focused = Some(focused);
        if focused {
            self.waits = None;
        }
    }

    /// The link is up, after it was not.
    pub(super) fn linked(&mut self) {
        self.runs.linked();
    }

    /// Somebody went elsewhere: what waits to be told was of the place before.
    pub(super) fn moved(&mut self) {
        self.waits = None;
        self.runs = RunsHeard::default();
    }

    /// When it wants a tick.
    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        let due = self.waits.as_ref().and(self.told_at).map(|at| at + TELL_EVERY);
        [due, self.runs.resume_at()].into_iter().flatten().min()
    }

    fn is_anybody_there(&self, now: Timestamp) -> bool {
        let typed = || self.typed_at.is_some_and(|at| now < at + THERE_FOR);
        self.focused.unwrap_or_else(typed)
    }
}

/// Tells of something, if somebody wants to hear of its kind and is not there to see it.
pub(crate) fn tell(model: &mut Model, kind: Kind, text: &str) -> Vec<Effect> {
    let now = model.shared.now;
    let wanted = is_on(model, kind) && by(model) != Notifier::Off;
    if !wanted || model.attention.is_anybody_there(now) {
        return Vec::new();
    }
    let before = model.attention.waits.take().map_or(0, |(_, more)| more + 1);
    model.attention.waits = Some((text.to_owned(), before));
    tick(model)
}

/// Tells what waits, as soon as it may be told.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    if model.attention.told_at.is_some_and(|at| now < at + TELL_EVERY) {
        return Vec::new();
    }
    let Some((text, more)) = model.attention.waits.take() else { return Vec::new() };
    if model.attention.is_anybody_there(now) {
        return Vec::new();
    }
    model.attention.told_at = Some(now);
    let text = if more == 0 { text } else { format!("{text}, and {more} more") };
    let scope = &model.shared.scope;
    let title = format!("conductor {}/{}", scope.tenant, scope.environment);
    vec![Effect::Notify { by: by(model), title, text }]
}

/// Whether somebody asked to be told of it.
fn is_on(model: &Model, kind: Kind) -> bool {
    model.shared.told.value(kind.setting()) == "on"
}

fn by(model: &Model) -> Notifier {
    match model.shared.told.value("console.notify") {
        AUTO => model.attention.fits,
        name => Notifier::named(name).unwrap_or(model.attention.fits),
    }
}
