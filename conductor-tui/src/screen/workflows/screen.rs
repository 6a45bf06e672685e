//! The screen's state: the list, the version that is read, two versions that are compared, the record,
//! and what is asked for when the cursor rests.

use std::collections::BTreeMap;

use conductor_protocol::{
    manifest::{self, Change},
    v1::Workflow,
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    countersign::Looking,
    layout::{Focus, panes},
    page_view::{height as page_height, page},
    record::{self, Record, Row},
    record_view::height as record_height,
    registry::{Detail, Registry},
    view::{list_height, runbooks_view},
};
use crate::{
    app::{Answer, Effect, Fault, Keyring, Query, Shared, Subject, Ticket, body},
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Entry, Scroll, Target, Told},
};

mod acts;
mod asks;

use self::asks::Asked;

/// How long the cursor must rest before something is read.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);

/// A version that may not have been read yet, or could not be.
pub(super) type Found<'a> = Option<&'a Result<Detail, Fault>>;

/// What the page shows.
pub(super) enum Shown<'a> {
    Nothing,
    Version(&'a Workflow, Found<'a>),
    /// An older one and a newer one.
    Compared(Found<'a>, Found<'a>),
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct WorkflowsScreen {
    pub(super) registry: Registry,
    pub(super) focus: Focus,
    /// Where the page is read.
    pub(super) reading: Scroll,
    /// Where the record is read.
    pub(super) record_scroll: Scroll,
    /// By name.
    records: BTreeMap<String, Record>,
    /// Whose page, version and comparison these are.
    of: String,
    /// Another version than the one of the list.
    viewing: Option<String>,
    /// The version that others are compared with.
    marked: Option<String>,
    /// An older version and a newer one.
    compared: Option<(String, String)>,
    as_text: bool,
    preview_at: Option<Timestamp>,
    /// Questions under way, by their numbers.
    asked: BTreeMap<u64, Asked>,
    asked_last: u64,
    /// Opened by name before the list was there.
    wanted: Option<String>,
    /// A version that is to be signed, and the keys for it.
    pub(super) looking: Option<Looking>,
    pub(super) keys: Keyring,
    /// Whoever uses the console.
    me: String,
}

impl WorkflowsScreen {
    pub(crate) fn all(&self) -> &[Workflow] {
        &self.registry.all
    }

    pub(super) fn selected(&self) -> Option<&Workflow> {
        self.registry.selected()
    }

    /// A version, as far as it was read.
    pub(crate) fn known(&self, name: &str, version: &str) -> Option<&Workflow> {
        let listed = self.all().iter().find(|it| it.name == name && it.version == version);
        let read = self.registry.detail(name, version).and_then(|read| read.as_ref().ok());
        listed.or_else(|| read.map(|detail| &detail.workflow))
    }

    /// The number of the version that is shown.
    pub(super) fn version_name(&self) -> &str {
        let listed = self.selected().map(|chosen| chosen.version.as_str());
        self.viewing.as_deref().or(listed).unwrap_or_default()
    }

    /// The version that is shown, as far as it is known.
    pub(super) fn version(&self) -> Option<&Workflow> {
        let chosen = self.selected()?;
        let Some(viewing) = &self.viewing else { return Some(chosen) };
        let read = self.registry.detail(&chosen.name, viewing).and_then(|read| read.as_ref().ok());
        read.map(|detail| &detail.workflow)
            .or_else(|| self.versions().iter().find(|version| version.version == *viewing))
    }

