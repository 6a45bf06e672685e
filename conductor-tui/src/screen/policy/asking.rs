//! What the screen of policy asks the daemon, and what it does with answers and news.

use conductor_protocol::v1::{GetDecisionRequest, ShowBundlesRequest, StatusRequest, TailRequest};
use jiff::SignedDuration;

use super::screen::PolicyScreen;
use crate::{
    app::{Answer, Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Query, Shared, Ticket},
    screen::{Intent, Tab},
};

/// What is asked, in the lowest digit of a ticket's number; above it the generation.
const FIRST: u64 = 0;
pub(super) const MORE: u64 = 1;
const END: u64 = 2;
const ONE: u64 = 3;
const BUNDLES: u64 = 4;
const KINDS: u64 = 8;

/// How long the cursor must rest before a decision is read whole, and typing before a filter is asked.
pub(super) const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);
pub(super) const TYPED_AFTER: SignedDuration = SignedDuration::from_millis(150);
/// Decisions that come in a flood are asked for together.
const NEWS_AFTER: SignedDuration = SignedDuration::from_millis(500);
/// The list is read again after this long where the daemon does not tell what is new.
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(15);

impl PolicyScreen {
    pub(super) fn ticket(&self, kind: u64) -> Ticket {
        Ticket::Screen(Tab::Policy, self.decisions.generation * KINDS + kind)
    }

    pub(super) fn ask(&self, kind: u64, query: Query, shared: &Shared) -> Option<Intent> {
        let ask = Effect::Ask(self.ticket(kind), query);
        shared.link.is_live().then_some(Intent::Do(ask))
    }

    pub(super) fn ask_first(&self, shared: &Shared) -> Option<Intent> {
        self.ask(FIRST, Query::Decisions(self.decisions.first(shared)), shared)
    }

    pub(super) fn ask_bundles(&self, shared: &Shared) -> Option<Intent> {
        let request = ShowBundlesRequest { scope: Some(shared.scope.clone()) };
        self.ask(BUNDLES, Query::Bundles(request), shared)
    }

    pub(super) fn enter(&self, shared: &Shared) -> Vec<Intent> {
        let end = StatusRequest { scope: Some(shared.scope.clone()) };
        let end = self.ask(END, Query::Status(end), shared);
        let may = shared.ask_policy(vec![("policy.edit", String::new())]).map(Intent::Do);
        let bundles = self.ask_bundles(shared);
        self.ask_first(shared).into_iter().chain(end).chain(bundles).chain(may).collect()
    }

    /// Nothing of it goes on behind another screen.
    pub(super) fn leave(&mut self) -> Vec<Intent> {
        (self.refresh_at, self.live) = (None, false);
        let watched = self.feed.take().map(Effect::Unwatch);
        watched.into_iter().chain(self.candidate.stop()).map(Intent::Do).collect()
    }

    /// Hears of decisions from here on.
    pub(super) fn watch(&mut self, after_seq: u64, shared: &mut Shared) -> Vec<Intent> {
        if self.feed.is_some() || self.deaf || !shared.link.is_live() {
            return Vec::new();
        }
        let id = shared.feed_id();
        (self.feed, self.live) = (Some(id), true);
        let request = TailRequest {
            scope: Some(shared.scope.clone()),
            after_seq,
            follow: true,
            kinds: vec!["decision.recorded".to_owned()],
            ..TailRequest::default()
        };
        vec![Intent::Do(Effect::Watch(id, Feed::Ledger(request)))]
    }

    pub(super) fn heard(&mut self, id: FeedId, news: FeedNews, shared: &Shared) {
        if self.candidate.is_of(id) {
            match news {
                FeedNews::Tried(tried) => self.candidate.take(tried),
                FeedNews::Ended(fault) => self.candidate.ended(fault),
                _ => {}
            }
        } else if self.feed == Some(id) {
            match news {
                FeedNews::Ended(fault) => {
                    (self.feed, self.live) = (None, false);
                    self.deaf = fault.is_some_and(|fault| fault.kind == FaultKind::Denied);
                    self.refresh_at = Some(shared.now + REFRESH_AFTER);
                }
                _ => {
                    let soon = shared.now + NEWS_AFTER;
                    self.refresh_at = Some(self.refresh_at.map_or(soon, |at| at.min(soon)));
                }
            }
        }
    }

    pub(super) fn take(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let current = number / KINDS == self.decisions.generation;
        match (number % KINDS, answer) {
            (FIRST, Ok(Answer::Decisions(page))) if current => {
                self.decisions.take_first(*page);
                self.refresh_at = (!self.live).then(|| shared.now + REFRESH_AFTER);
            }
            (MORE, Ok(Answer::Decisions(page))) if current => self.decisions.take_more(*page),
            (FIRST | MORE, Err(fault)) if current => {
                self.decisions.failed(fault);
                self.refresh_at = Some(shared.now + REFRESH_AFTER);
            }
            (END, Ok(Answer::Status(status))) => return self.watch(status.ledger_seq, shared),
            (ONE, Ok(Answer::Decision(found))) => {
                let found = found.decision.unwrap_or_default();
                let id = found.decision.as_ref().map(|decision| decision.id.clone());
                self.one = Some((id.unwrap_or_default(), Ok(found)));
            }
            (ONE, Err(fault)) => {
                // Nothing says for which one it was: the one that is read now is asked for once.
                self.one = self.reads().map(|id| (id.to_owned(), Err(fault)));
            }
            (BUNDLES, Ok(Answer::Bundles(found))) => self.bundles.take(Ok(*found)),
            (BUNDLES, Err(fault)) => self.bundles.take(Err(fault)),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn tick(&mut self, shared: &Shared) -> Vec<Intent> {
        let mut intents = Vec::new();
        if shared.refreshes_now(self.refresh_at) {
            self.refresh_at = None;
            intents.extend(self.ask_first(shared));
        }
        if self.preview_at.is_some_and(|due| due <= shared.now) {
            self.preview_at = None;
            intents.extend(self.ask_one(shared));
        }
        intents
    }

    pub(super) fn ask_one(&self, shared: &Shared) -> Option<Intent> {
        let decision_id = self.reads()?.to_owned();
        let scope = Some(shared.scope.clone());
        self.ask(ONE, Query::Decision(GetDecisionRequest { scope, decision_id }), shared)
    }

    /// Another bundle decides now.
    pub(crate) fn rolled_back(&self, shared: &Shared) -> Option<Effect> {
        match self.ask_bundles(shared)? {
            Intent::Do(effect) => Some(effect),
            _ => None,
        }
    }
}
