//! The screen's state: the newest events, a filter over them, a cursor that follows the end until
//! the reader moves it.

use std::collections::VecDeque;

use conductor_keys::chain::Chain;
use conductor_protocol::{
    needles::Needles,
    v1::{Event as LedgerEvent, TailRequest},
};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{
    checkpoints::Checkpoints,
    page,
    proof::Proof,
    verify::Verify,
    view::{ledger_view, list_rows},
};
use crate::{
    app::{Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Shared, Subject, Ticket},
    input::{Action, Place},
    screen::{Event, Intent, Screen},
    widget::{Scroll, Sheet, Target, Told},
};

/// Events kept, and how far back the screen begins.
const EVENTS_MAX: usize = 2_000;
const BEGIN_BACK: u64 = 500;

/// What is beside the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Page {
    /// The chosen one as it is stored.
    #[default]
    Stored,
    Proof,
    Checkpoints,
    Verify,
}

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
    pub(super) page: Page,
    /// The page has the focus.
    pub(super) reading: bool,
    pub(super) sheet: Sheet,
    pub(super) checkpoints: Checkpoints,
    pub(super) proof: Option<Proof>,
    pub(super) verify: Verify,
    /// The keys that the log had, for receipts of their time.
    pub(super) chain: Option<Chain>,
    /// Answers about records of before are thrown away.
    pub(super) generation: u64,
    /// A checkpoint is asked for again then.
    pub(super) look_at: Option<Timestamp>,
}

impl LedgerScreen {
    /// Events that match the filter, oldest first.
    pub(crate) fn rows(&self) -> Vec<&LedgerEvent> {
        let needles = Needles::new(&self.filter);
        let has = |event: &&LedgerEvent| {
            needles.matches(&format!("{} {} {}", event.kind, event.subject, event.principal))
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

    pub(super) fn selected(&self) -> Option<&LedgerEvent> {
        self.rows().get(self.scroll.cursor).copied()
    }

    /// Brings a page beside the events, and to the reader.
    pub(super) fn turn_to(&mut self, page: Page) {
        (self.page, self.reading) = (page, true);
        self.sheet = Sheet::default();
    }

    fn settle(&mut self, shared: &Shared) {
        let (rows, height) = (self.rows().len(), list_rows(self, shared));
        if !self.held {
            self.scroll.cursor = rows.saturating_sub(1);
            self.unseen = 0;
        }
        self.scroll.settle(rows, height);
    }

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if !shared.link.is_live() {
            return Vec::new();
        }
        if self.begun {
            return self.watch(shared).map(Intent::Do).into_iter().collect();
        }
        vec![Self::ask_end(shared)]
    }

    /// Hears of events from a little before the end on.
    pub(super) fn begin_tail(&mut self, end: u64, shared: &mut Shared) -> Vec<Intent> {
        self.begun = true;
        self.after_seq = self.after_seq.max(end.saturating_sub(BEGIN_BACK));
        self.watch(shared).map(Intent::Do).into_iter().collect()
    }

    /// Nothing of it goes on behind another screen.
    fn leave(&mut self) -> Vec<Intent> {
        self.look_at = None;
        let dropped = self.feed.take().into_iter().chain(self.verify.stop());
        dropped.map(|id| Intent::Do(Effect::Unwatch(id))).collect()
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

    fn take_event(&mut self, event: LedgerEvent) {
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

    fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        match action {
            Action::Open => {
                let subject = self.selected().map(|event| event.subject.clone());
                let run = subject.filter(|subject| subject.starts_with("run_"));
                return run.map(|id| Intent::Go(Target::Run(id))).into_iter().collect();
            }
            Action::Prove => {
                let chosen = self.selected();
                let proof = chosen.map(|of| Proof::new(of.seq, &of.kind, &of.subject));
                return proof.map(|proof| self.prove(proof, shared)).unwrap_or_default();
            }
            Action::Checkpoints => {
                self.turn_to(Page::Checkpoints);
                return self.look(shared);
            }
            Action::Verify => return self.begin_verify(shared),
            Action::Stop => {
                let dropped = self.verify.stop().map(Effect::Unwatch);
                return dropped.map(Intent::Do).into_iter().collect();
            }
            Action::SaveProof => {
                let file = self.proof.as_ref().and_then(Proof::file);
                let write = file.map(|(name, text)| Effect::Export { name, text });
                return write.map(Intent::Do).into_iter().collect();
            }
            Action::NextPane | Action::PreviousPane => self.reading = !self.reading,
            Action::Right => self.reading = true,
            Action::Left => self.reading = false,
            Action::Back if self.reading || self.page != Page::Stored => {
                (self.reading, self.page, self.look_at) = (false, Page::Stored, None);
                self.sheet = Sheet::default();
            }
            Action::Back => self.set_filter("", shared),
            moving => self.scroll_by(moving, shared),
        }
        Vec::new()
    }

    fn scroll_by(&mut self, moving: Action, shared: &Shared) {
        if self.reading {
            let (lines, height) = page::size(self, shared);
            self.sheet.act(moving, lines, height);
            return;
        }
        let (rows, height) = (self.rows().len(), list_rows(self, shared));
        if self.scroll.act(moving, rows, height) {
            self.held = moving != Action::Bottom && self.scroll.cursor + 1 < rows;
        }
    }

    /// News of a stream: events, or how far the verification is.
    fn heard(&mut self, id: FeedId, news: FeedNews) {
        if self.verify.feed == Some(id) {
            match news {
                FeedNews::Verified(progress) => self.verify.progress = progress,
                FeedNews::Ended(fault) => self.verify.ended(fault),
                _ => {}
            }
        } else if self.feed == Some(id) {
            match news {
                FeedNews::Event(event) => self.take_event(event),
                FeedNews::Ended(fault) => {
                    self.feed = None;
                    self.fault = fault.filter(|fault| fault.kind == FaultKind::Denied);
                }
                _ => {}
            }
        }
    }
}

impl Screen for LedgerScreen {
    fn title(&self) -> &'static str {
        "Ledger"
    }

    fn places(&self) -> &'static [Place] {
        if self.reading { &[Place::LedgerPage] } else { &[Place::Ledger] }
    }

