//! The screen: focus, what keys do here, and which streams are open for what is shown.

use conductor_protocol::v1::{RunSummary, Task};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    changes::{CHANGES, POLICY, change},
    layout::{self, Focus, panes},
    list::RunList,
    list_view::list_view,
    log_view::{shape, text},
    open::OpenRun,
    relations::{nodes, relations_view},
    run_view::run_view,
    subject::{logs_of, subject},
};
use crate::{
    app::{FaultKind, FeedId, FeedNews, Shared, Subject, body},
    input::{Action, Place, RunQuery, in_shell},
    log::Shape,
    screen::{Event, Intent, Screen, Tab},
    widget::Entry,
};

/// How long the cursor must rest on a run before it is opened beside the list.
const PREVIEW_AFTER: SignedDuration = SignedDuration::from_millis(120);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct RunsScreen {
    pub(crate) list: RunList,
    open: Option<OpenRun>,
    focus: Focus,
    preview_at: Option<Timestamp>,
    shown: bool,
}

impl RunsScreen {
    /// Shows only what matches; the answer comes while the old rows are still shown.
    fn narrow(&mut self, query: RunQuery, shared: &mut Shared) -> Vec<Intent> {
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
        if self.focus == Focus::List || self.focus == Focus::Relations {
            self.focus = Focus::Tasks;
        }
        self.show(run_id, shared)
    }

    /// Subscribes to a run in place of the one before.
    fn show(&mut self, run_id: &str, shared: &mut Shared) -> Vec<Intent> {
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

    pub(crate) fn open_id(&self) -> Option<&str> {
        self.open.as_ref().map(|open| open.run_id.as_str())
    }

    /// The run that keys act on: in the list the one under the cursor, else the open one.
    fn target(&self) -> Option<&RunSummary> {
        if self.focus == Focus::List {
            return self.list.selected();
        }
        self.open.as_ref()?.run.as_ref()?.summary.as_ref()
    }

    fn areas(&self, shared: &Shared) -> layout::Panes {
        panes(body(shared.size), self.focus)
    }

    fn list_height(&self, shared: &Shared) -> usize {
        let pane = self.areas(shared).list.unwrap_or_default();
        usize::from(layout::below_rule(layout::inside(pane)).height)
    }

    /// The log's window.
    fn log_shape(&self, shared: &Shared) -> Shape {
        let pane = self.areas(shared).run.unwrap_or_default();
        let inner = layout::inside(pane);
        let tasks = self.open.as_ref().map_or(0, |open| open.task_list().len());
        let log = layout::below_rule(layout::sections(inner, tasks, self.focus).log);
        shape(log)
    }

    /// Keeps cursors in sight, and opens the run under the cursor where there is room beside.
    fn settle(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let height = self.list_height(shared);
        self.list.scroll.settle(self.list.rows().len(), height);
        let mut intents: Vec<Intent> =
            self.list.read_ahead(height, shared).into_iter().map(Intent::Do).collect();
        let beside = self.areas(shared).run.is_some() && self.focus == Focus::List;
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
        intents
    }

    fn ask_policy(&self, shared: &Shared) -> Option<Intent> {
        let workflow = &self.target()?.workflow;
        let questions = POLICY.map(|action| (action, workflow.clone()));
        shared.ask_policy(questions.into()).map(Intent::Do)
    }

    fn enter(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.shown = true;
        let mut effects = Vec::new();
        if self.list.is_current() {
            effects.extend(self.list.watch(shared));
        } else {
            effects.extend(self.list.reload(shared));
        }
        if let Some(open) = &mut self.open {
            effects.extend(open.watch(shared));
        }
        effects.into_iter().map(Intent::Do).collect()
    }

    fn leave(&mut self) -> Vec<Intent> {
        self.shown = false;
        let open = self.open.as_mut().map(OpenRun::unwatch).unwrap_or_default();
        self.list.unwatch().into_iter().chain(open).map(Intent::Do).collect()
    }

    fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        match action {
            Action::NextPane => self.focus = self.focus.step(1),
            Action::PreviousPane => self.focus = self.focus.step(3),
            Action::Back => return self.back(shared),
            Action::Logs | Action::Open if self.focus == Focus::Tasks => self.focus = Focus::Log,
            Action::Open if self.focus == Focus::Relations => return self.follow_relation(),
            Action::Open | Action::Logs => return self.open_chosen(action, shared),
            asked if CHANGES.contains(&asked) => {
                return self.change(asked, shared).into_iter().collect();
            }
            moving => return self.travel(moving, shared),
        }
        Vec::new()
    }

