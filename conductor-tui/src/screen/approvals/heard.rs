//! What comes from the daemon: the list, the approval that is read, news of others.

use conductor_protocol::v1::{
    GetApprovalRequest, GetDecisionRequest, GetDecisionResponse, TailRequest,
};
use jiff::SignedDuration;

use super::{
    list::Taken,
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{Answer, Effect, Fault, Feed, FeedId, FeedNews, Level, Query, Shared, Ticket},
    planned::plain,
    screen::Intent,
};

/// How long after news of one the list is read again, for several come at once; and at the latest.
const NEWS_AFTER: SignedDuration = SignedDuration::from_millis(150);
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(15);

impl ApprovalsScreen {
    pub(super) fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Approvals { generation, all }, Ok(Answer::Approvals(page))) => {
                let kept = self.reading.as_ref().map(|reading| reading.id.as_str());
                match self.list.take_page((generation, all), *page, kept, shared) {
                    Taken::Stale => Vec::new(),
                    Taken::Next(ask) => vec![Intent::Do(*ask)],
                    Taken::Whole => self.list_read(shared),
                }
            }
            (Ticket::Approvals { generation, .. }, Err(fault)) => {
                self.list.failed(generation, fault);
                self.refresh_at = self.front.then(|| shared.now + REFRESH_AFTER);
                Vec::new()
            }
            (Ticket::Approval(id), answer) => self.take_one(&id, answer, shared),
            (Ticket::Because(id), Ok(Answer::Decision(decision))) => {
                if let Some(reading) = self.reading.as_mut().filter(|reading| reading.id == id) {
                    reading.because = because(&decision);
                }
                Vec::new()
            }
            (Ticket::ApprovalsFrom, Ok(Answer::Status(status))) => {
                self.watch(status.ledger_seq, shared).map(Intent::Do).into_iter().collect()
            }
            (Ticket::ApprovalTimes, Ok(Answer::ApprovalTimes(times))) => {
                self.times = Some(*times);
                Vec::new()
            }
            (Ticket::Screen(_, number), answer) => self.gathered(number, answer, shared),
            // Without them the list is read again after a while.
            _ => Vec::new(),
        }
    }

    /// The list is whole: says what is new in it, and looks whether what is read is another now.
    fn list_read(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.refresh_at = self.front.then(|| shared.now + REFRESH_AFTER);
        self.marks_heard();
        let mut intents = self.news(shared);
        if let (Focus::Page, Some(reading)) = (self.focus, &self.reading) {
            self.list.choose(&reading.id);
        }
        let reading = self.reading.as_ref();
        let listed = reading.and_then(|reading| {
            let listed = self.list.shown().find(|known| known.approval_id == reading.id);
            listed.filter(|listed| reading.is_outdated_by(listed))
        });
        if listed.is_some() {
            intents.extend(self.read_it(shared));
        }
        intents
    }

    fn take_one(
        &mut self,
        id: &str,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let seen = self.is_page_seen(shared);
        let approving = self.approving.as_deref() == Some(id);
        let Some(reading) = self.reading.as_mut().filter(|reading| reading.id == id) else {
            return Vec::new();
        };
        let approval = match answer {
            Ok(Answer::Approval(answer)) => answer.approval.unwrap_or_default(),
            Ok(_) => return Vec::new(),
            Err(fault) => {
                reading.failed(fault.clone());
                if approving {
                    self.approving = None;
                    shared.messages.say(shared.now, Level::Error, &fault.message, &fault.hint);
                }
                return Vec::new();
            }
        };
        let first = reading.shown().is_none();
        let decision_id = approval.decision_id.clone();
        reading.take(approval, (&shared.scope.tenant, seen || approving));
        if approving {
            self.approving = None;
            return self.sign(shared).into_iter().collect();
        }
        let request = GetDecisionRequest { scope: Some(shared.scope.clone()), decision_id };
        let ask = Effect::Ask(Ticket::Because(id.to_owned()), Query::Decision(request));
        first.then_some(Intent::Do(ask)).into_iter().collect()
    }

    fn watch(&mut self, after_seq: u64, shared: &mut Shared) -> Option<Effect> {
        if self.feed.is_some() || !self.front || !shared.link.is_live() {
            return None;
        }
        let id = shared.feed_id();
        self.feed = Some(id);
        let request = TailRequest {
            scope: Some(shared.scope.clone()),
            after_seq,
            follow: true,
            kinds: vec!["approval.".to_owned()],
            ..TailRequest::default()
        };
        Some(Effect::Watch(id, Feed::Ledger(request)))
    }

    pub(super) fn take_news(&mut self, id: FeedId, news: &FeedNews, shared: &Shared) {
        if self.feed != Some(id) {
            return;
        }
        match news {
            FeedNews::Event(_) => {
                let soon = shared.now + NEWS_AFTER;
                self.refresh_at = Some(self.refresh_at.map_or(soon, |due| due.min(soon)));
            }
            FeedNews::Ended(_) => self.feed = None,
            _ => {}
        }
    }
}

pub(super) fn get(id: &str, shared: &Shared) -> Effect {
    let request = get_request(id, shared);
    Effect::Ask(Ticket::Approval(id.to_owned()), Query::Approval(request))
}

/// The question for an approval, whole.
pub(super) fn get_request(id: &str, shared: &Shared) -> GetApprovalRequest {
    GetApprovalRequest { scope: Some(shared.scope.clone()), approval_id: id.to_owned() }
}

/// What policy asked for, and by which rules.
pub(super) fn because(decision: &GetDecisionResponse) -> Vec<String> {
    let recorded = decision.decision.clone().unwrap_or_default();
    let decision = recorded.decision.unwrap_or_default();
    let asked = decision.obligations.iter().filter(|one| one.kind == "require_approval");
    // It stands behind the word already.
    let without = |text: &str| plain(text.strip_prefix("policy ").unwrap_or(text));
    let mut said: Vec<String> = asked.map(|one| without(&one.text)).collect();
    let rules: Vec<String> = decision.rules.iter().map(|hit| plain(&hit.rule)).collect();
    if !rules.is_empty() {
        said.push(format!("by {}", rules.join(", ")));
    }
    said
}
