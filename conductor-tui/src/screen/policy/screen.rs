//! The screen's state: decisions and the one that is read, the bundles, and one that is tried out.

use conductor_protocol::v1::{DeployedBundle, RecordedDecision};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{
    asking::{MORE, PREVIEW_AFTER},
    bundles::Bundles,
    candidate::{Candidate, Row},
    decisions::Decisions,
    filter::DecisionQuery,
    view,
};
use crate::{
    app::{Fault, FeedId, Query, Shared, Subject, Ticket},
    input::{Action, Place, in_shell},
    screen::{Event, Intent, Screen},
    widget::{Sheet, Told},
};

/// What of the screen is in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Part {
    #[default]
    Decisions,
    Bundles,
    Candidate,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct PolicyScreen {
    pub(crate) part: Part,
    /// The second pane of the part has the focus.
    pub(crate) second: bool,
    pub(crate) decisions: Decisions,
    /// A decision that was read whole, by its id.
    pub(super) one: Option<(String, Result<RecordedDecision, Fault>)>,
    /// A decision that is read whether the list has it or not.
    pub(super) pinned: Option<String>,
    pub(crate) sheet: Sheet,
    pub(crate) bundles: Bundles,
    pub(crate) candidate: Candidate,
    pub(super) feed: Option<FeedId>,
    /// The daemon tells what is new.
    pub(crate) live: bool,
    /// Policy does not let the reader hear of what is new: the list is read again now and then.
    pub(super) deaf: bool,
    pub(super) preview_at: Option<Timestamp>,
    pub(super) refresh_at: Option<Timestamp>,
}

impl PolicyScreen {
    /// The id of the decision that is read.
    pub(crate) fn reads(&self) -> Option<&str> {
        let selected = || Some(self.decisions.selected()?.decision.as_ref()?.id.as_str());
        self.pinned.as_deref().or_else(selected).filter(|id| !id.is_empty())
    }

    /// The decision that is read: whole where that is known, else as the list has it.
    pub(crate) fn read(&self) -> Option<Result<&RecordedDecision, &Fault>> {
        let whole = self.one.as_ref().filter(|(id, _)| self.reads() == Some(id.as_str()));
        let selected = || self.decisions.selected().filter(|_| self.pinned.is_none()).map(Ok);
        whole.map(|(_, read)| read.as_ref()).or_else(selected)
    }

    /// The bundle that decides, as far as is known.
    pub(crate) fn decides(&self) -> Option<&DeployedBundle> {
        self.bundles.rows().first()
    }

    /// Keeps cursors in sight, and asks for what is missing.
    pub(super) fn settle(&mut self, shared: &Shared) -> Option<Intent> {
        let height = view::list_height(shared);
        match self.part {
            Part::Decisions => {
                let rows = self.decisions.rows().len();
                self.decisions.scroll.settle(rows, height);
            }
            Part::Bundles => self.bundles.scroll.settle(self.bundles.rows().len(), height),
            Part::Candidate => {
                let files = self.candidate.files.len();
                self.candidate.file_scroll.settle(files, height);
                let (rows, height) = (self.candidate.row_count(), view::flips_height(shared));
                self.candidate.row_scroll.settle(rows, height);
            }
        }
        let whole = self.one.as_ref().is_some_and(|(id, _)| self.reads() == Some(id.as_str()));
        let seen = self.part == Part::Decisions && (self.second || view::is_wide(shared));
        let wanted = seen && !whole && self.reads().is_some() && shared.link.is_live();
        self.preview_at = wanted.then(|| self.preview_at.unwrap_or(shared.now + PREVIEW_AFTER));
        if self.part != Part::Decisions || !self.decisions.loaded {
            return None;
        }
        let more = self.decisions.more(shared, height)?;
        self.ask(MORE, Query::Decisions(more), shared)
    }
}

