//! What keys do on the screen of policy.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{
    asking::TYPED_AFTER,
    candidate::Row,
    filter::DecisionQuery,
    screen::{Part, PolicyScreen},
    view,
};
use crate::{
    app::{Effect, Level, Shared},
    input::Action,
    screen::Intent,
    widget::Sheet,
};

impl PolicyScreen {
    pub(super) fn turn_to(&mut self, part: Part) {
        (self.part, self.second) = (part, false);
        self.sheet = Sheet::default();
    }

    pub(super) fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        match (action, self.part) {
            (Action::NextPane | Action::PreviousPane, _) => self.second = !self.second,
            (Action::Left, _) => self.second = false,
            (Action::Right, _) => self.second = true,
            (Action::Back, Part::Decisions) if self.second => {
                (self.second, self.pinned) = (false, None);
            }
            (Action::Back, Part::Decisions) => {
                return self.set_query(DecisionQuery::default(), shared);
            }
            (Action::Back, _) if self.second => self.second = false,
            (Action::Back, _) => self.turn_to(Part::Decisions),
            (Action::Bundles, _) => {
                self.turn_to(Part::Bundles);
                return self.ask_bundles(shared).into_iter().collect();
            }
            (Action::TryOut, part) => {
                self.turn_to(Part::Candidate);
                if part == Part::Candidate && !self.candidate.path.is_empty() {
                    return self.begin(shared);
                }
                if self.candidate.path.is_empty() {
                    return vec![Intent::Form(Box::new(self.candidate.form()))];
                }
            }
            (Action::Candidate, _) => {
                return vec![Intent::Form(Box::new(self.candidate.form()))];
            }
            (Action::Stop, _) => {
                return self.candidate.stop().map(Intent::Do).into_iter().collect();
            }
            (Action::EditFile, _) => {
                let file = self.candidate.chosen_file();
                return file.map(Effect::Edit).map(Intent::Do).into_iter().collect();
            }
            (Action::RollBack, _) => {
                let form = self.bundles.ask_why();
                return form.map(|form| Intent::Form(Box::new(form))).into_iter().collect();
            }
            (Action::Open, _) => return self.open_chosen(),
            (moving, _) => self.scroll(moving, shared),
        }
        Vec::new()
    }

    pub(super) fn begin(&mut self, shared: &mut Shared) -> Vec<Intent> {
        self.second = true;
        self.candidate.begin(shared).into_iter().map(Intent::Do).collect()
    }

    pub(super) fn open_chosen(&mut self) -> Vec<Intent> {
        match self.part {
            Part::Candidate => {
                let Some(Row::Flip(flip)) = self.candidate.chosen_row() else { return Vec::new() };
                self.pinned = Some(flip.id.clone());
                self.turn_to(Part::Decisions);
                self.second = true;
            }
            Part::Decisions | Part::Bundles => {
                self.second = true;
                self.sheet = Sheet::default();
            }
        }
        Vec::new()
    }

    pub(super) fn scroll(&mut self, moving: Action, shared: &Shared) {
        let height = view::list_height(shared);
        match (self.part, self.second) {
            (Part::Decisions | Part::Bundles, true) => {
                let (lines, height) = view::page_size(self, shared);
                self.sheet.act(moving, lines, height);
            }
            (Part::Decisions, false) => {
                let rows = self.decisions.rows().len();
                if self.decisions.scroll.act(moving, rows, height) {
                    (self.preview_at, self.pinned) = (None, None);
                    self.sheet = Sheet::default();
                    self.decisions.moved();
                }
            }
            (Part::Bundles, false) => {
                let rows = self.bundles.rows().len();
                if self.bundles.scroll.act(moving, rows, height) {
                    self.sheet = Sheet::default();
                }
            }
            (Part::Candidate, false) => {
                let files = self.candidate.files.len();
                self.candidate.file_scroll.act(moving, files, height);
            }
            (Part::Candidate, true) => {
                let (rows, height) = (self.candidate.row_count(), view::flips_height(shared));
                self.candidate.row_scroll.act(moving, rows, height);
            }
        }
    }

    pub(super) fn set_query(&mut self, query: DecisionQuery, shared: &Shared) -> Vec<Intent> {
        self.pinned = None;
        if self.decisions.set_query(query) {
            if shared.paused.is_some() {
                // What a key asks for is read also where the view stands still.
                return self.ask_first(shared).into_iter().collect();
            }
            // Asked when typing rests, once.
            self.refresh_at = Some(shared.now + TYPED_AFTER);
        }
        self.settle(shared).into_iter().collect()
    }

    /// Tries out what the form was filled in with.
    pub(crate) fn try_out(
        &mut self,
        given: &Map<String, Value>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        if !shared.link.is_live() {
            let text = "not connected: a bundle is tried out by the daemon";
            shared.messages.say(shared.now, Level::Warn, text, "");
            return Vec::new();
        }
        self.turn_to(Part::Candidate);
        self.candidate.name(given);
        self.begin(shared)
    }

    /// The editor gave the terminal back.
    pub(crate) fn edited(
        &mut self,
        edited: Result<PathBuf, String>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        match edited {
            Ok(_) => self.candidate.edited = true,
            Err(problem) => shared.messages.say(shared.now, Level::Error, &problem, ""),
        }
        Vec::new()
    }
}
