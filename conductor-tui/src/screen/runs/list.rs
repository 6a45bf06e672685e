//! The list of runs: a window over the daemon's index, kept up to date by what the daemon tells.

use std::collections::VecDeque;

use conductor_protocol::v1::{ListRunsResponse, RunSummary, WatchRunsRequest, WatchRunsResponse};

use super::sorted::Order;
use crate::{
    app::{Answer, Availability, Effect, Fault, FaultKind, Feed, FeedId, Query, Shared, Ticket},
    input::RunQuery,
    widget::{Entry, Scroll, Target, run_mark},
};

/// Runs asked for at once.
pub(super) const PAGE_ROWS: u32 = 200;
/// Pages kept; the farthest from the cursor is let go and read again when it is needed.
pub(super) const PAGES_MAX: usize = 10;
/// Rows before the end of what is loaded at which more is asked for.
const READ_AHEAD: usize = 60;
/// Runs that the palette offers.
const RUNS_OFFERED: usize = 200;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct RunList {
    pub(crate) query: RunQuery,
    /// As the daemon has them: newest first, or oldest first.
    pub(super) rows: VecDeque<RunSummary>,
    /// How many of the rows came with each loaded page.
    pub(super) page_rows: VecDeque<usize>,
    /// Number of the first loaded page.
    pub(super) first_page: usize,
    /// Token of each page seen so far; the first has none.
    tokens: Vec<String>,
    /// The last page is loaded.
    pub(super) complete: bool,
    /// In which order they are shown.
    pub(super) order: Order,
    pending: Option<usize>,
    /// Answers to questions of an older one are thrown away.
    generation: u64,
    pub(crate) total: u64,
    /// Runs that started above the window.
    pub(crate) above: u64,
    feed: Option<FeedId>,
    seq: u64,
    pub(crate) scroll: Scroll,
    pub(crate) fault: Option<Fault>,
    pub(crate) loaded: bool,
    /// It was to be read again while there was no link.
    outdated: bool,
}

impl RunList {
    pub(crate) fn rows(&self) -> &VecDeque<RunSummary> {
        &self.rows
    }