impl Screen for PolicyScreen {
    fn title(&self) -> &'static str {
        "Policy"
    }

    fn places(&self) -> &'static [Place] {
        match (self.part, self.second) {
            (Part::Decisions, false) => &[Place::Decisions],
            (Part::Decisions, true) => &[Place::Decision],
            (Part::Bundles, _) => &[Place::Bundles],
            (Part::Candidate, false) => &[Place::CandidateFiles],
            (Part::Candidate, true) => &[Place::Flips],
        }
    }

    fn outermost(&self) -> bool {
        self.part == Part::Decisions && !self.second
    }

    fn subject(&self, action: Action) -> Subject {
        match (action, self.part) {
            (Action::Open, Part::Decisions) if self.decisions.selected().is_none() => {
                Subject::Absent
            }
            (Action::Open, Part::Candidate) => match self.candidate.chosen_row() {
                Some(Row::Flip(_)) => Subject::Allowed,
                Some(Row::Made(_)) => Subject::NotNow("the question is made up: nobody asked it"),
                None => Subject::Absent,
            },
            (Action::EditFile, _) if self.candidate.chosen_file().is_none() => Subject::Absent,
            (Action::Stop, _) if !self.candidate.is_running() => Subject::Absent,
            (Action::TryOut, Part::Candidate) if self.candidate.is_running() => {
                Subject::NotNow("it is being tried out")
            }
            (Action::RollBack, _) if self.bundles.selected().is_none() => Subject::Absent,
            (Action::RollBack, _) => match self.bundles.stands() {
                Some(why) => Subject::NotNow(why),
                None => Subject::Of(String::new()),
            },
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let mut intents = match event {
            Event::Enter => self.enter(shared),
            Event::Leave => return self.leave(),
            Event::Resize => Vec::new(),
            Event::Tick => self.tick(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => self.take(number, answer, shared),
            Event::Reply(..) => Vec::new(),
            Event::Feed(id, news) => {
                self.heard(id, news, shared);
                Vec::new()
            }
        };
        intents.extend(self.settle(shared));
        intents
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.turn_to(Part::Decisions);
        (self.second, self.pinned) = (true, Some(what.to_owned()));
        self.preview_at = None;
        let asked = self.ask_one(shared);
        asked.into_iter().collect()
    }

    fn filter_text(&self) -> String {
        self.decisions.query.to_string()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        let query = DecisionQuery::parse(text, &shared.look.zone)?;
        Ok(self.set_query(query, shared))
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        view::policy_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match (self.part, self.reads()) {
            (Part::Decisions, Some(id)) if self.second => format!("conductor decisions show {id}"),
            (Part::Decisions, _) => {
                format!("conductor decisions list{}", self.decisions.query.flags())
            }
            (Part::Bundles, _) => "conductor policy bundles".to_owned(),
            (Part::Candidate, _) if self.candidate.path.is_empty() => {
                "conductor policy replay CANDIDATE".to_owned()
            }
            (Part::Candidate, _) => {
                let (path, days) = (in_shell(&self.candidate.path), self.candidate.days());
                format!("conductor policy replay {path} --days {days}")
            }
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        match (self.part, self.second) {
            (Part::Decisions, _) => self.reads().map(str::to_owned),
            (Part::Bundles, _) => self.bundles.selected().map(|bundle| bundle.revision.clone()),
            (Part::Candidate, false) => {
                self.candidate.chosen_file().map(|file| file.to_string_lossy().into_owned())
            }
            (Part::Candidate, true) => match self.candidate.chosen_row()? {
                Row::Flip(flip) => Some(flip.id.clone()),
                Row::Made(made) => Some(made.name.clone()),
            },
        }
    }

    fn export(&self) -> Option<(String, String)> {
        let (name, text) = match (self.part, self.second, self.read()) {
            (Part::Decisions, true, Some(Ok(found))) => {
                ("decision", serde_json::to_string_pretty(found))
            }
            (Part::Decisions, ..) => {
                let rows: Vec<_> = self.decisions.rows().collect();
                ("decisions", serde_json::to_string_pretty(&rows))
            }
            (Part::Bundles, ..) => {
                ("bundles", serde_json::to_string_pretty(self.bundles.known.as_ref()?))
            }
            (Part::Candidate, ..) => {
                let (flips, summary) = (&self.candidate.flips, self.candidate.summary.as_ref()?);
                let all = serde_json::json!({"flips": flips, "summary": summary});
                ("replay", serde_json::to_string_pretty(&all))
            }
        };
        Some((name.to_owned(), text.ok()?))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        self.preview_at.into_iter().chain(shared.refreshes(self.refresh_at)).min()
    }
}
