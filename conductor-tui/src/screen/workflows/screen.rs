//! The screen's state: a version of every workflow, and the manifest of the chosen one with the
//! one below it.

use std::collections::BTreeMap;

use conductor_protocol::{
    manifest::{self, Change, Manifest, MediaType, Passage},
    v1::{
        GetWorkflowRequest, GetWorkflowResponse, ListWorkflowsRequest, Receipt, Workflow,
        WorkflowState,
    },
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    changes::take_back,
    view::{BODY_FROM, page_rows, workflows_view},
};
use crate::{
    app::{Answer, Effect, Fault, Query, Shared, Subject, Ticket, body},
    input::{Action, Place},
    screen::{Event, Intent, Screen},
    widget::{Entry, Form, Purpose, Scroll, Target},
};

/// Workflows asked for at once.
const PAGE_ROWS: u32 = 500;
/// Workflows kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// Versions kept.
const DETAILS_MAX: usize = 64;
/// How long the cursor must rest before a manifest is read.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);

/// A version as it was read.
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) manifest: Manifest,
    pub(crate) receipt: Option<Receipt>,
    /// The version below; empty for the first.
    pub(crate) below: String,
    /// Prose and steps of a runbook in Markdown; empty for a manifest in YAML.
    pub(crate) passages: Vec<Passage>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct WorkflowsScreen {
    /// By name.
    all: Vec<Workflow>,
    /// Places in `all` that match the filter.
    shown: Vec<usize>,
    pub(crate) filter: String,
    pub(crate) loaded: bool,
    pub(crate) fault: Option<Fault>,
    pub(crate) scroll: Scroll,
    details: BTreeMap<(String, String), Result<Detail, Fault>>,
    preview_at: Option<Timestamp>,
    /// The page is read, and not the list.
    reading: bool,
    /// Rows of the page that are above the screen.
    pub(crate) above: u16,
}

impl WorkflowsScreen {
    /// Whether the page is in front, and not the list.
    pub(crate) const fn is_reading(&self) -> bool {
        self.reading
    }

    pub(crate) fn all(&self) -> &[Workflow] {
        &self.all
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &Workflow> {
        self.shown.iter().map(|at| &self.all[*at])
    }

    pub(crate) fn selected(&self) -> Option<&Workflow> {
        self.shown.get(self.scroll.cursor).map(|at| &self.all[*at])
    }

    /// The chosen version, when it has been read.
    pub(crate) fn detail(&self) -> Option<&Result<Detail, Fault>> {
        let chosen = self.selected()?;
        self.details.get(&(chosen.name.clone(), chosen.version.clone()))
    }

    /// What the chosen version changed from the one below it, when both have been read.
    pub(crate) fn changes(&self) -> Option<(&str, Vec<Change>)> {
        let (chosen, detail) = (self.selected()?, self.detail()?.as_ref().ok()?);
        let below =
            self.details.get(&(chosen.name.clone(), detail.below.clone()))?.as_ref().ok()?;
        Some((&detail.below, manifest::diff(&below.manifest, &detail.manifest)))
    }

    /// The version that is to be read next: the chosen one, then the one below it.
    fn unread(&self) -> Option<(&str, &str)> {
        let chosen = self.selected()?;
        let version = match self.detail() {
            None => chosen.version.as_str(),
            Some(Ok(detail)) if !detail.below.is_empty() => detail.below.as_str(),
            Some(_) => return None,
        };
        let known = self.details.contains_key(&(chosen.name.clone(), version.to_owned()));
        (!known).then_some((chosen.name.as_str(), version))
    }

    fn keep(&mut self, answer: GetWorkflowResponse) {
        let workflow = answer.workflow.unwrap_or_default();
        if self.details.len() >= DETAILS_MAX {
            self.details.clear();
        }
        let markdown = MediaType::Markdown.as_str();
        let source = workflow.source.filter(|source| source.media_type == markdown);
        let passages = source.map(|source| manifest::passages(&source.text)).unwrap_or_default();
        let detail = read_manifest(&workflow.manifest_json).map(|manifest| Detail {
            manifest,
            receipt: workflow.receipt,
            below: answer.previous_version,
            passages,
        });
        self.details.insert((workflow.name, workflow.version), detail);
    }

    pub(crate) fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.narrow();
        self.scroll = Scroll::default();
    }

