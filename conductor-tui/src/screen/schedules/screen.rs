//! The screen's state: every schedule, and the next times of the chosen one.

use conductor_protocol::v1::{
    ListSchedulesRequest, ListSchedulesResponse, NextScheduleRequest, NextScheduleResponse,
    PauseScheduleRequest, ResumeScheduleRequest, Schedule,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::view::{BESIDE_FROM, schedules_view};
use crate::{
    app::{
        Answer, Availability, Effect, Fault, Mutation, Query, Shared, Subject, Ticket, body, time,
    },
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Confirm, Entry, Scroll, Target},
};

/// Schedules asked for at once.
const PAGE_ROWS: u32 = 500;
/// Schedules kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// Times told in advance.
const NEXT_TIMES: u32 = 10;
/// How long the cursor must rest before its times are asked for.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);
/// The list is read again this long after something was due, and at the latest after a while.
const AFTER_DUE: SignedDuration = SignedDuration::from_secs(1);
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct SchedulesScreen {
    /// By name.
    all: Vec<Schedule>,
    /// Pages of a list that is being read, until it is whole.
    coming: Vec<Schedule>,
    /// Places in `all` that match the filter.
    shown: Vec<usize>,
    pub(crate) filter: String,
    pub(crate) loaded: bool,
    pub(crate) fault: Option<Fault>,
    pub(crate) scroll: Scroll,
    /// Times of a schedule in the form it had.
    times: Option<(Schedule, Result<NextScheduleResponse, Fault>)>,
    preview_at: Option<Timestamp>,
    refresh_at: Option<Timestamp>,
}

impl SchedulesScreen {
    pub(crate) fn all(&self) -> &[Schedule] {
        &self.all
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &Schedule> {
        self.shown.iter().map(|at| &self.all[*at])
    }

    pub(crate) fn selected(&self) -> Option<&Schedule> {
        self.shown.get(self.scroll.cursor).map(|at| &self.all[*at])
    }

    /// The next times of the chosen schedule, when they are known.
    pub(crate) fn times(&self) -> Option<&Result<NextScheduleResponse, Fault>> {
        let chosen = self.selected()?;
        self.times.as_ref().filter(|(of, _)| of == chosen).map(|(_, times)| times)
    }

    fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.narrow();
        self.scroll = Scroll::default();
    }

    fn narrow(&mut self) {
        let words: Vec<String> =
            self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let has = |schedule: &Schedule| {
            let spec = schedule.spec.clone().unwrap_or_default();
            let text =
                [&schedule.name, &spec.workflow, &spec.zone, &schedule.owner, &spec.description]
                    .map(|part| part.to_lowercase())
                    .join(" ");
            words.iter().all(|word| text.contains(word))
        };
        self.shown = (0..self.all.len()).filter(|at| has(&self.all[*at])).collect();
    }

    /// Reads the list, from its beginning or on from a page.
    fn read(shared: &Shared, page_token: String) -> Option<Intent> {
        let request = ListSchedulesRequest {
            scope: Some(shared.scope.clone()),
            page_size: PAGE_ROWS,
            page_token,
            workflow: String::new(),
        };
        let ask = Effect::Ask(Ticket::Schedules, Query::Schedules(request));
        shared.link.is_live().then_some(Intent::Do(ask))
    }

    fn take_page(&mut self, page: ListSchedulesResponse, shared: &Shared) -> Vec<Intent> {
        self.coming.extend(page.schedules);
        if !page.next_page_token.is_empty() && self.coming.len() < ROWS_MAX {
            return Self::read(shared, page.next_page_token).into_iter().collect();
        }
        let selected = self.selected().map(|schedule| schedule.name.clone());
        self.all = std::mem::take(&mut self.coming);
        self.loaded = true;
        self.fault = None;
        self.narrow();
        let same = self.rows().position(|row| Some(&row.name) == selected.as_ref());
        self.scroll.cursor = same.unwrap_or(self.scroll.cursor);
        let due = self.all.iter().filter_map(|row| row.next.as_ref()?.fires_at.as_ref());
        // What is due and not run yet is looked at again in a moment, not at once.
        let soonest = due.map(time::from_wire).min().map(|at| at.max(shared.now));
        let latest = shared.now + REFRESH_AFTER;
        self.refresh_at = Some(soonest.map_or(latest, |at| at.min(latest)) + AFTER_DUE);
        let names = self.all.iter().map(|row| ("schedule.pause", row.name.clone())).collect();
        shared.ask_policy(names).map(Intent::Do).into_iter().collect()
    }

    fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Schedules, Ok(Answer::Schedules(page))) => {
                return self.take_page(*page, shared);
            }
            (Ticket::Schedules, Err(fault)) => {
                self.coming.clear();
                self.fault = Some(fault);
                self.refresh_at = Some(shared.now + REFRESH_AFTER);
            }
            (Ticket::NextTimes(of), Ok(Answer::NextTimes(times))) => {
                self.times = Some((*of, Ok(*times)));
            }
            (Ticket::NextTimes(of), Err(fault)) => self.times = Some((*of, Err(fault))),
            _ => {}
        }
        Vec::new()
    }

    /// The schedule changed by a key of this console.
    pub(crate) fn changed(&mut self, schedule: Schedule) {
        if let Some(known) = self.all.iter_mut().find(|known| known.name == schedule.name) {
            *known = schedule;
        }
    }

    fn height(shared: &Shared) -> usize {
        // The frame and the columns' names take three rows.
        usize::from(body(shared.size).height.saturating_sub(3))
    }

    fn settle(&mut self, shared: &Shared) {
        self.scroll.settle(self.shown.len(), Self::height(shared));
        let unknown = self.selected().is_some() && self.times().is_none();
        let beside = shared.size.0 >= BESIDE_FROM;
        self.preview_at = (unknown && beside && shared.link.is_live())
            .then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
    }

    fn on_tick(&mut self, shared: &Shared) -> Vec<Intent> {
        let mut intents = Vec::new();
        if self.refresh_at.is_some_and(|due| due <= shared.now) {
            self.refresh_at = None;
            self.coming.clear();
            intents.extend(Self::read(shared, String::new()));
        }
        if self.preview_at.is_some_and(|due| due <= shared.now) {
            self.preview_at = None;
            intents.extend(self.preview(shared));
        }
        intents
    }

    fn preview(&self, shared: &Shared) -> Option<Intent> {
        let chosen = self.selected()?;
        let request = NextScheduleRequest {
            scope: Some(shared.scope.clone()),
            name: chosen.name.clone(),
            count: NEXT_TIMES,
            ..NextScheduleRequest::default()
        };
        let ticket = Ticket::NextTimes(Box::new(chosen.clone()));
        Some(Intent::Do(Effect::Ask(ticket, Query::NextTimes(request))))
    }

    /// Asks before a schedule is paused, or goes on.
    fn toggle(&self, shared: &Shared) -> Option<Intent> {
        let chosen = self.selected()?;
        let (scope, name) = (Some(shared.scope.clone()), chosen.name.clone());
        let (words, mutation) = if chosen.paused {
            let request = ResumeScheduleRequest { scope, name, ..<_>::default() };
            (("Let it go on?", "resume"), Mutation::ResumeSchedule(request))
        } else {
            let request = PauseScheduleRequest { scope, name, ..<_>::default() };
            (("Let it rest?", "pause"), Mutation::PauseSchedule(request))
        };
        let workflow = chosen.spec.as_ref().map(|spec| spec.workflow.as_str()).unwrap_or_default();
        let lines = vec![
            format!("{}   runs {workflow} for {}", chosen.name, chosen.owner),
            "what is due while it rests is not made up for".to_owned(),
        ];
        let confirm = Confirm::new(words, lines, &chosen.name, mutation, shared);
        Some(Intent::Confirm(Box::new(confirm)))
    }

    /// The run that goes on, or the last there was.
    fn newest_run(&self) -> Option<String> {
        let chosen = self.selected()?;
        let last = chosen.recent.iter().map(|outcome| &outcome.run_id).find(|id| !id.is_empty());
        let active = Some(&chosen.active_run_id).filter(|id| !id.is_empty());
        active.or(last).cloned()
    }
}

impl Screen for SchedulesScreen {
    fn title(&self) -> &'static str {
        "Schedules"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Schedules]
    }

    fn subject(&self, action: Action) -> Subject {
        match (action, self.selected()) {
            (Action::PauseSchedule | Action::Copy | Action::Open, None) => Subject::Absent,
            (Action::Open, Some(_)) if self.newest_run().is_none() => {
                Subject::NotNow("it has started no run yet")
            }
            (_, Some(schedule)) => Subject::Of(schedule.name.clone()),
            (_, None) => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => {
                self.coming.clear();
                Self::read(shared, String::new()).into_iter().collect()
            }
            Event::Leave => {
                self.refresh_at = None;
                Vec::new()
            }
            Event::Resize | Event::Feed(..) => Vec::new(),
            Event::Tick => self.on_tick(shared),
            Event::Act(Action::Open) => {
                self.newest_run().map(|id| Intent::Go(Target::Run(id))).into_iter().collect()
            }
            Event::Act(Action::PauseSchedule) => self.toggle(shared).into_iter().collect(),
            Event::Act(Action::Back) => {
                self.set_filter("");
                Vec::new()
            }
            Event::Act(action) => {
                if self.scroll.act(action, self.shown.len(), Self::height(shared)) {
                    self.preview_at = None;
                }
                Vec::new()
            }
            Event::Reply(ticket, answer) => self.take(ticket, answer, shared),
        };
        self.settle(shared);
        intents
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.set_filter("");
        let at = self.rows().position(|schedule| schedule.name == what);
        self.scroll.cursor = at.unwrap_or_default();
        self.settle(shared);
        Vec::new()
    }

    fn offers(&self, _shared: &Shared) -> Vec<Entry> {
        let entry = |schedule: &Schedule| Entry {
            kind: "schedule",
            title: schedule.name.clone(),
            detail: schedule.spec.as_ref().map(|spec| spec.workflow.clone()).unwrap_or_default(),
            availability: Availability::Ready,
            target: Target::At(Tab::Schedules, schedule.name.clone()),
        };
        self.all.iter().map(entry).collect()
    }

    fn filter_text(&self) -> String {
        self.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.set_filter(text);
        self.settle(shared);
        Ok(Vec::new())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        schedules_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        "conductor schedules list".to_owned()
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.selected().map(|schedule| schedule.name.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        let rows: Vec<&Schedule> = self.rows().collect();
        Some(("schedules".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at.into_iter().chain(self.refresh_at).min()
    }
}