    /// The question before a change of the run that keys act on.
    fn change(&self, action: Action, shared: &Shared) -> Option<Intent> {
        let task = self.open.as_ref().and_then(OpenRun::task);
        change(action, self.target()?, (task, self.held()), shared)
    }

    /// The task that waits for an answer, of the run that keys act on.
    fn held(&self) -> Option<&Task> {
        let run_id = &self.target()?.run_id;
        self.open.as_ref().filter(|open| open.run_id == *run_id)?.held()
    }

    fn open_chosen(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        let id = if self.focus == Focus::List {
            self.list.selected().map(|run| run.run_id.clone())
        } else {
            self.open_id().map(str::to_owned)
        };
        let Some(id) = id else { return Vec::new() };
        self.focus = if action == Action::Logs { Focus::Log } else { Focus::Tasks };
        self.show(&id, shared)
    }

    fn back(&mut self, shared: &mut Shared) -> Vec<Intent> {
        match self.focus {
            Focus::Log => self.focus = Focus::Tasks,
            Focus::Tasks | Focus::Relations => self.focus = Focus::List,
            Focus::List => return self.narrow(RunQuery::default(), shared),
        }
        Vec::new()
    }

    /// Moves in the pane with the focus; what does not move there changes the pane.
    fn travel(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        let log_shape = self.log_shape(shared);
        let list_height = self.list_height(shared);
        let moved = match (self.focus, &mut self.open) {
            (Focus::List, _) => {
                if action == Action::Top && self.list.rows_before() > 0 {
                    self.list.scroll = <_>::default();
                    return self.list.reload(shared).into_iter().map(Intent::Do).collect();
                }
                self.list.scroll.act(action, self.list.rows().len(), list_height)
            }
            (Focus::Tasks, Some(open)) => {
                let mut scroll = open.tasks;
                let moved = scroll.act(action, open.task_list().len(), 4);
                if moved {
                    open.choose_task(scroll.cursor);
                }
                moved
            }
            (Focus::Log, Some(open)) => open.log.act(action, log_shape),
            (Focus::Relations, Some(open)) => {
                let rows = open.run.as_ref().map_or(0, |run| nodes(run, shared.look.glyphs).len());
                let pane = body(shared.size);
                open.relations.act(action, rows, usize::from(layout::inside(pane).height))
            }
            _ => false,
        };
        match action {
            Action::Right if !moved => self.focus = self.focus.step(1),
            Action::Left if !moved => self.focus = self.focus.step(3),
            _ => {}
        }
        if let (Focus::Tasks, Some(open)) = (self.focus, &mut self.open) {
            return open.watch_log(shared).into_iter().map(Intent::Do).collect();
        }
        Vec::new()
    }

    fn follow_relation(&self) -> Vec<Intent> {
        let node = self.open.as_ref().and_then(|open| {
            let nodes = nodes(open.run.as_ref()?, &crate::theme::ASCII);
            nodes.get(open.relations.cursor).cloned()
        });
        node.and_then(|node| node.target).map(Intent::Go).into_iter().collect()
    }

