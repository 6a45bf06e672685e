//! The screen's state: every tenant that may be read of, the chosen one, and what is known of it.

use conductor_protocol::{
    needles::Needles,
    v1::{ForgetResponse, Tenant},
};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{asks::Detail, page, view};
use crate::{
    app::{Availability, Fault, HOME_TENANT, Shared, Subject, Ticket},
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Entry, Scroll, Sheet, Target, TenantWord},
};

/// As the protocol says it.
pub(super) const SUSPENDED: &str = "suspended";

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct TenantsScreen {
    /// By name.
    all: Vec<Tenant>,
    /// Pages of a list that is being read, until it is whole.
    pub(super) coming: Vec<Tenant>,
    /// Places in `all` that match the filter.
    shown: Vec<usize>,
    pub(super) filter: String,
    pub(super) loaded: bool,
    /// There are more than were read.
    pub(super) cut: bool,
    pub(super) fault: Option<Fault>,
    pub(super) scroll: Scroll,
    /// The page has the keys, and not the list.
    pub(super) reading: bool,
    pub(super) sheet: Sheet,
    pub(super) detail: Detail,
    /// To be chosen as soon as the list is there.
    sought: Option<String>,
    pub(super) preview_at: Option<Timestamp>,
    pub(super) refresh_at: Option<Timestamp>,
    /// Older answers don't count: of the list, and of what was asked about the chosen one.
    pub(super) generation: u64,
    pub(super) chosen_generation: u64,
}

impl TenantsScreen {
    pub(super) fn all(&self) -> &[Tenant] {
        &self.all
    }

    /// A tenant by its name, as it was read last.
    pub(crate) fn known(&self, name: &str) -> Option<&Tenant> {
        self.all.iter().find(|tenant| tenant.name == name)
    }

    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &Tenant> {
        self.shown.iter().map(|at| &self.all[*at])
    }

    pub(super) fn selected(&self) -> Option<&Tenant> {
        self.shown.get(self.scroll.cursor).map(|at| &self.all[*at])
    }

    /// What forgetting a tenant would take, where that was looked at.
    pub(super) fn looked(&self, name: &str) -> Option<&ForgetResponse> {
        let looked = self.detail.looked.as_ref().filter(|_| self.detail.of == name);
        looked?.as_ref()?.as_ref().ok()
    }

    /// Takes a list that is whole; the chosen one stays chosen.
    pub(super) fn replace(&mut self, all: Vec<Tenant>, cut: bool) {
        let chosen = self.sought.take().or_else(|| self.selected().map(|it| it.name.clone()));
        (self.all, self.cut, self.loaded, self.fault) = (all, cut, true, None);
        self.narrow();
        self.choose(chosen.as_deref());
    }

    fn choose(&mut self, name: Option<&str>) {
        let at = self.rows().position(|row| Some(row.name.as_str()) == name);
        self.scroll.cursor = at.unwrap_or(self.scroll.cursor);
    }

    fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.narrow();
        self.scroll = Scroll::default();
    }

    fn narrow(&mut self) {
        let needles = Needles::new(&self.filter);
        let has = |tenant: &Tenant| {
            let set = tenant.effective.clone().unwrap_or_default();
            let parts =
                [&tenant.name, &tenant.status, &set.profile, &set.risk_profile, &set.business_unit];
            let regions = format!("{} {}", set.region, set.regions.join(" "));
            needles.matches(&format!("{} {regions}", parts.map(String::as_str).join(" ")))
        };
        self.shown = (0..self.all.len()).filter(|at| has(&self.all[*at])).collect();
    }

    /// A tenant was changed by a key of this console.
    pub(crate) fn changed(&mut self, tenant: Tenant) {
        let name = tenant.name.clone();
        match self.all.binary_search_by(|known| known.name.cmp(&name)) {
            Ok(at) => self.all[at] = tenant,
            Err(at) => self.all.insert(at, tenant),
        }
        self.narrow();
        self.choose(Some(&name));
        self.detail.is_old();
        self.detail.looked = None;
    }

    /// A tenant was forgotten.
    pub(crate) fn gone(&mut self, name: &str) {
        self.all.retain(|known| known.name != name);
        self.narrow();
        self.reading = false;
    }

    fn settle(&mut self, shared: &Shared) {
        self.scroll.settle(self.shown.len(), view::list_height(shared.size, self.reading));
        let chosen = self.selected().map(|tenant| tenant.name.clone()).unwrap_or_default();
        if chosen != self.detail.of {
            self.chosen_generation += 1;
            self.detail = Detail::of(chosen);
            (self.sheet, self.preview_at) = (Sheet::default(), None);
        }
        self.reading &= !self.detail.of.is_empty();
        self.plan_preview(shared);
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        match action {
            Action::Open => self.reading = true,
            Action::NextPane | Action::PreviousPane => self.reading = !self.reading,
            Action::Back if self.reading => self.reading = false,
            Action::Back => self.set_filter(""),
            Action::SwitchTenant => {
                return self.lead(Vec::new(), shared);
            }
            Action::TenantRuns => return self.lead(vec![Target::Act(Action::GoRuns)], shared),
            Action::TenantLedger => return self.lead(vec![Target::Act(Action::GoLedger)], shared),
            Action::TenantGraph => {
                let entity = format!("tenant:{}", self.detail.of);
                return self.lead(vec![Target::At(Tab::Graph, entity)], shared);
            }
            Action::CheckTenant => {
                (self.reading, self.sheet) = (true, Sheet::default());
                return self.check(shared);
            }
            Action::ForgetTenant => {
                let known = self.looked(&self.detail.of);
                if known.is_some_and(|looked| looked.in_the_way.is_empty()) {
                    return self.ask(action).into_iter().collect();
                }
                (self.reading, self.sheet) = (true, Sheet::default());
                return self.look(shared);
            }
            Action::CreateTenant
            | Action::TenantProfile
            | Action::TenantLimits
            | Action::SuspendTenant
            | Action::AdmitGuest
            | Action::DismissGuest
            | Action::ResumeTenant => return self.ask(action).into_iter().collect(),
            moving if self.reading => {
                let (lines, height) = page::size(self, shared);
                self.sheet.act(moving, lines, height);
            }
            moving => {
                let height = view::list_height(shared.size, self.reading);
                if self.scroll.act(moving, self.shown.len(), height) {
                    self.preview_at = None;
                }
            }
        }
        Vec::new()
    }

    /// Has the console look at the chosen tenant, and then at something of it.
    fn lead(&self, then: Vec<Target>, shared: &Shared) -> Vec<Intent> {
        let name = self.detail.of.clone();
        let there =
            (name != shared.scope.tenant || then.is_empty()).then_some(Target::Tenant(name));
        there.into_iter().chain(then).map(Intent::Go).collect()
    }
}

