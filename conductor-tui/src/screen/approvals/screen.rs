//! The screen's state: the list, the approval that is read, the keys, and a signature under way.

use std::collections::BTreeSet;

use conductor_protocol::v1::{
    Approval, ApprovalTimesRequest, ApprovalTimesResponse, StatusRequest,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    ask::{form, started, subject},
    bulk::Gathering,
    heard::get,
    list::ApprovalList,
    marks::Marks,
    page,
    reading::Reading,
    view::{approvals_view, list_height, panes},
};
use crate::{
    app::{Effect, FeedId, Keyring, Level, Query, Shared, Signs, Subject, Ticket, body},
    input::{Action, Place},
    screen::{Event, Intent, Screen},
    widget::{Entry, Target, Told},
};

/// How long the cursor must rest before the approval is read beside the list.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);
/// Policy's word is asked of these, about the approval that is read.
const POLICY: [&str; 4] =
    ["approval.give", "approval.withdraw", "approval.break_glass", "approval.comment"];

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
    pub(super) marks: Marks,
    /// Marked ones that are read once more before they are signed; and those that were asked about.
    pub(super) gathering: Option<Gathering>,
    pub(super) asked_about: Vec<Approval>,
    pub(super) asked_last: u64,
    /// An approval that is being signed, and whether a key has to be touched for it.
    pub(crate) signing: Option<(String, bool)>,
    /// What is known to wait for whoever uses the console; nothing before the first answer.
    pub(super) known: Option<BTreeSet<String>>,
    /// How many of those that wait they asked for, as the daemon counts; and which, as the list has it.
    pub(super) asked: u32,
    pub(super) asked_known: BTreeSet<String>,
    /// How long approvals waited, as it was when the screen was opened.
    pub(super) times: Option<ApprovalTimesResponse>,
    /// Whoever uses the console.
    pub(super) me: String,
    pub(super) feed: Option<FeedId>,
    pub(super) front: bool,
    pub(super) refresh_at: Option<Timestamp>,
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
    pub(super) fn open(&mut self, id: &str, shared: &Shared) -> Vec<Intent> {
        self.preview_at = None;
        if self.reading.as_ref().is_none_or(|reading| reading.id != id) {
            self.reading = Some(Reading::new(id));
            self.approving = None;
        }
        self.read_it(shared)
    }

    /// Asks for the approval that is read, and for policy's word on what can be said to it.
    pub(super) fn read_it(&self, shared: &Shared) -> Vec<Intent> {
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
    pub(super) fn target(&self) -> Option<&Approval> {
        let id = match (self.focus, self.list.selected()) {
            (Focus::List, Some(selected)) => &selected.approval_id,
            (Focus::List, None) => return None,
            (Focus::Page, _) => &self.reading.as_ref()?.id,
        };
        let listed = || self.list.shown().find(|known| known.approval_id == *id);
        let reading = self.reading.as_ref().filter(|reading| reading.id == *id);
        reading.and_then(Reading::shown).map(|read| &read.approval).or_else(listed)
    }

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.front = true;
        self.marks.ask_again();
        let mut intents = self.refresh(shared);
        if shared.link.is_live() {
            let request = StatusRequest { scope: Some(shared.scope.clone()) };
            let from = Effect::Ask(Ticket::ApprovalsFrom, Query::Status(request));
            let scope = Some(shared.scope.clone());
            let times = ApprovalTimesRequest { scope, ..ApprovalTimesRequest::default() };
            let times = Effect::Ask(Ticket::ApprovalTimes, Query::ApprovalTimes(times));
            intents.extend([from, times, Effect::FindKeys(Signs::Approvals)].map(Intent::Do));
        }
        intents
    }

    fn leave(&mut self) -> Vec<Intent> {
        (self.front, self.refresh_at, self.preview_at) = (false, None, None);
        self.rest();
        self.feed.take().map(|id| Intent::Do(Effect::Unwatch(id))).into_iter().collect()
    }

    fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        // Whoever does something else meanwhile is not asked.
        self.rest();
        match action {
            Action::Approve if self.acts_on_marks(action) => return self.approve_marked(shared),
            Action::Deny if self.acts_on_marks(action) => {
                return self.ask_why(shared).into_iter().collect();
            }
            Action::MarkRow | Action::MarkRange | Action::MarkAll => {
                self.mark(action, list_height(shared), shared);
            }
            Action::Approve => return self.approve(shared),
            Action::Deny
            | Action::Delegate
            | Action::Withdraw
            | Action::BreakGlass
            | Action::Comment => {
                let form = self.target().and_then(|approval| form(action, approval));
                return form.map(|form| Intent::Form(Box::new(form))).into_iter().collect();
            }
            Action::NextKey => {
                let (level, text) = self.keys.turn();
                shared.messages.say(shared.now, level, &text, "");
            }
            Action::Open => return self.open_chosen(shared),
            Action::NextPane | Action::PreviousPane => self.turn(),
            Action::Right if self.focus == Focus::List => self.turn(),
            Action::Left if self.focus == Focus::Page => self.turn(),
            Action::Back if self.focus == Focus::Page => self.focus = Focus::List,
            Action::Back if self.marks.back() => {}
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
        match self.target().and_then(|approval| started(approval, shared)) {
            Some(Ok(run)) => return vec![Intent::Go(Target::Run(run))],
            Some(Err(command)) => {
                let text = "its run is in another environment than this console looks at";
                shared.messages.say(shared.now, Level::Warn, text, &command);
            }
            None => self.focus = Focus::Page,
        }
        Vec::new()
    }

    fn settle(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.list.settle(list_height(shared));
        let mut intents = self.settle_marks(shared);
        intents.extend(self.preview(shared));
        intents
    }

    /// Reads what the cursor rests on.
    fn preview(&mut self, shared: &Shared) -> Vec<Intent> {
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
        if shared.refreshes_now(self.refresh_at) {
            intents.extend(self.refresh(shared));
        }
        if self.preview_at.is_some_and(|due| due <= shared.now) {
            let id = self.list.selected().map(|selected| selected.approval_id.clone());
            intents.extend(id.map(|id| self.open(&id, shared)).unwrap_or_default());
        }
        intents
    }
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
        if let Some(subject) = self.subject_of_many(action) {
            return subject;
        }
        let Some(approval) = self.target() else {
            return match action {
                Action::Approve
                | Action::Deny
                | Action::Delegate
                | Action::Withdraw
                | Action::BreakGlass => Subject::Absent,
                Action::Comment | Action::Copy | Action::Open | Action::NextKey => Subject::Absent,
                Action::MarkRow | Action::MarkRange | Action::MarkAll => Subject::Absent,
                _ => Subject::Of(String::new()),
            };
        };
        if action == Action::Approve
            && let Some(why) = self.unsignable(&approval.approval_id)
        {
            return Subject::Refused(why);
        }
        subject(action, approval, &self.me)
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

    fn outermost(&self) -> bool {
        self.focus == Focus::List
    }

    fn filter_text(&self) -> String {
        self.list.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.set_filter(text);
        Ok(self.update(Event::Resize, shared))
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        self.offered(shared)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        approvals_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        if let Some(lines) = self.marked_lines(|id| format!("conductor approvals show {id}")) {
            return lines;
        }
        match (self.focus, &self.reading) {
            (Focus::Page, Some(reading)) => format!("conductor approvals show {}", reading.id),
            _ => "conductor approvals list".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        let ids = self.marked_lines(str::to_owned);
        ids.or_else(|| self.target().map(|approval| approval.approval_id.clone()))
    }

    fn export(&self) -> Option<(String, String)> {
        if let (Focus::Page, Some(reading)) = (self.focus, &self.reading) {
            let approval = &reading.shown()?.approval;
            return Some((reading.id.clone(), serde_json::to_string_pretty(approval).ok()?));
        }
        let rows: Vec<&Approval> = self.list.shown().collect();
        Some(("approvals".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        self.preview_at.into_iter().chain(shared.refreshes(self.refresh_at)).min()
    }
}
