//! A bundle that is to come, tried out: its files, how far the trial is, and what would flip.

use std::path::PathBuf;

use conductor_protocol::v1::{
    DiffPolicyResponse, PolicyDifference, PolicyFlip, PolicyReplay, ReplayPolicyResponse,
};
use serde_json::{Map, Value};

use crate::{
    app::{Effect, Fault, FaultKind, Feed, FeedId, Shared, Trial, Tried},
    widget::{BUNDLE, DAYS, Form, Scroll},
};

/// Days that are replayed unless another number is given.
const DAYS_DEFAULT: u32 = 7;
/// Flips that are listed; all of them are counted by the daemon.
const FLIPS_MAX: usize = 5_000;

/// How far the trial is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Stage {
    /// None was named so far.
    #[default]
    Nothing,
    /// It is read, compiled and its own tests are run; then made-up questions are asked.
    Reading,
    /// Decisions are asked again.
    Replaying,
    Done,
    /// Before it was done, by a key or because the screen was left.
    Stopped,
    Failed(Fault),
}

/// A row of what would be another answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Row<'a> {
    /// A decision that was made.
    Flip(&'a PolicyFlip),
    /// A question that is made up.
    Made(&'a PolicyDifference),
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Candidate {
    pub(crate) path: String,
    days: u32,
    pub(crate) files: Vec<String>,
    pub(crate) revision: String,
    pub(crate) diff: Option<DiffPolicyResponse>,
    pub(crate) flips: Vec<PolicyFlip>,
    pub(crate) summary: Option<PolicyReplay>,
    pub(crate) stage: Stage,
    /// A file was edited after what is shown was found out.
    pub(crate) edited: bool,
    pub(crate) file_scroll: Scroll,
    pub(crate) row_scroll: Scroll,
    feed: Option<FeedId>,
}

impl Candidate {
    pub(crate) const fn days(&self) -> u32 {
        if self.days == 0 { DAYS_DEFAULT } else { self.days }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.feed.is_some()
    }

    /// Asks which, and for how many days.
    pub(crate) fn form(&self) -> Form {
        Form::candidate(&self.path, self.days())
    }

    /// Takes what the form was filled in with.
    pub(crate) fn name(&mut self, given: &Map<String, Value>) {
        let path = given.get(BUNDLE).and_then(Value::as_str).unwrap_or_default().trim();
        if path != self.path {
            *self = Self { path: path.to_owned(), feed: self.feed, ..Self::default() };
        }
        let days = given.get(DAYS).and_then(Value::as_u64);
        self.days = days.and_then(|days| u32::try_from(days).ok()).unwrap_or(DAYS_DEFAULT);
    }

    /// Begins anew.
    pub(crate) fn begin(&mut self, shared: &mut Shared) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.feed.take().map(Effect::Unwatch).into_iter().collect();
        let id = shared.feed_id();
        self.feed = Some(id);
        (self.stage, self.edited) = (Stage::Reading, false);
        (self.diff, self.summary) = (None, None);
        self.flips.clear();
        self.row_scroll = Scroll::default();
        let (scope, path) = (shared.scope.clone(), self.path.clone());
        effects.push(Effect::Watch(id, Feed::Trial(Trial { scope, path, days: self.days() })));
        effects
    }

    pub(crate) fn stop(&mut self) -> Option<Effect> {
        let id = self.feed.take()?;
        self.stage = Stage::Stopped;
        Some(Effect::Unwatch(id))
    }

    pub(crate) fn is_of(&self, id: FeedId) -> bool {
        self.feed == Some(id)
    }

    pub(crate) fn take(&mut self, tried: Tried) {
        match tried {
            Tried::Files(files) => self.files = files,
            Tried::Loaded(revision) => self.revision = revision,
            Tried::Diff(diff) => {
                self.diff = Some(*diff);
                self.stage = Stage::Replaying;
            }
            Tried::Replay(part) => self.replayed(*part),
        }
    }

    fn replayed(&mut self, part: ReplayPolicyResponse) {
        let room = FLIPS_MAX.saturating_sub(self.flips.len());
        self.flips.extend(part.flips.into_iter().take(room));
        self.summary = part.summary.or(self.summary.take());
    }

    pub(crate) fn ended(&mut self, fault: Option<Fault>) {
        self.feed = None;
        self.stage = match fault {
            Some(fault) => Stage::Failed(fault),
            None if self.summary.is_some() => Stage::Done,
            None => Stage::Failed(Fault {
                kind: FaultKind::Other,
                code: String::new(),
                message: "the daemon stopped before all was replayed".to_owned(),
                hint: "try it again when it serves".to_owned(),
                approval: String::new(),
            }),
        };
    }

    /// What would be another answer: decisions that were made first, then questions that are made up.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.row_count()).map(|at| match at.checked_sub(self.flips.len()) {
            None => Row::Flip(&self.flips[at]),
            Some(at) => Row::Made(&self.made()[at]),
        })
    }

    pub(crate) fn row_count(&self) -> usize {
        self.flips.len() + self.made().len()
    }

    fn made(&self) -> &[PolicyDifference] {
        self.diff.as_ref().map_or(&[], |diff| &diff.differences)
    }

    pub(crate) fn chosen_file(&self) -> Option<PathBuf> {
        let name = self.files.get(self.file_scroll.cursor)?;
        Some(PathBuf::from(&self.path).join(name))
    }

    pub(crate) fn chosen_row(&self) -> Option<Row<'_>> {
        self.rows().nth(self.row_scroll.cursor)
    }
}
