//! The screen's state: every schedule, the next times of those in sight, and what is frozen.

use std::collections::BTreeMap;

use conductor_protocol::{
    needles::Needles,
    v1::{Freeze, NextScheduleResponse, PauseScheduleRequest, ResumeScheduleRequest, Schedule},
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    columns::{Columns, SCHEDULES, key},
    timeline::Scale,
    view::{list_height, schedules_view},
};
use crate::{
    app::{Answer, Availability, Effect, Fault, Mutation, Query, Shared, Subject, Ticket, time},
    columns::{Arrangement, places},
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Confirm, Entry, Scroll, Target, Told},
};

/// How long the cursor must rest before its times are asked for.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);

mod asks;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct SchedulesScreen {
    /// As the daemon lists them.
    all: Vec<Schedule>,
    /// Pages of a list that is being read, until it is whole.
    coming: Vec<Schedule>,
    /// Places in `all` of those that match the filter, as they are arranged.
    shown: Vec<usize>,
    columns: Columns,
    pub(crate) filter: String,
    pub(crate) loaded: bool,
    pub(crate) fault: Option<Fault>,
    pub(crate) scroll: Scroll,
    /// Times of schedules in the form they had, by name.
    times: BTreeMap<String, (Schedule, Result<NextScheduleResponse, Fault>)>,
    /// A question for times is under way.
    asking: bool,
    /// What is frozen in this environment, or why nobody tells.
    pub(super) freezes: Option<Result<Vec<Freeze>, Fault>>,
    pub(super) scale: Scale,
    /// The chosen schedule is read, and not the time line.
    pub(super) reading: bool,
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
        self.times_of(self.selected()?)
    }

    /// The next times of a schedule as it is now, when they are known.
    pub(super) fn times_of(
        &self,
        schedule: &Schedule,
    ) -> Option<&Result<NextScheduleResponse, Fault>> {
        self.times.get(&schedule.name).filter(|(of, _)| same(of, schedule)).map(|(_, times)| times)
    }

    /// Whether there may be more times than were told.
    pub(super) fn may_go_on(times: &NextScheduleResponse) -> bool {
        times.times.len() >= asks::NEXT_TIMES as usize
    }

    fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.narrow();
        self.scroll = Scroll::default();
    }

    fn narrow(&mut self) {
        let needles = Needles::new(&self.filter);
        let has = |schedule: &Schedule| {
            let spec = schedule.spec.clone().unwrap_or_default();
            let text =
                [&schedule.name, &spec.workflow, &spec.zone, &schedule.owner, &spec.description]
                    .map(String::as_str)
                    .join(" ");
            needles.matches(&text)
        };
        let keys = |at: usize, column: &str| key(&self.all[at], column);
        let mut shown = places(&self.columns.0, self.all.len(), keys);
        shown.retain(|at| has(&self.all[*at]));
        self.shown = shown;
    }

    /// How its rows are arranged.
    pub(super) const fn columns(&self) -> &Arrangement {
        &self.columns.0
    }

    /// Whether the chosen schedule is read, and whether the list has the whole window.
    pub(super) const fn seen(&self) -> (bool, bool) {
        (self.reading, self.columns.0.is_wide())
    }

    /// Changes the rows; the cursor stays on its schedule, and that on its line.
    fn keeping(&mut self, change: impl FnOnce(&mut Self)) {
        let selected = self.selected().map(|schedule| schedule.name.clone());
        change(self);
        self.narrow();
        let at = self.rows().position(|row| Some(&row.name) == selected.as_ref());
        if let Some(at) = at {
            self.scroll.follow(at);
        }
    }

    /// The schedule changed by a key of this console.
    pub(crate) fn changed(&mut self, schedule: Schedule) {
        self.keeping(|screen| {
            if let Some(known) = screen.all.iter_mut().find(|known| known.name == schedule.name) {
                *known = schedule;
            }
        });
    }

    fn settle(&mut self, shared: &Shared) {
        self.scroll.settle(self.shown.len(), list_height(shared.size, self.seen()));
        let wanted = !self.asking && self.unknown(shared).is_some() && shared.link.is_live();
        self.preview_at = wanted.then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
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

    fn outermost(&self) -> bool {
        !self.reading
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
                let columns = shared.arrangement(&SCHEDULES);
                self.keeping(|screen| screen.columns = Columns(columns));
                self.coming.clear();
                self.asking = false;
                let read = Self::read(shared, String::new());
                read.into_iter().chain(Self::ask_freezes(shared)).collect()
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
            Event::Act(action @ (Action::ZoomIn | Action::ZoomOut)) => {
                self.scale = self.scale.step(action == Action::ZoomIn);
                Vec::new()
            }
            Event::Act(Action::NextPane | Action::PreviousPane) => {
                self.reading = !self.reading && self.selected().is_some();
                Vec::new()
            }
            Event::Act(Action::Back) if self.reading => {
                self.reading = false;
                Vec::new()
            }
            Event::Act(Action::Back) => {
                self.set_filter("");
                Vec::new()
            }
            Event::Act(action) => {
                let height = list_height(shared.size, self.seen());
                if self.scroll.act(action, self.shown.len(), height) {
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

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match self.selected().filter(|_| self.reading) {
            Some(chosen) => format!("conductor schedules next {}", chosen.name),
            None => "conductor schedules list".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.selected().map(|schedule| schedule.name.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        let rows: Vec<&Schedule> = self.rows().collect();
        Some(("schedules".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn arrangements(&self) -> Vec<&Arrangement> {
        vec![&self.columns.0]
    }

    fn arrange(&mut self, arrangement: Arrangement, shared: &mut Shared) -> Vec<Intent> {
        self.keeping(|screen| screen.columns = Columns(arrangement));
        self.settle(shared);
        Vec::new()
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        shared.refreshes(self.preview_at.into_iter().chain(self.refresh_at).min())
    }
}

/// Whether the times of one are those of the other.
fn same(of: &Schedule, now: &Schedule) -> bool {
    (of.version, of.paused, &of.next) == (now.version, now.paused, &now.next)
}
