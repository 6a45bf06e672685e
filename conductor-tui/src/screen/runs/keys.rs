//! What keys do on the screen of runs: which pane has the focus, where its cursor goes, what is opened.

use conductor_protocol::v1::Task;

use super::{
    bulk::{MANY, change_many},
    changes::{CHANGES, change},
    chart_view::now_of,
    layout::{self, Focus},
    open::OpenRun,
    relations::{Node, nodes},
    screen::RunsScreen,
};
use crate::{
    app::{Shared, Subject, body},
    input::{Action, RunQuery, SecretNames},
    screen::{Intent, Tab},
    widget::Target,
};

/// Actions that change only what is seen of the tasks.
const CHART: [Action; 7] = [
    Action::Fold,
    Action::FoldAll,
    Action::ZoomIn,
    Action::ZoomOut,
    Action::FitTime,
    Action::EarlierTime,
    Action::LaterTime,
];

impl RunsScreen {
    pub(super) fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        if self.seen.focus.is_artifacts()
            && let Some(intents) = self.act_on_artifacts(action, shared)
        {
            return intents;
        }
        // Whoever does something else meanwhile stays here.
        self.receipt = None;
        match action {
            Action::AgainstPlan => return self.open_beside(shared),
            moving if self.seen.focus == Focus::Against && self.act_beside(moving, shared) => {}
            Action::Artifacts => return self.open_artifacts(None, shared),
            Action::Receipt => return self.open_receipt(shared).into_iter().collect(),
            Action::NextPane => self.seen.focus = self.seen.focus.step(1),
            Action::PreviousPane => self.seen.focus = self.seen.focus.step(3),
            Action::Back => return self.back(shared),
            Action::Logs | Action::Open if self.seen.focus == Focus::Tasks => {
                self.seen.focus = Focus::Log
            }
            Action::Open if self.seen.focus == Focus::Relations => {
                return self.follow_relation(shared);
            }
            Action::Open | Action::Logs => return self.open_chosen(action, shared),
            Action::Wide => return self.widen(shared),
            Action::InGraph => return self.in_graph().into_iter().collect(),
            looking if CHART.contains(&looking) => self.look(looking, shared),
            Action::MarkRow | Action::MarkRange | Action::MarkAll => {
                return self.mark(action, shared);
            }
            asked if self.acts_on_marks(asked) => {
                return change_many(asked, &self.marks, shared).into_iter().collect();
            }
            asked if CHANGES.contains(&asked) => {
                return self.change(asked, shared).into_iter().collect();
            }
            moving => return self.travel(moving, shared),
        }
        Vec::new()
    }

    /// Whether an action is for all that are marked.
    fn acts_on_marks(&self, action: Action) -> bool {
        self.seen.focus == Focus::List && !self.marks.is_empty() && MANY.contains(&action)
    }

    /// The question before a change of the run that keys act on.
    fn change(&self, action: Action, shared: &Shared) -> Option<Intent> {
        let task = self.open.as_ref().and_then(OpenRun::task);
        change(action, self.target()?, (task, self.held()), shared)
    }

    /// The task that waits for an answer, of the run that keys act on.
    pub(super) fn held(&self) -> Option<&Task> {
        let run_id = &self.target()?.run_id;
        self.open.as_ref().filter(|open| open.run_id == *run_id)?.held()
    }

    fn open_chosen(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        let id = if self.seen.focus == Focus::List {
            self.list.selected().map(|run| run.run_id.clone())
        } else {
            self.open_id().map(str::to_owned)
        };
        let Some(id) = id else { return Vec::new() };
        self.seen.focus = if action == Action::Logs { Focus::Log } else { Focus::Tasks };
        self.show(&id, shared)
    }

    fn back(&mut self, shared: &mut Shared) -> Vec<Intent> {
        match self.seen.focus {
            Focus::Log => self.seen.focus = Focus::Tasks,
            Focus::Tasks | Focus::Relations => self.seen.focus = Focus::List,
            Focus::Artifacts | Focus::Artifact | Focus::Against => self.seen.focus = Focus::Tasks,
            Focus::List if self.marks.back() => {}
            Focus::List => return self.narrow(RunQuery::default(), shared),
        }
        Vec::new()
    }

    /// Moves in the pane with the focus; what does not move there changes the pane.
    fn travel(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        let log_shape = self.log_shape(shared);
        let list_height = self.list_height(shared);
        let chart_height = self.chart_height(shared);
        let moved = match (self.seen.focus, &mut self.open) {
            (Focus::List, _) => {
                self.list.order.followed = None;
                if action == Action::Top && self.list.rows_before() > 0 {
                    self.list.scroll = <_>::default();
                    return self.list.reload(shared).into_iter().map(Intent::Do).collect();
                }
                self.list.scroll.act(action, self.list.rows().len(), list_height)
            }
            (Focus::Tasks, Some(open)) => match (action, &open.run) {
                (Action::Left | Action::Right, Some(run)) => {
                    let now = now_of(open, shared);
                    open.chart.pan(run, now, action == Action::Right)
                }
                _ => {
                    let rows = open.chart.rows().len();
                    let moved = open.chart.scroll.act(action, rows, chart_height);
                    if moved {
                        open.chose();
                    }
                    moved
                }
            },
            (Focus::Log, Some(open)) => open.log.act(action, log_shape),
            (Focus::Relations, Some(open)) => {
                let rows = open
                    .run
                    .as_ref()
                    .map_or(0, |run| nodes(run, shared.look.glyphs, &shared.secret_inputs).len());
                let pane = body(shared.size);
                open.relations.act(action, rows, usize::from(layout::inside(pane).height))
            }
            _ => false,
        };
        match action {
            Action::Right if !moved => self.seen.focus = self.seen.focus.step(1),
            Action::Left if !moved => self.seen.focus = self.seen.focus.step(3),
            _ => {}
        }
        if let (Focus::Tasks, Some(open)) = (self.seen.focus, &mut self.open) {
            return open.watch_log(shared).into_iter().map(Intent::Do).collect();
        }
        Vec::new()
    }

    fn follow_relation(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let node = self.relation();
        if let Some(name) = node.as_ref().and_then(|node| node.artifact.clone()) {
            return self.open_artifacts(Some(&name), shared);
        }
        let target = node.and_then(|node| node.target);
        target.map(Intent::Go).into_iter().collect()
    }

    /// The node under the cursor, where the focus is on relations.
    fn relation(&self) -> Option<Node> {
        let open = self.open.as_ref().filter(|_| self.seen.focus == Focus::Relations)?;
        let nodes = nodes(open.run.as_ref()?, &crate::theme::ASCII, &SecretNames::new());
        nodes.into_iter().nth(open.relations.cursor)
    }

    /// Gives the run the whole window, or gives it back.
    fn widen(&mut self, shared: &mut Shared) -> Vec<Intent> {
        match self.seen.focus {
            Focus::Tasks | Focus::Log => self.seen.wide = !self.seen.wide,
            Focus::List => {
                self.seen.wide = true;
                return self.open_chosen(Action::Open, shared);
            }
            _ => (self.seen.wide, self.seen.focus) = (true, Focus::Tasks),
        }
        Vec::new()
    }

    /// The graph at the run, or at what is chosen of its relations.
    fn in_graph(&self) -> Option<Intent> {
        let of_node = self.relation().and_then(|node| node.entity);
        let entity = of_node.or_else(|| Some(self.target()?.run_id.clone()))?;
        Some(Intent::Go(Target::At(Tab::Graph, entity)))
    }

    /// Changes what is seen of the tasks.
    fn look(&mut self, action: Action, shared: &Shared) {
        let Some(open) = &mut self.open else { return };
        let now = now_of(open, shared);
        let Some(run) = &open.run else { return };
        match action {
            Action::Fold | Action::FoldAll => {
                open.chart.fold(run, action == Action::FoldAll);
                open.chose();
            }
            Action::ZoomIn | Action::ZoomOut => {
                open.chart.zoom(run, now, action == Action::ZoomIn);
            }
            Action::EarlierTime | Action::LaterTime => {
                open.chart.pan(run, now, action == Action::LaterTime);
            }
            _ => open.chart.fit(),
        }
    }

    /// What an action that only looks would be done to; nothing for other actions.
    pub(super) fn chart_subject(&self, action: Action) -> Option<Subject> {
        if action == Action::Receipt {
            return Some(self.receipt_subject());
        }
        if matches!(action, Action::Wide | Action::Artifacts | Action::AgainstPlan)
            && self.target().is_none()
        {
            return Some(Subject::Absent);
        }
        if !CHART.contains(&action) {
            return None;
        }
        let open = self.open.as_ref();
        let Some((open, run)) = open.and_then(|open| Some((open, open.run.as_ref()?))) else {
            return Some(Subject::Absent);
        };
        Some(open.chart.not_now(run, action).map_or(Subject::Allowed, Subject::NotNow))
    }
}
