//! The order of the list of runs. The daemon has them by the time they started, from either end; any other
//! order is made here, among the newest that match, as many as the window holds.

use conductor_protocol::v1::RunSummary;
use jiff::Timestamp;

use super::list::{PAGES_MAX, RunList};
use crate::{
    app::{Effect, Shared},
    columns::{Arrangement, Key, RUNS, order, run_key},
    widget::count,
};

/// See the module.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) arrangement: Arrangement,
    /// The daemon's rows are the oldest first.
    pub(super) oldest_first: bool,
    /// Places of the daemon's rows in this order; none in the daemon's own.
    places: Vec<usize>,
    /// The run that the cursor goes back to as soon as it is read again.
    pub(super) followed: Option<String>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            arrangement: Arrangement::new(&RUNS),
            oldest_first: false,
            places: Vec::new(),
            followed: None,
        }
    }
}

impl RunList {
    pub(crate) const fn arrangement(&self) -> &Arrangement {
        &self.order.arrangement
    }

    /// The run at a place of the order that is shown.
    pub(crate) fn get(&self, at: usize) -> Option<&RunSummary> {
        match self.order.places.as_slice() {
            [] => self.rows.get(at),
            places => self.rows.get(*places.get(at)?),
        }
    }

    /// The runs in the order that is shown.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &RunSummary> {
        (0..self.rows.len()).filter_map(|at| self.get(at))
    }

    /// Where a run stands in it.
    pub(crate) fn place(&self, run_id: &str) -> Option<usize> {
        self.shown().position(|run| run.run_id == run_id)
    }

    /// The daemon is asked for the oldest first.
    pub(super) fn wants_oldest_first(&self) -> bool {
        self.order.arrangement.is_turned()
    }

    /// The order is made here, among what is read. So is the daemon's own where it does not know it.
    pub(crate) fn is_sorted_here(&self) -> bool {
        let arrangement = &self.order.arrangement;
        let given = arrangement.is_turned() && self.order.oldest_first;
        !arrangement.is_natural() && !given
    }

    /// More is read by itself until everything is here that is sorted.
    pub(super) fn reads_on(&self) -> bool {
        self.is_sorted_here() && !self.complete && self.page_rows.len() < PAGES_MAX
    }

    /// What an order that is made here leaves out, for the title: empty where it leaves out nothing.
    pub(crate) fn left_out(&self) -> String {
        if !self.is_sorted_here() || self.complete || !self.loaded {
            return String::new();
        }
        format!(" of the newest {}", count(self.rows.len() as u64))
    }

    /// Arranges it otherwise. The cursor stays on its run where that is read.
    pub(super) fn arrange(&mut self, arrangement: Arrangement, shared: &Shared) -> Vec<Effect> {
        let (oldest_first, whole) = (self.wants_oldest_first(), self.is_whole());
        if self.order.arrangement.sort() == arrangement.sort() {
            self.order.arrangement = arrangement;
            return Vec::new();
        }
        let selected = self.selected().map(|run| run.run_id.clone());
        self.order.arrangement = arrangement;
        if !self.loaded {
            return Vec::new();
        }
        let turns = self.wants_oldest_first() != oldest_first;
        if (turns && !whole) || (self.is_sorted_here() && self.first_page > 0) {
            self.order.followed = selected;
            self.sort(shared.data_now());
            self.scroll = <_>::default();
            return self.reload(shared);
        }
        if turns {
            // Everything is here: it is only read the other way.
            self.rows.make_contiguous().reverse();
            self.page_rows.make_contiguous().reverse();
            self.order.oldest_first = !oldest_first;
        }
        self.sort(shared.data_now());
        let at = selected.and_then(|id| self.place(&id)).unwrap_or(0);
        self.scroll.follow(at);
        Vec::new()
    }

    /// Everything that matches is read.
    pub(super) const fn is_whole(&self) -> bool {
        self.complete && self.first_page == 0
    }

    /// Makes the order anew.
    fn sort(&mut self, now: Timestamp) {
        self.order.places.clear();
        if self.is_sorted_here() {
            let sort = self.order.arrangement.sort();
            let key = |run: &RunSummary| run_key(run, sort.column.name, now);
            let keys: Vec<Key> = self.rows.iter().map(key).collect();
            self.order.places = order(&keys, sort.direction);
        }
    }

    /// Changes the rows. In an order that is made here the cursor stays on its run, and the run on its line
    /// of the window, wherever it comes to stand.
    pub(super) fn keeping<T>(&mut self, now: Timestamp, change: impl FnOnce(&mut Self) -> T) -> T {
        let selected = self.selected().map(|run| run.run_id.clone());
        let followed = self.order.followed.take();
        let follows = followed.is_some();
        let wanted = followed.or(selected);
        let before = self.scroll;
        let changed = change(self);
        self.sort(now);
        if !self.is_sorted_here() && !follows {
            return changed;
        }
        self.scroll = before;
        match wanted.as_deref().map(|id| self.place(id)) {
            Some(Some(at)) => {
                let top = before.offset == 0 && at <= before.cursor;
                self.scroll.follow(at);
                if top {
                    self.scroll.offset = 0;
                }
            }
            // Read from the top again: it may be on one of the next pages.
            Some(None)
                if self.reads_on()
                    && (follows || (before.cursor > 0 && self.page_rows.len() == 1)) =>
            {
                self.scroll = <_>::default();
                self.order.followed = wanted;
            }
            _ => {}
        }
        changed
    }

    /// What runs now has taken longer by now: an order by that is made anew.
    pub(super) fn grow_older(&mut self, now: Timestamp) {
        let by_time = self.order.arrangement.sort().column.name == "took";
        if by_time && self.is_sorted_here() {
            self.keeping(now, |_| ());
        }
    }

    /// What the order is called, in the title and in a sentence; empty for the daemon's own.
    pub(crate) fn order_words(&self) -> (String, &'static str) {
        let (by, which) = self.order.arrangement.by_words();
        (format!("{by}{}", self.left_out()), which)
    }

    /// Flags of `conductor runs list` that give the same order and columns.
    pub(super) fn order_flags(&self) -> String {
        let flags = self.order.arrangement.flags();
        match self.is_sorted_here() {
            // What is sorted here is more than the command lists by itself.
            true => format!("{flags} --limit {}", PAGES_MAX * super::list::PAGE_ROWS as usize),
            false => flags,
        }
    }

    /// Whether a run that is heard of for the first time belongs to the end of what is read.
    pub(super) fn comes_last(&self, run: &RunSummary) -> bool {
        let later = self.rows.back().is_none_or(|last| run.run_id > last.run_id);
        self.order.oldest_first && self.complete && later
    }
}