    fn outermost(&self) -> bool {
        !self.reading && self.page == Page::Stored
    }

    fn subject(&self, action: Action) -> Subject {
        match (action, self.selected()) {
            (Action::Open | Action::Copy | Action::Prove, None) => Subject::Absent,
            (Action::Open, Some(event)) if !event.subject.starts_with("run_") => {
                Subject::NotNow("this event is not about a run")
            }
            (Action::Prove, Some(event)) if event.seq == 0 => Subject::Absent,
            (Action::Stop, _) if self.verify.feed.is_none() => Subject::Absent,
            (Action::SaveProof, _) if self.page != Page::Proof => Subject::Absent,
            (Action::SaveProof, _) if self.proof.as_ref().and_then(Proof::file).is_none() => {
                Subject::NotNow("the proof has not come so far")
            }
            (Action::Verify, _) if self.verify.feed.is_some() => {
                Subject::NotNow("it is being verified")
            }
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => return self.leave(),
            Event::Resize => Vec::new(),
            Event::Tick => self.tick(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => self.take(number, answer, shared),
            Event::Reply(..) => Vec::new(),
            Event::Feed(id, news) => {
                self.heard(id, news);
                Vec::new()
            }
        };
        self.settle(shared);
        intents
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        match what.parse() {
            Ok(seq) => self.prove(Proof::new(seq, "", ""), shared),
            Err(_) if what.starts_with("rcpt_") => self.prove_receipt(what, shared),
            Err(_) => Vec::new(),
        }
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

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match (self.page, &self.proof) {
            (Page::Proof, Some(proof)) => format!("conductor ledger prove {}", proof.seq),
            (Page::Checkpoints, _) => "conductor ledger checkpoint".to_owned(),
            (Page::Verify, _) => "conductor ledger verify".to_owned(),
            _ => "conductor events tail --follow".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        match (self.page, self.checkpoints.newest()) {
            // As a file that is verified elsewhere has it.
            (Page::Checkpoints, Some(newest)) if self.reading => Some(newest.answer.note.clone()),
            (Page::Proof, _) if self.reading => self.proof.as_ref()?.document(),
            _ => self.selected().map(|event| event.subject.clone()),
        }
    }

    fn export(&self) -> Option<(String, String)> {
        match (self.page, &self.proof) {
            (Page::Proof, Some(proof)) => Some((format!("proof-{}", proof.seq), proof.document()?)),
            (Page::Checkpoints, _) => {
                let newest = &self.checkpoints.newest()?.answer;
                Some(("checkpoint".to_owned(), serde_json::to_string_pretty(newest).ok()?))
            }
            (Page::Verify, _) => {
                let progress = &self.verify.progress;
                Some(("verified".to_owned(), serde_json::to_string_pretty(progress).ok()?))
            }
            _ => Some(("events".to_owned(), serde_json::to_string_pretty(&self.rows()).ok()?)),
        }
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        shared.refreshes(self.look_at)
    }
}
