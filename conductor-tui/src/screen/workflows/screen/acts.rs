//! What keys do: moving, opening, comparing, and the questions before a change.

use conductor_protocol::v1::{Workflow, WorkflowState};

use super::{
    Action, Effect, Focus, Intent, Row, Scroll, Shared, Subject, Target, WorkflowsScreen, body,
    page, page_height, panes, record, record_height,
};
use crate::{
    app::Signs,
    screen::workflows::{changes::take_back, view::list_height},
    signing::cannot_countersign,
    widget::{Form, Purpose},
};

impl WorkflowsScreen {
    pub(super) fn subject_of(&self, action: Action) -> Subject {
        use Action::{
            AsText, Compare, Copy, Countersign, Deprecate, MarkVersion, NextKey, Open, Plan,
            Rehearse, Retire, Review, Start,
        };
        let Some(version) = self.version().or_else(|| self.selected()) else {
            let needs = matches!(
                action,
                Start
                    | Plan
                    | Rehearse
                    | Copy
                    | Deprecate
                    | Retire
                    | Review
                    | Countersign
                    | NextKey
                    | Compare
                    | AsText
                    | Open
            );
            return if needs { Subject::Absent } else { Subject::Of(String::new()) };
        };
        let retired = version.state() == WorkflowState::Retired;
        match action {
            Start | Plan | Rehearse if self.viewing.is_some() => {
                Subject::NotNow("another version is shown; Esc leads back to the one that runs")
            }
            Start | Plan | Rehearse | Deprecate | Retire if retired => {
                Subject::NotNow("the version is retired")
            }
            Countersign => match cannot_countersign(version, &self.me) {
                Some(why) => Subject::NotNow(why),
                None => Subject::Of(version.name.clone()),
            },
            Compare if self.pair().is_none() => {
                Subject::NotNow("there is no other version to compare it with")
            }
            AsText if self.compared.is_none() => Subject::Absent,
            MarkVersion if self.under_cursor().is_none() => Subject::Absent,
            _ => Subject::Of(version.name.clone()),
        }
    }

    /// The version under the cursor of the record.
    fn under_cursor(&self) -> Option<&Workflow> {
        if self.focus != Focus::Record {
            return None;
        }
        match self.record_rows().get(self.record_scroll.cursor) {
            Some(Row::Version(version)) => Some(*version),
            _ => None,
        }
    }

    /// What would be compared: the marked version or the one below, with that under the cursor or the
    /// one that is shown; the older one first, where that is known.
    fn pair(&self) -> Option<(String, String)> {
        let new = self.under_cursor().map(|version| version.version.as_str());
        let new = new.unwrap_or_else(|| self.version_name()).to_owned();
        let place = |version: &str| self.versions().iter().position(|w| w.version == version);
        let marked = self.marked.clone().filter(|marked| *marked != new);
        if let Some(marked) = marked {
            // Newest first: what stands further down is older.
            let older = place(&marked) > place(&new);
            return Some(if older { (marked, new) } else { (new, marked) });
        }
        let name = &self.selected()?.name;
        let read = self.registry.detail(name, &new).and_then(|read| read.as_ref().ok());
        let below = read.map(|detail| detail.below.clone()).or_else(|| {
            let next = self.versions().get(place(&new)? + 1)?;
            Some(next.version.clone())
        });
        below.filter(|below| !below.is_empty()).map(|below| (below, new))
    }

