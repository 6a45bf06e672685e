//! The screen: focus, what keys do here, and which streams are open for what is shown.

use conductor_protocol::v1::RunSummary;
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    artifacts::Artifacts,
    artifacts_view::artifacts_view,
    beside::{Beside, beside_view},
    bulk,
    changes::POLICY,
    layout::{Focus, Seen},
    list::RunList,
    list_view::list_view,
    log_view::text,
    marks::Marks,
    open::OpenRun,
    relations::{nodes, relations_view},
    run_view::run_view,
    subject::subject,
    told,
};
use crate::{
    app::{Shared, Subject},
    columns::{Arrangement, RUNS},
    input::{Action, Place, RunQuery, in_shell},
    screen::{Event, Intent, Screen, Tab},
    widget::{Entry, Told},
};

/// How long the cursor must rest on a run before it is opened beside the list.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct RunsScreen {
    pub(crate) list: RunList,
    pub(super) open: Option<OpenRun>,
    pub(super) artifacts: Artifacts,
    pub(super) marks: Marks,
    /// Where the focus is, and whether the run has the whole window.
    pub(super) seen: Seen,
    pub(super) beside: Beside,
    /// The run whose receipt is asked for, and the number of the question.
    pub(super) receipt: Option<(u64, String)>,
    pub(super) receipts_asked: u64,
    preview_at: Option<Timestamp>,
    shown: bool,
}

impl RunsScreen {
    /// Shows only what matches; the answer comes while the old rows are still shown.
    pub(super) fn narrow(&mut self, query: RunQuery, shared: &mut Shared) -> Vec<Intent> {
        if query == self.list.query {
            return Vec::new();
        }
        self.list.query = query;
        self.list.scroll = <_>::default();
        self.list.fault = None;
        self.list.reload(shared).into_iter().map(Intent::Do).collect()
    }

    /// Opens a run, wherever it is asked from, and goes there.
    pub(crate) fn open_run(&mut self, run_id: &str, shared: &mut Shared) -> Vec<Intent> {
        if !matches!(self.seen.focus, Focus::Tasks | Focus::Log) {
            self.seen.focus = Focus::Tasks;
        }
        self.show(run_id, shared)
    }

    /// Subscribes to a run in place of the one before.
    pub(super) fn show(&mut self, run_id: &str, shared: &mut Shared) -> Vec<Intent> {
        self.preview_at = None;
        if self.open.as_ref().is_some_and(|open| open.run_id == run_id && open.fault.is_none()) {
            return Vec::new();
        }
        let mut effects = self.open.as_mut().map(OpenRun::unwatch).unwrap_or_default();
        let mut open = OpenRun::new(run_id);
        if self.shown {
            effects.extend(open.watch(shared));
        }
        self.open = Some(open);
        effects.into_iter().map(Intent::Do).collect()
    }

    /// The feed of the open run.
    #[cfg(test)]
    pub(crate) fn feed_of_run(&self) -> Option<crate::app::FeedId> {
        self.open.as_ref()?.feed
    }

    /// The open run, as it is known.
    #[cfg(test)]
    pub(crate) fn open_run_of_tests(&self) -> Option<&conductor_protocol::v1::Run> {
        self.open.as_ref()?.run.as_ref()
    }

    pub(crate) fn open_id(&self) -> Option<&str> {
        self.open.as_ref().map(|open| open.run_id.as_str())
    }

    /// The run that keys act on: in the list the one under the cursor, else the open one.
    pub(super) fn target(&self) -> Option<&RunSummary> {
        if self.seen.focus == Focus::List {
            return self.list.selected();
        }
        self.open.as_ref()?.run.as_ref()?.summary.as_ref()
    }