impl Screen for TenantsScreen {
    fn title(&self) -> &'static str {
        "Tenants"
    }

    fn places(&self) -> &'static [Place] {
        if self.reading { &[Place::TenantPage] } else { &[Place::Tenants] }
    }

    fn subject(&self, action: Action) -> Subject {
        let Some(tenant) = self.selected() else {
            return match action {
                Action::Open
                | Action::Copy
                | Action::TenantProfile
                | Action::TenantLimits
                | Action::SuspendTenant
                | Action::ResumeTenant
                | Action::ForgetTenant
                | Action::AdmitGuest
                | Action::DismissGuest
                | Action::CheckTenant
                | Action::SwitchTenant
                | Action::TenantRuns
                | Action::TenantLedger
                | Action::TenantGraph => Subject::Absent,
                _ => Subject::Of(String::new()),
            };
        };
        let suspended = tenant.status == SUSPENDED;
        match action {
            Action::CreateTenant => Subject::Of(String::new()),
            Action::SuspendTenant | Action::ForgetTenant if tenant.name == HOME_TENANT => {
                Subject::NotNow("it is home to the administrators of all tenants")
            }
            Action::SuspendTenant if suspended => Subject::NotNow("it is suspended already"),
            Action::ResumeTenant if !suspended => Subject::NotNow("it is not suspended"),
            Action::AdmitGuest | Action::DismissGuest => {
                let admits = action == Action::AdmitGuest;
                let word = if admits { TenantWord::Admit } else { TenantWord::Dismiss };
                let found = Subject::Of(tenant.name.clone());
                self.no_guest(word).map_or(found, Subject::NotNow)
            }
            _ => Subject::Of(tenant.name.clone()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => {
                self.detail.is_old();
                self.read(shared)
            }
            Event::Leave => {
                (self.refresh_at, self.preview_at) = (None, None);
                return Vec::new();
            }
            Event::Tick => self.tick(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => self.take(number, answer, shared),
            Event::Resize | Event::Reply(..) | Event::Feed(..) => Vec::new(),
        };
        self.settle(shared);
        intents
    }

    fn outermost(&self) -> bool {
        !self.reading
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.set_filter("");
        self.choose(Some(what));
        let found = self.selected().is_some_and(|tenant| tenant.name == what);
        self.sought = (!found).then(|| what.to_owned());
        self.settle(shared);
        self.reading = found;
        self.plan_preview(shared);
        Vec::new()
    }

    fn offers(&self, _shared: &Shared) -> Vec<Entry> {
        let entry = |tenant: &Tenant| Entry {
            kind: "tenant",
            title: tenant.name.clone(),
            detail: format!("look at it: {}", tenant.status),
            availability: Availability::Ready,
            target: Target::At(Tab::Tenants, tenant.name.clone()),
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
        view::tenants_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        let name = crate::input::in_shell(&self.detail.of);
        match (self.reading, &self.detail.checks, &self.detail.looked) {
            (false, ..) => "conductor tenant list".to_owned(),
            (true, _, Some(_)) => format!("conductor tenant forget {name} --dry-run"),
            (true, Some(_), None) => format!("conductor tenant check {name}"),
            (true, None, None) => format!("conductor tenant show {name}"),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.selected().map(|tenant| tenant.name.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        if let Some(tenant) = self.selected().filter(|_| self.reading) {
            let text = serde_json::to_string_pretty(tenant).ok()?;
            return Some((format!("tenant-{}", tenant.name), text));
        }
        let rows: Vec<&Tenant> = self.rows().collect();
        Some(("tenants".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        self.preview_at.into_iter().chain(shared.refreshes(self.refresh_at)).min()
    }
}
