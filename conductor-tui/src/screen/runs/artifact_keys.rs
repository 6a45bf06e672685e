//! What keys do among the artifacts of a run.

use super::{
    artifacts_view::{list_height, page_size},
    layout::Focus,
    screen::RunsScreen,
};
use crate::{
    app::{Shared, Subject, body},
    input::Action,
    screen::Intent,
};

impl RunsScreen {
    /// Shows the artifacts of the run that keys act on, or the one of this name at once.
    pub(super) fn open_artifacts(
        &mut self,
        name: Option<&str>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let Some(run_id) = self.target().map(|run| run.run_id.clone()) else { return Vec::new() };
        let mut intents = self.show(&run_id, shared);
        self.seen.focus = Focus::Artifacts;
        intents.extend(self.artifacts.begin(&run_id, name, shared));
        intents
    }

    /// What a key does among them; nothing for what it does elsewhere, too.
    pub(super) fn act_on_artifacts(
        &mut self,
        action: Action,
        shared: &mut Shared,
    ) -> Option<Vec<Intent>> {
        let area = body(shared.size);
        let reading = self.seen.focus == Focus::Artifact;
        match action {
            Action::Open => {
                self.seen.focus = Focus::Artifact;
                return Some(self.artifacts.look(shared));
            }
            Action::Back if reading => self.seen.focus = Focus::Artifacts,
            Action::Back if !self.artifacts.filter.is_empty() => {
                return Some(self.artifacts.set_filter(""));
            }
            Action::Back => {
                self.seen.focus = Focus::Tasks;
                return Some(self.artifacts.stop());
            }
            moving if reading => {
                let (lines, height) = page_size(&self.artifacts, area, shared);
                return self.artifacts.sheet.act(moving, lines, height).then(Vec::new);
            }
            moving => {
                let before = self.artifacts.scroll.cursor;
                let rows = self.artifacts.rows().len();
                if !self.artifacts.scroll.act(
                    moving,
                    rows,
                    list_height(&self.artifacts, area, reading),
                ) {
                    return None;
                }
                if self.artifacts.scroll.cursor != before {
                    return Some(self.artifacts.moved());
                }
            }
        }
        Some(Vec::new())
    }

    /// Keeps the cursor among them in sight.
    pub(super) fn settle_artifacts(&mut self, shared: &Shared) {
        let reading = self.seen.focus == Focus::Artifact;
        let height = list_height(&self.artifacts, body(shared.size), reading);
        let rows = self.artifacts.rows().len();
        self.artifacts.scroll.settle(rows, height);
    }

    /// Writes the chosen artifact to a new file.
    pub(super) fn save_artifact(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.artifacts.save(shared)
    }

    /// What an action would be done to among them.
    pub(super) fn artifact_subject(&self, action: Action) -> Subject {
        let chosen = self.artifacts.selected();
        match (action, chosen) {
            (Action::Open | Action::Copy | Action::Export, None) => Subject::Absent,
            (Action::Export, Some(_)) => match self.artifacts.not_read() {
                Some(why) => Subject::NotNow(why),
                None if self.artifacts.saves() => Subject::NotNow("it is being saved"),
                None => Subject::Allowed,
            },
            _ => Subject::Of(String::new()),
        }
    }
}
