//! The screen's state: the list, the approval that is read, the keys, and a signature under way.

use std::collections::BTreeSet;

use conductor_protocol::v1::{
    Approval, GetApprovalRequest, GetDecisionRequest, GetDecisionResponse, StatusRequest,
    TailRequest,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    ask::{form, sign_it, subject},
    keyring::{ENROLL, Keyring},
    list::{ApprovalList, Taken},
    page,
    reading::Reading,
    view::{approvals_view, list_height, panes},
};
use crate::{
    app::{
        Answer, Effect, Fault, Feed, FeedId, FeedNews, Level, Query, Shared, Subject, Ticket, body,
    },
    input::{Action, Place},
    planned::plain,
    screen::{Event, Intent, Screen},
    widget::Target,
};

/// How long the cursor must rest before the approval is read beside the list.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);
/// How long after news of one the list is read again, for several come at once; and at the latest.
const NEWS_AFTER: SignedDuration = SignedDuration::from_millis(150);
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(15);
/// The bell rings no more often than this.
pub(super) const RING_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Policy's word is asked of these, about the approval that is read.
const POLICY: [&str; 3] = ["approval.give", "approval.withdraw", "approval.comment"];

/// Which part has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    List,
    Page,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct ApprovalsScreen {
    pub(crate) list: ApprovalList,
    pub(super) reading: Option<Reading>,
    pub(super) focus: Focus,
    pub(super) keys: Keyring,
    /// A yes that waits for the keys, and for one more look at the approval.
    pub(super) approving: Option<String>,
    /// An approval that is being signed, and whether a key has to be touched for it.
    pub(super) signing: Option<(String, bool)>,
    /// What is known to wait for whoever uses the console; nothing before the first answer.
    pub(super) known: Option<BTreeSet<String>>,
    pub(super) rang_at: Option<Timestamp>,
    feed: Option<FeedId>,
    front: bool,
    refresh_at: Option<Timestamp>,
    preview_at: Option<Timestamp>,
}

impl ApprovalsScreen {
    pub(crate) fn set_filter(&mut self, filter: &str) {
        self.list.set_filter(filter);
    }

    /// Reads the list again.
    pub(crate) fn refresh(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.refresh_at = None;
        self.list.read(shared).map(Intent::Do).into_iter().collect()
    }

    /// Puts the cursor on an approval and opens it, wherever it is asked from.
    pub(crate) fn choose(&mut self, id: &str, shared: &mut Shared) -> Vec<Intent> {
        if !self.list.choose(id) {
            self.list.set_filter("");
            self.list.choose(id);
        }
        self.focus = Focus::Page;
        let mut intents = self.open(id, shared);
        if !self.list.shown().any(|known| known.approval_id == id) && !self.list.is_reading() {
            intents.extend(self.refresh(shared));
        }
        intents.extend(self.settle(shared));
        intents
    }

    /// Reads an approval in place of the one before.
    fn open(&mut self, id: &str, shared: &Shared) -> Vec<Intent> {
        self.preview_at = None;
        if self.reading.as_ref().is_none_or(|reading| reading.id != id) {
            self.reading = Some(Reading::new(id));
            self.approving = None;
        }
        self.read_it(shared)
    }

    /// Asks for the approval that is read, and for policy's word on what can be said to it.
    fn read_it(&self, shared: &Shared) -> Vec<Intent> {
        let Some(reading) = self.reading.as_ref().filter(|_| shared.link.is_live()) else {
            return Vec::new();
        };
        let questions = POLICY.map(|action| (action, reading.id.clone()));
        let policy = shared.ask_policy(questions.into());
        std::iter::once(get(&reading.id, shared)).chain(policy).map(Intent::Do).collect()
    }

    /// Whether the page is on the screen.
    pub(super) fn is_page_seen(&self, shared: &Shared) -> bool {
        self.front && panes(body(shared.size), self.focus).page.is_some()
    }

    /// The approval that keys act on: as it was read, or as the list has it.
    fn target(&self) -> Option<&Approval> {
        let id = match (self.focus, self.list.selected()) {
            (Focus::List, Some(selected)) => &selected.approval_id,
            (Focus::List, None) => return None,
            (Focus::Page, _) => &self.reading.as_ref()?.id,
        };
        let listed = || self.list.shown().find(|known| known.approval_id == *id);
        let reading = self.reading.as_ref().filter(|reading| reading.id == *id);
        reading.and_then(Reading::shown).map(|read| &read.approval).or_else(listed)
    }

    fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Approvals { generation, all }, Ok(Answer::Approvals(page))) => {
                let kept = self.reading.as_ref().map(|reading| reading.id.as_str());
                match self.list.take_page((generation, all), page, kept, shared) {
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
            // Without them the list is read again after a while.
            _ => Vec::new(),
        }
    }

    /// The list is whole: says what is new in it, and looks whether what is read is another now.
    fn list_read(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.refresh_at = self.front.then(|| shared.now + REFRESH_AFTER);
        let mut intents = self.news(shared);
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
            Ok(Answer::Approval(approval)) => *approval,
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

    /// Asks before it is signed, unless it is not what was read any more.
    fn sign(&mut self, shared: &mut Shared) -> Option<Intent> {
        if self.tell_news(shared) {
            return None;
        }
        let read = self.reading.as_ref()?.shown()?;
        let (checked, key) = (read.checked.as_ref().ok()?, self.keys.key()?);
        Some(Intent::Confirm(Box::new(sign_it((&read.approval, checked), key, shared))))
    }

    /// Shows what became of it since it was read, if anything did.
    fn tell_news(&mut self, shared: &mut Shared) -> bool {
        let tenant = shared.scope.tenant.clone();
        let news = self.reading.as_mut().map(|reading| reading.show_news(&tenant));
        let news = news.unwrap_or_default();
        if !news.is_empty() {
            let text = format!("changed since you read it: {}", news.join("; "));
            shared.messages.say(shared.now, Level::Warn, &text, "read it again before you sign it");
        }
        !news.is_empty()
    }

    /// A yes: looks for the keys and at the approval once more before it asks.
    fn approve(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if !self.is_page_seen(shared) {
            self.focus = Focus::Page;
            shared.messages.say(shared.now, Level::Warn, "read it first, then sign it", "");
            let id = self.list.selected().map(|selected| selected.approval_id.clone());
            return id.map(|id| self.open(&id, shared)).unwrap_or_default();
        }
        if self.tell_news(shared) {
            return Vec::new();
        }
        self.approving = self.reading.as_ref().map(|reading| reading.id.clone());
        vec![Intent::Do(Effect::FindKeys)]
    }

    /// Takes the keys that were found; goes on with a yes that waited for them.
    pub(crate) fn take_keys(
        &mut self,
        found: Result<crate::signing::Found, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        self.keys.take(found);
        let Some(id) = self.approving.clone() else { return Vec::new() };
        if self.keys.key().is_none() {
            self.approving = None;
            let text = format!("can't sign: {}", self.keys.problem());
            shared.messages.say(shared.now, Level::Error, &text, ENROLL);
            return Vec::new();
        }
        vec![Intent::Do(get(&id, shared))]
    }

    /// A yes that was on its way is dropped: whoever gave it does something else now.
    pub(crate) fn rest(&mut self) {
        self.approving = None;
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

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.front = true;
        let mut intents = self.refresh(shared);
        if shared.link.is_live() {
            let request = StatusRequest { scope: Some(shared.scope.clone()) };
            let from = Effect::Ask(Ticket::ApprovalsFrom, Query::Status(request));
            intents.extend([from, Effect::FindKeys].map(Intent::Do));
        }
        intents
    }

    fn leave(&mut self) -> Vec<Intent> {
        (self.front, self.refresh_at, self.preview_at) = (false, None, None);
        self.approving = None;
        self.feed.take().map(|id| Intent::Do(Effect::Unwatch(id))).into_iter().collect()
    }

    fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        match action {
            Action::Approve => return self.approve(shared),
            Action::Deny | Action::Delegate | Action::Withdraw | Action::Comment => {
                let form = self.target().and_then(|approval| form(action, approval));
                return form.map(|form| Intent::Form(Box::new(form))).into_iter().collect();
            }
            Action::NextKey => {
                let (level, text) = match self.keys.next() {
                    Ok(key) => (Level::Info, format!("signing with {key}")),
                    Err(why) => (Level::Warn, why),
                };
                shared.messages.say(shared.now, level, &text, "");
            }
            Action::Open => return self.open_chosen(shared),
            Action::NextPane | Action::PreviousPane => self.turn(),
            Action::Right if self.focus == Focus::List => self.turn(),
            Action::Left if self.focus == Focus::Page => self.turn(),
            Action::Back if self.focus == Focus::Page => self.focus = Focus::List,
            Action::Back => self.set_filter(""),
            moving => self.travel(moving, shared),
        }
        Vec::new()
    }

    fn turn(&mut self) {
        self.focus = if self.focus == Focus::List { Focus::Page } else { Focus::List };
    }

    fn travel(&mut self, action: Action, shared: &Shared) {
        match (self.focus, panes(body(shared.size), self.focus).page) {
            (Focus::List, _) => drop(self.list.act(action, list_height(shared))),
            (Focus::Page, Some(area)) => {
                let lines = page::lines(self, page::width(area), shared).len();
                if let Some(reading) = &mut self.reading {
                    reading.act(action, lines, page::height(area));
                }
            }
            (Focus::Page, None) => {}
        }
    }

    /// The run that was started by it; what became of it; the page itself.
    fn open_chosen(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if self.focus == Focus::Page && self.tell_news(shared) {
            return Vec::new();
        }
        let ended = self.target().and_then(|approval| approval.ended.as_ref());
        match ended.filter(|ended| !ended.run_id.is_empty()) {
            Some(ended) => vec![Intent::Go(Target::Run(ended.run_id.clone()))],
            None => {
                self.focus = Focus::Page;
                Vec::new()
            }
        }
    }

    fn settle(&mut self, shared: &Shared) -> Vec<Intent> {
        self.list.settle(list_height(shared));
        let selected = self.list.selected().map(|selected| selected.approval_id.clone());
        let read = self.reading.as_ref().map(|reading| reading.id.clone());
        let wanted = selected.filter(|id| self.focus == Focus::List && Some(id) != read.as_ref());
        match wanted {
            Some(id) if read.is_none() && self.front => return self.open(&id, shared),
            Some(_) if self.front && shared.link.is_live() => {
                self.preview_at.get_or_insert(shared.now + PREVIEW_AFTER);
            }
            _ => self.preview_at = None,
        }
        Vec::new()
    }

    fn on_tick(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let mut intents = Vec::new();
        if self.refresh_at.is_some_and(|due| due <= shared.now) {
            intents.extend(self.refresh(shared));
        }
        if self.preview_at.is_some_and(|due| due <= shared.now) {
            let id = self.list.selected().map(|selected| selected.approval_id.clone());
            intents.extend(id.map(|id| self.open(&id, shared)).unwrap_or_default());
        }
        intents
    }

    fn take_news(&mut self, id: FeedId, news: &FeedNews, shared: &Shared) {
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

fn get(id: &str, shared: &Shared) -> Effect {
    let request =
        GetApprovalRequest { scope: Some(shared.scope.clone()), approval_id: id.to_owned() };
    Effect::Ask(Ticket::Approval(id.to_owned()), Query::Approval(request))
}

/// What policy asked for, and by which rules.
fn because(decision: &GetDecisionResponse) -> Vec<String> {
    let recorded = decision.decision.clone().unwrap_or_default();
    let decision = recorded.decision.unwrap_or_default();
    let asked = decision.obligations.iter().filter(|one| one.kind == "require_approval");
    let mut said: Vec<String> = asked.map(|one| plain(&one.text)).collect();
    let rules: Vec<String> = decision.rules.iter().map(|hit| plain(&hit.rule)).collect();
    if !rules.is_empty() {
        said.push(format!("by {}", rules.join(", ")));
    }
    said
}

impl Screen for ApprovalsScreen {
    fn title(&self) -> &'static str {
        "Approvals"
    }

    fn places(&self) -> &'static [Place] {
        match self.focus {
            Focus::List => &[Place::ApprovalList],
            Focus::Page => &[Place::ApprovalPage],
        }
    }

    fn subject(&self, action: Action) -> Subject {
        let Some(approval) = self.target() else {
            return match action {
                Action::Approve | Action::Deny | Action::Delegate | Action::Withdraw => {
                    Subject::Absent
                }
                Action::Comment | Action::Copy | Action::Open | Action::NextKey => Subject::Absent,
                _ => Subject::Of(String::new()),
            };
        };
        if action != Action::Approve {
            return subject(action, approval, "");
        }
        subject(action, approval, "")
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let mut intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => return self.leave(),
            Event::Resize => Vec::new(),
            Event::Tick => self.on_tick(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(ticket, answer) => self.take(ticket, answer, shared),
            Event::Feed(id, news) => {
                self.take_news(id, &news, shared);
                Vec::new()
            }
        };
        intents.extend(self.settle(shared));
        intents
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        approvals_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        match (self.focus, &self.reading) {
            (Focus::Page, Some(reading)) => format!("conductor approvals show {}", reading.id),
            _ => "conductor approvals list".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.target().map(|approval| approval.approval_id.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        if let (Focus::Page, Some(reading)) = (self.focus, &self.reading) {
            let approval = &reading.shown()?.approval;
            return Some((reading.id.clone(), serde_json::to_string_pretty(approval).ok()?));
        }
        let rows: Vec<&Approval> = self.list.shown().collect();
        Some(("approvals".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at.into_iter().chain(self.refresh_at).min()
    }
}