    fn narrow(&mut self) {
        let words: Vec<String> =
            self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let has = |workflow: &Workflow| {
            let text = format!("{} {}", workflow.name, workflow.description).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.shown = (0..self.all.len()).filter(|at| has(&self.all[*at])).collect();
    }

    /// Reads the list again from its beginning.
    pub(crate) fn reload(shared: &Shared, page_token: String) -> Option<Effect> {
        let scope = Some(shared.scope.clone());
        let request = ListWorkflowsRequest {
            scope,
            page_size: PAGE_ROWS,
            page_token,
            ..ListWorkflowsRequest::default()
        };
        shared.link.is_live().then_some(Effect::Ask(Ticket::Workflows, Query::Workflows(request)))
    }

    fn take(
        &mut self,
        ticket: Ticket,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Vec<Intent> {
        match (ticket, answer) {
            (Ticket::Workflows, Ok(Answer::Workflows(page))) => {
                let page = *page;
                let selected = self.selected().map(|workflow| workflow.name.clone());
                self.loaded = true;
                self.fault = None;
                for workflow in page.workflows {
                    match self.all.binary_search_by(|known| known.name.cmp(&workflow.name)) {
                        Ok(at) => self.all[at] = workflow,
                        Err(at) => self.all.insert(at, workflow),
                    }
                }
                self.narrow();
                let same = self.rows().position(|w| Some(&w.name) == selected.as_ref());
                self.scroll.cursor = same.unwrap_or(self.scroll.cursor);
                let more = !page.next_page_token.is_empty() && self.all.len() < ROWS_MAX;
                let next = more.then(|| Self::reload(shared, page.next_page_token)).flatten();
                let names = self.all.iter().map(|w| ("run.start", w.name.clone())).collect();
                return next.into_iter().chain(shared.ask_policy(names)).map(Intent::Do).collect();
            }
            (Ticket::Workflows, Err(fault)) => self.fault = Some(fault),
            (Ticket::Manifest, Ok(Answer::Workflow(answer))) => self.keep(*answer),
            (Ticket::Manifest, Err(fault)) => {
                if let Some((name, version)) = self.unread() {
                    let key = (name.to_owned(), version.to_owned());
                    self.details.insert(key, Err(fault));
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn turn_to(&mut self, reading: bool) {
        self.reading = reading;
        self.above = 0;
    }

    fn scroll_page(&mut self, action: Action, shared: &Shared) {
        let (rows, height) = page_rows(self, shared);
        let last = rows.saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        let above = usize::from(self.above);
        let above = match action {
            Action::Up => above.saturating_sub(1),
            Action::Down => above + 1,
            Action::HalfUp => above.saturating_sub((height / 2).max(1)),
            Action::HalfDown => above + (height / 2).max(1),
            Action::PageUp => above.saturating_sub(page),
            Action::PageDown => above + page,
            Action::Top => 0,
            Action::Bottom => last,
            _ => above,
        };
        self.above = u16::try_from(above.min(last)).unwrap_or(u16::MAX);
    }

    fn height(shared: &Shared) -> usize {
        // The frame and the columns' names take three rows.
        usize::from(body(shared.size).height.saturating_sub(3))
    }

    fn settle(&mut self, shared: &Shared) {
        self.scroll.settle(self.shown.len(), Self::height(shared));
        let unread = self.unread().is_some();
        let beside = shared.size.0 >= BODY_FROM || self.reading;
        self.preview_at = (unread && beside && shared.link.is_live())
            .then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
    }

    /// Asks why, or whether a warning is to be taken back.
    fn end(&self, action: Action, shared: &Shared) -> Option<Intent> {
        let chosen = self.selected()?;
        let purpose = match (action, chosen.state()) {
            (Action::Deprecate, WorkflowState::Deprecated) => {
                return Some(Intent::Confirm(Box::new(take_back(chosen, shared))));
            }
            (Action::Deprecate, _) => Purpose::Deprecate,
            _ => Purpose::Retire,
        };
        let form = Form::reason(purpose, &chosen.name, &chosen.version);
        Some(Intent::Form(Box::new(form)))
    }

    fn preview(&mut self, shared: &Shared) -> Vec<Intent> {
        if self.preview_at.is_none_or(|due| due > shared.now) {
            return Vec::new();
        }
        self.preview_at = None;
        let Some((name, version)) = self.unread() else { return Vec::new() };
        let request = get_request(name, version, shared);
        // Of the one that is looked at only: a list may be long, and a question has a bound.
        let asked =
            ["workflow.deprecate", "workflow.retire"].map(|action| (action, name.to_owned()));
        let policy = shared.ask_policy(asked.into());
        let read = Effect::Ask(Ticket::Manifest, request);
        std::iter::once(read).chain(policy).map(Intent::Do).collect()
    }
}

/// The question for a manifest.
pub(crate) fn get_request(name: &str, version: &str, shared: &Shared) -> Query {
    Query::Workflow(GetWorkflowRequest {
        scope: Some(shared.scope.clone()),
        name: name.to_owned(),
        version: version.to_owned(),
    })
}

/// A manifest as the daemon keeps it.
pub(crate) fn read_manifest(json: &str) -> Result<Manifest, Fault> {
    serde_json::from_str(json).map_err(|error| Fault {
        kind: crate::app::FaultKind::Other,
        code: String::new(),
        message: format!("the manifest can't be read: {error}"),
        hint: "the daemon may be newer than this console".into(),
        approval: String::new(),
    })
}

impl Screen for WorkflowsScreen {
    fn title(&self) -> &'static str {
        "Workflows"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Workflows]
    }

    fn subject(&self, action: Action) -> Subject {
        match (action, self.selected()) {
            (
                Action::Start | Action::Plan | Action::Copy | Action::Deprecate | Action::Retire,
                None,
            ) => Subject::Absent,
            (Action::Start | Action::Plan | Action::Deprecate | Action::Retire, Some(workflow))
                if workflow.state() == WorkflowState::Retired =>
            {
                Subject::NotNow("the version is retired")
            }
            (_, Some(workflow)) => Subject::Of(workflow.name.clone()),
            (_, None) => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => {
                Self::reload(shared, String::new()).map(Intent::Do).into_iter().collect()
            }
            Event::Leave | Event::Resize | Event::Feed(..) => Vec::new(),
            Event::Tick => return self.preview(shared),
            Event::Act(action @ (Action::Start | Action::Plan)) => {
                let plan = action == Action::Plan;
                let to: fn(String) -> Target = if plan { Target::Plan } else { Target::Workflow };
                let chosen = self.selected().map(|chosen| Intent::Go(to(chosen.name.clone())));
                chosen.into_iter().collect()
            }
            Event::Act(action @ (Action::Deprecate | Action::Retire)) => {
                self.end(action, shared).into_iter().collect()
            }
            Event::Act(Action::NextPane | Action::PreviousPane) => {
                self.turn_to(!self.reading && self.selected().is_some());
                Vec::new()
            }
            Event::Act(Action::Back) if self.reading => {
                self.turn_to(false);
                Vec::new()
            }
            Event::Act(Action::Back) => {
                self.set_filter("");
                Vec::new()
            }
            Event::Act(action) if self.reading => {
                self.scroll_page(action, shared);
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
        self.scroll.cursor = self.shown.iter().position(|i| self.all[*i].name == what).unwrap_or(0);
        self.turn_to(!self.shown.is_empty());
        self.update(Event::Resize, shared)
    }

    fn filter_text(&self) -> String {
        self.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.set_filter(text);
        Ok(self.update(Event::Resize, shared))
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        let entry = |workflow: &Workflow| Entry {
            kind: "workflow",
            title: workflow.name.clone(),
            detail: format!("{} {}", workflow.version, workflow.description),
            availability: shared.availability(Action::Start, Subject::Of(workflow.name.clone())),
            target: Target::Workflow(workflow.name.clone()),
        };
        self.all.iter().map(entry).collect()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        workflows_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        match self.selected().filter(|_| self.reading) {
            Some(chosen) => format!("conductor runbooks show {}", chosen.name),
            None => "conductor workflows list".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.selected().map(|workflow| workflow.name.clone())
    }

    fn export(&self) -> Option<(String, String)> {
        let rows: Vec<&Workflow> = self.rows().collect();
        Some(("workflows".to_owned(), serde_json::to_string_pretty(&rows).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at
    }
}
