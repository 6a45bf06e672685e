//! What the screen asks the daemon: the list, what is frozen, and the times of what is in sight, one
//! schedule after the other.

use conductor_protocol::v1::{
    Freeze, ListFreezesRequest, ListSchedulesRequest, ListSchedulesResponse, NextScheduleRequest,
    NextScheduleResponse, Schedule, freeze_reach::Reach,
};
use jiff::SignedDuration;

use super::{
    Answer, Effect, Fault, Intent, PREVIEW_AFTER, Query, SchedulesScreen, Shared, Tab, Ticket,
    list_height, time,
};

/// Schedules asked for at once.
const PAGE_ROWS: u32 = 500;
/// Schedules kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// Times told in advance of one schedule.
pub(super) const NEXT_TIMES: u32 = 60;
/// Schedules whose times are kept.
const TIMES_MAX: usize = 512;
/// The number of the question for freezes.
const FREEZES: u64 = 1;
/// The list is read again this long after something was due, and at the latest after a while.
const AFTER_DUE: SignedDuration = SignedDuration::from_secs(1);
const REFRESH_AFTER: SignedDuration = SignedDuration::from_secs(15);

impl SchedulesScreen {
    /// The schedule whose times are to be asked for next: the chosen one, then those in sight.
    pub(super) fn unknown(&self, shared: &Shared) -> Option<&Schedule> {
        let height = list_height(shared.size, self.seen());
        let window = self.scroll.window(self.shown.len(), height);
        let seen = self.shown[window].iter().map(|at| &self.all[*at]);
        self.selected().into_iter().chain(seen).find(|row| self.times_of(row).is_none())
    }

    /// Reads the list, from its beginning or on from a page.
    pub(super) fn read(shared: &Shared, page_token: String) -> Option<Intent> {
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
        self.keeping(|screen| screen.all = std::mem::take(&mut screen.coming));
        self.loaded = true;
        self.fault = None;
        let due = self.all.iter().filter_map(|row| row.next.as_ref()?.fires_at.as_ref());
        // What is due and not run yet is looked at again in a moment, not at once.
        let soonest = due.map(time::from_wire).min().map(|at| at.max(shared.now));
        let latest = shared.now + REFRESH_AFTER;
        self.refresh_at = Some(soonest.map_or(latest, |at| at.min(latest)) + AFTER_DUE);
        let names = self.all.iter().map(|row| ("schedule.pause", row.name.clone())).collect();
        shared.ask_policy(names).map(Intent::Do).into_iter().collect()
    }

    pub(super) fn take(
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
                self.keep(*of, Ok(*times), shared);
            }
            (Ticket::NextTimes(of), Err(fault)) => self.keep(*of, Err(fault), shared),
            (Ticket::Screen(_, FREEZES), Ok(Answer::Freezes(found))) => {
                let here = |freeze: &Freeze| match freeze
                    .reach
                    .as_ref()
                    .and_then(|reach| reach.reach.as_ref())
                {
                    Some(Reach::Environment(name)) => *name == shared.scope.environment,
                    _ => true,
                };
                self.freezes = Some(Ok(found.freezes.into_iter().filter(here).collect()));
            }
            (Ticket::Screen(_, FREEZES), Err(fault)) => self.freezes = Some(Err(fault)),
            _ => {}
        }
        Vec::new()
    }

    fn keep(&mut self, of: Schedule, times: Result<NextScheduleResponse, Fault>, shared: &Shared) {
        self.asking = false;
        if self.times.len() >= TIMES_MAX {
            self.times.clear();
        }
        self.times.insert(of.name.clone(), (of, times));
        // What comes next has waited long enough.
        self.preview_at = Some(shared.now + PREVIEW_AFTER / 4);
    }

    /// Asks what is frozen.
    pub(super) fn ask_freezes(shared: &Shared) -> Option<Intent> {
        let request = ListFreezesRequest { scope: Some(shared.scope.clone()) };
        let ask = Effect::Ask(Ticket::Screen(Tab::Schedules, FREEZES), Query::Freezes(request));
        shared.link.is_live().then_some(Intent::Do(ask))
    }

    pub(super) fn on_tick(&mut self, shared: &Shared) -> Vec<Intent> {
        let mut intents = Vec::new();
        if shared.refreshes_now(self.refresh_at) {
            self.refresh_at = None;
            self.coming.clear();
            intents.extend(Self::read(shared, String::new()));
        }
        if shared.refreshes_now(self.preview_at) {
            self.preview_at = None;
            intents.extend(self.preview(shared));
        }
        intents
    }

    fn preview(&mut self, shared: &Shared) -> Option<Intent> {
        let wanted = self.unknown(shared)?.clone();
        let request = NextScheduleRequest {
            scope: Some(shared.scope.clone()),
            name: wanted.name.clone(),
            count: NEXT_TIMES,
            ..NextScheduleRequest::default()
        };
        self.asking = true;
        let ticket = Ticket::NextTimes(Box::new(wanted));
        Some(Intent::Do(Effect::Ask(ticket, Query::NextTimes(request))))
    }
}
