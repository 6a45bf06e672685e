//! The screen's state: the entity in the middle, the way that led to it, and a walk from it.

use conductor_protocol::{
    needles::Needles,
    v1::{
        GetEntityRequest, GetEntityResponse, GraphEntity, GraphPurpose, GraphRunsRequest,
        WalkGraphRequest,
    },
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{Frame, layout::Rect};

use super::{
    edges::{self, Row},
    names::{is_id, there},
    reached::Reached,
    view,
};
use crate::{
    app::{Answer, Effect, Fault, Query, Shared, Subject, Ticket},
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    widget::{Scroll, Sheet, Told},
};

/// What is asked, in the lowest digit of a ticket's number; above it the generation.
const ENTITY: u64 = 0;
const WALK: u64 = 1;
const RUNS: u64 = 2;
const KINDS: u64 = 4;

/// Runs that the walk may begin at.
const RUNS_MAX: u32 = 200;
/// Entities that one can go back to.
const CRUMBS_MAX: usize = 100;
/// Typing must rest for so long before an id is looked for.
const TYPED_AFTER: SignedDuration = SignedDuration::from_millis(400);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct GraphScreen {
    /// The entity in the middle; nothing before one is chosen.
    pub(crate) at: Option<String>,
    /// Those before it, the newest last.
    pub(crate) crumbs: Vec<String>,
    /// Nothing until the answer.
    pub(crate) found: Option<Result<GetEntityResponse, Fault>>,
    /// Where a walk may begin: the newest runs.
    pub(crate) runs: Option<Result<Vec<GraphEntity>, Fault>>,
    /// Edges of this kind only.
    pub(crate) kind: Option<String>,
    pub(crate) words: String,
    pub(crate) reached: Option<Reached>,
    pub(crate) scroll: Scroll,
    pub(crate) sheet: Sheet,
    /// The page has the focus.
    pub(crate) reading: bool,
    /// Answers to questions of before are thrown away.
    generation: u64,
    /// An id that is looked for when typing rests.
    typed_at: Option<Timestamp>,
}

impl GraphScreen {
    /// The entity in the middle, as far as it is known.
    pub(crate) fn entity(&self) -> Option<&GraphEntity> {
        self.found.as_ref()?.as_ref().ok()?.entity.as_ref()
    }

    /// Edges of the entity in the middle.
    pub(crate) fn edges(&self) -> Vec<Row<'_>> {
        match &self.found {
            Some(Ok(found)) => edges::rows(found, self.kind.as_deref(), &self.words),
            _ => Vec::new(),
        }
    }

    /// Runs to begin at, narrowed.
    pub(crate) fn beginnings(&self) -> Vec<&GraphEntity> {
        let needles = Needles::new(&self.words);
        let has = |run: &&GraphEntity| {
            let workflow = run.attributes.get("workflow").map_or("", String::as_str);
            needles.matches(&format!("{} {} {workflow}", run.name, run.state))
        };
        let Some(Ok(runs)) = &self.runs else { return Vec::new() };
        runs.iter().filter(has).collect()
    }

    fn row_count(&self) -> usize {
        match (&self.reached, &self.at) {
            (Some(reached), _) => reached.rows(&self.words).len(),
            (None, Some(_)) => self.edges().len(),
            (None, None) => self.beginnings().len(),
        }
    }

    /// What the cursor is on: an entity's name.
    pub(crate) fn chosen_name(&self) -> Option<String> {
        if let Some(reached) = &self.reached {
            let rows = reached.rows(&self.words);
            return rows.get(reached.scroll.cursor).map(|s| s.name().to_owned());
        }
        match &self.at {
            Some(at) => {
                let edges = self.edges();
                let row = edges.get(self.scroll.cursor)?;
                Some(row.other().map_or_else(|| at.clone(), str::to_owned))
            }
            None => self.beginnings().get(self.scroll.cursor).map(|run| run.name.clone()),
        }
    }

    fn ask(&self, kind: u64, query: Query, shared: &Shared) -> Option<Intent> {
        let ticket = Ticket::Screen(Tab::Graph, self.generation * KINDS + kind);
        shared.link.is_live().then_some(Intent::Do(Effect::Ask(ticket, query)))
    }

    /// Asks for what is in front.
    fn ask_front(&self, shared: &Shared) -> Vec<Intent> {
        let scope = || Some(shared.scope.clone());
        let Some(at) = &self.at else {
            let request =
                GraphRunsRequest { scope: scope(), page_size: RUNS_MAX, ..<_>::default() };
            return self.ask(RUNS, Query::GraphRuns(request), shared).into_iter().collect();
        };
        let request = GetEntityRequest { scope: scope(), entity: at.clone() };
        let entity = self.ask(ENTITY, Query::Entity(request), shared);
        let walk = self.reached.as_ref().map(|reached| WalkGraphRequest {
            scope: scope(),
            entity: reached.from.clone(),
            purpose: reached.purpose.into(),
            ..<_>::default()
        });
        let walk = walk.and_then(|request| self.ask(WALK, Query::Walk(request), shared));
        entity.into_iter().chain(walk).collect()
    }

    /// Puts an entity in the middle, or the list of runs; crumbs are the caller's business.
    fn stand_at(&mut self, at: Option<String>, shared: &Shared) -> Vec<Intent> {
        (self.at, self.found, self.reached) = (at, None, None);
        (self.kind, self.reading, self.typed_at) = (None, false, None);
        self.words.clear();
        (self.scroll, self.sheet) = (Scroll::default(), Sheet::default());
        self.generation += 1;
        self.ask_front(shared)
    }

    /// Walks on to an entity.
    fn walk_to(&mut self, name: &str, shared: &Shared) -> Vec<Intent> {
        if self.at.as_deref() == Some(name) {
            // From a walk back to where it began.
            self.reached = None;
            return Vec::new();
        }
        if let Some(before) = self.at.take() {
            self.crumbs.push(before);
            let over = self.crumbs.len().saturating_sub(CRUMBS_MAX);
            self.crumbs.drain(..over);
        }
        self.stand_at(Some(name.to_owned()), shared)
    }

    fn walk_back(&mut self, shared: &Shared) -> Vec<Intent> {
        let before = self.crumbs.pop();
        self.stand_at(before, shared)
    }

    fn reach(&mut self, purpose: GraphPurpose, shared: &Shared) -> Vec<Intent> {
        let Some(from) = self.chosen_name() else { return Vec::new() };
        let mut intents = match self.at.as_deref() == Some(from.as_str()) {
            true => Vec::new(),
            false => self.walk_to(&from, shared),
        };
        self.words.clear();
        self.reached = Some(Reached::new(&from, purpose));
        let asked = self.ask_front(shared);
        // The walk alone where the entity is asked for already.
        let skip = usize::from(!intents.is_empty() || self.found.is_some());
        intents.extend(asked.into_iter().skip(skip));
        intents
    }

    fn back(&mut self, shared: &Shared) -> Vec<Intent> {
        if self.reading {
            self.reading = false;
        } else if !self.words.is_empty() || self.kind.is_some() {
            self.words.clear();
            self.kind = None;
        } else if self.reached.is_some() {
            self.reached = None;
        } else if self.at.is_some() {
            return self.walk_back(shared);
        }
        Vec::new()
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        match action {
            Action::NextPane | Action::PreviousPane => self.reading = !self.reading,
            Action::Left => self.reading = false,
            Action::Right => self.reading = true,
            Action::Back => return self.back(shared),
            Action::WalkBack => return self.walk_back(shared),
            Action::Blast => return self.reach(GraphPurpose::Blast, shared),
            Action::CameFrom => return self.reach(GraphPurpose::Upstream, shared),
            Action::CameOf => return self.reach(GraphPurpose::Downstream, shared),
            Action::EdgeKind => {
                if let Some(Ok(found)) = &self.found {
                    self.kind = edges::next_kind(found, self.kind.as_deref());
                    self.scroll = Scroll::default();
                }
            }
            Action::OpenThere => {
                let target = self.chosen_name().and_then(|name| there(&name));
                return target.map(Intent::Go).into_iter().collect();
            }
            Action::Open => {
                let chosen = self.chosen_name();
                match chosen {
                    Some(name) if self.at.as_deref() == Some(&name) && self.reached.is_none() => {
                        self.reading = true;
                    }
                    Some(name) => return self.walk_to(&name, shared),
                    None => {}
                }
            }
            moving => self.scroll_by(moving, shared),
        }
        Vec::new()
    }

    fn scroll_by(&mut self, moving: Action, shared: &Shared) {
        let (rows, height) = (self.row_count(), view::height(shared));
        if self.reading {
            let (lines, height) = view::page_size(self, shared);
            self.sheet.act(moving, lines, height);
        } else if let Some(reached) = &mut self.reached {
            reached.scroll.act(moving, rows, height);
        } else {
            self.scroll.act(moving, rows, height);
        }
    }

    fn settle(&mut self, shared: &Shared) {
        let (rows, height) = (self.row_count(), view::height(shared));
        match &mut self.reached {
            Some(reached) => reached.scroll.settle(rows, height),
            None => self.scroll.settle(rows, height),
        }
    }

    fn take(&mut self, number: u64, answer: Result<Answer, Fault>) {
        if number / KINDS != self.generation {
            return;
        }
        match (number % KINDS, answer) {
            (ENTITY, Ok(Answer::Entity(found))) => {
                let first = self.found.is_none();
                // It is known by its whole name from here on.
                let name = found.entity.as_ref().map(|entity| entity.name.clone());
                self.at = name.or(self.at.take());
                self.found = Some(Ok(*found));
                if first {
                    let middle = self.edges().iter().position(|row| *row == Row::Middle);
                    self.scroll.cursor = middle.unwrap_or_default();
                }
            }
            (ENTITY, Err(fault)) if !matches!(self.found, Some(Ok(_))) => {
                self.found = Some(Err(fault));
            }
            (WALK, Ok(Answer::Walk(found))) => {
                if let Some(reached) = &mut self.reached {
                    reached.found = Some(Ok(*found));
                }
            }
            (WALK, Err(fault)) => {
                if let Some(reached) = &mut self.reached {
                    reached.found = Some(Err(fault));
                }
            }
            (RUNS, Ok(Answer::GraphRuns(found))) => self.runs = Some(Ok(found.runs)),
            (RUNS, Err(fault)) if !matches!(self.runs, Some(Ok(_))) => {
                self.runs = Some(Err(fault));
            }
            _ => {}
        }
    }

    fn tick(&mut self, shared: &Shared) -> Vec<Intent> {
        if self.typed_at.is_none_or(|due| due > shared.now) {
            return Vec::new();
        }
        self.typed_at = None;
        let name = self.words.trim().to_owned();
        self.walk_to(&name, shared)
    }
}

