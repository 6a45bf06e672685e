//! The runs that are marked: by their ids, so that scrolling, news and filters take none of them away.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use conductor_protocol::v1::{ListRunsResponse, RunSummary};
use jiff::Timestamp;

use super::{bulk, changes::POLICY, list::RunList, screen::RunsScreen};
use crate::{
    app::{Answer, Effect, Fault, Level, Query, Shared, Ticket},
    input::{Action, RunQuery},
    screen::{Intent, Tab},
};

/// Runs that can be marked at once.
pub(crate) const MARKS_MAX: usize = 500;
/// Runs asked for at once when all that match are marked.
const PAGE_ROWS: u32 = 250;
/// Tells these questions from those about artifacts.
const OF_MARKS: u64 = 1 << 63;

/// A range that grows with the cursor.
#[derive(Debug)]
struct Range {
    /// The run that it began at.
    anchor: String,
    /// What was marked before.
    before: BTreeMap<String, RunSummary>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// As they were last heard of.
    runs: BTreeMap<String, RunSummary>,
    range: Option<Range>,
    /// The filter whose runs are being read to be marked.
    all_of: Option<RunQuery>,
    /// Answers to questions of an older one are thrown away.
    generation: u64,
    /// Workflows that policy was asked about.
    asked: BTreeSet<String>,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(super) fn has(&self, run_id: &str) -> bool {
        self.runs.contains_key(run_id)
    }

    /// The newest first, as in the list.
    pub(super) fn runs(&self) -> impl Iterator<Item = &RunSummary> {
        self.runs.values().rev()
    }

    /// What the title says of them: empty for none.
    pub(super) fn words(&self, query: &RunQuery, now: Timestamp) -> String {
        let hidden = self.runs.values().filter(|run| !query.matches(run, now)).count();
        let mut words = match (self.runs.len(), hidden) {
            (0, _) => return String::new(),
            (n, 0) => format!("{n} marked"),
            (n, hidden) => format!("{n} marked, {hidden} not shown"),
        };
        if self.range.is_some() {
            words.push_str(", range");
        }
        words
    }

    /// Marks the run, or takes its mark. Says whether there was room.
    fn toggle(&mut self, run: &RunSummary) -> bool {
        self.range = None;
        self.runs.remove(&run.run_id).is_some() || self.add(run)
    }

    fn add(&mut self, run: &RunSummary) -> bool {
        if self.runs.len() >= MARKS_MAX && !self.has(&run.run_id) {
            return false;
        }
        self.runs.insert(run.run_id.clone(), run.clone());
        true
    }

    /// Begins a range at the run, or ends the one there is; what it marked stays marked.
    fn begin_or_end(&mut self, run: &RunSummary) {
        self.range = match self.range.take() {
            Some(_) => None,
            None => Some(Range { anchor: run.run_id.clone(), before: self.runs.clone() }),
        };
    }

    /// Marks what lies between where the range began and the cursor. Says whether there was room.
    fn stretch(&mut self, rows: &VecDeque<RunSummary>, cursor: usize) -> bool {
        let Some(range) = &self.range else { return true };
        let Some(from) = rows.iter().position(|run| run.run_id == range.anchor) else {
            // Where it began is not in the list any more: what it marked stays.
            self.range = None;
            return true;
        };
        self.runs = range.before.clone();
        let cursor = cursor.min(rows.len() - 1);
        let nearest_first: Vec<usize> = if from <= cursor {
            (from..=cursor).collect()
        } else {
            (cursor..=from).rev().collect()
        };
        nearest_first.into_iter().all(|at| self.add(&rows[at]))
    }

    /// Ends the range, or takes all marks. Says whether there was anything.
    pub(super) fn back(&mut self) -> bool {
        self.all_of = None;
        if self.range.take().is_some() {
            return true;
        }
        let any = !self.runs.is_empty();
        self.runs.clear();
        any
    }

    /// A run changed.
    pub(super) fn heard(&mut self, run: &RunSummary) {
        if let Some(known) = self.runs.get_mut(&run.run_id) {
            known.clone_from(run);
        }
    }

    /// Takes the marks of these.
    pub(super) fn forget(&mut self, run_ids: &[String]) {
        self.range = None;
        run_ids.iter().for_each(|id| {
            self.runs.remove(id);
        });
    }

    /// What policy says may be different by now.
    pub(super) fn ask_again(&mut self) {
        self.asked.clear();
    }

    /// Workflows of marked runs that policy was not asked about.
    fn unasked(&mut self) -> Vec<String> {
        let names: BTreeSet<&String> = self.runs.values().map(|run| &run.workflow).collect();
        let fresh: Vec<String> =
            names.into_iter().filter(|name| !self.asked.contains(*name)).cloned().collect();
        self.asked.extend(fresh.iter().cloned());
        fresh
    }

    /// Every mark's id, one in a line.
    pub(super) fn ids(&self) -> String {
        let ids: Vec<&str> = self.runs().map(|run| run.run_id.as_str()).collect();
        ids.join("\n")
    }