    /// Does what a key means.
    pub(super) fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        // Whoever does something else meanwhile is not asked.
        self.rest();
        let name = self.selected().map(|chosen| chosen.name.clone());
        let go = |target: fn(String) -> Target| {
            name.clone().map(|name| Intent::Go(target(name))).into_iter().collect()
        };
        match action {
            Action::Start => return go(Target::Workflow),
            Action::Plan => return go(Target::Plan),
            Action::Rehearse => return go(Target::Rehearsal),
            Action::Open => return self.open_chosen(),
            Action::Countersign => return self.countersign(shared),
            Action::NextKey if !self.keys.is_known() => {
                return vec![Intent::Do(Effect::FindKeys(Signs::Runbooks))];
            }
            Action::NextKey => self.next_key(shared),
            Action::Deprecate | Action::Retire | Action::Review => {
                return self.ask(action, shared).into_iter().collect();
            }
            Action::Compare => {
                self.compared = self.pair();
                self.reading = Scroll::default();
                self.focus = Focus::Page;
            }
            Action::MarkVersion => {
                let version = self.under_cursor().map(|version| version.version.clone());
                self.marked = if version == self.marked { None } else { version };
            }
            Action::AsText => {
                self.as_text = !self.as_text;
                self.reading = Scroll::default();
            }
            Action::NextPane | Action::Right => self.turn(1),
            Action::PreviousPane | Action::Left => self.turn(2),
            Action::Back => self.back(),
            moving => self.travel(moving, shared),
        }
        Vec::new()
    }

    fn next_key(&mut self, shared: &mut Shared) {
        let (level, text) = self.keys.turn();
        shared.messages.say(shared.now, level, &text, "");
    }

    fn turn(&mut self, by: usize) {
        if self.selected().is_some() {
            self.focus = self.focus.step(by);
        }
    }

    /// One thing at a time: the comparison, the other version, the pane, the filter.
    fn back(&mut self) {
        if self.compared.take().is_some() || self.viewing.take().is_some() {
            self.reading = Scroll::default();
        } else if self.focus == Focus::List {
            self.set_filter("");
        } else {
            self.focus = Focus::List;
        }
    }

    fn open_chosen(&mut self) -> Vec<Intent> {
        if self.focus != Focus::Record {
            self.turn(1);
            return Vec::new();
        }
        let Some(chosen) = self.selected() else { return Vec::new() };
        let (name, listed) = (chosen.name.clone(), chosen.version.clone());
        let rows = self.record_rows();
        let version = match rows.get(self.record_scroll.cursor) {
            Some(Row::Version(version)) => version.version.clone(),
            Some(Row::Run(run)) => return vec![Intent::Go(Target::Run(run.run_id.clone()))],
            Some(Row::AllRuns) => {
                return vec![Intent::Go(Target::Runs(format!("workflow:{name}")))];
            }
            Some(Row::Rehearsal(workflow)) => {
                let run = workflow.rehearsed.as_ref().map(|found| found.run_id.clone());
                return run.map(|id| Intent::Go(Target::Run(id))).into_iter().collect();
            }
            _ => return Vec::new(),
        };
        self.viewing = (version != listed).then_some(version);
        self.compared = None;
        self.reading = Scroll::default();
        self.focus = Focus::Page;
        Vec::new()
    }

    /// Asks why, what somebody thinks, or whether a warning is to be taken back.
    fn ask(&self, action: Action, shared: &Shared) -> Option<Intent> {
        let version = self.version()?;
        let form = match (action, version.state()) {
            (Action::Review, _) => Form::review(&version.name, &version.version),
            (Action::Deprecate, WorkflowState::Deprecated) => {
                return Some(Intent::Confirm(Box::new(take_back(version, shared))));
            }
            (Action::Deprecate, _) => {
                Form::reason(Purpose::Deprecate, &version.name, &version.version)
            }
            _ => Form::reason(Purpose::Retire, &version.name, &version.version),
        };
        Some(Intent::Form(Box::new(form)))
    }

    /// Moves in the pane with the focus.
    fn travel(&mut self, action: Action, shared: &Shared) {
        let areas = panes(body(shared.size), self.focus);
        match self.focus {
            Focus::List => {
                let (rows, pane) = (self.registry.rows().len(), areas.list.unwrap_or_default());
                if self.registry.scroll.act(action, rows, list_height(pane)) {
                    self.preview_at = None;
                }
            }
            Focus::Page => {
                let pane = areas.page.unwrap_or_default();
                let rows = page(self, pane, shared).map_or(0, |page| page.rows.len());
                self.reading.act(action, rows, page_height(pane));
            }
            Focus::Record => {
                let height = record_height(areas.record.unwrap_or_default());
                let mut scroll = self.record_scroll;
                record::travel(&mut scroll, action, &self.record_rows(), height);
                self.record_scroll = scroll;
            }
        }
    }

    /// What `y` copies of the record.
    pub(super) fn record_text(&self) -> Option<String> {
        let rows = self.record_rows();
        Some(match rows.get(self.record_scroll.cursor)? {
            Row::Version(version) => format!("{}@{}", version.name, version.version),
            Row::Run(run) => run.run_id.clone(),
            Row::Rehearsal(workflow) => workflow.rehearsed.as_ref()?.run_id.clone(),
            _ => self.selected()?.name.clone(),
        })
    }
}