impl Screen for GraphScreen {
    fn title(&self) -> &'static str {
        "Graph"
    }

    fn places(&self) -> &'static [Place] {
        match (self.reading, &self.reached) {
            (true, _) => &[Place::GraphPage],
            (false, Some(_)) => &[Place::GraphWalk],
            (false, None) => &[Place::GraphEdges],
        }
    }

    fn outermost(&self) -> bool {
        self.at.is_none() && !self.reading && self.words.is_empty()
    }

    fn subject(&self, action: Action) -> Subject {
        let chosen = self.chosen_name();
        match action {
            Action::Open | Action::Copy | Action::Blast | Action::CameFrom | Action::CameOf
                if chosen.is_none() =>
            {
                Subject::Absent
            }
            Action::WalkBack if self.at.is_none() => Subject::Absent,
            Action::EdgeKind if self.entity().is_none() => Subject::Absent,
            Action::OpenThere => match chosen {
                None => Subject::Absent,
                Some(name) if there(&name).is_some() => Subject::Allowed,
                Some(_) => Subject::NotNow("its kind has no screen; what is known of it is here"),
            },
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => self.ask_front(shared),
            Event::Leave | Event::Resize | Event::Feed(..) => Vec::new(),
            Event::Tick => self.tick(shared),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => {
                self.take(number, answer);
                Vec::new()
            }
            Event::Reply(..) => Vec::new(),
        };
        self.settle(shared);
        intents
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.walk_to(what, shared)
    }

    fn filter_text(&self) -> String {
        self.words.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        text.clone_into(&mut self.words);
        self.typed_at = is_id(text).then(|| shared.now + TYPED_AFTER);
        self.scroll.offset = 0;
        self.settle(shared);
        Ok(Vec::new())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        view::graph_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match (&self.reached, &self.at) {
            (Some(reached), _) => reached.twin(),
            (None, Some(at)) => format!("conductor graph show {at}"),
            (None, None) => "conductor graph runs".to_owned(),
        }
    }

    fn chosen(&self, _shared: &Shared) -> Option<String> {
        self.chosen_name()
    }

    fn export(&self) -> Option<(String, String)> {
        let (name, text) = match (&self.reached, &self.found, &self.runs) {
            (Some(reached), ..) => ("walk", serde_json::to_string_pretty(reached.answer()?)),
            (None, Some(Ok(found)), _) => ("entity", serde_json::to_string_pretty(found)),
            (None, None, Some(Ok(runs))) => ("graph-runs", serde_json::to_string_pretty(runs)),
            _ => return None,
        };
        Some((name.to_owned(), text.ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        self.typed_at
    }
}
