//! Runs that somebody wants to hear of, whatever screen is in front: a stream of its own, of their own runs
//! alone where they want no others. While it is on, which is seldom, it costs the link what it tells.

use std::collections::VecDeque;

use conductor_protocol::v1::{RunStatus, RunSummary, WatchRunsRequest, WatchRunsResponse};
use jiff::{SignedDuration, Timestamp};

use super::{Kind, is_on, tell};
use crate::{
    app::{
        effect::{Effect, Feed, FeedId},
        messages::Level,
        model::Model,
        msg::{FaultKind, FeedNews},
        offered::offer,
    },
    planned::plain,
    screen::is_ended,
    widget::Target,
    words::run_status,
};

/// Runs whose end is remembered, so that what is heard of them afterwards is no news.
const ENDED_MAX: usize = 1024;
/// How long a broken stream waits before it is opened again.
const RESUME_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct RunsHeard {
    /// The stream, and whose runs it tells of: nobody's are everybody's.
    watch: Option<(FeedId, String)>,
    /// How far it has come.
    seq: u64,
    /// How things stood has been heard: what ends from here on is news.
    began: bool,
    ended: VecDeque<String>,
    resume_at: Option<Timestamp>,
    /// Policy does not let them be read.
    denied: bool,
}

impl RunsHeard {
    /// The link is up again: policy is asked anew.
    pub(super) fn linked(&mut self) {
        self.denied = false;
    }

    pub(super) const fn resume_at(&self) -> Option<Timestamp> {
        self.resume_at
    }

    /// Runs that have ended since they were heard of last.
    fn take(&mut self, news: WatchRunsResponse) -> Vec<RunSummary> {
        self.seq = self.seq.max(news.seq);
        let began = std::mem::replace(&mut self.began, true);
        let fresh: Vec<RunSummary> = news.runs.into_iter().filter(|run| self.ends(run)).collect();
        if began { fresh } else { Vec::new() }
    }

    /// Whether the run has ended and had not before.
    fn ends(&mut self, run: &RunSummary) -> bool {
        let known = self.ended.iter().position(|id| *id == run.run_id);
        match (is_ended(run.status()), known) {
            (true, None) => {
                if self.ended.len() == ENDED_MAX {
                    self.ended.pop_front();
                }
                self.ended.push_back(run.run_id.clone());
                true
            }
            // It was taken up again.
            (false, Some(at)) => {
                self.ended.remove(at);
                false
            }
            _ => false,
        }
    }
}

/// Whether a stream is the one that runs are heard by.
pub(in crate::app) fn owns(model: &Model, feed: FeedId) -> bool {
    model.attention.runs.watch.as_ref().is_some_and(|(id, _)| *id == feed)
}

/// Opens the stream, changes it or drops it, as what is wanted and the link have it.
pub(in crate::app) fn settle(model: &mut Model) -> Vec<Effect> {
    let now = model.shared.now;
    let waits = model.attention.runs.resume_at.is_some_and(|due| now < due);
    let wanted = whose(model).filter(|_| !waits);
    let runs = &mut model.attention.runs;
    if !waits {
        runs.resume_at = None;
    }
    if runs.watch.as_ref().map(|(_, owner)| owner) == wanted.as_ref() {
        return Vec::new();
    }
    let dropped = runs.watch.take().map(|(id, _)| Effect::Unwatch(id));
    let after_seq = runs.seq;
    let opened = wanted.map(|owner| {
        let id = model.shared.feed_id();
        model.attention.runs.watch = Some((id, owner.clone()));
        let scope = Some(model.shared.scope.clone());
        Effect::Watch(id, Feed::Runs(WatchRunsRequest { scope, after_seq, owner }))
    });
    dropped.into_iter().chain(opened).collect()
}

/// Whose runs are to be heard of now; nobody's are everybody's.
fn whose(model: &Model) -> Option<String> {
    if !model.shared.link.is_live() || model.attention.runs.denied {
        return None;
    }
    if is_on(model, Kind::Failures) {
        return Some(String::new());
    }
    let me = &model.shared.principal;
    (is_on(model, Kind::Runs) && !me.is_empty()).then(|| me.clone())
}

/// Takes news of the stream.
pub(in crate::app) fn news(model: &mut Model, news: FeedNews) -> Vec<Effect> {
    match news {
        FeedNews::Runs(news) => {
            let ended = model.attention.runs.take(news);
            told(model, &ended)
        }
        FeedNews::Ended(fault) => {
            let runs = &mut model.attention.runs;
            runs.watch = None;
            runs.denied = fault.is_some_and(|fault| fault.kind == FaultKind::Denied);
            runs.resume_at = (!runs.denied).then_some(model.shared.now + RESUME_AFTER);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Tells of runs that have ended: one by its name, and how many besides.
fn told(model: &mut Model, ended: &[RunSummary]) -> Vec<Effect> {
    let kind = |model: &Model, run: &RunSummary| {
        let failed = matches!(run.status(), RunStatus::Failed | RunStatus::TimedOut);
        if failed && is_on(model, Kind::Failures) {
            return Some(Kind::Failures);
        }
        let own = run.owner == model.shared.principal;
        (own && is_on(model, Kind::Runs)).then_some(Kind::Runs)
    };
    let mut wanted = ended.iter().filter_map(|run| Some((kind(model, run)?, run)));
    let Some((of, run)) = wanted.next() else { return Vec::new() };
    let more = match wanted.count() {
        0 => String::new(),
        more => format!(", and {more} more ended"),
    };
    let word = run_status(run.status()).replace('_', " ");
    let place = &model.shared.scope.environment;
    let asked = if of == Kind::Runs { ", which you asked for," } else { "" };
    let text = plain(&format!("run {}{asked} {word} in {place}{more}", run.workflow));
    let mut effects = offer(model, Level::News, &text, Target::Run(run.run_id.clone()));
    effects.extend(tell(model, of, &text));
    effects
}