    /// Keeps cursors in sight, and opens the run under the cursor where there is room beside.
    fn settle(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let height = self.list_height(shared);
        self.list.scroll.settle(self.list.rows().len(), height);
        let rows_seen = self.chart_height(shared);
        if let Some(open) = &mut self.open {
            let rows = open.chart.rows().len();
            open.chart.scroll.settle(rows, rows_seen);
        }
        self.settle_artifacts(shared);
        let mut intents = self.settle_marks(shared);
        intents.extend(self.list.read_ahead(height, shared).map(Intent::Do));
        let beside = self.areas(shared).run.is_some() && self.seen.focus == Focus::List;
        let wanted = self.list.selected().map(|run| run.run_id.clone());
        match wanted {
            Some(id) if beside && self.open_id() != Some(&id) => {
                if self.open.is_none() {
                    intents.extend(self.show(&id, shared));
                } else {
                    self.preview_at = Some(shared.now + PREVIEW_AFTER);
                }
            }
            _ => self.preview_at = None,
        }
        intents.extend(self.ask_policy(shared));
        intents.extend(self.ask_plan(shared));
        intents
    }

    fn ask_policy(&self, shared: &Shared) -> Option<Intent> {
        let workflow = &self.target()?.workflow;
        let questions = POLICY.map(|action| (action, workflow.clone()));
        shared.ask_policy(questions.into()).map(Intent::Do)
    }

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.shown = true;
        self.marks.ask_again();
        let mut effects = self.list.arrange(shared.arrangement(&RUNS), shared);
        if !effects.is_empty() {
            // It is being read anew already.
        } else if self.list.is_current() {
            effects.extend(self.list.watch(shared));
        } else {
            effects.extend(self.list.reload(shared));
        }
        if let Some(open) = &mut self.open {
            effects.extend(open.watch(shared));
        }
        let mut intents: Vec<Intent> = effects.into_iter().map(Intent::Do).collect();
        if self.seen.focus.is_artifacts() {
            let run_id = self.artifacts.run_id.clone();
            intents.extend(self.artifacts.begin(&run_id, None, shared));
        }
        intents
    }

    fn leave(&mut self) -> Vec<Intent> {
        self.shown = false;
        self.rest();
        let open = self.open.as_mut().map(OpenRun::unwatch).unwrap_or_default();
        let mut stopped = self.artifacts.stop();
        stopped.extend(self.list.unwatch().into_iter().chain(open).map(Intent::Do));
        stopped
    }
}