    fn feed(&mut self, id: FeedId, news: FeedNews, shared: &mut Shared) -> Vec<Intent> {
        if let Some(open) = &mut self.open
            && open.take(id, &news, shared.now)
        {
            return open.watch_log(shared).into_iter().map(Intent::Do).collect();
        }
        if !self.list.owns(id) {
            return Vec::new();
        }
        match news {
            FeedNews::Runs(ref news) if self.list.take_changes(news, shared) => {
                let unwatch = self.list.unwatch();
                let reload = self.list.reload(shared);
                return unwatch.into_iter().chain(reload).map(Intent::Do).collect();
            }
            FeedNews::Ended(fault) => {
                self.list.feed_ended();
                if let Some(fault) = fault.filter(|fault| fault.kind == FaultKind::Denied) {
                    self.list.fault = Some(fault);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}

impl Screen for RunsScreen {
    fn title(&self) -> &'static str {
        "Runs"
    }

    fn places(&self) -> &'static [Place] {
        self.focus.places()
    }

    fn subject(&self, action: Action) -> Subject {
        let task = self.open.as_ref().and_then(OpenRun::task);
        subject(action, self.target(), task, self.held())
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let mut intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => return self.leave(),
            Event::Resize => Vec::new(),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(ticket, answer) => {
                self.list.reply(&ticket, answer);
                let height = self.list_height(shared);
                self.list.scroll.settle(self.list.rows().len(), height);
                self.list.watch(shared).map(Intent::Do).into_iter().collect()
            }
            Event::Feed(id, news) => self.feed(id, news, shared),
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
        self.focus == Focus::List
    }

    /// Shows the runs that a filter asks for.
    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        let Ok(query) = RunQuery::parse(what, &shared.look.zone) else { return Vec::new() };
        self.focus = Focus::List;
        let mut intents = self.narrow(query, shared);
        intents.extend(self.settle(shared));
        intents
    }

    fn filter_text(&self) -> String {
        self.list.query.to_string()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        let query = RunQuery::parse(text, &shared.look.zone)?;
        Ok(self.narrow(query, shared))
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        self.list.offers(shared)
    }

    fn leads_to(&self, tab: Tab) -> Option<String> {
        let at_task = matches!(self.focus, Focus::Tasks | Focus::Log);
        let task = self.open.as_ref().filter(|_| at_task).and_then(OpenRun::task);
        // A run that was just opened has a name before it is read.
        let known = self.target().map(|run| run.run_id.as_str());
        let run = known.or_else(|| self.open_id());
        (tab == Tab::Logs).then(|| logs_of(run, task)).flatten()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let panes = panes(area, self.focus);
        let open = self.open.as_ref();
        if let Some(area) = panes.list {
            list_view(&self.list, frame, area, self.focus == Focus::List, shared);
        }
        if let Some(area) = panes.run {
            run_view(open, frame, area, self.focus, shared);
        }
        if let Some(area) = panes.relations {
            relations_view(open, frame, area, self.focus == Focus::Relations, shared);
        }
    }

    fn twin(&self) -> String {
        let run = self.open_id().unwrap_or_default();
        match (self.focus, &self.open) {
            (Focus::List, _) | (_, None) => {
                format!("conductor runs list{}", self.list.query.flags())
            }
            (Focus::Log, Some(open)) => {
                format!("conductor runs logs {run} {} --follow", in_shell(&open.log.task))
            }
            (Focus::Tasks | Focus::Relations, _) => format!("conductor runs show {run}"),
        }
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        match self.focus {
            Focus::List => self.list.selected().map(|run| run.run_id.clone()),
            Focus::Tasks => self.open_id().map(str::to_owned),
            Focus::Log => self.open.as_ref().map(|open| text(&open.log)),
            Focus::Relations => {
                let open = self.open.as_ref()?;
                let nodes = nodes(open.run.as_ref()?, shared.look.glyphs);
                nodes.get(open.relations.cursor).map(|node| node.copy.clone())
            }
        }
    }

    fn export(&self) -> Option<(String, String)> {
        let json = if self.focus == Focus::List {
            let rows: Vec<&RunSummary> = self.list.rows().iter().collect();
            ("runs".to_owned(), serde_json::to_string_pretty(&rows))
        } else {
            let run = self.open.as_ref()?.run.as_ref()?;
            (self.open_id()?.to_owned(), serde_json::to_string_pretty(run))
        };
        Some((json.0, json.1.ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.preview_at
    }
}
