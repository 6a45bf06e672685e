//! The screen's state: what was heard of runs and workers, and which row is chosen.

use conductor_protocol::v1::{
    ListRunsRequest, ListRunsResponse, ListWorkersRequest, ListWorkersResponse, RunStatus,
    WatchRunsRequest,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    columns::{Columns, QUEUES},
    view::{heights, queues_view},
};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Query, Shared, Subject, Ticket,
        body,
    },
    columns::Arrangement,
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Scroll, Target, Told},
};

/// Runs that are looked at.
const RUNS_ROWS: u32 = 500;
/// Everything is read again after so long, whatever was heard.
const EVERY: SignedDuration = SignedDuration::from_secs(10);
/// Between two readings at least, however much is new.
const AT_LEAST: SignedDuration = SignedDuration::from_secs(2);

const ACTIVE: u64 = 0;
const ENDED: u64 = 1;
const WORKERS: u64 = 2;
/// How many questions there are.
const QUESTIONS: u64 = 3;

/// Which pane has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Focus {
    #[default]
    Queues,
    Workers,
}

/// What is seen: the pane with the focus, and whether it has the whole window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) focus: Focus,
    pub(super) wide: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct QueuesScreen {
    pub(super) active: Option<ListRunsResponse>,
    pub(super) ended: Option<ListRunsResponse>,
    pub(super) workers: Option<ListWorkersResponse>,
    /// Of the runs, and of the workers.
    pub(super) faults: (Option<Fault>, Option<Fault>),
    pub(super) focus: Focus,
    pub(super) columns: Columns,
    pub(super) filter: String,
    pub(super) queue_at: Scroll,
    pub(super) worker_at: Scroll,
    feed: Option<FeedId>,
    /// Policy doesn't let whoever looks listen: then only time tells.
    deaf: bool,
    front: bool,
    asked_at: Option<Timestamp>,
    due: Option<Timestamp>,
    /// Older answers don't count.
    generation: u64,
}

impl QueuesScreen {
    /// Whether more runs are under way than were read.
    pub(super) fn is_cut(&self) -> bool {
        self.active.as_ref().is_some_and(|page| !page.next_page_token.is_empty())
    }

    fn ask(&mut self, shared: &Shared) -> Vec<Intent> {
        self.due = None;
        if !shared.link.is_live() {
            return Vec::new();
        }
        self.generation += 1;
        self.asked_at = Some(shared.now);
        let runs = |statuses: &[RunStatus]| {
            let statuses = statuses.iter().map(|status| i32::from(*status)).collect();
            let scope = Some(shared.scope.clone());
            Query::Runs(ListRunsRequest { scope, page_size: RUNS_ROWS, statuses, ..<_>::default() })
        };
        let active = runs(&[
            RunStatus::Queued,
            RunStatus::Running,
            RunStatus::Cancelling,
            RunStatus::Paused,
            RunStatus::Held,
            RunStatus::Undoing,
        ]);
        let ended = runs(&[
            RunStatus::Succeeded,
            RunStatus::Failed,
            RunStatus::Cancelled,
            RunStatus::TimedOut,
        ]);
        let workers = Query::Workers(ListWorkersRequest { scope: Some(shared.scope.clone()) });
        let ask = |(number, query)| {
            let ticket = Ticket::Screen(Tab::Queues, self.generation * QUESTIONS + number);
            Intent::Do(Effect::Ask(ticket, query))
        };
        [(ACTIVE, active), (ENDED, ended), (WORKERS, workers)].map(ask).into()
    }

    fn take(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        if number / QUESTIONS != self.generation {
            return Vec::new();
        }
        if self.front {
            self.due.get_or_insert(shared.now + EVERY);
        }
        match (number % QUESTIONS, answer) {
            (ACTIVE, Ok(Answer::Runs(page))) => {
                (self.active, self.faults.0) = (Some(*page), None);
                return self.listen(shared).into_iter().collect();
            }
            (ENDED, Ok(Answer::Runs(page))) => self.ended = Some(*page),
            (WORKERS, Ok(Answer::Workers(heard))) => {
                (self.workers, self.faults.1) = (Some(*heard), None);
            }
            (ACTIVE, Err(fault)) => self.faults.0 = Some(fault),
            (WORKERS, Err(fault)) => self.faults.1 = Some(fault),
            // Without it there is no rate, which the screen shows.
            _ => {}
        }
        Vec::new()
    }

    fn listen(&mut self, shared: &mut Shared) -> Option<Intent> {
        if self.feed.is_some() || self.deaf || !self.front {
            return None;
        }
        let after_seq = self.active.as_ref()?.seq;
        let id = shared.feed_id();
        self.feed = Some(id);
        let request =
            WatchRunsRequest { scope: Some(shared.scope.clone()), after_seq, owner: String::new() };
        Some(Intent::Do(Effect::Watch(id, Feed::Runs(request))))
    }

