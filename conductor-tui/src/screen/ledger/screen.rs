//! The screen's state: the newest events, a filter over them, a cursor that follows the end until
//! the reader moves it.

use std::collections::VecDeque;

use conductor_protocol::v1::{Event as LedgerEvent, StatusRequest, TailRequest};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::view::{detail_rows, ledger_view};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Query, Shared, Subject, Ticket,
        body,
    },
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Scroll, Target},
};

/// Events kept, and how far back the screen begins.
const EVENTS_MAX: usize = 2_000;
const BEGIN_BACK: u64 = 500;

/// Asks where the ledger ends, to start the tail near it.
const END: Ticket = Ticket::Screen(Tab::Ledger, 0);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct LedgerScreen {
    events: VecDeque<LedgerEvent>,
    pub(crate) filter: String,
    pub(crate) scroll: Scroll,
    /// The reader moved the cursor off the end.
    pub(crate) held: bool,
    pub(crate) unseen: u64,
    feed: Option<FeedId>,
    begun: bool,
    after_seq: u64,
    pub(crate) fault: Option<Fault>,
}

impl LedgerScreen {
    /// Events that match the filter, oldest first.
    pub(crate) fn rows(&self) -> Vec<&LedgerEvent> {
        let words: Vec<String> =
            self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let has = |event: &&LedgerEvent| {
            let text = format!("{} {} {}", event.kind, event.subject, event.principal);
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.events.iter().filter(has).collect()
    }

    pub(crate) fn is_loading(&self) -> bool {
        self.events.is_empty() && self.fault.is_none()
    }

    fn set_filter(&mut self, filter: &str, shared: &Shared) {
        filter.clone_into(&mut self.filter);
        self.held = false;
        self.settle(shared);
    }

    fn height(shared: &Shared) -> usize {
        let rows = body(shared.size).height;
        // The frame and the columns' names take three rows.
        usize::from(rows.saturating_sub(3 + detail_rows(rows)))
    }

    fn settle(&mut self, shared: &Shared) {
        let rows = self.rows().len();
        if !self.held {
            self.scroll.cursor = rows.saturating_sub(1);
            self.unseen = 0;
        }
        self.scroll.settle(rows, Self::height(shared));
    }

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if !shared.link.is_live() {
            return Vec::new();
        }
        if self.begun {
            return self.watch(shared).map(Intent::Do).into_iter().collect();
        }
        let request = StatusRequest { scope: Some(shared.scope.clone()) };
        vec![Intent::Do(Effect::Ask(END, Query::Status(request)))]
    }

    fn watch(&mut self, shared: &mut Shared) -> Option<Effect> {
        if self.feed.is_some() || self.fault.is_some() {
            return None;
        }
        let id = shared.feed_id();
        self.feed = Some(id);
        let scope = Some(shared.scope.clone());
        let request = TailRequest {
            scope,
            after_seq: self.after_seq,
            follow: true,
            ..TailRequest::default()
        };
        Some(Effect::Watch(id, Feed::Ledger(request)))
    }

    fn take(&mut self, event: LedgerEvent) {
        if event.seq <= self.after_seq {
            return;
        }
        self.after_seq = event.seq;
        self.events.push_back(event);
        self.unseen += u64::from(self.held);
        if self.events.len() > EVENTS_MAX {
            self.events.pop_front();
            self.scroll.cursor = self.scroll.cursor.saturating_sub(usize::from(self.held));
            self.scroll.offset = self.scroll.offset.saturating_sub(usize::from(self.held));
        }
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        match action {
            Action::Open => {
                let rows = self.rows();
                let subject = rows.get(self.scroll.cursor).map(|event| event.subject.clone());
                let run = subject.filter(|subject| subject.starts_with("run_"));
                return run.map(|id| Intent::Go(Target::Run(id))).into_iter().collect();
            }
            Action::Back => self.set_filter("", shared),
            moving => {
                let rows = self.rows().len();
                if self.scroll.act(moving, rows, Self::height(shared)) {
                    self.held = moving != Action::Bottom && self.scroll.cursor + 1 < rows;
                }
            }
        }
        Vec::new()
    }
}

impl Screen for LedgerScreen {
    fn title(&self) -> &'static str {
        "Ledger"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Ledger]
    }

    fn subject(&self, action: Action) -> Subject {
        let rows = self.rows();
        match (action, rows.get(self.scroll.cursor)) {
            (Action::Open | Action::Copy, None) => Subject::Absent,
            (Action::Open, Some(event)) if !event.subject.starts_with("run_") => {
                Subject::NotNow("this event is not about a run")
            }
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => {
                return self
                    .feed
                    .take()
                    .map(|id| Intent::Do(Effect::Unwatch(id)))
                    .into_iter()
                    .collect();
            }
            Event::Resize | Event::Tick => Vec::new(),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(END, Ok(Answer::Status(status))) => {
                self.begun = true;
                self.after_seq = self.after_seq.max(status.ledger_seq.saturating_sub(BEGIN_BACK));
                self.watch(shared).map(Intent::Do).into_iter().collect()
            }
            Event::Reply(END, Err(fault)) => {
                self.fault = Some(fault);
                Vec::new()
            }
            Event::Reply(..) => Vec::new(),
            Event::Feed(id, news) if self.feed == Some(id) => {
                match news {
                    FeedNews::Event(event) => self.take(event),
                    FeedNews::Ended(fault) => {
                        self.feed = None;
                        self.fault = fault.filter(|fault| fault.kind == FaultKind::Denied);
                    }
                    _ => {}
                }
                Vec::new()
            }
            Event::Feed(..) => Vec::new(),
        };
        self.settle(shared);
        intents
    }

    fn filter_text(&self) -> String {
        self.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.set_filter(text, shared);
        Ok(Vec::new())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        ledger_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        "conductor events tail --follow".to_owned()
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.rows().get(self.scroll.cursor).map(|event| event.subject.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        Some(("events".to_owned(), serde_json::to_string_pretty(&self.rows()).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        None
    }
}