    /// The commands that show the same, one in a line.
    pub(super) fn twin(&self) -> String {
        let shown = self.runs().map(|run| format!("conductor runs show {}", run.run_id));
        shown.collect::<Vec<_>>().join("\n")
    }
}

/// Whether a ticket's number is that of a question for runs to be marked.
pub(super) fn is_of_marks(number: u64) -> bool {
    number & OF_MARKS != 0
}

fn full(shared: &mut Shared) {
    let text = format!("no more than {MARKS_MAX} runs can be marked at once");
    shared.messages.say(shared.now, Level::Warn, &text, "what is marked stays marked");
}

impl RunsScreen {
    /// Marks runs, where the focus is on the list.
    pub(super) fn mark(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        if action == Action::MarkAll {
            return self.mark_all(shared);
        }
        let Some(run) = self.list.selected().cloned() else { return Vec::new() };
        if action == Action::MarkRange {
            self.marks.begin_or_end(&run);
        } else if self.marks.toggle(&run) {
            let height = self.list_height(shared);
            self.list.scroll.act(Action::Down, self.list.rows().len(), height);
        } else {
            full(shared);
        }
        Vec::new()
    }

    /// Marks all that the filter shows: at once where it is loaded, else page by page.
    fn mark_all(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if self.list.is_complete() && self.list.rows_before() == 0 {
            let rows: Vec<RunSummary> =
                self.list.rows().iter().take(MARKS_MAX + 1).cloned().collect();
            self.add_all(&rows, false, shared);
            return Vec::new();
        }
        self.marks.generation += 1;
        self.marks.all_of = Some(self.list.query.clone());
        let ask = self.ask_all(String::new(), shared);
        if ask.is_none() {
            self.marks.all_of = None;
            let text = "can't mark all: not connected, and not all are read";
            shared.messages.say(shared.now, Level::Warn, text, "");
        }
        ask.into_iter().collect()
    }

    fn ask_all(&self, page_token: String, shared: &Shared) -> Option<Intent> {
        let mut request = self.list.query.request(&shared.scope, shared.now);
        (request.page_size, request.page_token) = (PAGE_ROWS, page_token);
        let ticket = Ticket::Screen(Tab::Runs, OF_MARKS | self.marks.generation);
        let ask = Effect::Ask(ticket, Query::Runs(request));
        shared.link.is_live().then_some(Intent::Do(ask))
    }

    /// Takes a page of the runs that are to be marked.
    pub(super) fn take_marked(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let current = number == OF_MARKS | self.marks.generation;
        if !current || self.marks.all_of.as_ref() != Some(&self.list.query) {
            return Vec::new();
        }
        match answer {
            Ok(Answer::Runs(page)) => self.take_page_of_all(*page, shared),
            Ok(_) => Vec::new(),
            Err(fault) => {
                self.marks.all_of = None;
                let text = format!("not all are marked: {}", fault.message);
                shared.messages.say(shared.now, Level::Error, &text, &fault.hint);
                Vec::new()
            }
        }
    }

    fn take_page_of_all(&mut self, page: ListRunsResponse, shared: &mut Shared) -> Vec<Intent> {
        let more = !page.next_page_token.is_empty();
        if self.add_all(&page.runs, more, shared) && more {
            return self.ask_all(page.next_page_token, shared).into_iter().collect();
        }
        self.marks.all_of = None;
        Vec::new()
    }

    /// Marks these. Says so, and gives false, when there are more than can be marked.
    fn add_all(&mut self, runs: &[RunSummary], more: bool, shared: &mut Shared) -> bool {
        self.marks.range = None;
        let room = runs.iter().all(|run| self.marks.add(run));
        if room && !(more && self.marks.runs.len() == MARKS_MAX) {
            return true;
        }
        let text = format!("{MARKS_MAX} runs are marked, and more match");
        let mend = "as many as can be marked at once; a narrower filter shows fewer";
        shared.messages.say(shared.now, Level::Caution, &text, mend);
        false
    }

    /// Lets marks follow the list: the range its cursor, what is known of a run its row.
    pub(super) fn settle_marks(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if self.marks.is_empty() && self.marks.range.is_none() {
            return Vec::new();
        }
        let RunList { scroll, .. } = &self.list;
        if !self.marks.stretch(self.list.rows(), scroll.cursor) {
            self.marks.range = None;
            full(shared);
        }
        self.list.rows().iter().for_each(|run| self.marks.heard(run));
        let fresh = self.marks.unasked();
        let asks = POLICY.iter().filter(|policy| bulk::asks(policy));
        asks.flat_map(|policy| shared.ask_policy_of(policy, &fresh)).map(Intent::Do).collect()
    }

    /// Takes the marks of runs that something was done to.
    pub(crate) fn unmark(&mut self, run_ids: &[String]) {
        self.marks.forget(run_ids);
    }
}
