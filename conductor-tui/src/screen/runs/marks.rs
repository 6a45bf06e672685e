//! The runs that are marked: one by one, in a range, or all that the filter shows.

use conductor_protocol::v1::{ListRunsResponse, RunSummary};
use jiff::Timestamp;

use super::{bulk, changes::POLICY, screen::RunsScreen};
use crate::{
    app::{Answer, Effect, Fault, Level, Query, Shared, Ticket},
    input::{Action, RunQuery},
    screen::{Intent, Tab},
    widget::Marked,
};

/// Runs that can be marked at once.
pub(crate) const MARKS_MAX: usize = 500;
/// Runs asked for at once when all that match are marked.
const PAGE_ROWS: u32 = 250;
/// Tells these questions from those about artifacts.
const OF_MARKS: u64 = 1 << 63;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// As they were last heard of.
    marked: Marked<RunSummary, MARKS_MAX>,
    /// The filter whose runs are being read to be marked.
    all_of: Option<RunQuery>,
    /// Answers to questions of an older one are thrown away.
    generation: u64,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    pub(super) fn has(&self, run_id: &str) -> bool {
        self.marked.has(run_id)
    }

    /// The newest first, as in the list.
    pub(super) fn runs(&self) -> impl Iterator<Item = &RunSummary> {
        self.marked.rows().rev()
    }

    /// What the title says of them: empty for none.
    pub(super) fn words(&self, query: &RunQuery, now: Timestamp) -> String {
        self.marked.words(self.marked.rows().filter(|run| !query.matches(run, now)).count())
    }

    /// Ends the range, or takes all marks. Says whether there was anything.
    pub(super) fn back(&mut self) -> bool {
        self.all_of = None;
        self.marked.back()
    }

    /// A run changed.
    pub(super) fn heard(&mut self, run: &RunSummary) {
        self.marked.heard(run);
    }

    /// What policy says may be different by now.
    pub(super) fn ask_again(&mut self) {
        self.marked.ask_again();
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
            self.marks.marked.begin_or_end(&run);
        } else if self.marks.marked.toggle(&run) {
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
            let rows: Vec<RunSummary> = self.list.shown().take(MARKS_MAX + 1).cloned().collect();
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
        let room = self.marks.marked.add_all(runs.iter());
        if room && !(more && self.marks.marked.len() == MARKS_MAX) {
            return true;
        }
        let text = format!("{MARKS_MAX} runs are marked, and more match");
        let mend = "as many as can be marked at once; a narrower filter shows fewer";
        shared.messages.say(shared.now, Level::Caution, &text, mend);
        false
    }

    /// Lets marks follow the list: the range its cursor, what is known of a run its row.
    pub(super) fn settle_marks(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if self.marks.is_empty() && !self.marks.marked.is_ranging() {
            return Vec::new();
        }
        if !self.marks.marked.stretch(self.list.shown(), self.list.scroll.cursor) {
            full(shared);
        }
        self.list.rows().iter().for_each(|run| self.marks.heard(run));
        let fresh = self.marks.marked.unasked(|run| &run.workflow);
        let asks = POLICY.iter().filter(|policy| bulk::asks(policy));
        asks.flat_map(|policy| shared.ask_policy_of(policy, &fresh)).map(Intent::Do).collect()
    }

    /// Takes the marks of runs that something was done to.
    pub(crate) fn unmark(&mut self, run_ids: &[String]) {
        self.marks.marked.forget(run_ids);
    }
}