impl Screen for RunsScreen {
    fn title(&self) -> &'static str {
        "Runs"
    }

    fn places(&self) -> &'static [Place] {
        self.seen.focus.places()
    }

    fn subject(&self, action: Action) -> Subject {
        if self.seen.focus == Focus::List
            && let Some(subject) = bulk::subject_of_many(action, &self.marks)
        {
            return subject;
        }
        let task = self.open.as_ref().and_then(OpenRun::task);
        match self.chart_subject(action) {
            Some(subject) => subject,
            None if self.seen.focus.is_artifacts() => self.artifact_subject(action),
            None => subject(action, self.target(), task, self.held()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let mut intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => return self.leave(),
            Event::Resize => Vec::new(),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(ticket, answer) => self.reply(ticket, answer, shared),
            Event::Feed(id, news) => self.feed(id, news, shared),
            Event::Tick if self.preview_at.is_none_or(|due| due > shared.now) => {
                self.list.grow_older(shared.data_now());
                let height = self.list_height(shared);
                self.list.scroll.settle(self.list.rows().len(), height);
                return Vec::new();
            }
            Event::Tick => match (self.preview_at, self.list.selected()) {
                (Some(due), Some(run)) if due <= shared.now => {
                    let id = run.run_id.clone();
                    self.show(&id, shared)
                }
                _ => return Vec::new(),
            },
        };
        intents.extend(self.settle(shared));
        intents
    }

    fn outermost(&self) -> bool {
        self.seen.focus == Focus::List
    }

    /// Shows the runs that a filter asks for.
    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        let Ok(query) = RunQuery::parse(what, &shared.look.zone) else { return Vec::new() };
        self.seen.focus = Focus::List;
        let mut intents = self.narrow(query, shared);
        intents.extend(self.settle(shared));
        intents
    }

    fn filter_text(&self) -> String {
        if self.seen.focus.is_artifacts() {
            return self.artifacts.filter.clone();
        }
        self.list.query.to_string()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        if self.seen.focus.is_artifacts() {
            let intents = self.artifacts.set_filter(text);
            self.settle_artifacts(shared);
            return Ok(intents);
        }
        let query = RunQuery::parse(text, &shared.look.zone)?;
        Ok(self.narrow(query, shared))
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        self.list.offers(shared)
    }

    fn leads_to(&self, tab: Tab) -> Option<String> {
        told::leads_to(self, tab)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let panes = self.panes(area);
        let open = self.open.as_ref();
        if let Some(area) = panes.list {
            let focused = self.seen.focus == Focus::List;
            list_view((&self.list, &self.marks), frame, area, focused, shared);
        }
        if let Some(area) = panes.run {
            run_view(open, frame, area, self.seen, shared);
        }
        if let Some(area) = panes.relations {
            relations_view(open, frame, area, self.seen.focus == Focus::Relations, shared);
        }
        if let Some(area) = panes.beside {
            beside_view(self, frame, area, shared);
        }
        if let Some(area) = panes.artifacts {
            let reading = self.seen.focus == Focus::Artifact;
            artifacts_view(&self.artifacts, frame, area, reading, shared);
        }
    }

    fn twin(&self) -> String {
        let run = self.open_id().unwrap_or_default();
        match (self.seen.focus, &self.open) {
            (Focus::List, _) if !self.marks.is_empty() => self.marks.twin(),
            (Focus::List, _) | (_, None) => {
                let (query, order) = (self.list.query.flags(), self.list.order_flags());
                format!("conductor runs list{query}{order}")
            }
            (Focus::Log, Some(open)) => {
                format!("conductor runs logs {run} {} --follow", in_shell(&open.log.task))
            }
            (Focus::Artifacts, _) => format!("conductor artifacts list --run {run}"),
            (Focus::Artifact, _) => {
                let chosen = self.artifacts.selected();
                let id = chosen.map(|one| one.artifact_id.as_str()).unwrap_or_default();
                format!("conductor artifacts show {id}")
            }
            (Focus::Against, _) => format!("conductor runs show {run} --against-plan"),
            (Focus::Tasks | Focus::Relations, _) => format!("conductor runs show {run}"),
        }
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        match self.seen.focus {
            Focus::List if !self.marks.is_empty() => Some(self.marks.ids()),
            Focus::List => self.list.selected().map(|run| run.run_id.clone()),
            Focus::Tasks | Focus::Against => self.open_id().map(str::to_owned),
            Focus::Artifacts | Focus::Artifact => {
                self.artifacts.selected().map(|one| one.artifact_id.clone())
            }
            Focus::Log => self.open.as_ref().map(|open| text(&open.log)),
            Focus::Relations => {
                let open = self.open.as_ref()?;
                let nodes = nodes(open.run.as_ref()?, shared.look.glyphs, &shared.secret_inputs);
                nodes.get(open.relations.cursor).map(|node| node.copy.clone())
            }
        }
    }

    fn export(&self) -> Option<(String, String)> {
        told::export(self)
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        told::told(self, shared)
    }

    fn troubles(&self) -> Vec<(String, String)> {
        told::troubles(self)
    }

    fn save(&mut self, shared: &mut Shared) -> Option<Vec<Intent>> {
        self.seen.focus.is_artifacts().then(|| self.save_artifact(shared))
    }

    fn arrangements(&self) -> Vec<&Arrangement> {
        vec![self.list.arrangement()]
    }

    fn arrange(&mut self, arrangement: Arrangement, shared: &mut Shared) -> Vec<Intent> {
        let asked = self.list.arrange(arrangement, shared);
        let mut intents: Vec<Intent> = asked.into_iter().map(Intent::Do).collect();
        intents.extend(self.settle(shared));
        intents
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at
    }
}