    /// Rows that are in the list before the first loaded one, as far as is known.
    pub(crate) fn rows_before(&self) -> usize {
        self.first_page * PAGE_ROWS as usize
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Takes a page that was asked for.
    pub(crate) fn reply(
        &mut self,
        ticket: &Ticket,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) {
        let Ticket::RunsPage { generation, page } = ticket else { return };
        let runs = match answer {
            Ok(Answer::Runs(runs)) => Ok(*runs),
            Ok(_) => return,
            Err(fault) => Err(fault),
        };
        let which = (*generation, *page);
        self.keeping(shared.data_now(), |list| list.take_page(which, runs));
    }

    /// What the palette finds: the newest of them.
    pub(crate) fn offers(&self, shared: &Shared) -> Vec<Entry> {
        let glyphs = shared.look.glyphs;
        let entry = |run: &RunSummary| Entry {
            kind: "run",
            title: run.workflow.clone(),
            detail: format!("{} {}", run_mark(run.status(), glyphs).word, run.run_id),
            availability: Availability::Ready,
            target: Target::Run(run.run_id.clone()),
        };
        self.rows.iter().take(RUNS_OFFERED).map(entry).collect()
    }

    pub(crate) fn selected(&self) -> Option<&RunSummary> {
        self.get(self.scroll.cursor)
    }

    /// Reads from the top again; what is shown stays until the answer is here.
    pub(crate) fn reload(&mut self, shared: &Shared) -> Vec<Effect> {
        self.generation += 1;
        self.pending = None;
        self.tokens = vec![String::new()];
        self.outdated = !shared.link.is_live();
        self.ask(0, shared).into_iter().collect()
    }

    /// What is shown answers the question that is asked.
    pub(crate) fn is_current(&self) -> bool {
        self.loaded && !self.outdated
    }

    fn ask(&mut self, page: usize, shared: &Shared) -> Option<Effect> {
        if self.pending.is_some() || !shared.link.is_live() {
            return None;
        }
        let token = self.tokens.get(page)?.clone();
        self.pending = Some(page);
        let mut request = self.query.request(&shared.scope, shared.now);
        request.page_size = PAGE_ROWS;
        request.page_token = token;
        request.oldest_first = self.wants_oldest_first();
        let ticket = Ticket::RunsPage { generation: self.generation, page };
        Some(Effect::Ask(ticket, Query::Runs(request)))
    }

    /// Asks for the neighbouring page when the window comes near it.
    pub(crate) fn read_ahead(&mut self, height: usize, shared: &Shared) -> Option<Effect> {
        if !self.loaded {
            return None;
        }
        if self.is_sorted_here() {
            // What is read doesn't follow the cursor: its rows come from all over.
            let next = self.page_rows.len();
            return if self.reads_on() { self.ask(next, shared) } else { None };
        }
        if self.first_page > 0 && self.scroll.offset < READ_AHEAD {
            if self.first_page == 1 {
                // The newest page is no longer what it was when its successor was read.
                return self.reload(shared).pop();
            }
            return self.ask(self.first_page - 1, shared);
        }
        let end = self.scroll.offset + height + READ_AHEAD;
        let next = self.first_page + self.page_rows.len();
        if end > self.rows.len() && !self.complete { self.ask(next, shared) } else { None }
    }

    /// Takes a page, unless it answers an older question.
    pub(crate) fn take_page(
        &mut self,
        (generation, page): (u64, usize),
        answer: Result<ListRunsResponse, Fault>,
    ) -> bool {
        if generation != self.generation || self.pending != Some(page) {
            return false;
        }
        self.pending = None;
        let answer = match answer {
            Ok(answer) => answer,
            // The top line tells that the link is lost; what was read stays.
            Err(fault) if fault.kind == FaultKind::Unreachable => {
                self.outdated = true;
                return false;
            }
            Err(fault) => {
                self.fault = Some(fault);
                return true;
            }
        };
        self.fault = None;
        self.total = answer.total;
        let first = page == 0;
        if first {
            self.take_first(answer);
        } else if page < self.first_page {
            self.prepend(answer.runs);
        } else {
            self.append(answer);
        }
        first
    }

    fn take_first(&mut self, answer: ListRunsResponse) {
        let selected = self.selected().map(|run| run.run_id.clone());
        self.seq = answer.seq;
        self.loaded = true;
        self.above = 0;
        self.first_page = 0;
        self.order.oldest_first = answer.oldest_first;
        self.complete = answer.next_page_token.is_empty();
        self.tokens = vec![String::new(), answer.next_page_token];
        self.page_rows = VecDeque::from([answer.runs.len()]);
        self.rows = answer.runs.into();
        let same = self.rows.iter().position(|run| Some(&run.run_id) == selected.as_ref());
        self.scroll.cursor = same.unwrap_or(self.scroll.cursor);
    }

    fn prepend(&mut self, runs: Vec<RunSummary>) {
        self.first_page -= 1;
        self.page_rows.push_front(runs.len());
        self.scroll.cursor += runs.len();
        self.scroll.offset += runs.len();
        for run in runs.into_iter().rev() {
            self.rows.push_front(run);
        }
        if self.page_rows.len() > PAGES_MAX {
            let drop = self.page_rows.pop_back().unwrap_or(0);
            self.rows.truncate(self.rows.len() - drop);
            self.complete = false;
        }
    }

    fn append(&mut self, answer: ListRunsResponse) {
        let next = self.first_page + self.page_rows.len() + 1;
        self.complete = answer.next_page_token.is_empty();
        self.tokens.truncate(next);
        self.tokens.push(answer.next_page_token);
        self.page_rows.push_back(answer.runs.len());
        self.rows.extend(answer.runs);
        if self.page_rows.len() > PAGES_MAX {
            let drop = self.page_rows.pop_front().unwrap_or(0);
            self.rows.drain(..drop);
            self.first_page += 1;
            self.scroll.cursor = self.scroll.cursor.saturating_sub(drop);
            self.scroll.offset = self.scroll.offset.saturating_sub(drop);
        }
    }

    /// Subscribes to changes after what is loaded.
    pub(crate) fn watch(&mut self, shared: &mut Shared) -> Option<Effect> {
        if self.feed.is_some() || !self.loaded || !shared.link.is_live() {
            return None;
        }
        let id = shared.feed_id();
        self.feed = Some(id);
        let scope = Some(shared.scope.clone());
        let request = WatchRunsRequest { scope, after_seq: self.seq, owner: String::new() };
        Some(Effect::Watch(id, Feed::Runs(request)))
    }

    pub(crate) fn unwatch(&mut self) -> Option<Effect> {
        self.feed.take().map(Effect::Unwatch)
    }

    /// The stream of its changes.
    #[cfg(test)]
    pub(crate) fn feed_id(&self) -> FeedId {
        self.feed.unwrap()
    }

    pub(crate) fn owns(&self, feed: FeedId) -> bool {
        self.feed == Some(feed)
    }

    /// The stream broke off; it is taken up again from where it was.
    pub(crate) fn feed_ended(&mut self) {
        self.feed = None;
    }

    /// Takes changes. Says whether the list must be read again.
    pub(crate) fn take_changes(&mut self, news: &WatchRunsResponse, shared: &Shared) -> bool {
        if news.reset {
            return true;
        }
        self.seq = self.seq.max(news.seq);
        if news.total > 0 {
            self.total = news.total;
        }
        self.keeping(shared.data_now(), |list| {
            for run in &news.runs {
                list.take_run(run.clone(), shared);
            }
        });
        false
    }

    fn take_run(&mut self, run: RunSummary, shared: &Shared) {
        let matches = self.query.matches(&run, shared.now);
        if let Some(at) = self.rows.iter().position(|known| known.run_id == run.run_id) {
            if matches {
                self.rows[at] = run;
            } else {
                self.remove(at);
            }
        } else if matches && self.order.oldest_first {
            // The end of the list may not be read yet.
            if self.comes_last(&run) {
                self.insert_last(run);
            }
        } else if matches {
            // Ids sort by time, so a run that is newer than the first row is new.
            let newer = self.rows.front().is_none_or(|first| run.run_id > first.run_id);
            if newer && self.first_page > 0 {
                self.above += 1;
            } else if newer {
                self.insert_first(run);
            }
        }
    }

    fn insert_first(&mut self, run: RunSummary) {
        let had_rows = !self.rows.is_empty();
        self.rows.push_front(run);
        match self.page_rows.front_mut() {
            Some(first) => *first += 1,
            None => self.page_rows.push_back(1),
        }
        // The cursor stays on its run; the window stays at the top if it was there.
        if had_rows {
            self.scroll.cursor += 1;
            self.scroll.offset += usize::from(self.scroll.offset > 0);
        }
    }

    fn insert_last(&mut self, run: RunSummary) {
        self.rows.push_back(run);
        match self.page_rows.back_mut() {
            Some(last) => *last += 1,
            None => self.page_rows.push_back(1),
        }
    }

    fn remove(&mut self, at: usize) {
        self.rows.remove(at);
        let mut end = 0;
        for rows in &mut self.page_rows {
            end += *rows;
            if at < end {
                *rows -= 1;
                break;
            }
        }
        if at < self.scroll.cursor {
            self.scroll.cursor -= 1;
        }
    }
}