    /// What the page shows.
    pub(super) fn shown(&self) -> Shown<'_> {
        let Some(chosen) = self.selected() else { return Shown::Nothing };
        let detail = |version: &str| self.registry.detail(&chosen.name, version);
        match &self.compared {
            Some((old, new)) => Shown::Compared(detail(old), detail(new)),
            None => Shown::Version(chosen, detail(self.version_name())),
        }
    }

    /// The versions that are compared.
    pub(super) fn comparing(&self) -> Option<(&str, &str)> {
        self.compared.as_ref().map(|(old, new)| (old.as_str(), new.as_str()))
    }

    pub(super) const fn as_text(&self) -> bool {
        self.as_text
    }

    pub(super) fn marked(&self) -> Option<&str> {
        self.marked.as_deref()
    }

    /// What the shown version changed from the one below it, when both have been read.
    pub(super) fn changes(&self) -> Option<(&str, Vec<Change>)> {
        let name = &self.selected()?.name;
        let read = |version: &str| self.registry.detail(name, version)?.as_ref().ok();
        let detail = read(self.version_name())?;
        let below = read(&detail.below)?;
        Some((&detail.below, manifest::diff(&below.manifest, &detail.manifest)))
    }

    /// The record of the chosen runbook.
    pub(super) fn record(&self) -> Option<&Record> {
        self.records.get(&self.selected()?.name)
    }

    /// Its versions, newest first, as far as they are known.
    pub(super) fn versions(&self) -> &[Workflow] {
        let record = self.record().and_then(|record| record.versions.as_ref());
        record.and_then(|versions| versions.as_deref().ok()).unwrap_or_default()
    }

    /// The rows of the record.
    pub(super) fn record_rows(&self) -> Vec<Row<'_>> {
        let Some(chosen) = self.selected() else { return Vec::new() };
        let shown = self.version().unwrap_or(chosen);
        // When it was rehearsed is told in lists, whatever the version.
        let mut rows = record::rows(shown, self.record());
        for row in &mut rows {
            if matches!(row, Row::Rehearsal(_)) {
                *row = Row::Rehearsal(chosen);
            }
        }
        rows
    }

    fn set_filter(&mut self, filter: &str) {
        self.registry.set_filter(filter);
    }

    /// Keeps cursors in sight, and has read what is to be shown.
    fn settle(&mut self, shared: &Shared) {
        if let Some(name) = self.wanted.take_if(|_| self.registry.loaded) {
            self.registry.choose(&name);
        }
        let areas = panes(body(shared.size), self.focus);
        let rows = self.registry.rows().len();
        self.registry.scroll.settle(rows, list_height(areas.list.unwrap_or_default()));
        let chosen = self.selected().map(|chosen| chosen.name.clone()).unwrap_or_default();
        if self.of != chosen {
            self.of = chosen;
            (self.viewing, self.marked, self.compared) = (None, None, None);
            (self.reading, self.record_scroll) = <_>::default();
        }
        if let Some(pane) = areas.page {
            let rows = page(self, pane, shared).map_or(0, |page| page.rows.len());
            self.reading.settle(rows, page_height(pane));
        }
        if let Some(pane) = areas.record {
            let mut scroll = self.record_scroll;
            record::rest(&mut scroll, &self.record_rows(), record_height(pane), false);
            self.record_scroll = scroll;
        }
        let wants = self.wants(shared).is_some() && shared.link.is_live();
        self.preview_at = wants.then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
    }

    fn offer(workflow: &Workflow, shared: &Shared) -> Entry {
        Entry {
            kind: "start",
            title: workflow.name.clone(),
            detail: format!("{} {}", workflow.version, workflow.description),
            availability: shared.availability(Action::Start, Subject::Of(workflow.name.clone())),
            target: Target::Workflow(workflow.name.clone()),
        }
    }
}

impl Screen for WorkflowsScreen {
    fn title(&self) -> &'static str {
        "Runbooks"
    }

    fn places(&self) -> &'static [Place] {
        self.focus.places()
    }

    fn subject(&self, action: Action) -> Subject {
        self.subject_of(action)
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        if self.me != shared.principal {
            self.me.clone_from(&shared.principal);
        }
        let intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => {
                self.rest();
                Vec::new()
            }
            Event::Resize | Event::Feed(..) => Vec::new(),
            Event::Tick => self.preview(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(ticket, answer) => self.take(&ticket, answer, shared),
        };
        self.settle(shared);
        intents
    }

    fn outermost(&self) -> bool {
        self.focus == Focus::List
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.wanted = Some(what.to_owned());
        self.focus = Focus::Page;
        self.settle(shared);
        Vec::new()
    }

    fn filter_text(&self) -> String {
        self.registry.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.set_filter(text);
        self.settle(shared);
        Ok(Vec::new())
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        self.all().iter().map(|workflow| Self::offer(workflow, shared)).collect()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        runbooks_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        let Some(chosen) = self.selected() else { return "conductor runbooks list".to_owned() };
        let name = &chosen.name;
        let which = match &self.viewing {
            Some(version) => format!("{name}@{version}"),
            None => name.clone(),
        };
        match (self.focus, &self.compared) {
            (Focus::List, _) => "conductor runbooks list".to_owned(),
            (_, Some((old, new))) => {
                let flag = if self.as_text { " --unified" } else { "" };
                format!("conductor workflows diff {name} {old} {new}{flag}")
            }
            _ => format!("conductor runbooks show {which}"),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        let chosen = self.selected()?;
        match self.focus {
            Focus::List => Some(chosen.name.clone()),
            Focus::Page => Some(format!("{}@{}", chosen.name, self.version_name())),
            Focus::Record => self.record_text(),
        }
    }

    fn export(&self) -> Option<(String, String)> {
        if self.focus == Focus::List {
            let rows: Vec<&Workflow> = self.registry.rows().collect();
            return Some(("runbooks".to_owned(), serde_json::to_string_pretty(&rows).ok()?));
        }
        let name = format!("runbook-{}", self.selected()?.name);
        let version = self.version()?;
        let read = self.registry.detail(&version.name, &version.version);
        let manifest = read.and_then(|read| read.as_ref().ok()).map(|detail| &detail.manifest);
        let document = serde_json::json!({
            "runbook": version,
            "manifest": manifest,
            "versions": self.versions(),
        });
        Some((name, serde_json::to_string_pretty(&document).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at
    }
}
