//! The list of decisions: pages that the daemon gave, newest first, kept up to date at the front.

use conductor_protocol::v1::{ListDecisionsRequest, ListDecisionsResponse, RecordedDecision};

use super::filter::DecisionQuery;
use crate::{
    app::{Fault, Shared},
    widget::Scroll,
};

/// Decisions asked for at once.
const PAGE_ROWS: u32 = 100;
/// Decisions kept; a filter narrows what is beyond.
const ROWS_MAX: usize = 5_000;
/// The next page is asked for when so many rows are left below the cursor.
const AHEAD_ROWS: usize = 20;
/// Pages that are asked for one after another while nothing of them can be seen.
const EMPTY_PAGES_MAX: u32 = 20;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    rows: Vec<RecordedDecision>,
    /// Places in `rows` that have the words of the filter.
    shown: Vec<usize>,
    pub(crate) query: DecisionQuery,
    pub(crate) scroll: Scroll,
    pub(crate) loaded: bool,
    pub(crate) fault: Option<Fault>,
    /// Where the next page begins; empty at the end.
    next: String,
    more_asked: bool,
    empty_pages: u32,
    /// Answers to questions of before are thrown away.
    pub(crate) generation: u64,
}

impl Decisions {
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &RecordedDecision> {
        self.shown.iter().map(|at| &self.rows[*at])
    }

    /// Those that were read, whether they match or not.
    pub(crate) fn read(&self) -> usize {
        self.rows.len()
    }

    /// Whether the daemon has older ones.
    pub(crate) fn has_more(&self) -> bool {
        !self.next.is_empty()
    }

    pub(crate) fn selected(&self) -> Option<&RecordedDecision> {
        self.shown.get(self.scroll.cursor).map(|at| &self.rows[*at])
    }

    /// Shows what another filter matches; says whether the daemon has to be asked for it.
    pub(crate) fn set_query(&mut self, query: DecisionQuery) -> bool {
        let same = self.query.asks_as(&query);
        self.query = query;
        self.scroll = Scroll::default();
        if !same {
            self.rows.clear();
            self.next.clear();
            self.loaded = false;
            self.fault = None;
            self.generation += 1;
        }
        self.narrow();
        !same
    }

    /// The question for the newest.
    pub(crate) fn first(&self, shared: &Shared) -> ListDecisionsRequest {
        let request = self.query.request(&shared.scope, shared.now);
        ListDecisionsRequest { page_size: PAGE_ROWS, ..request }
    }

    /// The question for older ones, when the cursor comes near the end of what there is.
    pub(crate) fn more(&mut self, shared: &Shared, height: usize) -> Option<ListDecisionsRequest> {
        let left = self.shown.len().saturating_sub(self.scroll.cursor.max(height));
        let wanted = left < AHEAD_ROWS && self.empty_pages < EMPTY_PAGES_MAX;
        let room = self.rows.len() < ROWS_MAX && !self.more_asked && shared.link.is_live();
        if !wanted || !room || !self.has_more() || self.fault.is_some() {
            return None;
        }
        self.more_asked = true;
        let request = self.first(shared);
        Some(ListDecisionsRequest { page_token: self.next.clone(), ..request })
    }

    /// Takes the newest page: what is new goes before what is there.
    pub(crate) fn take_first(&mut self, page: ListDecisionsResponse) {
        (self.loaded, self.fault) = (true, None);
        let oldest = page.decisions.last().map(|row| row.seq);
        let newest_known = self.rows.first().map(|row| row.seq);
        // Reads are not recorded, so that they have no place in the ledger: they are shown anew.
        let joined = oldest.zip(newest_known);
        let joined = joined.is_some_and(|(oldest, known)| oldest > 0 && oldest <= known);
        let chosen = self.selected().map(|row| row.seq);
        let older = match joined {
            true => self.rows.split_off(self.rows.partition_point(|row| Some(row.seq) >= oldest)),
            false => Vec::new(),
        };
        if !joined {
            self.next = page.next_page_token;
            (self.more_asked, self.empty_pages) = (false, 0);
        }
        self.rows = page.decisions;
        self.rows.extend(older);
        self.rows.truncate(ROWS_MAX);
        self.narrow();
        self.stay_at(chosen);
    }

    /// Whoever is at the top sees what comes; whoever reads further down is not moved.
    fn stay_at(&mut self, chosen: Option<u64>) {
        if self.scroll.cursor == 0 {
            return;
        }
        let same = chosen.and_then(|seq| self.rows().position(|row| row.seq == seq));
        if let Some(at) = same {
            self.scroll.offset = (self.scroll.offset + at).saturating_sub(self.scroll.cursor);
            self.scroll.cursor = at;
        }
    }

    /// Takes an older page.
    pub(crate) fn take_more(&mut self, page: ListDecisionsResponse) {
        let before = self.shown.len();
        self.more_asked = false;
        self.next = page.next_page_token;
        let oldest = self.rows.last().map_or(u64::MAX, |row| row.seq);
        let older = |row: &RecordedDecision| row.seq == 0 || row.seq < oldest;
        self.rows.extend(page.decisions.into_iter().filter(older));
        self.narrow();
        self.empty_pages = if self.shown.len() > before { 0 } else { self.empty_pages + 1 };
    }

    /// The daemon gave no answer. What was read can still be read.
    pub(crate) fn failed(&mut self, fault: Fault) {
        self.more_asked = false;
        // Asked again when the reader moves, not at once.
        self.empty_pages = EMPTY_PAGES_MAX;
        if self.rows.is_empty() {
            self.fault = Some(fault);
        }
    }

    /// The reader moved: pages in which nothing was found count anew.
    pub(crate) fn moved(&mut self) {
        self.empty_pages = 0;
    }

    fn narrow(&mut self) {
        let rows = 0..self.rows.len();
        self.shown = rows.filter(|at| self.query.matches(&self.rows[*at])).collect();
    }
}