    fn on_feed(&mut self, news: &FeedNews, shared: &Shared) {
        if let FeedNews::Ended(fault) = news {
            self.feed = None;
            self.deaf = fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Denied);
        } else {
            self.soon(shared);
        }
    }

    /// Reads again as soon as the pace lets it.
    fn soon(&mut self, shared: &Shared) {
        let soonest = self.asked_at.map_or(shared.now, |at| (at + AT_LEAST).max(shared.now));
        self.due = Some(self.due.map_or(soonest, |due| due.min(soonest)));
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        let lines = self.queues(shared).unwrap_or_default();
        let (high, low) = heights(body(shared.size), self.seen());
        match (action, self.focus) {
            (Action::NextPane | Action::PreviousPane, Focus::Queues) => self.focus = Focus::Workers,
            (Action::NextPane | Action::PreviousPane, Focus::Workers) => self.focus = Focus::Queues,
            (Action::Right, _) => self.focus = Focus::Workers,
            (Action::Left, _) => self.focus = Focus::Queues,
            (Action::Open, Focus::Queues) => {
                let line = lines.get(self.queue_at.cursor);
                let filter = line.map(|line| format!("status:active workflow:{}", line.workflow));
                let target = filter.map(|filter| Target::At(Tab::Runs, filter));
                return target.map(Intent::Go).into_iter().collect();
            }
            (Action::Back, Focus::Workers) => self.focus = Focus::Queues,
            (Action::Back, Focus::Queues) => self.filter.clear(),
            (moving, Focus::Queues) => drop(self.queue_at.act(moving, lines.len(), high)),
            (moving, Focus::Workers) => {
                let rows = self.workers().len();
                self.worker_at.act(moving, rows, low);
            }
        }
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        let (high, low) = heights(body(shared.size), self.seen());
        let (queues, workers) =
            (self.queues(shared).map_or(0, |all| all.len()), self.workers().len());
        self.queue_at.settle(queues, high);
        self.worker_at.settle(workers, low);
    }
}

impl Screen for QueuesScreen {
    fn title(&self) -> &'static str {
        "Queues"
    }

    fn places(&self) -> &'static [Place] {
        match self.focus {
            Focus::Queues => &[Place::Queues],
            Focus::Workers => &[Place::Workers],
        }
    }

    fn subject(&self, action: Action) -> Subject {
        let empty = match self.focus {
            Focus::Queues => self.active.as_ref().is_none_or(|page| page.runs.is_empty()),
            Focus::Workers => self.workers().is_empty(),
        };
        match action {
            Action::Open | Action::Copy if empty => Subject::Absent,
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter if self.front && self.active.is_some() => {
                // A stream broke while the screen was in front.
                self.soon(shared);
                Vec::new()
            }
            Event::Enter => {
                let columns = Columns::kept(shared);
                self.keeping(shared, |screen, _| screen.columns = columns);
                (self.front, self.deaf) = (true, false);
                self.ask(shared)
            }
            Event::Leave => {
                (self.front, self.due) = (false, None);
                self.feed.take().map(|id| Intent::Do(Effect::Unwatch(id))).into_iter().collect()
            }
            Event::Tick if shared.refreshes_now(self.due) => self.ask(shared),
            Event::Resize | Event::Tick => Vec::new(),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => {
                self.keeping(shared, |screen, shared| screen.take(number, answer, shared))
            }
            Event::Feed(id, news) if self.feed == Some(id) => {
                self.on_feed(&news, shared);
                Vec::new()
            }
            Event::Reply(..) | Event::Feed(..) => Vec::new(),
        };
        self.settle(shared);
        intents
    }

    fn outermost(&self) -> bool {
        self.focus == Focus::Queues
    }

    fn filter_text(&self) -> String {
        self.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        text.clone_into(&mut self.filter);
        (self.queue_at, self.worker_at) = (Scroll::default(), Scroll::default());
        self.settle(shared);
        Ok(Vec::new())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        queues_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match self.focus {
            Focus::Queues => "conductor runs list --status active".to_owned(),
            Focus::Workers => "conductor workers list".to_owned(),
        }
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        match self.focus {
            Focus::Queues => Some(self.queues(shared)?.get(self.queue_at.cursor)?.workflow.clone()),
            Focus::Workers => Some(self.workers().get(self.worker_at.cursor)?.worker_id.clone()),
        }
    }

    fn export(&self) -> Option<(String, String)> {
        let runs = self.active.as_ref().map(|page| &page.runs);
        let heard = self.workers.as_ref();
        let json = serde_json::json!({
            "active": runs?,
            "workers": heard.map(|heard| &heard.workers),
            "queue_depth": heard.map(|heard| heard.queue_depth),
        });
        Some(("queues".to_owned(), serde_json::to_string_pretty(&json).ok()?))
    }

    fn arrangements(&self) -> Vec<&Arrangement> {
        match self.focus {
            Focus::Queues => vec![&self.columns.queues, &self.columns.workers],
            Focus::Workers => vec![&self.columns.workers, &self.columns.queues],
        }
    }

    fn arrange(&mut self, arrangement: Arrangement, shared: &mut Shared) -> Vec<Intent> {
        self.keeping(shared, |screen, _| match arrangement.table().name == QUEUES.name {
            true => screen.columns.queues = arrangement,
            false => screen.columns.workers = arrangement,
        });
        self.settle(shared);
        Vec::new()
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        shared.refreshes(self.due)
    }
}
